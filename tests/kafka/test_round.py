"""A round on Kafka: the same plan over the same facts is the same sample and the same digest as in a folder."""

import signal
from contextlib import closing
from datetime import timedelta

import pytest

from connectors.log.embedded import EmbeddedLog
from events.base import Payload
from events.codec import Event
from events.focus import FocusEntered
from events.ids import fact_id
from events.instants import SHANGHAI
from tests.bench.generate import stream
from tests.kafka.contents import until
from tests.pipeline.office.rounds.steps import FREEZE, NAME, fill, put, row_of, sheet_of
from tests.pipeline.program import asked, done, rows

PLAN = ("--share", 0.5, "--by", "platform", "--seed", 7)


def round_of(home, check_point, folder):
    """Take a round through its steps; returns the sample, both digests, and what the revision changed and why."""
    asked(home, "round", "announce", NAME, "--check-point", check_point.isoformat(), *PLAN)
    drawn = asked(home, "round", "draw", NAME)
    account = drawn["accounts"][0]
    looked_at = (check_point - timedelta(hours=2)).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    by_hand = {"looked_at": looked_at, "rule": "发布商业广告"}
    path = fill(sheet_of(home, folder), lambda page: put(page, row_of(page, account), **by_hand))
    (finding,) = asked(home, "round", "read", NAME, path, "--checker", "C1")["findings"]
    put_right = rectified(home, account, finding)
    run = asked(home, *FREEZE)
    words = ("--account", account, "--finding", finding, "--reason", "公益广告")
    objection = asked(home, "round", "object", NAME, *words)["objection_id"]
    correction = asked(home, "round", "decide", objection, "--upheld", "--reason", "属实")["correction_id"]
    revision = asked(home, "round", "revise", NAME)
    for run_id in (run["run_id"], revision["run"]["run_id"]):
        assert asked(home, "verify", run_id)["holds"]
    (row,) = revision["rows"]
    assert ("pass 90", "pass 100", [correction]) == (
        row["before"],
        row["after"],
        [cause["event_id"] for cause in row["causes"]],
    )
    digests = run["digest"], revision["run"]["digest"]
    return drawn["accounts"], drawn["focus"], *digests, row["account_id"], put_right


def rectified(home, account, finding):
    """Order that a finding is put right, send the answer back, take it again, and close it; returns the task."""
    asked(home, "rectification", "order", finding, "--due", "2099-01-08")
    answer = ("rectification", "answer", account, "--text", "已撤下")
    recheck = ("rectification", "recheck", account, "--by", "C2")
    asked(home, *answer)
    asked(home, *recheck, "--not-held", "--due", "2099-02-01")
    asked(home, *answer)
    asked(home, *recheck, "--held")
    (task,) = rows(home, "rectification", "due", "--all")
    assert "closed" == task["state"]
    return task["account_id"], task["rule"], task["due"], task["task_id"]


@pytest.mark.slow
def test_a_round_is_the_same_on_kafka_and_in_a_folder(bare_cluster, start_worker, tmp_path):
    """Design promise 3: runtime and number of partitions change neither draw nor rows, nor what a revision says.

    An account of the focus list, a check sheet with a finding, an objection that is upheld: all of it is the same.
    """
    from connectors.kafka.log import KafkaLog
    from connectors.kafka.topics import apply_topics

    facts: list[Event[Payload]] = list(stream(1000, 50))
    check_point = max(fact.time for fact in facts) - timedelta(hours=1)
    watched = facts[7].subject
    entered = FocusEntered(
        cause="flag", cause_id=fact_id("bench", watched, "flag"), reason="监测机构风险提示"
    )
    facts.append(Event(fact_id("bench", watched, "entered"), "bench", watched, facts[7].time, entered))
    done(tmp_path / "folder", "init", "--partitions", 4)
    with closing(EmbeddedLog(tmp_path / "folder" / "log.sqlite")) as log:
        log.append(facts)
    apply_topics(bare_cluster, partitions=2)
    with closing(KafkaLog(bare_cluster, tmp_path / "memory", fail_point=lambda _: None)) as log:
        log.append(facts)
    run = start_worker(bare_cluster, "run", "--no-ticks")
    until((run.home / "run" / "door.json").exists)
    on_kafka = round_of(run.home, check_point, tmp_path / "kafka-sheets")
    assert round_of(tmp_path / "folder", check_point, tmp_path / "sheets") == on_kafka
    accounts, focus, *_ = on_kafka
    assert (26, True) == (len(accounts), watched in accounts)
    assert 1 == focus
    run.send(signal.SIGTERM)
    assert 0 == run.code()
