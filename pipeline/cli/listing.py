"""Lists as commands give them: a table, one JSON object, a CSV file, a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.option_groups import Output
from pipeline.cli.output import print_json, say
from pipeline.cli.tables import print_table
from pipeline.office.columns import Column, Kind, Plain, Row, plain, titles, written

WHOLE_BY = "完整内容 in full: --csv, --xlsx"
_FORMATS = {Kind.SHARE: "0.0%"}
_PAGE = "清单"
_INVENTED = "，示例数据 invented data"


def show_list(
    rows: Sequence[Row],
    columns: Sequence[Column],
    to: Output,
    *,
    head: Mapping[str, Any] | None = None,
    people: Sequence[Row] | None = None,
    title: str | None = None,
) -> bool:
    """Give a list to whom it is for; returns whether people read it on the terminal, and what else is said there.

    JSON has every key of `rows`, beside the fields of `head`. Table and files have the columns, of the same rows, or of
    `people` where these are told otherwise.
    """
    for_people = rows if people is None else people
    write_files(for_people, columns, to)
    if to.as_json:
        print_json({**(head or {}), "rows": rows})
        return False
    if to.files:
        return False
    print_table(for_people, columns, title=title, whole_by=WHOLE_BY)
    return True


def write_files(rows: Sequence[Row], columns: Sequence[Column], to: Output) -> None:
    """Write the files that were asked for, over older ones of the same name."""
    if to.csv is not None:
        from pipeline.office.list_files import write_list_text  # noqa: PLC0415 (openpyxl is slow to import)

        write_list_text(to.csv, titles(columns), [[_as_text(c, row) for c in columns] for row in rows])
    if to.xlsx is not None:
        from pipeline.office.list_files import Listed, write_list_workbook  # noqa: PLC0415 (as above)

        listed = [
            Listed(
                c.title,
                [plain(c, row) for row in rows],
                [written(c, row) for row in rows],
                _FORMATS.get(c.kind, ""),
            )
            for c in columns
        ]
        write_list_workbook(to.xlsx, _PAGE, listed, example=to.of_example)
    for path in to.files:
        if not to.as_json:
            say(f"已写入 written: {path}（{len(rows)} 行 rows）{_INVENTED if to.of_example else ''}")


def _as_text(column: Column, row: Row) -> Plain:
    """Return a value of a file of text, where a share stands as 66.7%."""
    return written(column, row) if column.kind is Kind.SHARE else plain(column, row)
