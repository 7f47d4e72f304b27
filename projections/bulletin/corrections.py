"""Correction notices 更正 of issued bulletins: drafted, and issued under numbers of their own."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from events.bulletin import BulletinIssued, CorrectionDrafted, CorrectionIssued, CorrectionSigned
from events.claim import folded
from events.known import Known


class IssuedBulletin(msgspec.Struct, frozen=True):
    """A bulletin that went out."""

    id: UUID  # of the fact
    subject: str
    issued: BulletinIssued


class CorrectionState(msgspec.Struct, frozen=True):
    """A draft of a correction, and whether it went out."""

    draft_id: UUID
    draft: CorrectionDrafted
    drafted_at: datetime
    signed: CorrectionSigned | None = None
    issued: CorrectionIssued | None = None


def issued_under(known: Iterable[Known], number: str) -> IssuedBulletin | None:
    """Return the bulletin that went out under a number 文号, however it is written; None where none did."""
    return next(
        (
            IssuedBulletin(k.event.id, k.event.subject, data)
            for k in known
            if isinstance(data := k.event.data, BulletinIssued) and folded(data.number) == folded(number)
        ),
        None,
    )


def corrections_of(known: Iterable[Known], issue_id: UUID) -> list[CorrectionState]:
    """Return the corrections of an issued bulletin, the newest draft last; `known` are first records in log order."""
    found: dict[UUID, CorrectionState] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, CorrectionDrafted) and data.corrects == issue_id:
            found[k.event.id] = CorrectionState(k.event.id, data, k.event.time)
        elif isinstance(data, CorrectionSigned) and data.draft_id in found:
            found[data.draft_id] = msgspec.structs.replace(found[data.draft_id], signed=data)
        elif isinstance(data, CorrectionIssued) and data.draft_id in found:
            found[data.draft_id] = msgspec.structs.replace(found[data.draft_id], issued=data)
    return list(found.values())
