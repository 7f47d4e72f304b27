"""The notifiers of an embedded home: one a channel over all partitions, and what they did in the file of the log."""

import asyncio
import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import msgspec

from connectors.log.deliveries import Delivery, Outcome, note_outcome, outcome_of
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from connectors.notify.message import LimitDays
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from events.ids import partition_of
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.rulesets import limit_days_of
from pipeline.voice.channels import build_channels
from pipeline.voice.desk import Desk
from pipeline.voice.desks import desks_of, new_notifier, outlets_of
from pipeline.voice.notifier import CardKey, Clock, Pace, Position, Turn
from pipeline.voice.outlet import Outlet
from projections.voice.cards import Card

PACE = Pace(turn_s=0.0, quiet_s=0.0)
"""Each message is recorded before the next one is sent; whoever delivers has read the log to its end before."""

_BATCH = 5_000
_CARD, _SEPARATOR = "card", "\x1f"


class _Outcomes:
    """What became of deliveries: in the file, and before that those of the turn in hand."""

    def __init__(self, log: EmbeddedLog) -> None:
        self._log = log
        self._since: dict[Delivery, Outcome] = {}

    def get(self, delivery: Delivery, /) -> Outcome | None:
        return self._since.get(delivery) or outcome_of(self._log.db, delivery)

    def __setitem__(self, delivery: Delivery, outcome: Outcome, /) -> None:
        self._since[delivery] = outcome

    def stored(self) -> None:
        """Look into the file from now on: it holds what was done."""
        self._since.clear()


class _ChannelLoop:
    """One channel: hands the log to its notifier, and stores what it did.

    A message goes out, then its outcome is stored with the event that records it; a crash between the two sends it
    again under the same id, which the receiver can see. Positions are stored once a turn came to its end.
    """

    def __init__(
        self,
        outlet: Outlet,
        log: EmbeddedLog,
        *,
        limit_days: LimitDays,
        clock: Clock,
        desk: Desk | None = None,
    ) -> None:
        self._log = log
        self._outlet = outlet
        self._outcomes = _Outcomes(log)
        _lift_summary(log, outlet.name)
        found = {p: _position(log, outlet.name, p) for p in range(log.partitions)}
        # The past is no news where a replay is none.
        begins = [0] * log.partitions if outlet.replays else log.end_offsets(DERIVED)
        self._stored = {p: position for p, position in found.items() if position is not None}
        self._notifier = new_notifier(
            outlet,
            desk,
            log.partitions,
            found,
            self._outcomes,
            limit_days=limit_days,
            clock=clock,
            pace=PACE,
            begins=dict(enumerate(begins)),
            cards=_cards(log, outlet.name) if desk is not None else {},
        )

    async def deliver_pending(self) -> int:
        """Tell what the log holds now; returns the number of messages sent."""
        sent = 0
        while self._take() or self._is_due():
            turn = await self._notifier.turn()
            sent += turn.sent
            self._store(turn)
            if not (self._notifier.full and self._is_due()):
                self._store_positions()
        return sent

    def close(self) -> None:
        self._outlet.close()

    def _is_due(self) -> bool:
        retry_at = self._notifier.retry_at
        return retry_at is not None and retry_at <= time.monotonic()

    def _take(self) -> bool:
        """Hand over what is new in the log, in the order in which it was written; tells whether anything was."""
        if self._notifier.full:
            return False
        ends = self._log.end_offsets(DERIVED)
        new = [p for p, end in enumerate(ends) if self._notifier.next_offset(p) < end]
        for record in heapq.merge(*(self._records(p) for p in new), key=lambda r: r.recorded_at):
            self._notifier.take(record)
        return bool(new)

    def _records(self, partition: int) -> Iterator[Record]:
        offset = self._notifier.next_offset(partition)
        while records := self._log.read(DERIVED, partition, offset, _BATCH):
            yield from records
            offset = records[-1].offset + 1

    def _store(self, turn: Turn) -> None:
        if not (turn.outcomes or turn.events):
            return
        with self._log.transaction():
            for _, delivery, outcome in turn.outcomes:
                note_outcome(self._log.db, delivery, outcome)
            for partition, event in turn.events:
                self._log.write_derived(partition, [event])
            for _, key, card in turn.cards:
                self._log.set_meta(_card_key(self._outlet.name, key), msgspec.json.encode(card).decode())
        self._outcomes.stored()

    def _store_positions(self) -> None:
        positions = self._notifier.positions()
        changed = {p: position for p, position in positions.items() if position != self._stored.get(p)}
        if not changed:
            return
        fail_point("notify.before_position")
        with self._log.transaction():
            for partition, position in changed.items():
                _set_position(self._log, self._outlet.name, partition, position)
        self._stored = positions


class Notifiers:
    """Tells every channel of a home; one that is down holds up no other."""

    def __init__(
        self,
        outlets: Sequence[Outlet],
        log: EmbeddedLog,
        *,
        limit_days: LimitDays,
        clock: Clock,
        desks: Mapping[str, Desk] | None = None,
    ) -> None:
        self._loops = [
            _ChannelLoop(outlet, log, limit_days=limit_days, clock=clock, desk=(desks or {}).get(outlet.name))
            for outlet in outlets
        ]
        self._runner = asyncio.Runner()

    def deliver_pending(self) -> int:
        """Tell every channel what it was not told yet; returns the number of messages sent."""
        return sum(self._runner.run(loop.deliver_pending()) for loop in self._loops)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for loop in self._loops:
            loop.close()
        self._runner.close()


def open_notifiers(log: EmbeddedLog, home: Home) -> Notifiers:
    """Make the notifiers of a home, with the channels that its settings give."""
    channels = build_channels(home)
    outlets = outlets_of(home, channels)
    return Notifiers(
        list(outlets.values()),
        log,
        desks=desks_of(home, outlets, channels),
        limit_days=limit_days_of(home),
        clock=lambda: datetime.now(UTC),
    )


def _card_key(channel: str, key: CardKey) -> str:
    return _SEPARATOR.join((_CARD, channel, *key))


def _cards(log: EmbeddedLog, channel: str) -> dict[CardKey, Card]:
    """Return what each person was told on a channel, as it stands."""
    prefix = _SEPARATOR.join((_CARD, channel, ""))
    cards = {}
    for key, value in log.metas(prefix).items():
        destination, _, unit = key.removeprefix(prefix).partition(_SEPARATOR)
        cards[destination, unit] = msgspec.json.decode(value, type=Card)
    return cards


def _position_key(channel: str, partition: int) -> str:
    return f"notified:{channel}:{partition}"


def _position(log: EmbeddedLog, channel: str, partition: int) -> Position | None:
    stored = log.meta(_position_key(channel, partition))
    return Position(*map(int, stored.split())) if stored is not None else None


def _set_position(log: EmbeddedLog, channel: str, partition: int, position: Position) -> None:
    """Keep a position, inside a transaction: its offset, and the cut where a summary was begun."""
    cut = f" {position.cut}" if position.cut else ""
    log.set_meta(_position_key(channel, partition), f"{position.next_offset}{cut}")


def _lift_summary(log: EmbeddedLog, channel: str) -> None:
    """Turn the summary that an earlier release had begun, and named by its alerts, into a cut behind them.

    What became of it was not recorded where that release was killed: then it is told again as it was.
    """
    key = f"summary:{channel}"
    begun = log.meta(key)
    if begun is None:
        return
    left = {i for i in begun.split() if outcome_of(log.db, Delivery(UUID(i), channel, channel)) is None}
    with log.transaction():
        for partition in range(log.partitions) if left else ():
            position = _position(log, channel, partition) or Position(0)
            if cut := _end_of(log, partition, position.next_offset, left):
                _set_position(log, channel, partition, Position(position.next_offset, cut))
        log.drop_meta(key)


def _end_of(log: EmbeddedLog, partition: int, offset: int, ids: set[str]) -> int:
    """Return the offset behind the last record of a partition with one of these ids, 0 where there is none."""
    end = 0
    while records := log.read(DERIVED, partition, offset, _BATCH):
        for record in records:
            try:
                envelope = CODEC.envelope(record.value)
            except UnreadableEventError:
                continue
            if str(envelope.id) in ids and partition_of(envelope.subject, log.partitions) == partition:
                end = record.offset + 1
        offset = records[-1].offset + 1
    return end
