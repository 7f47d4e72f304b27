"""The one table of rights: who may call which route, about what, and which rule of two persons holds there.

A route without a row does not start. What a reach means for a list is the scope of its query, never a check in a
template (docs/design.md, Rights).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from pipeline.access.users import Role


class Reach(StrEnum):
    """About what a role may ask."""

    ALL = "all"
    AREA = "area"  # accounts and units of the area of the grant
    UNIT = "unit"  # those of its unit
    OWN = "own"  # what it handed in itself
    NAMES = "names"  # names and links alone


class Right(NamedTuple):
    """Who may call a route; `everybody`: without signing in, too."""

    who: Mapping[Role, Reach] = {}
    everybody: bool = False
    second: str = ""  # the rule of two persons that its service keeps
    signed_in: bool = False  # whoever is signed in, about themselves alone
    unsigned: bool = False  # whoever is signed in counts as nobody: the answer is kept for everybody


_OFFICE = {Role.CLERK: Reach.ALL, Role.SIGNER: Reach.ALL}
_WHOLE_CITY = {**_OFFICE, Role.AUDITOR: Reach.ALL}
_READERS = {**_OFFICE, Role.AUDITOR: Reach.ALL, Role.COMPETENT: Reach.AREA}
EVERYBODY = Right(everybody=True)
SIGNED_IN = Right(signed_in=True)
PUBLIC = Right(everybody=True, unsigned=True)

RIGHTS: dict[tuple[str, str], Right] = {
    # the frame
    ("GET", "/"): EVERYBODY,
    ("GET", "/assets/{name}"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    # parts of pages, for developers
    ("GET", "/parts"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.xlsx"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.csv"): Right({Role.ADMIN: Reach.ALL}),
    # the public's pages, and what the office does with their reports
    ("GET", "/p"): PUBLIC,
    ("GET", "/p/check"): PUBLIC,
    ("GET", "/p/counts"): PUBLIC,
    ("GET", "/p/open"): PUBLIC,
    ("GET", "/p/open/accounts.csv"): PUBLIC,
    ("GET", "/p/open/accounts.json"): PUBLIC,
    ("GET", "/p/privacy"): PUBLIC,
    ("GET", "/p/report"): PUBLIC,
    ("POST", "/p/report"): PUBLIC,
    ("GET", "/p/{number}"): PUBLIC,
    ("GET", "/reports-from-public"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public.xlsx"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public.csv"): Right(_WHOLE_CITY),
    ("GET", "/reports-from-public/{number}"): Right(_WHOLE_CITY),
    ("POST", "/reports-from-public/{number}/finding"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/counterfeit"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/close"): Right({Role.CLERK: Reach.ALL}),
    ("POST", "/reports-from-public/{number}/contact"): Right(_OFFICE),
    ("POST", "/reports-from-public/{number}/erase"): Right({Role.CLERK: Reach.ALL}),
}
"""By method and path of each route."""


def right_of(method: str, path: str) -> Right:
    """Return the row of a route; raises `KeyError` where there is none."""
    return RIGHTS["GET" if method == "HEAD" else method, path]


def require_rights(routes: Iterable[tuple[str, str]]) -> None:
    """Demand a row for each route, and a route for each row; raises `KeyError` with those that lack the other."""
    served = {route for route in routes if route[0] not in ("HEAD", "OPTIONS")}
    if served != RIGHTS.keys():
        raise KeyError(*sorted(served ^ RIGHTS.keys()))
