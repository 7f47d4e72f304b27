"""Issuing letters and orders, answering them, taking them back."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec

from connectors.letters.letter import Letter, LetterItem, letter_docx
from events import rectification_ids
from events.claim import bulletin_number, folded
from events.codec import Event
from events.evidence import REFERENCE_ONLY, Evidence
from events.fields import field
from events.instants import SHANGHAI, local_iso
from events.messages import message
from events.sources import OFFICE
from events.supervision import (
    SUPERVISION_PREFIX,
    SupervisionAnswered,
    SupervisionIssued,
    SupervisionKind,
    SupervisionWithdrawn,
)
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.evidence import FOLDER, hash_of, keep_content, keep_file
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import TEMPLATES
from pipeline.office.own_office import office_now
from pipeline.office.rectification.tasks import append_once, tasks_now
from pipeline.office.supervision.listing import find_supervision, issued_now
from pipeline.office.supervision.months import month_in_words, over_limit
from pipeline.office.taking_back import TakeBack, take_back
from pipeline.office.withdrawals import compensation
from projections.rounds.supervision import Supervision
from projections.rounds.tasks import Task

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OVER = "超过两周没有更新"


class IssueSupervision(msgspec.Struct, frozen=True, kw_only=True):
    """What is to go out."""

    kind: SupervisionKind
    unit: str  # by its name
    month: str  # 2026-08
    number: str
    issued_on: date
    due: date | None = None


class AnswerSupervision(msgspec.Struct, frozen=True):
    """What a unit says about a letter or an order."""

    what: str  # its number, or the beginning of its id
    text: str = ""
    files: tuple[Path, ...] = ()
    at: datetime | None = None  # when it came; None: now


class WithdrawSupervision(msgspec.Struct, frozen=True):
    """A letter or an order that was issued by mistake, or an answer that was recorded wrongly."""

    what: str
    reason: str


class _Matter(msgspec.Struct, frozen=True):
    """What a letter is about."""

    tasks: tuple[Task, ...]
    accounts: tuple[str, ...]
    items: tuple[LetterItem, ...]


def draft_supervision(workspace: Workspace, asked: IssueSupervision) -> bytes:
    """Return the letter or order as DOCX, as it would go out; without a number it is a draft."""
    return _letter(workspace, asked, _matter(workspace, asked))


def issue_supervision(workspace: Workspace, asked: IssueSupervision, actor: Actor) -> Supervision:
    """Write a letter or an order, keep it under its hash, and record that it went out under its number.

    A letter names what of the unit waits and the accounts that passed the limit in the month, an order what is late.
    Nothing is written about secret or harmful content. The number is claimed first; the same issue again changes
    nothing. Raises `UsageError` where there is nothing to write about, and `ConflictError` for a number that is used.
    """
    number = asked.number.strip()
    if not number:
        raise UsageError(
            message("{number} is empty; write the number of the document", number=field("number"))
        )
    workspace.home.texts.refuse({"number": number})
    if asked.due is not None and asked.due < asked.issued_on:
        raise UsageError(message("{due} lies before the day of issue", due=field("due")))
    issued = next((s for s in issued_now(workspace) if folded(s.number) == folded(number)), None)
    if issued is not None:
        if (issued.kind, issued.unit, issued.month) == (asked.kind, asked.unit, asked.month):
            return issued
        raise ConflictError(message("number {number} is used already", number=number))
    matter = _matter(workspace, asked)
    now = datetime.now(UTC)
    content = _letter(workspace, asked, matter)
    document = Evidence(
        sha256=hashlib.sha256(content).hexdigest(), media_type=DOCX, taken_at=_noon(asked.issued_on)
    )
    subject = f"{SUPERVISION_PREFIX}{folded(number)}"
    purpose = f"the {asked.kind} to {asked.unit} about {asked.month}"
    with claimed(workspace, Wanted(bulletin_number(number), purpose)) as hold:
        keep_content(workspace.home, document.sha256, content)
        fail_point("supervision.before_fact")
        data = SupervisionIssued(
            kind=asked.kind,
            number=number,
            unit=asked.unit,
            month=asked.month,
            issued_on=asked.issued_on,
            due=asked.due,
            tasks=tuple(task.id for task in matter.tasks),
            accounts=matter.accounts,
            evidence=(document,),
            claims=hold.ids,
        )
        event_id = rectification_ids.supervision_issued(subject, hold.ids)
        hold.append([Event(event_id, OFFICE, subject, now, data, actor.origin())])
        workspace.catch_up()
        fail_point("supervision.after_fact")
    return find_supervision(workspace, number)


def answer_supervision(workspace: Workspace, asked: AnswerSupervision, actor: Actor) -> Supervision:
    """Record what a unit answered; files are kept before it. The same answer again changes nothing.

    Raises `UsageError` for an empty answer, one of the future, and one to what was withdrawn.
    """
    workspace.home.texts.refuse({"text": asked.text})
    now = datetime.now(UTC)
    at, text = asked.at or now, asked.text.strip()
    if at > now:
        raise UsageError(
            message(
                "{at} {at_2} is still to come; say when the answer came", at=field("at"), at_2=local_iso(at)
            )
        )
    if not text and not asked.files:
        raise UsageError(
            message("the answer is empty; give {text} or {file}", text=field("text"), file=field("file"))
        )
    one = _in_force(workspace, asked.what)
    evidence = tuple(keep_file(workspace.home, path, now) for path in asked.files)
    event_id = rectification_ids.supervision_answered(one.subject, one.id, text, (e.sha256 for e in evidence))
    data = SupervisionAnswered(answers=one.id, unit=one.unit, text=text, evidence=evidence)
    append_once(workspace, Event(event_id, OFFICE, one.subject, at, data, actor.origin()))
    return one


def withdraw_supervision(workspace: Workspace, asked: WithdrawSupervision, actor: Actor) -> Supervision:
    """Take back a letter or an order that was issued by mistake; its number stays used.

    Raises `UsageError` without a reason, and `ConflictError` for one that was answered or withdrawn.
    """
    reason = _reason(workspace, asked)
    one = _in_force(workspace, asked.what)
    if one.answers:
        raise ConflictError(message("{number} was answered; take the answer back first", number=one.number))
    event_id = rectification_ids.supervision_withdrawn(one.subject, one.id)
    data = SupervisionWithdrawn(corrects=one.id, reason=reason)
    append_new(workspace, [Event(event_id, OFFICE, one.subject, datetime.now(UTC), data, actor.origin())])
    return one


def withdraw_supervision_answer(
    workspace: Workspace, asked: WithdrawSupervision, actor: Actor
) -> Supervision:
    """Take back the newest answer to a letter or an order; raises `NotFoundError` where none stands."""
    reason = _reason(workspace, asked)
    one = _in_force(workspace, asked.what)
    if not one.answers:
        raise NotFoundError(message("{number} has no answer", number=one.number))
    take_back(workspace, [compensation(one.answers[-1].event, reason, actor)], TakeBack(reason), actor)
    return one


def document_of(workspace: Workspace, one: Supervision) -> bytes:
    """Return the document of a letter or an order as it went out; raises `NotFoundError`."""
    path = workspace.home.path / FOLDER / (one.document.sha256 if one.document else "")
    if one.document is None or not path.is_file() or hash_of(path) != one.document.sha256:
        raise NotFoundError(message("no such document is kept here"))
    return path.read_bytes()


def _reason(workspace: Workspace, asked: WithdrawSupervision) -> str:
    reason = asked.reason.strip()
    if not reason:
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": reason})
    return reason


def _in_force(workspace: Workspace, what: str) -> Supervision:
    one = find_supervision(workspace, what)
    if one.withdrawn:
        raise ConflictError(message("{number} was withdrawn; it asks for nothing", number=one.number))
    return one


def _matter(workspace: Workspace, asked: IssueSupervision) -> _Matter:
    """Return what is written about; raises `UsageError` where that is nothing."""
    today = asked.issued_on
    entries = registry_now(workspace).entries
    own = {account for account, entry in entries.items() if entry.owner == asked.unit}
    if not own:
        raise UsageError(
            message(
                "{unit} {name!r} has no accounts; write its name in full", unit=field("unit"), name=asked.unit
            )
        )
    tasks = tuple(
        task
        for task in tasks_now(workspace)
        if task.unit == asked.unit
        and task.rule not in REFERENCE_ONLY
        and (task.is_late(today) if asked.kind == "order" else task.waits)
    )
    over = () if asked.kind == "order" else tuple(a for a in over_limit(workspace, asked.month) if a in own)
    if not tasks and not over:
        raise UsageError(
            message("nothing of {unit} waits that a document of this kind is about", unit=asked.unit)
        )
    return _Matter(tasks, over, _items(workspace, tasks, over))


def _items(workspace: Workspace, tasks: Sequence[Task], over: Sequence[str]) -> tuple[LetterItem, ...]:
    entries, words = registry_now(workspace).entries, rule_names(workspace.home.path)
    of_tasks = [
        LetterItem(
            entry.name if (entry := entries.get(task.account_id)) else task.account_id,
            entry.platform if entry else "",
            words.get(task.rule, task.rule),
            task.basis or "办公室交办",
            task.due,
        )
        for task in tasks
    ]
    return (
        *of_tasks,
        *(LetterItem(entries[account].name, entries[account].platform, _OVER) for account in over),
    )


def _letter(workspace: Workspace, asked: IssueSupervision, matter: _Matter) -> bytes:
    office = office_now(workspace)
    folder = workspace.home.path / TEMPLATES
    letter = Letter(
        kind=asked.kind,
        unit=asked.unit,
        month=month_in_words(asked.month),
        items=matter.items,
        issued_on=asked.issued_on,
        at=_noon(asked.issued_on),
        number=asked.number.strip(),
        due=asked.due,
        office=office.name or "",
        letterhead=office.letterhead or "",
        example=office.example,
    )
    return letter_docx(letter, folder if folder.is_dir() else None)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)
