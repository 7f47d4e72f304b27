"""What is kept of a plan, so that it can be made again wherever somebody goes on with it."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from connectors.papers.settled import Settled
from connectors.people.intake_memory import IntakeMemory
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.office.intake.plan import Attachment, LeftOut
from pipeline.office.intake.sender import Sender


class Paper(msgspec.Struct, frozen=True):
    """A file of a plan; its name may tell of people and stays out of the log."""

    name: str
    sha256: str
    size: int = 0  # bytes, 0: not noted


class Summary(msgspec.Struct, frozen=True):
    """A plan in a line, as it stood when somebody looked last."""

    kinds: tuple[str, ...] = ()
    rows: int = 0
    questions: int = 0  # that nobody answered
    refused: int = 0  # rows


class StoredPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a plan is made of again, wherever it is finished."""

    papers: tuple[Paper, ...]  # to be read
    received: date
    answers: Mapping[str, str] = {}  # by id of the question
    pages: Mapping[str, Settled] = {}  # what somebody settled about a page, by its name
    ruleset: str = ""
    replaces: str = ""  # number of the intake whose place it takes
    reason: str = ""  # why
    number: str = ""  # of the intake that it became; empty: nobody said yes
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    writing: str = ""  # what is being written, encoded: a confirmation that was cut off goes on with it
    sender: Sender = Sender()
    came_at: datetime | None = None  # None: by the command line
    settled: Mapping[
        str, Settled
    ] = {}  # what somebody settled about a page of one of several files, by `page_key`
    set_aside: tuple[str, ...] = ()  # rows that somebody sets aside, by `row_key`
    summary: Summary = Summary()
    sent_back: str = ""  # why it was given back to its sender; empty: it was not


def page_key(file: int, page: str) -> str:
    """Return what names a page of a plan; `file` is the place of its file."""
    return f"{file}!{page}"


def row_key(file: int, page: str, row: int) -> str:
    """Return what names a row of a plan."""
    return f"{file}!{page}!{row}"


def stored_plan(memory: IntakeMemory, plan_id: str) -> StoredPlan:
    """Return what is kept of a plan; raises `NotFoundError` where there is none."""
    body = memory.plan(plan_id)
    if body is None:
        raise NotFoundError(
            message(
                "there is no plan {plan_id!r} (any more): plans are kept 30 days; hand the files in again",
                plan_id=plan_id,
            )
        )
    return msgspec.json.decode(body, type=StoredPlan)


def keep_stored(memory: IntakeMemory, plan_id: str, stored: StoredPlan) -> None:
    """Keep what a plan became."""
    memory.keep_plan(plan_id, msgspec.json.encode(stored).decode())
