"""One run: facts come in, the notifier dies at random moments, and at the end everything is counted."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.kafka.log import KafkaLog
from connectors.kafka.reader import Reader
from connectors.kafka.topics import apply_topics
from connectors.log.port import DERIVED, Log
from events.alert import AlertDelivered, AlertRaised
from events.codec import CODEC
from events.envelope import Record
from events.instants import from_micros
from pipeline.home.folder import Home
from pipeline.home.new_home import make_home
from pipeline.runtime.kafka.lag import measure_lag
from tests.fork_server import Process
from tests.kafka_broker import Broker
from tests.pipeline.program import command, environment
from tests.voice_crash.city import facts
from tests.voice_crash.receiver import Receiver

PARTITIONS = 2
CHANNEL = "hook"
READY_WITHIN_S = 60.0
TOLD_WITHIN_S = 240.0
ARRIVES_S = 0.2
"""What was sent before a kill may come so long after it; the next notifier takes longer to begin."""

SESSION = ("--session-timeout", "6")


class Plan(msgspec.Struct, frozen=True):
    """How many alerts, how many kills, and how long the receiver takes for each message."""

    kills: int
    alerts: int
    takes_s: float
    lives_s: float  # a notifier lives no longer than this after it told something
    seed: int = 1


class Counted(msgspec.Struct):
    """What is found at the end."""

    kills: int
    alerts: int
    missed: int  # alerts that the receiver never had
    doubled: int  # messages that came once more
    in_flight: int  # messages that stood between sending and record at a kill
    strange: int  # of the doubled, those that did not

    def line(self, runtime: str) -> str:
        """Return the closing line of a runtime."""
        counts = f"missed {self.missed} doubled {self.doubled} in_flight {self.in_flight}"
        return f"kills {self.kills} alerts {self.alerts} {counts} runtime {runtime}"

    @property
    def holds(self) -> bool:
        return self.missed == 0 and self.doubled <= self.in_flight and self.strange == 0 and self.alerts > 0


class Keeper:
    """A process of a home that is started again whenever it was killed."""

    def __init__(self, home: Path, *words: str) -> None:
        self._command = command(home, *words)
        self._log = home.parent / f"{words[0]}.log"
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return Process(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment())

    def look(self) -> None:
        """Start it again where it ended by itself."""
        if self._process.poll() is not None:
            self._process = self._start()

    def kill(self) -> float:
        """Kill it and start it again; returns the moment of the kill."""
        self._process.send_signal(signal.SIGKILL)
        at = time.time()
        self._process.wait(30)
        self._process = self._start()
        return at

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run_embedded(plan: Plan, folder: Path, say: Callable[[str], None]) -> Counted:
    """Kill the process that holds folds and notifier of a folder."""
    with ExitStack() as ending:
        receiver = Receiver(plan.takes_s)
        ending.callback(receiver.stop)
        home = make_city(folder, receiver)
        with closing(home.open_log()) as log:
            keeper = Keeper(home.path, "run", "--no-ticks")
            ending.callback(keeper.stop)
            killed = _kill(plan, log, receiver, keeper, lambda: None, say)
            keeper.stop()
            return _count(plan, killed, receiver, _embedded_records(log))


def run_on_kafka(plan: Plan, folder: Path, broker: Broker, say: Callable[[str], None]) -> Counted:
    """Kill the notifier of a log on Kafka, beside a worker that lives."""
    with ExitStack() as ending:
        receiver = Receiver(plan.takes_s)
        ending.callback(receiver.stop)
        kafka = f'[kafka]\nbootstrap = "{broker.bootstrap}"\nprefix = "voice-{folder.name}"\n'
        home = make_city(folder, receiver, kafka)
        cluster = home.kafka
        apply_topics(cluster, partitions=PARTITIONS)
        worker = Keeper(home.path, "worker", *SESSION)
        ending.callback(worker.stop)
        notifier = Keeper(home.path, "notifier", "--channel", CHANNEL, *SESSION)
        ending.callback(notifier.stop)
        await_that(lambda: held(cluster), READY_WITHIN_S, "worker and notifier hold no partitions")
        log = ending.enter_context(
            closing(KafkaLog(cluster, folder / "feeder.sqlite", fail_point=lambda _: None))
        )
        killed = _kill(plan, log, receiver, notifier, worker.look, say)
        notifier.stop()
        with closing(Reader(cluster)) as reader:
            records = [r for p in range(PARTITIONS) for r in reader.read(DERIVED, p, 0, 1 << 30)]
        return _count(plan, killed, receiver, records)


def make_city(folder: Path, receiver: Receiver, more: str = "") -> Home:
    path = folder / "home"
    path.mkdir(parents=True)
    channel = f'[[channel]]\nkind = "webhook"\nname = "{CHANNEL}"\nurl = "{receiver.url}"\n'
    (path / "xuncha.toml").write_text(
        f'{more}{channel}hosts = ["127.0.0.1"]\nallow_private = true\n', "utf-8"
    )
    return make_home(path)


def _kill(
    plan: Plan,
    log: Log,
    receiver: Receiver,
    keeper: Keeper,
    look: Callable[[], None],
    say: Callable[[str], None],
) -> list[float]:
    """Let facts come in as many parts as there are kills, each while something is told; then let all be told."""
    chance = random.Random(plan.seed)
    now = datetime.now(UTC).replace(microsecond=0)
    killed: list[float] = []
    for n in range(plan.kills):
        first, behind = (plan.alerts * (n + k) // plan.kills for k in (0, 1))
        log.append(facts(range(first, behind), now))
        before = len(receiver.came)
        await_that(
            lambda before=before: _on(look, len(receiver.came) > before), TOLD_WITHIN_S, "nobody is told"
        )  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, plan.lives_s))
        killed.append(keeper.kill())
        say(f"{n + 1:4} killed, {len(receiver.ids)} told")
    await_that(
        lambda: _on(look, len(receiver.ids) >= plan.alerts), TOLD_WITHIN_S, "not all are told", keeper.look
    )
    time.sleep(max(3 * plan.takes_s, 0.2))  # what comes once more comes now
    return killed


def _on(look: Callable[[], None], holds: bool) -> bool:
    look()
    return holds


def await_that(
    holds: Callable[[], bool], within_s: float, else_: str, look: Callable[[], None] = lambda: None
) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(else_)
        look()
        time.sleep(0.02)


def held(cluster: object) -> bool:
    standings = measure_lag(cluster).standings  # type: ignore[arg-type]
    mine = [s for s in standings if "sink" not in s.group]
    return len({s.group for s in mine}) >= 2 and all(s.holder for s in mine)


def _embedded_records(log: Log) -> list[Record]:
    return [r for p in range(log.partitions) for r in log.read(DERIVED, p, 0, 1 << 30)]


def _count(plan: Plan, killed: list[float], receiver: Receiver, records: list[Record]) -> Counted:
    """Hold what came against what was raised, and against when it was recorded as delivered."""
    raised: set[str] = set()
    recorded: dict[str, float] = {}
    for record in records:
        data = (event := CODEC.decode(record.value)).data
        at = from_micros(record.recorded_at).timestamp()
        if type(data) is AlertRaised:
            raised.add(str(event.id))
        elif isinstance(data, AlertDelivered) and data.channel == CHANNEL:
            message = str(data.message_id)
            recorded[message] = min(at, recorded.get(message, at))
    came = [message for _, message in receiver.came]
    in_flight = {
        (kill, message)
        for kill in killed
        for at, message in receiver.came
        if at <= kill + ARRIVES_S and kill < recorded.get(message, kill + 1)
    }
    doubtful = {message for _, message in in_flight}
    twice = {message for message in came if came.count(message) > 1}
    return Counted(
        kills=len(killed),
        alerts=len(raised),
        missed=len(raised - set(came)) + abs(plan.alerts - len(raised)),
        doubled=len(came) - len(set(came)),
        in_flight=len(in_flight),
        strange=len(twice - doubtful),
    )
