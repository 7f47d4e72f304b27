"""Flags of the monitoring firm: a sheet of them, or one account."""

from datetime import UTC, datetime

import msgspec

from connectors.sheets.flags import FlagRow, read_flags
from connectors.sheets.notes import Rows
from events.codec import Event
from events.fields import field
from events.focus import FocusFlagged
from events.messages import message
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.focus.focus_list import flag_event, flag_events
from pipeline.office.registry_imports import unknown_accounts_refused
from pipeline.office.sheet_imports import Imported, ImportSheet


class FlagAccount(msgspec.Struct, frozen=True):
    """That somebody may not update an account in time."""

    account: str
    at: datetime | None  # when it was flagged; has to be told
    by: str  # the firm that flagged it; has to be told
    reason: str


class Flagged(Imported, frozen=True, kw_only=True):
    """What became of flags."""

    flags: tuple[str, ...]  # ids of every row's, those known before among them


def import_flags(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Flagged:
    """Take a sheet of flags; raises `SheetError`."""
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_flags(asked.path)
    events = flag_events(asked.path, rows, registry_now(workspace), datetime.now(UTC))
    return _taken(workspace, rows, events, actor)


def flag_account(workspace: Workspace, asked: FlagAccount, actor: Actor) -> Flagged:
    """Flag one account; raises `UsageError` where it is not known, or the firm or the time is not told."""
    if not asked.by.strip() or asked.at is None:
        raise UsageError(
            message(
                "{account} needs {by} and {at}: who flagged it, and when",
                account=field("account"),
                by=field("by"),
                at=field("at"),
            )
        )
    subject = find_alone(workspace, asked.account)
    event = flag_event(subject, asked.at, asked.by, asked.reason, datetime.now(UTC))
    return _taken(workspace, Rows(), [event], actor)


def _taken(
    workspace: Workspace, rows: Rows[FlagRow], events: list[Event[FocusFlagged]], actor: Actor
) -> Flagged:
    taken = append_new(workspace, signed(events, actor))
    ids = tuple(str(event.id) for event in events)
    return Flagged(rows=len(events), taken=taken, notes=rows.notes, flags=ids)
