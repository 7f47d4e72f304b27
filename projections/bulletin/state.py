"""How far the bulletin of a round has come: drafted, checked, handed over for signature, signed, issued."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from events.bulletin import (
    BulletinChecked,
    BulletinDrafted,
    BulletinIssued,
    BulletinSigned,
    BulletinSubmitted,
    Edition,
)
from events.known import Known

BULLETIN_TYPES = (
    "bulletin.drafted",
    "bulletin.checked",
    "bulletin.submitted",
    "bulletin.signed",
    "bulletin.issued",
    "bulletin.correction_drafted",
    "bulletin.correction_signed",
    "bulletin.correction_issued",
)


class BulletinStage(StrEnum):
    """A stage follows those before it; a new draft begins again. On the command line nobody hands a draft over."""

    DRAFTED = "drafted"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    ISSUED = "issued"


class BulletinState(msgspec.Struct, frozen=True, kw_only=True):
    """The newest draft of one edition, and what happened to it."""

    draft_id: UUID
    drafted_at: datetime
    draft: BulletinDrafted
    checked_at: datetime | None = None
    submitted_at: datetime | None = None
    signed: BulletinSigned | None = None
    signed_at: datetime | None = None
    issued: BulletinIssued | None = None
    issued_at: datetime | None = None

    @property
    def stage(self) -> BulletinStage:
        if self.issued is not None:
            return BulletinStage.ISSUED
        if self.signed is not None:
            return BulletinStage.SIGNED
        if self.submitted_at is not None:
            return BulletinStage.SUBMITTED
        return BulletinStage.DRAFTED if self.checked_at is None else BulletinStage.CHECKED


def fold_bulletin(known: Iterable[Known], subject: str, edition: Edition) -> BulletinState | None:
    """Return the state of a round's bulletin, None before its first draft; `known` are first records in log order.

    A check, a signature or an issue counts for the draft that it names and for no other.
    """
    state: BulletinState | None = None
    replace = msgspec.structs.replace
    for k in known:
        event, data = k.event, k.event.data
        if event.subject != subject:
            continue
        if isinstance(data, BulletinDrafted):
            if data.edition == edition:
                state = BulletinState(draft_id=event.id, drafted_at=event.time, draft=data)
            continue
        if state is None or getattr(data, "draft_id", None) != state.draft_id:
            continue
        match data:
            case BulletinChecked():
                state = replace(state, checked_at=event.time)
            case BulletinSubmitted():
                state = replace(state, submitted_at=event.time)
            case BulletinSigned():
                state = replace(state, signed=data, signed_at=event.time)
            case BulletinIssued():
                state = replace(state, issued=data, issued_at=event.time)
    return state
