"""Which users somebody may see and care for, beyond what the table of rights says of a route.

An administrator cares for all, a 主管单位 for the owners of its area; an owner unit sees its own users and invites a
second colleague (docs/console.md, Rights).
"""

from collections.abc import Sequence
from functools import cached_property

from events.folding import fold, fold_owner
from pipeline.access.users import Grant, Role, StoredUser
from pipeline.console.rights import Reach
from pipeline.console.visit import Visit
from pipeline.home.registry import registry_now
from pipeline.office.scope import area_of
from pipeline.office.units import unit_tree
from projections.registry.units import units_by_name

COLLEAGUES = 2
"""Users of an owner unit that the unit adds itself; more of them an administrator or the 主管单位 adds."""


class UserRights:
    """What one visitor may do about users."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.of_all = visit.reach is Reach.ALL
        self._scope = visit.grant.scope if visit.grant is not None else ""

    @cached_property
    def _areas(self) -> dict[str, set[str]]:
        """The areas of each owner unit, as the registry has them."""
        found: dict[str, set[str]] = {}
        with self._visit.workspace() as workspace:
            by_name = units_by_name(unit_tree(workspace))
            for entry in registry_now(workspace).entries.values():
                found.setdefault(fold_owner(entry.owner), set()).add(fold(area_of(entry, by_name)))
        return found

    def of_mine(self, grant: Grant) -> bool:
        """Tell whether a role is one that the visitor may give and take: of owners of its area, of its own unit."""
        if self.of_all:
            return True
        if grant.role is not Role.OWNER:
            return False
        if self._visit.reach is Reach.AREA:
            return self._areas.get(fold_owner(grant.scope)) == {fold(self._scope)}
        return self._visit.reach is Reach.UNIT and fold_owner(grant.scope) == fold_owner(self._scope)

    def sees(self, user: StoredUser) -> bool:
        """Tell whether the visitor may see a user."""
        return self.of_all or self.cares_for(user)

    def cares_for(self, user: StoredUser) -> bool:
        """Tell whether all that a user is lies within what the visitor may give."""
        grants = [Grant(Role(one.role), one.scope) for one in user.grants]
        return self.of_all or (bool(grants) and all(map(self.of_mine, grants)))

    def may_add(self, users: Sequence[StoredUser]) -> bool:
        """Tell whether the visitor may add one more."""
        if self._visit.reach is not Reach.UNIT:
            return True
        return sum(not user.disabled and self.sees(user) for user in users) < COLLEAGUES

    def units(self) -> list[str]:
        """Return the owner units that the visitor may name, for a list to choose from."""
        if self._visit.reach is Reach.UNIT:
            return [self._scope]
        with self._visit.workspace() as workspace:
            names = {entry.owner for entry in registry_now(workspace).entries.values() if entry.owner}
        return sorted(name for name in names if self.of_mine(Grant(Role.OWNER, name)))
