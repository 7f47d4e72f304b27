"""The index in which a row finds its account: built once for a page, linear in the accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import msgspec

from events.folding import fold, fold_name, fold_owner
from projections.registry.identity.links import profile_of
from projections.registry.identity.owners import NO_UNITS, UnitNames
from projections.registry.identity.statement import KnownAccount, Statement

Bucket = tuple[str, str]
"""Owner or area, with the family of the platform."""


class NameHeld(msgspec.Struct, frozen=True, gc=False):
    """A name of an account, and which of its former names it is."""

    account: KnownAccount
    former: int | None  # place among the former names; None: the name that it bears


@dataclass(frozen=True)
class Index:
    """Every known account by each of its handles, all folded, and what else stands in the page."""

    known: Sequence[KnownAccount]
    by_id: Mapping[str, Sequence[KnownAccount]]  # id on the platform, or an id of ours
    by_code: Mapping[str, Sequence[KnownAccount]]  # code in the national system
    by_profile: Mapping[str, Sequence[KnownAccount]]  # link to its profile
    by_name: Mapping[str, Sequence[NameHeld]]
    units: UnitNames
    page_names: AbstractSet[tuple[str, str]]  # names with their families that stand in the page

    @cached_property
    def by_owner(self) -> Mapping[Bucket, Sequence[KnownAccount]]:
        """Accounts among which a near name is looked for; only a page with such names needs them."""
        return _buckets((fold_owner(account.owner), account) for account in self.known)

    @cached_property
    def by_area(self) -> Mapping[Bucket, Sequence[KnownAccount]]:
        """The same for rows that say no owner."""
        return _buckets((fold(account.area), account) for account in self.known)


def build_index(
    known: Sequence[KnownAccount], page: Iterable[Statement] = (), units: UnitNames = NO_UNITS
) -> Index:
    """Return the index of the accounts known, for the rows of one page.

    The values are tuples, of one account nearly always: half a million lists would keep the garbage collector busy.
    """
    ids: dict[str, tuple[KnownAccount, ...]] = {}
    codes: dict[str, tuple[KnownAccount, ...]] = {}
    profiles: dict[str, tuple[KnownAccount, ...]] = {}
    names: dict[str, tuple[NameHeld, ...]] = {}
    for account in known:
        subject = fold(account.subject)
        merged = map(fold, account.merged_ids)
        for handle in {fold(account.given_id), subject, subject.partition(":")[2], *merged} - {""}:
            ids[handle] = (*ids.get(handle, ()), account)
        if account.national_code:
            code = fold(account.national_code)
            codes[code] = (*codes.get(code, ()), account)
        if account.link and (profile := profile_of(account.link)):
            profiles[profile] = (*profiles.get(profile, ()), account)
        for place, former in enumerate(account.former_names):
            name = fold_name(former.name)
            names[name] = (*names.get(name, ()), NameHeld(account, place))
        name = fold_name(account.name)
        names[name] = (*names.get(name, ()), NameHeld(account, None))
    on_page = frozenset((row.folded_name, row.family) for row in page)
    return Index(known, ids, codes, profiles, names, units, on_page)


def _buckets(placed: Iterable[tuple[str, KnownAccount]]) -> Mapping[Bucket, Sequence[KnownAccount]]:
    buckets: defaultdict[Bucket, list[KnownAccount]] = defaultdict(list)
    for where, account in placed:
        if where:
            buckets[where, account.family].append(account)
    return buckets
