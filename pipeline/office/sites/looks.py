"""What people saw of websites: newest entries of pages, messages that were or were not answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.kinds import SITE_LOOKS
from connectors.sheets.sites import SiteLookRow, read_site_looks
from events import site_ids
from events.base import Payload
from events.codec import Event
from events.fields import field, marked
from events.instants import local_iso
from events.messages import message
from events.moments import Moment
from events.site import ColumnEntries, SiteMessageSampled, SitePatrolled
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from pipeline.office.sites.registry import NoSuchSiteError, column_named, find_site, known_sites, site_named
from projections.sites.registry import Site


class SampleMessage(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody looked whether a message to a site was answered."""

    site: str  # as a person names it
    reference: str  # number or address of the message
    asked: Moment
    answered: Moment | None = None
    looked: Moment
    valid: bool = True


class Sampled(msgspec.Struct, frozen=True):
    """What was recorded of a message."""

    site: Site
    event: Event[Payload]


def import_looks(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Take what people saw of pages; the rows of one site and moment are one look. Raises `SheetError`."""
    rows = read_site_looks(asked.path)
    known = known_sites(workspace)
    errors: list[CellError] = []
    pages: dict[tuple[str, datetime], list[tuple[SiteLookRow, str]]] = defaultdict(list)
    for row in rows:
        try:
            site = site_named(known, row.site)
        except NoSuchSiteError as e:
            errors.append(_error(row, "site", row.site, marked(e)))
            continue
        try:
            column = column_named(site, row.column).column_id if row.column else ""
        except NoSuchSiteError as e:
            errors.append(_error(row, "column", row.column, marked(e)))
            continue
        pages[site.subject, row.looked_at].append((row, column))
    if errors:
        raise SheetErrors(asked.path, tuple(errors))
    events = [look_event(subject, at, seen) for (subject, at), seen in pages.items()]
    return take_rows(workspace, rows, events, actor)


def sample_message(workspace: Workspace, asked: SampleMessage, actor: Actor) -> Sampled:
    """Record whether a message was answered by a look; raises `UsageError` for times in a wrong order."""
    site = find_site(workspace, asked.site)
    reference = asked.reference.strip()
    if not reference:
        raise UsageError(
            message("{reference} is empty; write the number of the message", reference=field("reference"))
        )
    if asked.looked.at > datetime.now(UTC):
        raise UsageError(
            message("{at} {time} is still to come", at=field("at"), time=local_iso(asked.looked.at))
        )
    if asked.asked.at > asked.looked.at or (
        asked.answered is not None and not asked.asked.at <= asked.answered.at <= asked.looked.at
    ):
        raise UsageError(
            message(
                "{asked}, {answered} and {at} follow one another; correct the one that does not",
                asked=field("asked"),
                answered=field("answered"),
                at=field("at"),
            )
        )
    data = SiteMessageSampled(
        reference=reference,
        asked_at=asked.asked.at,
        answered_at=asked.answered.at if asked.answered else None,
        valid=asked.valid,
    )
    event_id = site_ids.site_message_sampled(site.subject, reference, asked.looked.at)
    event: Event[Payload] = Event(event_id, SHEETS, site.subject, asked.looked.at, data)
    append_new(workspace, signed([event], actor))
    return Sampled(site, event)


def look_event(subject: str, at: datetime, seen: Sequence[tuple[SiteLookRow, str]]) -> Event[Payload]:
    """Return one look at pages of a site, each row with the id of its column, empty for the home page."""
    home = next((row for row, column in seen if not column), None)
    newest, date_only = _newest(home) if home else (None, False)
    columns = tuple(_entries(row, column) for row, column in seen if column)
    data = SitePatrolled(newest_at=newest, newest_date_only=date_only, columns=columns, by_hand=True)
    told = msgspec.to_builtins(data)
    return Event(site_ids.site_looked(subject, at, told), SHEETS, subject, at, data)


def _entries(row: SiteLookRow, column: str) -> ColumnEntries:
    """Return what a person saw of a column; who names the newest entry read the dates of all."""
    newest, date_only = _newest(row)
    entries = row.entries if row.entries is not None else 1
    return ColumnEntries(column, entries, entries, newest, date_only)


def _newest(row: SiteLookRow) -> tuple[datetime | None, bool]:
    return (row.newest.at, row.newest.date_only) if row.newest else (None, False)


def _error(row: SiteLookRow, key: str, value: str, problem: str) -> CellError:
    title = SITE_LOOKS.titles((key,))[0]
    return CellError(row.row, title, "", value, problem, message("correct the cell"))
