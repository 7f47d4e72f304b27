"""The notifier: tells one channel the derived events of some partitions, whichever log they stand in."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
import structlog

from connectors.log.deliveries import Delivery, Outcome
from connectors.notify.channel import DeliveryError
from connectors.notify.message import MESSAGE_TYPES, LimitDays, Message, message_of
from events.base import Payload
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.ids import partition_of
from events.instants import from_micros
from pipeline.voice.outlet import LONGEST_REST_S, RETRY_S, Outlet
from pipeline.voice.patience import is_given_up
from pipeline.voice.telling import (
    OutcomeOf,
    is_news,
    is_old,
    is_repetition,
    outcome_event,
    summed_up,
    told_before,
    withdrawn_by,
)
from projections.voice.cards import Card

LONGEST_S = 30.0
"""Old alerts wait no longer than this for others."""

HELD_MOST = 5_000
"""Nor do more of them wait: they stand in memory."""

AT_ONCE = 0.0
"""A moment that has passed, as `time.monotonic` tells time."""

_log = structlog.get_logger(__name__)

CardKey = tuple[str, str]
"""Destination of a card, and the unit that it tells of."""

Clock = Callable[[], datetime]


class Position(msgspec.Struct, frozen=True, array_like=True):
    """How far a channel was told a partition."""

    next_offset: int  # the first record with a message that is still to be told
    cut: int = 0  # the old alerts before this offset are told in the summary that was begun; 0: none was


class Outcomes(Protocol):
    """What became of each delivery on one channel: what is stored, and what was done since."""

    def get(self, delivery: Delivery, /) -> Outcome | None:
        """Return what became of a delivery, None while it is pending."""
        ...

    def __setitem__(self, delivery: Delivery, outcome: Outcome, /) -> None:
        """Keep what became of a delivery."""
        ...


class Pace(msgspec.Struct, frozen=True):
    """How long a notifier goes on by itself, and waits; seconds."""

    turn_s: float  # a turn ends after so long even where messages are left; 0: after each message
    quiet_s: float  # old alerts are summed up when none has come for so long


class Turn(msgspec.Struct):
    """What a turn of a notifier did, for one transaction: outcome events no later than what remembers them."""

    sent: int = 0
    events: list[tuple[int, Event[Payload]]] = []  # with the partition that they belong to
    outcomes: list[tuple[int, Delivery, Outcome]] = []  # with that of the message
    cards: list[tuple[int, CardKey, Card]] = []  # as they stand now, with the partition that keeps them


class _Pending(msgspec.Struct):
    """A message that is to be told to some destinations."""

    partition: int
    offset: int
    message: Message
    raised_at: datetime
    old: bool
    left: list[str]


class _Due(msgspec.Struct, frozen=True):
    """One message to send, and those that it tells."""

    message: Message
    destination: str
    merged: list[Message]
    outcome: Outcome


class Notifier:
    """Tells one channel the messages of some partitions: all of an embedded log, one of a log on Kafka.

    1. `take` keeps what the channel is to be told. A source lives in one partition, and its messages, which are raised
       in all of them, are told from there.
    2. `turn` sends what is due, in the order in which it was taken, and hands out what became of it. Its caller stores
       that, with the positions, before it takes or turns again; a position stands before the first message left.
    3. Old alerts are held until no more come. Then a first turn sets where they are cut off, and only once that is
       stored the next one sends their summary: one that is sent again is about the same alerts, in whatever batches
       they are read.
    4. A channel that fails for now keeps its messages, and takes no more until it took them or they were given up
       (`patience.py`); one that refuses a message for good is not told it again.

    What the receiver may see twice is what a turn sent that was not stored: at most `turn_s` of messages and one more,
    each under the id that it had, a summary under that of its alerts. No alert is told under two ids.

    `retry_at` says when `turn` wants to be called though no record comes, None: never; a moment that has passed means
    at once. `full` tells that nothing can be taken before another turn.
    """

    def __init__(
        self,
        outlet: Outlet,
        partitions: int,
        positions: Mapping[int, Position | None],
        outcomes: Outcomes,
        *,
        limit_days: LimitDays,
        clock: Clock,
        pace: Pace,
        begins: Mapping[int, int],
    ) -> None:
        """Go on at the position of each partition that is told; where there is none, the channel begins anew.

        `partitions` is how many the log has.
        """
        self._outlet = outlet
        self._partitions = partitions
        self._outcomes = outcomes
        self._limit_days = limit_days
        self._clock = clock
        self._pace = pace
        found = {p: position or Position(begins[p]) for p, position in positions.items()}
        self._next = {p: position.next_offset for p, position in found.items()}
        self._cuts = {p: position.cut for p, position in found.items() if position.cut}
        self._pending: dict[UUID, _Pending] = {}
        self._offsets: dict[int, dict[UUID, int]] = {p: {} for p in found}  # of what is pending
        self._withdrawals: dict[UUID, UUID] = {}  # pending ones, by the message that they take back
        self._held_since = self._held_until = 0.0  # first and last coming of the old alerts that are held
        self._queue: Iterator[_Due] | None = None  # what is left of a turn that ended before it was through
        self._turn = Turn()
        self.full = False
        # Where a new channel begins is stored before it is told anything: else, killed in between, it would begin anew
        # behind what it was still to be told.
        self._begins = None in positions.values()
        self.retry_at: float | None = AT_ONCE if self._begins else None

    def next_offset(self, partition: int) -> int:
        """Return the offset of the first record of a partition that was not taken."""
        return self._next[partition]

    def positions(self) -> dict[int, Position]:
        """Return where each partition is to be gone on from; it stands before the first message left."""
        return {
            p: Position(next(iter(self._offsets[p].values()), next_offset), self._cuts.get(p, 0))
            for p, next_offset in self._next.items()
        }

    def take(self, record: Record) -> None:
        """Keep the message of a record, where it holds one for this channel that was not told."""
        if record.offset < self._next[record.partition]:
            return
        self._next[record.partition] = record.offset + 1
        self._queue = None
        message = self._message(record)
        if message is None:
            return
        if message.id in self._withdrawals:
            self._drop(self._withdrawals.pop(message.id))
        if message.id in self._pending:
            return
        left = [d for d in self._outlet.destinations(message) if self._outcome_of(message.id, d) is None]
        if not left:
            return
        raised_at = from_micros(record.recorded_at)
        old = is_old(message, raised_at)
        if old:
            now = time.monotonic()
            self._held_since, self._held_until = self._held_since or now, now
            details = {"opener_id": message.details["opener_id"]}
            message = msgspec.structs.replace(message, text="", details=details)  # only the summary is sent
        if (taken_back := withdrawn_by(message)) is not None:
            self._withdrawals[taken_back] = message.id
        self._pending[message.id] = _Pending(record.partition, record.offset, message, raised_at, old, left)
        self._offsets[record.partition][message.id] = record.offset

    async def turn(self) -> Turn:
        """Send what is due, and hand out what became of it; the first turn of a new channel is for its position."""
        if self._begins:
            self._begins, self.retry_at = False, AT_ONCE
            return Turn()
        ends_at = time.monotonic() + self._pace.turn_s
        self.full, self.retry_at = False, None
        queue, self._queue = self._queue or self._due(), None
        try:
            for due in queue:
                await self._send(due)
                if time.monotonic() >= ends_at:
                    self._queue, self.full, self.retry_at = queue, True, AT_ONCE
                    break
            else:
                self._hold()
        except DeliveryError as e:
            # A person's own failure does not let the channel rest, and is waited for all the same.
            own = time.monotonic() + min(e.wait_s or RETRY_S, LONGEST_REST_S) if e.alone else 0.0
            self.full, self.retry_at = True, max(self._outlet.rested_at, own)
        done, self._turn = self._turn, Turn()
        return done

    def _message(self, record: Record) -> Message | None:
        """Read the message of a record; nearly all records are scores, which are told by their envelopes."""
        try:
            envelope = CODEC.envelope(record.value)
            if envelope.type not in MESSAGE_TYPES:
                return None
            if partition_of(envelope.subject, self._partitions) != record.partition:
                return None
            message = message_of(CODEC.decode(record.value), limit_days=self._limit_days)
        except UnreadableEventError as e:
            place = f"partition {record.partition} offset {record.offset}"
            _log.error("unreadable derived event", place=place, reason=str(e))
            return None
        if message is None or (message.replay and not self._outlet.replays):
            return None
        return message

    def _outcome_of(self, message_id: UUID, destination: str) -> Outcome | None:
        """Return what a destination was told of a message; what stands under the channel's name counts for all."""
        channel = self._outlet.name
        found = self._outcomes.get(Delivery(message_id, channel, destination))
        if found is None and destination != channel:
            return self._outcomes.get(Delivery(message_id, channel, channel))
        return found

    def _known_to(self, destination: str) -> OutcomeOf:
        return lambda message_id: self._outcome_of(message_id, destination)

    def _due(self) -> Iterator[_Due]:
        """Yield what is to be told now; what turns out to be no news is dropped."""
        if self._is_read_again():
            return
        if self._cuts:
            before = [p for p in self._pending.values() if p.offset < self._cuts.get(p.partition, 0)]
            for destination in sorted({d for p in before if p.old for d in p.left}):
                yield from self._summaries(destination, [p for p in before if destination in p.left])
            self._cuts.clear()
        held = {p.message.id for p in self._pending.values() if p.old}
        for pending in [p for p in self._pending.values() if not p.old]:
            if told_before(pending.message) in held:
                continue
            for destination in list(pending.left):
                if is_news(pending.message, self._known_to(destination)):
                    yield _Due(pending.message, destination, [pending.message], "delivered")
                else:
                    self._done(pending.message.id, destination)

    def _summaries(self, destination: str, before: Iterable[_Pending]) -> Iterator[_Due]:
        """Yield the summaries for a destination of what stands before the cut: of replays, and of the others."""
        rest: list[_Pending] = []
        for pending in before:
            if pending.old and is_repetition(pending.message, self._known_to(destination)):
                self._done(pending.message.id, destination)
            else:
                rest.append(pending)
        for replay in (True, False):
            alerts = [p.message for p in rest if p.old and p.message.replay is replay]
            if alerts:
                summary, merged = summed_up(alerts, [p.message for p in rest])
                yield _Due(summary, destination, merged, "summary")

    async def _send(self, due: _Due) -> None:
        """Send one message and keep what became of it; raises `DeliveryError` if it may be tried again."""
        outcome, error = due.outcome, None
        try:
            await self._outlet.send(due.message, due.destination)
        except DeliveryError as e:
            if not e.permanent and not self._is_given_up(due):
                raise
            outcome, error = "failed", e
        self._turn.sent += 1
        for part in due.merged:
            delivery = Delivery(part.id, self._outlet.name, due.destination)
            partition = self._pending[part.id].partition
            self._done(part.id, due.destination)
            self._outcomes[delivery] = outcome
            self._turn.outcomes.append((partition, delivery, outcome))
            event = outcome_event(
                delivery, subject=part.account_id, at=self._clock(), outcome=outcome, error=error
            )
            self._turn.events.append((partition, event))

    def _is_given_up(self, due: _Due) -> bool:
        raised_at = max(self._pending[part.id].raised_at for part in due.merged)
        return is_given_up(due.message, raised_at, self._clock(), self._outlet.failing_s)

    def _done(self, message_id: UUID, destination: str) -> None:
        """Forget a destination of a message, and the message with its last one."""
        pending = self._pending[message_id]
        pending.left.remove(destination)
        if not pending.left:
            self._drop(message_id)

    def _drop(self, message_id: UUID) -> None:
        if (pending := self._pending.pop(message_id, None)) is not None:
            del self._offsets[pending.partition][message_id]

    def _hold(self) -> None:
        """Begin a summary where old alerts have waited long enough, else ask to be called when they have."""
        held = sum(p.old for p in self._pending.values())
        if self._is_read_again() or not held:
            return
        due = min(self._held_until + self._pace.quiet_s, self._held_since + LONGEST_S)
        if time.monotonic() >= due or held >= HELD_MOST:
            self._cuts, self._held_since = dict(self._next), 0.0
            due = AT_ONCE
        self.retry_at = due

    def _is_read_again(self) -> bool:
        """Tell whether, after a restart, records that a begun summary is about are still being read again."""
        return any(self._next[partition] < cut for partition, cut in self._cuts.items())
