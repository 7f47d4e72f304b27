"""Wrong use and wrong input that is no sheet: exit 2, a message that names the thing, nothing half done."""

import shutil
from pathlib import Path

import pytest

from connectors.history.client import HistoryError
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.cli.test_wrong_sheets import state_of
from tests.pipeline.inputs import at, feed_file, polls, sheet
from tests.pipeline.program import Answer, asked, done, process, rows, xuncha

AT = ("--check-point", c.CHECK_POINT)
HOME_COMMANDS = (
    ("accounts", "list"),
    ("run", "--until-idle"),
    ("run",),
    ("status", *AT),
    ("dead-letters",),
    ("sql", "SELECT 1"),
    ("alerts",),
)

# words of a command, what the message has to name
REFUSED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no command": (("nonsense",), ("nonsense",)),
    "no check point": (("status",), ("--check-point",)),
    "no time at all": (("score", "--check-point", "yesterday"), ("yesterday", "ISO 8601")),
    "known-at without a time of day": (
        ("score", *AT, "--known-at", "2021-06-17"),
        ("--known-at", "time of day"),
    ),
    "known-at in the future": (
        ("score", *AT, "--known-at", "2999-01-01T00:00:00+08:00"),
        ("--known-at", "2999-01-01", "not closed"),
    ),
    "status known-at in the future": (
        ("status", *AT, "--known-at", "2999-01-01T00:00:00+08:00"),
        ("--known-at", "not closed"),
    ),
    "unknown ruleset": (("score", *AT, "--ruleset", "mars-2030"), ("mars-2030", "national-2019-19@1")),
    "unknown version of a ruleset": (
        ("status", *AT, "--ruleset", "national-2019-19@9"),
        ("national-2019-19@9",),
    ),
    "rules of an unknown ruleset": (("rulesets", "mars-2030"), ("mars-2030",)),
    "no quarter": (("score", *AT, "--quarter", "2021Q5"), ("2021Q5", "2023Q1")),
    "quarter that has not begun": (("score", *AT, "--quarter", "2022Q1"), ("2022Q1",)),
    "status of a fourth kind": (("status", *AT, "--only", "rotten"), ("rotten", "stale")),
    "unknown account": (("explain", "nobody", *AT), ("nobody",)),
    "unknown account of alerts": (("alerts", "--account", "nobody"), ("nobody",)),
    "unknown run": (("verify", "ffffffff"), ("ffffffff", "xuncha runs")),
    "unknown run of diff": (("diff", "ffffffff", "00000000"), ("ffffffff",)),
    "ambiguous run": (("verify", ""), ("2 runs",)),
    "ambiguous run of diff": (("diff", "", ""), ("2 runs",)),
    "unknown finding": (("findings", "withdraw", "ffffffff", "--reason", "x"), ("ffffffff",)),
    "ambiguous finding": (("findings", "withdraw", "", "--reason", "x"), ("2 ids",)),
    "no reason": (("findings", "withdraw", "ffffffff"), ("--reason",)),
    "empty reason": (("findings", "withdraw", "ffffffff", "--reason", " "), ("--reason",)),
    "unknown dead letter": (("dead-letters", "show", "77"), ("77",)),
    "unknown dead letter to replay": (("dead-letters", "replay", "77"), ("77",)),
    "sql that drops": (("sql", "DROP TABLE records"), ("refused",)),
    "sql that inserts": (("sql", "INSERT INTO runs SELECT * FROM runs"), ("refused",)),
    "sql that deletes": (("sql", "DELETE FROM records WHERE 1"), ("refused",)),
    "sql that alters": (("sql", "ALTER TABLE records DELETE WHERE 1"), ("refused",)),
    "sql that creates": (("sql", "CREATE TABLE t (a Int8) ENGINE = Memory"), ("refused",)),
    "sql that sets": (("sql", "SET readonly = 0"), ("refused",)),
    "sql that optimizes": (("sql", "OPTIMIZE TABLE records FINAL"), ("refused",)),
    "sql that writes a file": (("sql", "SELECT 1 INTO OUTFILE 'x.csv'"), ("refused",)),
    "sql that reads a file": (("sql", "SELECT * FROM file('/etc/hostname', 'RawBLOB')"), ("refused",)),
    "sql that lifts its limits": (("sql", "SELECT 1 SETTINGS readonly = 0"), ("refused",)),
    "two statements": (("sql", "SELECT 1; SELECT 2"), ("refused",)),
    "a write behind a read": (("sql", "SELECT 1; DROP TABLE records"), ("refused",)),
    "sql that is none": (("sql", "SELEC 1"), ("refused",)),
    "sql of an unknown table": (("sql", "SELECT * FROM nowhere"), ("nowhere",)),
    "empty sql": (("sql", " "), ("query",)),
    "missing file": (("accounts", "import", "missing.csv"), ("missing.csv",)),
    "missing polls": (("polls", "replay", "missing"), ("missing",)),
}


@pytest.fixture(scope="module")
def judged(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with two rounds."""
    folder = tmp_path_factory.mktemp("judged") / "city"
    copied(city_model / "home", folder)
    done(folder, "score", *AT)
    done(folder, "score", *AT)
    return folder


def refused(answer: Answer, *named: str) -> None:
    """Check that a command was refused in words, without a traceback and without an answer."""
    assert (2, "") == (answer.status, answer.out), answer
    assert "Traceback" not in answer.err
    for part in named:
        assert part in answer.complaint


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_command_is_refused_in_words(judged, monkeypatch, tmp_path, case):
    """Exit 2, the message names what is wrong, standard output stays empty, the log stays as it was."""
    monkeypatch.chdir(tmp_path)
    words, named = REFUSED[case]
    before = state_of(judged)
    refused(xuncha(judged, *words), *named)
    assert before == state_of(judged)
    assert [] == list(tmp_path.iterdir())


def test_the_history_is_whole_after_all_that_was_refused(judged):
    """No refused statement took anything away."""
    (row,) = rows(
        judged, "sql", "SELECT (SELECT count() FROM runs) AS runs, (SELECT count() > 0 FROM records) AS held"
    )
    assert {"runs": 2, "held": 1} == row


@pytest.mark.parametrize("words", HOME_COMMANDS, ids=" ".join)
def test_a_folder_that_is_no_home_is_named_with_what_to_type(tmp_path, words):
    """Without a home every command says how to make one, and makes nothing itself."""
    refused(xuncha(tmp_path / "nowhere", *words), "nowhere", "init")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tick_minutes = 0", "tick_minutes"),
        ('tick_minutes = "often"', "tick_minutes"),
        ("colour = 1", "colour"),
        ("tick_minutes = [", "xuncha.toml"),
        ('ruleset = "mars-2030"', "mars-2030"),
        ('[webhook]\nurl = "ftp://example.org"', "webhook"),
        ('[webhook]\nurl = "https://example.org"\nheader_from = "XUNCHA_NOT_SET"', "XUNCHA_NOT_SET"),
    ],
)
def test_broken_settings_are_named(home, text, named):
    """A wrong xuncha.toml stops the run with the file and the field."""
    (home / "xuncha.toml").write_text(text)
    refused(xuncha(home, "run", "--until-idle"), named)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", 'ruleset = "广"'.encode("gb18030")])
def test_settings_that_are_no_utf8_are_named(home, content):
    """Bytes that are no text are refused like any other fault of the file."""
    (home / "xuncha.toml").write_bytes(content)
    refused(xuncha(home, "run", "--until-idle"), "xuncha.toml")


@pytest.mark.parametrize(
    ("text", "named"),
    [("name = 'mine'", "mine.toml"), ("name = [", "mine.toml"), ("\x00", "mine.toml")],
)
def test_a_broken_ruleset_of_a_home_is_named(home, text, named):
    """A ruleset file that is wrong is named, wherever a ruleset is looked for."""
    (home / "rulesets").mkdir()
    (home / "rulesets" / "mine.toml").write_text(text)
    refused(xuncha(home, "rulesets"), named)
    refused(xuncha(home, "run", "--until-idle"), named)


def test_a_ruleset_of_a_home_cannot_take_the_name_of_a_released_one(home):
    """Design promise 9: a name and version mean one text; a second file with the same label is refused."""
    from importlib import resources

    text = (resources.files("infra") / "rulesets" / "national-2019-19.toml").read_text("utf-8")
    (home / "rulesets").mkdir()
    (home / "rulesets" / "mine.toml").write_text(
        text.replace("look_max_age_hours = 72", "look_max_age_hours = 7200")
    )
    refused(xuncha(home, "rulesets"), "mine.toml", "national-2019-19@1")


@pytest.mark.parametrize(
    "names",
    [("yesterday",), ("00_2021-06-31T080000",), ("01_2021-06-16T080000", "00_2021-06-17T080000"), ()],
)
def test_wrong_poll_folders_are_named(shared_city, tmp_path, names):
    """A folder whose name is no number and time, or out of order, and a folder without polls are refused."""
    (tmp_path / "polls").mkdir()
    for name in names:
        (tmp_path / "polls" / name).mkdir()
    before = state_of(shared_city)
    refused(xuncha(shared_city, "polls", "replay", tmp_path / "polls"), *(names or ("polls",)))
    assert before == state_of(shared_city)


def test_polls_with_a_file_of_an_unknown_account_are_refused_as_a_whole(shared_city, tmp_path):
    """The file is named; not even the polls before it are taken."""
    folder = polls(
        tmp_path / "polls",
        [(at("2021-06-18 08:00"), {c.POSTING: []}), (at("2021-06-18 09:00"), {"nobody": []})],
    )
    before = state_of(shared_city)
    refused(xuncha(shared_city, "polls", "replay", folder), "nobody", "--accounts")
    assert before == state_of(shared_city)


def test_polls_are_checked_before_the_registry_beside_them_is_imported(home, tmp_path):
    """--accounts with a wrong folder of polls imports nothing: nothing is half done."""
    folder = polls(tmp_path / "polls", [(at("2021-06-18 09:00"), {"nobody": []})])
    before = state_of(home)
    refused(xuncha(home, "polls", "replay", folder, "--accounts", c.registry(tmp_path)), "nobody")
    assert before == state_of(home)


def test_polls_older_than_the_clock_of_the_home_are_refused(city, tmp_path):
    """Design section 3, replay: a home whose last tick is later is refused unless --as-history."""
    folder = polls(tmp_path / "polls", [(at("2021-06-10 08:00"), {c.POSTING: []})])
    before = state_of(city)
    refused(xuncha(city, "polls", "replay", folder), "2021-06-17T12:00:00+08:00", "--as-history")
    assert before == state_of(city)
    assert 1 == asked(city, "polls", "replay", folder, "--as-history")["polls"]


@pytest.mark.parametrize("lag", ["soon", "-1h", "24", "40d"])
def test_a_lag_that_is_no_duration_is_named(shared_city, tmp_path, lag):
    """0, 90m, 24h and 2d are durations; more than 31 days are refused."""
    folder = polls(tmp_path / "polls", [(at("2021-06-18 08:00"), {c.POSTING: []})])
    before = state_of(shared_city)
    refused(xuncha(shared_city, "polls", "replay", folder, f"--lag={lag}"), lag)
    assert before == state_of(shared_city)


def test_a_feed_file_that_is_html_is_a_dead_letter_with_its_name(city, tmp_path):
    """A page instead of a feed proves nothing: exit 0 without --strict, a dead letter, a failed look."""
    path = tmp_path / "f.xml"
    path.write_text("<!DOCTYPE html><html><body>404</body></html>")
    words = ("feed", "read", path, "--account", c.SILENT, "--looked-at", "2021-06-17T13:00:00+08:00")
    assert {"new_posts": 0, "trusted": False, "dead_letters": 1} == asked(city, *words)
    (letter,) = rows(city, "dead-letters")
    assert str(path) == letter["origin"]


def test_a_feed_of_an_unknown_account_is_refused(shared_city, tmp_path):
    """The account is named, nothing is taken."""
    path = feed_file(tmp_path / "f.xml", at("2021-06-17 08:00"))
    before = state_of(shared_city)
    refused(
        xuncha(shared_city, "feed", "read", path, "--account", "nobody", "--looked-at", c.CHECK_POINT),
        "nobody",
    )
    refused(
        xuncha(shared_city, "feed", "read", path, "--account", c.SILENT, "--looked-at", "2021-06-17"),
        "is a day",
    )
    assert before == state_of(shared_city)


def test_a_time_without_a_zone_is_chinese_time_and_said_once(shared_city):
    """However many of them a command is given; the answer is that of the time with its zone."""
    zoned = asked(shared_city, "status", "--check-point", "2021-06-17T12:00:00+08:00")
    known_at = zoned["known_at"].removesuffix("+08:00")
    answer = xuncha(
        shared_city, "status", "--check-point", "2021-06-17 12:00", "--known-at", known_at, "--json"
    )
    assert zoned == answer.json
    assert answer.err == "2021-06-17 12:00: 按北京时间 taken as Chinese time (+08:00)\n"


@pytest.mark.parametrize(
    ("span", "named"),
    [
        (("--complete-from", "2021-06-01T00:00:00+08:00"), "--complete-until"),
        (("--complete-until", "2021-06-01T00:00:00+08:00"), "--complete-from"),
        (
            ("--complete-from", "2021-06-02T00:00:00+08:00", "--complete-until", "2021-06-01T00:00:00+08:00"),
            "--complete-from",
        ),
        (("--complete-from", "2021-06-01", "--complete-until", "2021-06-02T00:00:00+08:00"), "is a day"),
        (
            ("--complete-from", "2021-06-01T00:00:00+08:00", "--complete-until", "2999-06-02T00:00:00+08:00"),
            "--complete-until",
        ),
    ],
)
def test_a_declared_span_that_cannot_be_is_refused(shared_city, tmp_path, span, named):
    """Both ends, in order, with their times of day, and not in the future."""
    path = sheet(tmp_path / "posts.csv", ("账号ID", "发布时间"), (c.UNSEEN, "2021-06-15 10:00"))
    before = state_of(shared_city)
    refused(xuncha(shared_city, "posts", "import", path, *span), named)
    assert before == state_of(shared_city)


@pytest.mark.slow
def test_a_home_in_use_is_named(home):
    """While another process owns the home, a second owner is refused."""
    from pipeline.home.folder import Home

    with Home(home).owned():
        refused(process(home, "run"), str(home), "in use")


def test_a_damaged_log_is_named(home):
    """A log file that is no database is named, without a traceback."""
    (home / "log.sqlite").write_bytes(b"no database, only some bytes" * 100)
    for suffix in ("-wal", "-shm"):
        (home / f"log.sqlite{suffix}").unlink(missing_ok=True)
    refused(xuncha(home, "dead-letters"), "log.sqlite")


def test_errors_of_the_history_are_told_in_words(home):
    """A history that cannot be opened is named, without a traceback."""
    assert issubclass(HistoryError, Exception)
    shutil.rmtree(home / "history")
    (home / "history").write_text("no folder")
    refused(xuncha(home, "rounds"), "history")
