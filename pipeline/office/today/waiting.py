"""What waits for whom, and what came in: from the facts that the read model keeps."""

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from connectors.people.intake_memory import IntakeMemory
from connectors.people.public_reports import PublicReports
from connectors.readmodel.port import Wanted
from events.alert import RECTIFICATION, AlertUnreached
from events.days import chinese_day, last_second
from events.finding import FindingRecorded, FindingRectified, FindingWithdrawn
from events.instants import to_micros
from events.known import Known
from events.quarters import quarter_at
from events.rectification import RectificationAnswered
from pipeline.home.errors import NotFoundError
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.home.read_model import FINDING_TYPES, ReadModel
from pipeline.home.rulesets import rule_names
from pipeline.office.intake.open_plans import open_plans
from pipeline.office.intake.stored import StoredPlan
from pipeline.office.scope import Place, Scope, keys_within
from pipeline.office.today.overdue import overdue_tasks, waiting_tasks
from projections.intakes.state import INTAKE_TYPES, IntakeStage, fold_intakes
from projections.patrol.account_line import AccountLine
from projections.registry.cards import AccountCard
from projections.registry.filing_case import CaseState
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.registry.suspicions import SUSPICION_TYPES, suspicions_of
from projections.registry.units import Unit
from projections.reports.reporters import expected_reporters
from projections.reports.self_checks import REPORT_TYPES, Timing, report_states
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, fold_rounds
from projections.rounds.supervision import SUPERVISION_TYPES, supervisions
from projections.rounds.tasks import Moved
from projections.sites.registry import SITE_TYPES, sites_at
from projections.sites.suspicions import SITE_SUSPICION_TYPES, SiteSuspicion, site_suspicions_of
from projections.wording.suspicions import WORDING_TYPES, Suspected, suspected_of
from projections.work_orders.orders import ORDER_TYPES, work_orders

_ANY = UUID(int=0)
_REPORT_DAYS = 15
"""A report is named from so many days before its last day on."""


class Waiting(msgspec.Struct, frozen=True):
    """Something that waits."""

    what: str  # code of WAITS_FOR
    about: str  # name of an account, unit, round or file, in words
    since: datetime | None
    number: str = ""  # by which a command finds it: an intake, a plan, a round


class CameIn(msgspec.Struct, frozen=True):
    """How many facts of a sort came in."""

    what: str
    count: int


_SORTS = {
    "intake.opened": "intakes",
    "finding.recorded": "findings",
    "filing.applied": "applications",
    "objection.raised": "objections",
    "report.received": "reports",
}


def came_in(model: ReadModel, since: datetime) -> list[CameIn]:
    """Return what was recorded since a moment and stands, by sort."""
    begin = to_micros(since)
    known = model.known((*_SORTS, FindingWithdrawn.type))
    gone = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    counts = Counter(
        _SORTS[k.event.type]
        for k in known
        if k.recorded_at >= begin and k.event.type in _SORTS and k.event.id not in gone
    )
    return [CameIn(what, counts[what]) for what in _SORTS.values() if counts[what]]


def waiting(
    home: Home,
    model: ReadModel,
    among: Mapping[str, AccountLine],
    units: Mapping[str, Unit],
    now: datetime,
    scope: Scope,
) -> list[Waiting]:
    """Return what waits, of the accounts of a scope; only where it is the whole, what is about no account, too."""
    whole = scope == Scope()
    found = [
        *_objections(model, among),
        *_applications(model, among, units, now, scope),
        *_overdue(home, model, among, now),
        *_work_orders(model, among, now, whole=whole),
        *_findings(model, among),
        *_suspicions(model, among),
        *_wordings(model, among),
    ]
    if whole:
        found += [
            *_letters(model, now),
            *_sites(model, now),
            *_unreached(home, model, among),
            *_reports(model, units, now),
            *_public_reports(home),
            *_intakes(model),
            *_plans(home),
        ]
    return found


def _objections(model: ReadModel, among: Mapping[str, AccountLine]) -> list[Waiting]:
    rounds = fold_rounds(counting(model.known((*ROUND_TYPES, *CLAIM_TYPES))))
    return [
        Waiting("objection", _title(among[o.raised.account]), o.raised_at, state.name)
        for state in rounds.values()
        for o in state.undecided
        if o.raised.account in among
    ]


def _applications(
    model: ReadModel, among: Mapping[str, AccountLine], units: Mapping[str, Unit], now: datetime, scope: Scope
) -> list[Waiting]:
    """Return the applications without an opinion of the office; of accounts to be opened, by their owners."""
    known = counting(model.known((*FILING_TYPES, *CLAIM_TYPES)))
    cases = [case for case in filing_cases(known, now) if case.state is CaseState.APPLIED]
    new = {case.id: Place(case.owner, case.platform) for case in cases if case.account_id not in among}
    try:
        opened = keys_within(new, scope, units) if new else ()
    except NotFoundError:  # none of them is of the scope
        opened = ()
    return [
        Waiting("application", f"{case.name}（{case.owner}）", case.applied_at)
        for case in cases
        if case.account_id in among or (case.kind == "opened" and case.id in opened)
    ]


def _overdue(home: Home, model: ReadModel, among: Mapping[str, AccountLine], now: datetime) -> list[Waiting]:
    """Return the tasks whose last day has passed, since that day."""
    tasks = overdue_tasks(home, model, among, now)
    words = rule_names(home.path) if tasks else {}
    return [
        Waiting(
            "rectification",
            f"{_title(among[task.account_id])}：{words.get(task.rule, task.rule)}",
            last_second(task.due) if task.due is not None else None,
            str(task.id)[:8],
        )
        for task in tasks
    ]


def _work_orders(
    model: ReadModel, among: Mapping[str, AccountLine], now: datetime, *, whole: bool
) -> list[Waiting]:
    """Return the work orders from above that nobody answered, since their last moment where it has passed."""
    return [
        Waiting("work_order", f"{order.number}（{order.sender}）", order.due_at, order.number)
        for order in work_orders(model.known(ORDER_TYPES), now)
        if order.answered_at is None and (order.account in among or (whole and not order.account))
    ]


def _findings(model: ReadModel, among: Mapping[str, AccountLine]) -> list[Waiting]:
    """Return the accounts with findings that nobody answered, each once, the oldest finding first."""
    known = model.known(FINDING_TYPES)
    moved = Moved(known)
    settled: set[UUID] = set()
    for k in known:
        match k.event.data:
            case FindingWithdrawn(corrects=finding) | FindingRectified(finding_id=finding):
                settled.update((finding, moved.now(finding)))
            case RectificationAnswered(findings=findings):
                settled.update(moved.now(finding) for finding in findings)
    oldest: dict[str, Known] = {}
    for k in sorted(known, key=lambda k: k.event.time):
        if (
            isinstance(k.event.data, FindingRecorded)
            and k.event.id not in settled
            and k.event.subject in among
        ):
            oldest.setdefault(k.event.subject, k)
    return [Waiting("finding", _title(among[account]), k.event.time) for account, k in oldest.items()]


def _suspicions(model: ReadModel, among: Mapping[str, AccountLine]) -> list[Waiting]:
    """Return the suggestions of patrol that nobody has judged; what was shown stays in the text store."""
    return [
        Waiting("suspicion", _title(among[one.account_id]), one.seen_at, str(one.id)[:8])
        for one in suspicions_of(model.known(SUSPICION_TYPES))
        if one.state == "open" and one.account_id in among
    ]


def _wordings(model: ReadModel, among: Mapping[str, AccountLine]) -> list[Waiting]:
    """Return the accounts whose texts are suspected and judged by nobody, each once, the oldest suggestion first."""
    oldest: dict[str, Suspected] = {}
    for one in suspected_of(model.known(WORDING_TYPES)):
        if one.state == "open" and one.account_id in among:
            oldest.setdefault(one.account_id, one)
    return [
        Waiting("wording", _title(among[account]), one.read_at, str(one.id)[:8])
        for account, one in oldest.items()
    ]


def _letters(model: ReadModel, now: datetime) -> list[Waiting]:
    """Return the letters and orders that nobody answered in time, since their last day."""
    known = counting(model.known((*SUPERVISION_TYPES, *CLAIM_TYPES)))
    return [
        Waiting(
            "supervision",
            f"{one.number}（{one.unit}）",
            last_second(one.due) if one.due else None,
            one.number,
        )
        for one in supervisions(known)
        if one.state(chinese_day(now)) == "late"
    ]


def _sites(model: ReadModel, now: datetime) -> list[Waiting]:
    """Return the websites with suggestions that nobody judged, each once, since the oldest of them."""
    sites = sites_at(model.known(SITE_TYPES), now)
    oldest: dict[str, SiteSuspicion] = {}
    for one in site_suspicions_of(model.known(SITE_SUSPICION_TYPES)):
        if one.state == "open" and one.site in sites:
            oldest.setdefault(one.site, one)
    return [
        Waiting("site", f"{sites[site].name}（{sites[site].unit}）", one.seen_at, sites[site].domain)
        for site, one in oldest.items()
    ]


def _unreached(home: Home, model: ReadModel, among: Mapping[str, AccountLine]) -> list[Waiting]:
    """Return the units of which a reminder of tasks reached nobody, as long as one of their tasks waits."""
    newest = {
        k.event.data.owner: k.event.time
        for k in model.known((AlertUnreached.type,))
        if isinstance(k.event.data, AlertUnreached) and k.event.data.level == RECTIFICATION
    }
    if not newest:
        return []
    waits = {task.unit for task in waiting_tasks(home, model, among)}
    return [Waiting("unreached", unit, at) for unit, at in newest.items() if unit in waits]


def _reports(model: ReadModel, units: Mapping[str, Unit], now: datetime) -> list[Waiting]:
    """Return who owes the report of a quarter that ends within days, or ended within days."""
    days = timedelta(days=_REPORT_DAYS)
    quarters = {quarter_at(now + shift) for shift in (-days, timedelta())}
    near = [q for q in quarters if abs(chinese_day(now) - q.last_day) <= days]
    if not near:
        return []
    lines = model.lines_where(Wanted(open_at=to_micros(now)))
    cards = {line.account_id: _card(line) for line in lines}
    reporters, known = expected_reporters(units, cards), model.known(REPORT_TYPES)
    return [
        Waiting("report", f"{state.name} {quarter.chinese}", None)
        for quarter in near
        for state in report_states(known, reporters, quarter, now)
        if state.timing in (Timing.MISSING, Timing.PENDING)
    ]


def _public_reports(home: Home) -> list[Waiting]:
    """Return the reports of the public that nobody closed, by their numbers; what they say stays on their page."""
    with closing(open_people(home)) as store:
        reports = PublicReports(store).reports()
    return [
        Waiting("public_report", one.number, one.at, one.number) for one in reports if one.state == "open"
    ]


def _intakes(model: ReadModel) -> list[Waiting]:
    states = fold_intakes(counting(model.known((*INTAKE_TYPES, *CLAIM_TYPES)))).values()
    return [
        Waiting("intake", state.number, state.opened_at, state.opened.plan)
        for state in states
        if state.stage is IntakeStage.OPEN
    ]


def _plans(home: Home) -> list[Waiting]:
    """Return the plans that wait for the yes of the office; the names of their files stay in the people store."""
    with closing(open_people(home)) as store:
        plans = IntakeMemory(store).plans()
    stored = {plan_id: msgspec.json.decode(body, type=StoredPlan) for plan_id, body in plans.items()}
    return [
        Waiting("plan", "、".join(paper.name for paper in plan.papers), None, plan_id)
        for plan_id, plan in open_plans(stored).items()
        if not plan.sent_back
    ]


def _title(line: AccountLine) -> str:
    return f"{line.name}（{line.owner}）"


def _card(line: AccountLine) -> AccountCard:
    """Return what tells who answers for an account."""
    return AccountCard(
        account_id=line.account_id,
        owner=line.owner,
        supervisor=line.supervisor,
        tier=line.tier,
        area=line.area,
        opened_at=None,
        opened_id=_ANY,
    )
