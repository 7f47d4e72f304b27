"""What a page of a paper was read as: its columns, and the rows that are no data."""

from collections.abc import Sequence

from connectors.papers.paper import Column, Layout, ReadPage, Record
from connectors.papers.vocabulary import vocabulary
from pipeline.office.intake.preview_views import ColumnView
from pipeline.office.intake.reasons import plain_times
from pipeline.office.intake.wording import ANSWERS, FIELDS

_OF_COLUMNS: dict[Layout, str] = {"rows": " 列", "columns": " 行", "form": ""}
_SORTS = {
    "above": "表头以上",
    "total": "合计",
    "note": "注",
    "signature": "落款",
    "section": "分组",
    "blank": "空行",
    "example": "示例",
    "repeated_header": "重复表头",
    "hidden": "隐藏行",
    "other_table": "另一张表",
}


def other_rows(page: ReadPage) -> str:
    """Return the rows that are no data, by sort: 第 1 行 标题，第 33 行 合计; none of a table that lies otherwise."""
    by_sort: dict[str, list[int]] = {}
    for row in page.rows if page.layout == "rows" else ():
        if row.sort in _SORTS and row.sort not in ("above", "blank"):
            by_sort.setdefault(row.sort, []).append(row.number)
    parts = []
    for sort, numbers in by_sort.items():
        row_numbers = "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")
        parts.append(f"第 {row_numbers} 行 {_SORTS[sort]}")
    return "，".join(parts)


def column_view(key: str, page: ReadPage, column: Column) -> ColumnView:
    field = column.fields[0] if column.fields and not column.people else ""
    if column.people:
        use, words = "people", "存入人员库"
    elif column.use == "understood":
        names = [FIELDS.get(f, _header_of(f)) for f in column.fields] or (["检查指标"] if column.rule else [])
        use, words = "read", "、".join(names)
    else:
        use = "aside" if column.use == "kept_aside" else "ignored"
        words = "留在原件里" if use == "aside" else "序号或算出的数"
    choices = () if column.people or column.rule else _choices(page)
    return ColumnView(
        "" if not choices else f"{key}!{column.letter}",
        column.letter,
        f"{column.letter}{_OF_COLUMNS[page.layout]}",
        column.header,
        use,
        words,
        field if column.use == "understood" else "",
        "（已遮盖）" if column.people else _sample(page.records, field, column.header),
        choices,
    )


def _choices(page: ReadPage) -> tuple[tuple[str, str], ...]:
    """Return the fields that a column of a page may be read as."""
    kind = vocabulary().words.kinds.get(page.kind)
    if kind is None:
        return ()
    fields = dict.fromkeys((*kind.telling, *kind.fits, "name", "owner", "platform", "area"))
    known = vocabulary().words.fields
    return tuple(
        (field, FIELDS.get(field, _header_of(field)))
        for field in fields
        if field in known and known[field].use == "understood"
    )


def _header_of(field: str) -> str:
    """Return what offices call a field most: the first header that it is known under."""
    known = vocabulary().words.fields.get(field)
    return known.headers[0] if known is not None and known.headers else field


def _sample(records: Sequence[Record], field: str, header: str) -> str:
    for record in records[:20]:
        value = record.platform.name if field == "platform" and record.platform else record.fields.get(field)
        text = str(value) if value not in (None, "") else record.aside.get(header, "")
        if text:
            return ANSWERS.get(text) or plain_times(text)[:24]
    return ""
