"""Lists of accounts become facts: new accounts, and what is new of those that are known."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.rows import AccountRef, AccountRow
from events import fact_ids
from events.account import ACCOUNT_TEXTS, AccountChanged, AccountOpened
from events.base import Payload
from events.codec import Event
from events.folding import fold_owner
from events.ids import account_of, derived_native
from events.sources import SHEETS
from pipeline.home.new_names import unfit_row
from pipeline.home.registry import NoSuchAccountError, Registry
from projections.registry.cards import AccountCard


class RowAboutAccount(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def account(self) -> AccountRef: ...


R = TypeVar("R", bound=RowAboutAccount)

_WECHAT_KINDS = {"微信订阅号", "微信服务号"}


def resolve_rows(path: Path, rows: Sequence[R], registry: Registry) -> dict[int, str]:
    """Return the account of each row by row number; raises `SheetErrors` naming every row without one."""
    found: dict[int, str] = {}
    errors = []
    for row in rows:
        try:
            found[row.row] = registry.resolve(row.account)
        except NoSuchAccountError as e:
            errors.append(unresolved(row, str(e), "correct the row, or import the account"))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return found


def account_events(
    rows: Sequence[AccountRow],
    registry: Registry,
    now: datetime,
    people: Mapping[int, Mapping[str, str]] = {},
    *,
    path: Path = Path("-"),
) -> tuple[list[Event[Payload]], int]:
    """Return the events that bring the registry to what a sheet lists, and how many ids had to be derived.

    A known account yields only what changed; a sheet that was imported before yields nothing. `people` maps the
    number of a row to person ids by role, as the people store gave them. Raises `SheetErrors` of the file `path` for
    new ids and names that no file could have.
    """
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    derived_ids = 0
    for row in rows:
        native = row.given_id or derived_native(row.platform, row.name, row.owner)
        subject = account_of(native, row.platform)
        told = row
        if row.given_id is None and subject not in registry.cards:
            alike = _alike(row, registry)
            if alike is not None:
                subject = alike
                told = _as_known(row, registry.cards[alike])
        known = registry.cards.get(subject)
        if (error := unfit_row(row, subject, known)) is not None:
            errors.append(error)
            continue
        derived_ids += row.given_id is None and subject == account_of(native, row.platform)
        placed = people.get(row.row, {})
        if known is None:
            events.append(_listed(subject, native, row, now, placed))
        else:
            events.extend(_changed(subject, known, told, now, placed))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events, derived_ids


def _alike(row: AccountRow, registry: Registry) -> str | None:
    """Return the known account that a row without an id names in other characters, or with an id that it has.

    Same name, platform and owner, as they are compared. An open account goes before closed ones; where several are
    left, or the one left is of the other kind of WeChat account, the row is an account of its own.
    """
    ref = AccountRef(None, row.name, row.platform, row.owner)
    cards = {a: registry.cards[a] for a in registry.titled(ref) if a in registry.cards}
    cards = {
        a: card
        for a, card in cards.items()
        if fold_owner(card.owner) == fold_owner(row.owner) and {card.platform, row.platform} != _WECHAT_KINDS
    }
    found = [a for a, card in cards.items() if card.closed_at is None] or list(cards)
    return found[0] if len(found) == 1 else None


def _as_known(row: AccountRow, known: AccountCard) -> AccountRow:
    """Return a row found by its name, with name, platform and owner as they are known: it states none of them."""
    return msgspec.structs.replace(row, name=known.name, platform=known.platform, owner=known.owner)


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
    told: dict[str, Any] = {
        name: getattr(row, name) or (getattr(known, name) if known else "") for name in ACCOUNT_TEXTS
    }
    data = AccountOpened(
        given_id=native,
        opened_at=row.opened_at,
        date_only=row.opened_at_date_only,
        extra={**(known.extra if known else {}), **row.extra},
        people={**(known.people if known else {}), **people},
        **told,
    )
    event_id = fact_ids.account_opened(subject, row.opened_at, known.opened_id if known else None)
    return Event(event_id, SHEETS, subject, row.opened_at or now, data)


def _changed(
    subject: str, known: AccountCard, row: AccountRow, now: datetime, people: Mapping[str, str]
) -> list[Event[Payload]]:
    """Return what a row changes: an opening date that was not known, and attributes; blank cells change nothing."""
    if row.opened_at is not None and row.opened_at != known.opened_at:
        return [_listed(subject, known.given_id, row, now, people, known)]
    values = {name: getattr(row, name) for name in ACCOUNT_TEXTS}
    changes: dict[str, Any] = {name: v for name, v in values.items() if v and v != getattr(known, name)}
    for name, given, before in (("extra", row.extra, known.extra), ("people", people, known.people)):
        if any(before.get(key) != value for key, value in given.items()):
            changes[name] = {**before, **given}
    if not changes:
        return []
    changed = msgspec.structs.replace(AccountChanged(), **changes)
    event_id = fact_ids.account_changed_by_list(subject, known.opened_id, now, changes)
    return [Event(event_id, SHEETS, subject, now, changed)]
