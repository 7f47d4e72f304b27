"""`xuncha doctor` on embedded homes: each thing is broken for real, and found."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from connectors.history.client import open_embedded
from connectors.history.migrate import load_migrations, migrate
from connectors.history.server.ready import Ready
from connectors.history.server.spawn import READY_FILE, start_server
from connectors.log.dead_letters import DeadLetter
from events.instants import to_micros
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME, NO_OVERRIDES
from pipeline.home.ticks import append_ticks, tick_at
from pipeline.upkeep.doctor import in_home
from pipeline.upkeep.doctor.clocks import database_clock
from pipeline.upkeep.doctor.examination import examine
from pipeline.upkeep.doctor.finding import Finding
from tests.pipeline import small_city as c
from tests.pipeline.patrol.site import look_at
from tests.pipeline.program import done, xuncha
from tests.pipeline.runtime.test_owner import running

NOW = datetime(2026, 6, 15, tzinfo=UTC)
"""A day of a year whose holidays this release knows."""
TOKEN = "doctor-" + "t" * 20
MINUTE = timedelta(minutes=1)


def findings(home: Path, now: datetime = NOW) -> dict[str, Finding]:
    found = list(examine(home, NO_OVERRIDES, lambda: now))
    assert len({f.name for f in found}) == len(found)
    assert all(f.advice for f in found if f.state != "ok")
    return {f.name: f for f in found}


def states(home: Path, now: datetime = NOW) -> dict[str, str]:
    return {name: f.state for name, f in findings(home, now).items()}


def test_a_home_in_order_has_no_complaint(city):
    """Every check that makes sense without Kafka, each all right; nobody need run the home for that."""
    with closing(Home(city).open_log()) as log:
        append_ticks(log, [tick_at(NOW)])
    done(city, "score", "--check-point", c.CHECK_POINT)
    now = NOW + MINUTE
    with closing(Home(city).open_embedded_log()) as log, log.transaction():
        log.set_meta(
            "last_recorded_at", str(to_micros(now))
        )  # this city was made after the day of the calendar
    assert states(city, now) == dict.fromkeys(
        (
            "settings",
            "repeats",
            "secrets",
            "channels",
            "sources",
            "disk",
            "calendar",
            "ruleset",
            "confinement",
            "file of the log",
            "last tick",
            "times of the log",
            "dead letters",
            "database",
            "schema",
            "rows",
            "files of the history",
            "log and history",
            "stored rulesets",
            "claims",
            "intakes",
            "texts",
            "answers",
            "emergencies",
        ),
        "ok",
    )


def test_the_command_shows_what_it_found_and_ends_accordingly(home):
    """Warnings exit 0; one thing that is wrong exits 1. Marks are words that align, JSON has the plain states."""
    told = xuncha(home, "doctor", "--json")
    wrong = [row["name"] for row in told.rows if row["state"] == "wrong"]
    assert (told.status, told.json["all_right"]) == ((1, False) if wrong else (0, True))
    assert "warning" in {row["state"] for row in told.rows}  # no tick
    shown = xuncha(home, "doctor").out
    assert "最近时钟 last tick" in shown
    assert "注意" in shown
    assert "xuncha run" in shown
    (home / FILE_NAME).write_text('[webhook]\nurl = "https://a.example"\nheader_from = "XUNCHA_NOT_SET"\n')
    told = xuncha(home, "doctor")
    assert told.status == 1
    assert "错误" in told.out
    assert "XUNCHA_NOT_SET" in told.out


def test_settings_that_cannot_be_read_end_the_examination(home):
    """Nothing else can be known then; the file and the field are named, and no traceback is shown."""
    (home / FILE_NAME).write_text("tick_minutes = 0\n")
    (found,) = findings(home).values()
    assert (found.name, found.state) == ("settings", "wrong")
    assert "tick_minutes" in found.found
    told = xuncha(home, "doctor")
    assert (told.status, told.err) == (1, "")


def test_a_folder_that_is_no_home_is_said(tmp_path):
    """With what to do."""
    (found,) = findings(tmp_path).values()
    assert (found.name, found.state) == ("settings", "wrong")
    assert "init" in found.found


@pytest.mark.parametrize(
    ("section", "setting"),
    [
        ('[webhook]\nurl = "https://a.example"\nheader_from =', "[webhook] header_from"),
        ('[clickhouse]\nurl = "http://127.0.0.1:1"\npassword_from =', "[clickhouse] password_from"),
        ("[people]\nurl_from =", "[people] url_from"),
        ("[signin]\nurl_from =", "[signin] url_from"),
    ],
)
def test_secrets_that_settings_name_must_be_set(home, monkeypatch, section, setting):
    """An empty one counts as missing; a value that is set is not shown."""
    (home / FILE_NAME).write_text(f'{section} "XUNCHA_TEST_SECRET"\n')
    for value in (None, ""):
        if value is not None:
            monkeypatch.setenv("XUNCHA_TEST_SECRET", value)
        found = in_home.secrets(Home(home).settings)
        assert found.state == "wrong"
        assert f"XUNCHA_TEST_SECRET ({setting})" in found.found
    monkeypatch.setenv("XUNCHA_TEST_SECRET", "hush")
    found = in_home.secrets(Home(home).settings)
    assert found.state == "ok"
    assert "hush" not in str(found)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 11, 30), "ok"),
        (date(2026, 12, 1), "warning"),
        (date(2025, 12, 1), "ok"),
        (date(2050, 1, 1), "wrong"),
    ],
)
def test_the_calendar_has_to_know_this_year_and_from_december_on_the_next(today, state):
    """Deadlines in working days end there; what is not announced is not guessed."""
    assert in_home.calendar(today).state == state


def test_a_disk_that_fills_up_warns_before_it_is_wrong(tmp_path):
    """Two limits; how much is free is told in any case."""
    plenty = 1 << 60
    assert in_home.disk(tmp_path, enough_bytes=1, least_bytes=1).state == "ok"
    assert in_home.disk(tmp_path, enough_bytes=plenty, least_bytes=1).state == "warning"
    found = in_home.disk(tmp_path, enough_bytes=plenty, least_bytes=plenty)
    assert found.state == "wrong"
    assert "MiB free" in found.found


@pytest.fixture
def own_ruleset(city) -> Path:
    """A ruleset of the home's own, by which a round was scored."""
    text = (resources.files("infra") / "rulesets" / "national-2019-19.toml").read_text("utf-8")
    file = city / "rulesets" / "own.toml"
    file.parent.mkdir()
    file.write_text(text.replace('name = "national-2019-19"', 'name = "own"'), "utf-8")
    done(city, "score", "--check-point", c.CHECK_POINT, "--ruleset", "own")
    return file


@pytest.mark.slow
def test_a_ruleset_that_was_edited_after_a_round_is_wrong(city, own_ruleset):
    """Its name and version say one thing, its bytes another; a comment is enough. A removed one is a warning."""
    assert findings(city)["stored rulesets"].state == "ok"
    text = own_ruleset.read_bytes()
    own_ruleset.write_bytes(b"# harmless\n" + text)
    found = findings(city)["stored rulesets"]
    assert found.state == "wrong"
    assert "own@1" in found.found
    own_ruleset.unlink()
    assert findings(city)["stored rulesets"].state == "warning"


def test_a_ruleset_that_cannot_be_read_is_wrong(city, own_ruleset):
    """The file is named; the other checks go on."""
    own_ruleset.write_text("name = ", "utf-8")
    found = findings(city)
    assert found["ruleset"].state == "wrong"
    assert "own.toml" in found["ruleset"].found
    assert found["rows"].state == "ok"


def test_pending_dead_letters_warn_with_their_number(home):
    """Until they are replayed."""
    with closing(Home(home).open_log()) as log:
        with log.transaction():
            for place in ("row 1", "row 2"):
                log.note_letter(DeadLetter("feed.xml", place, "no date", b"raw"))
        found = findings(home)["dead letters"]
        assert found.state == "warning"
        assert found.found == "2 pending, the oldest from feed.xml, row 1: no date"
        with log.transaction():
            log.mark_replayed([letter.id for letter in log.letters()])
    assert findings(home)["dead letters"].state == "ok"


def test_a_tick_older_than_two_intervals_warns(home):
    """At exactly two it does not; commands may use a home that nobody runs, so it is no more than a warning."""
    with closing(Home(home).open_log()) as log:
        append_ticks(log, [tick_at(NOW)])
    assert findings(home, NOW + 120 * MINUTE)["last tick"].state == "ok"
    assert findings(home, NOW + 121 * MINUTE)["last tick"].state == "warning"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO records SELECT * FROM records WHERE topic = 'facts' AND offset = 1", "1 rows too many"),
        (
            "INSERT INTO records SELECT * FROM records WHERE topic = 'derived' AND offset = 0",
            "1 rows too many",
        ),
        ("ALTER TABLE records DELETE WHERE topic = 'facts' AND partition = 1 AND offset = 2", "1 of "),
    ],
)
def test_records_that_stand_twice_or_not_at_all_are_wrong(city, statement, told):
    """Partition and number are named; a row that is doubled does not hide one that is missing."""
    with closing(open_embedded(city / "history")) as client:
        client.command(statement, settings={"mutations_sync": 2, "insert_deduplicate": 0})
    found = findings(city)["rows"]
    assert found.state == "wrong"
    assert told in found.found


def test_a_history_that_cannot_be_opened_is_wrong(new_home):
    """Whatever the reason, it is told in one line, and no check that needs the database is made."""
    (new_home / "history").rmdir()
    (new_home / "history").write_text("no folder")
    found = findings(new_home)
    assert found["database"].state == "wrong"
    assert "rows" not in found


@pytest.fixture
def server_home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose history is a server of its own, empty yet."""
    monkeypatch.setenv("XUNCHA_TEST_TOKEN", TOKEN)
    with start_server(tmp_path / "chdb", token=TOKEN, state_dir=tmp_path / "state") as server:
        (home / FILE_NAME).write_text(
            f'[clickhouse]\nurl = "http://127.0.0.1:{server.port}"\nuser = "xuncha"\n'
            'password_from = "XUNCHA_TEST_TOKEN"\n'
        )
        yield home


@pytest.mark.slow
def test_a_server_without_migrations_or_with_others_is_wrong(server_home):
    """What is missing, and what was changed after it was applied, by name; what needs the tables is left out."""
    found = findings(server_home)
    assert found["schema"].state == "wrong"
    assert load_migrations()[0].name in found["schema"].found
    assert "xuncha migrate" in found["schema"].advice
    assert "rows" not in found
    with closing(Home(server_home).history_client()) as client:
        migrate(client)
        assert findings(server_home)["schema"].state == "ok"
        client.command(
            "ALTER TABLE schema_migrations UPDATE sha256 = 'edited' WHERE version = 2",
            settings={"mutations_sync": 2},
        )
    found = findings(server_home)
    assert found["schema"].state == "wrong"
    assert load_migrations()[1].name in found["schema"].found
    assert "confinement" not in found


def test_clocks_of_database_and_machine_may_differ_by_two_seconds(server_home):
    """More is a warning that says who is behind."""
    with closing(Home(server_home).history_client()) as client:

        def off(seconds: float) -> Finding:
            return database_clock(client, lambda: datetime.now(UTC) + timedelta(seconds=seconds))

        assert [off(s).state for s in (0, 1, -1, 10, -10)] == ["ok", "ok", "ok", "warning", "warning"]
        assert "behind this machine" in off(10).found
        assert "ahead of this machine" in off(-10).found


def test_the_confinement_of_a_running_server_is_told(home):
    """As the server itself says; a ready file that a killed server left says nothing."""
    run = home / "run"
    with start_server(home / "history", token=TOKEN, state_dir=run) as server:
        assert in_home.confinement(Home(home)).state == ("ok" if server.confined else "warning")
        ready = Ready.read(run / READY_FILE)
        assert ready is not None
    ended = subprocess.Popen(["true"])
    ended.wait()
    for pid, state in ((os.getpid(), "warning"), (ended.pid, "ok")):
        left = msgspec.structs.replace(ready, confined=False, pid=pid)
        (run / READY_FILE).write_bytes(msgspec.json.encode(left))
        assert in_home.confinement(Home(home)).state == state


def test_all_of_it_goes_through_the_door_of_a_running_home(city):
    """While the owner has the history, the same checks are made over HTTP."""
    with running(city):
        told = states(city)
    names = ("database", "schema", "rows", "files of the history", "log and history", "stored rulesets")
    assert {name: told[name] for name in names} == dict.fromkeys(names, "ok")


@pytest.mark.slow
def test_sources_are_examined_without_asking_them(city):
    """An unknown canary is told of, though nobody is there to answer; sources in order are named."""
    look_at(city, {"test:a": "http://127.0.0.1:1/a"})
    assert "ok" == findings(city)["sources"].state
    look_at(city, {"test:a": "http://127.0.0.1:1/a"}, canaries=["test:b"])
    found = findings(city)["sources"]
    assert ("warning", True) == (found.state, "test:b" in found.found)
    (city / FILE_NAME).write_text('[[source]]\nname = "读者"\nkind = "feeed"\n', "utf-8")
    found = findings(city)["sources"]
    assert ("wrong", True) == (found.state, "did you mean feed?" in found.found)
