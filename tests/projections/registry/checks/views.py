"""Registries built by hand, for tests of a check at its edge."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from events.codec import Event
from projections.registry.cards import AccountCard
from projections.registry.checks import CHECKS
from projections.registry.checks.view import CheckParameters, Hit, RegistryView
from projections.registry.units import Unit

AT = datetime(2023, 3, 31, 16, tzinfo=UTC)
DAY = timedelta(days=1)
US = timedelta(microseconds=1)
OWNER = "某市交通运输局"


def card(native: str = "1", **fields: Any) -> AccountCard:
    """Return an open account of the traffic bureau on 微信订阅号."""
    platform = fields.get("platform", "微信订阅号")
    slug = "douyin" if platform == "抖音" else "wechat"
    told: dict[str, Any] = {
        "account_id": f"{slug}:{native}",
        "given_id": native,
        "name": f"某市交通{native}",
        "platform": platform,
        "owner": OWNER,
        "opened_at": AT - 500 * DAY,
        "opened_id": uuid5(UUID(int=1), native),
    }
    return AccountCard(**(told | fields))


def bureau(**fields: Any) -> Unit:
    """Return the unit that owns the accounts."""
    told: dict[str, Any] = {
        "code": "jtj",
        "name": OWNER,
        "kind": "owner",
        "area": "某市",
        "duties": ("交通", "出行"),
        "since": AT - 900 * DAY,
    }
    return Unit(**(told | fields))


def hits(
    check: str,
    *cards: AccountCard,
    units: tuple[Unit, ...] = (),
    parameters: CheckParameters = CheckParameters(),  # noqa: B008 (frozen)
    **view: Any,
) -> list[Hit]:
    """Run one check over accounts; each of its hits must give a reason and a clause."""
    told: dict[str, Any] = {
        "at": AT,
        "cards": {c.account_id: c for c in cards},
        "units": {u.code: u for u in units},
    }
    found = CHECKS[check][1](RegistryView(**(told | view)), parameters)
    for hit in found:
        assert check == hit.check
        assert hit.reason
        assert hit.clause.startswith(("昆政办发〔2019〕162号", "杨凌示范区2025-04-11", "互联网政务应用"))
    return found


def accounts(found: list[Hit]) -> list[tuple[str, ...]]:
    return [hit.accounts for hit in found]


def fact(data: Any, at: datetime, account: str) -> Event[Any]:
    return Event(uuid5(UUID(int=2), f"{data}{at}{account}"), "t", account, at, data)
