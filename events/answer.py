"""Answers of people to alerts: acknowledged, snoozed, muted, and that something was posted, each about an account."""

from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class AlertAcknowledged(Payload, frozen=True):
    """Somebody has read an alert (知悉). Nobody has to; nothing is scored, listed or held back by it."""

    type: ClassVar[str] = "alert.acknowledged"

    alert_id: UUID


class AlertSnoozed(Payload, frozen=True):
    """Somebody asked at `time` for no further warnings of this silence until a moment; the limit is not held back."""

    type: ClassVar[str] = "alert.snoozed"

    until: UtcDatetime
    reason: str = ""


class AlertMuted(Payload, frozen=True):
    """The office asked at `time` for no alerts of this silence (静音): until a moment, or the next post."""

    type: ClassVar[str] = "alert.muted"

    reason: str  # code of `infra/answers/mute_reasons.toml`
    until: UtcDatetime
    note: str = ""


class PostClaimed(Payload, frozen=True):
    """A unit said at `time` that it has posted (已发布). It proves nothing: the next look does."""

    type: ClassVar[str] = "alert.post_claimed"

    link: str  # where, as the unit wrote it
