"""Which assessed unit answers for an account: by its competent office, else by its owner and the units above that."""

from collections.abc import Mapping, Sequence

from events.unit import unit_subject
from projections.registry.cards import AccountCard
from projections.registry.units import Unit, line_of
from projections.reports.reporters import Reporter
from projections.year.schemes import AssessedUnit


class Belonging:
    """Names of owners and offices with the assessed unit that answers for them, as of one moment."""

    def __init__(self, roster: Sequence[AssessedUnit], units: Mapping[str, Unit]) -> None:
        codes = {unit.code for unit in roster}
        self._codes: dict[str, str] = {}
        for code, unit in units.items():
            above = next((one.code for one in line_of(code, units) if one.code in codes), None)
            if above is not None:
                self._codes[unit.name] = above
        self._codes |= {unit.name: unit.code for unit in roster}

    def of_name(self, name: str) -> str | None:
        """Return the code of the assessed unit that a name belongs to."""
        return self._codes.get(name)

    def of_card(self, card: AccountCard) -> str | None:
        """Return the code of the assessed unit that answers for an account."""
        return self._codes.get(card.supervisor) or self._codes.get(card.owner)

    def reporter(self, unit: AssessedUnit, cards: Mapping[str, AccountCard]) -> Reporter:
        """Return an assessed unit with the open accounts that it answers for."""
        mine = (c.account_id for c in cards.values() if c.closed_at is None and self.of_card(c) == unit.code)
        return Reporter(unit_subject(unit.code), unit.name, frozenset(mine))
