"""What people do about interaction tests: plan, ask, note the answer, report a function, note a notice, judge."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from events import interaction_ids
from events.codec import Event
from events.fields import field
from events.instants import local_iso
from events.interaction import (
    Channel,
    FunctionBroken,
    FunctionNoticed,
    InteractionAnswered,
    InteractionAsked,
    InteractionJudged,
    InteractionPlanned,
    Quality,
    QuestionKind,
)
from events.messages import message
from events.sources import OFFICE, SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.beginnings import named_by
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.finding_records import RecordFinding, record_finding
from pipeline.office.interaction.views import failures_now, tests_now
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.sites.registry import find_site, known_sites
from pipeline.office.sites.scope import sites_within
from pipeline.office.withdrawals import compensation
from projections.interactions.functions import FUNCTION_TYPES, Failure
from projections.interactions.tests import INTERACTION_TYPES, InteractionTest

_COMMAND = "xuncha interaction tests"


class PlanTests(msgspec.Struct, frozen=True, kw_only=True):
    """Plan one question to each account, or site, of a scope."""

    scope: Scope
    channel: Channel
    question_kind: QuestionKind
    ask_by: datetime
    sites: bool = False  # sites in the place of accounts


class AskQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question was put: `what` is the beginning of the id of a plan, or an account or site as people name it."""

    what: str
    at: datetime
    channel: Channel = "message"  # where nobody planned it
    question_kind: QuestionKind = "consult"
    reference: str = ""


class NoteAnswer(msgspec.Struct, frozen=True):
    """An answer came."""

    test: str  # beginning of its id
    at: datetime
    quality: Quality


class ReportBroken(msgspec.Struct, frozen=True, kw_only=True):
    """A menu or a link of a service did not work."""

    subject: str  # account or site as people name it
    function: str
    at: datetime
    url: str = ""
    note: str = ""


class NoteNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A public notice announces that a function fails."""

    subject: str
    published_at: datetime
    starts_at: datetime
    until: datetime | None = None
    function: str = ""  # empty: all of them
    link: str = ""


class Judge(msgspec.Struct, frozen=True, kw_only=True):
    """Confirm or dismiss a suggestion; with `rule` a confirmed one becomes a finding of the account."""

    what: str  # beginning of the id of a test or a failure
    confirmed: bool
    at: datetime
    rule: str = ""
    reason: str = ""


class Withdraw(msgspec.Struct, frozen=True):
    """Take one of these facts back."""

    fact: str  # beginning of its id
    reason: str


class Done(msgspec.Struct, frozen=True):
    """The facts of an act; none where it was known before."""

    events: tuple[Event[Any], ...]
    ids: tuple[UUID, ...]  # of all, those known before among them
    finding: UUID | None = None


def plan_tests(workspace: Workspace, asked: PlanTests, actor: Actor) -> Done:
    """Plan a question to each account that is open, or each site, of a scope; again it plans only what is missing."""
    if asked.sites:
        subjects = sites_within(workspace, known_sites(workspace), asked.scope)
    else:
        registry = registry_now(workspace)
        within = accounts_within(workspace, registry, asked.scope)
        subjects = {one for one in within if one in registry.cards and registry.cards[one].closed_at is None}
    if not subjects:
        raise NotFoundError(message("nobody is meant: no account or site lies within what was asked"))
    data = InteractionPlanned(asked.channel, asked.question_kind, asked.ask_by)
    now = datetime.now(UTC)
    known = {k.event.id for k in workspace.known.read((InteractionPlanned.type,))}
    events: list[Event[Any]] = []
    ids = []
    for subject in sorted(subjects):
        event_id = interaction_ids.interaction_planned(
            subject, asked.channel, asked.question_kind, asked.ask_by
        )
        ids.append(event_id)
        if event_id not in known:
            events.append(Event(event_id, OFFICE, subject, now, data))
    return _append(workspace, events, ids, actor)


def ask_question(workspace: Workspace, asked: AskQuestion, actor: Actor) -> Done:
    """Record that a question was put: a planned one, or another to an account or site."""
    _demand_past(asked.at)
    _refuse(workspace, {"reference": asked.reference})
    plans = [t for t in tests_now(workspace, datetime.now(UTC)) if t.asked_at is None]
    plan = next((t for t in plans if len(asked.what) >= 6 and str(t.id).startswith(asked.what.lower())), None)
    channel, kind = (plan.channel, plan.question_kind) if plan else (asked.channel, asked.question_kind)
    subject = plan.subject if plan else subject_named(workspace, asked.what)
    data = InteractionAsked(channel, kind, plan.id if plan else None, asked.reference)
    event_id = interaction_ids.interaction_asked(subject, channel, kind, asked.at)
    return _append(workspace, [Event(event_id, SHEETS, subject, asked.at, data)], [event_id], actor)


def note_answer(workspace: Workspace, asked: NoteAnswer, actor: Actor) -> Done:
    """Record an answer; one that lies before its question is refused."""
    _demand_past(asked.at)
    tests = [t for t in tests_now(workspace, datetime.now(UTC)) if t.asked_at is not None]
    test = named_by(tests, asked.test, lambda t: (t.id,), message("test"), _COMMAND)
    if test.asked_at is not None and asked.at < test.asked_at:
        raise UsageError(
            message(
                "{at} {time} lies before the question, which was put at {asked_at}",
                at=field("at"),
                time=local_iso(asked.at),
                asked_at=local_iso(test.asked_at),
            )
        )
    event_id = interaction_ids.interaction_answered(test.subject, test.id, asked.at)
    data = InteractionAnswered(test.id, asked.quality)
    return _append(workspace, [Event(event_id, SHEETS, test.subject, asked.at, data)], [event_id], actor)


def report_broken(workspace: Workspace, asked: ReportBroken, actor: Actor) -> Done:
    """Record that a function did not work: a suggestion, unless a public notice announced it."""
    _demand_past(asked.at)
    if not asked.function.strip():
        raise UsageError(message("say which function does not work: the name of the menu or the service"))
    _refuse(workspace, {"note": asked.note, "name": asked.function})
    subject = subject_named(workspace, asked.subject)
    event_id = interaction_ids.function_broken(SHEETS, subject, asked.function.strip(), asked.at)
    data = FunctionBroken(asked.function.strip(), asked.url, "person", asked.note)
    return _append(workspace, [Event(event_id, SHEETS, subject, asked.at, data)], [event_id], actor)


def note_notice(workspace: Workspace, asked: NoteNotice, actor: Actor) -> Done:
    """Record a public notice; what it announces, from when it stands on, is no suggestion."""
    _demand_past(asked.published_at)
    if asked.until is not None and asked.until < asked.starts_at:
        raise UsageError(message("the notice ends before it begins"))
    subject = subject_named(workspace, asked.subject)
    function = asked.function.strip()
    _refuse(workspace, {"name": function})
    event_id = interaction_ids.function_noticed(subject, function, asked.starts_at)
    data = FunctionNoticed(function=function, starts_at=asked.starts_at, until=asked.until, link=asked.link)
    event = Event(event_id, SHEETS, subject, asked.published_at, data)
    return _append(workspace, [event], [event_id], actor)


def judge(workspace: Workspace, asked: Judge, actor: Actor) -> Done:
    """Confirm or dismiss a suggestion: first the finding, then its end, so that a repeat completes what was cut off.

    Raises `ConflictError` for what is no suggestion, or was judged otherwise.
    """
    if not asked.confirmed and not asked.reason.strip():
        raise UsageError(message("give a {reason}: whoever sees it again asks why", reason=field("reason")))
    _refuse(workspace, {"reason": asked.reason})
    now = datetime.now(UTC)
    things: list[InteractionTest | Failure] = [*tests_now(workspace, now), *failures_now(workspace, now)]
    one = named_by(things, asked.what, lambda t: (t.id,), message("suggestion"), _COMMAND)
    outcome = "confirmed" if asked.confirmed else "dismissed"
    if one.state == outcome:
        return Done((), (one.id,), one.finding)
    if one.state != "suspected":
        raise ConflictError(message("this is no open suggestion: it stands as {state}", state=one.state))
    finding = None
    if asked.confirmed and asked.rule:
        if one.subject in known_sites(workspace):
            raise UsageError(
                message(
                    "a finding about a site is recorded with `xuncha sites finding`; leave {rule} out",
                    rule=field("rule"),
                )
            )
        found_at = one.seen_at if isinstance(one, Failure) else one.answered_at or one.due_at or now
        to_record = RecordFinding(account=one.subject, rule=asked.rule, found_at=found_at, note=asked.reason)
        finding = record_finding(workspace, to_record, actor)
    data = InteractionJudged(one.id, "confirmed" if asked.confirmed else "dismissed", finding, asked.reason)
    event_id = interaction_ids.interaction_judged(one.subject, one.id)
    done = _append(workspace, [Event(event_id, OFFICE, one.subject, asked.at, data)], [event_id], actor)
    return msgspec.structs.replace(done, finding=finding)


def withdraw(workspace: Workspace, asked: Withdraw, actor: Actor) -> Done:
    """Take one of these facts back: it never was, for whoever knows this."""
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    _refuse(workspace, {"reason": asked.reason})
    types = tuple(dict.fromkeys((*INTERACTION_TYPES, *FUNCTION_TYPES)))
    facts = [k.event for k in workspace.known.read(types) if k.event.type in types]
    fact = named_by(facts, asked.fact, lambda e: (e.id,), message("fact"), _COMMAND)
    event = compensation(fact, asked.reason, actor)
    return _append(workspace, [event], [event.id], actor)


def subject_named(workspace: Workspace, text: str) -> str:
    """Return the account or the site that a person means; raises `NotFoundError`."""
    try:
        return find_site(workspace, text).subject
    except NotFoundError:
        return find_alone(workspace, text)


def _append(workspace: Workspace, events: list[Event[Any]], ids: list[UUID], actor: Actor) -> Done:
    taken = append_new(workspace, signed(events, actor))
    workspace.catch_up()
    return Done(taken.events, tuple(ids))


def _demand_past(at: datetime) -> None:
    if at > datetime.now(UTC):
        raise UsageError(message("{at} {time} is still to come", at=field("at"), time=local_iso(at)))


def _refuse(workspace: Workspace, texts: dict[str, str]) -> None:
    workspace.home.texts.refuse({name: text for name, text in texts.items() if text})
