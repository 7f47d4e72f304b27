"""A small invented town: its units, its accounts, and rows about them."""

from datetime import UTC, datetime
from typing import Any

from events.codec import Event
from events.ids import fact_id
from events.unit import UnitChanged, UnitEnded, UnitRegistered, unit_subject
from projections.registry.identity.index import build_index
from projections.registry.identity.matching import match
from projections.registry.identity.owners import NO_UNITS, UnitNames, unit_names
from projections.registry.identity.statement import FormerName, KnownAccount, Match, Statement
from tests.projections.facts import known

SPRING = datetime(2026, 3, 1, tzinfo=UTC)
SUMMER = datetime(2026, 6, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)


def account(subject: str, name: str, platform: str = "微信订阅号", **fields: Any) -> KnownAccount:
    told = {"owner": "柳溪区文化和旅游局", "area": "柳溪区", **fields}
    return KnownAccount(subject=subject, name=name, platform=platform, **told)


def row(name: str, platform: str = "微信订阅号", **fields: Any) -> Statement:
    return Statement(
        name=name, platform=platform, **{"owner": "柳溪区文化和旅游局", "area": "柳溪区", **fields}
    )


def found(
    stated: Statement,
    *accounts: KnownAccount,
    on: datetime = AUTUMN,
    page: tuple[Statement, ...] = (),
    **more: Any,
) -> Match:
    """Return what a row means among these accounts, in a page of these rows."""
    return match(stated, build_index(accounts, (stated, *page), more.get("units", NO_UNITS)), on)


def renamed(subject: str, name: str, *former: tuple[str, datetime], **fields: Any) -> KnownAccount:
    return account(subject, name, former_names=tuple(FormerName(*told) for told in former), **fields)


def tree(*told: tuple[str, Any]) -> UnitNames:
    """Return the names of a tree of units; each thing told is told a day after the last."""
    events = [
        Event(fact_id("t", unit_subject(code), str(n)), "t", unit_subject(code), SPRING, data)
        for n, (code, data) in enumerate(told)
    ]
    return unit_names(known(*events))


def unit(code: str, name: str, area: str = "柳溪区") -> tuple[str, UnitRegistered]:
    return code, UnitRegistered(name=name, kind="owner", area=area)


def called(code: str, name: str) -> tuple[str, UnitChanged]:
    return code, UnitChanged(name=name)


def ended(code: str, successor: str = "") -> tuple[str, UnitEnded]:
    return code, UnitEnded(successor=successor)
