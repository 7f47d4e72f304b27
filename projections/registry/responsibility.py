"""Who was responsible for an account on a day: owner, those above it, section, firm, people by id."""

from collections.abc import Mapping

import msgspec

from projections.registry.cards import AccountCard
from projections.registry.units import Unit, line_of, units_by_name


class Responsibility(msgspec.Struct, frozen=True, kw_only=True):
    """Who was responsible, as far as the registry tells."""

    account_id: str
    name: str
    platform: str
    owner: str
    owner_code: str  # empty: no unit of that name, or more than one
    line: tuple[str, ...]  # names of the units above the owner, the nearest first
    supervisor: str  # as the account tells; else the nearest competent office above the owner
    section: str
    operator: str
    people: Mapping[str, str]  # role to person id
    open: bool


def responsibility(card: AccountCard, units: Mapping[str, Unit]) -> Responsibility:
    """Return who is responsible for an account, from its card and the units that exist at the same moment."""
    same_name = units_by_name(units).get(card.owner, ())
    owner = same_name[0] if len(same_name) == 1 else None
    above = line_of(owner.parent, units) if owner is not None else []
    competent = next((u.name for u in above if u.kind in ("competent_office", "city_office")), "")
    return Responsibility(
        account_id=card.account_id,
        name=card.name,
        platform=card.platform,
        owner=card.owner,
        owner_code=owner.code if owner is not None else "",
        line=tuple(unit.name for unit in above),
        supervisor=card.supervisor or competent,
        section=card.section,
        operator=card.operator,
        people=card.people,
        open=card.closed_at is None,
    )
