"""Reading a check sheet back: looks, findings and evidence of one checker, all of it or none."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from connectors.sheets.check_sheets.finding import SheetContext
from connectors.sheets.check_sheets.reader import CheckRow, read_checks, read_mark
from connectors.sheets.errors import CellError, SheetErrors, UnreadableSheetError
from connectors.sheets.notes import Note
from events import round_ids
from events.check_sheet import SheetHandedOut, SheetRead
from events.fields import field
from events.finding import FindingRecorded
from events.messages import message
from events.text_fields import says_the_same
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.evidence import hash_of
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.looks import look_events
from pipeline.office.rounds.beside import file_checker, refuse_too_much
from pipeline.office.rounds.check_facts import Found, found_in, look_rows, rule_settler, with_evidence
from pipeline.office.rounds.sheets import checkable_rules, names_on, round_ruleset
from pipeline.office.rounds.state import load_round, require_stage, round_event
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.period import quarter_of


class ReadSheet(msgspec.Struct, frozen=True):
    """What a sheet brought."""

    sheet_id: str
    checker: str
    looks: int
    findings: tuple[UUID, ...]
    unchecked: tuple[str, ...]  # accounts of the sheet without a look or a finding
    again: bool  # the same rows were read before: nothing was recorded
    notes: tuple[Note, ...] = ()  # what the reader noticed


def read_sheet(workspace: Workspace, name: str, path: Path, checker: str, actor: Actor) -> ReadSheet:
    """Take the looks and findings of a check sheet; raises `SheetError`, and then nothing was taken.

    Evidence files lie beside the sheet; each is kept, durable, before the facts are written, all of them at once. That
    the sheet was read is written after them: subjects lie in several partitions, and a log on Kafka may take a part.
    Their ids follow from the rows, so that reading the sheet again completes what a kill cut off.
    """
    state = load_round(workspace, name)
    require_stage(state, message("checked"), Stage.DRAWN, Stage.FROZEN)
    sheet = _handed_out(state, path, checker)
    names, ruleset, folder = names_on(workspace, state, sheet), round_ruleset(workspace, state), path.parent
    settle = rule_settler(ruleset, checkable_rules(workspace, state))
    announced = state.announced
    context = SheetContext(
        mark=sheet.sheet_id,
        names=names,
        settle_rule=settle,
        check_file=file_checker(folder),
        start=quarter_of(announced.check_point, announced.quarter).start,
        check_point=announced.check_point,
    )
    rows = read_checks(path, context)
    refuse_too_much(path, (r.finding.evidence for r in rows if r.finding and r.finding.evidence))
    found, looks = found_in(workspace, path, rows, ruleset, checker), look_rows(rows)
    new = _new_ones(workspace, path, found)
    content = _content_hash(rows, _hashes(folder, found))
    again = any(r.sheet_id == sheet.sheet_id and r.content_sha256 == content for r in state.reads)
    if not again:
        seen = look_events(workspace, path, looks, registry_now(workspace))
        findings = [with_evidence(workspace, folder, f) for f in new]
        data = SheetRead(
            sheet_id=sheet.sheet_id,
            checker=checker,
            looks=len(looks),
            findings=len(found),
            content_sha256=content,
        )
        read_id = round_ids.sheet_read(subject_of(name), sheet.sheet_id, content)
        read = round_event(name, read_id, datetime.now(UTC), data, actor)
        fail_point("sheet.before_facts")
        append_new(workspace, signed([*seen, *findings], actor))
        fail_point("sheet.before_mark")
        workspace.log.append([read])
        fail_point("sheet.after_mark")
    listed = {row.account_id for row in rows}
    return ReadSheet(
        sheet_id=sheet.sheet_id,
        checker=checker,
        looks=len(looks),
        findings=tuple(f.event.id for f in found),
        unchecked=tuple(account for account in names if account not in listed),
        again=again,
        notes=rows.notes,
    )


def _handed_out(state: RoundState, path: Path, checker: str) -> SheetHandedOut:
    """Return the sheet that a file is; raises `SheetError` for one of another round, or of another checker."""
    mark = read_mark(path)
    sheet = next((s for s in state.sheets if s.sheet_id == mark), None)
    if sheet is None:
        raise UnreadableSheetError(
            path,
            message("is sheet {mark}, which was not handed out for round {name}", mark=mark, name=state.name),
            message("hand in a sheet of the round"),
        )
    if sheet.checker != checker:
        raise UnreadableSheetError(
            path,
            message("is the sheet of checker {checker}", checker=sheet.checker),
            message(
                "write {checker} {sheet_checker}, or hand in another",
                checker=field("checker"),
                sheet_checker=sheet.checker,
            ),
        )
    return sheet


def _content_hash(rows: Sequence[CheckRow], files: Sequence[str]) -> str:
    """Return the hash of what a sheet says, wherever its rows stand: a blank line more says nothing more."""
    content = [msgspec.structs.replace(row, row=0) for row in rows]
    return hashlib.sha256(msgspec.json.encode((content, files))).hexdigest()


def _hashes(folder: Path, found: Sequence[Found]) -> list[str]:
    """Return the hash of each finding's file: another picture under the old name is another sheet."""
    return [hash_of(folder / f.finding.evidence) if f.finding.evidence else "" for f in found]


def _new_ones(workspace: Workspace, path: Path, found: Sequence[Found]) -> list[Found]:
    """Return the findings that no fact tells yet; raises `SheetErrors` where a row says more than its fact.

    A fact does not change, so another count or other evidence under the same account, rule, time and note would be
    lost without a word.
    """
    known = {k.event.id: k.event.data for k in workspace.known.read(("finding.recorded",))}
    errors = []
    for f in found:
        before = known.get(f.event.id)
        if isinstance(before, FindingRecorded) and not says_the_same(_stated(path.parent, f), _kept(before)):
            remedy = message(
                "withdraw {id} if it was wrong, and tell the new finding apart by its note",
                id=str(f.event.id)[:8],
            )
            problem = message("was recorded before with another count or other evidence")
            errors.append(CellError(f.row, "问题", "", f.finding.rule_text, problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return [f for f in found if f.event.id not in known]


def _stated(folder: Path, found: Found) -> tuple[int, tuple[str, ...]]:
    finding = found.finding
    file = [hash_of(folder / finding.evidence)] if finding.evidence else []
    return finding.count, tuple(file + ([finding.reference] if finding.reference else []))


def _kept(data: FindingRecorded) -> tuple[int, tuple[str, ...]]:
    references = [e.sha256 or e.reference for e in data.evidence]
    return data.count, tuple(filter(None, (*references, data.case_number)))
