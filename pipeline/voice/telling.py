"""What a channel is told: which messages, which of them in one summary, and the event that records it; pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from connectors.log.deliveries import Delivery, Outcome
from connectors.notify.channel import DeliveryError
from connectors.notify.message import Message, summary_of
from events import derived_ids
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.base import Payload
from events.codec import Event
from events.sources import XUNCHA

OLD = timedelta(hours=6)
"""An alert older than this when it is raised goes into one summary (design section 3, Alerts)."""

_WITHDRAWALS = 100  # of one alert; nobody looks further back

OutcomeOf = Callable[[UUID], Outcome | None]
"""What became of a message on a channel, None while it is pending."""


def is_old(message: Message, recorded_at: datetime) -> bool:
    """Tell whether a message is told in a summary only; `recorded_at` is when its event was raised."""
    return message.kind == "alert" and recorded_at - message.at > OLD


def withdrawn_by(message: Message) -> UUID | None:
    """Return the message that another takes back, None for one that takes none back.

    A later record of the same id lifts the withdrawal: what counts is that it was told rightly in the end.
    """
    return UUID(message.details["withdrawn_id"]) if message.kind == "withdrawn" else None


def told_before(message: Message) -> UUID | None:
    """Return the message without which another is no news: the alert that ended, or what is taken back."""
    if message.kind == "cleared":
        return derived_ids.alert_raised(message.account_id, UUID(message.details["opener_id"]), message.level)
    return withdrawn_by(message)


def is_news(message: Message, outcome_of: OutcomeOf) -> bool:
    """Tell whether to send a message; nobody is told the end of what they were not told by itself."""
    before = told_before(message)
    return (before is None or outcome_of(before) == "delivered") and not is_repetition(message, outcome_of)


def is_repetition(message: Message, outcome_of: OutcomeOf) -> bool:
    """Tell whether an alert that was raised anew says again what a summary told.

    The withdrawal in between is no news to those who know the alert from a summary alone, and so neither is this.
    """
    if message.kind != "alert":
        return False
    alert = message.account_id, UUID(message.details["opener_id"]), message.level
    before, outcome = derived_ids.alert_raised(*alert), None
    for _ in range(_WITHDRAWALS):
        if message.id == before:
            break
        outcome = outcome_of(before) or outcome
        before = derived_ids.alert_raised(*alert, after=derived_ids.alert_withdrawn(before))
    return outcome == "summary"


def summed_up(alerts: Sequence[Message], pending: Iterable[Message]) -> tuple[Message, list[Message]]:
    """Return the summary of old alerts, and all that it tells: the alerts, and the pending ends of them.

    `alerts` are of a replay or none is, see `summary_of`, which gives the summary an id by the alerts alone.
    """
    ids = {m.id for m in alerts}
    ends = [m for m in pending if told_before(m) in ids]
    ended = sum(m.kind == "cleared" for m in ends)
    withdrawn = len(ends) - ended
    summary = summary_of(alerts)
    text = summary.text
    if ended:
        text += f"\n其中{ended}个账号已恢复更新或关停，无需再处理。"
    if withdrawn:
        text += f"\n其中{withdrawn}条经核对有误，已撤回，无需据此处理。"
    return msgspec.structs.replace(summary, text=text), [*alerts, *ends]


def outcome_event(
    delivery: Delivery, *, subject: str, at: datetime, outcome: Outcome, error: DeliveryError | None
) -> Event[Payload]:
    """Return the event that records what became of a delivery; `error` where it was refused."""
    message_id, channel, destination = delivery
    if error is not None:
        failed = AlertDeliveryFailed(
            message_id=message_id,
            channel=channel,
            destination=destination,
            reason=error.reason,
            attempts=error.attempts,
        )
        return Event(derived_ids.alert_delivery_failed(*delivery), XUNCHA, subject, at, failed)
    delivered = AlertDelivered(
        message_id=message_id, channel=channel, destination=destination, summary=outcome == "summary"
    )
    return Event(derived_ids.alert_delivered(*delivery), XUNCHA, subject, at, delivered)
