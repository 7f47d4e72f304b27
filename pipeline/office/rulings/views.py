"""Which accounts are judged by other rules than those of whoever asks, and of which class they are."""

from datetime import datetime

import msgspec

from events.instants import FAR, UtcDatetime
from events.ruling import AccountClassed, AccountRuledBy
from pipeline.home.registry import numbers_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, cards_at


class Ruled(msgspec.Struct, frozen=True, kw_only=True):
    """An account with its rules and its class, and what they rest on."""

    account_id: str
    number: str
    name: str
    platform: str
    owner: str
    area: str
    ruleset: str  # name@version; '': that of whoever asks
    since: UtcDatetime | None
    basis: str
    alone: bool  # said of this account alone, not of its place
    account_class: str
    classed_by: str


def list_ruled(
    workspace: Workspace,
    scope: Scope = Scope(),  # noqa: B008 (frozen)
    *,
    at: datetime = FAR,
    known_at: datetime = FAR,
) -> list[Ruled]:
    """Return the accounts that a ruleset is named for or that have a class, at T as known at K, by their numbers."""
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES, known_at), at)
    if not any(card.ruleset or card.account_class for card in cards.values()):
        return []
    facts = [k.event for k in workspace.known.read((AccountRuledBy.type, AccountClassed.type), known_at)]
    ruled = {e.subject: e for e in facts if isinstance(e.data, AccountRuledBy) and e.time <= at}
    classed = {e.subject: e for e in facts if isinstance(e.data, AccountClassed) and e.time <= at}
    numbers = numbers_now(workspace)
    rows = []
    for card in within(cards.values(), scope, unit_tree(workspace, at, known_at)):
        if not card.ruleset and not card.account_class:
            continue
        ruling, classing = ruled.get(card.account_id), classed.get(card.account_id)
        names_rules = ruling is not None and bool(card.ruleset)
        rows.append(
            Ruled(
                account_id=card.account_id,
                number=numbers.get(card.account_id, ""),
                name=card.name,
                platform=card.platform,
                owner=card.owner,
                area=card.area,
                ruleset=card.ruleset,
                since=ruling.time if ruling is not None and names_rules else None,
                basis=ruling.data.basis if ruling is not None and names_rules else "",
                alone=ruling is not None and names_rules and not ruling.data.place,
                account_class=card.account_class,
                classed_by=classing.data.basis if classing is not None and card.account_class else "",
            )
        )
    return sorted(rows, key=lambda row: (row.number or "~", row.account_id))
