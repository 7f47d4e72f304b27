"""How long a message is tried: a last step longer than an early one, and none for ever; pure."""

from datetime import datetime, timedelta

from connectors.notify.message import Message

EARLY = timedelta(hours=12)
"""An early step is followed by the next one, which says the same and more."""

LAST = timedelta(hours=72)
"""What has nothing behind it is tried for longer: a last step, the limit, an emergency, what takes back or ends."""

LAST_STEP_WITHIN = timedelta(hours=36)
"""A step this near to the limit counts as a last one."""

TRIED_S = 600.0
"""Nothing is given up before the channel has failed for so long in this process, however old the message is."""


def patience(message: Message) -> timedelta:
    """Return how long a message is tried, from when it was raised."""
    limit_at, deadline = message.details.get("limit_at"), message.details.get("deadline")
    if message.kind != "alert" or not limit_at or not deadline:
        return LAST
    left = datetime.fromisoformat(limit_at) - datetime.fromisoformat(deadline)
    return LAST if left <= LAST_STEP_WITHIN else EARLY


def is_given_up(message: Message, raised_at: datetime, now: datetime, failing_s: float) -> bool:
    """Tell whether a message that failed for now is not tried again; `raised_at` is when its event was recorded."""
    return failing_s >= TRIED_S and now - raised_at > patience(message)
