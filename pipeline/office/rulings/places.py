"""What was laid down for areas and units, and which accounts each of them means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from events.folding import fold, fold_owner
from events.ruling import Place, RulesetAssigned
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Placed, area_of
from projections.registry.units import Unit, line_of, units_by_name


class Laid(msgspec.Struct, frozen=True):
    """What holds for the accounts of a place."""

    id: UUID
    subject: str
    place: Place
    name: str
    ruleset: str  # '': that of whoever asks
    basis: str
    since: datetime


def laid_down(workspace: Workspace) -> dict[str, Laid]:
    """Return what was laid down last for each place, by its subject."""
    found = {}
    for k in workspace.known.read((RulesetAssigned.type,)):
        event, data = k.event, k.event.data
        if isinstance(data, RulesetAssigned):  # withdrawals of other facts come along
            found[event.subject] = Laid(
                event.id, event.subject, data.place, data.name, data.ruleset, data.basis, event.time
            )
    return found


class Places:
    """Finds what was laid down for an account: for its unit or the nearest above it, else for its area."""

    def __init__(self, laid: Mapping[str, Laid], units: Mapping[str, Unit]) -> None:
        self._units, self._by_name = units, units_by_name(units)
        self._of_units = {fold_owner(one.name): one for one in laid.values() if one.place == "unit"}
        self._of_areas = {fold(one.name): one for one in laid.values() if one.place == "area"}

    def of(self, account: Placed) -> Laid | None:
        """Return what holds for an account, None where nothing was laid down."""
        if self._of_units:
            for name in (account.owner, *(unit.name for unit in self._above(account))):
                if (found := self._of_units.get(fold_owner(name))) is not None:
                    return found
        return self._of_areas.get(fold(area_of(account, self._by_name)))

    def _above(self, account: Placed) -> Sequence[Unit]:
        owners = self._by_name.get(account.owner, ())
        return line_of(owners[0].code, self._units) if len(owners) == 1 else ()
