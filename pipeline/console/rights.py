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
_CLERK = {Role.CLERK: Reach.ALL}
_SIGNER = {Role.SIGNER: Reach.ALL}
_READERS = {**_OFFICE, Role.AUDITOR: Reach.ALL, Role.COMPETENT: Reach.AREA}
_AFTER_ISSUE = {
    Role.CLERK: Reach.ALL,
    Role.SIGNER: Reach.ALL,
    Role.AUDITOR: Reach.ALL,
    Role.COMPETENT: Reach.NAMES,
    Role.OWNER: Reach.NAMES,
    Role.FIRM: Reach.NAMES,
    Role.CHECKER: Reach.NAMES,
}
"""A bulletin before it went out is the office's, afterwards everybody's who signs in."""
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
    # 通报
    ("GET", "/bulletins"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins.csv"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins.xlsx"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/files/{ending}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/figures/{place}"): Right(_AFTER_ISSUE),
    ("GET", "/bulletins/{name}/words"): Right(_CLERK),
    ("POST", "/bulletins/{name}/words"): Right(_CLERK),
    ("POST", "/bulletins/{name}/draft"): Right(_CLERK),
    ("POST", "/bulletins/{name}/check"): Right(_CLERK),
    ("POST", "/bulletins/{name}/submit"): Right(_CLERK),
    ("POST", "/bulletins/{name}/sign"): Right(_SIGNER, second="sign"),
    ("POST", "/bulletins/{name}/issue"): Right(_CLERK, second="sign"),
    ("GET", "/bulletins/{name}/correction"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL}),
    ("GET", "/bulletins/{name}/correction/files/{ending}"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL}),
    ("POST", "/bulletins/{name}/correction"): Right(_CLERK),
    ("POST", "/bulletins/{name}/correction/sign"): Right(_SIGNER, second="sign"),
    ("POST", "/bulletins/{name}/correction/issue"): Right(_CLERK, second="sign"),
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
