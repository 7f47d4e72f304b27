"""Counts beside the pages of the menu: what waits there, red where something is due today or overdue.

An area enters a function under the page of its own; it must be cheap, for every page asks it (the read model, one
query), and sees no more than the visit may.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pipeline.access.users import Role
from pipeline.office.today.open_work import PAGES, open_work

if TYPE_CHECKING:
    from pipeline.console.visit import Visit


class Badge(NamedTuple):
    """How much waits on a page."""

    waiting: int
    hot: bool = False  # due today, or overdue


BADGES: dict[str, "Callable[[Visit], Badge]"] = {}
"""By path of the page, as the menu has it."""


def badges_of(visit: "Visit", paths: set[str]) -> Mapping[str, Badge]:
    """Return what waits on the pages that somebody's menu has; none in a look at the past.

    What waits for the city's office is told to its clerks and signers alone.
    """
    if visit.known_at is not None or visit.at is not None:
        return {}
    found = {path: count(visit) for path, count in BADGES.items() if path in paths}
    if visit.user is not None and any(visit.user.grant(role) for role in (Role.CLERK, Role.SIGNER)):
        with visit.workspace() as workspace:
            for path, work in open_work(workspace, PAGES & paths, visit.now).items():
                found[path] = Badge(work.waiting, work.late > 0)
    return found
