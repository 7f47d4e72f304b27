"""Lists as files: every list command writes CSV and a workbook with the columns of its table."""

import csv
from datetime import datetime
from importlib import import_module

import pytest
import typer
from openpyxl import load_workbook
from typer.main import get_command

from connectors.sheets.example_mark import is_marked
from pipeline.cli.commands import COMMANDS
from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, xuncha

ONE_THING = frozenset(
    {
        "accounts show",  # one account
        "assessment verify",
        "bulletin check",
        "bulletin show",
        "bulletin templates",
        "events schema",
        "explain",
        "export",
        "key-period report",  # a document of one day
        "office show",
        "filings form",  # a form, which is a file already
        "people show",
        "rectification sheet",  # a sheet to fill in
        "registry export-national",
        "review lexicon",
        "review show",
        "round show",
        "rulesets check",
        "site",  # writes pages and files
        "dead-letters show",
        "sites verify",
        "sql",  # has formats of its own
        "supervision document",
        "templates",
        "verify",
    }
)
"""Commands that read and list nothing: they show one thing, or write files."""
FILES = {"--csv", "--xlsx", "--json"}


def reading_commands():
    """Return the commands that read by name, with the options of each."""
    app = typer.Typer()
    for module in sorted({m for command in COMMANDS.values() for m in command.modules}):
        import_module(f"pipeline.cli.{module}").register(app)
    commands = get_command(app).commands
    for name, command in COMMANDS.items():
        for word in command.reads:
            found = commands[name].commands[word] if word else commands[name]
            yield f"{name} {word}".strip(), {option for p in found.params for option in p.opts}
    for word in ("show", "diff"):
        yield f"intake {word}", {o for p in commands["intake"].commands[word].params for o in p.opts}


@pytest.mark.source_tree
def test_every_list_is_written_as_csv_and_as_a_workbook():
    """Beside --json; a command that reads and has no rows stands in `ONE_THING`."""
    without = {name for name, options in reading_commands() if not options >= FILES}
    assert without <= ONE_THING
    assert {name for name, options in reading_commands() if options >= FILES}.isdisjoint(ONE_THING)


def test_a_file_has_the_columns_of_the_table(shared_city, tmp_path):
    """Chinese titles, the same rows as JSON, times to the minute; the workbook has dates that spreadsheets know."""
    words = ("status", "--check-point", c.CHECK_POINT)
    listed = {row["name"]: row for row in asked(shared_city, *words)["rows"]}
    said = done(shared_city, *words, "--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx").out
    assert [
        f"已写入 written: {tmp_path / name}（{len(listed)} 行 rows）" for name in ("a.csv", "a.xlsx")
    ] == (said.splitlines())
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines())
    page = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert header == [cell.value for cell in page[1]]
    assert header[:5] == ["编号", "账号名称", "平台", "主办单位", "状态"]
    assert {row[1] for row in rows} == listed.keys()
    assert "A2" == page.freeze_panes
    newest = header.index("最近更新")
    posted = next(n for n, row in enumerate(rows) if row[newest])
    at = datetime.fromisoformat(listed[rows[posted][1]]["newest_post_at"]).replace(
        tzinfo=None, second=0, microsecond=0
    )
    assert page.cell(posted + 2, newest + 1).value == at
    assert page.cell(posted + 2, newest + 1).is_date
    assert rows[posted][newest] == f"{at:%Y-%m-%d %H:%M}"


def test_files_of_an_invented_city_say_so(city, tmp_path):
    """Above every printed page of a workbook; a CSV has no room for it, so the terminal says it of both."""
    words = ("accounts", "list", "--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx")
    assert "示例数据" not in done(city, *words).out
    assert not is_marked((tmp_path / "a.xlsx").read_bytes())
    done(city, "office", "set", "--name", c.OFFICE, "--example")
    assert all(line.endswith("示例数据 invented data") for line in done(city, *words).out.splitlines())
    assert is_marked((tmp_path / "a.xlsx").read_bytes())
    assert "示例数据" in load_workbook(tmp_path / "a.xlsx").worksheets[0].oddHeader.center.text


def test_json_and_files_go_together(shared_city, tmp_path):
    """The object alone is on standard output."""
    answer = done(shared_city, "accounts", "list", "--json", "--csv", tmp_path / "a.csv")
    assert len(answer.rows) == len((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()) - 1


@pytest.mark.parametrize(("option", "name"), [("--csv", "a.xlsx"), ("--xlsx", "a.csv"), ("--xlsx", "a")])
def test_a_file_is_named_by_what_it_is(shared_city, tmp_path, option, name):
    """A workbook under the name of a text is a file that nobody can open."""
    answer = xuncha(shared_city, "accounts", "list", option, tmp_path / name)
    assert (2, False) == (answer.status, (tmp_path / name).exists())
    assert "name the file by it" in answer.complaint
