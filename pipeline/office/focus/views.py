"""The focus list for pages: who is on it, for how long, whether they posted since, and what was told of one."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from events.finding import FindingRecorded
from events.focus import FocusCauseKind, FocusFlagged
from events.instants import FAR
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import numbers_now
from pipeline.home.rulesets import find_ruleset, rule_names, update_rules
from pipeline.home.workspace import Workspace
from pipeline.office.focus.focus_list import known_focus
from pipeline.office.focus.update import causes_of, runs_of_last_quarter, weekly_facts
from pipeline.office.scope import Scope, area_of, keys_within
from pipeline.office.units import unit_tree
from projections.focus.focus_list import FOCUS_TYPES, FocusEntry, focus_at, focus_stays
from projections.focus.rules import Due, entries_due, frequency_of
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.units import units_by_name
from projections.rules.period import WEEK


class FocusView(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the list."""

    number: str  # empty: it has none
    account_id: str
    card: AccountCard
    area: str
    entered_at: datetime
    causes: tuple[FocusCauseKind, ...]
    reasons: tuple[str, ...]  # names of rules, or what the firm said
    watched_since: datetime  # the newest cause: weeks are counted from it
    weeks: int  # whole ones since then, at most those that are needed
    weeks_needed: int


class FlagView(msgspec.Struct, frozen=True):
    """What the firm told of an account."""

    id: UUID
    by: str
    reason: str
    at: datetime
    on_list: bool  # an entry rests on it


class FocusHistory(msgspec.Struct, frozen=True):
    """An account, its stays on the list and the flags that stand, the newest first."""

    number: str  # empty where the office gives none
    card: AccountCard
    stays: tuple[FocusEntry, ...]
    flags: tuple[FlagView, ...]

    @property
    def key(self) -> str:
        """What names the account in an address."""
        return self.number or self.card.account_id


def list_focus(workspace: Workspace, scope: Scope, at: datetime, known_at: datetime) -> list[FocusView]:
    """Return the accounts of a scope that are on the list at T as known at K, those nearest to their exit first."""
    entries = focus_at(known_focus(workspace, known_at), at)
    cards = cards_of(workspace, entries, scope)
    by_name, numbers = units_by_name(unit_tree(workspace)), numbers_now(workspace)
    rules, needed = rule_names(workspace.home.path), workspace.home.settings.focus_weeks
    found = []
    for account, card in cards.items():
        entry = entries[account]
        since = max(cause.entered_at for cause in entry.causes)
        view = FocusView(
            number=numbers.get(account, ""),
            account_id=account,
            card=card,
            area=area_of(card.entry(), by_name),
            entered_at=entry.entered_at,
            causes=tuple(dict.fromkeys(cause.cause for cause in entry.causes)),
            reasons=tuple(dict.fromkeys(rules.get(c.reason, c.reason) for c in entry.causes if c.reason)),
            watched_since=since,
            weeks=min(int((at - since) / WEEK), needed),
            weeks_needed=needed,
        )
        found.append(view)
    return sorted(found, key=lambda view: (-view.weeks, view.entered_at, view.account_id))


def weeks_updated(
    workspace: Workspace, accounts: Collection[str], at: datetime, known_at: datetime
) -> dict[str, list[bool]]:
    """Return for the last weeks up to T, the oldest first, whether posts prove an update; reads the history."""
    home = workspace.home
    named = find_ruleset(home.settings.ruleset, home.path)
    frequency = frequency_of(home.settings.focus_weeks, named.ruleset.weeks)
    facts = weekly_facts(workspace, known_at, at, named, frequency, frozenset(accounts))
    weeks = range(frequency.weeks - 1, -1, -1)
    return {account: [bool(f.weeks_with_posts >> n & 1) for n in weeks] for account, f in facts.items()}


def waiting_causes(workspace: Workspace, scope: Scope, at: datetime) -> list[Due]:
    """Return what would put accounts of a scope on the list at T and has not yet: findings, flags, the last rounds."""
    known = known_focus(workspace, FAR, FindingRecorded.type)
    rules = update_rules(workspace.home.path)
    verdicts = [
        due for run in runs_of_last_quarter(workspace, at) for due in causes_of(workspace, run, rules)
    ]
    subjects = {k.event.subject for k in known} | {due.account_id for due in verdicts}
    cards = cards_of(workspace, subjects, scope)
    return entries_due(known, verdicts, cards.keys(), at, rules)


def focus_history(workspace: Workspace, scope: Scope, key: str) -> FocusHistory:
    """Return what is known of an account of a scope by its number, or its id; raises `NotFoundError`."""
    numbers = numbers_now(workspace)
    account = next((a for a, n in numbers.items() if n == key), key)
    cards = cards_of(workspace, [account], scope)
    if account not in cards:
        raise NotFoundError(message("no account {account}", account=key))
    known = workspace.known.read(FOCUS_TYPES)
    stays = focus_stays(known).get(account, ())
    resting = {cause.cause_id for stay in stays for cause in stay.causes}
    flags = [
        FlagView(k.event.id, k.event.data.by, k.event.data.reason, k.event.time, k.event.id in resting)
        for k in known
        if k.event.subject == account and isinstance(k.event.data, FocusFlagged)
    ]
    flags.sort(key=lambda flag: flag.at, reverse=True)
    return FocusHistory(numbers.get(account, ""), cards[account], stays[::-1], tuple(flags))


def cards_of(workspace: Workspace, accounts: Iterable[str], scope: Scope) -> dict[str, AccountCard]:
    """Return the cards of those of some accounts that are in a scope and in the registry, by account id."""
    asked = set(accounts)
    if not asked:
        return {}
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES, subjects=asked), FAR)
    placed = {account: card.entry() for account, card in cards.items()}
    try:
        kept = keys_within(placed, scope, unit_tree(workspace))
    except NotFoundError:
        return {}
    return {account: card for account, card in cards.items() if account in kept}
