"""What a year holds of each assessed unit: reports, checks, filings, closings, sightings, tasks and rows as grounds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from events.account import AccountSpotted, AccountStopNoticed
from events.assessment import Ground
from events.days import chinese_day, day_that_holds
from events.known import Known
from events.platforms import platform_slug
from events.quarters import Quarter
from events.report import ReportReceived
from events.unit import unit_subject
from events.upper_check import UpperCheckRecorded
from projections.registry.cards import AccountCard, cards_at
from projections.registry.filing_case import FilingCase
from projections.registry.filing_deadlines import Timeliness
from projections.registry.units import units_at
from projections.reports.self_checks import ReportState, Timing, report_states
from projections.rounds.deadlines import is_in_time
from projections.rounds.tasks import Task
from projections.year.assessment import QuarterShare, UnitYear
from projections.year.belonging import Belonging
from projections.year.notes import NoteState
from projections.year.schemes import AssessedUnit, Scheme

GRACE_DAYS = 1
"""Days after its closing in which the last post of an account, its stop notice, may still come; as in the registry."""


class YearFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that an assessment looks at, as known at K; facts of after `at` are passed over."""

    year: int
    at: datetime  # T
    account_facts: Sequence[Known]  # opened, changed, closed, stop_noticed, spotted
    unit_facts: Sequence[Known]
    report_facts: Sequence[Known]
    upper_checks: Sequence[Known]
    cases: Sequence[FilingCase]
    tasks: Sequence[Task]
    notes: Sequence[NoteState]
    newest_posts: Mapping[str, datetime] = {}  # by account id, in the year

    @property
    def begin(self) -> datetime:
        return Quarter(self.year, 1).start

    @property
    def end(self) -> datetime:
        """T, at the latest the end of the year."""
        return min(self.at, Quarter(self.year, 4).end)

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in the year, and not after T."""
        return self.begin <= at < Quarter(self.year, 4).end and at <= self.at

    def holds_day(self, day: date) -> bool:
        """Tell whether a day lies in the year, and not after T."""
        return day.year == self.year and day <= day_that_holds(self.at)


def unit_years(facts: YearFacts, roster: Sequence[AssessedUnit], scheme: Scheme) -> list[UnitYear]:
    """Return the year of every assessed unit, in the order of the roster."""
    return _Gathering(facts, roster, scheme).years()


class _Gathering:
    def __init__(self, facts: YearFacts, roster: Sequence[AssessedUnit], scheme: Scheme) -> None:
        self._facts, self._roster, self._scheme = facts, roster, scheme
        self._cards = cards_at(facts.account_facts, facts.end)
        self._belonging = Belonging(roster, units_at(facts.unit_facts, facts.end))
        self._grounds: dict[str, list[Ground]] = defaultdict(list)
        self._shares: dict[str, list[QuarterShare]] = defaultdict(list)

    def years(self) -> list[UnitYear]:
        """Gather all of it."""
        for number in (1, 2, 3, 4):
            self._quarter(Quarter(self._facts.year, number))
        self._openings()
        self._upper_checks()
        self._rectification()
        self._closings()
        self._filings()
        self._sightings()
        for note in self._facts.notes:
            told = note.state == "accepted" and note.happened_at <= self._facts.at
            if told and note.said.year == self._facts.year:
                self._grounds[note.unit].append(note.ground())
        return [
            UnitYear(
                unit=unit.code,
                name=unit.name,
                kind=unit.kind,
                grounds=tuple(self._grounds[unit.code]),
                shares=tuple(self._shares[unit.code]),
            )
            for unit in self._roster
        ]

    def _quarter(self, quarter: Quarter) -> None:
        """Take the reports of a quarter; until its last day has passed nothing is missed."""
        facts = self._facts
        then = min(facts.at, quarter.end)
        if quarter.start >= facts.at:
            return
        belonging = Belonging(self._roster, units_at(facts.unit_facts, then))
        cards = cards_at(facts.account_facts, then)
        reporters = [belonging.reporter(unit, cards) for unit in self._roster]
        states = report_states(facts.report_facts, reporters, quarter, facts.at)
        for unit, state in zip(self._roster, states, strict=True):
            if state.accounts and state.timing is not Timing.PENDING:
                self._of_report(unit, quarter, state)

    def _of_report(self, unit: AssessedUnit, quarter: Quarter, state: ReportState) -> None:
        received = tuple(
            k.event.id
            for k in self._facts.report_facts
            if isinstance(k.event.data, ReportReceived)
            and k.event.subject == unit_subject(unit.code)
            and k.event.data.quarter == quarter.label
            and k.event.time <= self._facts.at
        )

        def ground(measure: str, how: str = "", day: date | None = None) -> Ground:
            return Ground(
                measure=measure,
                day=day or state.due,
                how=how,
                about=(quarter.label,),
                due=state.due,
                facts=received,
            )

        grounds = self._grounds[unit.code]
        if state.timing is Timing.LATE and state.received_at is not None:
            grounds.append(ground("report_late", "late", chinese_day(state.received_at)))
        elif state.timing is Timing.MISSING:
            grounds.append(ground("report_late", "missing"))
        elif state.covers_year is False:
            grounds.append(ground("report_late", "no_year"))
        if not state.checked:
            grounds.append(ground("quarter_unchecked"))
        share = ground("share", f"{state.checked}/{state.accounts}")
        self._shares[unit.code].append(QuarterShare(share, state.checked, state.accounts))
        if state.unchecked_in_year:
            grounds.append(Ground(measure="not_covered", day=quarter.last_day, about=state.unchecked_in_year))

    def _openings(self) -> None:
        """Find zones and towns without any account (单项否决指标 开设情况)."""
        with_accounts = {self._belonging.of_card(c) for c in self._cards.values() if c.closed_at is None}
        day = min(day_that_holds(self._facts.at), Quarter(self._facts.year, 4).last_day)
        for unit in self._roster:
            if unit.kind in self._scheme.must_open and unit.code not in with_accounts:
                self._grounds[unit.code].append(Ground(measure="no_account", day=day))

    def _upper_checks(self) -> None:
        """Take results from above; the pass rate counts where something was checked, and all of it passed.

        不合格2个(含)以上 counts accounts: one that failed twice for other causes is one case.
        """
        checks: dict[str, list[Known]] = defaultdict(list)
        for k in sorted(self._facts.upper_checks, key=lambda k: (k.event.time, k.event.id)):
            card = self._cards.get(k.event.subject)
            unit = self._belonging.of_card(card) if card else None
            if (
                unit is not None
                and isinstance(k.event.data, UpperCheckRecorded)
                and self._facts.holds(k.event.time)
            ):
                checks[unit].append(k)
        for unit, mine in checks.items():
            failed = [k for k in mine if k.event.data.outcome == "failed"]
            others: dict[str, list[Known]] = defaultdict(list)
            for k in failed or mine:
                if not failed:
                    self._grounds[unit].append(_checked_above("upper_all_passed", k))
                elif k.event.data.cause == "serious_error":
                    self._grounds[unit].append(_checked_above("upper_serious", k))
                else:
                    others[k.event.subject].append(k)
            self._grounds[unit] += [_checked_above("upper_other", *same) for same in others.values()]

    def _rectification(self) -> None:
        """Take what a bulletin of the year asked for, and no answer came to within the days of the scheme.

        What somebody saw put right within them needs no answer.
        """
        today = chinese_day(self._facts.at)
        for task in self._facts.tasks:
            unit = self._belonging.of_name(task.unit)
            if unit is None or not task.basis or not self._facts.holds_day(task.begun_on):
                continue
            last = task.begun_on + timedelta(days=self._scheme.rectify_days)
            answered = task.answered_at
            settled = answered or (task.rechecked_at if task.held else None)
            if today <= last if settled is None else is_in_time(settled, last):
                continue
            self._grounds[unit].append(
                Ground(
                    measure="not_rectified",
                    day=day_that_holds(answered) if answered else last,
                    how="late" if answered else "missing",
                    about=(task.account_id,),
                    due=last,
                    document=task.basis,
                    facts=task.findings,
                )
            )

    def _closings(self) -> None:
        """Find accounts closed in the year without a notice, and closed ones that posted in it; one case each."""
        noticed = {
            k.event.subject
            for k in self._facts.account_facts
            if isinstance(k.event.data, AccountStopNoticed) and k.event.time <= self._facts.at
        }
        for card in self._cards.values():
            unit = self._belonging.of_card(card)
            if unit is None or card.closed_at is None:
                continue
            newest = self._facts.newest_posts.get(card.account_id)
            posted = newest is not None and newest > card.closed_at + timedelta(days=GRACE_DAYS)
            silent = card.account_id not in noticed and self._facts.holds(card.closed_at)
            if posted or silent:
                day = chinese_day(newest if posted and newest is not None else card.closed_at)
                how = "posting" if not silent else ("both" if posted else "no_notice")
                self._grounds[unit].append(
                    Ground(measure="closed_not_closed", day=day, how=how, about=(card.account_id,))
                )

    def _filings(self) -> None:
        """Take filings of what took effect in the year that came after the working days of the rule."""
        for case in self._facts.cases:
            deadline = case.owner_deadline
            if case.filed_at is None or case.effective_at is None or deadline is None:
                continue
            card = self._cards.get(case.account_id)
            unit = (self._belonging.of_card(card) if card else None) or self._belonging.of_name(case.owner)
            late = deadline.state is Timeliness.LATE
            if unit is not None and late and self._facts.holds(case.effective_at):
                self._grounds[unit].append(
                    Ground(
                        measure="filing_late",
                        day=chinese_day(case.filed_at),
                        how=case.kind,
                        about=(case.account_id,),
                        due=deadline.due,
                        facts=(case.filing_id or case.id,),
                    )
                )

    def _sightings(self) -> None:
        """Take accounts that somebody saw in the year while the registry did not hold them, each once."""
        filed = {c.account_id: c.filed_at for c in self._facts.cases if c.kind == "opened" and c.filed_at}
        titles = {(c.name, platform_slug(c.platform)): c for c in self._cards.values()}
        seen: set[str] = set()
        for k in self._facts.account_facts:
            event, data = k.event, k.event.data
            if not isinstance(data, AccountSpotted) or not self._facts.holds(event.time):
                continue
            unit = self._belonging.of_name(data.owner)
            known = self._cards.get(event.subject) or titles.get((data.name, platform_slug(data.platform)))
            if unit is None or event.subject in seen or not _outside(known, event.time, filed):
                continue
            seen.add(event.subject)
            self._grounds[unit].append(
                Ground(
                    measure="left_out",
                    day=chinese_day(event.time),
                    about=(event.subject,),
                    facts=(event.id,),
                )
            )


def _checked_above(measure: str, first: Known, *more: Known) -> Ground:
    """Return what checks from above of one account count as, with the day and level of the first of them."""
    data: UpperCheckRecorded = first.event.data
    documents = dict.fromkeys(k.event.data.document for k in (first, *more) if k.event.data.document)
    return Ground(
        measure=measure,
        day=chinese_day(first.event.time),
        how=data.level,
        about=(first.event.subject,),
        document="、".join(documents),
        facts=tuple(k.event.id for k in (first, *more)),
    )


def _outside(card: AccountCard | None, seen_at: datetime, filed: Mapping[str, datetime]) -> bool:
    """Tell whether an account stood in no registry when it was seen; one that was filed afterwards did not either."""
    if card is None:
        return True
    filed_at = filed.get(card.account_id)
    return filed_at is not None and filed_at > seen_at
