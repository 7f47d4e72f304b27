"""Looks by hand become facts: the newest post that was seen, then the look that proves silence since."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.filings.errors import CellError, SheetErrors
from connectors.filings.rows import LookRow
from connectors.history.observations import newest_by_look, withdrawn_among
from events.base import Payload
from events.codec import Event
from events.ids import fact_id
from events.instants import local_iso
from events.patrol import AccountPatrolled
from events.post import PostPublished
from pipeline.current import Current
from pipeline.patrol import post_event
from pipeline.registry import Registry
from pipeline.registry_imports import SHEETS, resolve_rows

_COLUMN = "最新发布时间"


class _Seen(msgspec.Struct):
    """One look with the key of its fact, which changes while looks that were corrected stand under it."""

    row: int
    subject: str
    at: datetime
    date_only: bool
    newest: datetime | None
    newest_date_only: bool
    key: str

    @property
    def id(self) -> UUID:
        return fact_id(SHEETS, self.subject, self.key)

    @property
    def event(self) -> Event[Payload]:
        data = AccountPatrolled(newest_post_at=self.newest, date_only=self.date_only)
        return Event(self.id, SHEETS, self.subject, self.at, data)

    def post(self, at: datetime) -> Event[PostPublished]:
        data = PostPublished(observed_at=self.at, date_only=self.newest_date_only)
        return post_event(SHEETS, self.subject, f"at:{at.isoformat()}", at, data)


def look_events(
    current: Current, path: Path, rows: Sequence[LookRow], registry: Registry
) -> list[Event[Payload]]:
    """Return the events of a sheet's looks; raises `SheetErrors`, and then nothing is to be taken.

    A look that is known with another newest post is refused until that post is withdrawn: two facts would stand, and
    the later time would count. Then the corrected look is a fact of its own.
    """
    looks = _seen(path, rows, resolve_rows(path, rows, registry))
    _settle_keys(current, path, looks)
    events: list[Event[Payload]] = []
    for look in looks:
        if look.newest is not None:
            events.append(look.post(look.newest))
        events.append(look.event)
    return events


def _seen(path: Path, rows: Sequence[LookRow], subjects: dict[int, str]) -> list[_Seen]:
    """Return the looks of the rows; rows of one look are one, and may not name two newest posts."""
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
            key=f"look:{row.looked_at.isoformat()}",
        )
        first = looks.setdefault((subject, row.looked_at), look)
        if first.newest is None:
            looks[subject, row.looked_at] = look
        elif look.newest not in (None, first.newest):
            problem = f"is not the newest post of row {first.row}, which is the same look at this account"
            remedy = "write the same time in both rows, or clear one of the two"
            errors.append(CellError(row.row, _COLUMN, "", _shown(look.newest), problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return list(looks.values())


def _settle_keys(current: Current, path: Path, looks: Sequence[_Seen]) -> None:
    """Give each look the key under which it is known, or may be told; raises `SheetErrors`."""
    named = {look.post(look.newest).id: look for look in looks if look.newest is not None}
    errors = [
        _refused(named[post], "is the time of a post that was withdrawn", "correct the time, or clear it")
        for post in sorted(withdrawn_among(current.client, named), key=lambda p: named[p].row)
    ]
    open_looks = list(looks)
    while open_looks:
        known = newest_by_look(current.client, [look.id for look in open_looks])
        other = [look for look in open_looks if look.id in known and known[look.id] != look.newest]
        told = {look.post(at).id for look in other if (at := known[look.id]) is not None}
        void = withdrawn_among(current.client, told)
        open_looks = []
        for look in other:
            before = known[look.id]
            if before is not None and look.post(before).id not in void:
                problem = f"was {_shown(before)} when this look was handed in before"
                command = (
                    f"xuncha posts withdraw --account {look.subject} --at {_shown(before)} --reason REASON"
                )
                remedy = f"if that was wrong, {command}, and hand the sheet in again; another look has another 检查时间"
                errors.append(_refused(look, problem, remedy))
                continue
            look.key += f":{before.isoformat() if before else 'none'}"
            open_looks.append(look)
    if errors:
        raise SheetErrors(path, tuple(errors))


def _refused(look: _Seen, problem: str, remedy: str) -> CellError:
    return CellError(look.row, _COLUMN, "", _shown(look.newest), problem, remedy)


def _shown(at: datetime | None) -> str:
    return local_iso(at) or ""
