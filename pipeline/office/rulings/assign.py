"""Saying by which rules accounts are judged: those of an area or a unit, now and later, or single ones."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from events import ruling_ids
from events.account import AccountChanged
from events.codec import Event
from events.fields import field
from events.instants import FAR, SHANGHAI, UtcDatetime
from events.known import Known
from events.messages import message
from events.ruling import AccountRuledBy, Place, RulesetAssigned, subject_of_place
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.rulings.places import Laid, Places, laid_down
from pipeline.office.scope import Scope, within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at


class Assign(msgspec.Struct, frozen=True):
    """A ruleset by `name` or `name@version`, whose accounts it rules, since when, and by which document.

    Either an area, or a unit with those below it, or accounts as people name them. Blank instead of a ruleset: that of
    whoever asks holds again.
    """

    ruleset: str
    since: date
    basis: str
    area: str = ""
    unit: str = ""
    accounts: tuple[str, ...] = ()


class Assigned(msgspec.Struct, frozen=True):
    """What came of it."""

    ruleset: str  # name@version; '': that of whoever asks
    since: UtcDatetime
    accounts: tuple[str, ...]  # that are judged by other rules now than before


def assign_ruleset(workspace: Workspace, asked: Assign, actor: Actor) -> Assigned:
    """Record by which rules accounts are judged; the same again records nothing.

    What is laid down for a place holds for accounts that come there later, too (`rule_newcomers`). Single accounts
    stay as they were ruled singly.

    Raises `UsageError` for a day to come, for a blank document and where not exactly one kind of whom is named,
    `NotFoundError` for a ruleset, area, unit or account that there is not.
    """
    now = datetime.now(UTC)
    label = find_ruleset(asked.ruleset, workspace.home.path).ruleset.label if asked.ruleset else ""
    since = datetime.combine(asked.since, time(), SHANGHAI).astimezone(UTC)
    _require_sound(asked, since, now)
    if asked.accounts:
        registry = registry_now(workspace)
        accounts = [find_account(registry, text) for text in dict.fromkeys(asked.accounts)]
        history = _History(workspace)
        events = [
            e for a in accounts for e in history.ruled(a, label, since, asked.basis.strip(), now, place="")
        ]
        return _written(workspace, events, label, since, actor)
    place: Place = "area" if asked.area else "unit"
    name = (asked.area or asked.unit).strip()
    scope = Scope(area=name) if asked.area else Scope(unit=name)
    within(_open_cards(workspace).values(), scope, unit_tree(workspace))  # refuses unknown words
    subject = subject_of_place(place, name)
    before = laid_down(workspace).get(subject)
    data = RulesetAssigned(place=place, name=name, ruleset=label, basis=asked.basis.strip())
    if before is None or (before.ruleset, before.since, before.basis) != (label, since, data.basis):
        event_id = ruling_ids.ruleset_assigned(subject, label, since, before.id if before else None)
        laid: Event[Any] = Event(event_id, OFFICE, subject, since, data, actor.origin())
        workspace.home.texts.refuse_in_facts([laid])
        append_new(workspace, [laid])
        workspace.catch_up()
    return Assigned(label, since, rule_newcomers(workspace, actor))


def rule_newcomers(workspace: Workspace, actor: Actor) -> tuple[str, ...]:
    """Let accounts follow what was laid down for their places; returns those whose rules changed.

    Whoever brings in accounts, or changes where they belong, calls it. Where nothing was ever laid down, nothing is
    read.
    """
    laid = laid_down(workspace)
    if not laid:
        return ()
    workspace.catch_up()
    now, places = datetime.now(UTC), Places(laid, unit_tree(workspace))
    history = _History(workspace)
    events: list[Event[Any]] = []
    for account, card in _open_cards(workspace).items():
        events.extend(_following(account, places.of(card), history, now))
    return _written(workspace, events, "", now, actor).accounts


def _following(account: str, wanted: Laid | None, history: "_History", now: datetime) -> Iterator[Event[Any]]:
    newest = history.newest(account)
    if newest is not None and not newest.event.data.place and newest.event.data.ruleset:
        return  # ruled singly
    if wanted is not None:
        since = max(wanted.since, history.placed_since(account) or wanted.since)
        yield from history.ruled(account, wanted.ruleset, since, wanted.basis, now, place=wanted.subject)
    elif newest is not None and newest.event.data.place:
        data = newest.event.data
        since = history.placed_since(account) or now
        yield from history.ruled(account, "", since, data.basis, now, place=data.place)


class _History:
    """By which rules accounts were judged, and since when they belong where they do."""

    def __init__(self, workspace: Workspace) -> None:
        self._newest: dict[str, Known] = {
            k.event.subject: k
            for k in workspace.known.read((AccountRuledBy.type,))
            if isinstance(k.event.data, AccountRuledBy)
        }
        self._placed: dict[str, datetime] = {}
        for k in workspace.known.read((AccountChanged.type,)):
            data = k.event.data
            if isinstance(data, AccountChanged) and (data.area is not None or data.owner is not None):
                self._placed[k.event.subject] = k.event.time

    def newest(self, account: str) -> Known | None:
        """Return the last ruling of an account."""
        return self._newest.get(account)

    def placed_since(self, account: str) -> datetime | None:
        """Return when area or owner of an account changed last; None: they never did."""
        return self._placed.get(account)

    def ruled(
        self, account: str, label: str, since: datetime, basis: str, now: datetime, *, place: str
    ) -> Iterator[Event[Any]]:
        """Yield the fact that an account is ruled so, where it is not."""
        before = self._newest.get(account)
        held = "" if before is None else before.event.data.ruleset
        if held == label and (before is None or before.event.time <= since):
            return
        event_id = ruling_ids.account_ruled_by(account, label, since, before.event.id if before else None)
        data = AccountRuledBy(ruleset=label, basis=basis, told_at=now, place=place)
        yield Event(event_id, OFFICE, account, since, data)


def _open_cards(workspace: Workspace) -> Mapping[str, AccountCard]:
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), FAR)
    return {account: card for account, card in cards.items() if card.closed_at is None}


def _written(
    workspace: Workspace, events: list[Event[Any]], label: str, since: datetime, actor: Actor
) -> Assigned:
    signed = [msgspec.structs.replace(event, origin=actor.origin()) for event in events]
    workspace.home.texts.refuse_in_facts(signed)
    taken = append_new(workspace, signed)
    if taken.events:
        workspace.catch_up()
    return Assigned(label, since, tuple(event.subject for event in taken.events))


def _require_sound(asked: Assign, since: datetime, now: datetime) -> None:
    if sum(map(bool, (asked.area.strip(), asked.unit.strip(), asked.accounts))) != 1:
        raise UsageError(
            message(
                "name whom the rules are for: {area}, {unit} or accounts, one of them",
                area=field("area"),
                unit=field("unit"),
            )
        )
    if not asked.basis.strip():
        raise UsageError(
            message(
                "{basis} is blank; write the document by which accounts are judged by other rules",
                basis=field("basis"),
            )
        )
    if since > now:
        raise UsageError(
            message(
                "{since} {day} is still to come: say it on the day, for warnings follow what is said at once",
                since=field("since"),
                day=asked.since,
            )
        )
