"""Answering alerts: read, put off, silenced with a reason, and already posted; each can be taken back."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from events import answer_ids
from events.answer import AlertAcknowledged, AlertMuted, AlertSnoozed, PostClaimed
from events.base import Payload
from events.codec import Event
from events.days import chinese_day
from events.fields import field
from events.instants import EPOCH, SHANGHAI, from_micros, local_iso, to_micros
from events.known import Known
from events.messages import message
from events.sources import OFFICE
from events.withdrawal import ANSWERS
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new, filed_again
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.rulesets import ladder_of
from pipeline.home.workspace import Workspace
from pipeline.office.answers.meant import Meant, find_meant, require_alert, require_open
from pipeline.office.answers.reasons import find_reason
from pipeline.office.withdrawals import compensation
from projections.accounts.holds import CLAIM_DAYS, SNOOZE_DAYS

_LAST_WARNING = timedelta(hours=24)
"""A snooze ends so long before the limit: somebody is warned once more."""

_LONGEST_LINK = 2000


class Acknowledge(msgspec.Struct, frozen=True):
    """Say that an alert was read; `undo`: it was not."""

    what: str  # the first letters of an alert's id, or an account as people name it
    undo: bool = False


class Snooze(msgspec.Struct, frozen=True):
    """Put warnings off."""

    what: str
    until: datetime
    reason: str = ""


class Mute(msgspec.Struct, frozen=True):
    """Silence the alerts of an account."""

    what: str
    reason: str  # code or title
    last_day: date | None = None  # None: as long as the reason may last
    note: str = ""


class Posted(msgspec.Struct, frozen=True):
    """Say that an account has posted."""

    what: str
    link: str


class TakeBackAnswers(msgspec.Struct, frozen=True):
    """Let alerts of an account come again."""

    what: str
    reason: str = ""


class Answered(msgspec.Struct, frozen=True):
    """What was recorded."""

    account_id: str
    title: str
    event_ids: tuple[UUID, ...]
    until: datetime | None = None  # None: it holds nothing


def acknowledge(workspace: Workspace, asked: Acknowledge, actor: Actor) -> Answered:
    """Record that somebody read an open alert; nothing follows from it, and no list shows it.

    Raises `UsageError` where there is no open alert, and `ConflictError` where what is to be undone was not said.
    """
    meant = find_meant(workspace, asked.what)
    alert = UUID(bytes=require_alert(meant).id)
    if asked.undo:
        acknowledgements = [k for k in _answers(workspace, meant.account_id) if _acknowledges(k, alert)]
        return _withdraw(workspace, meant, acknowledgements, "", actor)
    event_id = answer_ids.alert_acknowledged(meant.account_id, alert)
    event = _event(event_id, meant, datetime.now(UTC), AlertAcknowledged(alert_id=alert), actor)
    known = [k for k in _answers(workspace, meant.account_id) if _acknowledges(k, alert)]
    if not known:  # somebody did, whoever it was
        append_new(workspace, [event])
        workspace.catch_up()
    return Answered(meant.account_id, meant.title, (known[0].event.id if known else event_id,))


def snooze(workspace: Workspace, asked: Snooze, actor: Actor) -> Answered:
    """Put the warnings about an account off until a moment: seven days at most, and a day before its limit.

    Raises `UsageError` where there is no open alert, or for a moment that has passed or lies beyond these.
    """
    meant, now = find_meant(workspace, asked.what), datetime.now(UTC)
    alert = UUID(bytes=require_alert(meant).id)
    require_open(meant, now)
    if asked.until <= now:
        raise UsageError(message("{until} {at} has passed", until=field("until"), at=local_iso(asked.until)))
    latest = now + timedelta(days=SNOOZE_DAYS)
    limit = meant.line.limit_at(
        ladder_of(workspace.home).of(meant.line.ruled_by, meant.line.account_class).limit_us
    )
    if limit is not None:
        latest = min(latest, from_micros(limit) - _LAST_WARNING)
    if asked.until > latest:
        raise UsageError(
            message(
                "warnings of {title} can be put off until {latest} at the latest: {days} days, and a day before"
                " the limit; the limit itself is never put off",
                title=meant.title,
                latest=local_iso(latest),
                days=SNOOZE_DAYS,
            )
            if latest > now
            else message(
                "the limit of {title} is less than a day away, or has passed: nothing can be put off; has it posted,"
                " say so with a link",
                title=meant.title,
            )
        )
    data = AlertSnoozed(until=asked.until, reason=asked.reason.strip())
    event_id = answer_ids.alert_snoozed(meant.account_id, alert, asked.until)
    return _record(workspace, meant, _event(event_id, meant, now, data, actor), asked.until)


def mute(workspace: Workspace, asked: Mute, actor: Actor) -> Answered:
    """Silence the alerts about the present silence of an account, with a reason of the list.

    It ends by itself: with its last day, and at the next post. Raises `UsageError` for a day that has passed or lies
    beyond what the reason allows.
    """
    code, reason = find_reason(asked.reason)
    meant, now = find_meant(workspace, asked.what), datetime.now(UTC)
    require_open(meant, now)
    latest = now + timedelta(days=reason.days)
    last = chinese_day(latest) - timedelta(days=1)
    until = _end_of(last if asked.last_day is None else asked.last_day)
    if not now < until <= latest:
        raise UsageError(
            message(
                "{until}: {title} may be muted for this reason from today until {last} ({days} days)",
                until=field("until"),
                title=meant.title,
                last=last.isoformat(),
                days=reason.days,
            )
        )
    data = AlertMuted(reason=code, until=until, note=asked.note.strip())
    event_id = answer_ids.alert_muted(meant.account_id, _silent_since(meant), code, until)
    return _record(workspace, meant, _event(event_id, meant, now, data, actor), until)


def posted(workspace: Workspace, asked: Posted, actor: Actor) -> Answered:
    """Record that a unit says it has posted; alerts wait for the next look that reaches this moment.

    It proves nothing. Raises `UsageError` without a link, and `ConflictError` for one that was given before a look
    which shows no post.
    """
    meant, now, link = find_meant(workspace, asked.what), datetime.now(UTC), asked.link.strip()
    require_open(meant, now)
    if not link or len(link) > _LONGEST_LINK:
        raise UsageError(
            message(
                "{link}: give the address of the post, of {most} characters at most",
                link=field("link"),
                most=_LONGEST_LINK,
            )
        )
    event_id = answer_ids.alert_post_claimed(meant.account_id, _silent_since(meant), link)
    event = _event(event_id, meant, now, PostClaimed(link=link), actor)
    return _record(workspace, meant, event, now + timedelta(days=CLAIM_DAYS))


def take_back_answers(workspace: Workspace, asked: TakeBackAnswers, actor: Actor) -> Answered:
    """Take back all that holds the alerts of an account; what was held is raised as of now, if the silence goes on.

    Raises `ConflictError` where nothing holds them.
    """
    meant, now = find_meant(workspace, asked.what), datetime.now(UTC)
    holding = {hold.id for hold in meant.line.holds if hold.until > to_micros(now)}
    answers = [k for k in _answers(workspace, meant.account_id) if k.event.id.bytes in holding]
    return _withdraw(workspace, meant, answers, asked.reason, actor)


def _withdraw(
    workspace: Workspace, meant: Meant, answers: Iterable[Known], reason: str, actor: Actor
) -> Answered:
    events = [compensation(k.event, reason.strip(), actor) for k in answers]
    if not events:
        raise ConflictError(message("{title}: nothing was said that could be taken back", title=meant.title))
    append_new(workspace, events)
    workspace.catch_up()
    return Answered(meant.account_id, meant.title, tuple(event.id for event in events))


def _record(workspace: Workspace, meant: Meant, event: Event[Payload], until: datetime) -> Answered:
    """Append an answer; one that was given already, and still holds, is given back.

    Raises `ConflictError` for one that was given and holds no more: it would hold nothing.
    """
    (event,) = filed_again(workspace.known, [event])
    known = next((k for k in _answers(workspace, meant.account_id) if k.event.id == event.id), None)
    if known is None:
        fail_point("answer.before_fact")
        append_new(workspace, [event])
        workspace.catch_up()
    elif not any(hold.id == event.id.bytes for hold in meant.line.held_at(to_micros(event.time))):
        raise ConflictError(
            message(
                "{title}: this was said at {at}, and is over; the last look decides",
                title=meant.title,
                at=local_iso(known.event.time),
            )
        )
    return Answered(meant.account_id, meant.title, (event.id,), until)


def _answers(workspace: Workspace, account_id: str) -> list[Known]:
    return workspace.known.read(sorted(ANSWERS), subjects=(account_id,))


def _acknowledges(known: Known, alert: UUID) -> bool:
    return isinstance(known.event.data, AlertAcknowledged) and known.event.data.alert_id == alert


def _event(event_id: UUID, meant: Meant, at: datetime, data: Payload, actor: Actor) -> Event[Any]:
    return Event(event_id, OFFICE, meant.account_id, at, data, actor.origin())


def _silent_since(meant: Meant) -> datetime:
    return EPOCH if meant.line.anchor is None else from_micros(meant.line.anchor)


def _end_of(day: date) -> datetime:
    """Return the 24:00 of a Chinese day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
