"""A home that a former program left, opened by this one: proofs hold, nobody is told twice, no account is doubled."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from connectors.history.outcomes import raised_messages
from connectors.notify.message import MESSAGE_TYPES
from pipeline.cli.program import app
from pipeline.home.folder import Home
from tests.fork_server import Process
from tests.former_state import Former, unpack
from tests.pipeline.program import WITHIN_S, Answer, asked, command, done, environment, rows, xuncha

CHECK_POINT = "2023-05-17T11:00:00+08:00"
ROUND, ACCOUNT = "jiangcheng-2023Q1", "a08"
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "status": ("--check-point", CHECK_POINT),
    "explain": (ACCOUNT, "--check-point", CHECK_POINT),
    "accounts show": (ACCOUNT,),
    "accounts responsible": (ACCOUNT,),
    "round show": (ROUND,),
    "bulletin show": (ROUND,),
    "bulletin figures": (ROUND,),
    "bulletin check": (ROUND, "--out", "{inputs}/bulletin"),
    "dead-letters show": ("1",),
    "focus watch": ("--check-point", CHECK_POINT),
    "reports due": ("--quarter", "2023Q1", "--due", "2023-03-15"),
    "registry check": ("--on", "2023-05-17"),
}
"""Of commands that show something and are no mere lists; a list is asked without."""

LISTS = (
    *("list", "late", "history", "tree", "access"),
    *("alerts", "sources", "rounds", "reconcile"),
)
MAY_SAY_NO = ("bulletin check", "registry check", "focus watch", "reconcile", "filings late")
"""Commands that exit with 1 where they found something."""


class Opened(NamedTuple):
    """A former home once this program has caught up with it."""

    former: Former
    told: bytes  # the file of alerts as it was left
    delivered: int


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The home, caught up with, and from then on kept by an owner that answers the commands of the tests."""
    former = unpack("home.tar.xz", tmp_path_factory.mktemp("former"))
    told = former.told
    delivered = asked(former.home, "run", "--until-idle")["delivered"]
    with owner(former.home):
        yield Opened(former, told, delivered)


@contextmanager
def owner(home: Path) -> Iterator[None]:
    """Keep `xuncha run` open, without the present's ticks; it has to end when it is asked to."""
    with (home.parent / "owner.log").open("wb") as log:
        running = Process(command(home, "run", "--no-ticks"), env=environment(), stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + WITHIN_S
            while not (home / "run" / "door.json").exists():
                assert running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
            running.terminate()
            assert running.wait(WITHIN_S) == 0
        finally:
            running.kill()
            running.wait()


def lists() -> list[str]:
    """Return the commands that list something and need to be told nothing, from the program itself."""

    def walk(command: Any, path: tuple[str, ...]) -> list[str]:
        if hasattr(command, "list_commands"):
            names = command.list_commands(None)
            return [found for name in names for found in walk(command.get_command(None, name), (*path, name))]
        parameters = getattr(command, "params", [])
        told = any(p.required for p in parameters) or not any("--json" in p.opts for p in parameters)
        return [] if told or path[-1] not in LISTS else [" ".join(path)]

    return walk(typer.main.get_command(app), ())


@pytest.mark.slow
def test_nobody_is_told_twice(opened):
    """What was told is known, and the file of alerts gains nothing."""
    assert (0, opened.told) == (opened.delivered, opened.former.told)
    assert opened.told.count(b"\n") > 5


@pytest.mark.slow
def test_what_channels_were_told_then_is_handed_over_by_their_names(opened):
    """An export of it says of each delivery that it went to the destination that is called as the channel."""
    with Home(opened.former.home).history() as (client, _):
        pages = list(raised_messages(client, MESSAGE_TYPES, datetime.now(UTC)))
    told = [(channel, *to) for page in pages for raised in page for channel, to in raised.told.items()]
    assert {("console", "console"), ("file", "file")} == set(told)
    assert len(told) > 5


def test_stored_runs_verify(opened):
    """Every run of that time holds: recomputed, or on its stored rows where its scorer is gone, which is said."""
    runs = {run["run_id"]: run for run in rows(opened.former.home, "rounds")}
    assert {run["run_id"] for run in opened.former.said["runs"]} <= runs.keys()
    assert {"round": 2, "ruleset": 4} == {
        "round": sum(bool(is_of_round(run)) for run in opened.former.said["runs"]),
        "ruleset": len({run["ruleset"] for run in opened.former.said["runs"]}),
    }
    for run in opened.former.said["runs"]:
        proof = asked(opened.former.home, "verify", run["run_id"])
        assert proof["holds"]
        assert run["digest"] == proof["stored_digest"]
        assert proof["recomputed_digest"] == run["digest"] or "scorer" in proof["note"]


def is_of_round(run: dict[str, object]) -> bool:
    return run["check_point"] == "2023-02-21T18:00:00+08:00"


@pytest.mark.parametrize("words", [*ARGUMENTS, *lists()])
def test_every_list_answers(opened, words):
    """With --json, each list of this program shows what that one wrote."""
    answer = ask(opened.former, words)
    assert answer.status in ((0, 1) if words in MAY_SAY_NO else (0,)), answer.err
    assert answer.json


def ask(former: Former, words: str) -> Answer:
    arguments = [word.format(inputs=former.inputs) for word in ARGUMENTS.get(words, ())]
    return xuncha(former.home, *words.split(), *arguments, "--json")


@pytest.mark.slow
def test_alerts_are_listed_as_they_were(opened):
    """Each with its id, its level and its time."""
    fields = ("alert_id", "type", "level", "account_id", "at")
    wanted = {tuple(alert[f] for f in fields) for alert in opened.former.said["alerts"]}
    assert wanted <= {tuple(alert[f] for f in fields) for alert in rows(opened.former.home, "alerts")}


@pytest.mark.slow
def test_the_same_files_again_make_no_twins(opened):
    """No account, unit, post or finding is doubled, and nobody hears of it."""
    home, inputs, _ = opened.former
    before = counted(home)
    done(home, "accounts", "import", inputs / "accounts.csv")
    done(home, "accounts", "import", inputs / "spring-accounts.csv")
    done(home, "units", "import", inputs / "units.csv")
    span = ("--complete-from", "2022-11-20T00:00:00+08:00", "--complete-until", "2023-02-21T17:00:00+08:00")
    done(home, "posts", "import", inputs / "posts.csv", *span)
    done(home, "findings", "import", inputs / "findings.csv", "--ruleset", "suzhou-practice-2023")
    look = ("--account", "a09", "--looked-at", "2023-03-15T12:00:00+08:00", "--lag", "24h")
    done(home, "feed", "read", inputs / "good.xml", *look)
    done(home, "polls", "replay", inputs / "spring-polls")
    assert before == counted(home)
    assert opened.former.said["accounts"] == sorted(r["account_id"] for r in rows(home, "accounts", "list"))
    assert opened.told == opened.former.told


COUNTED_SQL = (
    "SELECT type, count() AS n FROM (SELECT DISTINCT id, type FROM records) WHERE type IN"
    " ('account.opened', 'unit.registered', 'post.published', 'finding.recorded') GROUP BY type ORDER BY type"
)


def counted(home):
    return rows(home, "sql", COUNTED_SQL)
