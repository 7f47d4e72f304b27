"""What the kill test finds at the end: topics, history and messages against the pure folds of the same facts."""

from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.kafka.cluster import FOLD_STATES, Cluster
from connectors.kafka.reader import Reader
from connectors.log.port import DERIVED, FACTS
from events.alert import AlertDelivered, AlertRaised
from events.base import Payload
from events.codec import CODEC, Event, encode_event
from events.instants import from_micros
from pipeline.home.folder import Home
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import open_workspace
from pipeline.scores.scoring import ask, make_run, verdicts
from projections.accounts.shard import Shard
from tests.embedded_digest import embedded_digest

DELIVERIES = ("alert.delivered", "alert.delivery_failed")
RULESET = "jiangsu-kunshan-2019-162"


class Verdict(msgspec.Struct):
    """Counts of what must be nought, and what else was found."""

    kills: int
    lost: int = 0
    wrong: int = 0
    doubled: int = 0
    missing: int = 0
    states: int = 0  # that differ from the pure fold
    digests: tuple[str, str] = ("", "")
    alerts: int = 0
    told: int = 0

    def line(self) -> str:
        equal = "equal" if self.digests[0] == self.digests[1] and not self.states else "differs"
        return (
            f"kills {self.kills} lost {self.lost} wrong {self.wrong} doubled {self.doubled}"
            f" missing {self.missing} digest {equal}"
        )

    @property
    def holds(self) -> bool:
        counts = (self.lost, self.wrong, self.doubled, self.missing, self.states)
        return not any(counts) and self.digests[0] == self.digests[1] and self.alerts > 0 and self.told > 0


def judge(
    kills: int,
    cluster: Cluster,
    home: Home,
    came: list[tuple[float, str]],
    facts: list[Event[Payload]],
    until: datetime,
    folder: Path,
) -> Verdict:
    """Compare everything with the folds of the facts as they stand in the log."""
    verdict = Verdict(kills)
    with closing(Reader(cluster)) as reader:
        for partition in range(reader.partitions(FACTS)):
            _folds(verdict, reader, partition)
        _deliveries(verdict, reader, came)
        with closing(home.history_client()) as client:
            _history(verdict, reader, client)
    embedded, _ = embedded_digest(facts, until, RULESET, folder)
    verdict.digests = _digest_on_kafka(home, until), embedded
    return verdict


def _folds(verdict: Verdict, reader: Reader, partition: int) -> None:
    shard = Shard(partition, find_ruleset(RULESET).ruleset)
    for record in reader.read(FACTS, partition, 0, 1 << 30):
        shard.apply(record)
    flush = shard.flush()
    expected = [encode_event(event) for event in flush.derived]
    verdict.alerts += sum(isinstance(event.data, AlertRaised) for event in flush.derived)
    got = [r.value for r in reader.read(DERIVED, partition, 0, 1 << 30)]
    got = [value for value in got if CODEC.envelope(value).type not in DELIVERIES]
    lost, wrong = Counter(expected) - Counter(got), Counter(got) - Counter(expected)
    verdict.lost += lost.total()
    verdict.wrong += wrong.total()
    stored = {m.key.decode(): m.value for m in reader.messages(FOLD_STATES, partition)}
    pure = dict(flush.states)
    verdict.states += sum(stored.get(key) != pure.get(key) for key in stored.keys() | pure.keys())


def _deliveries(verdict: Verdict, reader: Reader, came: list[tuple[float, str]]) -> None:
    """Count alerts that nobody was told, and messages that came again after the log held that they were delivered."""
    told: dict[str, float] = {}
    raised: set[str] = set()
    for partition in range(reader.partitions(DERIVED)):
        for record in reader.read(DERIVED, partition, 0, 1 << 30):
            event = CODEC.decode(record.value)
            if isinstance(event.data, AlertDelivered):
                at = from_micros(record.recorded_at).timestamp()
                message = str(event.data.message_id)
                told[message] = min(at, told.get(message, at))
            elif type(event.data) is AlertRaised:
                raised.add(str(event.id))
    verdict.lost += len(raised - told.keys())
    verdict.told = len(told)
    first: dict[str, float] = {}
    for at, message in came:
        first.setdefault(message, at)
        if at > told.get(message, at):
            verdict.doubled += 1


def _history(verdict: Verdict, reader: Reader, client: Client) -> None:
    """Count records that do not stand in the history exactly once."""
    rows = client.query("SELECT topic, partition, offset, count() FROM records GROUP BY ALL").result_rows
    stored = {(topic, partition, offset): count for topic, partition, offset, count in rows}
    logged = {
        (topic, partition, record.offset)
        for topic in (FACTS, DERIVED)
        for partition in range(reader.partitions(topic))
        for record in reader.read(topic, partition, 0, 1 << 30)
    }
    verdict.missing += len(logged ^ stored.keys()) + sum(count - 1 for count in stored.values())


def _digest_on_kafka(home: Home, until: datetime) -> str:
    with open_workspace(home) as workspace:
        question = ask(workspace, until, workspace.close_moment(), RULESET, None)
        return make_run(question, verdicts(workspace.known, question)).digest
