"""Owners: whether two names mean one unit, as they are written or as the tree of units says."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec

from events.closeness import distance
from events.folding import fold, fold_owner
from events.known import Known
from events.unit import UNIT_PREFIX, UnitChanged, UnitEnded, UnitRegistered
from projections.registry.identity.nearness import differ_tellingly

_CITIES, _LONGEST_PLACE = "市州盟", 4  # 澜川市, 黔东南州
_RANK = re.compile(r"(?:省|市|区|县|镇|乡|街道|新区|开发区|高新区|自治县|自治区)$")
_GOVERNMENT = re.compile(r"(?:人民政府|府办|街道办事处|办事处|管理委|管委会?)$")
_BUREAU = re.compile(r"(?:管理局|局|委|办公室|办|中心|支队|大队|总队|分局|厅)$")


class Owners(StrEnum):
    """How the owner of a row stands to the owner that is known."""

    UNSAID = "unsaid"  # one of them is blank
    SAME = "same"
    FOLLOWS = "follows"  # the tree says that the unit was renamed, or succeeded
    SLIP = "slip"  # one character apart: a correction, unless somebody says otherwise
    DIFFERS = "differs"  # correction, change or another account: nobody can know


class UnitNames(msgspec.Struct, frozen=True):
    """Names of the units of a tree, folded: present ones, former ones, and who took over from whom."""

    code_of: Mapping[str, frozenset[str]] = {}  # present name to codes
    former_code_of: Mapping[str, frozenset[str]] = {}  # former name to codes
    successors: Mapping[str, str] = {}  # code to code
    areas: AbstractSet[str] = frozenset()
    places: AbstractSet[str] = frozenset()  # areas and units, short names too

    def codes(self, owner: str) -> frozenset[str]:
        return self.code_of.get(owner, frozenset()) | self.former_code_of.get(owner, frozenset())


NO_UNITS = UnitNames()


def unit_names(known: Iterable[Known], areas: Iterable[str] = ()) -> UnitNames:
    """Return the names of a tree of units from its records, in log order; `areas` are those known besides."""
    present: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    successors: dict[str, str] = {}
    places = {fold(area) for area in areas if area}
    for k in known:
        code, data = k.event.subject.removeprefix(UNIT_PREFIX), k.event.data
        if isinstance(data, UnitRegistered | UnitChanged):
            if data.area:
                places.add(fold(data.area))
            if data.name is not None:
                name = fold_owner(data.name)
                if (before := present.get(code, name)) != name:
                    former.setdefault(before, set()).add(code)
                present[code] = name
        elif isinstance(data, UnitEnded) and code in present:
            former.setdefault(present.pop(code), set()).add(code)
            if data.successor:
                successors[code] = data.successor
    code_of: dict[str, set[str]] = {}
    for code, name in present.items():
        code_of.setdefault(name, set()).add(code)
    return UnitNames(
        {name: frozenset(codes) for name, codes in code_of.items()},
        {name: frozenset(codes) for name, codes in former.items()},
        successors,
        frozenset(places),
        frozenset(word for name in (*places, *code_of) for word in short_names(name, places)),
    )


def short_names(name: str, areas: AbstractSet[str]) -> set[str]:
    """Return a unit or an area and the words by which names of accounts mean it: 石渡区水务局 gives 水务局 and 水务."""
    words = {name}
    rest = name
    for length in range(min(len(name) - 2, 8), 1, -1):
        if name[:length] in areas:
            rest = name[length:]
            break
    plain = _GOVERNMENT.sub("", rest)
    for word in (rest, plain, _RANK.sub("", plain), _BUREAU.sub("", plain)):
        if len(word) > 1:
            words.add(word)
    return words


def compare_owners(stated: str, known: str, units: UnitNames = NO_UNITS, area: str = "") -> Owners:
    """Say how two owners stand to each other; `area` is the one of the row, for owners written without it."""
    one, other = fold_owner(stated), fold_owner(known)
    if not one or not other:
        return Owners.UNSAID
    areas = units.areas | {fold(area)} if area else units.areas
    if one == other or _without_area(one, other, areas) or _without_area(other, one, areas):
        return Owners.SAME
    here, there = units.codes(one), units.codes(other)
    if here & there or _succeeds(here, there, units.successors) or _succeeds(there, here, units.successors):
        return Owners.FOLLOWS
    both_known = one in units.code_of and other in units.code_of
    if not both_known and distance(one, other, 1) == 1 and not differ_tellingly(one, other, units.places):
        return Owners.SLIP
    return Owners.DIFFERS


def _without_area(short: str, full: str, areas: AbstractSet[str]) -> bool:
    """Tell 区民政局 or 民政局 for 石渡区民政局, where 石渡区 is a known area, and 市民政局 for 澜川市民政局."""
    before = full.removesuffix(short)
    if before == full:
        return False
    of_city = short[0] in _CITIES and len(before) <= _LONGEST_PLACE and not _RANK.search(before)
    return before in areas or before + short[0] in areas or of_city


def _succeeds(here: AbstractSet[str], there: AbstractSet[str], successors: Mapping[str, str]) -> bool:
    """Tell whether one of `here` took over from one of `there`, at once or over others."""
    reached: set[str] = set()
    ahead = set(there)
    while ahead:
        ahead = {successors[code] for code in ahead if code in successors} - reached
        reached |= ahead
    return bool(reached & here)
