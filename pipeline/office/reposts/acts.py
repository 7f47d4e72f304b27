"""Acts around reposts: an order of the office, what units hand in, and what is taken back."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.sheets.reposts import read_reposts
from events import policy_ids
from events.closeness import nearest
from events.codec import Event
from events.fields import field
from events.instants import local_iso
from events.known import Known
from events.messages import message
from events.moments import Moment
from events.repost import RepostDone, RepostOrdered, repost_subject
from events.sources import OFFICE, SHEETS
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new, filed_again
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import find_account, find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows, unknown_accounts_refused
from pipeline.office.reposts.sources import unlisted
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from pipeline.office.withdrawals import compensation
from projections.policy.reposts import REPOST_TYPES


class OrderRepost(msgspec.Struct, frozen=True, kw_only=True):
    """Ask accounts to carry a piece; without areas, tiers and accounts all of them."""

    number: str
    title: str
    due_at: datetime
    source_units: tuple[str, ...] = ()
    link: str = ""
    areas: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # as people name them


class HandInRepost(msgspec.Struct, frozen=True):
    """What a unit says: its account carried the piece."""

    number: str
    account: str  # as people name it
    link: str = ""
    at: Moment | None = None  # when; None: now


class WithdrawRepost(msgspec.Struct, frozen=True):
    """Take back an order with all that was handed in for it, or what was handed in for one account."""

    number: str
    reason: str
    account: str = ""  # as people name it; empty: the order itself


class RepostsWithdrawn(msgspec.Struct, frozen=True):
    """What was taken back."""

    number: str
    facts: int


def order_repost(workspace: Workspace, asked: OrderRepost, actor: Actor) -> Event[Any]:
    """Record an order; the same one again changes nothing.

    Raises `UsageError` for an empty number or title, for words that no account has and for a source unit that the
    settings do not list, `ConflictError` for a number under which another order stands.
    """
    for name, value in (("number", asked.number), ("title", asked.title)):
        if not value.strip():
            raise UsageError(message("{name} is empty; fill it in", name=field(name)))
    workspace.home.texts.refuse({"number": asked.number, "title": asked.title})
    registry = registry_now(workspace)
    _refuse_unknown(workspace, asked)
    _refuse_unlisted(workspace, asked)
    data = RepostOrdered(
        number=asked.number.strip(),
        title=asked.title.strip(),
        due_at=asked.due_at.astimezone(UTC),
        source_units=tuple(unit.strip() for unit in asked.source_units),
        link=asked.link,
        areas=asked.areas,
        tiers=asked.tiers,
        accounts=tuple(sorted({find_account(registry, text) for text in asked.accounts})),
    )
    subject = repost_subject(asked.number)
    before = next((k for k in _known(workspace, subject) if isinstance(k.event.data, RepostOrdered)), None)
    if before is not None and before.event.data == data:
        return before.event
    if before is not None:
        raise ConflictError(
            message("number {number} is that of another order; take it back first", number=data.number)
        )
    event_id = policy_ids.repost_ordered(subject)
    event = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
    (event,) = filed_again(workspace.known, [event])
    workspace.log.append([event])
    workspace.catch_up()
    return event


def hand_in_repost(workspace: Workspace, asked: HandInRepost, actor: Actor) -> Event[Any]:
    """Record that an account carried a piece; raises `NotFoundError` for an order or account that nobody knows."""
    now = datetime.now(UTC)
    when = asked.at or Moment(now, date_only=False)
    order = _ordered(workspace, asked.number)
    if when.at > now and not when.date_only:
        raise UsageError(message("{at} {when} is still to come", at=field("at"), when=local_iso(when.at)))
    account = find_alone(workspace, asked.account)
    event = repost_done(order.event.subject, account, asked.link, when)
    append_new(workspace, [msgspec.structs.replace(event, origin=actor.origin())])
    workspace.catch_up()
    return event


def import_reposts(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Take a sheet of reposts; raises `SheetError`, and `NotFoundError` for an order that nobody gave."""
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_reposts(asked.path)
    subjects = resolve_rows(asked.path, rows, registry_now(workspace))
    events = []
    for row in rows:
        order = _ordered(workspace, row.number)
        when = Moment(row.posted_at, date_only=row.date_only)
        events.append(repost_done(order.event.subject, subjects[row.row], row.link, when))
    return take_rows(workspace, rows, events, actor)


def withdraw_repost(workspace: Workspace, asked: WithdrawRepost, actor: Actor) -> RepostsWithdrawn:
    """Take back an order with what was handed in for it, or what was handed in for one account."""
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    refuse_people({"reason": asked.reason})
    order = _ordered(workspace, asked.number)
    known = _known(workspace, order.event.subject)
    if asked.account:
        account = find_alone(workspace, asked.account)
        known = [k for k in known if isinstance(d := k.event.data, RepostDone) and d.account == account]
        if not known:
            raise NotFoundError(message("nothing was handed in for {account}", account=asked.account))
    append_new(workspace, [compensation(k.event, asked.reason, actor) for k in known])
    workspace.catch_up()
    return RepostsWithdrawn(order.event.data.number, len(known))


def repost_done(subject: str, account: str, link: str, when: Moment) -> Event[RepostDone]:
    """Return the fact that an account carried the piece of an order."""
    data = RepostDone(account=account, link=link, date_only=when.date_only)
    return Event(policy_ids.repost_done(subject, account, when.at), SHEETS, subject, when.at, data)


def _ordered(workspace: Workspace, number: str) -> Known:
    subject = repost_subject(number)
    for k in _known(workspace, subject):
        if isinstance(k.event.data, RepostOrdered):
            return k
    raise NotFoundError(message("no order {number}; `xuncha reposts list` shows all", number=number))


def _known(workspace: Workspace, subject: str) -> list[Known]:
    known = workspace.known.read(REPOST_TYPES)
    return [k for k in known if k.event.subject == subject and k.event.type in REPOST_TYPES]


def _refuse_unknown(workspace: Workspace, asked: OrderRepost) -> None:
    """Refuse areas and tiers that no account has: nobody would be asked, and nobody would see why."""
    for area in asked.areas:
        accounts_within(workspace, registry_now(workspace), Scope(area=area))
    for tier in asked.tiers:
        accounts_within(workspace, registry_now(workspace), Scope(tier=tier))


def _refuse_unlisted(workspace: Workspace, asked: OrderRepost) -> None:
    listed = workspace.home.settings.repost_sources
    if unit := unlisted(asked.source_units, listed):
        raise UsageError(
            message(
                "{unit} is no source unit of the settings (`repost_sources`){nearest}; there are: {listed}",
                unit=unit,
                nearest=nearest(unit, listed),
                listed="、".join(listed),
            )
        )
