"""Sheets become facts: all of a sheet or none of it, and the same sheet twice is the same facts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.history.observations import newest_by_look, posts_of_ids, withdrawn_looks_among
from connectors.sheets.errors import CellError, MissingColumnsError, SheetErrors
from connectors.sheets.notes import Note
from connectors.sheets.readers import read_findings, read_posts
from connectors.sheets.rows import FindingRow, PostRow
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.evidence import Evidence
from events.fields import field
from events.finding import FindingRecorded, as_recorded
from events.messages import message
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.registry import Registry, registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.post_keys import one_row_each, post_key, settle_known
from pipeline.office.registry_imports import resolve_rows, unknown_accounts_refused
from pipeline.office.sheet_imports import Imported, take_rows
from pipeline.patrol.look import post_event
from projections.rules.rulesets import Ruleset

LINE_REMEDY = message("leave the severity empty, or name the rule that is meant")


_LINES = {"red": message("red"), "yellow": message("yellow")}


class Span(msgspec.Struct, frozen=True):
    """The stretch of time that rows handed in declare to be complete."""

    start: datetime
    until: datetime


class ImportFindings(msgspec.Struct, frozen=True):
    """A sheet of findings; each names a rule of a ruleset by code or name."""

    path: Path
    ruleset: str | None = None  # name or name@version; None: the home's


class ImportedFindings(Imported, frozen=True, kw_only=True):
    """What became of a sheet of findings."""

    findings: tuple[UUID, ...]  # of every row, those known before among them


class ImportPosts(msgspec.Struct, frozen=True):
    """A sheet of posts; both moments, or neither: the rows are complete between them."""

    path: Path
    complete_from: datetime | None = None
    complete_until: datetime | None = None


def import_findings(workspace: Workspace, asked: ImportFindings, actor: Actor) -> ImportedFindings:
    """Take findings of checkers; raises `SheetError`, and `UsageError` for a ruleset that is not known."""
    home = workspace.home
    ruleset = find_ruleset(asked.ruleset or home.settings.ruleset, home.path).ruleset
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_findings(asked.path, ruleset.resolve, rules=ruleset.names)
    events = finding_events(asked.path, rows, registry_now(workspace), ruleset, datetime.now(UTC))
    done = take_rows(workspace, rows, events, actor)
    return ImportedFindings(
        rows=done.rows, taken=done.taken, notes=done.notes, findings=tuple(event.id for event in events)
    )


def import_posts(workspace: Workspace, asked: ImportPosts, actor: Actor) -> Imported:
    """Take posts that owners or the monitoring firm hand in; raises `SheetError`, and `UsageError` for a wrong span."""
    span = _declared(asked, datetime.now(UTC))
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_posts(asked.path)
    if span is not None:
        refuse_incomplete(asked.path, rows.notes)
    registry = registry_now(workspace)
    settled = settle_known(workspace, asked.path, rows, registry)
    events = post_events(asked.path, settled, registry, span)
    return take_rows(workspace, rows, settle_spans(workspace, asked.path, rows, registry, events), actor)


def _declared(asked: ImportPosts, now: datetime) -> Span | None:
    """Return the span that is declared complete, if any."""
    start, until = asked.complete_from, asked.complete_until
    if start is None and until is None:
        return None
    if start is None or until is None:
        raise UsageError(
            message(
                "{complete_from} and {complete_until} go together",
                complete_from=field("complete_from"),
                complete_until=field("complete_until"),
            )
        )
    if start >= until:
        raise UsageError(
            message(
                "{complete_from} must lie before {complete_until}",
                complete_from=field("complete_from"),
                complete_until=field("complete_until"),
            )
        )
    if until > now:
        raise UsageError(
            message(
                "{complete_until} lies in the future; nobody knows that rows are complete until then",
                complete_until=field("complete_until"),
            )
        )
    return Span(start, until)


def refuse_incomplete(path: Path, notes: Sequence[Note]) -> None:
    """Refuse a declared span over a file with a page that looks like posts and was not read; raises `SheetError`."""
    for note in notes:
        if note.kind == "page_not_understood":
            raise MissingColumnsError(
                path,
                message("{note}; so its rows cannot be complete", note=note),
                message(
                    "add the column, hide the page if it is none of posts, or leave {complete_from} out",
                    complete_from=field("complete_from"),
                ),
            )


def finding_events(
    path: Path, rows: Sequence[FindingRow], registry: Registry, ruleset: Ruleset, now: datetime
) -> list[Event[Payload]]:
    """Return the events of a sheet of findings; raises `SheetErrors`.

    Two rows that would be one fact are refused: the later one would vanish as a duplicate.
    """
    subjects = resolve_rows(path, rows, registry)
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    first_rows: dict[UUID, int] = {}
    for row in rows:
        rule = ruleset.rule(row.rule)
        if rule is None:
            raise ValueError(
                message("rule {rule} was resolved but is not in {label}", rule=row.rule, label=ruleset.label)
            )
        severity = row.severity or rule.line
        code = ruleset.code_on_line(rule, severity)
        if code is None:
            problem = message(
                "{rule_text} is a {line} line, not a {severity} one",
                rule_text=row.rule_text,
                line=_LINES[rule.line],
                severity=_LINES[severity],
            )
            errors.append(CellError(row.row, "性质", "", severity, problem, LINE_REMEDY))
            continue
        data = FindingRecorded(
            rule=code,
            severity=severity,
            count=row.count,
            finder=row.finder,
            note=row.note,
            date_only=row.date_only,
            handed_in_at=now,
            evidence=(Evidence(reference=row.reference, taken_at=row.found_at),) if row.reference else (),
        )
        subject = subjects[row.row]
        event_id = fact_ids.finding_recorded(subject, code, row.found_at, row.finder, row.note)
        first = first_rows.setdefault(event_id, row.row)
        if first != row.row:
            problem = message(
                "is the finding of row {first} again: same account, rule, time, finder and note", first=first
            )
            remedy = message("add up the count in one row, or tell them apart by a note")
            errors.append(CellError(row.row, "问题", "", row.rule_text, problem, remedy))
        events.append(Event(event_id, SHEETS, subject, row.found_at, as_recorded(data)))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events


def post_events(
    path: Path, rows: Sequence[PostRow], registry: Registry, span: Span | None
) -> list[Event[Payload]]:
    """Return the events of posts handed in; a declared span is a look at every account of the sheet.

    Raises `SheetErrors` for rows with one key and two times. Rows prove silence only over the span they declare;
    without one they prove none.
    """
    subjects = resolve_rows(path, rows, registry)
    events: list[Event[Payload]] = []
    posts = one_row_each(path, rows, subjects)
    for row in sorted(posts, key=lambda r: r.published_at or datetime.min.replace(tzinfo=UTC), reverse=True):
        if row.published_at is None:
            continue
        seen_at = span.until if span and row.published_at <= span.until else None
        data = PostPublished(observed_at=seen_at, date_only=row.date_only)
        events.append(post_event(SHEETS, subjects[row.row], post_key(row), row.published_at, data))
    if span is not None:
        for subject in sorted(set(subjects.values())):
            look = AccountPatrolled(complete_from=span.start)
            event_id = fact_ids.span_patrolled(subject, span.start, span.until)
            events.append(Event(event_id, SHEETS, subject, span.until, look))
    return events


def settle_spans(
    workspace: Workspace,
    path: Path,
    rows: Sequence[PostRow],
    registry: Registry,
    events: list[Event[Payload]],
) -> list[Event[Payload]]:
    """Return the events of `post_events` with spans that were withdrawn told anew; raises `SheetErrors`.

    Rows that were taken back were not complete: the same span holds again for accounts of which the file brings posts
    that were missing, as a fact of its own, and for no others.
    """
    declared = {e.subject: e for e in events if isinstance(e.data, AccountPatrolled)}
    spans = declared
    while void := withdrawn_looks_among(workspace.client, [span.id for span in spans.values()]):
        spans = {s: _recorded_after(span) if span.id in void else span for s, span in spans.items()}
    posts = {e.id: e.subject for e in events if isinstance(e.data, PostPublished)}
    with_more = {posts[post] for post in posts.keys() - posts_of_ids(workspace.client, posts).keys()}
    renamed = {s: span.id for s, span in spans.items() if span.id != declared[s].id}
    known = newest_by_look(workspace.client, renamed.values())
    if refused := {s for s, span in renamed.items() if span not in known} - with_more:
        problem = message("was withdrawn for this span, and the file brings no post of it that was missing")
        remedy = message("add the posts that were missing, or leave its rows out")
        subjects = resolve_rows(path, rows, registry)
        first_rows = {s: row for row, s in sorted(subjects.items(), reverse=True) if s in refused}
        errors = [CellError(row, "账号ID", "", s, problem, remedy) for s, row in first_rows.items()]
        raise SheetErrors(path, tuple(sorted(errors, key=lambda error: error.row)))
    return [spans[e.subject] if isinstance(e.data, AccountPatrolled) else e for e in events]


def _recorded_after(withdrawn: Event[Payload]) -> Event[Payload]:
    """Return a look under the id that follows on one that was withdrawn."""
    event_id = fact_ids.span_patrolled_again(withdrawn.subject, withdrawn.id)
    return msgspec.structs.replace(withdrawn, id=event_id)
