"""Tables on a terminal: cut to its width, with what was cut named below."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from events.instants import SHANGHAI
from pipeline.cli import tables
from pipeline.office.columns import (
    ACCOUNT,
    Kind,
    any_of,
    day,
    ident,
    minute,
    number,
    plain,
    share,
    text,
    word,
    written,
)

AT = datetime(2025, 6, 30, 1, 0, 59, tzinfo=UTC)
COLUMNS = (ident("id", "编号"), *ACCOUNT, number("count", "数量"), minute("at", "时间"), text("note", "备注"))
ROW = {
    "id": "2026-0001",
    "name": "云汀市新时代文明实践",
    "platform": "微信订阅号",
    "owner": "云汀市人民政府办公室政务公开科",
    "count": 12,
    "at": AT,
    "note": "菜单打不开，已两次反馈，仍未修复，请于本周内改好并报送截图",
}


def printed(capsys, monkeypatch, width, rows=(ROW,), columns=COLUMNS, **told):
    """Return the lines of a table on a terminal so wide; None: into a pipe."""
    monkeypatch.setattr(tables, "terminal_width", lambda: width)
    monkeypatch.setenv("TERM", "dumb")
    tables.print_table(rows, columns, **told)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(capsys, monkeypatch, width):
    """A Chinese character takes two columns."""
    header, row, *_ = printed(capsys, monkeypatch, width)
    assert max(map(cell_len, (header, row))) <= width


def test_what_was_cut_is_named_in_a_last_line(capsys, monkeypatch):
    """Ids, numbers and times are whole; a text that is cut ends with a mark; the line says how to get all of it."""
    header, row, told = printed(capsys, monkeypatch, 100, whole_by="完整内容 in full: --csv")
    assert "2025-06-30 09:00" in row
    assert "2026-0001" in row
    assert "…" in row
    assert told.startswith("… 截短的列 cut：")
    assert told.endswith("；完整内容 in full: --csv")
    assert "备注" in told
    assert header.split() == ["编号", "账号名称", "平台", "主办单位", "数量", "时间", "备注"]


def test_what_has_no_room_at_all_is_left_out_and_named(capsys, monkeypatch):
    """The columns furthest to the right go first."""
    *_, told = printed(capsys, monkeypatch, 50)
    assert "未显示的列 left out：时间、备注" in told


def test_a_pipe_gets_every_row_whole(capsys, monkeypatch):
    """One line a row, however long, and nothing was cut."""
    lines = printed(capsys, monkeypatch, None)
    assert len(lines) == 2
    assert ROW["note"] in lines[1]


def test_the_width_of_the_environment_is_not_that_of_a_pipe(capsys, monkeypatch):
    """COLUMNS says nothing where no terminal is."""
    monkeypatch.setenv("COLUMNS", "40")
    assert tables.terminal_width() is None
    tables.print_table([ROW], COLUMNS)
    assert ROW["note"] in capsys.readouterr().out


def test_a_text_that_a_list_is_for_is_broken_into_lines(capsys, monkeypatch):
    """The advice of a check is read to its end, and no column is named as cut."""
    lines = printed(capsys, monkeypatch, 40, [{"note": "很长" * 40}], (text("note", "备注", wraps=True),))
    assert len(lines) == 1 + 4
    assert "很长" * 40 == "".join(line.strip() for line in lines[1:])


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (minute("k", ""), AT, "2025-06-30 09:00"),
        (day("k", ""), datetime(2025, 6, 30, 17, tzinfo=UTC), "2025-07-01"),
        (day("k", ""), "2025-06-30", "2025-06-30"),
        (number("k", ""), 0, "0"),
        (share("k", ""), "66.7%", "66.7%"),
        (word("k", "", {"a": "甲"}), "a", "甲"),
        (word("k", "", {"a": "甲"}), ["a", "b"], "甲、b"),
        (text("k", ""), True, "是"),
        (text("k", ""), None, ""),
        (text("k", ""), "wechat:x-0123456789abcdef", ""),
        (any_of({"k": ""})[0], AT + timedelta(minutes=1), "2025-06-30 09:01"),
    ],
)
def test_values_are_written_as_people_read_them(column, value, shown):
    """Times to the minute in Chinese time, a day as a day, words for codes, nothing for an id that was made up."""
    assert written(column, {"k": value}) == shown


def test_a_moment_of_which_the_day_is_known_is_a_day():
    """Another key of the row says so."""
    column = minute("k", "", by_day="by_day")
    assert "2025-06-30" == written(column, {"k": AT, "by_day": True})
    assert plain(column, {"k": AT, "by_day": False}) == AT.astimezone(SHANGHAI)
    assert column.kind is Kind.MINUTE
