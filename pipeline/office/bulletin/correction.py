"""Correction notices 更正: what was wrong in a bulletin that went out, and what is right, under a number of its own."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from connectors.documents.document import Block, Document, Origin, provenance_block
from connectors.documents.environment import chinese_date
from connectors.documents.errors import TemplateError, UnreadableDocumentError
from connectors.documents.lines import folded_line, lines_of
from connectors.documents.words import chinese_number
from connectors.documents.writing import write_document
from connectors.publish.templates import Templates
from events import bulletin_ids
from events.bulletin import (
    CorrectedText,
    CorrectionDrafted,
    CorrectionIssued,
    CorrectionSigned,
    Imprint,
    PublishedFile,
)
from events.claim import bulletin_issue, bulletin_number, folded
from events.fields import field, marked
from events.messages import joined, message
from events.printable import printable
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.check import Examination
from pipeline.office.bulletin.compose import folder_of, templates_of
from pipeline.office.bulletin.draft import bulletin_event, known_bulletins, record
from pipeline.office.bulletin.final_file import read_final
from pipeline.office.bulletin.hands import require_signed, require_signer
from pipeline.office.bulletin.imprint import imprint_now, require_imprint
from pipeline.office.bulletin.issue import RefusedError
from pipeline.office.bulletin.publication import publication_of, require_unused
from pipeline.office.bulletin.written import file_hash
from pipeline.office.own_office import is_example
from pipeline.office.rounds import load_round
from pipeline.office.two_persons import marks
from projections.bulletin.content import title_of
from projections.bulletin.corrections import CorrectionState, IssuedBulletin, corrections_of, issued_under
from projections.rounds.state import subject_of

_ENDINGS = ("docx", "html")


class Notice(msgspec.Struct, frozen=True):
    """A correction notice in its folder."""

    number: str  # of the bulletin that it corrects
    paths: tuple[Path, ...]
    final: PublishedFile | None = None


def correction_state(workspace: Workspace, number: str) -> tuple[IssuedBulletin, CorrectionState | None]:
    """Return a bulletin that went out with the newest draft of a correction of it; raises `UsageError` for no such."""
    first = _first(workspace, number)
    return first, _newest(workspace, first)


def draft_correction(
    workspace: Workspace,
    number: str,
    texts: Sequence[CorrectedText],
    actor: Actor,
    folder: Path | None = None,
) -> Notice:
    """Write a notice about the bulletin that went out under a number, and record the draft; the same again is the same.

    `folder` is that of the bulletin's documents. Raises `UsageError` for a number that no bulletin has, for words that
    do not stand in it, and where nothing changes.
    """
    first = _first(workspace, number)
    name = _round_of(first)
    style = templates_of(workspace.home).style
    state = load_round(workspace, name)
    require_imprint(workspace, style, state.announced.office)
    data = CorrectionDrafted(
        corrects=first.id,
        number=first.issued.number,
        texts=tuple(CorrectedText(t.wrong.strip(), t.right.strip()) for t in texts),
        imprint=imprint_now(workspace, style, state.announced),
        files=(),
    )
    workspace.home.texts.refuse_in_facts(
        [
            bulletin_event(
                name, bulletin_ids.correction_drafted(subject_of(name), first.id, None, ()), data, actor
            )
        ]
    )
    home = folder or folder_of(workspace.home, name, first.issued.edition)
    if faults := _text_faults(data.texts, _lines_of_first(home, name, first)):
        raise UsageError(joined("; ", faults))
    files = _write(workspace, first, data, home)
    data = msgspec.structs.replace(data, files=files)
    newest = _newest(workspace, first)
    if newest is None or newest.draft != data:
        hashes = [file.sha256 for file in files]
        before = newest.draft_id if newest else None
        event_id = bulletin_ids.correction_drafted(subject_of(name), first.id, before, hashes)
        record(workspace, name, event_id, data, actor)
    return Notice(first.issued.number, tuple(home / file.name for file in files))


def check_correction(workspace: Workspace, number: str, folder: Path | None = None) -> Examination:
    """Read the newest draft of a correction back: what it calls wrong stands in the bulletin, and nobody edited it."""
    first, state = _drafted(workspace, number)
    name = _round_of(first)
    home = folder or folder_of(workspace.home, name, first.issued.edition)
    faults: list[str] = _text_faults(state.draft.texts, _lines_of_first(home, name, first))
    with tempfile.TemporaryDirectory() as scratch:
        again = _write(workspace, first, state.draft, Path(scratch))
    if again != state.draft.files:
        faults.append(message("templates changed since the draft of the correction; draft it again"))
    for file in state.draft.files:
        path = home / file.name
        if not path.is_file():
            faults.append(
                message("{path} is not there; draft the correction again, or name its folder", path=path)
            )
        elif file_hash(path.read_bytes()) != file.sha256:
            faults.append(message("{path}: was edited by hand; draft the correction again", path=path))
    return Examination(name, tuple(faults))


def sign_correction(
    workspace: Workspace, number: str, actor: Actor, *, office: str, role: str
) -> CorrectionState:
    """Record that the office signed the newest draft of a correction; signed already, nothing changes.

    Raises `UsageError` for a draft of one's own, `ConflictError` for one that went out.
    """
    workspace.home.texts.refuse({"role": role})
    first, state = _drafted(workspace, number)
    if state.issued is not None:
        raise ConflictError(
            message("the correction of {number} went out already", number=first.issued.number)
        )
    if state.signed is None:
        alone = require_signer(workspace, state.draft_id, actor)
        _hold(check_correction(workspace, number))
        name = _round_of(first)
        data = CorrectionSigned(draft_id=state.draft_id, office=office.strip(), role=role.strip())
        event_id = bulletin_ids.correction_signed(subject_of(name), state.draft_id)
        signature = bulletin_event(name, event_id, data, actor)
        workspace.log.append([*marks("sign", event_id, actor, alone=alone), signature])
        workspace.catch_up()
        _, state = _drafted(workspace, number)
    return state


def issue_correction(
    workspace: Workspace,
    number: str,
    actor: Actor,
    *,
    new_number: str,
    issued_on: date,
    folder: Path | None = None,
    final: Path | None = None,
) -> Notice:
    """Record under which number a correction went out; draft and number are claimed first.

    Raises `ConflictError` where either is used, `RefusedError` where the draft or the final file does not hold.
    Where it was cut off behind its fact, the same command completes it.
    """
    new_number = new_number.strip()
    workspace.home.texts.refuse({"number": new_number})
    handed_in = read_final(final) if final is not None else None
    first, state = _drafted(workspace, number)
    name = _round_of(first)
    home = folder or folder_of(workspace.home, name, first.issued.edition)
    publication = publication_of(home, new_number, state.draft_id)
    if state.issued is not None:
        same = folded(state.issued.number) == folded(new_number)
        placed = publication.completed(state.issued) if same else None
        if placed is None:
            raise ConflictError(
                message(
                    "the correction of {number} was issued as {issued_number}; a further one needs a"
                    " new draft",
                    number=first.issued.number,
                    issued_number=state.issued.number,
                )
            )
        return _placed(first, placed, state.issued)
    alone = require_signed(workspace, actor, signed=state.signed is not None)
    require_unused(workspace, new_number)
    publication.require_free()
    _hold(check_correction(workspace, number, home))
    purpose = f"the correction of {first.issued.number}, draft {state.draft_id}"
    once = (
        Wanted(bulletin_issue(state.draft_id, name), f"{purpose} as {folded(new_number)}"),
        Wanted(bulletin_number(new_number), purpose),
    )
    with claimed(workspace, *once) as hold:
        part = publication.emptied()
        files = _write(workspace, first, state.draft, part, new_number, issued_on)
        kept = None
        if handed_in is not None:
            _hold(Examination(name, handed_in.faults((part / files[0].name).read_bytes())))
            kept = handed_in.kept(part, f"{name}.correction")
        data = CorrectionIssued(
            draft_id=state.draft_id,
            number=new_number,
            issued_on=issued_on,
            files=files,
            final=kept,
            claims=hold.ids,
        )
        publication.keep()
        fail_point("bulletin.before_correction")
        event_id = bulletin_ids.correction_issued(subject_of(name), state.draft_id)
        mark = marks("sign", event_id, actor, alone=alone)
        hold.append([*mark, bulletin_event(name, event_id, data, actor)])
        workspace.catch_up()
        fail_point("bulletin.after_correction")
        return _placed(first, publication.put_in_place(), data)


def _first(workspace: Workspace, number: str) -> IssuedBulletin:
    first = issued_under(known_bulletins(workspace), number)
    if first is None:
        raise UsageError(
            message(
                "no bulletin went out under {number}; see `xuncha bulletin list` for those that did",
                number=number,
            )
        )
    return first


def _newest(workspace: Workspace, first: IssuedBulletin) -> CorrectionState | None:
    found = corrections_of(known_bulletins(workspace), first.id)
    return found[-1] if found else None


def _drafted(workspace: Workspace, number: str) -> tuple[IssuedBulletin, CorrectionState]:
    first = _first(workspace, number)
    state = _newest(workspace, first)
    if state is None:
        raise UsageError(
            message(
                "no correction of {number} was drafted; write one: xuncha bulletin correct draft",
                number=first.issued.number,
            )
        )
    return first, state


def _round_of(first: IssuedBulletin) -> str:
    return first.subject.removeprefix(subject_of(""))


def _lines_of_first(home: Path, name: str, first: IssuedBulletin) -> str:
    """Return what the bulletin says, as it went out; raises `UsageError` where its file is not there as issued."""
    publication = publication_of(home, first.issued.number, first.issued.draft_id)
    path = publication.folder / f"{name}.docx"
    wanted = {file.name: file.sha256 for file in first.issued.files}
    if not path.is_file() or file_hash(path.read_bytes()) != wanted.get(path.name):
        raise UsageError(
            message(
                "{path}: the bulletin {number} is not there as it was issued; name the folder of"
                " its documents with {out}",
                path=path,
                number=first.issued.number,
                out=field("out"),
            )
        )
    try:
        return "".join(lines_of(path.name, path.read_bytes()))
    except UnreadableDocumentError as e:
        raise UsageError(message("{path} {error}", path=path, error=e)) from None


def _text_faults(texts: Sequence[CorrectedText], text_of_bulletin: str) -> list[str]:
    faults: list[str] = (
        [] if texts else [message("a correction says what was wrong and what is right; it says nothing")]
    )
    for text in texts:
        wrong, right = folded_line(text.wrong), folded_line(text.right)
        if not wrong or not right:
            faults.append(
                message("{wrong} and {right} both hold words", wrong=field("wrong"), right=field("right"))
            )
        elif wrong == right:
            faults.append(message("“{wrong}” is called wrong and right", wrong=text.wrong))
        elif wrong not in text_of_bulletin:
            faults.append(
                message(
                    "“{wrong}” does not stand in the bulletin; write it as it stands there", wrong=text.wrong
                )
            )
    return faults


def _write(
    workspace: Workspace,
    first: IssuedBulletin,
    draft: CorrectionDrafted,
    folder: Path,
    number: str = "",
    issued_on: date | None = None,
) -> tuple[PublishedFile, ...]:
    name = _round_of(first)
    templates = templates_of(workspace.home, example=is_example(workspace))
    title = title_of(load_round(workspace, name).announced.title)
    document = notice_of(draft, first, title, templates, number, issued_on)
    try:
        written = write_document(document, templates.layout)
    except TemplateError as e:
        raise UsageError(marked(e)) from None
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for ending in _ENDINGS:
        path = folder / f"{name}.correction.{ending}"
        path.write_bytes(written[ending])
        files.append(PublishedFile(path.name, file_hash(written[ending])))
    return tuple(files)


def notice_of(
    draft: CorrectionDrafted,
    first: IssuedBulletin,
    title: str,
    templates: Templates,
    number: str,
    issued_on: date | None,
) -> Document:
    """Return the notice as a document: it names the first bulletin, and each text as it was and as it should be."""
    imprint: Imprint = draft.imprint
    issued = first.issued
    on = chinese_date(issued.issued_on)
    origins = (
        Origin("corrects", "更正的通报", printable(f"{issued.number}，{on}印发")),
        Origin("run_id", "检查批次", str(issued.run_id)),
    )
    one = len(draft.texts) == 1
    numbers = ["" if one else f"{chinese_number(i)}、" for i in range(1, len(draft.texts) + 1)]
    blocks = [
        Block("paragraph", printable(f"{on}印发的《{title}》（{issued.number}）有以下内容需要更正。")),
        *(
            Block("paragraph", printable(f"{place}“{text.wrong}”应为“{text.right}”。"))
            for place, text in zip(numbers, draft.texts, strict=True)
        ),
        Block("paragraph", "其他内容不变。"),
        Block("closing"),
        provenance_block(origins),
    ]
    return Document(
        title=printable(f"更正：{title}"),
        blocks=tuple(blocks),
        provenance=origins,
        at=datetime.combine(issued.issued_on, datetime.min.time(), UTC),
        letterhead=printable(imprint.letterhead or templates.style.letterhead),
        number=printable(number),
        markings=frozenset() if number else frozenset({"draft"}),
        addressees=printable(templates.style.addressees),
        office=printable(imprint.office or templates.style.office),
        issued_on=chinese_date(issued_on),
        copy_to=tuple(printable(c) for c in issued.copy_to) if number else (),
    )


def _placed(first: IssuedBulletin, folder: Path, data: CorrectionIssued) -> Notice:
    return Notice(first.issued.number, tuple(folder / file.name for file in data.files), data.final)


def _hold(found: Examination) -> None:
    if not found.holds:
        raise RefusedError(found)
