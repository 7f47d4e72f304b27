"""The rows of one page together: one row means one account, and a page of strangers is of another area."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from events.days import chinese_day
from events.folding import fold, fold_owner
from projections.registry.identity.links import profile_of
from projections.registry.identity.owners import NO_UNITS, Owners, UnitNames, compare_owners
from projections.registry.identity.statement import Doubt, KnownAccount, Match, Statement, own_id

NEW_SHARE = 0.5
"""Share of new rows from which a page is asked about, where its area has accounts enough."""

ACCOUNTS_OF_AN_AREA = 20

_ABOUT_OTHERS = (Doubt.NEAR, Doubt.RENAMED, Doubt.ID_DIFFERS, Doubt.KIND_DIFFERS)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Seen(msgspec.Struct, frozen=True):
    """What a row of a sheet of looks saw of its account."""

    looked_at: datetime
    newest_post_at: datetime | None  # None: no post


def match_ledger(
    rows: Sequence[Statement],
    found: Sequence[Match],
    known: Iterable[KnownAccount],
    units: UnitNames = NO_UNITS,
) -> list[Match]:
    """Return the matches of the rows of a ledger, so that one row means one account.

    Of equal rows the later ones name the first in `same_as`. A doubt about an account that another row means for
    certain is gone: this row means somebody else, of the same name or of one that comes near (`candidates` names the
    account). Where rows that differ mean one account, it is the one of its own owner; where owners do not tell, all of
    them are in doubt. New accounts of one name are several where their ids or owners are.
    """
    meant = {m.subject for m in found if m.subject is not None}
    settled = [_of_others(m, meant) for m in found]
    firsts: dict[tuple[object, ...], int] = {}
    for place, row in enumerate(rows):
        first = firsts.setdefault(_compared(row), place)
        if first != place:
            settled[place] = msgspec.structs.replace(settled[first], same_as=first)
    owners = {a.subject: a.owner for a in known if a.subject in meant}
    for places in _rivals(rows, settled):
        subject = settled[places[0]].subject
        own = [
            p for p in places if subject is not None and _of_owner(rows[p], owners.get(subject, ""), units)
        ]
        for place in places:
            if own != [place]:
                settled[place] = _claimed_twice(settled[place])
    return [
        settled[m.same_as] if m.same_as is not None and _doubled(settled[m.same_as]) else m for m in settled
    ]


def match_looks(found: Sequence[Match], seen: Sequence[Seen]) -> list[Match]:
    """Return the matches of the rows of a sheet of looks, so that one row means one account.

    Of rows with different times of look the one with the newest post counts, and the others name it in `same_as`; where
    two have one time, all are in doubt.
    """
    settled = list(found)
    by_subject: defaultdict[str, list[int]] = defaultdict(list)
    for place, match in enumerate(found):
        if match.subject is not None:
            by_subject[match.subject].append(place)
    for places in by_subject.values():
        times = {seen[place].looked_at for place in places}
        best = max(places, key=lambda p: (seen[p].newest_post_at or _NEVER, seen[p].looked_at))
        for place in places:
            if len(times) < len(places):
                settled[place] = _claimed_twice(found[place])
            elif place != best:
                settled[place] = msgspec.structs.replace(found[place], same_as=best)
    return settled


def of_strangers(
    rows: Sequence[Statement],
    found: Sequence[Match],
    known: Iterable[KnownAccount],
    *,
    share: float = NEW_SHARE,
    accounts_of_an_area: int = ACCOUNTS_OF_AN_AREA,
) -> bool:
    """Tell a page that may be of another area: half of its rows are new, though its areas have accounts enough."""
    new = sum(m.doubt is Doubt.NOT_REGISTERED for m in found)
    if not rows or new < share * len(rows):
        return False
    areas = {fold(row.area) for row in rows if row.area}
    return sum(fold(account.area) in areas for account in known) >= accounts_of_an_area


def _of_others(match: Match, meant: set[str]) -> Match:
    """Take back a doubt about accounts that other rows mean for certain."""
    if match.doubt not in _ABOUT_OTHERS:
        return match
    left = tuple(c for c in match.candidates if c not in meant)
    if not left:
        return msgspec.structs.replace(match, doubt=Doubt.NOT_REGISTERED)
    return msgspec.structs.replace(match, candidates=left)


def _compared(row: Statement) -> tuple[object, ...]:
    """Return what makes two rows equal: all that tells an account, as it is compared; a remark tells none."""
    return (
        *(row.folded_name, row.family, row.kind, fold_owner(row.owner), own_id(row.account_id, row.platform)),
        *(fold(row.national_code), profile_of(row.link), fold(row.area)),
        chinese_day(row.opened_at) if row.opened_at else None,
    )


def _rivals(rows: Sequence[Statement], settled: Sequence[Match]) -> Iterator[list[int]]:
    """Yield the places of rows that mean one account and differ, and of new rows that no id tells apart."""
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for place, (row, match) in enumerate(zip(rows, settled, strict=True)):
        if match.same_as is not None:
            continue
        if match.subject is not None:
            groups[match.subject].append(place)
        elif match.doubt is Doubt.NOT_REGISTERED:
            groups[row.folded_name, row.family, row.kind, fold_owner(row.owner)].append(place)
    for key, places in groups.items():
        ids = {own_id(rows[place].account_id, rows[place].platform) for place in places}
        all_distinct = not isinstance(key, str) and "" not in ids and len(ids) == len(places)
        if len(places) > 1 and not all_distinct:
            yield places


def _of_owner(row: Statement, owner: str, units: UnitNames) -> bool:
    return compare_owners(row.owner, owner, units, row.area) in (Owners.SAME, Owners.FOLLOWS)


def _doubled(match: Match) -> bool:
    return match.doubt is Doubt.CLAIMED_TWICE


def _claimed_twice(match: Match) -> Match:
    candidates = (match.subject,) if match.subject is not None else match.candidates
    return Match(None, doubt=Doubt.CLAIMED_TWICE, candidates=candidates)
