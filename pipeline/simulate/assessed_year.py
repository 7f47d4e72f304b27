"""Simulating a year of the units that supervise: what they file, report and answer, and what is found on them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from connectors.sheets.rows import FilingRow, PostRow, UnitRow
from connectors.sheets.upper_checks import UpperCheckRow
from events.account import AccountSpotted
from events.bulletin import Extras
from events.codec import Event
from events.days import last_second
from events.filing import FilingApplied
from events.moments import Moment
from events.quarters import Quarter
from events.round_plan import SamplePlan
from events.unit import unit_subject
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.accounts import spotted_event, stop_notice_event
from pipeline.office.adoptions import Adopt, adopt
from pipeline.office.assessment.notes import NoteRow, ReviewNote, WithdrawNote, note, review, withdraw_note
from pipeline.office.assessment.schemes import find_roster, find_scheme
from pipeline.office.bulletin import draft
from pipeline.office.bulletin.check import check
from pipeline.office.bulletin.issue import issue
from pipeline.office.filings.desk import application_event
from pipeline.office.filings.rows import filing_events
from pipeline.office.imports import Span, finding_events, post_events
from pipeline.office.own_office import DescribeOffice, describe_office
from pipeline.office.rectification.answers import AnswerRectification, answer
from pipeline.office.registry_imports import account_events
from pipeline.office.reports.self_check_events import ReportOf, received_event, report_events
from pipeline.office.reports.upper_checks import upper_check_events
from pipeline.office.rounds import Announcement, Freeze, announce, draw, freeze
from pipeline.office.units import unit_events, unit_tree
from pipeline.simulate.batches import append_batches
from pipeline.simulate.year_place import TIERS, UnitPlan, YearPlace
from pipeline.simulate.year_rows import Run, account_row, checked_row, finding_row, morning, runs_of
from projections.reports.reporters import Reporter
from projections.year.schemes import AssessedUnit

SIMULATED = "模拟，没有单位可告知"
_SHEET = Path("kunshan.csv")
_POSTS_EVERY = timedelta(days=3)
_CITY_OFFICE = "KS00"


class SimulatedAssessedYear(msgspec.Struct, frozen=True):
    """What a simulated year left behind; nothing of it is assessed yet."""

    place: str
    year: int
    units: int
    accounts: int
    check_point: datetime


def simulate_assessed_year(workspace: Workspace, place: YearPlace) -> SimulatedAssessedYear:
    """Bring a year into a home: registry, reports, checks from above, one bulletin with its answers, and rows."""
    year = _Year(workspace, place)
    year.register()
    year.file()
    year.report()
    year.see()
    year.issue_bulletin()
    year.hand_in()
    return SimulatedAssessedYear(place.name, place.year, len(year.units), len(year.runs), place.check_point)


class _Year:
    def __init__(self, workspace: Workspace, place: YearPlace) -> None:
        self._current, self._place = workspace, place
        scheme = find_scheme(place.scheme, workspace.home.path).scheme
        self.units = find_roster(scheme.roster, workspace.home.path).roster.units
        self._plans = {unit.code: place.plan(unit) for unit in self.units}
        self.runs = [run for unit in self.units for run in runs_of(place, unit, self._plans[unit.code])]
        self._of = {(run.unit.code, run.number): run for run in self.runs}

    def register(self) -> None:
        """Register the office, the units below it, and the accounts that were there before the year."""
        place, current = self._place, self._current
        describe_office(current, DescribeOffice(place.office, f"{place.office}文件", example=True), OFFICE)
        bulletin = place.bulletin
        adopted = Adopt(bulletin.ruleset, bulletin.basis[0], "政务新媒体检查指标", date(place.year, 1, 1))
        adopt(current, adopted, OFFICE)
        since = morning(place.opened_on)
        old = [run for run in self.runs if run.opened_on == place.opened_on]
        rows = [account_row(n, run, place) for n, run in enumerate(old, start=1)]
        self._append("账号 accounts", account_events(rows, registry_now(current), since).events)
        tree = unit_events(_SHEET, self._unit_rows(since), unit_tree(current), registry_now(current), since)
        self._append("单位 units", tree)

    def file(self) -> None:
        """File openings, changes and closings; what was applied for before, and the notices of what stopped."""
        applied: list[Event[Any]] = []
        notices: list[Event[Any]] = []
        rows: list[FilingRow] = []
        posts: list[PostRow] = []
        for unit, plan in self._planned():
            for filed in plan.filings:
                run = self._of[unit.code, filed.account]
                if filed.applied_on is not None:
                    data = FilingApplied(name=run.name, platform=run.platform, owner=unit.name)
                    applied.append(application_event(data, run.native_id, morning(filed.applied_on)))
                rows.append(
                    FilingRow(
                        row=len(rows) + 1,
                        account=run.ref,
                        kind=filed.kind,
                        effective_at=morning(filed.on),
                        effective_date_only=False,
                        filed_at=morning(filed.filed_on),
                        filed_date_only=False,
                        reason="",
                        changes={"section": filed.section} if filed.section else {},
                    )
                )
                if filed.notice:
                    at = Moment(morning(filed.on), date_only=False)
                    notices.append(stop_notice_event(run.account_id, "", "停更公告", at))
                if filed.posts_on is not None:
                    posts.append(PostRow(len(posts) + 1, run.ref, morning(filed.posts_on), False, None))
        self._append("备案 filings", [*applied, *filing_events(_SHEET, rows, registry_now(self._current))])
        registry = registry_now(self._current)
        self._append("停更 notices", [*notices, *post_events(_SHEET, posts, registry, None)])

    def report(self) -> None:
        """Report self-checks, quarter by quarter."""
        place = self._place
        rules = find_ruleset(place.bulletin.ruleset, self._current.home.path).ruleset
        events: list[Event[Any]] = []
        for number in (1, 2, 3, 4):
            quarter, checked_on = Quarter(place.year, number), place.checked_on[number - 1]
            for unit, plan in self._planned():
                mine = [r for r in self.runs if r.unit == unit and r.open_at(checked_on)]
                if not mine or number in plan.missing:
                    continue
                reported = (plan.reported_on or place.reported_on)[number - 1]
                of = ReportOf(
                    reporter=Reporter(
                        unit_subject(unit.code), unit.name, frozenset(r.account_id for r in mine)
                    ),
                    quarter=quarter,
                    received_at=morning(reported),
                    received_date_only=False,
                    sha256=sha256(f"{unit.code} {quarter.label}".encode()).hexdigest(),
                    covers_year=number == 4 and plan.covers_year,
                )
                unchecked = plan.unchecked[number - 1]
                rows = [checked_row(n, r, unchecked, checked_on) for n, r in enumerate(mine, start=1)]
                subjects = {n: r.account_id for n, r in enumerate(mine, start=1)}
                events += report_events(of, rows, subjects, rules)
                events.append(received_event(of, rows, subjects))
        self._append("自查 reports", events)

    def see(self) -> None:
        """Take the results of checks from above, and what patrol saw in no registry."""
        rows: list[UpperCheckRow] = []
        seen: list[Event[Any]] = []
        for unit, plan in self._planned():
            rows += [
                UpperCheckRow(
                    row=len(rows) + n,
                    account=self._of[unit.code, upper.account].ref,
                    level=upper.level,
                    checked_at=morning(upper.on),
                    date_only=False,
                    outcome="failed" if upper.cause else "passed",
                    cause=upper.cause,
                    document=upper.document,
                    note="",
                )
                for n, upper in enumerate(plan.upper, start=1)
            ]
            for n in range(1, plan.left_out + 1):
                spotted = AccountSpotted(
                    given_id=f"9{unit.code[2:]}{n:05d}",
                    name=f"{unit.name}外号{n}",
                    platform="抖音",
                    owner=unit.name,
                )
                at = Moment(morning(date(self._place.year, 9, n)), date_only=False)
                seen.append(spotted_event(spotted, at))
        self._append("抽查 checks", [*upper_check_events(_SHEET, rows, registry_now(self._current)), *seen])

    def issue_bulletin(self) -> None:
        """Hold a round over the accounts on which something is found, issue its bulletin, and take the answers."""
        current, bulletin = self._current, self._place.bulletin
        found = [self._of[unit.code, 1] for unit, plan in self._planned() if plan.found]
        self._post_regularly(found)
        ids = tuple(run.account_id for run in found)
        announce(
            current,
            Announcement(
                name=bulletin.round,
                check_point=bulletin.check_point,
                quarter=bulletin.quarter,
                ruleset=bulletin.ruleset,
                title=bulletin.title,
                sample=SamplePlan(number=len(ids), include=ids, seed=self._place.year),
                basis=bulletin.basis,
            ),
            OFFICE,
        )
        draw(current, bulletin.round, OFFICE)
        rules = find_ruleset(bulletin.ruleset, current.home.path).ruleset
        rows = [finding_row(n, run, self._place) for n, run in enumerate(found, start=1)]
        events = finding_events(_SHEET, rows, registry_now(current), rules, bulletin.check_point)
        self._append("检查发现 findings", events)
        freeze(current, Freeze(bulletin.round, SIMULATED), OFFICE)
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            extras = Extras(title=f"关于{bulletin.title}情况的通报", report_deadline=bulletin.deadline)
            draft(current, bulletin.round, OFFICE, extras=extras, folder=folder)
            check(current, bulletin.round, OFFICE, folder=folder)
            issue(
                current,
                bulletin.round,
                OFFICE,
                number=bulletin.number,
                issued_on=bulletin.issued_on,
                folder=folder,
            )
        for unit, plan in self._planned():
            if plan.answered_on is not None:
                answered = AnswerRectification(
                    self._of[unit.code, 1].account_id, "已整改", at=morning(plan.answered_on)
                )
                answer(current, answered, OFFICE)

    def hand_in(self) -> None:
        """Hand in the rows of the units, and review them."""
        for unit, plan in self._planned():
            for planned in plan.notes:
                row = NoteRow(
                    year=self._place.year,
                    unit=unit.code,
                    measure=planned.measure,
                    when=Moment(last_second(planned.on), date_only=True),
                    count=planned.count,
                    document=planned.document,
                    by="unit",
                    scheme=self._place.scheme,
                )
                kept = note(self._current, row, OFFICE)
                if planned.review != "waiting":
                    accepted = planned.review == "accepted"
                    reason = "" if accepted else "不属于省级单位表彰"
                    review(self._current, ReviewNote(str(kept.id), accepted, reason), OFFICE)
                if planned.withdrawn:
                    withdraw_note(self._current, WithdrawNote(str(kept.id), "文件另有所指"), OFFICE)

    def _planned(self) -> Iterable[tuple[AssessedUnit, UnitPlan]]:
        return ((unit, self._plans[unit.code]) for unit in self.units)

    def _unit_rows(self, since: datetime) -> list[UnitRow]:
        place = self._place
        office = UnitRow(
            *(1, _CITY_OFFICE, place.office, "city_office", TIERS["department"], place.city_area),
            *("", (), "", since, None),
        )
        below = [
            UnitRow(
                *(n, unit.code, unit.name, "competent_office", TIERS[unit.kind], place.city_area),
                *(_CITY_OFFICE, (), "", since, None),
            )
            for n, unit in enumerate(self.units, start=2)
        ]
        return [office, *below]

    def _post_regularly(self, runs: Sequence[Run]) -> None:
        bulletin = self._place.bulletin
        begin, until = Quarter(self._place.year, 2).start - timedelta(days=15), bulletin.check_point
        rows: list[PostRow] = []
        for run in runs:
            at = begin + timedelta(hours=10)
            while at < until:
                rows.append(PostRow(len(rows) + 1, run.ref, at.astimezone(UTC), False, None))
                at += _POSTS_EVERY
        registry = registry_now(self._current)
        self._append("内容更新 posts", post_events(_SHEET, rows, registry, Span(begin, until)))

    def _append(self, label: str, events: Iterable[Event[Any]]) -> None:
        append_batches(self._current.log, label, events, None)
        self._current.catch_up()
