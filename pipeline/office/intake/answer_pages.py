"""Pages of answers (整改反馈): what a unit says it did, the tasks that it answers, and the papers that go with it."""

import mimetypes
import re
from collections.abc import Iterator, Sequence

import msgspec

from connectors.papers.paper import Reason, Record
from events import fact_ids
from events.codec import Event
from events.evidence import REFERENCE_ONLY, Evidence
from events.folding import fold
from events.rectification import RectificationAnswered
from events.sources import OFFICE
from pipeline.office.intake.building import TAKE, Building, Item, PageOf
from pipeline.office.intake.plan import Attachment, Draft, Question
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.rectification.tasks import ID_START
from projections.rounds.tasks import Task
from projections.rules.rulesets import Ruleset

_STATES = {"rectified": "已整改", "in_work": "整改中", "partly": "部分整改", "objection": "有异议"}
_ASKED = {"in_work": "answer_in_work", "partly": "answer_in_work", "objection": "answer_objects"}
_BETWEEN_FILES = re.compile(r"[\s、，,；;]+")


class _Row(msgspec.Struct, frozen=True):
    """A row of which the account is known."""

    item: Item
    needs: tuple[str, ...]
    subject: str
    state: str  # code of the vocabulary, empty: not said
    text: str


class _Refused(Exception):  # noqa: N818 (control flow within this module)
    """A row is not taken."""

    def __init__(self, code: str, **parts: str) -> None:
        self.why = Reason(code, parts)


def plan_answers(building: Building, ruleset: Ruleset, of: PageOf) -> None:
    """Plan a page of answers: each row answers tasks of its account, those of its problem or all that are open.

    What the unit says is not put right yet is asked about, and answers nothing by itself. An answer about secret or
    harmful content is refused: of that a reference alone is recorded, by `rectification answer`.
    """
    rows = []
    for item in of.items:
        subject, needs = building.meant(item, opens=False)
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
        else:
            rows.append(
                _Row(item, needs, subject, item.record.text("answer_state"), _answer_text(item.record))
            )
    papers = _papers(building, rows)
    for row, files in zip(rows, papers, strict=True):
        alone = sum(other.subject == row.subject for other in rows) == 1
        try:
            needs, drafts = _answer(building, ruleset, row, files, alone=alone)
        except _Refused as refused:
            building.row(row.item, of.page, "refused", row.needs, subject=row.subject, why=refused.why)
            continue
        building.row(row.item, of.page, "taken" if drafts else "doubtful", needs, subject=row.subject)
        building.drafts += drafts


def _answer_text(record: Record) -> str:
    """Return what a row says was done, in its words, with the day that it names."""
    texts = [text for name in ("measures", "answer") if (text := record.text(name))]
    done_at = record.time("done_at")
    if texts and done_at is not None:
        texts.append(f"完成时间{done_at}")
    return "；".join(dict.fromkeys(texts))


def _answer(
    building: Building, ruleset: Ruleset, row: _Row, files: Sequence[Attachment], *, alone: bool
) -> tuple[tuple[str, ...], list[Draft]]:
    """Return the questions that a row rests on, and its answer; none where one of them leaves it out."""
    if row.state == "not_rectified":
        raise _Refused("not_put_right")
    text = row.text or _STATES.get(row.state, "")
    if not text and not files:
        raise _Refused("answer_empty")
    tasks, asked = _tasks(building, ruleset, row, text, alone=alone)
    findings = row.item.record.findings
    if any(task.rule in REFERENCE_ONLY for task in tasks) or any(not f.keeps_text for f in findings):
        raise _Refused("by_reference")
    if (code := _ASKED.get(row.state)) is not None:
        asked.append(
            building.asker.ask(row.item.at, Reason(code), answers=(TAKE, LEAVE_OUT), default=LEAVE_OUT)
        )
    needs = (*row.needs, *(question.id for question in asked))
    if not tasks or any(question.settled in (None, LEAVE_OUT) for question in asked):
        return needs, []
    return needs, [Draft(row.item.at, _fact(building, row, tasks, text, files))]


def _tasks(
    building: Building, ruleset: Ruleset, row: _Row, text: str, *, alone: bool
) -> tuple[list[Task], list[Question]]:
    """Return the tasks that a row answers; of the same answer as before those that it answered, so that it is known.

    Where the row names a problem that is none of them, or rows of one account name none, it is asked which is meant.
    """
    own = _own(building, row)
    answers = building.world.answers.get((row.subject, text), ())
    before = next((a for a in reversed(answers) if any(task.id in a.tasks for task in own)), None)
    known = [task for task in own if before is not None and task.id in before.tasks]
    if before is not None and not any(task.waits for task in known):  # a recheck may have sent it back since
        return known, []
    waiting = [task for task in own if task.waits]
    if not waiting:
        raise _Refused("no_open_task")
    if row.item.record.text("task_number"):
        return waiting, []
    findings = row.item.record.findings
    rules = {rule for f in findings for rule in (f.rule, *f.rules) if rule and rule not in f.far}
    rules |= {handling.counts_as for code, handling in ruleset.handling.items() if code in rules}
    named = [task for task in waiting if task.rule in rules]
    if named or (alone and not findings):
        return named or waiting, []
    titles = {building.world.task_title(task): task for task in waiting}
    question = building.asker.ask(
        row.item.at,
        Reason("task_unclear"),
        field="rule",
        cell=row.item.record.text("rule"),
        answers=(*titles, LEAVE_OUT),
        default=next(iter(titles)) if len(titles) == 1 and alone else None,
    )
    meant = titles.get(question.settled or "")
    return ([] if meant is None else [meant]), [question]


def _own(building: Building, row: _Row) -> list[Task]:
    """Return the tasks that a row may answer: the one of its number where it has one, else those of its account."""
    number = row.item.record.text("task_number").strip().lower()
    if not number:
        return [task for task in building.world.tasks if task.account_id == row.subject]
    found = [task for task in building.world.tasks if str(task.id).startswith(number)]
    if len(number) < ID_START or len(found) != 1:
        raise _Refused("no_such_task", number=number)
    if found[0].account_id != row.subject:
        raise _Refused("task_of_another", number=number, account=str(building.title(found[0].account_id)))
    return found


def _fact(
    building: Building, row: _Row, tasks: Sequence[Task], text: str, files: Sequence[Attachment]
) -> Event[RectificationAnswered]:
    at = building.received_at
    data = RectificationAnswered(
        tasks=tuple(task.id for task in tasks),
        unit=tasks[0].unit,
        text=text,
        evidence=tuple(
            Evidence(sha256=file.sha256, media_type=_media_type(file), taken_at=at) for file in files
        ),
        findings=tuple(sorted({finding for task in tasks for finding in task.findings})),
    )
    hashes = [file.sha256 for file in files]
    reopened = max(task.reopened for task in tasks)  # the same words behind a recheck are another answer
    event_id = fact_ids.standing(
        building.world.void,
        lambda telling: fact_ids.rectification_answered(
            row.subject, data.tasks, text, hashes, telling=telling + reopened
        ),
    )
    return Event(event_id, OFFICE, row.subject, at, data)


def _media_type(file: Attachment) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _papers(building: Building, rows: Sequence[_Row]) -> list[list[Attachment]]:
    """Return the files that go with each row.

    A file goes with the rows that name it (附件); else with those whose account, else whose unit its own name tells;
    else with all of a page that speaks for one unit. What goes with none is told.
    """
    found: list[list[Attachment]] = [[] for _ in rows]
    for file in building.attachments:
        for chosen in _ways(building, file, rows):
            places = [place for place, is_meant in enumerate(chosen) if is_meant]
            if places:
                for place in places:
                    found[place].append(file)
                building.tied.add(file.sha256)
                break
    return found


def _ways(building: Building, file: Attachment, rows: Sequence[_Row]) -> Iterator[list[bool]]:
    name = fold(file.name)
    stem = name.rpartition(".")[0] or name
    titles = [building.title(row.subject) for row in rows]
    yield [bool({name, stem} & _named(row.item.record)) for row in rows]
    yield [bool(title.name) and fold(title.name) in stem for title in titles]
    yield [bool(title.owner) and fold(title.owner) in stem for title in titles]
    yield [len({title.owner for title in titles}) == 1 for _ in rows]


def _named(record: Record) -> set[str]:
    """Return the names that the cell of papers gives, 见 before them left out."""
    return {fold(part.removeprefix("见")) for part in _BETWEEN_FILES.split(record.text("evidence")) if part}
