"""Which assessed unit answers for an account: by its competent office, else by its owner and the units above that."""

from collections.abc import Mapping, Sequence

from events.unit import unit_subject
from projections.registry.cards import AccountCard
from projections.registry.units import Unit, line_of
from projections.reports.reporters import Reporter, subject_of_area
from projections.year.schemes import AssessedUnit


class Belonging:
    """Names of owners and offices with the assessed unit that answers for them, as of one moment."""

    def __init__(self, roster: Sequence[AssessedUnit], units: Mapping[str, Unit]) -> None:
        self._units = units
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
        """Return an assessed unit with the open accounts that it answers for.

        What an area reports counts for it where it answers for every account of the area.
        """
        open_cards = [card for card in cards.values() if card.closed_at is None]
        mine = [card for card in open_cards if self.of_card(card) == unit.code]
        others = {card.area for card in open_cards if self.of_card(card) != unit.code}
        areas = {card.area for card in mine if card.area} - others
        return Reporter(
            unit_subject(unit.code),
            unit.name,
            frozenset(card.account_id for card in mine),
            frozenset(subject_of_area(area, self._units) for area in areas),
        )
