"""The read model of a home: folded from both topics of the log at a position of its own, and read by pages."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID

import msgspec

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED, FACTS, Log
from connectors.notify.channel import OWN_CHANNELS
from connectors.readmodel.port import KeptFact, OpenAlert, Position, ReadModelStore, Wanted
from connectors.readmodel.sqlite import SqliteReadModel
from events.account_number import NumbersGiven
from events.alert import (
    RECTIFICATION,
    AlertCleared,
    AlertDelivered,
    AlertDeliveryFailed,
    AlertRaised,
    AlertUnreached,
    AlertWithdrawn,
)
from events.catalogue import CATALOGUE
from events.claim import ClaimMade, ClaimReleased
from events.clock import ClockTicked, LogMarked
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.facts import VerdictRow
from events.instants import FAR, to_micros
from events.known import Known, first_records
from events.messages import message
from events.patrol import AccountPatrolled, PatrolFailed, SweepCompleted
from events.withdrawal import FactWithdrawn
from pipeline.home.account_rows import row_of
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.home.settings import environment_value
from projections.patrol.account_line import AccountLine
from projections.patrol.states import CARD_TYPES, FOLDED, StateFold, decode_sources
from projections.registry.numbers import account_numbers, written_number
from projections.registry.units import UNIT_TYPES, units_at, units_by_name
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.sources.health import SourceHealth

FINDING_TYPES = (
    "finding.recorded",
    "finding.withdrawn",
    "finding.rectified",
    "rectification.answered",
    "account.merged",
)
_MANY = frozenset((AccountPatrolled.type, PatrolFailed.type, ClockTicked.type, LogMarked.type))
KEPT = frozenset(name for name in CATALOGUE.payloads if name not in _MANY and not name.startswith("post."))
"""Types of which every fact is kept as it stands: what waits for whom follows from them."""

_NUMBERS = "account-number:"
_DELIVERIES = (AlertDelivered, AlertDeliveryFailed, AlertUnreached)
_ALERTS = frozenset(payload.type for payload in (AlertRaised, AlertCleared, AlertWithdrawn, *_DELIVERIES))
_BATCH_RECORDS = 4_000


class ReadModel:
    """What pages read; a function of the records up to its position in each partition.

    A batch of one partition commits with its position, so a kill leaves it undone or done. Nothing is taken from the
    folds that raise alerts: both read the log, neither waits for the other, and the model can be thrown away.
    """

    def __init__(self, log: Log, store: ReadModelStore) -> None:
        self._log = log
        self.store = store

    def catch_up(self, progress: Callable[[int], None] = lambda _: None, *, most: int = 1 << 62) -> int:
        """Take what the log holds now, or about `most` records of it; returns the number of records taken."""
        taken = 0
        for topic, take in ((FACTS, self._take_facts), (DERIVED, self._take_derived)):
            positions = self.store.positions(topic)
            for partition, end in enumerate(self._log.end_offsets(topic)):
                while (
                    taken < most
                    and positions.get(partition, Position()).next_offset < end
                    and (count := self._batch(topic, partition, take))
                ):
                    taken += count
                    progress(count)
                    positions = self.store.positions(topic)
        return taken

    def follows(self) -> bool:
        """Tell whether the log still holds what was taken last: one that was put back from an older copy may not."""
        for topic in (FACTS, DERIVED):
            for partition, position in self.store.positions(topic).items():
                if position.recorded_at is None:
                    continue
                offset = position.next_offset - 1
                found = (
                    self._log.read(topic, partition, offset, 1) if partition < self._log.partitions else ()
                )
                if not found or (found[0].offset, found[0].recorded_at) != (offset, position.recorded_at):
                    return False
        return True

    def behind(self) -> int:
        """Return how many records of the log are not taken yet."""
        return sum(
            max(0, end - self.store.positions(topic).get(partition, Position()).next_offset)
            for topic in (FACTS, DERIVED)
            for partition, end in enumerate(self._log.end_offsets(topic))
        )

    def position(self, topic: str = FACTS) -> list[int]:
        """Return up to which offset of each partition records were taken."""
        taken = self.store.positions(topic)
        return [taken.get(partition, Position()).next_offset for partition in range(self._log.partitions)]

    def version(self) -> tuple[object, ...]:
        """Return what is another value as soon as anything was taken: what follows from one may be kept by it."""
        return self.store.made(), *self.position(FACTS), *self.position(DERIVED)

    def recorded_until(self) -> int | None:
        """Return up to when, in microseconds, every partition was taken; None where one was not begun."""
        taken = self.store.positions(FACTS)
        times = [taken.get(partition, Position()).recorded_at for partition in range(self._log.partitions)]
        known = [at for at in times if at is not None]
        return min(known) if len(known) == len(times) else None

    def lines(self) -> list[AccountLine]:
        """Return the lines of all accounts of the registry."""
        return [_line(line) for line in self.store.lines()]

    def lines_where(self, wanted: Wanted) -> list[AccountLine]:
        """Return the lines of the accounts that a list asks for."""
        return [_line(line) for line in self.store.lines_where(wanted)]

    def lines_of(self, account_ids: Sequence[str]) -> dict[str, AccountLine]:
        """Return the lines of some accounts; of one that is not in the registry, by its posts and looks alone."""
        lines = self.registered(account_ids)
        others = [account for account in account_ids if account not in lines]
        if others:
            alone = StateFold(self.store.states(others), {})
            lines.update((account, alone.line_alone(account)) for account in others)
        return lines

    def registered(self, account_ids: Sequence[str]) -> dict[str, AccountLine]:
        """Return the lines of those of some accounts that are in the registry."""
        return {line.account_id: line for line in map(_line, self.store.lines_of(account_ids))}

    def health(self) -> Mapping[str, SourceHealth]:
        """Return the health of each source."""
        return decode_sources(self.store.sources(FACTS, 0))

    def alerts(self) -> Mapping[str, OpenAlert]:
        """Return the newest open alert of each account."""
        return {alert.subject: alert for alert in self.store.alerts()}

    def open_alerts(self) -> list[OpenAlert]:
        """Return every open alert, oldest first."""
        return self.store.alerts()

    def known(self, types: Sequence[str], subjects: Collection[str] | None = None) -> list[Known]:
        """Return the first records of these types that stand, in log order; raises `KeyError` for one not kept."""
        return self.stored(types, subjects)

    def stored(self, types: Sequence[str], subjects: Collection[str] | None = None) -> list[Known]:
        """Return what `known` does, read now."""
        if missing := set(types) - KEPT:
            raise KeyError(*missing)
        wanted = sorted({*types, FactWithdrawn.type})
        facts = self.store.facts(wanted, None if subjects is None else sorted(subjects))
        return first_records(map(known_of, facts), to_micros(FAR))

    def numbers(self) -> dict[str, str]:
        """Return the numbers of accounts for people."""
        return {account: written_number(number) for account, number in self.store.numbers().items()}

    def numbers_of(self, account_ids: Sequence[str]) -> dict[str, str]:
        """Return the numbers of some accounts for people."""
        found = self.store.numbers_of(account_ids)
        return {account: written_number(number) for account, number in found.items()}

    def rows_of_run(self, run_id: UUID, load: Callable[[], list[VerdictRow]]) -> list[VerdictRow]:
        """Return rows of a stored run; what `load` gives is kept, for a run never changes."""
        kept = self.store.run(run_id.bytes)
        if kept is None:
            kept = msgspec.msgpack.encode(load())
            with self.store.transaction():
                self.store.keep_run(run_id.bytes, kept)
        return msgspec.msgpack.decode(kept, type=list[VerdictRow])

    def _batch(
        self, topic: str, partition: int, take: Callable[[int, Sequence[Record]], bytes | None]
    ) -> int:
        with self.store.transaction():
            begin = self.store.positions(topic).get(partition, Position()).next_offset
            records = self._log.read(topic, partition, begin, _BATCH_RECORDS)
            if records:
                sources = take(partition, records)
                last = records[-1]
                self.store.move(topic, partition, last.offset + 1, last.recorded_at, sources)
        return len(records)

    def _take_facts(self, partition: int, records: Sequence[Record]) -> bytes:
        events = [(record, event) for record in records if (event := _decoded(record, FOLDED | KEPT))]
        kept = [
            _kept(e, partition, r)
            for r, e in events
            if e.type in KEPT and (partition == 0 or e.type != SweepCompleted.type)
        ]
        self.store.keep(kept)
        self._follow(event for _, event in events)
        folded = [(record, event) for record, event in events if event.type in FOLDED]
        subjects = sorted({event.subject for _, event in folded})
        sources = decode_sources(self.store.sources(FACTS, partition))
        states = StateFold(self.store.states(subjects), sources)
        for record, event in folded:
            states.take(event, record.offset)
        self._put(states)
        return msgspec.msgpack.encode(states.sources)

    def _put(self, states: StateFold) -> None:
        """Keep what became of accounts, and what lists ask of them."""
        changed = states.changed()
        self.store.put_states(changed)
        accounts = [account for account, _ in changed]
        registry: dict[str, list[Known]] = {account: [] for account in accounts}
        for fact in self.store.facts(CARD_TYPES, accounts):
            registry[fact.subject].append(known_of(fact))
        rows, gone = [], []
        for account in accounts:
            line = states.line(account, registry[account])
            if line is None:
                gone.append(account)
            else:
                rows.append(row_of(line, registry[account]))
        self.store.put_accounts(rows)
        self.store.drop_accounts(gone)

    def _follow(self, events: Iterable[Event[Any]]) -> None:
        """Reckon anew the numbers of accounts and the areas of owners, where facts say something of them."""
        about = {_about(event) for event in events}
        if "numbers" in about:
            given = account_numbers(counting(self.stored((NumbersGiven.type, *CLAIM_TYPES))))
            self.store.put_numbers(given.items())
        if "units" in about:
            by_name = units_by_name(units_at(self.stored(UNIT_TYPES), FAR))
            self.store.put_areas(
                (name, of[0].area) for name, of in by_name.items() if len(of) == 1 and of[0].area
            )

    def _take_derived(self, partition: int, records: Sequence[Record]) -> None:
        for record in records:
            event = _decoded(record, _ALERTS)
            if event is None:
                continue
            data = event.data
            if isinstance(data, AlertRaised):
                opener, at = data.opener_id.bytes, to_micros(event.time)
                self.store.raise_alert(
                    OpenAlert(event.id.bytes, event.subject, opener, data.level, data.audience, at)
                )
            elif isinstance(data, AlertCleared):
                self.store.clear_alerts(event.subject, data.opener_id.bytes)
            elif isinstance(data, AlertWithdrawn):
                self.store.withdraw_alert(data.corrects.bytes)
            elif isinstance(data, AlertDelivered | AlertDeliveryFailed) and data.channel in OWN_CHANNELS:
                continue
            elif isinstance(data, AlertDelivered | AlertDeliveryFailed | AlertUnreached):
                self.store.note_delivery(data.message_id.bytes, reached=isinstance(data, AlertDelivered))
                if isinstance(data, AlertUnreached) and data.level == RECTIFICATION:
                    self.store.keep([_kept(event, partition, record)])


def _kept(event: Event[Any], partition: int, record: Record) -> KeptFact:
    return KeptFact(
        event.type, partition, record.offset, record.recorded_at, event.subject, event.id.bytes, record.value
    )


@contextmanager
def open_read_model(home: Home, *, from_scratch: bool = False) -> Iterator[ReadModel]:
    """Open the read model of a home, caught up with its log; `from_scratch`: made from the first record on."""
    with closing(home.open_log()) as log, read_model_of(home, log, from_scratch=from_scratch) as model:
        with Progress("更新视图 read model", model.behind()) as progress:
            model.catch_up(progress.add)
        yield model


@contextmanager
def read_model_of(home: Home, log: Log, *, from_scratch: bool = False) -> Iterator[ReadModel]:
    """Open the read model of a home as it stands; the log is the home's, open."""
    with closing(open_store(home, log)) as store:
        model = ReadModel(log, store)
        if from_scratch:
            store.clear(_life(log))
        else:
            require_followed(model, log)
        yield model


def require_followed(model: ReadModel, log: Log) -> None:
    """Empty a model of a log that lost what the model had taken."""
    if not model.follows():
        model.store.clear(_life(log))


def open_store(home: Home, log: Log) -> ReadModelStore:
    """Open the store: a file of the home, beside Kafka the database that the settings name.

    Raises `UsageError` where the settings name a variable that is not set.
    """
    named = home.settings.readmodel or (home.settings.people if home.cluster is not None else None)
    if named is None:
        return SqliteReadModel(home.read_model_path, _life(log))
    url = environment_value(named.url_from)
    if not url:
        raise UsageError(
            message(
                "[readmodel] or [people] url_from names {url_from}, which is not set in the environment",
                url_from=named.url_from,
            )
        )
    from connectors.readmodel.postgres import PostgresReadModel  # noqa: PLC0415 (its library is slow to import)

    return PostgresReadModel(url, _life(log))


def _life(log: Log) -> str:
    """Return what the present life of a log is called."""
    if isinstance(log, EmbeddedLog):
        return log.incarnation
    from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)

    assert isinstance(log, KafkaLog)  # noqa: S101 (the only other one)
    return f"{log.life(FACTS)} {log.life(DERIVED)}"


def _about(event: Event[Any]) -> str:
    """Return what has to be reckoned anew after a fact: numbers, units, or nothing."""
    data = event.data
    type_ = data.of_type if isinstance(data, FactWithdrawn) else event.type
    if type_ in UNIT_TYPES:
        return "units"
    is_claim = isinstance(data, ClaimMade | ClaimReleased) and event.subject.startswith(_NUMBERS)
    return "numbers" if is_claim or type_ == NumbersGiven.type else ""


def _decoded(record: Record, types: frozenset[str]) -> Event[Any] | None:
    """Return an event of these types, None for another and for what cannot be read: the folds tell of that."""
    try:
        if CODEC.envelope(record.value).type not in types:
            return None
        return CODEC.decode(record.value)
    except UnreadableEventError:
        return None


def known_of(fact: KeptFact) -> Known:
    """Return a kept fact, decoded."""
    return Known(fact.partition, fact.offset, fact.recorded_at, CODEC.decode(fact.value))


_line = msgspec.msgpack.Decoder(AccountLine).decode
