"""Operating a log on Kafka: what hangs is found, what ends is started again, what was bad can be replayed."""

import json
import signal
import subprocess
from contextlib import closing

import pytest

from connectors.log.dead_letters import DeadLetter
from connectors.log.port import FACTS
from events.codec import encode_event
from tests.connectors.log.facts import a_marker, a_post
from tests.fork_server import Process
from tests.kafka.city import city
from tests.kafka.contents import until
from tests.pipeline import small_city
from tests.pipeline.program import ROOT, asked, command, done, environment, rows, xuncha


@pytest.fixture
def home(cluster, tmp_path):
    """A home whose log is on Kafka."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings = f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
    (folder / "xuncha.toml").write_text(settings, "utf-8")
    return folder


def stuck_groups(home, *words):
    """Return the exit status of `xuncha lag`, and the groups that it says are stuck."""
    answer = xuncha(home, "lag", "--json", *words)
    return answer.status, {row["group"] for row in answer.rows if row["stuck"]}


@pytest.mark.slow
def test_a_worker_that_hangs_while_it_is_alive_is_found(home, contents, start_worker):
    """Only an offset that moves is a sign of life: a stopped process shows as stuck, and as well when it goes on."""
    worker = start_worker(contents.cluster, "worker", "--session-timeout", 60)
    contents.append(list(city(2, 20)))
    until(contents.is_worked_off)
    status, stuck = stuck_groups(home, "--stuck-after", 1)
    assert "worker" not in stuck
    worker.send(signal.SIGSTOP)
    contents.append([a_marker()])
    until(lambda: "worker" in stuck_groups(home, "--stuck-after", 1)[1])
    status, _ = stuck_groups(home, "--stuck-after", 1)
    assert 1 == status
    held = [row for row in rows(home, "lag", "--all", "--stuck-after", 9999) if row["group"] == "worker"]
    assert all(row["holder"] for row in held), "the group still believes in it"
    worker.send(signal.SIGCONT)
    until(contents.is_worked_off)
    until(lambda: "worker" not in stuck_groups(home, "--stuck-after", 1)[1])


def test_a_log_whose_ticker_died_is_late(home, contents, start_worker):
    """A ticker notes how far the log reached at its tick; when none comes for two intervals, `lag` says so."""
    (home / "xuncha.toml").write_text(
        "tick_minutes = 60\n" + (home / "xuncha.toml").read_text("utf-8"), "utf-8"
    )
    assert asked_lag(home)["last_tick"] is None
    start_worker(contents.cluster, "ticker")
    until(lambda: asked_lag(home)["last_tick"] is not None)
    assert not asked_lag(home)["tick_late"]
    assert {row["past_last_tick"] for row in asked_lag(home)["rows"] if row["topic"] == FACTS} == {False}


def asked_lag(home):
    return xuncha(home, "lag", "--json", "--all", "--stuck-after", 9999).json


def test_a_dead_letter_of_the_log_can_be_replayed_after_a_fix(home, contents):
    """What an older release could not read is read again, becomes a fact, and is no longer pending."""
    from connectors.kafka.log import KafkaLog

    post = a_post(1)
    with closing(KafkaLog(contents.cluster, home / "memory.sqlite", fail_point=lambda _: None)) as log:
        with log.transaction():
            log.note_letter(DeadLetter(FACTS, "partition 1 offset 7", "too new", encode_event(post)))
            log.note_letter(DeadLetter(FACTS, "partition 2 offset 3", "no event envelope", b"{"))
        answer = xuncha(home, "dead-letters", "replay", "--json")
        assert (1, {"replayed": 1, "still_bad": 1}) == (answer.status, answer.json)
        assert [encode_event(post)] == [r.value for p in range(4) for r in log.read(FACTS, p, 0, 10)]
    pending = [row["reason"] for row in rows(home, "dead-letters", "list") if row["replayed_at"] is None]
    assert ["no event envelope"] == pending


@pytest.mark.slow
def test_run_keeps_everything_running_on_one_machine(home, tmp_path):
    """`run` starts all processes; one that is killed comes back, commands work beside it, a signal ends all."""
    with (tmp_path / "run.log").open("wb") as log:
        running = Process(
            command(home, "run", "--no-ticks", "--workers", "2"), cwd=ROOT, env=environment(), stderr=log
        )
    try:
        until((home / "run" / "door.json").exists)
        done(home, "accounts", "import", small_city.registry(tmp_path))
        done(home, "polls", "replay", small_city.recorded_polls(tmp_path))
        until(lambda: len(started(tmp_path, "worker")) >= 2)
        killed = started(tmp_path, "worker")[0]
        subprocess.run(["kill", "-9", str(killed)], check=True)
        done(home, "findings", "import", small_city.findings(tmp_path))
        done(home, "run", "--until-idle")
        until(lambda: len(started(tmp_path, "worker")) >= 3)
        on_kafka = asked(home, "score", "--check-point", small_city.CHECK_POINT)
        assert "alert.raised" in {row["type"] for row in rows(home, "alerts")}
        small_city.build(tmp_path / "embedded", tmp_path / "again")
        embedded = asked(tmp_path / "embedded", "score", "--check-point", small_city.CHECK_POINT)
        assert on_kafka["digest"] == embedded["digest"]
        running.send_signal(signal.SIGTERM)
        assert 0 == running.wait(40)
    finally:
        running.kill()
        running.wait()
    assert not (home / "run" / "door.json").exists()


def started(tmp_path, name):
    """Return the process numbers of a kind of process, in the order in which they were started."""
    lines = (tmp_path / "run.log").read_text("utf-8").splitlines()
    said = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
    return [line["pid"] for line in said if line["event"] == "process started" and line["process"] == name]


def test_a_command_without_a_history_says_what_to_start(home):
    """Nobody answers for the history of the home: nothing is guessed."""
    answer = xuncha(home, "accounts", "list")
    assert 2 == answer.status
    assert "xuncha run" in answer.complaint
