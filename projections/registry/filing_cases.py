"""Filings as cases: application, opinions, filing, forwarding, both deadlines; a pure fold of facts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from events.codec import Event
from events.days import chinese_day, is_told_by
from events.filing import FilingApplied, FilingFiled, FilingForwarded, FilingOpinionGiven
from events.instants import EPOCH
from events.known import Known
from events.platforms import platform_slug
from projections.registry.filing_case import (
    CaseParameters,
    CaseProblem,
    CaseState,
    FilingCase,
    Forwarding,
    Opinion,
)
from projections.registry.filing_deadlines import (
    OFFICE_DAYS,
    OWNER_DAYS,
    Deadline,
    Timeliness,
    judge_deadline,
)
from projections.rules.calendar import IsWorkday, is_workday

FILING_TYPES = ("filing.applied", "filing.opinion_given", "filing.filed", "filing.forwarded")
"""Types of events that cases follow from."""


def filing_cases(
    known: Iterable[Known],
    at: datetime,
    *,
    workday: IsWorkday = is_workday,
    parameters: CaseParameters = CaseParameters(),  # noqa: B008 (frozen)
) -> list[FilingCase]:
    """Return every case as of T, by time: filings with what belongs to them, then applications without a filing.

    `known` are the first records of filing events as known at K. Records that tell the same effect of the same account
    are one filing; the earliest day told of it counts. An application belongs to the filing that names it, else to
    the first filing of its kind that takes effect on its day or later, of the same account, or of the same name,
    platform and owner; where none is left, to the newest before it, which was applied for afterwards.
    """
    facts = _Facts(
        [k.event for k in known if is_told_by(k.event.time, at, date_only=_is_by_day(k.event.data))]
    )
    applications = facts.applications_by_filing()
    cases = [
        _filed_case(filed, applications.get(filed[0].id), facts, at, workday, parameters)
        for filed in facts.filings
    ]
    cases.sort(key=lambda case: (case.effective_at or EPOCH, case.account_id))
    used = {application.id for application in applications.values()}
    waiting = [_open_case(a, facts) for a in facts.applications if a.id not in used]
    return cases + sorted(waiting, key=lambda case: (case.applied_at or EPOCH, case.account_id))


def _is_by_day(data: Any) -> bool:
    """Tell an act of which the day alone was told: it counts all of that day."""
    return data.filed_date_only if isinstance(data, FilingFiled) else getattr(data, "date_only", False)


class _Facts:
    """The events of filings, by what they are about."""

    def __init__(self, events: Sequence[Event[Any]]) -> None:
        self.applications = [e for e in events if isinstance(e.data, FilingApplied)]
        self.applications.sort(key=lambda e: (e.time, e.id))
        self.opinions: dict[UUID, list[Event[FilingOpinionGiven]]] = defaultdict(list)
        self.forwardings: dict[UUID, list[Event[FilingForwarded]]] = defaultdict(list)
        same: dict[tuple[object, ...], list[Event[FilingFiled]]] = defaultdict(list)
        for e in events:
            if isinstance(e.data, FilingOpinionGiven):
                self.opinions[e.data.about].append(e)
            elif isinstance(e.data, FilingForwarded):
                self.forwardings[e.data.filing].append(e)
            elif isinstance(e.data, FilingFiled):
                news = e.data.changes or (e.data.people if e.data.kind == "changed" else {})
                effect = (e.subject, e.data.kind, e.data.effective_at, *sorted(news.items()))
                same[effect].append(e)
        self.filings = sorted(same.values(), key=lambda events: events[0].data.effective_at)

    def applications_by_filing(self) -> dict[UUID, Event[FilingApplied]]:
        """Return the application of each filing that has one, by the id of the filing's first record."""
        by_id = {a.id: a for a in self.applications}
        named = {
            filed[0].id: next((e.data.application for e in filed if e.data.application is not None), None)
            for filed in self.filings
        }
        found = {filing: by_id[name] for filing, name in named.items() if name in by_id}
        taken = {application.id for application in found.values()}
        unnamed: dict[tuple[str, ...], list[Event[FilingFiled]]] = defaultdict(list)
        for first in (filed[0] for filed in self.filings if named[filed[0].id] is None):
            for key in _looked_up_by(first):
                unnamed[key].append(first)
        for following in (True, False):
            for application in (a for a in self.applications if a.id not in taken):
                day = chinese_day(application.time)
                fitting = {
                    filing.id: filing.data.effective_at
                    for key in _looked_up_by(application)
                    for filing in unnamed.get(key, ())
                    if filing.id not in found and (chinese_day(filing.data.effective_at) >= day) is following
                }
                if fitting:
                    nearest = min if following else max
                    found[nearest(fitting, key=lambda filing: fitting[filing])] = application
                    taken.add(application.id)
        return found


def _looked_up_by(event: Event[FilingApplied] | Event[FilingFiled]) -> tuple[tuple[str, ...], ...]:
    """Return what an application and its filing share: before it opens, an account has no id of its platform."""
    data = event.data
    return (data.kind, event.subject), (data.kind, data.name, platform_slug(data.platform), data.owner)


def _filed_case(
    filed: list[Event[FilingFiled]],
    application: Event[FilingApplied] | None,
    facts: _Facts,
    at: datetime,
    workday: IsWorkday,
    parameters: CaseParameters,
) -> FilingCase:
    first = filed[0]
    data = first.data
    moments = [e.data.filed_at for e in filed if e.data.filed_at is not None]
    filed_at = min(moments, default=None)
    entries = [f for e in filed for f in facts.forwardings[e.id]]
    forwarded = tuple(
        Forwarding(f.data.system, f.time, f.data.receipt) for f in sorted(entries, key=lambda f: f.time)
    )
    abouts = [e.id for e in filed] + ([application.id] if application is not None else [])
    opinions = sorted((o for about in abouts for o in facts.opinions[about]), key=lambda o: o.time)
    effective = chinese_day(data.effective_at)
    filed_day = None if filed_at is None else chinese_day(filed_at)
    state = CaseState.FORWARDED if forwarded else CaseState.FILED
    return FilingCase(
        id=first.id,
        account_id=first.subject,
        kind=data.kind,
        name=data.name,
        platform=data.platform,
        owner=data.owner,
        reason=data.reason,
        state=state,
        application_id=application.id if application is not None else None,
        applied_at=application.time if application is not None else None,
        owner_opinion=_opinion(opinions, "owner"),
        office_opinion=_opinion(opinions, "office"),
        filing_id=first.id,
        effective_at=data.effective_at,
        filed_at=filed_at,
        changes=data.changes,
        applied_for=_applied_for(application),
        people=data.people,
        owner_deadline=judge_deadline(effective, OWNER_DAYS, filed_day, None, workday),
        office_deadline=_office_deadline(filed_day, forwarded, chinese_day(at), workday, parameters),
        forwarded=forwarded,
        problems=_problems(data, application, opinions, parameters),
    )


def _office_deadline(
    filed: date | None,
    forwarded: tuple[Forwarding, ...],
    today: date,
    workday: IsWorkday,
    parameters: CaseParameters,
) -> Deadline:
    if filed is None:
        return Deadline(None, Timeliness.UNKNOWN, "the day of the filing was not told")
    days = (chinese_day(f.forwarded_at) for f in forwarded if f.system in parameters.deadline_systems)
    return judge_deadline(filed, OFFICE_DAYS, min(days, default=None), today, workday)


def _problems(
    filed: FilingFiled,
    application: Event[FilingApplied] | None,
    opinions: list[Event[FilingOpinionGiven]],
    parameters: CaseParameters,
) -> tuple[CaseProblem, ...]:
    """Say whether an opening was applied for and approved before it (162号 二(二), annex 3 开设备案)."""
    effective = chinese_day(filed.effective_at)
    if filed.kind != "opened" or effective < parameters.applications_since:
        return ()
    if application is None:
        return (CaseProblem.NO_APPLICATION,)
    if chinese_day(application.time) > effective:
        return (CaseProblem.APPLIED_AFTERWARDS,)
    office = [o for o in opinions if o.data.by == "office" and chinese_day(o.time) <= effective]
    if not office:
        return (CaseProblem.NOT_APPROVED,)
    return () if office[-1].data.approved else (CaseProblem.REFUSED,)


def _open_case(application: Event[FilingApplied], facts: _Facts) -> FilingCase:
    data = application.data
    opinions = sorted(facts.opinions[application.id], key=lambda o: o.time)
    office = _opinion(opinions, "office")
    state = CaseState.APPLIED
    if office is not None:
        state = CaseState.APPROVED if office.approved else CaseState.REFUSED
    return FilingCase(
        id=application.id,
        account_id=application.subject,
        kind=data.kind,
        name=data.name,
        platform=data.platform,
        owner=data.owner,
        reason=data.reason,
        state=state,
        application_id=application.id,
        applied_at=application.time,
        owner_opinion=_opinion(opinions, "owner"),
        office_opinion=office,
        applied_for=_applied_for(application),
        people=data.people,
    )


def _applied_for(application: Event[FilingApplied] | None) -> dict[str, str]:
    if application is None:
        return {}
    data = application.data
    return {"description": data.description, "link": data.link, "section": data.section}


def _opinion(opinions: list[Event[FilingOpinionGiven]], by: str) -> Opinion | None:
    """Return the newest opinion of a party."""
    given = [o for o in opinions if o.data.by == by]
    if not given:
        return None
    newest = given[-1]
    return Opinion(newest.data.approved, newest.data.opinion, newest.time, newest.id)
