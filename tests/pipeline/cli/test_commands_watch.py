"""Commands that watch, that look things up, and the shape of what all of them print."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed_file
from tests.pipeline.program import asked, done, process, rows, xuncha

ALERT_COLUMNS = [
    "alert_id",
    "account_id",
    "name",
    "type",
    "level",
    "at",
    "recorded_at",
    "delivered",
    "withdrawn",
]
LISTS = (
    ("accounts", "list"),
    ("findings", "list"),
    ("status", "--check-point", c.CHECK_POINT),
    ("rounds",),
    ("alerts",),
    ("sources",),
    ("dead-letters", "list"),
    ("dead-letters",),
    ("rulesets",),
    ("rulesets", "national-2019-19"),
    ("sql", "SELECT 1 AS one"),
)


def test_alerts_have_the_columns_of_the_issue(shared_city):
    """The silent account: its limit was raised and told, the earlier steps were passed at once and are skipped."""
    listed = rows(shared_city, "alerts")
    assert all(list(row) == ALERT_COLUMNS for row in listed)
    assert {"limit": "alert.raised"} | dict.fromkeys(("day-10", "day-12", "day-14"), "alert.skipped") == {
        row["level"]: row["type"] for row in listed
    }
    (raised,) = [row for row in listed if row["type"] == "alert.raised"]
    assert (c.SILENT, "2021-06-16T08:00:00+08:00") == (raised["account_id"], raised["at"])
    assert ["console", "file"] == raised["delivered"]
    assert [] == rows(shared_city, "alerts", "--account", c.POSTING)


def test_a_new_post_clears_the_alert_and_the_file_says_so(city, tmp_path):
    """The end of an alert goes where the alert went; each message stands once in alerts.jsonl."""
    path = feed_file(tmp_path / "f.xml", at("2021-06-17 12:30"))
    done(city, "feed", "read", path, "--account", c.SILENT, "--looked-at", "2021-06-17T13:00:00+08:00")
    done(city, "run", "--until-idle")
    assert "alert.cleared" in {row["type"] for row in rows(city, "alerts", "--account", c.SILENT)}
    lines = [json.loads(line) for line in (city / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines)


def test_run_until_idle_does_nothing_where_nothing_is_left(city):
    """A second run folds, stores and delivers nothing."""
    done(city, "run", "--until-idle")
    assert {"folded": 0, "stored": 0, "delivered": 0} == asked(city, "run", "--until-idle")


def test_sql_reads_the_history(shared_city):
    """Columns and rows of any SELECT; a trailing semicolon is no second statement."""
    answer = asked(
        shared_city,
        "sql",
        "SELECT type, count() AS n FROM records WHERE type = 'finding.recorded' GROUP BY type;",
    )
    assert (["type", "n"], [{"type": "finding.recorded", "n": 2}]) == (answer["columns"], answer["rows"])


FILES_BY_SQL = (
    "SELECT * FROM default.`{folder}/x.csv`",
    "SELECT 1 INTO/**/OUTFILE '{folder}/y.csv'",
    "SELECT 1 /* ' */ INTO OUTFILE '{folder}/y.csv' -- '",
    "SELECT $$'$$ INTO OUTFILE '{folder}/y.csv'",
)


def no_file_is_reached(home: Path, folder: Path, words: str) -> None:
    """Check that `sql` is refused, shows nothing of the file in a folder and makes none there."""
    (folder / "x.csv").write_text("secret,1\n")
    before = sorted(path.name for path in folder.iterdir())
    answer = xuncha(home, "sql", words.format(folder=folder))
    assert (2, "") == (answer.status, answer.out)
    assert "reader: not allowed" in answer.complaint or "reader only reads" in answer.complaint
    assert before == sorted(path.name for path in folder.iterdir())
    (folder / "x.csv").unlink()


@pytest.mark.parametrize("words", FILES_BY_SQL)
def test_sql_reaches_no_file(shared_city, tmp_path, words):
    """What the engine reads as a file to read or to write is refused, however it is written."""
    no_file_is_reached(shared_city, tmp_path, words)


LIFTED_BY_SQL = (
    "SELECT number FROM numbers(1000001) SETTINGS max_result_rows = 0",
    "(SELECT number FROM numbers(1000001) SETTINGS max_result_rows = 0) UNION ALL SELECT 1",
    "SELECT * FROM (SELECT number FROM numbers(1000001) SETTINGS max_result_rows = 0)",
    "WITH x AS (SELECT 1 SETTINGS max_execution_time = 0) SELECT * FROM x",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 settings/**/`max_execution_time`/**/=/**/0",
    "SELECT 1 SETTINGS optimize_read_in_order, max_execution_time = 0",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS result_overflow_mode = 'break'",
    "SELECT 1 SETTINGS additional_result_filter = '0'",
    "SELECT 1 FORMAT JSON SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS output_format_json_quote_64bit_integers = 1",
    "SELECT sum(number) FROM view(SELECT number FROM numbers(9) SETTINGS max_execution_time = 0)",
    "SET max_execution_time = 0",
    "SET max_execution_time = 0; SELECT 1",
    "SELECT 1; SET max_execution_time = 0",
    "SELECT 1 INTO OUTFILE 'x' TRUNCATE FORMAT CSV",
    "SELECT arrayJoin(range(1000001))",
    "SELECT number FROM numbers(1000001)",
)


def limits_hold(home: Path, words: str) -> None:
    """Check that `sql` refuses what lifts a limit, or goes beyond it, and says so."""
    answer = xuncha(home, "sql", words)
    assert (2, "") == (answer.status, answer.out)
    assert "the history refused the query" in answer.complaint
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("words", LIFTED_BY_SQL)
def test_sql_cannot_lift_its_limits(shared_city, words):
    """No clause, subquery or statement changes what a query may cost or how it is answered."""
    limits_hold(shared_city, words)


def test_a_column_may_be_called_settings(shared_city):
    """The word alone is a name like any other."""
    query = "SELECT SETTINGS, settings = 1 AS b FROM (SELECT 1 AS SETTINGS, 2 AS settings) WHERE SETTINGS = 1"
    assert [{"SETTINGS": 1, "b": 0}] == rows(shared_city, "sql", query)


def test_sql_prints_every_type_as_json(shared_city):
    """Addresses, decimals, ids, tuples, maps and dates are text, numbers and lists in JSON."""
    query = (
        "SELECT toIPv4('1.2.3.4') AS v4, toIPv6('::1') AS v6, toDecimal64(1.5, 2) AS d, (1, 'a') AS t,"
        " toUUID('00000000-0000-0000-0000-000000000001') AS u, toDate('2021-06-17') AS day,"
        " [toIPv4('1.2.3.4')] AS many, map('k', toIPv4('1.2.3.4')) AS m, nan AS none"
    )
    (row,) = rows(shared_city, "sql", query)
    assert {
        "v4": "1.2.3.4",
        "v6": "::1",
        "d": "1.50",
        "t": [1, "a"],
        "u": "00000000-0000-0000-0000-000000000001",
        "day": "2021-06-17",
        "many": ["1.2.3.4"],
        "m": {"k": "1.2.3.4"},
        "none": None,
    } == row


def test_a_home_is_for_this_user_only(tmp_path):
    """`init` lets nobody else into the folder it makes, and leaves the mode of a home that exists."""
    done(tmp_path / "new", "init")
    assert 0o700 == (tmp_path / "new").stat().st_mode & 0o777
    (tmp_path / "new").chmod(0o750)
    done(tmp_path / "new", "init")
    assert 0o750 == (tmp_path / "new").stat().st_mode & 0o777


def test_rulesets_are_listed_with_documents_and_hash(shared_city):
    """The first versions are there, each with the hash that a manifest names."""
    listed = {row["ruleset"]: row for row in rows(shared_city, "rulesets")}
    released = ("national-2019-19", "jiangsu-kunshan-2019-162", "suzhou-practice-2023", "wuxi-practice-2022")
    assert {f"{name}@1" for name in released} <= listed.keys()
    assert all(re.fullmatch("[0-9a-f]{64}", row["sha256"]) and row["documents"] for row in listed.values())


def test_event_schemas_are_printed(shared_city):
    """`events schema` prints one JSON object with a schema for each event type."""
    schemas = done(shared_city, "events", "schema").json
    assert len(schemas) > 15
    assert any("post.published" in name for name in schemas)


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_every_list_prints_one_json_object_with_rows(shared_city, words):
    """--json prints exactly one object, the list stands under `rows`, and nothing else is on standard output."""
    assert isinstance(asked(shared_city, *words)["rows"], list)


@pytest.mark.parametrize("words", LISTS[:6], ids=" ".join)
def test_tables_align_with_chinese_text(shared_city, words):
    """Every line of a table is as wide as its head, counted as a terminal counts Chinese characters."""
    asked(shared_city, "score", "--check-point", c.CHECK_POINT)
    lines = done(shared_city, *words).out.rstrip("\n").split("\n")
    lines = [line for line in lines if not line.startswith("知悉时间")]  # what the table is as known at
    assert len(lines) > 1
    assert 1 == len({_width(line) for line in lines}), "\n".join(lines)


@pytest.mark.slow
def test_a_process_of_its_own_keeps_output_and_logs_apart(city, tmp_path):
    """Answers go to standard output, messages and logs to standard error; exit statuses are 0, 1 and 2."""
    path = tmp_path / "f.xml"
    path.write_text("<html><body>404</body></html>")
    words = ("feed", "read", path, "--account", c.UNSEEN, "--looked-at", c.CHECK_POINT, "--strict", "--json")
    answer = process(city, *words)
    assert (1, {"new_posts": 0, "trusted": False, "dead_letters": 1}) == (answer.status, answer.json)
    answer = process(city, "run", "--until-idle", "--json")
    assert (0, {"folded", "stored", "delivered"}) == (answer.status, set(answer.json))
    answer = process(city, "explain", "nobody", "--check-point", c.CHECK_POINT, "--json")
    assert (2, "") == (answer.status, answer.out)
    assert "nobody" in answer.err
    assert "Traceback" not in answer.err


def test_the_console_channel_writes_to_standard_error(registered, tmp_path):
    """Alerts told while `run` works never mix with its answer."""
    done(registered, "polls", "replay", c.recorded_polls(tmp_path))
    answer = process(registered, "run", "--until-idle", "--json")
    assert answer.json["delivered"] > 0
    assert c.NAMES[c.SILENT] in answer.err


def test_help_names_every_command_of_the_table():
    """`xuncha --help` lists the commands that others script against."""
    told = xuncha(Path(), "--help").out
    names = "init accounts polls feed looks posts filings findings run status score explain verify diff rounds alerts"
    for name in [*names.split(), "sources", "dead-letters", "rulesets", "sql", "templates", "events"]:
        assert name in told


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
