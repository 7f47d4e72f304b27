"""Functions that failed (功能无法使用), and the public notices that exempt them.

昆政办发〔2019〕162号, annex 2: a function that fails and was not publicly announced. A notice exempts what it names,
from when it stands on: one that follows a failure does not undo it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.folding import fold
from events.interaction import FunctionBroken, FunctionNoticed, InteractionJudged
from events.known import Known

FUNCTION_TYPES = (FunctionBroken.type, FunctionNoticed.type, InteractionJudged.type)

FunctionState = Literal["announced", "suspected", "confirmed", "dismissed"]


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A function that failed at a moment."""

    id: UUID
    subject: str
    function: str
    url: str
    seen_by: Literal["person", "sweep"]
    seen_at: datetime
    state: FunctionState
    notice: UUID | None = None  # that announced it
    notice_link: str = ""
    judged_at: datetime | None = None
    finding: UUID | None = None
    reason: str = ""
    note: str = ""


def failures_at(known: Iterable[Known], at: datetime) -> list[Failure]:
    """Return every failure as it stands at a moment, by time."""
    facts = [k.event for k in known if k.event.time <= at]
    notices = [e for e in facts if isinstance(e.data, FunctionNoticed)]
    judged: dict[UUID, tuple[datetime, InteractionJudged]] = {}
    for event in facts:
        if isinstance(event.data, InteractionJudged):
            judged.setdefault(event.data.about, (event.time, event.data))
    found = []
    for event in facts:
        if not isinstance(event.data, FunctionBroken):
            continue
        data, end = event.data, judged.get(event.id)
        notice = next(
            (
                n
                for n in notices
                if n.subject == event.subject and _announces(n.data, n.time, data, event.time)
            ),
            None,
        )
        state: FunctionState = "announced" if notice is not None else "suspected"
        found.append(
            Failure(
                id=event.id,
                subject=event.subject,
                function=data.function,
                url=data.url,
                seen_by=data.seen_by,
                seen_at=event.time,
                state=end[1].outcome if end else state,
                notice=notice.id if notice else None,
                notice_link=notice.data.link if notice else "",
                judged_at=end[0] if end else None,
                finding=end[1].finding if end else None,
                reason=end[1].reason if end else "",
                note=data.note,
            )
        )
    return sorted(found, key=lambda failure: (failure.seen_at, failure.id))


def _announces(notice: FunctionNoticed, published: datetime, failure: FunctionBroken, seen: datetime) -> bool:
    """Tell whether a notice that stood by then announces a failure: of this function, and for this moment."""
    return (
        published <= seen
        and notice.starts_at <= seen
        and (notice.until is None or seen <= notice.until)
        and fold(notice.function) in ("", fold(failure.function))
    )
