"""One run of the kill test: feed, kill, wait until all is quiet, judge."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from os import kill
from pathlib import Path

import msgspec

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.topics import apply_topics
from connectors.log.port import FACTS
from events.base import Payload
from events.codec import Event
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from pipeline.runtime.kafka.idle import wait_until_idle
from pipeline.runtime.kafka.lag import measure_lag
from pipeline.runtime.kafka.supervisor import HomeHistory
from tests.crash.city import Fact, facts
from tests.crash.fleet import FROZEN_S, Fleet
from tests.crash.receiver import Receiver
from tests.crash.verdict import Verdict, judge
from tests.kafka_broker import Broker

PARTITIONS = 4
POISON = 20
READY_WITHIN_S = 60

STRIKES = {
    "worker": 30,
    "both workers": 8,
    "frozen worker": 12,
    "sink": 14,
    "frozen sink": 6,
    "notifier": 10,
    "frozen notifier": 5,
    "broker": 8,
    "history": 7,
}
"""What is killed or frozen, and how often in a hundred."""


class Plan(msgspec.Struct, frozen=True):
    """How much input, and how many kills."""

    kills: int
    events: int
    accounts: int
    seed: int = 1


def run(plan: Plan, folder: Path, *, say: Callable[[str], None]) -> Verdict:
    """Run the whole pipeline in a folder, kill at random, and return what became of it."""
    broker, receiver = Broker(folder / "kafka"), Receiver()
    broker.start()
    home = _home(folder, broker, receiver)
    cluster = home.cluster
    assert cluster is not None
    apply_topics(cluster, partitions=PARTITIONS)
    history = HomeHistory(home)
    history.look()
    fleet = Fleet(home.path, folder, broker)
    try:
        _await_positions(cluster)
        until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        source = facts(plan.events, plan.accounts, until=until, poison=POISON, seed=plan.seed)
        fed = _feed_and_kill(plan, fleet, history, cluster, source, folder, say)
        time.sleep(FROZEN_S)
        history.look()
        wait_until_idle(cluster, lambda: 0)
        assert not fleet.poisoned(), fleet.poisoned()
        verdict = judge(plan.kills, cluster, home, receiver.came, fed, until, folder)
        say(f"alerts {verdict.alerts} told {verdict.told} states that differ {verdict.states}")
        say(f"exits {Counter((m.role, code) for m in fleet.members for code in m.codes)}")
        return verdict
    finally:
        fleet.stop()
        history.close()
        receiver.stop()
        broker.remove()


def _feed_and_kill(
    plan: Plan,
    fleet: Fleet,
    history: HomeHistory,
    cluster: Cluster,
    source: Iterator[Fact],
    folder: Path,
    say: Callable[[str], None],
) -> list[Event[Payload]]:
    """Append the facts in as many parts as there are kills, each while a process dies."""
    chance = random.Random(plan.seed)
    fed: list[Event[Payload]] = []
    part = (plan.events + plan.accounts) // max(plan.kills, 1)
    feeding: Future[None] | None = None
    with (
        closing(KafkaLog(cluster, folder / "feeder.sqlite", fail_point=lambda _: None)) as log,
        ThreadPoolExecutor(1) as feeder,
    ):
        for n in range(plan.kills):
            if feeding is not None:
                feeding.result()
            chunk = list(islice(source, part))
            fed += [fact for fact in chunk if not isinstance(fact, bytes)]
            feeding = feeder.submit(_append, log, cluster, chunk)
            time.sleep(chance.uniform(0.2, 2.5))
            what = _strike(chance, fleet, history)
            say(f"{n + 1:4} {what}")
            history.look()
        if feeding is not None:
            feeding.result()
        rest = list(source)
        fed += [fact for fact in rest if not isinstance(fact, bytes)]
        _append(log, cluster, rest)
    return fed


def _running(history: HomeHistory) -> int:
    """Return the process of the history server, once one runs: after a kill the next one waits a little."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        history.look()
        try:
            return history.pid
        except LookupError:
            assert time.monotonic() < deadline, "no history server runs"
            time.sleep(0.05)


def _strike(chance: random.Random, fleet: Fleet, history: HomeHistory) -> str:
    """Kill or freeze something; returns what."""
    what = chance.choices(list(STRIKES), list(STRIKES.values()))[0]
    role = what.split()[-1].removesuffix("s")
    if what == "broker":
        fleet.restart_broker()
    elif what == "history":
        kill(_running(history), signal.SIGKILL)
    elif what == "both workers":
        for member in fleet.of(role):
            member.kill()
    elif what.startswith("frozen"):
        chance.choice(fleet.of(role)).freeze()
    else:
        chance.choice(fleet.of(role)).kill()
    return what


def _append(log: KafkaLog, cluster: Cluster, chunk: list[Fact]) -> None:
    """Append facts in their order, and bytes that are none to any partition."""
    events = [fact for fact in chunk if not isinstance(fact, bytes)]
    log.append(events)
    topic = cluster.topic(FACTS)
    bad = [fact for fact in chunk if isinstance(fact, bytes)]
    log._send([{"topic": topic, "partition": len(b) % PARTITIONS, "value": b} for b in bad])


def _home(folder: Path, broker: Broker, receiver: Receiver) -> Home:
    path = folder / "home"
    path.mkdir()
    (path / "xuncha.toml").write_text(
        f'[kafka]\nbootstrap = "{broker.bootstrap}"\nprefix = "crash"\n'
        f'[webhook]\nurl = "{receiver.url}"\nallow_private = true\n'
    )
    return make_home(path)


def _await_positions(cluster: Cluster) -> None:
    """Wait until every role holds its partitions: a new channel begins with what comes next."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        standings = measure_lag(cluster).standings
        groups = {s.group for s in standings}
        if len(groups) == 3 and all(s.holder for s in standings):
            return
        assert time.monotonic() < deadline, standings
        time.sleep(0.5)
