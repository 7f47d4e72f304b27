"""Every part and state of the pages once, for whoever builds pages and for the tests."""

from typing import Any

from litestar import Response, get

from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.visit import Asked
from pipeline.office.columns import number, text

_MARKS = (
    ("over", "菱形带叉", "超过两周没有更新，已证实"),
    ("red", "实心方", "时限前最后一个普查日"),
    ("blue", "实心圆", "时限落在休息日"),
    ("yellow", "三角", "再前一个普查日"),
    ("unk", "虚线圆带问号", "未取得监测依据，附原因"),
    ("stall", "方框双竖线", "整个来源没有新内容"),
    ("ok", "对勾", "两周内有更新"),
)
_ROWS: tuple[Row, ...] = tuple(
    {
        "state": state,
        "name": f"示例账号 {n:02}",
        "platform": "微信",
        "owner": f"示例单位 {n % 7}",
        "days": n % 20,
    }
    for n, state in enumerate(("red", "blue", "yellow", "unk", "ok") * 12, start=1)
)
_WORDS = {"red": "红", "blue": "蓝", "yellow": "黄", "unk": "待核实", "ok": "正常"}
_LIST = ListPage(
    title="示例账号",
    path="/parts",
    columns=(
        PageColumn(
            text("name", "账号"), href=lambda _: "#list", beside=lambda row: str(row["platform"]), phone="pa"
        ),
        PageColumn(text("owner", "主办单位"), phone="pc"),
        PageColumn(number("days", "未更新天数"), numeric=True, phone="pb"),
        PageColumn(text("said", "更新情况"), mark=lambda row: str(row["state"]), phone="pd"),
    ),
    filters=(Filter("state", "更新情况", tuple(_WORDS.items())),),
    search=("name", "owner"),
    sort="-days",
    none_title="还没有账号",
)


@get("/parts", sync_to_thread=True)
def show_parts(visit: Asked) -> Response[Any]:
    """Show the parts."""
    counts = [
        {"mark": name, "word": _WORDS[name], "value": 12, "sub": "共 60 个", "url": f"/parts?state={name}"}
        for name in _WORDS
    ]
    listing = _LIST.shown(visit, _rows_in_words())
    return visit.page("parts.html", listing=listing, marks=_MARKS, counts=counts, shows_past=True)


def _rows_in_words() -> list[Row]:
    return [{**row, "said": _WORDS[str(row["state"])]} for row in _ROWS]


HANDLERS = [show_parts, *exports(_LIST, lambda _: _rows_in_words())]
