"""Answers and emergencies on Kafka: the same commands, the same derived events, one message a step."""

import json
import signal
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from events.account import AccountOpened
from events.codec import Event
from events.ids import fact_id
from events.patrol import AccountPatrolled
from events.post import PostPublished
from tests.kafka.contents import until
from tests.pipeline.program import asked, done, rows, xuncha

NAME, ACCOUNT = "某市发布", "wechat:a"
DAY = timedelta(days=1)


def fact(data, at, source="sheets"):
    return Event(fact_id(source, ACCOUNT, f"{data.type}:{at}"), source, ACCOUNT, at, data)


def told(home):
    """Return the steps of emergencies that the file channel was told."""
    path = home / "alerts.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return [line["details"]["step"] for line in lines if line["kind"] == "emergency"]


@pytest.mark.slow
def test_an_emergency_and_a_mute_on_kafka(bare_cluster, start_worker, tmp_path):
    """From the suspicion to the review, with a claim for each step; a step of the ladder is held meanwhile."""
    from connectors.kafka.log import KafkaLog
    from connectors.kafka.topics import apply_topics

    now = datetime.now(UTC)
    apply_topics(bare_cluster, partitions=2)
    with closing(KafkaLog(bare_cluster, tmp_path / "memory", fail_point=lambda _: None)) as log:
        opened = AccountOpened(given_id="a", name=NAME, platform="微信订阅号", owner="某局")
        posted = now - 13 * DAY - timedelta(hours=12)
        log.append([fact(opened, now - 300 * DAY), fact(PostPublished(observed_at=posted), posted)])
        run = start_worker(bare_cluster, "run")
        until((run.home / "run" / "door.json").exists)
        done(run.home, "alerts", "mute", NAME, "--reason", "migration")
        log.append([fact(AccountPatrolled(shows_from=posted), datetime.now(UTC), "polls")])
    problem = ("--problem", "严重表述错误")
    done(run.home, "emergencies", "suspect", NAME, *problem)
    assert 1 == xuncha(run.home, "emergencies", "suspect", NAME, *problem).status
    done(run.home, "emergencies", "confirm", NAME, "--second", "section_head")
    until(lambda: told(run.home) == ["confirmed"])
    done(run.home, "emergencies", "taken-down", NAME)
    done(run.home, "emergencies", "verify", NAME, "--gone")
    for authority in ("网信", "公安"):
        done(run.home, "emergencies", "handed-over", NAME, "--to", authority)
    done(run.home, "emergencies", "close", NAME, "--review", "已完善审核")
    (case,) = rows(run.home, "emergencies", "list")
    assert ("closed", {"cyberspace", "police"}) == (case["state"], set(case["handed_over"]))
    waiting = asked(run.home, "claims", "list", "--waiting")
    assert ([], []) == (waiting["rows"], waiting["void_acts"])
    until(lambda: told(run.home) == ["confirmed", "verified"])
    assert ["mute"] == [row["cause"] for row in rows(run.home, "alerts", "answers")]
    until(lambda: "alert.held" in {row["type"] for row in rows(run.home, "alerts")})
    assert [] == [row for row in rows(run.home, "alerts") if row["type"] == "alert.raised"]
    run.send(signal.SIGTERM)
    assert 0 == run.code()
