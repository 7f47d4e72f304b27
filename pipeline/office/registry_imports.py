"""Lists of accounts become facts: new accounts, and what is new of those that are known."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.notes import Note
from connectors.sheets.rows import AccountRef, AccountRow
from events import fact_ids
from events.account import ACCOUNT_TEXTS, AccountChanged, AccountCorrected, AccountOpened
from events.base import Payload
from events.codec import Event, Origin
from events.fields import marked
from events.ids import account_of, derived_native
from events.messages import message
from events.sources import SHEETS
from events.text_fields import new_cells, says_the_same
from pipeline.home.errors import UsageError
from pipeline.home.new_names import unfit_row
from pipeline.home.registry import NoSuchAccountError, Registry
from pipeline.office.meant_accounts import id_that_was_lacking, meant_accounts
from projections.registry.cards import AccountCard
from projections.registry.identity.owners import NO_UNITS, UnitNames


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
            errors.append(unresolved(row, marked(e), message("correct the row, or import the account")))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return found


@contextmanager
def unknown_accounts_refused(registry: Callable[[], Registry]) -> Iterator[None]:
    """Refuse a sheet with bad cells for its accounts that nobody knows, too: what is wrong is told at once.

    `registry` is asked where a cell is bad, and not before; where it cannot be read, the bad cells are told alone.
    """
    try:
        yield
    except SheetErrors as e:
        try:
            resolve_rows(e.path, e.named, registry())
        except SheetErrors as more:
            raise SheetErrors(e.path, tuple(sorted((*e.errors, *more.errors), key=lambda c: c.row))) from None
        except UsageError:
            raise e from None
        raise


class ListedAccounts(msgspec.Struct, frozen=True):
    """What a list of accounts brings."""

    events: list[Event[Payload]]
    derived_ids: int = 0  # new accounts for which the sheet has no id
    notes: tuple[Note, ...] = ()  # rows that were taken for new accounts though a known one comes near


def account_events(
    rows: Sequence[AccountRow],
    registry: Registry,
    now: datetime,
    people: Mapping[int, Mapping[str, str]] = {},
    *,
    path: Path = Path("-"),
    units: UnitNames = NO_UNITS,
) -> ListedAccounts:
    """Return the events that bring the registry to what a sheet lists.

    A known account, found by whatever handle, yields only what changed; a sheet that was imported before yields
    nothing. Nobody can be asked here: a row in doubt is an account of its own, and a note says so. `people` maps the
    number of a row to person ids by role, as the people store gave them. Raises `SheetErrors` of the file `path` for
    new ids and names that no file could have.
    """
    natives = [row.given_id or derived_native(row.platform, row.name, row.owner) for row in rows]
    minted = [account_of(native, row.platform) for native, row in zip(natives, rows, strict=True)]
    listed = hashlib.sha256("\n".join(minted).encode()).hexdigest()[:12]
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    notes: list[Note] = []
    derived_ids = 0
    meant = meant_accounts(rows, minted, registry, now, units)
    for row, native, new, found in zip(rows, natives, minted, meant, strict=True):
        subject = found.subject or new
        known = registry.cards.get(subject)
        if (error := unfit_row(row, subject, known)) is not None:
            errors.append(error)
            continue
        derived_ids += row.given_id is None and subject == new
        placed = people.get(row.row, {})
        if known is None:
            opening = _listed(subject, native, row, now, placed)
            events.append(replace(opening, origin=Origin(basis=f"{listed} !{row.row}")))
            if (note := found.note(registry)) is not None:
                notes.append(note)
        else:
            events.extend(_changed(subject, known, found.statement, now, placed))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return ListedAccounts(events, derived_ids, tuple(notes))


def unresolved(row: RowAboutAccount, problem: str, remedy: str) -> CellError:
    column = "账号ID" if row.account.given_id else "账号名称"
    return CellError(row.row, column, "", row.account.given_id or row.account.name or "", problem, remedy)


def _listed(
    subject: str,
    native: str,
    row: AccountRow,
    now: datetime,
    people: Mapping[str, str],
    known: AccountCard | None = None,
) -> Event[Payload]:
    """Return the opening of a listed account; where it is known already, blank cells keep what is known."""
    texts: dict[str, Any] = {
        name: getattr(row, name) or (getattr(known, name) if known else "") for name in ACCOUNT_TEXTS
    }
    data = AccountOpened(
        given_id=native,
        opened_at=row.opened_at,
        date_only=row.opened_at_date_only,
        extra={**(known.extra if known else {}), **row.extra},
        people={**(known.people if known else {}), **people},
        **texts,
    )
    event_id = fact_ids.account_opened(subject, row.opened_at, known.opened_id if known else None)
    return Event(event_id, SHEETS, subject, row.opened_at or now, data)


def _changed(
    subject: str, known: AccountCard, row: AccountRow, now: datetime, people: Mapping[str, str]
) -> list[Event[Payload]]:
    """Return what a row changes: an opening date that was not known, and attributes; blank cells change nothing.

    An id that the account lacked is what its opening should have said: the subject stays.
    """
    new_id = id_that_was_lacking(row, known)
    if row.opened_at is not None and row.opened_at != known.opened_at:
        return [_listed(subject, new_id or known.given_id, row, now, people, known)]
    events: list[Event[Payload]] = []
    if new_id is not None:
        event_id = fact_ids.account_id_corrected(subject, known.opened_id, new_id)
        correction = AccountCorrected(corrects=known.opened_id, reason="", given_id=new_id)
        events.append(Event(event_id, SHEETS, subject, known.opened_at or now, correction))
    values = {name: getattr(row, name) for name in ACCOUNT_TEXTS}
    changes: dict[str, Any] = {
        name: v for name, v in values.items() if v and not says_the_same(v, getattr(known, name))
    }
    for name, given, before in (("extra", row.extra, known.extra), ("people", people, known.people)):
        if new_cells(given, before):
            changes[name] = {**before, **given}
    if changes:
        changed = msgspec.structs.replace(AccountChanged(), **changes)
        event_id = fact_ids.account_changed_by_list(subject, known.opened_id, now, changes)
        events.append(Event(event_id, SHEETS, subject, now, changed))
    return events
