"""The notifier: from derived events to people, each message once a channel."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from connectors.log.deliveries import Outcome, note_outcome, outcome_of
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.console import ConsoleChannel
from connectors.notify.jsonl_file import FileChannel
from connectors.notify.message import Message, message_of, summary_of
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.base import Payload
from events.codec import CODEC, Event, UnreadableEventError
from events.ids import derived_id, partition_of
from events.instants import from_micros
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.home import Home
from pipeline.rulesets import find_ruleset
from pipeline.settings import Settings, environment_value

OLD = timedelta(hours=6)
"""An alert older than this when it is raised goes into one summary (design section 3, Alerts)."""

RETRY_S = 60.0
"""Pause of a channel that failed for now."""

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
        old = [m for m, recorded_at in raised if m.kind == "alert" and recorded_at - m.at > OLD]
        summed_up = {m.id for m in old}
        told = 0
        try:
            for replay in (True, False):
                told += self._sum_up(channel, [m for m in old if m.replay is replay], pending)
            for message in pending:
                if message.id not in summed_up and self._is_news(channel, message):
                    self._send(channel, message, [str(message.id)], "delivered")
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
            ended = _ended(group, pending)
            with self._log.transaction():
                self._log.set_meta(key, " ".join(str(m.id) for m in group))
            told_ids = [str(m.id) for m in (*group, *ended)]
            self._send(channel, _with_ended(summary_of(group), len(ended)), told_ids, "summary")
        return sum(map(bool, groups))

    def _pending(self, channel: Channel) -> tuple[list[tuple[Message, datetime]], dict[str, int]]:
        """Return what a channel has to be told with when it was raised, oldest first, and the positions after it."""
        pending: dict[str, tuple[Message, datetime]] = {}
        ends: dict[str, int] = {}
        for partition in range(self._log.partitions):
            key = f"notified:{channel.name}:{partition}"
            begin = int(self._log.meta(key) or 0)
            offset = begin
            while records := self._log.read(DERIVED, partition, offset, _BATCH):
                for record in records:
                    message = self._message(channel, record.value)
                    if message is not None:
                        pending.setdefault(str(message.id), (message, from_micros(record.recorded_at)))
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
        if outcome_of(self._log.db, str(message.id), channel.name) is not None:
            return None
        return message

    def _is_news(self, channel: Channel, message: Message) -> bool:
        """Tell whether to send a message; nobody is told the end of what they were not told by itself."""
        if message.kind != "cleared":
            return True
        alert_id = derived_id("alert", message.account_id, message.details["opener_id"], message.level)
        return outcome_of(self._log.db, str(alert_id), channel.name) == "delivered"

    def _send(self, channel: Channel, message: Message, told_ids: Sequence[str], outcome: Outcome) -> None:
        """Send one message and store what became of it; raises `DeliveryError` if it may be tried again."""
        fail_point("notify.before_send")
        try:
            channel.send(message)
        except DeliveryError as e:
            if not e.permanent:
                raise
            _log.error("message refused", channel=channel.name, message=str(message.id), reason=e.reason)
            self._record(channel, message, told_ids, "failed", e)
            return
        fail_point("notify.after_send")
        self._record(channel, message, told_ids, outcome, None)

    def _record(
        self,
        channel: Channel,
        message: Message,
        told_ids: Sequence[str],
        outcome: Outcome,
        error: DeliveryError | None,
    ) -> None:
        with self._log.transaction():
            for told in told_ids:
                note_outcome(self._log.db, told, channel.name, outcome)
                event = self._outcome_event(channel, message, told, outcome, error)
                self._log.write_derived(partition_of(event.subject, self._log.partitions), [event])

    def _outcome_event(
        self, channel: Channel, message: Message, told: str, outcome: Outcome, error: DeliveryError | None
    ) -> Event[Payload]:
        message_id = UUID(told)
        data: Payload
        if error is not None:
            data = AlertDeliveryFailed(
                message_id=message_id, channel=channel.name, reason=error.reason, attempts=error.attempts
            )
        else:
            data = AlertDelivered(message_id=message_id, channel=channel.name, summary=outcome == "summary")
        event_id = derived_id(data.type, told, channel.name)
        return Event(event_id, "xuncha", message.account_id or message.kind, self._clock(), data)


def _ended(alerts: Sequence[Message], pending: Sequence[Message]) -> list[Message]:
    """Return the messages that say the end of alerts of a summary."""
    openers = {m.details["opener_id"] for m in alerts}
    return [m for m in pending if m.kind == "cleared" and m.details["opener_id"] in openers]


def _with_ended(summary: Message, ended: int) -> Message:
    text = f"{summary.text}\n其中{ended}个账号已恢复更新或关停，无需再处理。" if ended else summary.text
    return msgspec.structs.replace(summary, text=text)


def open_notifier(log: EmbeddedLog, home: Home) -> Notifier:
    """Build the notifier of a home: console, file, and the webhook where one is set."""
    ruleset = find_ruleset(home.settings.ruleset, home.path).ruleset
    channels: list[Channel] = [ConsoleChannel(sys.stderr), FileChannel(home.path / "alerts.jsonl")]
    webhook = _webhook(home.settings)
    if webhook is not None:
        _begin_now(log, webhook)
        channels.append(webhook)
    return Notifier(log, channels, limit_days=ruleset.freshness.limit_days, clock=lambda: datetime.now(UTC))


def _begin_now(log: EmbeddedLog, channel: Channel) -> None:
    """Let a channel that is new to a home begin with what comes next: the past is no news."""
    if log.meta(f"notified:{channel.name}:begun") is not None:
        return
    with log.transaction():
        for partition, end in enumerate(log.end_offsets(DERIVED)):
            log.set_meta(f"notified:{channel.name}:{partition}", str(end))
        log.set_meta(f"notified:{channel.name}:begun", "1")


def _webhook(settings: Settings) -> Channel | None:
    """Build the webhook; its library is slow to import and most homes have none."""
    hook = settings.webhook
    if hook is None:
        return None
    from connectors.notify.egress import EgressError  # noqa: PLC0415
    from connectors.notify.webhook import Limits, WebhookChannel  # noqa: PLC0415

    authorization = environment_value(hook.header_from) if hook.header_from else None
    if hook.header_from and authorization is None:
        raise UsageError(
            f"[webhook] header_from names {hook.header_from}, which is not set in the environment"
        )
    try:
        return WebhookChannel(
            hook.url,
            authorization=authorization,
            allow_private=hook.allow_private,
            limits=Limits(attempts=3, within_s=15.0),
        )
    except EgressError as e:
        raise UsageError(f"[webhook]: {e}") from None
