"""A self-check filled in on a page: prefilled with what is known, and taken as the sheet of it would be."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from events.evidence import SECRETS
from events.instants import from_micros
from pipeline.home.actor import Actor
from pipeline.home.read_model import open_read_model
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.filled_sheets import filled_sheet
from pipeline.office.findings import list_findings
from pipeline.office.reports.self_checks import (
    ImportReport,
    Report,
    find_reporter,
    import_report,
    quarter_named,
)
from projections.rules.rulesets import Ruleset

HEADERS = ("账号ID", "检查时间", "检查结果", "问题", "数量", "最新发布时间", "是否整改", "备注")


class KnownOfAccount(msgspec.Struct, frozen=True):
    """An account that a unit reports on, with what is known of it."""

    account_id: str
    number: str
    name: str
    platform: str
    owner: str
    newest_post_at: datetime | None
    newest_by_day: bool
    findings: tuple[str, ...]  # names of the rules, of findings in the quarter that stand


class FilledCheck(msgspec.Struct, frozen=True):
    """A row of the form: an account, or one problem of it; times and counts as they were written."""

    account: str  # account id
    outcome: str  # 合格, 不合格, 未检查
    checked_at: str = ""
    rule: str = ""  # code
    count: str = ""
    newest: str = ""
    rectified: str = ""
    note: str = ""


class FillReport(msgspec.Struct, frozen=True):
    """A self-check as a page sends it."""

    unit: str
    quarter: str
    rows: tuple[FilledCheck, ...]
    ruleset: Ruleset
    covers_year: bool = False


def known_of(workspace: Workspace, unit: str, quarter: str, now: datetime) -> list[KnownOfAccount]:
    """Return the open accounts that a unit or an area reports on; raises `NotFoundError` for one that nobody knows."""
    named = quarter_named(quarter)
    reporter = find_reporter(workspace, unit, min(named.end, now))
    registry = registry_now(workspace)
    names = rule_names(workspace.home.path)
    found: dict[str, list[str]] = defaultdict(list)
    for row in list_findings(workspace):
        if not row["withdrawn"] and named.start < row["found_at"] <= named.end:
            found[row["subject"]].append(names.get(row["rule"], row["rule"]))
    with open_read_model(workspace.home) as model:
        lines = model.lines_of(sorted(reporter.accounts))
    known = []
    for account in sorted(reporter.accounts, key=lambda a: registry.numbers.get(a, "") or registry.title(a)):
        entry, line = registry.entries[account], lines[account]
        known.append(
            KnownOfAccount(
                account,
                registry.numbers.get(account, ""),
                entry.name,
                entry.platform,
                entry.owner,
                None if line.newest_at is None else from_micros(line.newest_at),
                line.newest_by_day,
                tuple(dict.fromkeys(found.get(account, ()))),
            )
        )
    return known


def rules_of_people(ruleset: Ruleset) -> list[tuple[str, str]]:
    """Return code and name of the rules that people judge, those of separate cases left out."""
    return [(r.code, r.name) for r in ruleset.rules if r.by == "finding" and r.code != SECRETS]


def fill_report(workspace: Workspace, asked: FillReport, actor: Actor) -> Report:
    """Take a self-check from a page; raises `FilledError` by row and header, and then takes nothing of it."""
    with filled_sheet(HEADERS, [_cells(row) for row in asked.rows]) as path:
        sheet = ImportReport(path, asked.unit, asked.quarter, asked.ruleset, None, asked.covers_year)
        return import_report(workspace, sheet, actor)


def _cells(row: FilledCheck) -> Sequence[str]:
    return (
        row.account,
        row.checked_at,
        row.outcome,
        row.rule,
        row.count,
        row.newest,
        row.rectified,
        row.note,
    )
