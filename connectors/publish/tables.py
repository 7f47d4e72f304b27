"""Tables of a bulletin: rows of texts, figures marked; every document writes the same ones."""

from connectors.documents.document import Table
from connectors.documents.marks import marked
from events.beside import BesideAnnex
from events.bulletin_content import BulletinContent
from events.figures import NOTHING, AnnexRow, InternalRow, Part, printed
from events.ids import is_made_up
from events.printable import printable

ANNEX = "附件"
"""Page of the workbook that holds the annex."""

ANNEX_TABLE = "annex"
"""Name of the table, and its class on a page."""

ANNEX_HEADER = ("序号", "地区（单位）", "账号名称", "平台", "突出问题", "是否单项否决", "是否在检查范围内")
_ANNEX_WIDTHS = (7, 26, 21, 14, 33, 11, 13)
_INTERNAL = {
    "序号": 7,
    "账号名称": 22,
    "账号ID": 20,
    "结果": 10,
    "得分": 9,
    "未更新天数": 11,
    "发现单位": 20,
    "备注": 28,
    "依据事件": 40,
}
"""Columns of the internal table, with their widths."""

_POINTS, _IDS = "得分", frozenset({"账号ID", "依据事件"})
_LONG = frozenset({"账号名称", "发现单位", "备注", "依据事件"})
_DIMENSIONS = {"tier": "开设主体", "platform": "类型", "area": "地区"}
TABLES = (*_DIMENSIONS, ANNEX_TABLE, "internal", "unknown", "full_marks_all_year")
"""Names that a template may ask for, beside those of the annexes of other parts."""

_NUMBER_WIDTH, _LONG_WIDTH = 7, 20
"""Width of a column of numbers, and from which on a column is not centred."""

_MEASURES = {
    "accounts": "账号数",
    "checked": "检查数",
    "passed": "合格",
    "failed": "不合格",
    "unknown": "无法判定",
    "pass_rate": "合格率",
}
_VERDICTS = {"pass": "合格", "fail": "不合格", "unknown": "无法判定", "": "—"}


def table_of(name: str, content: BulletinContent) -> Table:
    """Return a table by the name that a template asks for; raises `KeyError`."""
    if name in _DIMENSIONS:
        return _dimension(name, content)
    if name == ANNEX_TABLE:
        rows = tuple(_annex(row) for row in content.annex)
        return Table(ANNEX_TABLE, ANNEX_HEADER, rows, _ANNEX_WIDTHS, frozenset({1, 2, 4}))
    if name == "internal":
        return _internal(content, frozenset(_INTERNAL) - _IDS)
    if name == "unknown":
        return _unknown(content)
    if name == "full_marks_all_year":
        return _roll(content)
    for annex in annexes_of(content):
        if name == annex.name:
            return annex_table(annex)
    raise KeyError(name)


def annexes_of(content: BulletinContent) -> list[BesideAnnex]:
    """Return the annexes beside that of the accounts, in the order of the parts."""
    return [annex for part in content.beside for annex in part.annexes]


def annex_table(annex: BesideAnnex) -> Table:
    """Return an annex beside that of the accounts as a table."""
    rows = tuple(tuple(map(printable, row)) for row in annex.numbered)
    long = frozenset(i for i, width in enumerate(annex.widths, 1) if width >= _LONG_WIDTH)
    return Table(annex.name, annex.header, rows, (_NUMBER_WIDTH, *annex.widths), long)


def annex_row(cells: tuple[str, ...]) -> AnnexRow | None:
    """Return the account of a row of the annex as a document holds it, None for a row of another form."""
    if len(cells) != len(ANNEX_HEADER) or not cells[0].isdecimal():
        return None
    number, unit, name, platform, problem, veto, checked = cells
    return AnnexRow(int(number), unit, name, platform, problem, veto == "是", checked == "是")


def _annex(row: AnnexRow) -> tuple[str, ...]:
    texts = (printable(t) for t in (row.unit, row.name, row.platform, row.problem))
    return (str(row.number), *texts, _yes(row.veto), _yes(row.checked))


def _dimension(name: str, content: BulletinContent) -> Table:
    columns: dict[str, dict[str, tuple[int, Part]]] = {}
    figures = {f.name: f for f in content.figures.all}
    for measure in _MEASURES:
        figure = figures.get(f"{measure}_by_{name}")
        if figure is not None and figure.parts:
            columns[measure] = {part.key: (i, part) for i, part in enumerate(figure.parts)}
    unknown = columns.get("unknown", {})
    if not any(part.value for _, part in unknown.values()):
        columns.pop("unknown", None)
    keys = list(dict.fromkeys(key for found in columns.values() for key in found))
    rows = []
    for key in keys:
        cells = [printable(key)]
        for measure, found in columns.items():
            i, part = found.get(key, (0, Part(key, None)))
            text = printed(part.value)
            cells.append(marked(f"{measure}_by_{name}.{i}", text) if key in found else text)
        rows.append(tuple(cells))
    by = "条线" if name == "area" and content.edition == "line" else _DIMENSIONS[name]
    header = (by, *(_MEASURES[m] for m in columns))
    widths = (30, *(14 for _ in columns))
    return Table(name, header, tuple(rows), widths, frozenset({0}), f"检查情况（按{by}）")


def internal_page(content: BulletinContent) -> Table:
    """Return the internal table as the workbook has it: with the ids that the naming of each account rests on."""
    return _internal(content, frozenset(_INTERNAL))


def _internal(content: BulletinContent, wanted: frozenset[str]) -> Table:
    """Return the internal table; points only where a document puts the ruleset in force."""
    points = bool(content.provenance.indicators)
    columns = [name for name in _INTERNAL if name in wanted and (points or name != _POINTS)]
    rows = tuple(tuple(cells[name] for name in columns) for cells in map(_internal_cells, content.internal))
    left = frozenset(i for i, name in enumerate(columns) if name in _LONG)
    return Table("internal", tuple(columns), rows, tuple(_INTERNAL[name] for name in columns), left)


def _internal_cells(row: InternalRow) -> dict[str, str]:
    made_up = is_made_up(row.account_id.rpartition(":")[2])
    return {
        "序号": str(row.number),
        "账号名称": printable(row.name),
        "账号ID": NOTHING if made_up else printable(row.account_id),
        "结果": _VERDICTS.get(row.verdict, row.verdict),
        "得分": printed(row.points),
        "未更新天数": printed(row.days_silent),
        "发现单位": printable("、".join(row.finders)) or NOTHING,
        "备注": printable("；".join(row.notes)) or NOTHING,
        "依据事件": "\n".join(str(i) for i in row.evidence),
    }


def _unknown(content: BulletinContent) -> Table:
    reasons = {o.account_id: o.reason for o in content.overrides}
    rows = tuple(
        (
            str(i),
            printable(a.unit),
            printable(a.name),
            printable(a.platform),
            printable(reasons.get(a.account_id, "—")),
        )
        for i, a in enumerate(content.named.get("unknown", ()), 1)
    )
    header = ("序号", "地区（单位）", "账号名称", "平台", "说明")
    return Table("unknown", header, rows, (7, 26, 24, 14, 40), frozenset({1, 2, 4}))


def _roll(content: BulletinContent) -> Table:
    rows = tuple(
        (str(i), printable(a.unit), printable(a.name), printable(a.platform))
        for i, a in enumerate(content.named.get("full_marks_all_year", ()), 1)
    )
    header = ("序号", "地区（单位）", "账号名称", "平台")
    return Table("full_marks_all_year", header, rows, (7, 40, 40, 20), frozenset({1, 2}))


def _yes(value: bool) -> str:
    return "是" if value else "否"
