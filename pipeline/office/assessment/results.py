"""Reckoning the results of a year from the facts as known at K."""

from datetime import datetime
from uuid import UUID

import msgspec

from connectors.history.post_figures import posts_seen
from connectors.history.rounds import load_rows
from events.account import AccountSpotted, AccountStopNoticed
from events.assessment import UnitResult
from events.bulletin import BulletinIssued
from events.known import Known
from events.messages import message
from events.quarters import Quarter
from events.upper_check import UpperCheckRecorded
from pipeline.home.claims import known_acts
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.schemes import NamedRoster, NamedScheme, find_roster
from pipeline.office.assessment.years import scheme_of_year
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import list_rounds
from projections.registry.cards import ACCOUNT_TYPES
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.registry.units import UNIT_TYPES, units_at
from projections.reports.self_checks import REPORT_TYPES
from projections.rounds.state import subject_of
from projections.rounds.tasks import TASK_TYPES, Task, as_answered, first_issues, tasks_held
from projections.year.assessment import assess, results_digest
from projections.year.notes import NOTE_TYPES, fold_notes
from projections.year.unit_year import YearFacts, unit_years


class AskYear(msgspec.Struct, frozen=True):
    """Which year is reckoned, as of when, by which scheme; blank: as `scheme_of_year`, on the roster that it names."""

    year: int
    at: datetime
    scheme: str = ""
    roster: str = ""


class YearResults(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a year at (T, K)."""

    year: int
    at: datetime
    known_at: datetime
    scheme: NamedScheme
    roster: NamedRoster
    rows: tuple[UnitResult, ...]  # in the order of the roster

    @property
    def digest(self) -> str:
        return results_digest(self.rows)


def reckon(workspace: Workspace, asked: AskYear, known_at: datetime) -> YearResults:
    """Reckon the results of a year; raises `NotFoundError` for an unknown scheme, `UsageError` for an early T."""
    scheme = scheme_of_year(workspace, asked.year, asked.scheme)
    roster = find_roster(asked.roster or scheme.scheme.roster, workspace.home.path)
    if asked.at <= Quarter(asked.year, 1).start:
        raise UsageError(
            message("{year} has not begun at the check point; name a later one", year=asked.year)
        )
    facts = year_facts(workspace, asked.year, asked.at, known_at)
    tree = units_at(facts.unit_facts, min(asked.at, Quarter(asked.year, 4).end))
    if not any(unit.code in tree for unit in roster.roster.units):
        raise UsageError(
            message(
                "none of the units of {roster} is registered under its code; import them with `xuncha units"
                " import`, or write your own into assessments/{roster}.units.toml of the home",
                roster=roster.roster.name,
            )
        )
    rows = [assess(year, scheme.scheme) for year in unit_years(facts, roster.roster.units, scheme.scheme)]
    return YearResults(
        year=asked.year, at=asked.at, known_at=known_at, scheme=scheme, roster=roster, rows=tuple(rows)
    )


def year_facts(workspace: Workspace, year: int, at: datetime, known_at: datetime) -> YearFacts:
    """Gather what an assessment looks at."""
    known = workspace.known
    end = min(at, Quarter(year, 4).end)
    account_types = (*ACCOUNT_TYPES, AccountStopNoticed.type, AccountSpotted.type)
    posts = posts_seen(workspace.client, end, known_at, Quarter(year, 1).start)
    return YearFacts(
        year=year,
        at=at,
        account_facts=known.read(account_types, known_at, texts=False),
        unit_facts=known.read(UNIT_TYPES, known_at, texts=False),
        report_facts=known.read(REPORT_TYPES, known_at, texts=False),
        upper_checks=known.read((UpperCheckRecorded.type,), known_at, texts=False),
        cases=filing_cases(known_acts(known, FILING_TYPES, known_at, texts=False), at),
        tasks=bulletin_tasks(workspace, at, known_at),
        notes=fold_notes(known_acts(known, NOTE_TYPES, known_at, texts=False)),
        newest_posts={a: p.newest_at for a, p in posts.items() if p.recent},
    )


def bulletin_tasks(workspace: Workspace, at: datetime, known_at: datetime) -> list[Task]:
    """Return what issued bulletins asked units to put right, with answers and rechecks up to T, as known at K."""
    issues = first_issues(known_acts(workspace.known, (BulletinIssued.type,), known_at, texts=False))
    if not issues:
        return []
    rounds = {
        subject_of(state.name): state for state in list_rounds(workspace, texts=False, known_at=known_at)
    }
    known = workspace.known.read(TASK_TYPES, known_at, texts=False)
    tasks: list[Task] = []
    for issue in issues:
        state = rounds.get(issue.event.subject)
        if state is None:
            continue
        first = _run(issue)
        rows = load_rows(workspace.client, first)
        newest = rows
        if state.newest is not None and state.newest.run_id != first:
            newest = load_rows(workspace.client, state.newest.run_id)
        tasks += tasks_held(issue, rows, newest, round_ruleset(workspace, state))
    return as_answered(tasks, known, at)


def _run(issue: Known) -> UUID:
    data: BulletinIssued = issue.event.data
    return data.run_id
