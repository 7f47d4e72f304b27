"""`xuncha notifier` on a real broker: channels, restarts, and what is told to whom."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.kafka.cluster import Cluster
from connectors.kafka.log import KafkaLog
from connectors.kafka.reader import Reader
from connectors.log.port import DERIVED
from connectors.people.person import Caller, PersonGiven, Placed
from events.base import Payload
from events.codec import CODEC, Event
from events.ids import partition_of
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.runtime.kafka.loop import PartitionLoop
from pipeline.runtime.kafka.notifier import notifier_loops
from pipeline.voice import channels
from pipeline.voice.channels import build_channels
from tests.fork_server import Process
from tests.kafka_plugin import PARTITIONS
from tests.pipeline import toy_channel
from tests.pipeline.cli.test_wrong_input import refused
from tests.pipeline.derived import cleared, raised, stalled
from tests.pipeline.program import WITHIN_S, command, environment, process
from tests.pipeline.voice.test_personal import UNIT, People, alert

ACCOUNTS = [f"A{n}" for n in range(8)]


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path, endpoint) -> Callable[..., "Place"]:
    """A home on Kafka whose webhook is an endpoint that answers by script."""

    def make(*answers) -> Place:
        hook = endpoint(*answers)
        home = tmp_path / "home"
        home.mkdir()
        (home / "xuncha.toml").write_text(
            f'[kafka]\nbootstrap = "{cluster.bootstrap}"\nprefix = "{cluster.prefix}"\n'
            f'[webhook]\nurl = "{hook.url()}"\nallow_private = true\n'
        )
        return Place(cluster, home, hook)

    return make


class Place:
    """A home on Kafka, and what its channels were told."""

    def __init__(self, cluster: Cluster, home: Path, hook) -> None:
        self.cluster = cluster
        self.home = home
        self.hook = hook

    def derive(self, *events: Event[Payload]) -> None:
        """Append derived events as folds do: those of a source to every partition."""
        memory = self.home / "memory.sqlite"
        with closing(KafkaLog(self.cluster, memory, fail_point=fail_point)) as log, log.transaction():
            for event in events:
                everywhere = event.type.startswith("source.")
                own = [partition_of(event.subject, PARTITIONS)]
                for partition in range(PARTITIONS) if everywhere else own:
                    log.write_derived(partition, [event])

    @contextmanager
    def notifier(self, *options: str) -> Iterator["subprocess.Popen[str]"]:
        """Start the process; it is killed at the end, if it still runs."""
        with Process(
            command(self.home, "notifier", *options, "--session-timeout", 6),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as started:
            try:
                yield started
            finally:
                started.kill()

    def in_file(self) -> list[str]:
        path = self.home / "alerts.jsonl"
        lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
        return [json.loads(line)["id"] for line in lines if line.endswith("\n")]

    def at_hook(self) -> list[str]:
        return [request.headers["Idempotency-Key"] for request in self.hook.requests]

    def recorded(self) -> list[tuple[int, str, str]]:
        """Return partition, message and channel of every outcome that is committed."""
        with closing(Reader(self.cluster)) as reader:
            events = [
                (partition, CODEC.decode(record.value).data)
                for partition, end in enumerate(reader.end_offsets(DERIVED))
                for record in reader.read(DERIVED, partition, 0, end)
            ]
        return [
            (p, str(data.message_id), data.channel) for p, data in events if data.type == "alert.delivered"
        ]


def fresh(*events: Event[Payload]) -> list[Event[Payload]]:
    """Return events as if they had been true a minute ago, so that they are told one by one."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    return [Event(e.id, e.source, e.subject, at, e.data) for e in events]


def ids(events: Iterable[Event[Payload]]) -> list[str]:
    return sorted(str(e.id) for e in events)


def until(condition: Callable[[], bool], started: "subprocess.Popen[str]") -> None:
    """Wait until something is so; the process must not end before."""
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert started.poll() is None, started.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_every_channel_is_told_once_over_kills(place):
    """Console and file from the start of the log, the webhook what comes next; then killed, started again, stopped."""
    here = place()
    before, after = fresh(*map(raised, ACCOUNTS[:4])), fresh(*map(raised, ACCOUNTS[4:]), stalled())
    ends = fresh(*map(cleared, ACCOUNTS))
    here.derive(*before)
    with here.notifier() as started:
        until(lambda: 8 == len(here.recorded()), started)  # each by console and file
        here.derive(*after)
        until(lambda: 23 == len(here.recorded()), started)
        started.kill()
    assert ids(after) == sorted(here.at_hook())
    here.derive(*ends)
    with here.notifier() as started:
        until(lambda: 43 == len(here.recorded()), started)
        started.send_signal(signal.SIGTERM)
        _, err = started.communicate(timeout=WITHIN_S)
    assert 0 == started.returncode, err
    lines = [json.loads(line) for line in err.splitlines()]
    assert ids(ends) == sorted(line["message_id"] for line in lines if line["event"] == "message")
    assert ids([*before, *after, *ends]) == sorted(here.in_file())
    assert ids([*after, *ends[4:]]) == sorted(here.at_hook())
    recorded = here.recorded()
    assert len(set(recorded)) == len(recorded)
    homes = {str(e.id): partition_of(e.subject, PARTITIONS) for e in (*before, *after, *ends)}
    assert [] == [(p, i) for p, i, _ in recorded if homes[i] != p]


@pytest.mark.slow
def test_kills_around_a_send_repeat_it_under_its_id(place):
    """Killed before it, between answer and commit, and in the commit: nothing is lost, each is recorded once."""
    here = place()
    words = ("notifier", "--channel", "webhook", "--session-timeout", 6)
    with here.notifier("--channel", "webhook") as started:
        until(lambda: notified(here), started)
    sent = []
    for account, point in zip(ACCOUNTS, KILLS, strict=False):
        events = fresh(raised(account))
        here.derive(*events)
        killed = process(here.home, *words, env={"XUNCHA_FAIL_POINT": point})
        assert -signal.SIGKILL == killed.status, killed.err
        sent.append(len(here.at_hook()))
    assert [0, 1] == sent[:2]
    events = fresh(*map(raised, ACCOUNTS[: len(KILLS)]))
    with here.notifier("--channel", "webhook") as started:
        until(lambda: len(KILLS) == len(here.recorded()), started)
    assert set(ids(events)) == set(here.at_hook())
    assert len(here.at_hook()) > len(events)
    assert ids(events) == sorted(i for _, i, _ in here.recorded())


KILLS = ("notify.before_send", "notify.after_send", "loop.before_commit")


def notified(here: Place) -> bool:
    """Tell whether a channel has recorded in every partition where it begins."""
    with closing(Reader(here.cluster)) as reader:
        partitions = range(reader.partitions("notified"))
        return all(any(True for _ in reader.messages("notified", p)) for p in partitions)


def test_a_channel_that_the_home_does_not_have_is_refused(place):
    """With the names of those that it has."""
    refused(process(place().home, "notifier", "--channel", "fax"), "no channel fax", "console, file, webhook")


def test_a_new_channel_is_told_here_too(place, monkeypatch):
    """One entry in the list, `tests/pipeline/toy_channel.py`: each of its destinations once, over two runs."""
    monkeypatch.setattr(channels, "CHANNELS", (*channels.CHANNELS, toy_channel.TOY))
    here = place()
    events = fresh(*map(raised, ACCOUNTS))
    here.derive(*events[:4])
    for count, more in ((8, events[4:]), (16, [])):
        home = Home(here.home)
        loops = notifier_loops(home, here.cluster, build_channels(home, ["toy"]), session_timeout_s=6)
        asyncio.run(run_until(loops[0], lambda count=count: count == len(here.recorded())))
        here.derive(*more)
    assert [ids(events)] * 2 == [sorted(each) for each in toy_channel.told(here.home)]


@pytest.mark.slow
def test_a_channel_of_people_is_told_once_whichever_partition_an_alert_lies_in(place, monkeypatch):
    """One process holds all partitions, people come from the people store; a second run tells nothing again."""
    channel = People(renews=True)
    channel.handle = "wecom"
    kind = channels.ChannelKind("wecom", lambda _: channel)
    monkeypatch.setattr(channels, "CHANNELS", (*channels.CHANNELS, kind))
    here = place()
    with closing(open_people(Home(here.home))) as store:
        given = PersonGiven("章工作甲", wecom="zhang")
        (person,) = store.put([Placed(UNIT, "staff_1", given)], Caller("clerk", "登记"))
    alerts = fresh(*(alert(account, "limit") for account in ACCOUNTS))

    def told() -> bool:
        return len(here.recorded()) == len(alerts)

    for derived in (alerts, []):
        home = Home(here.home)
        (loop,) = notifier_loops(home, here.cluster, build_channels(home, ["wecom"]), session_timeout_s=6)
        asyncio.run(run_until(loop, lambda: notified(here)))
        here.derive(*derived)
        (loop,) = notifier_loops(home, here.cluster, build_channels(home, ["wecom"]), session_timeout_s=6)
        asyncio.run(run_until(loop, told))
    assert {person} == {to for _, to in channel.sent}
    assert 1 <= len(channel.sent) <= len(ACCOUNTS)
    assert all(account in "".join(m.text for m in channel.messages) for account in ACCOUNTS)


async def run_until(loop: PartitionLoop, condition: Callable[[], bool]) -> None:
    """Run a loop in this process until something is so."""
    running = asyncio.create_task(loop.run())
    deadline = time.monotonic() + WITHIN_S
    while not running.done() and not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    loop.stop()
    await running
