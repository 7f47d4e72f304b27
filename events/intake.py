"""Intakes: what came in on paper, taken as a whole, with a number by which all of it can be undone."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.claim import Act
from events.instants import UtcDatetime

Whole = Annotated[int, msgspec.Meta(ge=0)]
PageKind = Literal[
    "accounts", "looks", "findings", "self_check", "people", "units", "posts", "answers", "sites", "site_columns",
    "site_looks", "site_findings", "interpretations", "repost_tasks", "reposts", "assessment",
    "other",
]  # fmt: skip


class IntakeFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that came; its name may tell of people and stays out of the log."""

    sha256: str
    kinds: tuple[PageKind, ...] = ()  # of the pages that were read


class IntakeOpened(Act, frozen=True):
    """Somebody confirmed at `time` what a plan showed; the facts follow, and `intake.closed` ends them."""

    type: ClassVar[str] = "intake.opened"
    version: ClassVar[int] = 2

    plan: str  # id of the plan
    digest: str  # of what the plan would write
    files: tuple[IntakeFile, ...]
    received_at: UtcDatetime
    attempt: Whole = 1  # how often these bytes were taken, undone ones counted
    manifest: str = ""  # SHA-256 of the list of rows and facts
    facts: Whole = 0  # that it brings
    replaces: str = ""  # number of the intake whose place it takes
    handed_in_by: str = ""  # actor; empty: who confirmed it, or not noted
    on_behalf: str = ""  # role and area, unit or source of the sender, like firm:某公司; empty: the office


class IntakeClosed(Payload, frozen=True):
    """Every fact of an intake stands in the log."""

    type: ClassVar[str] = "intake.closed"

    opened_id: UUID
    facts: Whole


class IntakeWithdrawn(Payload, frozen=True):
    """An intake was undone at `time`: each of its facts was withdrawn before this; none of it counts for who knows."""

    type: ClassVar[str] = "intake.withdrawn"

    opened_id: UUID
    reason: str
    facts: Whole  # withdrawn with it
    kept: Whole = 0  # stay, because another intake states them, too
    by: str = ""  # number of the intake that took its place
