"""What the adviser says of the accounts of a scope, beside what the office decided before."""

from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import msgspec

from connectors.history.reminders import updates_after_reminders
from connectors.history.rounds import load_rows
from events.advice import AdviceDecided, Choice
from events.instants import FAR
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import numbers_now
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope, area_of, keys_within
from pipeline.office.units import unit_tree
from projections.advice.advise import (
    Advice,
    Check,
    Decision,
    Reason,
    Thresholds,
    Warned,
    advise,
    decisions,
    is_quiet,
)
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.units import units_by_name

CHOICES: dict[Choice, str] = {"close": "关停", "merge": "整合", "improve": "提升", "keep": "保留"}


class AdviceView(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the list: what is advised, and what was decided."""

    account_id: str
    number: str
    card: AccountCard
    area: str
    choice: Choice | None  # None: decided, and nothing is advised any more
    reasons: tuple[Reason, ...]
    decision: Decision | None
    quiet: bool  # a decision of less than a year ago holds


@cache
def thresholds() -> Thresholds:
    """Return the thresholds of the adviser."""
    text = (resources.files("infra.advice") / "thresholds.toml").read_bytes()
    return msgspec.toml.decode(text, type=Thresholds)


def list_advice(
    workspace: Workspace,
    at: datetime,
    scope: Scope = Scope(),  # noqa: B008 (frozen)
) -> list[AdviceView]:
    """Return the accounts of a scope about which something is advised or was decided, open advice first."""
    limits = thresholds()
    units = unit_tree(workspace)
    by_name = units_by_name(units)
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), at)
    advised = {one.account_id: one for one in _advised(workspace, cards, at, limits)}
    decided = decisions(workspace.known.read((AdviceDecided.type,)))
    mine = advised.keys() | (decided.keys() & cards.keys())
    if scope != Scope():
        try:
            placed = {account: card.entry() for account, card in cards.items()}
            kept = keys_within(placed, scope, units)
        except NotFoundError:  # an area without accounts
            return []
        mine = mine & kept
    numbers = numbers_now(workspace)
    views = []
    for account in mine:
        one, decision = advised.get(account), decided.get(account)
        views.append(
            AdviceView(
                account_id=account,
                number=numbers.get(account, ""),
                card=cards[account],
                area=area_of(cards[account].entry(), by_name),
                choice=one.choice if one else None,
                reasons=one.reasons if one else (),
                decision=decision,
                quiet=is_quiet(decision, at, limits),
            )
        )
    order = list(CHOICES)
    return sorted(
        views, key=lambda a: (a.quiet, order.index(a.choice) if a.choice else len(order), a.account_id)
    )


def _advised(
    workspace: Workspace, cards: dict[str, AccountCard], at: datetime, limits: Thresholds
) -> list[Advice]:
    since = at - timedelta(days=limits.days)
    checks = [
        Check(
            state.name,
            {row.account_id: row for row in load_rows(workspace.client, state.newest.run_id)},
        )
        for state in list_rounds(workspace)
        if state.newest is not None and since < state.announced.check_point <= at
    ]
    reminded = updates_after_reminders(workspace.client, since, at, FAR, limits.warned_hours)
    warned = {a: Warned(r.reminders, r.updates, r.soon_after) for a, r in reminded.items()}
    return advise(cards, checks, warned, limits)
