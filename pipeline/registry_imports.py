"""Sheets about the registry become facts: lists of accounts, and filings of openings, changes and closings."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from connectors.filings.errors import CellError, SheetErrors
from connectors.filings.rows import AccountRef, AccountRow, FilingRow
from events.account import AccountChanged, AccountClosed, AccountOpened
from events.base import Payload
from events.codec import Event
from events.facts import RegistryEntry
from events.ids import account_id, fact_id
from events.platforms import platform_slug
from pipeline.registry import NoSuchAccountError, Registry

SHEETS = "sheets"
"""Source of facts that people hand in."""


class RowAboutAccount(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def account(self) -> AccountRef: ...


R = TypeVar("R", bound=RowAboutAccount)


def resolve_rows(path: Path, rows: Sequence[R], registry: Registry) -> dict[int, str]:
    """Return the account of each row by row number; raises `SheetErrors` naming every row without one."""
    found: dict[int, str] = {}
    errors = []
    for row in rows:
        try:
            found[row.row] = registry.resolve(row.account)
        except NoSuchAccountError as e:
            errors.append(_unresolved(row, str(e), "correct the row, or import the account"))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return found


def account_events(
    rows: Sequence[AccountRow], registry: Registry, now: datetime
) -> tuple[list[Event[Payload]], int]:
    """Return the events that bring the registry to what a sheet lists, and how many ids had to be derived.

    A known account yields only what changed; a sheet that was imported before yields nothing. The registry does not
    hold descriptions and unknown columns, so a change of these alone cannot be told and yields nothing.
    """
    events: list[Event[Payload]] = []
    derived_ids = 0
    for row in rows:
        native = row.given_id
        if native is None:
            native = _derived_native(row.platform, row.name, row.owner)
            derived_ids += 1
        subject = _subject(native, row.platform)
        known = registry.entries.get(subject)
        if known is None:
            events.append(_listed(subject, native, row, now))
        else:
            events.extend(_changed(subject, known, row, now))
    return events, derived_ids


def filing_events(path: Path, rows: Sequence[FilingRow], registry: Registry) -> list[Event[Payload]]:
    """Return the events of a sheet of filings; raises `SheetErrors` for rows about unknown accounts.

    Changes and closings may be about accounts that the same sheet opens, in whatever order the rows stand; openings
    come first in the result, because a later record of the registry wins over an earlier one.
    """
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    for row in rows:
        if row.kind == "opened":
            try:
                events.append(_filed_opening(row, registry))
            except NoSuchAccountError as e:
                errors.append(_unresolved(row, str(e), "fill in account id, platform and name"))
    others = [row for row in rows if row.kind != "opened"]
    subjects: dict[int, str] = {}
    try:
        subjects = resolve_rows(path, others, _with_openings(registry, events))
    except SheetErrors as e:
        errors.extend(e.errors)
    if errors:
        raise SheetErrors(path, tuple(sorted(errors, key=lambda error: error.row)))
    for row in others:
        data: Payload = AccountClosed(filed_at=row.filed_at, reason=row.reason)
        if row.kind == "changed":
            data = msgspec.structs.replace(
                AccountChanged(filed_at=row.filed_at, reason=row.reason), **row.changes
            )
        subject = subjects[row.row]
        key = f"{row.kind}:{row.effective_at.isoformat()}:{_digest(row.changes)}"
        events.append(Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.effective_at, data))
    return events


def _unresolved(row: RowAboutAccount, problem: str, remedy: str) -> CellError:
    column = "账号ID" if row.account.given_id else "账号名称"
    return CellError(row.row, column, "", row.account.given_id or row.account.name or "", problem, remedy)


def _listed(
    subject: str, native: str, row: AccountRow, now: datetime, known: RegistryEntry | None = None
) -> Event[Payload]:
    """Return the opening of a listed account; where it is known already, blank cells keep what is known."""
    data = AccountOpened(
        given_id=native,
        name=row.name,
        platform=row.platform,
        opened_at=row.opened_at,
        date_only=row.opened_at_date_only,
        owner=row.owner or (known.owner if known else ""),
        tier=row.tier or (known.tier if known else ""),
        area=row.area or (known.area if known else ""),
        description=row.description,
        extra={**row.extra, "主管单位": row.supervisor} if row.supervisor else row.extra,
    )
    key = f"opened:{row.opened_at.isoformat() if row.opened_at else ''}"
    if known is not None:  # a date that comes back after another one is a new fact
        key += f":{known.opened_id}"
    return Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.opened_at or now, data)


def _changed(subject: str, known: RegistryEntry, row: AccountRow, now: datetime) -> list[Event[Payload]]:
    """Return what a row changes: an opening date that was not known, and attributes; blank cells change nothing."""
    if row.opened_at is not None and row.opened_at != known.opened_at:
        return [_listed(subject, known.given_id, row, now, known)]
    values = {name: getattr(row, name) for name in ("name", "platform", "owner", "tier", "area")}
    changes = {name: v for name, v in values.items() if v and v != getattr(known, name)}
    if not changes:
        return []
    changed = msgspec.structs.replace(AccountChanged(), **changes)
    key = f"changed:{_digest(changes)}:{known.opened_id}:{now.isoformat()}"
    return [Event(fact_id(SHEETS, subject, key), SHEETS, subject, now, changed)]


def _filed_opening(row: FilingRow, registry: Registry) -> Event[Payload]:
    """Return an opening; raises `NoSuchAccountError` where the row names no new account in full, and no one known."""
    ref = row.account
    subject = _opened_again(ref, registry)
    known = registry.entries.get(subject) if subject else None
    name, platform = (
        ref.name or (known.name if known else ""),
        ref.platform or (known.platform if known else ""),
    )
    if not name or not platform:
        lacking = " and ".join(
            title for title, value in (("账号名称", name), ("平台", platform)) if not value
        )
        raise NoSuchAccountError(
            f"is the opening of an account that is not in the registry, without {lacking}"
        )
    native = ref.given_id or _derived_native(platform, name, ref.owner or "")
    subject = subject or _subject(native, platform)
    data = AccountOpened(
        given_id=known.given_id if known else native,
        name=name,
        platform=platform,
        opened_at=row.effective_at,
        date_only=row.effective_date_only,
        owner=ref.owner or (known.owner if known else ""),
        tier=known.tier if known else "",
        area=known.area if known else "",
        filed_at=row.filed_at,
    )
    key = f"opened:{row.effective_at.isoformat()}"
    return Event(fact_id(SHEETS, subject, key), SHEETS, subject, row.effective_at, data)


def _opened_again(ref: AccountRef, registry: Registry) -> str | None:
    """Return the account that an opening names, None for one that nobody knows yet.

    Raises `NoSuchAccountError` where it may be one of several: an opening must not make one more of them.
    """
    if ref.given_id and ref.platform:
        return _subject(ref.given_id, ref.platform)
    if ref.given_id:
        alike = registry.by_name.get(ref.given_id, [])
    else:
        alike = registry.by_title.get((ref.name or "", platform_slug(ref.platform or "")), [])
        if ref.owner and len(alike) > 1:
            alike = [a for a in alike if registry.entries[a].owner == ref.owner]
    return registry.resolve(ref) if alike else None


def _with_openings(registry: Registry, opened: Iterable[Event[Payload]]) -> Registry:
    """Return the registry with accounts that are about to be opened."""
    entries = dict(registry.entries)
    by_name = {name: set(ids) for name, ids in registry.by_name.items()}
    by_title = {title: set(ids) for title, ids in registry.by_title.items()}
    for event in opened:
        subject, data = event.subject, event.data
        if not isinstance(data, AccountOpened):
            continue
        entry = RegistryEntry(
            data.given_id,
            data.name,
            data.platform,
            data.owner,
            data.tier,
            data.area,
            data.opened_at,
            event.id,
        )
        entries.setdefault(subject, entry)
        for name in (subject, subject.partition(":")[2], data.given_id):
            by_name.setdefault(name, set()).add(subject)
        by_title.setdefault((data.name, platform_slug(data.platform)), set()).add(subject)
    return Registry(
        entries,
        {name: sorted(ids) for name, ids in by_name.items()},
        {title: sorted(ids) for title, ids in by_title.items()},
    )


def _subject(native: str, platform: str) -> str:
    """Return the account id; an id that a sheet gives in full, with its platform, stands as it is."""
    slug = platform_slug(platform)
    return native if native.startswith(f"{slug}:") else account_id(slug, native)


def _derived_native(platform: str, name: str, owner: str) -> str:
    """Return an id for an account whose sheet has none: the same platform, name and owner give the same id."""
    return "derived-" + hashlib.sha256(f"{platform}\x1f{name}\x1f{owner}".encode()).hexdigest()[:16]


def _digest(values: dict[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:16]
