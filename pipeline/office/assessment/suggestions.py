"""What the checks of the registry suspect of assessed units: suggestions, and never points."""

from datetime import datetime

import msgspec

from events.days import chinese_day
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.schemes import find_roster
from pipeline.office.assessment.years import scheme_of_year
from pipeline.office.registry_checks import check_registry
from pipeline.office.units import unit_tree
from projections.year.belonging import Belonging

_MEASURES = {"similar_accounts": "similar_accounts", "opened_without_approval": "no_application"}
"""Which measure a check hints at."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A hit of a check on the accounts of an assessed unit; a row that is handed in and accepted makes it count."""

    code: str
    unit: str
    measure: str
    clause: str
    reason: str
    accounts: tuple[str, ...]


def suggestions(workspace: Workspace, at: datetime, scheme: str = "") -> list[Suggestion]:
    """Return what the registry's checks suspect of the assessed units as of T, as known now."""
    named = scheme_of_year(workspace, chinese_day(at).year, scheme).scheme
    roster = find_roster(named.roster, workspace.home.path).roster.units
    belonging = Belonging(roster, unit_tree(workspace, at))
    names = {unit.code: unit.name for unit in roster}
    view, hits = check_registry(workspace, at)
    found = []
    for hit in hits:
        card = view.cards.get(hit.accounts[0])
        code = (belonging.of_card(card) if card else None) or belonging.of_name(hit.unit)
        if hit.check in _MEASURES and code is not None:
            found.append(
                Suggestion(
                    code=code,
                    unit=names[code],
                    measure=_MEASURES[hit.check],
                    clause=hit.clause,
                    reason=hit.reason,
                    accounts=hit.accounts,
                )
            )
    return sorted(found, key=lambda one: (one.code, one.measure, one.accounts))
