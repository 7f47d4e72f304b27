"""Reminders of rectification on Kafka: the ticker looks each hour, a unit is told once, whoever looks again."""

import json
import signal
import threading
from datetime import date

import pytest

from pipeline.home.actor import OFFICE
from pipeline.home.desk import open_desk
from pipeline.home.folder import Home
from pipeline.office.rectification.reminders import Remind, remind
from pipeline.runtime.hourly import Hourly
from tests.kafka.contents import until
from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.rounds.steps import NAME, frozen
from tests.pipeline.program import asked, done, rows

DUE = date(2021, 7, 15)


@pytest.mark.slow
def test_a_unit_is_told_once_whichever_ticker_looks(bare_cluster, start_worker, tmp_path):
    """A bulletin goes out, its last day comes: one fact and one message a unit; a second ticker adds neither."""
    from connectors.kafka.topics import apply_topics
    from pipeline.runtime.kafka.ticker import _tick

    apply_topics(bare_cluster, partitions=2)
    run = start_worker(bare_cluster, "run", "--no-ticks")
    until((run.home / "run" / "door.json").exists)
    issued(run.home, tmp_path)
    home = Home(run.home)

    def look():
        stop = threading.Event()

        def reminding():
            with open_desk(home) as desk:
                remind(desk, Remind(DUE), OFFICE)
            stop.set()

        hourly = Hourly(reminding, name="hourly", first_after_s=0.0)
        _tick(home, bare_cluster, stop, hourly)
        hourly.wait(60)

    for _ in range(2):
        look()
    units = {row["unit"] for row in rows(run.home, "rectification", "due", "--on", DUE.isoformat())}
    until(lambda: len(told(run.home)) >= len(units))
    done(run.home, "run", "--until-idle")
    assert units == {message["owner"] for message in told(run.home)}
    assert len(units) == len(told(run.home))
    run.send(signal.SIGTERM)
    assert 0 == run.code()


def issued(home, folder):
    done(home, "accounts", "import", c.registry(folder))
    done(home, "polls", "replay", c.recorded_polls(folder), "--as-history")
    done(home, "office", "set", "--name", "某办", "--letterhead", "某办文件")
    frozen(home)
    extras = folder / "extras.toml"
    extras.write_text(f"report_deadline = {DUE.isoformat()}\n", "utf-8")
    done(home, "bulletin", "draft", NAME, "--extras", extras, "--out", folder / "out")
    done(home, "bulletin", "check", NAME, "--out", folder / "out")
    issue = ("--number", "某办〔2021〕2号", "--on", "2021-07-01", "--out", folder / "out")
    asked(home, "bulletin", "issue", NAME, *issue, *OVERRIDES)


def told(home):
    path = home / "alerts.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [message for message in map(json.loads, lines) if message["kind"] == "task"]
