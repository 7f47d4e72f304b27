"""What changed since a day: verdicts and why, openings, closings, findings; nothing else."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from events.facts import UnknownReason, Verdict, VerdictRow
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import to_micros
from pipeline.home.workspace import Workspace
from pipeline.office.today.written import written_time
from pipeline.scores.scoring import Question, ask, verdicts
from pipeline.scores.words import UNKNOWN_REASONS, VERDICTS
from projections.rules.rulesets import Ruleset

_FINDING_TYPES = ("finding.recorded", "finding.withdrawn")


class Kind(StrEnum):
    """What changed."""

    VERDICT = "verdict"
    OPENED = "opened"
    CLOSED = "closed"
    FOUND = "found"
    WITHDRAWN = "withdrawn"  # a finding (核减)


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one account."""

    kind: Kind
    account_id: str
    name: str
    platform: str
    owner: str
    before: str = ""
    after: str = ""
    why: str = ""  # in words


class Changes(msgspec.Struct, frozen=True):
    """What changed between two moments, each judged as known at it."""

    since: datetime
    until: datetime
    known_at: datetime  # of what is told of now
    rows: tuple[ChangeView, ...]


def changes_since(
    workspace: Workspace, since: datetime, now: datetime, ruleset: str | None = None
) -> Changes:
    """Return what changed since a moment: as known then, and as known now.

    Raises `HistoryError` where that moment is not closed. Points that moved without another verdict are left out.
    """
    current = ask(workspace, now, None, ruleset, None)
    former = ask(workspace, since, since, ruleset, None)
    before = {row.account_id: row for row in verdicts(workspace.known, former)}
    after = {row.account_id: row for row in verdicts(workspace.known, current)}
    rows = [
        *_verdicts(before, after, current.ruleset),
        *_findings(workspace, former, current, before | after),
    ]
    order = list(Kind)
    rows.sort(key=lambda row: (order.index(row.kind), row.owner, row.name, row.account_id))
    return Changes(since, now, current.known_at, tuple(rows))


def _verdicts(
    before: dict[str, VerdictRow], after: dict[str, VerdictRow], ruleset: Ruleset
) -> Iterator[ChangeView]:
    for account in sorted(before.keys() | after.keys()):
        one, other = before.get(account), after.get(account)
        row = other or one
        if row is None or (one and other and one.verdict is other.verdict):
            continue
        kind = Kind.OPENED if one is None else Kind.CLOSED if other is None else Kind.VERDICT
        yield ChangeView(
            kind=kind,
            account_id=account,
            name=row.name,
            platform=row.platform,
            owner=row.owner,
            before="" if one is None else VERDICTS[one.verdict],
            after="" if other is None else VERDICTS[other.verdict],
            why=_why(other, ruleset) if kind is Kind.VERDICT and other is not None else "",
        )


def _why(row: VerdictRow, ruleset: Ruleset) -> str:
    """Say what a verdict rests on."""
    newest = written_time(row.newest_post_at) or "无"
    if row.verdict is Verdict.UNKNOWN:
        return f"{UNKNOWN_REASONS[UnknownReason(row.reason)]}；已知最新发布 {newest}"
    if row.verdict is Verdict.PASS:
        return f"最新发布 {newest}"
    if row.reason:
        rule = ruleset.rule(row.reason)
        return f"{rule.name if rule else row.reason}；最新发布 {newest}"
    names = (ruleset.rule(d.rule) for d in row.deductions)
    return "；".join(
        f"{rule.name} −{d.points}" for rule, d in zip(names, row.deductions, strict=True) if rule
    )


def _findings(
    workspace: Workspace, former: Question, current: Question, rows: dict[str, VerdictRow]
) -> Iterator[ChangeView]:
    begin, end = to_micros(former.known_at), to_micros(current.known_at)
    known = workspace.known.read(_FINDING_TYPES, current.known_at)
    rules = {k.event.id: k.event.data.rule_code for k in known if isinstance(k.event.data, FindingRecorded)}
    for k in known:
        data, row = k.event.data, rows.get(k.event.subject)
        if row is None or not begin < k.recorded_at <= end:
            continue
        withdrawn = isinstance(data, FindingWithdrawn)
        code = rules.get(data.corrects, "") if withdrawn else data.rule_code
        rule = current.ruleset.rule(code)
        yield ChangeView(
            kind=Kind.WITHDRAWN if withdrawn else Kind.FOUND,
            account_id=row.account_id,
            name=row.name,
            platform=row.platform,
            owner=row.owner,
            why=(rule.name if rule else code) + (f"；{data.reason}" if withdrawn else f"；{data.count} 处"),
        )
