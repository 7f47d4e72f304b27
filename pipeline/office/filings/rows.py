"""Sheets of filings become facts: openings, changes, stops and cancellings, each with its filing."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.readers import read_filings
from connectors.sheets.rows import AccountRef, FilingRow
from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.facts import RegistryEntry
from events.fields import marked
from events.ids import account_of, derived_native
from events.messages import joined, message
from pipeline.home.actor import Actor
from pipeline.home.new_names import unfit_account
from pipeline.home.registry import NoSuchAccountError, Registry, registry_now, title_key
from pipeline.home.workspace import Workspace
from pipeline.office.filings.acts import Act, act_events
from pipeline.office.filings.late import late_rows
from pipeline.office.newcomers import settle_newcomers
from pipeline.office.registry_imports import resolve_rows, unresolved
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows


class ImportedFilings(Imported, frozen=True, kw_only=True):
    """What became of a sheet of filings."""

    late: tuple[
        str, ...
    ]  # a line for people of each row that was filed late, or whose year's holidays are not known


def import_filings(workspace: Workspace, asked: ImportSheet, actor: Actor) -> ImportedFilings:
    """Take filings of openings, changes, stops and cancellings; raises `SheetError`."""
    rows = read_filings(asked.path)
    done = take_rows(workspace, rows, filing_events(asked.path, rows, registry_now(workspace)), actor)
    settle_newcomers(workspace, actor)
    return ImportedFilings(rows=done.rows, taken=done.taken, notes=done.notes, late=tuple(late_rows(rows)))


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
                events.extend(_opening(row, registry))
            except NoSuchAccountError as e:
                errors.append(unresolved(row, marked(e), message("fill in account id, platform and name")))
    others = [row for row in rows if row.kind != "opened"]
    widened = with_openings(registry, events)
    subjects: dict[int, str] = {}
    try:
        subjects = resolve_rows(path, others, widened)
    except SheetErrors as e:
        errors.extend(e.errors)
    if errors:
        raise SheetErrors(path, tuple(sorted(errors, key=lambda error: error.row)))
    for row in others:
        subject = subjects[row.row]
        entry = widened.entries[subject]
        act = Act(
            account_id=subject,
            kind=row.kind,
            effective_at=row.effective_at,
            effective_date_only=row.effective_date_only,
            filed_at=row.filed_at,
            filed_date_only=row.filed_date_only,
            name=entry.name,
            platform=entry.platform,
            owner=entry.owner,
            fields=row.changes,
            reason=row.reason,
        )
        events.extend(act_events(act, registry.cards.get(subject)))
    return events


def opened_account(ref: AccountRef, registry: Registry) -> str | None:
    """Return the account that an opening names, None for one that nobody knows yet.

    Raises `NoSuchAccountError` where it may be one of several: an opening must not make one more of them.
    """
    if ref.given_id and ref.platform:
        return account_of(ref.given_id, ref.platform)
    alike = registry.by_name.get(ref.given_id, []) if ref.given_id else registry.titled(ref)
    return registry.resolve(ref) if alike else None


def _opening(row: FilingRow, registry: Registry) -> list[Event[Payload]]:
    """Return an opening; raises `NoSuchAccountError` where the row names no new account in full, and no one known."""
    ref = row.account
    subject = opened_account(ref, registry)
    known = registry.cards.get(subject) if subject else None
    name = ref.name or (known.name if known else "")
    platform = ref.platform or (known.platform if known else "")
    if not name or not platform:
        lacking = joined(
            " and ", [title for title, value in (("账号名称", name), ("平台", platform)) if not value]
        )
        raise NoSuchAccountError(
            message(
                "is the opening of an account that is not in the registry, without {lacking}", lacking=lacking
            )
        )
    native = ref.given_id or derived_native(platform, name, ref.owner or "")
    subject = subject or account_of(native, platform)
    if why := unfit_account(subject, name, known):
        raise NoSuchAccountError(message("can't be opened: {why}", why=why))
    owner = ref.owner or (known.owner if known else "")
    act = Act(
        account_id=subject,
        kind="opened",
        effective_at=row.effective_at,
        effective_date_only=row.effective_date_only,
        filed_at=row.filed_at,
        filed_date_only=row.filed_date_only,
        name=name,
        platform=platform,
        owner=owner,
        fields={
            "given_id": known.given_id if known else native,
            "name": name,
            "platform": platform,
            "owner": owner,
        },
        reason=row.reason,
    )
    return act_events(act, known)


def with_openings(registry: Registry, opened: Iterable[Event[Payload]]) -> Registry:
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
        by_title.setdefault(title_key(data.name, data.platform), set()).add(subject)
    return Registry(
        entries,
        {name: sorted(ids) for name, ids in by_name.items()},
        {title: sorted(ids) for title, ids in by_title.items()},
        registry.cards,
    )
