"""Looks by hand become facts: the newest post that was seen, then the look that proves silence since."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.history.knowledge import read_by_id
from connectors.history.observations import (
    last_look_by_hand,
    newest_by_look,
    posted_by,
    withdrawn_among,
    withdrawn_looks_among,
)
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.readers import read_looks
from connectors.sheets.rows import LookRow
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.days import day_of
from events.fields import field
from events.instants import from_micros, local_iso, to_micros
from events.messages import message
from events.patrol import AccountPatrolled, PatrolFailed
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.home.actor import Actor
from pipeline.home.appending import said_by
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows, unknown_accounts_refused
from pipeline.office.sheet_imports import Imported, ImportSheet, take_rows
from pipeline.patrol.look import post_event

_COLUMN = "最新发布时间"


class _Seen(msgspec.Struct):
    """One look; while looks that were corrected stand under its id, `corrected` grows and the id changes."""

    row: int
    subject: str
    at: datetime
    date_only: bool
    newest: datetime | None
    newest_date_only: bool
    cleared: bool = False  # none any more, which somebody made sure of
    longest_gap_s: int | None = None
    updates_28d: int | None = None
    gap_since: datetime | None = None  # the look by hand before
    corrected: tuple[datetime | None, ...] = ()  # newest posts that were told of it before and taken back
    emptied: bool = False  # nothing was seen where a post is known: the look proves nothing

    @property
    def id(self) -> UUID:
        return fact_ids.account_patrolled(SHEETS, self.subject, self.at, self.corrected)

    @property
    def event(self) -> Event[Payload]:
        if self.emptied:
            data: Payload = PatrolFailed(reason="emptied", detail="没有看到内容，而此前已有内容")
            failed_id = fact_ids.patrol_failed(SHEETS, self.subject, self.at, self.corrected)
            return Event(failed_id, SHEETS, self.subject, self.at, data)
        data = AccountPatrolled(
            newest_post_at=self.newest,
            shows_from=_end_of(self.newest, self.newest_date_only),
            by_hand=True,
            date_only=self.date_only,
            empty=self.newest is None and not self.cleared,
            gap_since=self.gap_since if self.longest_gap_s is not None else None,
            longest_gap_s=self.longest_gap_s,
            updates_28d=self.updates_28d,
        )
        return Event(self.id, SHEETS, self.subject, self.at, data)

    def post(self, at: datetime) -> Event[PostPublished]:
        data = PostPublished(observed_at=self.at, date_only=self.newest_date_only)
        return post_event(SHEETS, self.subject, fact_ids.post_key_of_time(at), at, data)


def import_looks(workspace: Workspace, asked: ImportSheet, actor: Actor) -> Imported:
    """Take looks by hand; raises `SheetError`."""
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_looks(asked.path)
    events = look_events(workspace, asked.path, rows, registry_now(workspace))
    return take_rows(workspace, rows, events, actor)


def look_events(
    workspace: Workspace, path: Path, rows: Sequence[LookRow], registry: Registry
) -> list[Event[Payload]]:
    """Return the events of a sheet's looks; raises `SheetErrors`, and then nothing is to be taken.

    A look that is known with another newest post is refused until that post is withdrawn: two facts would stand, and
    the later time would count. Then the corrected look is a fact of its own. A look that saw nothing where a post is
    known has failed: an account does not lose its posts by silence.
    """
    looks = _seen(path, rows, resolve_rows(path, rows, registry))
    _settle_keys(workspace, path, looks)
    _find_emptied(workspace, looks)
    _find_looks_before(workspace, looks)
    events: list[Event[Payload]] = []
    for look in looks:
        if look.newest is not None:
            events.append(look.post(look.newest))
        events.append(look.event)
    return events


def _seen(path: Path, rows: Sequence[LookRow], subjects: dict[int, str]) -> list[_Seen]:
    """Return the looks of the rows; rows of one look are one, and may not say two things."""
    looks: dict[tuple[str, datetime], _Seen] = {}
    errors = []
    for row in rows:
        subject = subjects[row.row]
        look = _Seen(
            row=row.row,
            subject=subject,
            at=row.looked_at,
            date_only=row.looked_date_only,
            newest=row.newest_post_at,
            newest_date_only=row.newest_post_date_only,
            cleared=row.cleared,
            longest_gap_s=row.longest_gap_s,
            updates_28d=row.updates_28d,
        )
        first = looks.setdefault((subject, row.looked_at), look)
        if (look.newest, look.cleared) != (first.newest, first.cleared):
            problem = message(
                "is not the newest post of row {row}, which is the same look at this account", row=first.row
            )
        elif (look.longest_gap_s, look.updates_28d) != (first.longest_gap_s, first.updates_28d):
            problem = message(
                "stands beside other counts than in row {row}, which is the same look at this account",
                row=first.row,
            )
        else:
            continue
        remedy = message("write the same in both rows, or take one of the two out")
        errors.append(CellError(row.row, _COLUMN, "", _stated(look), problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return list(looks.values())


def _settle_keys(workspace: Workspace, path: Path, looks: Sequence[_Seen]) -> None:
    """Give each look the key under which it is known, or may be told; raises `SheetErrors`."""
    named = {look.post(look.newest).id: look for look in looks if look.newest is not None}
    errors = [
        _refused(
            named[post],
            message("is the time of a post that was withdrawn"),
            message("correct the time, or clear it"),
        )
        for post in sorted(withdrawn_among(workspace.client, named), key=lambda p: named[p].row)
    ]
    open_looks = list(looks)
    while open_looks:
        known = newest_by_look(workspace.client, [look.id for look in open_looks])
        taken_back = withdrawn_looks_among(workspace.client, known)
        other = [
            look
            for look in open_looks
            if look.id in known and (known[look.id] != look.newest or look.id in taken_back)
        ]
        recorded = {k.event.id: said_by(k.event) for k in read_by_id(workspace.client, taken_back)}
        ids = {look.post(at).id for look in other if (at := known[look.id]) is not None}
        void = withdrawn_among(workspace.client, ids)
        open_looks = []
        for look in other:
            if recorded.get(look.id) == said_by(look.event):
                problem, remedy = (
                    message("is a look that was withdrawn"),
                    message("clear the row, or correct what it says"),
                )
                errors.append(_refused(look, problem, remedy))
                continue
            before = known[look.id]
            withdrawn = look.id in taken_back or (before is not None and look.post(before).id in void)
            if before is not None and not withdrawn:
                problem = message("was {shown} when this look was handed in before", shown=_local(before))
                command = (
                    f"xuncha posts withdraw {field('account')} {look.subject} {field('at')} {_local(before)}"
                    f" {field('reason')} REASON"
                )
                remedy = message(
                    "if that was wrong, {command}, and hand the sheet in again; another look has"
                    " another 检查时间",
                    command=command,
                )
                errors.append(_refused(look, problem, remedy))
                continue
            look.corrected = (*look.corrected, before)
            open_looks.append(look)
    if errors:
        raise SheetErrors(path, tuple(errors))


def _find_emptied(workspace: Workspace, looks: Sequence[_Seen]) -> None:
    """Mark looks that saw nothing where a post is known by their moment; one that is known as it is stays so."""
    blank = [look for look in looks if look.newest is None and not look.cleared]
    known = newest_by_look(workspace.client, [look.id for look in blank])
    for look in blank:
        has_post = any(
            other.subject == look.subject and other.newest is not None and other.newest <= look.at
            for other in looks
        )
        look.emptied = look.id not in known and (
            has_post or posted_by(workspace.client, look.subject, look.at)
        )


def _find_looks_before(workspace: Workspace, looks: Sequence[_Seen]) -> None:
    """Give each look that counts the longest gap the look by hand before it, from which it counts."""
    for look in looks:
        if look.longest_gap_s is None:
            continue
        at = _counted_at(look)
        here = (_counted_at(other) for other in looks if other.subject == look.subject)
        known = last_look_by_hand(workspace.client, look.subject, at)
        earlier = [before for before in (*here, known) if before is not None and before < at]
        look.gap_since = max(earlier, default=None)


def _counted_at(look: _Seen) -> datetime:
    """Return when a look counts as taken: one known by its day, from the beginning of that day."""
    return from_micros(day_of(to_micros(look.at))[0]) if look.date_only else look.at


def _end_of(newest: datetime | None, by_day: bool) -> datetime | None:
    """Return from when a look that tells the newest post alone knows of every post."""
    return from_micros(day_of(to_micros(newest))[1]) if newest is not None and by_day else newest


def _refused(look: _Seen, problem: str, remedy: str) -> CellError:
    return CellError(look.row, _COLUMN, "", _local(look.newest), problem, remedy)


def _stated(look: _Seen) -> str:
    return _local(look.newest) or ("已清空" if look.cleared else "无")


def _local(at: datetime | None) -> str:
    return local_iso(at) or ""
