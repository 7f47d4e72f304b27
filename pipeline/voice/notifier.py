"""The notifier: from derived events to people, each message once a channel."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog

from connectors.log.deliveries import Outcome, note_outcome, outcome_of
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.message import Message, message_of
from events.codec import CODEC, UnreadableEventError
from events.ids import partition_of
from events.instants import from_micros
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.rulesets import find_ruleset
from pipeline.voice.channels import build_channels
from pipeline.voice.telling import (
    RETRY_S,
    is_news,
    is_old,
    is_repetition,
    outcome_event,
    summed_up,
    withdrawn_by,
)

_BATCH = 5_000
_log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


class Notifier:
    """Tells the derived events of a log to channels.

    Each channel has its own position, so one that is down holds up no other. A message goes out, then its outcome
    is stored with the event that records it; a crash between the two sends it again under the same id, which the
    receiver can see. A message that a channel refused for good is recorded as failed and not sent again.
    """

    def __init__(
        self, log: EmbeddedLog, channels: Sequence[Channel], *, limit_days: int, clock: Clock
    ) -> None:
        self._log = log
        self._channels = channels
        self._limit_days = limit_days
        self._clock = clock
        self._paused: dict[str, float] = {}

    def deliver_pending(self) -> int:
        """Tell every channel what it has not been told yet; returns the number of messages taken."""
        return sum(
            self._deliver(channel)
            for channel in self._channels
            if self._paused.get(channel.name, 0.0) <= time.monotonic()
        )

    def _deliver(self, channel: Channel) -> int:
        raised, ends = self._pending(channel)
        pending = [message for message, _ in raised]
        old = [m for m, recorded_at in raised if is_old(m, recorded_at)]
        old_ids = {m.id for m in old}
        old = [m for m in old if not is_repetition(m, lambda i: self._outcome_of(i, channel))]
        told = 0
        try:
            for replay in (True, False):
                told += self._sum_up(channel, [m for m in old if m.replay is replay], pending)
            for message in pending:
                if message.id not in old_ids and is_news(message, lambda i: self._outcome_of(i, channel)):
                    self._send(channel, message, [message], "delivered")
                    told += 1
        except DeliveryError as e:
            self._paused[channel.name] = time.monotonic() + RETRY_S
            _log.warning("channel paused", channel=channel.name, reason=e.reason, retry_s=RETRY_S)
            return told
        fail_point("notify.before_position")
        with self._log.transaction():
            for key, end in ends.items():
                self._log.set_meta(key, str(end))
        return told

    def _sum_up(self, channel: Channel, old: Sequence[Message], pending: Sequence[Message]) -> int:
        """Tell old alerts in one summary; one that may have been taken already is sent again as it was."""
        key = f"summary:{channel.name}"
        begun = set((self._log.meta(key) or "").split())
        groups = [[m for m in old if str(m.id) in begun], [m for m in old if str(m.id) not in begun]]
        for group in filter(None, groups):
            summary, told = summed_up(group, pending)
            with self._log.transaction():
                self._log.set_meta(key, " ".join(str(m.id) for m in group))
            self._send(channel, summary, told, "summary")
        return sum(map(bool, groups))

    def _pending(self, channel: Channel) -> tuple[list[tuple[Message, datetime]], dict[str, int]]:
        """Return what a channel has to be told with when it was raised, oldest first, and the positions after it."""
        pending: dict[UUID, tuple[Message, datetime]] = {}
        withdrawals: dict[UUID, UUID] = {}  # pending ones, by the message that they take back
        ends: dict[str, int] = {}
        for partition in range(self._log.partitions):
            key = f"notified:{channel.name}:{partition}"
            begin = int(self._log.meta(key) or 0)
            offset = begin
            while records := self._log.read(DERIVED, partition, offset, _BATCH):
                for record in records:
                    message = self._message(channel, record.value)
                    if message is None:
                        continue
                    if message.id in withdrawals:
                        pending.pop(withdrawals.pop(message.id))
                    if self._outcome_of(message.id, channel) is not None:
                        continue
                    if (taken_back := withdrawn_by(message)) is not None:
                        withdrawals[taken_back] = message.id
                    pending.setdefault(message.id, (message, from_micros(record.recorded_at)))
                offset = records[-1].offset + 1
            if offset > begin:
                ends[key] = offset
        return sorted(pending.values(), key=lambda p: (p[0].at, str(p[0].id))), ends

    def _message(self, channel: Channel, value: bytes) -> Message | None:
        try:
            event = CODEC.decode(value)
        except UnreadableEventError as e:
            _log.error("unreadable derived event", reason=str(e))
            return None
        message = message_of(event, limit_days=self._limit_days)
        if message is None or (message.replay and not channel.replays):
            return None
        return message

    def _outcome_of(self, message_id: UUID, channel: Channel) -> Outcome | None:
        return outcome_of(self._log.db, str(message_id), channel.name)

    def _send(self, channel: Channel, message: Message, told: Sequence[Message], outcome: Outcome) -> None:
        """Send one message and store what became of it; raises `DeliveryError` if it may be tried again."""
        fail_point("notify.before_send")
        try:
            channel.send(message)
        except DeliveryError as e:
            if not e.permanent:
                raise
            _log.error("message refused", channel=channel.name, message=str(message.id), reason=e.reason)
            self._record(channel, message, told, "failed", e)
            return
        fail_point("notify.after_send")
        self._record(channel, message, told, outcome, None)

    def _record(
        self,
        channel: Channel,
        message: Message,
        told: Sequence[Message],
        outcome: Outcome,
        error: DeliveryError | None,
    ) -> None:
        subject = message.account_id or message.kind
        with self._log.transaction():
            for each in told:
                note_outcome(self._log.db, str(each.id), channel.name, outcome)
                event = outcome_event(
                    each.id,
                    subject=subject,
                    channel=channel.name,
                    at=self._clock(),
                    outcome=outcome,
                    error=error,
                )
                self._log.write_derived(partition_of(subject, self._log.partitions), [event])


def open_notifier(log: EmbeddedLog, home: Home) -> Notifier:
    """Build the notifier of a home, with the channels that its settings give."""
    ruleset = find_ruleset(home.settings.ruleset, home.path).ruleset
    channels = build_channels(home)
    for channel in channels:
        if not channel.replays:
            _begin_now(log, channel)
    return Notifier(log, channels, limit_days=ruleset.freshness.limit_days, clock=lambda: datetime.now(UTC))


def _begin_now(log: EmbeddedLog, channel: Channel) -> None:
    """Let a channel that is new to a home begin with what comes next: the past is no news."""
    if log.meta(f"notified:{channel.name}:begun") is not None:
        return
    with log.transaction():
        for partition, end in enumerate(log.end_offsets(DERIVED)):
            log.set_meta(f"notified:{channel.name}:{partition}", str(end))
        log.set_meta(f"notified:{channel.name}:begun", "1")
