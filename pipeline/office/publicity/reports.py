"""Reports of the public (公众纠错、好差评): taken, shown to the office, and closed by a person.

A report is no finding and no fact: it lies in the people store, and becomes one only when a person records it. That it
was closed, by whom and with which answer, is a fact that says nothing of what was reported.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from connectors.people.person import Caller
from connectors.people.public_reports import PublicReport, PublicReports, ReportGiven
from connectors.texts.store import TextStore
from events import fact_ids, office_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.counterfeit import CounterfeitSuspected
from events.fields import field
from events.finding import FindingRecorded, as_recorded
from events.messages import message
from events.moments import Moment
from events.public_report import Outcome, PublicReportClosed, public_report_subject
from events.sources import OFFICE, SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.home.registry import Registry, find_alone
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.counterfeits import Step, suspect
from pipeline.office.publicity.given import MATTERS, RATINGS

STATES = {"open": "待处理", "taken": "已登记", "handled": "已办理", "dismissed": "不予处理"}
FINDER = "公众反映"
_WRITTEN_WITHIN = timedelta(minutes=2)
"""Within which a fact follows the closing of its report, or does not at all."""

_NUMBER = re.compile(r"(?<!\d)(\d{4,})(?!\d)")


class TooManyError(Exception):
    """More reports came within a day than the office takes; nothing was kept."""


class AsFinding(msgspec.Struct, frozen=True):
    """A person records a report as a finding about an account."""

    report: str  # number
    account: str  # as anybody writes it
    rule: str  # code
    found: Moment
    note: str = ""
    count: int = 1


class AsCounterfeit(msgspec.Struct, frozen=True):
    """A person records a report as an account that seems to pretend to be one of the government."""

    report: str
    name: str
    platform: str
    at: datetime
    link: str = ""
    imitates: str = ""
    note: str = ""


class Close(msgspec.Struct, frozen=True):
    """A report is closed and nothing is recorded of it: dealt with otherwise, or dismissed."""

    report: str
    answer: str
    handled: bool


@contextmanager
def open_reports(home: Home) -> Iterator[PublicReports]:
    """Open the reports of a home."""
    with closing(open_people(home)) as store:
        yield PublicReports(store)


def take_report(home: Home, given: ReportGiven, now: datetime) -> str:
    """Keep a report and return its number; raises `TooManyError` where the day has had as many as settings allow."""
    with open_reports(home) as reports:
        if (
            given.via == "web"
            and reports.count_since(now - timedelta(days=1)) >= home.settings.public.reports_a_day
        ):
            raise TooManyError
        return reports.put(given, now).number


def list_reports(home: Home, now: datetime) -> list[dict[str, Any]]:
    """Return every report as a row, the newest first, without what it says; contacts whose time is over go."""
    with open_reports(home) as reports:
        reports.forget_contacts(now)
        return [
            {
                "number": one.number,
                "at": one.at,
                "called": one.called,
                "matter": MATTERS.get(one.matter, one.matter),
                "rating": RATINGS.get(str(one.rating), ""),
                "state": one.state,
                "settled_at": one.settled_at,
                "by": one.settled_by,
                "reason": one.reason,
                "erased": one.erased,
            }
            for one in reports.reports()
        ]


def find_report(home: Home, number: str) -> PublicReport:
    """Return a report; raises `NotFoundError`."""
    with open_reports(home) as reports:
        found = reports.find(number)
    if found is None:
        raise NotFoundError(message("no report of the public has the number {number!r}", number=number))
    return found


def read_contact(home: Home, number: str, caller: Caller) -> str:
    """Return how whoever reported can be reached; the reading is logged. Raises `NotFoundError`."""
    find_report(home, number)
    with open_reports(home) as reports:
        return reports.contact(number, caller)


def erase_report(home: Home, number: str, caller: Caller) -> bool:
    """Erase what a report says, and the answer to it; False where that was done before. Raises `NotFoundError`.

    The fact that it was closed stays, with who did it and how it ended.
    """
    report = find_report(home, number)
    with closing(open_people(home)) as store:
        erased = PublicReports(store).erase(number, caller)
        texts = TextStore(store)
        answers = [
            text.id
            for text in texts.texts()
            if text.type == PublicReportClosed.type and text.fact == report.fact and text.text
        ]
        if answers:
            texts.erase(answers, caller)
    return erased


def account_meant(registry: Registry, called: str) -> str:
    """Return the account id that somebody of the public means by number or name, empty where that is not clear."""
    by_number = {number: account for account, number in registry.numbers.items()}
    numbered = [by_number[n] for n in _NUMBER.findall(called) if n in by_number]
    if len(set(numbered)) == 1:
        return numbered[0]
    try:
        return registry.find(called)
    except LookupError:
        return ""


def record_finding(workspace: Workspace, asked: AsFinding, actor: Actor) -> Event[Payload]:
    """Record a report as a finding. Raises `UsageError`, `NotFoundError`, and `ConflictError` where it is closed.

    The report is closed first, with the id of the fact: of two persons one records it. Where the fact is refused it is
    open again; where the program dies between the two, the same act is let through until the fact is there.
    """
    report = find_report(workspace.home, asked.report)
    account = find_alone(workspace, asked.account)
    event = signed([_finding(workspace, asked, account, report)], actor)[0]
    closed = _closing(report, "taken", became=event.id)
    with _settled(workspace, report, "taken", event.id, "", actor):
        append_new(workspace, [event, *signed([closed], actor)])
        workspace.catch_up()
    return event


def record_counterfeit(workspace: Workspace, asked: AsCounterfeit, actor: Actor) -> Event[Payload]:
    """Record a report as a suspected counterfeit, and close it; raises as `record_finding`."""
    report = find_report(workspace.home, asked.report)
    _demand_open(report)
    for name in ("name", "platform"):
        if not getattr(asked, name).strip():
            raise UsageError(message("{name} is blank", name=field(name)))
    data = CounterfeitSuspected(
        given_id="",
        name=asked.name,
        platform=asked.platform,
        link=asked.link,
        imitates=asked.imitates,
        finder=FINDER,
        note=asked.note,
    )
    event = suspect(workspace, Step(data, asked.at), actor)
    workspace.catch_up()
    _settle(workspace.home, report, "taken", f"{event.id}", "", actor)
    append_new(workspace, signed([_closing(report, "taken", became=event.id)], actor))
    return event


def close_report(workspace: Workspace, asked: Close, actor: Actor) -> PublicReport:
    """Close a report with an answer; raises `UsageError` without one, and `ConflictError` where it is closed.

    Closed first and told then, as `record_finding` does: of two persons one closes it.
    """
    home = workspace.home
    report = find_report(home, asked.report)
    answer = asked.answer.strip()
    if not answer:
        raise UsageError(message("give an {answer}: whoever sees it again asks why", answer=field("answer")))
    home.texts.refuse({"answer": answer})
    outcome: Outcome = "handled" if asked.handled else "dismissed"
    event = _closing(report, outcome, answer)
    with _settled(workspace, report, outcome, event.id, answer, actor):
        append_new(workspace, signed([event], actor))
        workspace.catch_up()
    return find_report(home, asked.report)


def _closing(
    report: PublicReport, outcome: Outcome, answer: str = "", *, became: UUID | None = None
) -> Event[Payload]:
    """Return the fact that a report was closed now."""
    subject = public_report_subject(report.number)
    data = PublicReportClosed(
        number=report.number,
        matter=report.matter,
        outcome=outcome,
        rating=report.rating,
        answer=answer,
        became=became,
    )
    return Event(office_ids.public_report_closed(subject), OFFICE, subject, datetime.now(UTC), data)


def _finding(workspace: Workspace, asked: AsFinding, account: str, report: PublicReport) -> Event[Payload]:
    ruleset = ruleset_of(workspace.home)
    rule = ruleset.rule(asked.rule)
    if rule is None or rule.by != "finding":
        codes = [r.name for r in ruleset.rules if r.by == "finding"]
        raise UsageError(
            message(
                "{rule!r} is no rule of {ruleset}{nearest}",
                rule=asked.rule,
                ruleset=ruleset.label,
                nearest=nearest(asked.rule, codes),
            )
        )
    finder = f"{FINDER} {report.number}"
    data = FindingRecorded(
        rule=rule.code,
        severity=rule.line,
        count=asked.count,
        finder=finder,
        note=asked.note,
        date_only=asked.found.date_only,
    )
    event_id = fact_ids.finding_recorded(account, rule.code, asked.found.at, finder, asked.note)
    return Event(event_id, SHEETS, account, asked.found.at, as_recorded(data))


@contextmanager
def _settled(
    workspace: Workspace, report: PublicReport, state: str, fact: UUID, answer: str, actor: Actor
) -> Iterator[None]:
    """Close a report before its fact is written, and open it again where the fact is refused."""
    if is_cut_off(workspace, report):
        with open_reports(workspace.home) as reports:
            reports.reopen(report.id, report.fact)
    else:
        _demand_open(report)
    _settle(workspace.home, report, state, str(fact), answer, actor)
    try:
        yield
    except Exception:  # whatever refused the fact; where the process dies, `is_cut_off` tells
        with open_reports(workspace.home) as reports:
            reports.reopen(report.id, str(fact))
        raise


def is_cut_off(workspace: Workspace, report: PublicReport) -> bool:
    """Tell whether somebody began to close a report and the program died before its fact.

    Those that former releases closed without a fact were not.
    """
    if not report.fact or report.settled_at is None:
        return False
    begun_long_ago = datetime.now(UTC) - report.settled_at > _WRITTEN_WITHIN
    return begun_long_ago and not _is_there(workspace, report.fact)


def _is_there(workspace: Workspace, fact: str) -> bool:
    known = workspace.known.read(("finding.recorded", "counterfeit.suspected", PublicReportClosed.type))
    return any(str(k.event.id) == fact for k in known)


def _settle(home: Home, report: PublicReport, state: str, fact: str, reason: str, actor: Actor) -> None:
    with open_reports(home) as reports:
        if not reports.settle(report.id, state, datetime.now(UTC), actor.code, reason, fact):
            _demand_open(find_report(home, report.number))


def _demand_open(report: PublicReport) -> None:
    if report.state != "open":
        raise ConflictError(
            message(
                "the report {number} of the public is closed: {state}",
                number=report.number,
                state=STATES[report.state],
            )
        )
