"""通报: what was drafted and what went out; a bulletin as it will be, with the source of each figure."""

import mimetypes
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from msgspec import to_builtins

from pipeline.access.users import Role
from pipeline.console.badges import BADGES, Badge
from pipeline.console.hands import acts_in
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.account_list import account_url
from pipeline.console.pages.bulletin_shown import (
    EDITIONS,
    edition_asked,
    is_office,
    round_asked,
    show,
    state_asked,
    url_of,
)
from pipeline.console.problems import no_such_page
from pipeline.console.visit import Asked, Visit
from pipeline.office.bulletin import compose, list_bulletins
from pipeline.office.bulletin.figure_sources import source_of
from pipeline.office.bulletin.kept_files import kept_file
from pipeline.office.bulletin.listing import corrections_to_sign
from pipeline.office.bulletin.preview import composed_as
from pipeline.office.columns import NUMBER, day, number, text, word
from pipeline.office.rounds.state import list_rounds
from projections.rounds.state import Stage

_STAGES = {
    "": "未起草",
    "drafted": "已起草",
    "checked": "已核对",
    "submitted": "待签发",
    "signed": "已签发",
    "issued": "已印发",
}
_LOOKS = {"": "plain", "issued": "ok", "signed": "ok"}
_VERDICTS = {"pass": "合格", "fail": "不合格", "unknown": "待核实"}
_LIST = ListPage(
    title="通报",
    path="/bulletins",
    columns=(
        PageColumn(text("title", "检查"), href=lambda row: str(row["url"]), phone="pa"),
        PageColumn(word("edition", "版本", EDITIONS), phone="pc"),
        PageColumn(
            word("stage", "进度", _STAGES), tag=lambda row: _LOOKS.get(str(row["stage"]), "warn"), phone="pb"
        ),
        PageColumn(text("number", "文号"), phone="pc"),
        PageColumn(day("issued_on", "印发日期"), phone="pd"),
        PageColumn(word("final", "印发稿已核对", {True: "是", False: "否"}), phone="hide"),
        PageColumn(text("corrections", "更正"), phone="hide"),
    ),
    filters=(
        Filter("edition", "版本", tuple(EDITIONS.items())),
        Filter("stage", "进度", tuple((k, v) for k, v in _STAGES.items() if k)),
    ),
    search=("title", "number"),
    none_title="还没有通报",
    none_next="检查定稿后，在这里起草通报。",
)
_FIGURE = ListPage(
    title="数字的来源",
    path="",
    columns=(
        PageColumn(NUMBER, phone="pc"),
        PageColumn(text("name", "账号"), href=lambda row: str(row["url"]), phone="pa"),
        PageColumn(text("platform", "平台"), phone="pc"),
        PageColumn(text("owner", "主办单位"), phone="pc"),
        PageColumn(word("verdict", "结果", _VERDICTS), phone="pb"),
        PageColumn(number("points", "得分"), numeric=True, phone="pd"),
    ),
    search=("name", "owner"),
)


@get("/bulletins", sync_to_thread=True)
def list_all(visit: Asked) -> Response[Any]:
    """List the bulletins; what waits for a signature stands on top for who signs."""
    rows = _rows(visit)
    waiting = _to_sign(visit, rows) if _may_sign(visit) else []
    return visit.page("bulletins/list.html", listing=_LIST.shown(visit, rows), waiting=waiting)


@get(["/bulletins.xlsx", "/bulletins.csv"], sync_to_thread=True)
def export_all(visit: Asked) -> Response[Any]:
    """Give the list as a file."""
    return _LIST.export(visit, _rows(visit))


@get("/bulletins/{name:str}", sync_to_thread=True)
def read(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show a bulletin as it will be, or as it went out."""
    return show(visit, name, edition_asked(visit))


@get("/bulletins/{name:str}/files/{ending:str}", sync_to_thread=True)
def give_file(visit: Asked, name: FromPath[str], ending: FromPath[str]) -> Response[Any]:
    """Give a document of the newest draft, or of what went out."""
    edition = edition_asked(visit)
    with visit.workspace() as workspace:
        round_ = round_asked(workspace, name)
        state = state_asked(workspace, visit, name, edition)
        if state is None or ending not in ("docx", "html", "xlsx", "final"):
            raise no_such_page()
        path = kept_file(workspace.home, name, state, ending)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    stage = "" if state.issued else "（草稿）"
    title = (
        f"{round_.announced.title or '通报'}{'通报' if not round_.announced.title.endswith('通报') else ''}"
    )
    inner = "" if edition == "public" else f"（{EDITIONS[edition]}）"
    return visit.original(path.read_bytes(), f"{title}{inner}{stage}{path.suffix}", kind)


@get("/bulletins/{name:str}/figures/{place:str}", sync_to_thread=True)
def show_figure(visit: Asked, name: FromPath[str], place: FromPath[str]) -> Response[Any]:
    """Show the accounts that a figure was derived from."""
    edition = edition_asked(visit)
    with visit.workspace() as workspace:
        round_ = round_asked(workspace, name)
        if not is_office(visit, round_):
            raise no_such_page()
        state = state_asked(workspace, visit, name, edition)
        bulletin = (
            compose(workspace, name, edition=edition)
            if state is None
            else composed_as(workspace, name, state)
        )
        source = source_of(workspace, bulletin, place)
    if source is None:
        raise no_such_page()
    rows: list[Row] = [
        {**to_builtins(one), "url": account_url(visit, one.number, one.account_id)} for one in source.accounts
    ]
    listing = _FIGURE.shown(visit, rows)
    back = url_of(name, edition)
    return visit.page("bulletins/figure.html", listing=listing, source=source, round=round_, back=back)


def bulletins_to_sign(visit: Visit) -> list[tuple[str, str, str]]:
    """Return what waits for the signature of whoever asks: title, what it is, where it is signed."""
    return _to_sign(visit, _rows(visit)) if _may_sign(visit) else []


def _may_sign(visit: Visit) -> bool:
    return visit.may("POST", "/bulletins/{name}/sign")


def _to_sign(visit: Visit, rows: list[Row]) -> list[tuple[str, str, str]]:
    titles = {row.get("round"): str(row["title"]) for row in rows}
    with visit.workspace() as workspace:
        rounds = {state.name: state for state in list_rounds(workspace, texts=False)}
        corrections = corrections_to_sign(workspace)
    mine = {name for name, state in rounds.items() if acts_in(visit, state, Role.SIGNER)}
    return [
        *(
            (str(r["title"]), EDITIONS[r["edition"]], str(r["url"]))
            for r in rows
            if r["stage"] == "submitted" and r.get("round") in mine
        ),
        *(
            (
                titles.get(one.round, one.number),
                f"更正（{one.number}）",
                url_of(one.round, one.edition, "/correction"),
            )
            for one in corrections
            if one.round in mine
        ),
    ]


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        rounds = {state.name: state for state in list_rounds(workspace, texts=False)}
        found = list_bulletins(workspace)
    rows: list[Row] = [
        {
            **{name: getattr(one, name) for name in one.__struct_fields__},
            "title": rounds[one.round].announced.title or one.round,
            "corrections": "、".join(one.corrections),
            "url": url_of(one.round, one.edition),
        }
        for one in found
        if one.round in rounds
        and (is_office(visit, rounds[one.round]) or (one.stage == "issued" and one.edition != "internal"))
    ]
    drafted = {one.round for one in found}
    rows += [
        {
            "title": state.announced.title or name,
            "edition": "public",
            "stage": "",
            "number": None,
            "issued_on": None,
            "final": None,
            "corrections": "",
            "url": url_of(name, "public"),
        }
        for name, state in rounds.items()
        if name not in drafted
        and state.newest is not None
        and state.stage is not Stage.CANCELLED
        and is_office(visit, state)
    ]
    order = {name: n for n, name in enumerate(rounds)}
    return sorted(rows, key=lambda row: -order.get(str(row.get("round", "")), len(order)))


def _waits(visit: Visit) -> Badge:
    """Return how many drafts wait for the signature of whoever asks."""
    if not visit.may("POST", "/bulletins/{name}/sign"):
        return Badge(0)
    with visit.workspace() as workspace:
        rounds = {state.name: state for state in list_rounds(workspace, texts=False)}
        mine = {name for name, state in rounds.items() if acts_in(visit, state, Role.SIGNER)}
        drafts = sum(one.stage == "submitted" and one.round in mine for one in list_bulletins(workspace))
        return Badge(drafts + sum(one.round in mine for one in corrections_to_sign(workspace)))


BADGES["/bulletins"] = _waits

HANDLERS = [list_all, export_all, read, give_file, show_figure]
