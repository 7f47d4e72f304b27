"""The bulletin of a round on its way: drafted, checked, signed, issued; the subject is `round:<name>`."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.claim import Act

Edition = Literal["public", "internal"]
"""The internal version adds scores, evidence ids and finders."""


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


class BulletinDrafted(Payload, frozen=True):
    """A draft of a run's bulletin was written at `time`."""

    type: ClassVar[str] = "bulletin.drafted"

    run_id: UUID
    edition: Edition
    extras: Extras
    files: tuple[PublishedFile, ...]


class BulletinChecked(Payload, frozen=True):
    """The files of a draft were read back at `time` and say what the rows say."""

    type: ClassVar[str] = "bulletin.checked"

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
    version: ClassVar[int] = 2

    draft_id: UUID
    run_id: UUID
    edition: Edition
    number: str  # 文号
    issued_on: date
    signed_by: str
    files: tuple[PublishedFile, ...]
    copy_to: tuple[str, ...] = ()
    report_deadline: date | None = None
    overrides: tuple[Override, ...] = ()
