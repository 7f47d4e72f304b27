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
_READERS = {**_OFFICE, Role.AUDITOR: Reach.ALL, Role.COMPETENT: Reach.AREA}
EVERYBODY = Right(everybody=True)
SIGNED_IN = Right(signed_in=True)
PUBLIC = Right(everybody=True, unsigned=True)
_CLERK = {Role.CLERK: Reach.ALL}
_ROUND_READERS = Right(_READERS)
_SHEETS = {**_CLERK, Role.CHECKER: Reach.OWN}
_FINDINGS = {**_READERS, Role.OWNER: Reach.UNIT, Role.FIRM: Reach.OWN, Role.CHECKER: Reach.OWN}
_OBJECTIONS = {**_READERS, Role.OWNER: Reach.UNIT}
_OBJECTS = {**_CLERK, Role.OWNER: Reach.UNIT}

RIGHTS: dict[tuple[str, str], Right] = {
    # the frame
    ("GET", "/"): EVERYBODY,
    ("GET", "/assets/{name}"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    # parts of pages, for developers
    ("GET", "/parts"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.xlsx"): Right({Role.ADMIN: Reach.ALL}),
    ("GET", "/parts.csv"): Right({Role.ADMIN: Reach.ALL}),
    # rounds: from the plan to the freeze
    ("GET", "/rounds"): Right({**_READERS, Role.CHECKER: Reach.OWN}),
    ("GET", "/rounds.xlsx"): _ROUND_READERS,
    ("GET", "/rounds.csv"): _ROUND_READERS,
    ("GET", "/rounds/new"): Right(_CLERK),
    ("POST", "/rounds/new"): Right(_CLERK),
    ("GET", "/rounds/{name}"): Right({**_READERS, Role.CHECKER: Reach.OWN}),
    ("GET", "/rounds/{name}/plan"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample.xlsx"): _ROUND_READERS,
    ("GET", "/rounds/{name}/sample.csv"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results.xlsx"): _ROUND_READERS,
    ("GET", "/rounds/{name}/results.csv"): _ROUND_READERS,
    ("GET", "/rounds/{name}/verify"): _ROUND_READERS,
    ("POST", "/rounds/{name}/draw"): Right(_CLERK),
    ("POST", "/rounds/{name}/serve"): Right(_CLERK),
    ("POST", "/rounds/{name}/propose"): Right(_CLERK),
    ("POST", "/rounds/{name}/freeze"): Right(_OFFICE, second="freeze"),
    ("POST", "/rounds/{name}/revise"): Right(_CLERK),
    ("POST", "/rounds/{name}/close"): Right(_CLERK),
    ("POST", "/rounds/{name}/cancel"): Right(_CLERK),
    ("GET", "/rounds/{name}/sheets"): Right({**_SHEETS, Role.SIGNER: Reach.ALL}),
    ("POST", "/rounds/{name}/sheets"): Right(_CLERK),
    ("GET", "/rounds/{name}/sheets.zip"): Right(_CLERK),
    ("GET", "/rounds/{name}/sheets/{checker}"): Right(_SHEETS),
    ("POST", "/rounds/{name}/sheets/{checker}"): Right(_SHEETS),
    ("GET", "/rounds/{name}/sheets/{checker}/form"): Right(_SHEETS),
    ("POST", "/rounds/{name}/sheets/{checker}/form"): Right(_SHEETS),
    # findings and objections
    ("GET", "/findings"): Right(_FINDINGS),
    ("GET", "/findings.xlsx"): Right(_FINDINGS),
    ("GET", "/findings.csv"): Right(_FINDINGS),
    ("GET", "/findings/new"): Right(_CLERK),
    ("POST", "/findings/new"): Right(_CLERK),
    ("GET", "/findings/{number}"): Right(_FINDINGS),
    ("GET", "/findings/{number}/evidence/{digest}"): Right(_FINDINGS),
    ("POST", "/findings/{number}/recheck"): Right(_SHEETS, second="recheck"),
    ("POST", "/findings/{number}/withdraw"): Right(_CLERK, second="take_back"),
    ("POST", "/findings/{number}/object"): Right(_OBJECTS),
    ("GET", "/objections"): Right(_OBJECTIONS),
    ("GET", "/objections.xlsx"): Right(_OBJECTIONS),
    ("GET", "/objections.csv"): Right(_OBJECTIONS),
    ("GET", "/objections/new"): Right(_OBJECTS),
    ("POST", "/objections/new"): Right(_OBJECTS),
    ("GET", "/objections/{number}"): Right(_OBJECTIONS),
    ("GET", "/objections/{number}/evidence/{digest}"): Right(_OBJECTIONS),
    ("POST", "/objections/{number}/propose"): Right(_CLERK),
    ("POST", "/objections/{number}/decide"): Right({Role.SIGNER: Reach.ALL}, second="decide"),
    # comparison of moments, and the rules of two persons
    ("GET", "/compare"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL}),
    ("GET", "/compare.xlsx"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL}),
    ("GET", "/compare.csv"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL}),
    ("GET", "/two-persons"): Right({**_OFFICE, Role.AUDITOR: Reach.ALL, Role.ADMIN: Reach.ALL}),
    ("POST", "/two-persons"): Right({Role.SIGNER: Reach.ALL}),
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
