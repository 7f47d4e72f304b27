"""The notifier on Kafka: one channel and one partition of derived events, with what was told in a changelog."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from connectors.kafka.cluster import NOTIFIED
from connectors.log.deliveries import Outcome
from connectors.log.port import DERIVED
from connectors.notify.channel import DeliveryError
from connectors.notify.message import MESSAGE_TYPES, Message, message_of
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.base import Payload
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.ids import partition_of
from events.instants import from_micros
from pipeline.runtime.kafka.notified import Position, State, outcome_state, position_state, read_notified
from pipeline.runtime.kafka.outlet import Outlet
from pipeline.voice.telling import (
    is_news,
    is_old,
    is_repetition,
    outcome_event,
    summed_up,
    told_before,
    withdrawn_by,
)
from projections.accounts.shard import Flush

TURN_S = 2.0
"""A batch ends after so long even where messages are left: what was sent is recorded soon, and the group is kept."""

QUIET_S = 10.0
"""Old alerts are summed up when none has come for so long: an import or a replay brings them in many batches."""

LONGEST_S = 30.0
"""Old alerts wait no longer than this for others."""

HELD_MOST = 5_000
"""Nor do more of them wait: they stand in memory, in each partition of each channel."""

_log = structlog.get_logger(__name__)
_AT_ONCE = 0.0

Clock = Callable[[], datetime]


class _Pending(msgspec.Struct, frozen=True):
    """A message that is to be told."""

    offset: int
    message: Message
    old: bool


class _Told(msgspec.Struct, frozen=True):
    """One message to send, and those that it tells."""

    message: Message
    tells: list[Message]
    outcome: Outcome


class NotifierTask:
    """Tells one channel the messages of one partition.

    1. `take` keeps what the channel is to be told. A source lives in one partition, and its messages, which are raised
       in all of them, are told from there.
    2. `finish` sends what is due, in the order of the log, and hands out the outcomes and the position for the
       transaction that follows. The position stands before the first message that is left.
    3. Old alerts are held until no more come. Then a first transaction records where they are cut off, and only after
       it their summary is sent: one that is sent again is about the same alerts, in whatever batches they are read.
    4. A channel that fails for now keeps its messages, and takes no more until it took them; one that refuses a message
       for good is not told it again.

    What the receiver may see twice is what a batch sent whose transaction did not come through: at most `TURN_S` of
    messages and one more, each under the id that it had, a summary under that of its alerts. No alert is told under
    two ids.
    """

    def __init__(
        self,
        outlet: Outlet,
        partition: int,
        partitions: int,
        stored: Mapping[str, bytes],
        *,
        limit_days: int,
        clock: Clock,
        begin: int = 0,
        remade: Collection[str] = (),
        quiet_s: float = QUIET_S,
    ) -> None:
        """Take up a channel where `stored` left it; one that is new there begins at the offset `begin`.

        `remade` names the topics that were made again since. Derived events that were are told from the first one on:
        what became of a message is known by its id. Of a changelog that was the position holds, and what became of the
        messages before it is read anew in the derived events that say so.
        """
        self._outlet = outlet
        self._partition = partition
        self._partitions = partitions
        self._limit_days = limit_days
        self._clock = clock
        self._quiet_s = quiet_s
        known = read_notified(outlet.name, stored)
        position = known.position or Position(begin)
        if DERIVED in remade:
            position = Position(0)
        self._next_offset, self._cut = position.next_offset, position.cut
        self._learns_to = 0  # before it, records are read for what became of messages, and nothing is told
        if NOTIFIED in remade and known.position is not None:
            self._next_offset, self._learns_to = 0, position.next_offset
        self._outcomes = known.outcomes
        self._pending: dict[UUID, _Pending] = {}
        self._withdrawals: dict[UUID, UUID] = {}  # pending ones, by the message that they take back
        self._held_since = self._held_until = 0.0  # first and last coming of the old alerts that are held
        self._derived: list[Event[Payload]] = []
        self._states: list[State] = []
        self._full = False
        is_new = known.position is None
        self._retry_at = _AT_ONCE if is_new else None  # where a new channel begins is recorded at once

    @property
    def next_offset(self) -> int:
        return self._next_offset

    @property
    def retry_at(self) -> float | None:
        return self._retry_at

    @property
    def full(self) -> bool:
        return self._full

    @property
    def urgent(self) -> bool:
        return True

    def take(self, record: Record) -> None:
        """Keep the message of a record, where it holds one for this channel that was not told."""
        if record.offset < self._next_offset:
            return
        self._next_offset = record.offset + 1
        if record.offset < self._learns_to:
            self._learn(record)
            return
        message = self._message(record)
        if message is None:
            return
        if message.id in self._withdrawals:
            self._pending.pop(self._withdrawals.pop(message.id), None)
        if message.id in self._outcomes or message.id in self._pending:
            return
        old = is_old(message, from_micros(record.recorded_at))
        if old:
            now = time.monotonic()
            self._held_since, self._held_until = self._held_since or now, now
            details = {"opener_id": message.details["opener_id"]}
            message = msgspec.structs.replace(message, text="", details=details)  # only the summary is sent
        if (taken_back := withdrawn_by(message)) is not None:
            self._withdrawals[taken_back] = message.id
        self._pending[message.id] = _Pending(record.offset, message, old)

    async def finish(self) -> Flush:
        """Send what is due, and hand out what became of it; nothing before all was learned that there is to learn."""
        if self._next_offset < self._learns_to:
            return Flush([], [], [], 0)
        ends_at = time.monotonic() + TURN_S
        self._full, self._retry_at = False, None
        try:
            for due in self._due():
                if time.monotonic() >= ends_at:
                    self._full, self._retry_at = True, _AT_ONCE
                    break
                await self._tell(due)
            else:
                self._hold()
        except DeliveryError:
            self._full, self._retry_at = True, self._outlet.rested_at
        return self._flush()

    def _learn(self, record: Record) -> None:
        """Keep what became of a message on this channel, where a record says so."""
        try:
            if CODEC.envelope(record.value).type not in (AlertDelivered.type, AlertDeliveryFailed.type):
                return
            data = CODEC.decode(record.value).data
        except UnreadableEventError:
            return
        outcome: Outcome = "failed"
        if isinstance(data, AlertDelivered):
            outcome = "summary" if data.summary else "delivered"
        elif not isinstance(data, AlertDeliveryFailed):
            return
        if data.channel == self._outlet.name and data.message_id not in self._outcomes:
            self._outcomes[data.message_id] = outcome
            self._states.append(outcome_state(self._outlet.name, data.message_id, outcome))

    def _message(self, record: Record) -> Message | None:
        """Read the message of a record; nearly all records are scores, which are told by their envelopes."""
        try:
            envelope = CODEC.envelope(record.value)
            if envelope.type not in MESSAGE_TYPES:
                return None
            if partition_of(envelope.subject, self._partitions) != self._partition:
                return None
            message = message_of(CODEC.decode(record.value), limit_days=self._limit_days)
        except UnreadableEventError as e:
            place = f"partition {record.partition} offset {record.offset}"
            _log.error("unreadable derived event", place=place, reason=str(e))
            return None
        if message is None or (message.replay and not self._outlet.replays):
            return None
        return message

    def _due(self) -> Iterator[_Told]:
        """Yield what is to be told now; what turns out to be no news is dropped."""
        if self._next_offset < self._cut:
            return  # after a restart, while records that the summary is about are read again
        if self._cut:
            before = [p for p in self._pending.values() if p.offset < self._cut]
            for repeated in [p for p in before if p.old and is_repetition(p.message, self._outcomes.get)]:
                before.remove(repeated)
                del self._pending[repeated.message.id]
            for replay in (True, False):
                alerts = [p.message for p in before if p.old and p.message.replay is replay]
                if alerts:
                    summary, tells = summed_up(alerts, [p.message for p in before])
                    yield _Told(summary, tells, "summary")
            self._cut = 0
        held = {p.message.id for p in self._pending.values() if p.old}
        for message in [p.message for p in self._pending.values() if not p.old]:
            if told_before(message) in held:
                continue
            if is_news(message, self._outcomes.get):
                yield _Told(message, [message], "delivered")
            else:
                del self._pending[message.id]

    async def _tell(self, due: _Told) -> None:
        """Send one message and keep what became of it; raises `DeliveryError` if it may be tried again."""
        outcome, error = due.outcome, None
        try:
            await self._outlet.send(due.message)
        except DeliveryError as e:
            if not e.permanent:
                raise
            outcome, error = "failed", e
        for told in due.tells:
            del self._pending[told.id]
            self._outcomes[told.id] = outcome
            self._states.append(outcome_state(self._outlet.name, told.id, outcome))
            self._derived.append(
                outcome_event(
                    told.id,
                    subject=told.account_id,
                    channel=self._outlet.name,
                    at=self._clock(),
                    outcome=outcome,
                    error=error,
                )
            )

    def _hold(self) -> None:
        """Begin a summary where old alerts have waited long enough, else ask to be called when they have."""
        held = sum(p.old for p in self._pending.values())
        if self._next_offset < self._cut or not held:
            return
        due = min(self._held_until + self._quiet_s, self._held_since + LONGEST_S)
        if time.monotonic() >= due or held >= HELD_MOST:
            self._cut, self._held_since = self._next_offset, 0.0
            due = _AT_ONCE
        self._retry_at = due

    def _flush(self) -> Flush:
        left = next((p.offset for p in self._pending.values()), self._next_offset)
        position = position_state(self._outlet.name, Position(left, self._cut))
        flush = Flush(self._derived, [*self._states, position], [], left)
        self._derived, self._states = [], []
        return flush
