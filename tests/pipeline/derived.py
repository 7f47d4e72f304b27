"""Derived events as folds raise them, and the records that a log makes of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from events.alert import AlertCleared, AlertRaised, AlertWithdrawn
from events.base import Payload
from events.codec import Event, encode_event
from events.envelope import Record
from events.ids import NAMESPACE, derived_id
from events.instants import to_micros
from events.patrol import SourceStalled
from events.round import ScoreProjected

NOW = datetime(2021, 6, 13, 1, tzinfo=UTC)
OLD = timedelta(hours=6, seconds=1)
SOURCE = "rss-mirror"


def opener_of(account: str) -> UUID:
    return uuid5(NAMESPACE, account)


def raised(
    account: str, *, level: str = "day-10", age: timedelta = timedelta(0), replay: bool = False
) -> Event[Payload]:
    """Make an alert that was true `age` before `NOW`, when it is raised."""
    data = AlertRaised(
        level=level,
        opener_id=opener_of(account),
        anchor_at=NOW - timedelta(days=10),
        deadline=NOW - age,
        name=f"某市{account}",
        replay=replay,
    )
    event_id = derived_id("alert", account, str(data.opener_id), level)
    return Event(event_id, "xuncha", account, NOW - age, data)


def cleared(account: str, *, level: str = "day-10", replay: bool = False) -> Event[Payload]:
    """Make the end of an alert."""
    data = AlertCleared(
        level=level,
        opener_id=opener_of(account),
        by=opener_of(f"post of {account}"),
        name=f"某市{account}",
        replay=replay,
    )
    return Event(derived_id("alert.cleared", account, str(data.opener_id)), "xuncha", account, NOW, data)


def withdrawn(account: str, *, level: str = "day-10") -> Event[Payload]:
    """Make the withdrawal of an alert."""
    alert_id = raised(account, level=level).id
    data = AlertWithdrawn(
        corrects=alert_id, reason="follows from no fact", level=level, opener_id=opener_of(account)
    )
    return Event(derived_id("alert.withdrawn", str(alert_id)), "xuncha", account, NOW, data)


def stalled(source: str = SOURCE) -> Event[Payload]:
    data = SourceStalled(since=NOW - timedelta(days=1), expected_posts=22.4, accounts=128)
    return Event(derived_id("source.stalled", source), source, source, NOW, data)


def scored(account: str) -> Event[Payload]:
    data = ScoreProjected(ruleset="r/1", verdict="pass")
    return Event(derived_id("score.projected", account), "xuncha", account, NOW, data)


def record(offset: int, event: Event[Payload], *, partition: int = 0) -> Record:
    """Make the record of an event that was raised at `NOW`."""
    return Record(partition, offset, to_micros(NOW), encode_event(event))
