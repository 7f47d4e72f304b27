"""What a row of the table of rights says: who may call a route, and about what."""

from collections.abc import Mapping
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
    program: bool = False  # a program, by its token alone
    unsigned: bool = False  # whoever is signed in counts as nobody: the answer is kept for everybody


def listed(path: str, right: Right) -> dict[tuple[str, str], Right]:
    """Return the rows of a list and of its files."""
    return {("GET", f"{path}{ending}"): right for ending in ("", ".csv", ".xlsx")}
