"""kill -9 at every named point and at random moments: nothing acknowledged is lost, nothing is told twice."""

import json
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fork_server import Process
from tests.pipeline import sequence
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, polls
from tests.pipeline.program import ROOT, WITHIN_S, asked, done, environment, process, rows

FIRST = (
    "init.before_log",
    "append.before_commit",
    "append.after_commit",
    "sink.before_insert",
    "sink.after_insert",
    "poll.before_commit",
    "poll.after_commit",
    "fold.before_transaction",
    "fold.before_commit",
    "fold.after_commit",
    "notify.before_send",
    "notify.after_send",
    "notify.before_position",
    "feed.before_commit",
    "feed.after_commit",
    "round.before_rows",
    "round.before_manifest",
    "round.after_manifest",
)
"""Every point at its first passing, in the order in which a day's work comes to them."""

LATER = (
    "poll.after_commit:3",
    "append.before_commit",
    "fold.before_commit:2",
    "notify.after_send:2",
    "notify.before_position:2",
    "sink.after_insert",
    "fold.before_transaction",
    "notify.after_send:2",
    "append.after_commit",
    "sink.after_insert:2",
)
"""Points at later passings: behind the last poll, in the middle of a batch, of the messages, and of a round."""

ELSEWHERE = (
    *("loop.", "sink.before_commit", "import.", "export."),
    *("draw.", "sheet.", "evidence.", "decide.", "freeze.", "revise.", "report.", "bulletin.", "claim."),
    *("upload.", "intake.", "undo.", "texts.", "merge.", "separate.", "take_back.", "number."),
    *("cancel.", "carry.", "serve.", "answer.", "emergency.", "patrol.", "remind."),
    "supervision.",
)
"""Points that tests/kafka, transfer, claims, rounds, bulletin, intake, patrol and files beside this one kill at."""

THROTTLE_MS = 125
KILLED_WITHIN_S = 3.0
LASTS_S = 10.0


def start(folder: Path, **env: str) -> "subprocess.Popen[str]":
    """Start a day's work, or go on with it, and wait until it works."""
    worker = Process(
        [sys.executable, "-m", "tests.pipeline.sequence", str(folder)],
        cwd=ROOT,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert worker.stdout is not None
    assert "ready\n" == worker.stdout.readline()
    return worker


def finish(folder: Path, **env: str) -> int:
    """Go on until the end, or until the process dies; returns its status."""
    worker = start(folder, **env)
    _, err = worker.communicate(timeout=WITHIN_S)
    assert worker.returncode in (0, -signal.SIGKILL), err
    return worker.returncode


def result(folder: Path) -> dict[str, Any]:
    """Return all that a day's work leaves, without what depends on when it was done."""
    home = folder / sequence.HOME
    run = json.loads((folder / sequence.ANSWER).read_text("utf-8"))
    assert asked(home, "verify", run["run_id"])["holds"]
    lines = [json.loads(line) for line in (home / "alerts.jsonl").read_text("utf-8").splitlines()]
    told = sorted(line["id"] for line in lines)
    assert sorted(set(told)) == told, "an id was delivered twice"
    gaps = "SELECT topic, partition FROM records GROUP BY topic, partition HAVING max(offset) + 1 != count()"
    assert [] == rows(home, "sql", gaps), "records were lost or stored twice"
    alerts = rows(home, "alerts")
    facts = "SELECT DISTINCT toString(id) AS id FROM records WHERE topic = 'facts' AND type != 'log.marked' ORDER BY id"
    return {
        "digest": run["digest"],
        "rows": run["rows"],
        "facts": rows(home, "sql", facts),
        "alerts": [{k: v for k, v in row.items() if k != "recorded_at"} for row in alerts],
        "told": told,
        "letters": [(row["place"], row["reason"]) for row in rows(home, "dead-letters")],
    }


@pytest.fixture(scope="module")
def now() -> datetime:
    """A time for all runs of this module, recent enough for alerts that are told one by one."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, now: datetime) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("undisturbed")
    sequence.make_input(folder, now)
    assert 0 == finish(folder)
    found = result(folder)
    assert {"alert.raised", "alert.skipped", "alert.cleared"} == {row["type"] for row in found["alerts"]}
    lines = (folder / sequence.HOME / "alerts.jsonl").read_text("utf-8").splitlines()
    kinds = {json.loads(line)["kind"] for line in lines}
    assert {"summary", "alert", "cleared"} == kinds
    assert 1 == len(found["letters"])
    return found


@pytest.fixture
def folder(tmp_path: Path, now: datetime) -> Path:
    sequence.make_input(tmp_path, now)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("points", [FIRST, LATER], ids=["first passings", "later passings"])
def test_a_kill_between_two_durable_steps_changes_nothing(undisturbed, folder, points):
    """Killed at one point after another and started again each time, the work ends like an undisturbed one."""
    for point in points:
        assert -signal.SIGKILL == finish(folder, XUNCHA_FAIL_POINT=point), f"{point} was never passed"
    assert 0 == finish(folder)
    assert undisturbed == result(folder)


@pytest.mark.slow
def test_a_summary_that_was_cut_off_is_told_again_as_it_was(home, tmp_path):
    """An alert whose summary went out before a kill does not stand in the next summary as well."""
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))
    fail_point = {"XUNCHA_FAIL_POINT": "notify.after_send:2"}  # the console's, then the file's
    assert -signal.SIGKILL == process(home, "run", "--until-idle", env=fail_point).status
    later = polls(tmp_path / "later", [(at("2021-06-18 08:00"), {c.UNSEEN: [at("2021-06-01 08:00")]})])
    done(home, "polls", "replay", later)
    done(home, "run", "--until-idle")
    lines = [json.loads(line) for line in (home / "alerts.jsonl").read_text("utf-8").splitlines()]
    raised = [row for row in rows(home, "alerts") if row["type"] == "alert.raised"]
    assert [str(n) for n in (1, len(raised) - 1)] == [line["details"]["count"] for line in lines]
    assert len(raised) > 1


def test_every_fail_point_of_the_code_is_killed_at():
    """A new fail point in the code has to be added to the list above, or to that of Kafka's loop and of a move."""
    sources = [path for room in ("connectors", "pipeline") for path in (ROOT / room).rglob("*.py")]
    named = re.compile(r"fail_point\(\s*\"([a-z_.]+)\"")
    found = {name for path in sources for name in named.findall(path.read_text("utf-8"))}
    assert {name for name in found if not name.startswith(ELSEWHERE)} == set(FIRST)


@pytest.mark.slow
def test_ten_kills_at_random_moments_change_nothing(undisturbed, tmp_path, now):
    """A throttled run, killed at ten random moments."""
    kill_at_random_moments(undisturbed, tmp_path, now, 10)


@pytest.mark.long
def test_a_hundred_kills_at_random_moments_change_nothing(undisturbed, tmp_path, now):
    """Throttled runs, one after another, killed at a hundred random moments."""
    kill_at_random_moments(undisturbed, tmp_path, now, 100)


def kill_at_random_moments(undisturbed: dict[str, Any], folder: Path, now: datetime, kills: int) -> None:
    """Kill, start again, and check each time the work has come to its end; prints its seed."""
    seed = int(os.environ.get("XUNCHA_KILL_SEED") or secrets.randbits(32))
    print(f"XUNCHA_KILL_SEED={seed}")  # noqa: T201 (pytest shows it beside a failure)
    moments = random.Random(seed)
    place: Path | None = None
    killed = homes = 0
    while killed < kills or place is not None:
        if place is None:
            homes += 1
            place, worked_s = folder / str(homes), 0.0
            sequence.make_input(place, now)
        throttle_ms = THROTTLE_MS if killed < kills else 0
        begun = time.monotonic()
        worker = start(place, XUNCHA_THROTTLE_MS=str(throttle_ms))
        within_s = moments.uniform(0, KILLED_WITHIN_S) if killed < kills else WITHIN_S
        try:
            _, err = worker.communicate(timeout=within_s)
            assert 0 == worker.returncode, err
            assert killed >= kills or worked_s + time.monotonic() - begun >= LASTS_S
            assert undisturbed == result(place)
            place = None
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.communicate()
            killed += 1
            worked_s += time.monotonic() - begun
    assert killed == kills
