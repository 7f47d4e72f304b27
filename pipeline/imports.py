"""Sheets become facts: all of a sheet or none of it, and the same sheet twice is the same facts."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from connectors.filings.errors import CellError, SheetErrors
from connectors.filings.rows import AccountRef, AccountRow, FilingRow, FindingRow, LookRow, PostRow
from events.account import AccountChanged, AccountClosed, AccountOpened
from events.base import Payload
from events.codec import Event
from events.facts import RegistryEntry
from events.finding import FindingRecorded
from events.ids import account_id, fact_id
from events.patrol import AccountPatrolled
from events.platforms import platform_slug
from events.post import PostPublished
from pipeline.patrol import post_event
from pipeline.registry import NoSuchAccountError, Registry
from projections.rulesets import Ruleset

SHEETS = "sheets"
"""Source of facts that people hand in."""

_COUNTERPART = {("red-1-wording", "yellow"): "yellow-5-improper-content"}
"""A wording error may be red line 1 or yellow line 5 (design section 3, Findings)."""


class RowAboutAccount(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def account(self) -> AccountRef: ...


R = TypeVar("R", bound=RowAboutAccount)


class Span(msgspec.Struct, frozen=True):
    """The stretch of time that rows handed in declare to be complete."""

    start: datetime
    until: datetime


def account_events(
    rows: Sequence[AccountRow], registry: Registry, now: datetime
) -> tuple[list[Event[Payload]], int]:
    """Return the events that bring the registry to what a sheet lists, and how many ids had to be derived.

    A known account yields only what changed; a sheet that was imported before yields nothing.
    """
    events: list[Event[Payload]] = []
    derived_ids = 0
    for row in rows:
        native = row.given_id
        if native is None:
            native = _derived_native(row.platform, row.name, row.owner)
            derived_ids += 1
        subject = (
            native if _is_full_id(native, row.platform) else account_id(platform_slug(row.platform), native)
        )
        known = registry.entries.get(subject)
        if known is None:
            events.append(_opened(subject, native, row, now))
        else:
            events.extend(_changed(subject, known, row, now))
    return events, derived_ids


def filing_events(path: Path, rows: Sequence[FilingRow], registry: Registry) -> list[Event[Payload]]:
    """Return the events of a sheet of filings; raises `SheetErrors` for rows about unknown accounts."""
    listed = [r for r in rows if r.kind != "opened"]
    subjects = _resolve(path, listed, registry)
    events: list[Event[Payload]] = []
    for row in rows:
        if row.kind == "opened":
            events.append(_filed_opening(row, registry))
            continue
        subject = subjects[row.row]
        data: Payload
        if row.kind == "closed":
            data = AccountClosed(filed_at=row.filed_at, reason=row.reason)
        else:
            data = msgspec.structs.replace(
                AccountChanged(filed_at=row.filed_at, reason=row.reason), **row.changes
            )
        key = f"{row.kind}:{row.effective_at.isoformat()}:{_digest(row.changes)}"
        events.append(Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.effective_at, data))
    return events


def finding_events(
    path: Path, rows: Sequence[FindingRow], registry: Registry, ruleset: Ruleset, now: datetime
) -> list[Event[Payload]]:
    """Return the events of a sheet of findings."""
    subjects = _resolve(path, rows, registry)
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    for row in rows:
        rule = ruleset.rule(row.rule)
        if rule is None:
            raise ValueError(f"rule {row.rule} was resolved but is not in {ruleset.label}")
        code, severity = rule.code, row.severity or rule.line
        if severity != rule.line:
            counterpart = _COUNTERPART.get((rule.code, severity))
            if counterpart is None:
                problem = f"{row.rule_text} is a {rule.line} line, not a {severity} one"
                remedy = "leave the severity empty, or name the rule that is meant"
                errors.append(CellError(row.row, "性质", "", severity, problem, remedy))
                continue
            code = counterpart
        data = FindingRecorded(
            rule=code,
            severity=severity,
            count=row.count,
            finder=row.finder,
            note=row.note,
            date_only=row.date_only,
            handed_in_at=now,
        )
        subject = subjects[row.row]
        key = f"finding:{code}:{row.found_at.isoformat()}:{row.finder}:{row.note}"
        events.append(Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.found_at, data))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events


def look_events(path: Path, rows: Sequence[LookRow], registry: Registry) -> list[Event[Payload]]:
    """Return the events of looks by hand: the newest post that was seen, then the look that proves silence since."""
    subjects = _resolve(path, rows, registry)
    events: list[Event[Payload]] = []
    for row in rows:
        subject = subjects[row.row]
        if row.newest_post_at is not None:
            data = PostPublished(observed_at=row.looked_at, date_only=row.newest_post_date_only)
            key = f"at:{row.newest_post_at.isoformat()}"
            events.append(post_event(SHEETS, subject, key, row.newest_post_at, data))
        look = AccountPatrolled(newest_post_at=row.newest_post_at)
        event_id = fact_id(SHEETS, subject, f"look:{row.looked_at.isoformat()}")
        events.append(Event(event_id, SHEETS, subject, row.looked_at, look))
    return events


def post_events(
    path: Path, rows: Sequence[PostRow], registry: Registry, span: Span | None
) -> list[Event[Payload]]:
    """Return the events of posts handed in; a declared span is a look at every account of the sheet.

    Rows prove silence only over the span they declare; without one they prove none.
    """
    subjects = _resolve(path, rows, registry)
    events: list[Event[Payload]] = []
    for row in sorted(rows, key=lambda r: r.published_at or datetime.min.replace(tzinfo=UTC), reverse=True):
        if row.published_at is None:
            continue
        seen_at = span.until if span and row.published_at <= span.until else None
        data = PostPublished(observed_at=seen_at, date_only=row.date_only)
        key = row.native_key or f"at:{row.published_at.isoformat()}"
        events.append(post_event(SHEETS, subjects[row.row], key, row.published_at, data))
    if span is not None:
        for subject in sorted(set(subjects.values())):
            look = AccountPatrolled(complete_from=span.start)
            event_id = fact_id(SHEETS, subject, f"span:{span.start.isoformat()}:{span.until.isoformat()}")
            events.append(Event(event_id, SHEETS, subject, span.until, look))
    return events


def _resolve(path: Path, rows: Sequence[R], registry: Registry) -> dict[int, str]:
    """Return the account of each row by row number; raises `SheetErrors` naming every row without one."""
    found: dict[int, str] = {}
    errors = []
    for row in rows:
        try:
            found[row.row] = registry.resolve(row.account)
        except NoSuchAccountError as e:
            column = "账号ID" if row.account.given_id else "账号名称"
            value = row.account.given_id or row.account.name or ""
            errors.append(
                CellError(row.row, column, "", value, str(e), "correct the row, or import the account")
            )
    if errors:
        raise SheetErrors(path, tuple(errors))
    return found


def _opened(
    subject: str, native: str, row: AccountRow, now: datetime, instead_of: UUID | None = None
) -> Event[Payload]:
    extra = {**row.extra, "主管单位": row.supervisor} if row.supervisor else row.extra
    data = AccountOpened(
        given_id=native,
        name=row.name,
        platform=row.platform,
        opened_at=row.opened_at,
        date_only=row.opened_at_date_only,
        owner=row.owner,
        tier=row.tier,
        area=row.area,
        description=row.description,
        extra=extra,
    )
    key = f"opened:{row.opened_at.isoformat() if row.opened_at else ''}"
    if instead_of is not None:  # a date that comes back after another one is a new fact
        key += f":{instead_of}"
    return Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.opened_at or now, data)


def _changed(subject: str, known: RegistryEntry, row: AccountRow, now: datetime) -> list[Event[Payload]]:
    """Return what a row changes: an opening date that was not known, and attributes; blank cells change nothing."""
    events: list[Event[Payload]] = []
    if row.opened_at is not None and row.opened_at != known.opened_at:
        events.append(_opened(subject, known.given_id, row, now, instead_of=known.opened_id))
    values = {name: getattr(row, name) for name in ("name", "platform", "owner", "tier", "area")}
    changes = {name: v for name, v in values.items() if v and v != getattr(known, name)}
    if changes and not events:
        changed = msgspec.structs.replace(AccountChanged(), **changes)
        key = f"changed:{_digest(changes)}:{known.opened_id}:{now.isoformat()}"
        events.append(Event(fact_id(SHEETS, subject, key), SHEETS, subject, now, changed))
    return events


def _filed_opening(row: FilingRow, registry: Registry) -> Event[Payload]:
    ref = row.account
    platform, name = ref.platform or "", ref.name or ""
    native = ref.given_id or _derived_native(platform, name, ref.owner or "")
    try:
        subject = registry.resolve(ref)
        entry = registry.entries[subject]
        native, name = entry.given_id, name or entry.name
        platform, owner = platform or entry.platform, ref.owner or entry.owner
        tier, area = entry.tier, entry.area
    except NoSuchAccountError:
        subject, owner, tier, area = account_id(platform_slug(platform), native), ref.owner or "", "", ""
    data = AccountOpened(
        given_id=native,
        name=name,
        platform=platform,
        opened_at=row.effective_at,
        date_only=row.effective_date_only,
        owner=owner,
        tier=tier,
        area=area,
        filed_at=row.filed_at,
    )
    key = f"opened:{row.effective_at.isoformat()}"
    return Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.effective_at, data)


def _is_full_id(native: str, platform: str) -> bool:
    return native.startswith(platform_slug(platform) + ":")


def _derived_native(platform: str, name: str, owner: str) -> str:
    """Return an id for an account whose sheet has none: the same platform, name and owner give the same id."""
    return "derived-" + hashlib.sha256(f"{platform}\x1f{name}\x1f{owner}".encode()).hexdigest()[:16]


def _digest(values: dict[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:16]
