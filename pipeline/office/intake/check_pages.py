"""Pages of self-checks: what an area or a unit says of its own accounts, and the receipt of the report."""

from datetime import timedelta

from msgspec.structs import replace

from connectors.papers.paper import Reason, Record, Stated
from connectors.sheets.rows import AccountRef
from connectors.sheets.self_checks import SelfCheckRow
from events.quarters import parse_quarter
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Draft
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.source import Source
from pipeline.office.reports.self_check_events import ReportOf, received_event, report_events
from projections.reports.reporters import Reporter
from projections.rules.rulesets import Ruleset

_DAY = timedelta(days=1)


def plan_self_check(building: Building, source: Source, ruleset: Ruleset, of: PageOf) -> None:
    """Plan a self-check; who reports and for which quarter must be said by the page.

    What it says of silence is told beside the verdict and becomes no fact: only posts and looks prove it.
    """
    reporter = _reporter(building, of)
    quarter = of.page.context.quarter
    if reporter is None or not quarter:
        why = Reason("no_reporter") if reporter is None else Reason("no_quarter")
        for item in of.items:
            building.row(item, of.page, "refused", item.needs, why=why)
        return
    report = ReportOf(
        reporter,
        parse_quarter(quarter),
        building.received_at + _DAY - timedelta(seconds=1),
        received_date_only=True,
        sha256=source.digest(of.at),
        covers_year=False,
    )
    taken: list[tuple[Item, str, tuple[str, ...]]] = []
    for item in of.items:
        subject, needs = building.meant(item, opens=False)
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
            continue
        building.row(item, of.page, "taken", needs, subject=subject)
        taken.append((item, subject, needs))
    if not taken:
        return
    every = [row for item, _, _ in taken for row in _rows(item.record)]
    subjects = {item.at.row: subject for item, subject, _ in taken}
    for item, subject, needs in taken:
        facts = report_events(report, _rows(item.record), {item.at.row: subject}, ruleset)
        building.drafts += [Draft(item.at, fact, needs=needs) for fact in facts]
    building.drafts.append(Draft(of.at, received_event(report, every, subjects)))


def _reporter(building: Building, of: PageOf) -> Reporter | None:
    """Return who reports: the area that the page or the name of its unit tells, else the unit itself.

    An owner unit that signed in reports for itself.
    """
    if building.reporter:
        return building.world.reporter(building.reporter)
    context = of.page.context
    unit = str(context.reported_by.value) if isinstance(context.reported_by, Stated) else ""
    area = str(context.area.value) if isinstance(context.area, Stated) else ""
    if not area:
        areas = {card.area for card in building.world.cards.values() if card.area}
        area = max((a for a in areas if unit.startswith(a)), key=len, default="")
    return building.world.reporter(area) or building.world.reporter(unit)


def _rows(record: Record) -> list[SelfCheckRow]:
    """Return what a row says of its account: one line for each problem, one line where there is none."""
    checked = record.time("checked_at")
    newest = record.time("newest_post_at")
    outcome = record.text("outcome")
    base = SelfCheckRow(
        row=record.row,
        account=AccountRef(None, record.text("name"), None, record.text("owner")),
        outcome=outcome if outcome in ("passed", "failed") else "not_checked",  # type: ignore[arg-type]
        checked_at=None if checked is None or outcome == "not_checked" else moment_of(checked),
        date_only=checked is not None and checked.clock is None,
        rule=None,
        rule_text="",
        count=0,
        newest_post_at=None if newest is None else moment_of(newest),
        newest_post_date_only=newest is not None and newest.clock is None,
        rectified=False,
        note="",
    )
    problems = [
        replace(base, rule=finding.rule, rule_text=finding.words, count=finding.count or 1)
        for finding in record.findings
        if finding.rule is not None and finding.take != "told"
    ]
    return problems or [base]
