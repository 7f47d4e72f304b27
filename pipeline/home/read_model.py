"""The read model of a home: folded from both topics of the log at a position of its own, and read by pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from uuid import UUID

import msgspec

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS, Log
from connectors.readmodel.store import KeptFact, OpenAlert, ReadModelStore
from events.account_number import NumbersGiven
from events.alert import AlertCleared, AlertRaised, AlertWithdrawn
from events.bulletin import BulletinIssued
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.facts import VerdictRow
from events.instants import FAR, to_micros
from events.known import Known, first_records
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from projections.focus.focus_list import FOCUS_TYPES
from projections.intakes.state import INTAKE_TYPES
from projections.patrol.account_line import AccountLine
from projections.patrol.states import CARD_TYPES, FOLDED, StateFold, decode_sources
from projections.registry.emergencies import EMERGENCY_TYPES
from projections.registry.filing_cases import FILING_TYPES
from projections.registry.numbers import account_numbers, written_number
from projections.registry.suspicions import SUSPICION_TYPES
from projections.registry.units import UNIT_TYPES
from projections.reports.self_checks import REPORT_TYPES
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES
from projections.rounds.tasks import TASK_TYPES
from projections.sources.health import SourceHealth

FINDING_TYPES = (
    "finding.recorded",
    "finding.withdrawn",
    "finding.rectified",
    "rectification.answered",
    "account.merged",
)
_KEPT = frozenset(
    (
        *CARD_TYPES,
        *CLAIM_TYPES,
        *EMERGENCY_TYPES,
        *FILING_TYPES,
        *FINDING_TYPES,
        *FOCUS_TYPES,
        *INTAKE_TYPES,
        *REPORT_TYPES,
        *ROUND_TYPES,
        *SUSPICION_TYPES,
        *TASK_TYPES,
        *UNIT_TYPES,
        BulletinIssued.type,
        NumbersGiven.type,
    )
)
"""Types of which every fact is kept as it stands: what waits for whom follows from them."""

_ALERTS = frozenset(payload.type for payload in (AlertRaised, AlertCleared, AlertWithdrawn))
_BATCH_RECORDS = 4_000


class ReadModel:
    """What pages read; a function of the records up to its position in each partition.

    A batch of one partition commits with its position, so a kill leaves it undone or done. Nothing is taken from the
    folds that raise alerts: both read the log, neither waits for the other, and the model can be thrown away.
    """

    def __init__(self, log: Log, store: ReadModelStore) -> None:
        self._log = log
        self._store = store

    def catch_up(self, progress: Callable[[int], None] = lambda _: None, *, most: int = 1 << 62) -> int:
        """Take what the log holds now, or about `most` records of it; returns the number of records taken."""
        taken = 0
        for topic, take in ((FACTS, self._take_facts), (DERIVED, self._take_derived)):
            for partition, end in enumerate(self._log.end_offsets(topic)):
                while (
                    taken < most
                    and self._store.position(topic, partition) < end
                    and (count := self._batch(topic, partition, take))
                ):
                    taken += count
                    progress(count)
        return taken

    def follows(self) -> bool:
        """Tell whether the log still holds what was taken last: one that was put back from an older copy may not."""
        for topic in (FACTS, DERIVED):
            for partition in range(self._log.partitions):
                recorded_at = self._store.last_recorded_at(topic, partition)
                if recorded_at is None:
                    continue
                offset = self._store.position(topic, partition) - 1
                found = self._log.read(topic, partition, offset, 1)
                if not found or (found[0].offset, found[0].recorded_at) != (offset, recorded_at):
                    return False
        return True

    def behind(self) -> int:
        """Return how many records of the log are not taken yet."""
        return sum(
            max(0, end - self._store.position(topic, partition))
            for topic in (FACTS, DERIVED)
            for partition, end in enumerate(self._log.end_offsets(topic))
        )

    def lines(self) -> list[AccountLine]:
        """Return the lines of all accounts of the registry."""
        return [_line(line) for line in self._store.lines()]

    def lines_of(self, account_ids: Sequence[str]) -> dict[str, AccountLine]:
        """Return the lines of some accounts; of one that is not in the registry, by its posts and looks alone."""
        lines = {line.account_id: line for line in map(_line, self._store.lines_of(account_ids))}
        others = [account for account in account_ids if account not in lines]
        if others:
            fold = StateFold(self._store.states(others), {})
            lines.update((account, fold.line_alone(account)) for account in others)
        return lines

    def health(self) -> Mapping[str, SourceHealth]:
        """Return the health of each source."""
        return decode_sources(self._store.sources(FACTS, 0))

    def alerts(self) -> Mapping[str, OpenAlert]:
        """Return the newest open alert of each account."""
        return {alert.subject: alert for alert in self._store.alerts()}

    def open_alerts(self) -> list[OpenAlert]:
        """Return every open alert, oldest first."""
        return self._store.alerts()

    def known(self, types: Sequence[str]) -> list[Known]:
        """Return the first records of these types that stand, in log order; raises `KeyError` for one not kept."""
        if missing := set(types) - _KEPT:
            raise KeyError(*missing)
        wanted = sorted({*types, "fact.withdrawn"})
        return first_records(map(_known, self._store.facts(wanted)), to_micros(FAR))

    def numbers(self) -> dict[str, str]:
        """Return the numbers of accounts for people."""
        given = account_numbers(counting(self.known((NumbersGiven.type, *CLAIM_TYPES))))
        return {account: written_number(number) for account, number in given.items()}

    def rows_of_run(self, run_id: UUID, load: Callable[[], list[VerdictRow]]) -> list[VerdictRow]:
        """Return rows of a stored run; what `load` gives is kept, for a run never changes."""
        kept = self._store.run(run_id.bytes)
        if kept is None:
            kept = msgspec.msgpack.encode(load())
            with self._store.transaction():
                self._store.keep_run(run_id.bytes, kept)
        return msgspec.msgpack.decode(kept, type=list[VerdictRow])

    def _batch(
        self, topic: str, partition: int, take: Callable[[int, Sequence[Record]], bytes | None]
    ) -> int:
        with self._store.transaction():
            begin = self._store.position(topic, partition)
            records = self._log.read(topic, partition, begin, _BATCH_RECORDS)
            if records:
                sources = take(partition, records)
                last = records[-1]
                self._store.move(topic, partition, last.offset + 1, last.recorded_at, sources)
        return len(records)

    def _take_facts(self, partition: int, records: Sequence[Record]) -> bytes:
        events = [(record, event) for record in records if (event := _decoded(record, FOLDED | _KEPT))]
        self._store.keep(
            KeptFact(e.type, partition, r.offset, r.recorded_at, e.subject, r.value)
            for r, e in events
            if e.type in _KEPT
        )
        folded = [(record, event) for record, event in events if event.type in FOLDED]
        subjects = sorted({event.subject for _, event in folded})
        sources = decode_sources(self._store.sources(FACTS, partition))
        fold = StateFold(self._store.states(subjects), sources)
        for record, event in folded:
            fold.take(event, record.offset)
        self._store.put_accounts(
            (account, state, self._line_of(fold, account)) for account, state in fold.changed()
        )
        return msgspec.msgpack.encode(fold.sources)

    def _line_of(self, fold: StateFold, account: str) -> bytes | None:
        line = fold.line(account, map(_known, self._store.facts(CARD_TYPES, account)))
        return None if line is None else msgspec.msgpack.encode(line)

    def _take_derived(self, partition: int, records: Sequence[Record]) -> None:
        del partition
        for record in records:
            event = _decoded(record, _ALERTS)
            if event is None:
                continue
            data = event.data
            if isinstance(data, AlertRaised):
                opener, at = data.opener_id.bytes, to_micros(event.time)
                self._store.raise_alert(
                    OpenAlert(event.id.bytes, event.subject, opener, data.level, data.audience, at)
                )
            elif isinstance(data, AlertCleared):
                self._store.clear_alerts(event.subject, data.opener_id.bytes)
            elif isinstance(data, AlertWithdrawn):
                self._store.withdraw_alert(data.corrects.bytes)


@contextmanager
def open_read_model(home: Home, *, anew: bool = False) -> Iterator[ReadModel]:
    """Open the read model of a home, caught up with its log; `anew`: made from the first record on."""
    with closing(home.open_log()) as log, read_model_of(home, log, anew=anew) as model:
        with Progress("更新视图 read model", model.behind()) as progress:
            model.catch_up(progress.add)
        yield model


@contextmanager
def read_model_of(home: Home, log: Log, *, anew: bool = False) -> Iterator[ReadModel]:
    """Open the read model of a home as it stands; the log is the home's, open."""
    with closing(ReadModelStore(home.read_model_path, _life(log))) as store:
        model = ReadModel(log, store)
        if anew or not model.follows():
            store.clear(_life(log))
        yield model


def _life(log: Log) -> str:
    """Return what the present life of a log is called."""
    if isinstance(log, EmbeddedLog):
        return log.incarnation
    from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)

    assert isinstance(log, KafkaLog)  # noqa: S101 (the only other one)
    return f"{log.life(FACTS)} {log.life(DERIVED)}"


def _decoded(record: Record, types: frozenset[str]) -> Event | None:  # type: ignore[type-arg]
    """Return an event of these types, None for another and for what cannot be read: the folds tell of that."""
    try:
        if CODEC.envelope(record.value).type not in types:
            return None
        return CODEC.decode(record.value)
    except UnreadableEventError:
        return None


def _known(fact: KeptFact) -> Known:
    return Known(fact.partition, fact.offset, fact.recorded_at, CODEC.decode(fact.value))


_line = msgspec.msgpack.Decoder(AccountLine).decode
