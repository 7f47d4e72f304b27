"""The bulletin of a round on its way: drafted, checked, issued, corrected; the subject is `round:<name>`."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.claim import Act

Edition = Literal["public", "internal", "line"]
"""The internal version adds scores, evidence ids and finders; that by line (条) is public and splits by lines of
ministries what the public one splits by areas (块)."""


class Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Good practice of named accounts, as the office words it; enters no score."""

    text: str
    topic: str = ""
    accounts: tuple[str, ...] = ()  # names as the registry has them
    reads: int | None = None  # a reading figure handed in


class OutsideRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An account outside the population that patrol found, as the office lists it."""

    name: str
    platform: str
    unit: str
    problem: str
    veto: bool = False


class Extras(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an office hands in beside the rows: texts and dates, no figure of the check."""

    title: str = ""
    addressees: str = ""
    overview: tuple[str, ...] = ()
    practices: tuple[Practice, ...] = ()
    outside: tuple[OutsideRow, ...] = ()
    demands: tuple[str, ...] = ()
    report_deadline: date | None = None
    report_to: str = ""


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account that stays unknown in an issued bulletin, and why the office lets it."""

    account_id: str
    reason: str


class PublishedFile(msgspec.Struct, frozen=True):
    """A written document, by the hash of its bytes."""

    name: str
    sha256: str


class Imprint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the office said of itself and of its rules when it drafted; a draft keeps it, whatever is said later."""

    office: str = ""  # 落款
    letterhead: str = ""  # 版头
    areas: tuple[str, ...] = ()
    document: str = ""  # that puts the ruleset in force 文号; empty: none does
    indicators: str = ""  # title of that document


class BulletinDrafted(Payload, frozen=True):
    """A draft of a run's bulletin was written at `time`."""

    type: ClassVar[str] = "bulletin.drafted"
    version: ClassVar[int] = 3

    run_id: UUID
    edition: Edition
    extras: Extras
    files: tuple[PublishedFile, ...]
    imprint: Imprint | None = None  # None: drafted before there was one
    beside_known_at: datetime | None = (
        None  # up to when facts beside the accounts count; None: it has no such part
    )


class BulletinChecked(Payload, frozen=True):
    """The files of a draft were read back at `time` and say what the rows say."""

    type: ClassVar[str] = "bulletin.checked"

    draft_id: UUID


class BulletinSubmitted(Payload, frozen=True):
    """A checked draft was handed to whoever signs 送签 at `time`."""

    type: ClassVar[str] = "bulletin.submitted"

    draft_id: UUID


class BulletinSigned(Payload, frozen=True):
    """The office signed a checked draft; office and role stand for the person (design promise 11)."""

    type: ClassVar[str] = "bulletin.signed"

    draft_id: UUID
    office: str
    role: str


class BulletinIssued(Act, frozen=True):
    """The bulletin went out at `time` under its number."""

    type: ClassVar[str] = "bulletin.issued"
    version: ClassVar[int] = 4

    draft_id: UUID
    run_id: UUID
    edition: Edition
    number: str  # 文号
    issued_on: date
    signed_by: str
    files: tuple[PublishedFile, ...]
    copy_to: tuple[str, ...] = ()
    report_deadline: date | None = None
    ruled_deadline: date | None = (
        None  # that the ruleset set on this day; None: it sets none, or nobody noted it
    )
    overrides: tuple[Override, ...] = ()
    final: PublishedFile | None = None  # signed and sealed, and says what ours says; None: not handed in


class CorrectedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a bulletin that went out wrong, and what they should have been."""

    wrong: str
    right: str


class CorrectionDrafted(Payload, frozen=True):
    """A correction notice 更正 of an issued bulletin was written at `time`."""

    type: ClassVar[str] = "bulletin.correction_drafted"

    corrects: UUID  # the issue of the first bulletin
    number: str  # 文号 of the first bulletin
    texts: tuple[CorrectedText, ...]
    imprint: Imprint
    files: tuple[PublishedFile, ...]


class CorrectionSigned(Payload, frozen=True):
    """The office signed the draft of a correction; office and role stand for the person."""

    type: ClassVar[str] = "bulletin.correction_signed"

    draft_id: UUID
    office: str
    role: str


class CorrectionIssued(Act, frozen=True):
    """The correction notice went out at `time` under a number of its own."""

    type: ClassVar[str] = "bulletin.correction_issued"

    draft_id: UUID
    number: str  # 文号
    issued_on: date
    files: tuple[PublishedFile, ...]
    final: PublishedFile | None = None  # signed and sealed, and says what ours says; None: not handed in
