"""Reading the form on which a unit answered, as a person sees it: what is not clear is named, nothing is guessed."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from connectors.forms.answer_form import FILLED_IN, LABELS, STATES, key_of
from connectors.forms.boxes import read_boxes
from connectors.forms.docx_reading import MAX_BYTES, require_sound_form
from connectors.sheets.cells import clean
from connectors.sheets.errors import BadValueError, SheetError, SheetTooLargeError, UnreadableSheetError
from connectors.word.controls import is_prompt
from connectors.word.document import MAX_TEXT_BYTES, WordDocument
from connectors.word.errors import WordError
from connectors.word.names import W
from connectors.word.tables import Rows, SeenCell, tables_of
from events.messages import joined, message

MAX_PICTURES = 30
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
_ZIP = b"PK\x03\x04"
_DOCUMENT = "word/document.xml"
_TABLE_ENDS = b"tbl>"
_MOST_LISTED = 5


class Picture(msgspec.Struct, frozen=True):
    """A picture that was pasted into the form; its name tells its task."""

    name: str
    content: bytes


class FormAnswer(msgspec.Struct, frozen=True):
    """What stands in the table of one task, as printed and as filled in; `evidence` names files and pictures."""

    texts: Mapping[str, str]  # by key of `LABELS`
    pictures: tuple[Picture, ...] = ()


class UnclearFormError(UnreadableSheetError):
    """A form that does not tell what the unit answers."""


def read_answer_form(path: Path, content: bytes) -> list[FormAnswer] | None:
    """Return what a form answers, None for a document that holds none.

    A table in which nothing was filled in answers nothing. Raises `SheetError` for a document that cannot be read, and
    for a form of which something is not clear: it names everything that stands in the way.
    """
    if len(content) > MAX_BYTES:
        raise SheetTooLargeError(
            path, message("is larger than {mb} MB", mb=MAX_BYTES // 1024**2), message("take out the pictures")
        )
    require_sound_form(path, content)
    try:
        document = WordDocument(content)
        if not _names_a_task(document):
            return None
        tables = list(tables_of(document))
    except WordError as error:
        raise UnreadableSheetError(path, error.problem, error.remedy) from error
    forms = [
        rows for rows in tables if any(key_of(c.seen.text) == "task_number" for row in rows for c in row)
    ]
    if not forms:
        return None
    tables_read = [_table(document, rows) for rows in forms]
    wrong = [
        message("table {number}: {problem}", number=number, problem=problem)
        for number, read in enumerate(tables_read, start=1)
        for problem in read.problems
    ]
    tasks = [read.texts.get("task_number", "") for read in tables_read]
    wrong += [
        message("{label} {task} stands twice", label=LABELS["task_number"], task=task)
        for task in dict.fromkeys(tasks)
        if task and tasks.count(task) > 1
    ]
    answers = [FormAnswer(read.texts, read.pictures) for read in tables_read if read.answers]
    if not answers and not wrong:
        wrong.append(message("nothing was filled in"))
    if wrong:
        more = [message("{more} more", more=len(wrong) - _MOST_LISTED)] if len(wrong) > _MOST_LISTED else []
        raise UnclearFormError(
            path,
            joined("; ", (*wrong[:_MOST_LISTED], *more)),
            message("correct the form and hand it in again"),
        )
    return answers


def _names_a_task(document: WordDocument) -> bool:
    """Tell whether a cell may be the label of a number; what nobody sees counts here, too."""
    cells = document.root.iter(f"{W}tc")
    return any(key_of("".join(map(str, cell.itertext(f"{W}t")))) == "task_number" for cell in cells)


class _Table(msgspec.Struct, frozen=True):
    """A table of a form, and what stands in the way of reading it."""

    texts: Mapping[str, str]
    pictures: tuple[Picture, ...]
    answers: bool  # something was filled in
    problems: tuple[str, ...]


def _table(document: WordDocument, rows: Rows) -> _Table:
    found = dict(_pairs(rows))
    problems = list(_obstacles(found))
    texts = _texts(found)
    task = texts.get("task_number", "")
    if not task:
        problems.append(message("{label} is empty", label=LABELS["task_number"]))
    if missing := [LABELS[key] for key in ("name", "measures", "state") if key not in found]:
        problems.append(message("lacks the cell {missing}", missing="、".join(missing)))
    pictures, unreadable = _pictures(document, found, task)
    problems += unreadable
    filled = bool(pictures) or any(texts.get(key) for key in FILLED_IN if key != "state")
    state = ""
    try:
        state = _state(texts.get("state", ""), needed=filled)
    except BadValueError as error:
        problems.append(message("{label} {problem}", label=LABELS["state"], problem=error.problem))
    evidence = "、".join(part for part in (texts.get("evidence", ""), *(p.name for p in pictures)) if part)
    values = {**texts, "state": state, "evidence": evidence}
    return _Table(values, pictures, filled or bool(state), tuple(problems))


def is_word_document(content: bytes) -> bool:
    """Tell a Word document by the names of its parts."""
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _DOCUMENT in archive.namelist()
    except Exception:  # noqa: BLE001 (zipfile meets damage with whatever error the place has)
        return False


def is_letter(content: bytes) -> bool:
    """Tell a Word document that holds no table."""
    if not is_word_document(content):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_DOCUMENT) as part:
            text = part.read(MAX_TEXT_BYTES + 1)
    except Exception:  # noqa: BLE001 (zipfile meets damage with whatever error the place has)
        return False
    return len(text) <= MAX_TEXT_BYTES and _TABLE_ENDS not in text


def form_pictures(path: Path, content: bytes) -> list[Picture]:
    """Return the pictures that were pasted into a form, none of any other file and of a form that is refused."""
    if not is_word_document(content):
        return []
    try:
        answers = read_answer_form(path, content)
    except SheetError:
        return []
    return [picture for answer in answers or () for picture in answer.pictures]


def _pairs(rows: Rows) -> Iterator[tuple[str, SeenCell]]:
    """Yield each label of a table with the cell beside it; the first one of a label counts."""
    seen: set[str] = set()
    for row in rows:
        for cell, beside in pairwise(row):
            key = key_of(cell.seen.text)
            if key is not None and key not in seen and key_of(beside.seen.text) is None:
                seen.add(key)
                yield key, beside


def _texts(found: Mapping[str, SeenCell]) -> dict[str, str]:
    texts = {key: clean(cell.seen.text) for key, cell in found.items() if not is_prompt(cell.seen.text)}
    return {key: text for key, text in texts.items() if text}


def _obstacles(found: Mapping[str, SeenCell]) -> Iterator[str]:
    """Yield what keeps a cell from being read as it is seen; a picture is evidence, and elsewhere it hides a text."""
    for key, cell in found.items():
        if cell.seen.obstacle:
            yield message("{label} holds {obstacle}", label=LABELS[key], obstacle=cell.seen.obstacle)
        elif cell.seen.drawn and key != "evidence":
            yield message(
                "{label} holds {obstacle}", label=LABELS[key], obstacle=message("a picture or a drawing")
            )


def _state(text: str, *, needed: bool) -> str:
    """Return the one state that is ticked or written; raises `BadValueError` where it is not one."""
    boxes = read_boxes(text)
    ticked = (
        [text] if boxes is None and text else [] if boxes is None else [o.text for o in boxes.ticked(None)]
    )
    if len(ticked) == 1:
        return ticked[0]
    remedy = message("tick one of {states}", states="、".join(STATES))
    if ticked:
        raise BadValueError(message("has {ticked_count} boxes ticked", ticked_count=len(ticked)), remedy)
    if needed:
        raise BadValueError(message("has no box ticked"), remedy)
    return ""


def _pictures(
    document: WordDocument, found: Mapping[str, SeenCell], task: str
) -> tuple[tuple[Picture, ...], list[str]]:
    """Return the pictures that were pasted as evidence, and what is wrong with others: nothing is left out unsaid."""
    cell = found.get("evidence")
    if cell is None or not cell.seen.drawn:
        return (), []
    contents = [document.picture(name) or b"" for name in cell.seen.pictures]
    suffixes = [next((s for magic, s in _PICTURES.items() if c.startswith(magic)), "") for c in contents]
    label = LABELS["evidence"]
    if len(contents) > MAX_PICTURES:
        return (), [message("{label} holds more than {most} pictures", label=label, most=MAX_PICTURES)]
    if not contents or not all(suffixes):
        return (), [message("{label} holds a drawing that is neither PNG nor JPEG", label=label)]
    return tuple(
        Picture(f"整改回执-{task}-{number}.{suffix}", content)
        for number, (suffix, content) in enumerate(zip(suffixes, contents, strict=True), start=1)
    ), []
