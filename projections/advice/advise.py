"""The closing adviser: 提升, 整合 or 关停 of an account, with the reasons and the figures they rest on.

Advice only: 国办发〔2018〕123号 asks to close or merge what is not kept up; which account it is, people decide. Equal
facts give equal advice. Thresholds are assumptions that stand in `infra/advice`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from events.advice import AdviceDecided, Choice
from events.facts import Freshness, VerdictRow
from events.folding import fold
from events.known import Known
from events.platforms import platform_slug
from projections.registry.cards import AccountCard

Code = Literal["silent-often", "silent-once", "only-warned", "same-platform", "same-name", "functions"]
WHOLE_PERCENT = 100
_GRAVEST: tuple[Choice, ...] = ("close", "merge", "improve")
_CHOICES: Mapping[Code, Choice] = {
    "silent-often": "close",
    "same-platform": "merge",
    "same-name": "merge",
    "silent-once": "improve",
    "only-warned": "improve",
    "functions": "improve",
}
Count = Annotated[int, msgspec.Meta(ge=1)]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on something is a reason; see `infra/advice/thresholds.toml`."""

    days: Count
    quiet_days: Count
    close_after_silences: Count
    improve_after_silences: Count
    warned_share: Annotated[int, msgspec.Meta(ge=1, le=100)]
    warned_hours: Count
    warned_at_least: Count
    same_platform: Count
    function_checks: Count
    functions: tuple[str, ...]


class Warned(msgspec.Struct, frozen=True, gc=False):
    """Reminders of an account in the period, its updates, and those that came soon after a reminder."""

    reminders: int
    updates: int
    soon_after: int


class Reason(msgspec.Struct, frozen=True):
    """Why something is advised, in words for people, and the figures of it."""

    code: Code
    text: str
    figures: Mapping[str, int]
    accounts: tuple[str, ...] = ()  # others that it is about
    checks: tuple[str, ...] = ()  # names of rounds


class Advice(msgspec.Struct, frozen=True):
    """What is advised about an account: the gravest of its reasons decides."""

    account_id: str
    choice: Choice
    reasons: tuple[Reason, ...]


class Decision(msgspec.Struct, frozen=True):
    """What the office decided about an account, the newest one."""

    at: datetime
    data: AdviceDecided


class Check(msgspec.Struct, frozen=True):
    """A stored round of the period."""

    name: str
    rows: Mapping[str, VerdictRow]  # by account


def advise(
    cards: Mapping[str, AccountCard],
    checks: Sequence[Check],
    warned: Mapping[str, Warned],
    limits: Thresholds,
) -> list[Advice]:
    """Return what is advised about the open accounts of `cards`, closings first, then by account."""
    among = {account: card for account, card in cards.items() if card.closed_at is None}
    together = _together(among)
    advised = []
    for account, card in sorted(among.items()):
        reasons = [
            *_silences(account, checks, limits),
            *_of_reminders(warned.get(account), limits),
            *_same_platform(account, together, among, limits),
            *_same_name(account, card, together, among),
            *_functions(account, checks, limits),
        ]
        if reasons:
            choice = min((_CHOICES[r.code] for r in reasons), key=_GRAVEST.index)
            advised.append(Advice(account, choice, tuple(reasons)))
    return sorted(advised, key=lambda one: (_GRAVEST.index(one.choice), one.account_id))


def decisions(known: Iterable[Known]) -> dict[str, Decision]:
    """Return the newest decision about each account."""
    newest: dict[str, Decision] = {}
    for k in known:
        data = k.event.data
        before = newest.get(k.event.subject)
        if isinstance(data, AdviceDecided) and (before is None or before.at <= k.event.time):
            newest[k.event.subject] = Decision(k.event.time, data)
    return newest


def is_quiet(decision: Decision | None, at: datetime, limits: Thresholds) -> bool:
    """Tell whether nothing is advised at T: a decision holds for `quiet_days`, its last moment among them."""
    return decision is not None and decision.at <= at <= decision.at + timedelta(days=limits.quiet_days)


def _silences(account: str, checks: Sequence[Check], limits: Thresholds) -> Iterable[Reason]:
    found = [
        (check.name, row.whole_days_silent or 0)
        for check in checks
        if (row := check.rows.get(account)) is not None and row.freshness is Freshness.STALE
    ]
    longest = max((days for _, days in found), default=0)
    figures = {"checks": len(found), "longest_days": longest}
    names = tuple(name for name, _ in found)
    if len(found) >= limits.close_after_silences:
        text = f"一年内 {len(found)} 次检查超期未更新，最长 {longest} 天"
        yield Reason("silent-often", text, figures, checks=names)
    elif len(found) >= limits.improve_after_silences:
        yield Reason("silent-once", f"一年内检查发现超期未更新，{longest} 天", figures, checks=names)


def _of_reminders(warned: Warned | None, limits: Thresholds) -> Iterable[Reason]:
    if warned is None or warned.reminders < limits.warned_at_least or not warned.updates:
        return
    if warned.soon_after * WHOLE_PERCENT >= limits.warned_share * warned.updates:
        yield Reason(
            "only-warned",
            f"{warned.updates} 次更新中 {warned.soon_after} 次在提醒后 {limits.warned_hours} 小时内",
            {"reminders": warned.reminders, "updates": warned.updates, "soon_after": warned.soon_after},
        )


def _together(among: Mapping[str, AccountCard]) -> dict[tuple[str, str], list[str]]:
    """Return the accounts of each unit on each platform."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account, card in among.items():
        if card.owner:
            found[fold(card.owner), platform_slug(card.platform)].append(account)
    return {key: sorted(accounts) for key, accounts in found.items()}


def _same_platform(
    account: str,
    together: Mapping[tuple[str, str], Sequence[str]],
    among: Mapping[str, AccountCard],
    limits: Thresholds,
) -> Iterable[Reason]:
    card = among[account]
    here = together.get((fold(card.owner), platform_slug(card.platform)), ())
    if len(here) >= limits.same_platform:
        text = f"{card.owner}在{card.platform}开设 {len(here)} 个账号"
        others = tuple(other for other in here if other != account)
        yield Reason("same-platform", text, {"accounts": len(here)}, accounts=others)


def _same_name(
    account: str,
    card: AccountCard,
    together: Mapping[tuple[str, str], Sequence[str]],
    among: Mapping[str, AccountCard],
) -> Iterable[Reason]:
    """Find others of the unit on the platform that bear the same name, folded."""
    here = together.get((fold(card.owner), platform_slug(card.platform)), ())
    alike = tuple(o for o in here if o != account and fold(among[o].name) == fold(card.name))
    if alike:
        yield Reason(
            "same-name",
            f"与本单位同一平台的 {len(alike)} 个账号同名",
            {"accounts": len(alike)},
            accounts=alike,
        )


def _functions(account: str, checks: Sequence[Check], limits: Thresholds) -> Iterable[Reason]:
    names = tuple(
        check.name
        for check in checks
        if (row := check.rows.get(account)) is not None
        and any(d.rule in limits.functions for d in row.deductions)
    )
    if len(names) >= limits.function_checks:
        text = f"一年内 {len(names)} 次检查发现功能无法使用或没有互动"
        yield Reason("functions", text, {"checks": len(names)}, checks=names)
