"""Matters and directories for tests of routing, hours and cards."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from projections.registry.units import Unit
from projections.voice.matter import Matter
from projections.voice.routing import Contact, Directory, Line

AT = datetime(2026, 9, 16, 1, tzinfo=UTC)  # a Wednesday, 09:00 in China
UNIT, COMPETENT, CITY = "某市教育局", "某市大数据局", "某市政府办公室"
LINES = (Line("wecom", "wecom"), Line("mail", "mail"))
DAY = timedelta(days=1)
_NOTHING = UUID(int=0)


def matter(account: str = "wechat:a", *, kind: str = "alert", step: str = "early", **fields: Any) -> Matter:
    """Return a matter of an account of the unit."""
    defaults: dict[str, Any] = {
        "id": uuid5(_NOTHING, f"{account} {kind} {step} {fields.get('at', '')}"),
        "at": AT,
        "account_id": account,
        "opener_id": str(uuid5(_NOTHING, account)),
        "name": f"账号{account[-1]}",
        "owner": UNIT,
        "level": {"early": "day-10", "last": "day-14", "limit": "limit"}[step],
        "audience": "operator" if step == "early" else "leader",
        "silent_since": AT - 10 * DAY,
        "limit_at": AT + 4 * DAY,
        "text": f"{kind} {account}",
    }
    return Matter(kind=kind, step=step, **(defaults | fields))  # type: ignore[arg-type]


def person(role: str, unit: str = UNIT, *handles: str, human: str = "") -> Contact:
    """Return a person of a unit, called by role and unit."""
    return Contact(f"{role}@{unit}", unit, role, frozenset(handles or ("wecom",)), human)


def units() -> dict[str, Unit]:
    """Return a unit below its competent office below the city office."""
    return {
        "1": Unit(code="1", name=CITY, kind="city_office", since=AT),
        "2": Unit(code="2", name=COMPETENT, kind="competent_office", parent="1", since=AT),
        "3": Unit(code="3", name=UNIT, kind="owner", parent="2", since=AT),
    }


def directory(*contacts: Contact, **fields: Any) -> Directory:
    """Return who is who: five people of the unit and one of each office, where no others are given."""
    roles = ("staff_1", "staff_2", "section", "leader_in_charge", "main_leader")
    people = contacts or tuple(person(role) for role in roles)
    offices = (person("contact", COMPETENT), person("contact", CITY))
    return Directory(contacts=(*people, *offices), units=units(), **fields)
