"""Acts around key periods: declared, ended before their last day, taken back."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from events import policy_ids
from events.codec import Event
from events.days import chinese_day
from events.fields import field
from events.key_period import KeyPeriodDeclared, KeyPeriodEnded, key_period_subject
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new, filed_again
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.withdrawals import compensation
from projections.patrol.key_periods import KEY_PERIOD_TYPES, KeyPeriod, key_periods

MOST_LOOKS = 24
MOST_DAYS = 92


class DeclareKeyPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Look at every account of the areas more often from one day to another; both belong to it."""

    name: str
    starts_on: date
    ends_on: date
    areas: tuple[str, ...] = ()  # empty: all
    looks_a_day: int = 1
    duty: bool = True  # somebody is on duty every day


class EndKeyPeriod(msgspec.Struct, frozen=True):
    """End a period before its last day."""

    name: str
    ends_on: date | None = None  # the last day now; None: today
    reason: str = ""


class WithdrawKeyPeriod(msgspec.Struct, frozen=True):
    """Take back a period that was declared wrongly: it never was, for whoever knows this."""

    name: str
    reason: str


def declare_key_period(workspace: Workspace, asked: DeclareKeyPeriod, actor: Actor) -> Event[Any]:
    """Record a period; the same one again changes nothing.

    Raises `UsageError` for days or looks that make no sense, `NotFoundError` for an area that no account has, and
    `ConflictError` for a name under which another period stands.
    """
    _refuse_nonsense(workspace, asked)
    data = KeyPeriodDeclared(
        name=asked.name.strip(),
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        areas=asked.areas,
        looks_a_day=asked.looks_a_day,
        duty=asked.duty,
    )
    subject = key_period_subject(data.name)
    before = next((k for k in _facts(workspace, subject) if isinstance(k.data, KeyPeriodDeclared)), None)
    if before is not None and before.data == data:
        return before
    if before is not None:
        raise ConflictError(
            message("there is another period {name} already; end it or take it back first", name=data.name)
        )
    event_id = policy_ids.key_period_declared(subject)
    event: Event[Any] = Event(event_id, OFFICE, subject, datetime.now(UTC), data, actor.origin())
    (event,) = filed_again(workspace.known, [event])
    workspace.log.append([event])
    workspace.catch_up()
    return event


def end_key_period(workspace: Workspace, asked: EndKeyPeriod, actor: Actor) -> KeyPeriod:
    """End a period early; raises `UsageError` for a day that is not before its last one."""
    now = datetime.now(UTC)
    period = find_key_period(workspace, asked.name)
    ends_on = asked.ends_on or chinese_day(now)
    if asked.reason:
        refuse_people({"reason": asked.reason})
    if ends_on >= period.ends_on:
        raise UsageError(
            message(
                "{name} ends on {last} anyway; name a day before it",
                name=period.told.name,
                last=period.ends_on,
            )
        )
    data = KeyPeriodEnded(ends_on=ends_on, reason=asked.reason)
    event_id = policy_ids.key_period_ended(period.subject, ends_on)
    append_new(workspace, [Event(event_id, OFFICE, period.subject, now, data, actor.origin())])
    workspace.catch_up()
    return find_key_period(workspace, asked.name)


def withdraw_key_period(workspace: Workspace, asked: WithdrawKeyPeriod, actor: Actor) -> int:
    """Take back a period with its end; returns how many facts were."""
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    refuse_people({"reason": asked.reason})
    facts = _facts(workspace, find_key_period(workspace, asked.name).subject)
    append_new(workspace, [compensation(fact, asked.reason, actor) for fact in facts])
    workspace.catch_up()
    return len(facts)


def known_key_periods(workspace: Workspace) -> list[KeyPeriod]:
    """Return every period as known now, by its first day."""
    return key_periods(workspace.known.read(KEY_PERIOD_TYPES))


def find_key_period(workspace: Workspace, name: str) -> KeyPeriod:
    """Return a period by its name; raises `NotFoundError` that names all there are."""
    subject, periods = key_period_subject(name), known_key_periods(workspace)
    for period in periods:
        if period.subject == subject:
            return period
    known = "、".join(period.told.name for period in periods) or "无"
    raise NotFoundError(message("no key period {name}; there are: {known}", name=name, known=known))


def _refuse_nonsense(workspace: Workspace, asked: DeclareKeyPeriod) -> None:
    if not asked.name.strip():
        raise UsageError(message("{name} is empty; fill it in", name=field("name")))
    workspace.home.texts.refuse({"name": asked.name})
    if asked.ends_on < asked.starts_on:
        raise UsageError(message("the last day {last} lies before the first", last=asked.ends_on))
    if (asked.ends_on - asked.starts_on).days >= MOST_DAYS:
        raise UsageError(message("a key period of more than {most} days is none", most=MOST_DAYS))
    if not 1 <= asked.looks_a_day <= MOST_LOOKS:
        raise UsageError(
            message("{looks} looks a day; write 1 to {most}", looks=asked.looks_a_day, most=MOST_LOOKS)
        )
    for area in asked.areas:
        accounts_within(workspace, registry_now(workspace), Scope(area=area))


def _facts(workspace: Workspace, subject: str) -> list[Event[Any]]:
    known = workspace.known.read(KEY_PERIOD_TYPES)
    return [k.event for k in known if k.event.subject == subject and k.event.type in KEY_PERIOD_TYPES]
