"""The account that a row means: handle after handle, the first with exactly one candidate decides."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from events.closeness import distance
from events.days import chinese_day
from events.folding import fold, fold_name, fold_owner
from projections.registry.identity.index import Index, NameHeld
from projections.registry.identity.links import profile_of
from projections.registry.identity.nearness import differ_tellingly, near
from projections.registry.identity.owners import Owners, compare_owners
from projections.registry.identity.statement import Doubt, KnownAccount, Match, Statement, Step, own_id

_RENAMED = ("更名", "原名", "曾用名", "改名")
_CANDIDATES = 3


def match(stated: Statement, index: Index, on: datetime) -> Match:
    """Return the account that a row means, or the doubt; `on` is the moment that the page speaks of.

    Tried in this order: id on the platform, code of the national system, link to the profile, a name that held at `on`
    on that platform, a former name, a name without a platform. A name that is only near, and a new name under a known
    owner, are doubts: they decide nothing. Whether a row with another owner corrects it, changes it or means another
    account is asked of `compare_owners`.
    """
    for step, found in (
        (Step.ID, _by_id(stated, index)),
        (
            Step.NATIONAL_CODE,
            index.by_code.get(fold(stated.national_code), ()) if stated.national_code else (),
        ),
        (Step.LINK, _by_link(stated, index)),
    ):
        if len(found) == 1:
            return Match(found[0].subject, by=step)
    return _by_name(stated, index, on) or _nearly(stated, index) or Match(None, doubt=Doubt.NOT_REGISTERED)


def _by_id(stated: Statement, index: Index) -> Sequence[KnownAccount]:
    """Return the accounts with the id of the row, on its platform where it says one."""
    if not stated.account_id:
        return ()
    handles = {fold(stated.account_id), own_id(stated.account_id, stated.platform)} - {""}
    found = {a.subject: a for handle in handles for a in index.by_id.get(handle, ())}
    return [a for a in found.values() if stated.family in ("", a.family)]


def _by_link(stated: Statement, index: Index) -> Sequence[KnownAccount]:
    """Return the accounts with the profile of the row; a profile is on one platform, and so is the account."""
    found = index.by_profile.get(profile_of(stated.link), ()) if stated.link else ()
    return [a for a in found if stated.family in ("", a.family)] if len(found) == 1 else ()


def _by_name(stated: Statement, index: Index, on: datetime) -> Match | None:
    """Return what name and platform decide or leave in doubt, None where nobody bears the name there."""
    named = index.by_name.get(stated.folded_name, ()) if stated.name else ()
    held = [h for h in named if stated.family in ("", h.account.family)]
    if not held:
        return None
    found = [h for h in held if _holds(h, on)] or [h for h in held if h.former is None]
    if not found:
        return _doubtful(Doubt.OLD_NAME, (h.account for h in held))
    decided = _of_bearers(stated, found, index)
    if stated.family or decided.subject is None:
        return decided
    (account, *others) = {h.account.subject: h.account for h in held}.values()
    if others or not _agrees(stated, account, index):
        return _doubtful(Doubt.PLATFORM_UNSAID, (h.account for h in held))
    return Match(account.subject, by=Step.NAME_ALONE)


def _of_bearers(stated: Statement, found: Sequence[NameHeld], index: Index) -> Match:
    """Return which of the accounts that bear a name is meant."""
    closest = _closest([h.account for h in found], stated, index)
    of_kind = [a for a in closest if not _other_kind(stated, a)]
    if len(of_kind) != 1:
        return _doubtful(Doubt.SEVERAL if of_kind else Doubt.KIND_DIFFERS, of_kind or closest)
    account = of_kind[0]
    if _other_id(stated, account):
        return _doubtful(Doubt.ID_DIFFERS, (account,))
    former = next(h.former for h in found if h.account is account)
    return Match(account.subject, by=Step.NAME if former is None else Step.FORMER_NAME)


def _holds(held: NameHeld, on: datetime) -> bool:
    """Tell whether an account bore the name then: from its opening, or the end of the name before, to its own end."""
    names = held.account.former_names
    place = len(names) if held.former is None else held.former
    since = names[place - 1].until if place else held.account.opened_at
    return (since is None or since <= on) and (held.former is None or on < names[place].until)


def _closest(accounts: Sequence[KnownAccount], stated: Statement, index: Index) -> list[KnownAccount]:
    """Narrow several accounts down: to the kind and the id of the row, then to its owner, then to open ones."""
    closest = list({a.subject: a for a in accounts}.values())
    agreeing: tuple[Callable[[KnownAccount], bool], ...] = (
        lambda a: not _other_kind(stated, a),
        lambda a: not _other_id(stated, a),
        lambda a: bool(stated.owner) and _same_owner(stated, a, index),
        lambda a: a.closed_at is None,
    )
    for agrees in agreeing:
        if len(closest) > 1:
            closest = [a for a in closest if agrees(a)] or closest
    return closest


def _nearly(stated: Statement, index: Index) -> Match | None:
    """Return a doubt about accounts of the same owner, or of the area where the row says no owner; None without."""
    if stated.owner:
        around = index.by_owner.get((fold_owner(stated.owner), stated.family), ())
        if not around and stated.area:
            in_area = index.by_area.get((fold(stated.area), stated.family), ())
            around = [a for a in in_area if _same_owner(stated, a, index)]
    else:
        around = index.by_area.get((fold(stated.area), stated.family), ())
    free = [
        a
        for a in around
        if not index.page_names & {(fold_name(a.name), a.family), (fold_name(a.name), "")}
        and not _other_id(stated, a)
        and not _other_kind(stated, a)
    ]
    name = stated.folded_name
    slips = [
        a
        for a in free
        if near(name, fold_name(a.name)) and not differ_tellingly(name, fold_name(a.name), index.units.places)
    ]
    if slips:
        return _doubtful(
            Doubt.NEAR, sorted(slips, key=lambda a: distance(name, fold_name(a.name), len(name)))
        )
    renamed = [a for a in free if _renamed(stated, a)] if stated.owner else []
    remark = fold(stated.remark)
    renamed.sort(key=lambda a: fold_name(a.name) not in remark)  # who is named goes first
    return _doubtful(Doubt.RENAMED, renamed) if renamed else None


def _renamed(stated: Statement, account: KnownAccount) -> bool:
    """Tell an account that the row may call by a new name: it opened on the same day, or a remark tells of one."""
    if any(word in stated.remark for word in _RENAMED):
        return True
    if stated.opened_at is None or account.opened_at is None:
        return False
    return chinese_day(stated.opened_at) == chinese_day(account.opened_at)


def _agrees(stated: Statement, account: KnownAccount, index: Index) -> bool:
    """Tell whether area or owner of a row without a platform are those of the account."""
    same_area = bool(stated.area) and fold(stated.area) == fold(account.area)
    return same_area or (bool(stated.owner) and _same_owner(stated, account, index))


def _same_owner(stated: Statement, account: KnownAccount, index: Index) -> bool:
    found = compare_owners(stated.owner, account.owner, index.units, stated.area or account.area)
    return found in (Owners.SAME, Owners.FOLLOWS)


def _other_id(stated: Statement, account: KnownAccount) -> bool:
    """Tell whether row and account both have an id, of the platform or of the national system, and it differs."""
    pairs = (
        (own_id(stated.account_id, stated.platform), account.own_id),
        (fold(stated.national_code), fold(account.national_code)),
    )
    return any(one and other and one != other for one, other in pairs)


def _other_kind(stated: Statement, account: KnownAccount) -> bool:
    """Tell a subscription account from a service account, where both sides say it."""
    known = account.kind
    return bool(stated.kind and known) and stated.kind != known


def _doubtful(doubt: Doubt, accounts: Iterable[KnownAccount]) -> Match:
    subjects = dict.fromkeys(a.subject for a in accounts)
    return Match(None, doubt=doubt, candidates=tuple(subjects)[:_CANDIDATES])
