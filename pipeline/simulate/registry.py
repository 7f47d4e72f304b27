"""Who exists in a simulated city: its units as a tree, and the accounts that they run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from events.ids import account_id
from events.messages import message
from events.platforms import platform_slug
from events.unit import UnitKind
from pipeline.home.errors import UsageError
from pipeline.simulate.chance import lot, number, shuffled
from pipeline.simulate.place import Area, Existing, NamedAccount, Place, Vocabulary

_TOWNS = 12
"""Towns and streets of an area."""
_ZONES = ("园区", "高新区", "经开区", "开发区")
_FIRST_OPENING = datetime(2014, 1, 1, 1, tzinfo=UTC)
_OPENING_DAYS = 7 * 365  # every account is open years before its first check
_OFFICE = "office"


class SimUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the city."""

    code: str
    name: str
    kind: UnitKind
    tier: str
    area: str
    parent: str
    duties: tuple[str, ...]
    account_name: str = ""  # how it names its accounts


class SimAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the city; one that is not filed stands in no registry."""

    account_id: str
    native_id: str
    name: str
    platform: str
    tier: str
    area: str
    owner: str
    opened_at: datetime
    found_at: datetime | None = None  # when patrol saw an account that was never filed

    @property
    def filed(self) -> bool:
        return self.found_at is None


class SimRegistry(msgspec.Struct, frozen=True):
    """Units with those above them first, accounts, and the representative account of each unit that has one."""

    units: tuple[SimUnit, ...]
    accounts: tuple[SimAccount, ...]
    representatives: dict[str, str]  # code of the unit to account id


def build_registry(place: Place, words: Vocabulary, seed: int) -> SimRegistry:
    """Make the units and accounts of a place up; the numbers by tier and platform are those of its file.

    A unit runs at most one account on a platform, and its accounts bear the same name everywhere.
    """
    units = _with_named_owners(place, list(_units(place, words, seed)))
    accounts = [_named(place, named, seed) for named in place.named]
    taken = {(a.owner, platform_slug(a.platform)) for a in accounts}
    for existing in place.exists:
        for area in place.areas if existing.in_areas else (None,):
            candidates = [
                u for u in units if u.account_name and u.area == (area.name if area else place.city_area)
            ]
            for platform in existing.platforms:
                wanted = _wanted(place, existing, area, platform)
                chosen = _choose(candidates, platform, wanted, taken, seed)
                accounts += [_account(place, existing.tier, unit, platform, seed) for unit in chosen]
    first = {a.owner: a.account_id for a in reversed(accounts) if a.filed}
    offices = [u for u in units if u.kind != "owner" and u.name in first]
    return SimRegistry(tuple(units), tuple(accounts), {u.code: first[u.name] for u in offices})


def _units(place: Place, words: Vocabulary, seed: int) -> Iterator[SimUnit]:
    """Give the tree: the city office, its bureaus, the office of each area, its bureaus and towns."""
    spoken_for = {named.name for named in place.named}
    city_tier = next(e.tier for e in place.exists if not e.in_areas)
    area_tier = next(e.tier for e in place.exists if e.in_areas)
    yield SimUnit(
        code=_OFFICE,
        name=place.office,
        kind="city_office",
        tier=city_tier,
        area=place.city_area,
        parent="",
        duties=("发布",),
        account_name=f"{place.city}发布",
    )
    for n, (unit, short) in enumerate(words.city_units):
        yield _owner(
            f"c{n:03d}", place.city_area + unit, short, city_tier, place.city_area, _OFFICE, place.city
        )
    towns = shuffled([a + b for a in words.town_first for b in words.town_second], seed, "towns")
    for i, area in enumerate(place.areas):
        office = f"a{i:02d}"
        yield SimUnit(
            code=office,
            name=f"{area.name}{_government(area)}办公室",
            kind="competent_office",
            tier=area_tier,
            area=area.name,
            parent=_OFFICE,
            duties=("发布",),
            account_name=f"{area.short}发布",
        )
        for n, (unit, short) in enumerate(words.area_units):
            if area.short + short not in spoken_for:
                yield _owner(
                    f"{office}{n:03d}", area.name + unit, short, area_tier, area.name, office, area.short
                )
        for n, town in enumerate(towns[i * _TOWNS : (i + 1) * _TOWNS]):
            name = f"{area.name}{town}镇人民政府"
            yield SimUnit(
                code=f"{office}t{n:02d}",
                name=name,
                kind="owner",
                tier=area_tier,
                area=area.name,
                parent=office,
                duties=(town, "发布"),
                account_name=f"{town}发布",
            )


def _owner(code: str, name: str, short: str, tier: str, area: str, parent: str, prefix: str) -> SimUnit:
    return SimUnit(
        code=code,
        name=name,
        kind="owner",
        tier=tier,
        area=area,
        parent=parent,
        duties=(short,),
        account_name=prefix + short,
    )


def _with_named_owners(place: Place, units: list[SimUnit]) -> list[SimUnit]:
    """Return the units with the owners of named accounts; one that is there already has their duties, too."""
    areas = {area.name: f"a{i:02d}" for i, area in enumerate(place.areas)}
    by_name = {unit.name: unit for unit in units}
    for n, named in enumerate(place.named):
        known = by_name.get(named.owner)
        if known is None:
            known = SimUnit(
                code=f"n{n:02d}",
                name=named.owner,
                kind="owner",
                tier=named.tier,
                area=named.area,
                parent=areas.get(named.area, _OFFICE),
                duties=(),
            )
        duties = tuple(dict.fromkeys((*known.duties, *named.duties)))
        by_name[named.owner] = msgspec.structs.replace(known, duties=duties)
    return list(by_name.values())


def _wanted(place: Place, existing: Existing, area: Area | None, platform: str) -> int:
    """Return how many accounts are still to be made up in an area, or in the city's own offices."""
    total = existing.platforms[platform]
    where = place.city_area if area is None else area.name
    if area is not None:
        i, areas = place.areas.index(area), len(place.areas)
        total = total * (i + 1) // areas - total * i // areas
    named = sum(
        n.filed and n.platform == platform and n.tier == existing.tier and n.area == where
        for n in place.named
    )
    if named > total:
        raise UsageError(
            message(
                "{where} has {total} accounts on {platform}, but {named} of them are named",
                where=where,
                total=total,
                platform=platform,
                named=named,
            )
        )
    return total - named


def _choose(
    candidates: list[SimUnit], platform: str, wanted: int, taken: set[tuple[str, str]], seed: int
) -> list[SimUnit]:
    """Choose units for accounts on a platform: the office first, the others by lot."""
    slug = platform_slug(platform)
    free = {u.code: u for u in candidates if (u.name, slug) not in taken}
    offices = [code for code, unit in free.items() if unit.kind != "owner"]
    others = shuffled((code for code in free if code not in offices), seed, "runs", slug)
    chosen = [free[code] for code in (*offices, *others)[:wanted]]
    if len(chosen) < wanted:
        raise UsageError(
            message(
                "{wanted} accounts on {platform} are asked for, but only {chosen_count} units are left",
                wanted=wanted,
                platform=platform,
                chosen_count=len(chosen),
            )
        )
    taken.update((unit.name, slug) for unit in chosen)
    return chosen


def _account(place: Place, tier: str, unit: SimUnit, platform: str, seed: int) -> SimAccount:
    native = _native_id(place, platform, unit.name, unit.account_name, seed)
    return SimAccount(
        account_id=account_id(platform_slug(platform), native),
        native_id=native,
        name=unit.account_name,
        platform=platform,
        tier=tier,
        area=unit.area,
        owner=unit.name,
        opened_at=_opened_at(seed, native),
    )


def _named(place: Place, named: NamedAccount, seed: int) -> SimAccount:
    native = _native_id(place, named.platform, named.owner, named.name, seed)
    return SimAccount(
        account_id=account_id(platform_slug(named.platform), native),
        native_id=native,
        name=named.name,
        platform=named.platform,
        tier=named.tier,
        area=named.area,
        owner=named.owner,
        opened_at=_opened_at(seed, native),
        found_at=named.found_at,
    )


def _native_id(place: Place, platform: str, owner: str, name: str, seed: int) -> str:
    """Return an id as the platform gives them out."""
    slug, drawn = platform_slug(platform), lot(seed, place.name, platform, owner, name)
    if slug in ("wechat", "wechat-channels"):
        return f"gh_{drawn.hex()[:12]}"
    if slug == "app":
        return f"cn.gov.{drawn.hex()[:10]}"
    return str(10**9 + int.from_bytes(drawn[:8], "big") % (9 * 10**9))


def _opened_at(seed: int, native: str) -> datetime:
    return _FIRST_OPENING + timedelta(days=number(seed, "opened", native) % _OPENING_DAYS)


def _government(area: Area) -> str:
    return "管理委员会" if area.name.endswith(_ZONES) else "人民政府"
