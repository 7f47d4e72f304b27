"""Facts of one account, built by hand for tests of an edge."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.facts import AccountFacts, FindingFact
from events.finding import Severity
from events.instants import MICROSECOND, SECOND_US, to_micros
from events.known import Known
from projections.rules.period import quarter_of

CHECK_POINT = datetime(2021, 6, 30, 16, tzinfo=UTC)
"""Midnight after the second quarter of 2021, Chinese time."""

PERIOD = quarter_of(CHECK_POINT)
ACCOUNT = "wechat:x"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
US = MICROSECOND


def facts(**fields: Any) -> AccountFacts:
    """Return facts of an account that was looked at at the check point, where nothing else is said."""
    defaults: dict[str, Any] = {
        "opened_at": CHECK_POINT - 400 * DAY,
        "opened_id": UUID(int=1),
        "newest_post_at": CHECK_POINT - DAY,
        "newest_post_id": UUID(int=2),
        "proven_until": CHECK_POINT,
        "last_trusted_look_at": CHECK_POINT,
        "look_id": UUID(int=3),
        "looked": True,
        "covered": covered(CHECK_POINT - 100 * DAY),
        "weeks_with_posts": (1 << 13) - 1,
        "updates": 4,
    }
    return AccountFacts(account_id=ACCOUNT, **(defaults | fields))


def covered(begin: datetime, end: datetime = CHECK_POINT) -> tuple[tuple[int, int], ...]:
    """Return one stretch over which posts are known, rounded inward as looks round it."""
    return ((-(-to_micros(begin) // SECOND_US), to_micros(end) // SECOND_US),)


def finding(rule: str, count: int = 1, found_at: datetime = CHECK_POINT - DAY) -> FindingFact:
    """Return a finding under a rule; its severity is the line that the code names."""
    severity: Severity = "red" if rule.startswith("red") else "yellow"
    return FindingFact(uuid5(UUID(int=0), f"{rule}{count}{found_at}"), rule, severity, count, found_at)


def event(
    data: Payload, at: datetime, name: str = "", source: str = "polls", account: str = ACCOUNT
) -> Event[Any]:
    """Return an event whose id follows from its name, or from type and time."""
    return Event(uuid5(UUID(int=0), name or f"{data.type}{at}{source}"), source, account, at, data)


def opening(opened_at: datetime | None = CHECK_POINT - 400 * DAY, platform: str = "微信订阅号") -> Event[Any]:
    """Return the opening of the account."""
    data = AccountOpened(given_id="1", name="甲", platform=platform, opened_at=opened_at)
    return event(data, opened_at or CHECK_POINT - 500 * DAY, source="sheets")


def known(*events: Event[Any], recorded_at: datetime | None = None) -> list[Known]:
    """Return records of one partition, each recorded a minute after the last, or all at one time."""
    start = to_micros(CHECK_POINT - DAY)
    return [
        Known(0, i, to_micros(recorded_at) if recorded_at else start + 60_000_000 * i, e)
        for i, e in enumerate(events)
    ]
