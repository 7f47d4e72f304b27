"""The ids of answers to alerts and of steps of emergencies, each by its recipe (see `fact_ids.py`)."""

from datetime import datetime
from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE


def alert_acknowledged(account: str, alert: UUID) -> UUID:
    """Name that an alert was read: once, whoever says so again."""
    return fact_id(OFFICE, account, f"acknowledged:{alert}")


def alert_snoozed(account: str, alert: UUID, until: datetime) -> UUID:
    """Name a snooze by the alert that it answers and its end: done again after a crash it is the same."""
    return fact_id(OFFICE, account, f"snoozed:{alert}:{until.isoformat()}")


def alert_muted(account: str, silent_since: datetime, reason: str, until: datetime) -> UUID:
    """Name a mute by the silence that it is about, its reason and its end."""
    return fact_id(OFFICE, account, f"muted:{silent_since.isoformat()}:{reason}:{until.isoformat()}")


def alert_post_claimed(account: str, silent_since: datetime, link: str) -> UUID:
    """Name what a unit says of a post by the silence that it is said to have ended, and its address."""
    return fact_id(OFFICE, account, f"post-claimed:{silent_since.isoformat()}:{link}")


def emergency_suspected(account: str, claim: UUID) -> UUID:
    """Name a suspicion by the claim under which it was told."""
    return fact_id(OFFICE, account, f"emergency:{claim}")


def emergency_step(account: str, event_type: str, emergency: UUID, claim: UUID) -> UUID:
    """Name a later step of an emergency by its kind and the claim under which it was done."""
    return fact_id(OFFICE, account, f"{event_type}:{emergency}:{claim}")
