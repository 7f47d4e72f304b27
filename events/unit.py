"""Units: who runs accounts, who checks them, who is above whom."""

from typing import ClassVar, Literal

from events.base import Payload

UnitKind = Literal["city_office", "competent_office", "owner", "operator"]
"""City office 市政府办公室, competent office 主管单位, owner unit 主办单位, operating firm 运维机构."""

UNIT_PREFIX = "unit:"


class UnitRegistered(Payload, frozen=True):
    """A unit stands in the registry from `time` on; registering it again states it anew in full."""

    type: ClassVar[str] = "unit.registered"

    name: str
    kind: UnitKind
    tier: str = ""
    area: str = ""
    parent: str = ""  # code of the unit above; empty: none
    duties: tuple[str, ...] = ()  # keywords of what the unit is there for
    representative: str = ""  # account id that stands for the area of the unit


UNIT_FIELDS = UnitRegistered.__struct_fields__
"""What a sheet tells of a unit beside its code and its times: tree and changes have these fields."""


class UnitChanged(Payload, frozen=True):
    """Facts of a unit changed at `time`; None means unchanged."""

    type: ClassVar[str] = "unit.changed"

    name: str | None = None
    kind: UnitKind | None = None
    tier: str | None = None
    area: str | None = None
    parent: str | None = None
    duties: tuple[str, ...] | None = None
    representative: str | None = None
    reason: str = ""


class UnitEnded(Payload, frozen=True):
    """A unit ceased to be at `time`."""

    type: ClassVar[str] = "unit.ended"

    successor: str = ""  # code of the unit that takes over its duties
    reason: str = ""


def unit_subject(code: str) -> str:
    """Return the subject of events about a unit: `unit:<code>`."""
    return UNIT_PREFIX + code
