"""Saying to which line of a ministry accounts belong."""

from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from events import ruling_ids
from events.codec import Event
from events.fields import field
from events.instants import FAR, SHANGHAI
from events.messages import message
from events.ruling import AccountLined
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, cards_at


class LineAccounts(msgspec.Struct, frozen=True):
    """A line, whose accounts belong to it (single ones, or those of a unit and the units below it), since when."""

    line: str  # '': none
    since: date
    basis: str
    unit: str = ""
    accounts: tuple[str, ...] = ()


def line_accounts(workspace: Workspace, asked: LineAccounts, actor: Actor) -> tuple[str, ...]:
    """Record to which line accounts belong; returns those that belonged elsewhere.

    Raises `UsageError` for a day to come, a blank basis, or where not either a unit or accounts are named.
    """
    now, line = datetime.now(UTC), asked.line.strip()
    since = datetime.combine(asked.since, time(), SHANGHAI).astimezone(UTC)
    if since > now:
        raise UsageError(message("{since} {day} is still to come", since=field("since"), day=asked.since))
    if not asked.basis.strip():
        raise UsageError(
            message("{basis} is blank; write the list or document that says so", basis=field("basis"))
        )
    if bool(asked.unit.strip()) == bool(asked.accounts):
        raise UsageError(message("name {unit} or accounts, one of them", unit=field("unit")))
    newest = {
        k.event.subject: k.event
        for k in workspace.known.read((AccountLined.type,))
        if isinstance(k.event.data, AccountLined)
    }
    events: list[Event[Any]] = []
    for account in _meant(workspace, asked):
        before = newest.get(account)
        held = "" if before is None else before.data.line
        if held == line and (before is None or before.time <= since):
            continue
        event_id = ruling_ids.account_lined(account, line, since, before.id if before else None)
        data = AccountLined(line=line, basis=asked.basis.strip(), told_at=now)
        events.append(Event(event_id, OFFICE, account, since, data, actor.origin()))
    workspace.home.texts.refuse_in_facts(events)
    taken = append_new(workspace, events)
    if taken.events:
        workspace.catch_up()
    return tuple(event.subject for event in taken.events)


def _meant(workspace: Workspace, asked: LineAccounts) -> list[str]:
    if asked.accounts:
        registry = registry_now(workspace)
        return list(dict.fromkeys(find_account(registry, text) for text in asked.accounts))
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), FAR)
    of_unit = within(cards.values(), Scope(unit=asked.unit.strip()), unit_tree(workspace))
    return sorted(card.account_id for card in of_unit if card.closed_at is None)
