"""Issuing: the last documents are written with number and date, read back, held against the final file, then a fact.

Proof-reading 核稿, signature 签发 and seal 用印 happen in the office's document system; what came of them is recorded.
"""

import tempfile
from datetime import date
from pathlib import Path

import msgspec

from events import bulletin_ids
from events.bulletin import BulletinIssued, Edition, Override, PublishedFile
from events.claim import bulletin_issue, bulletin_number, folded
from events.figures import Finish
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.check import Examination, examine, read_back
from pipeline.office.bulletin.compose import composed_of, folder_of
from pipeline.office.bulletin.draft import bulletin_event, drafted
from pipeline.office.bulletin.final_file import read_final
from pipeline.office.bulletin.hands import require_signed, taken_alone
from pipeline.office.bulletin.publication import publication_of, require_unused
from pipeline.office.bulletin.written import Written, write, written_in
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import load_round
from pipeline.office.two_persons import marks
from projections.rounds.deadlines import last_day
from projections.rounds.state import subject_of

_CHANGED = message(
    "the rows and templates of today do not give the files of the draft: templates"
    " changed since the draft; draft and check again"
)


class RefusedError(Exception):
    """A bulletin that may not go out; `examination` says why."""

    def __init__(self, examination: Examination) -> None:
        super().__init__(message("bulletin of {round} is refused", round=examination.round))
        self.examination = examination


class Issue(msgspec.Struct, frozen=True):
    """What went out: our documents in their folder, and the final file beside them."""

    written: Written
    final: PublishedFile | None  # None: none was handed in


def issue(
    workspace: Workspace,
    name: str,
    actor: Actor,
    *,
    number: str,
    issued_on: date,
    copy_to: tuple[str, ...] = (),
    overrides: tuple[Override, ...] = (),
    edition: Edition = "public",
    folder: Path | None = None,
    final: Path | None = None,
) -> Issue:
    """Write the draft with its number and date, read it back, record that it went out, and put it in place.

    `final` is the signed and sealed file: it has to say what ours says. The documents get their names behind the fact;
    where that was cut off, the same issue again completes it. Accounts that the freeze let stay unknown need no
    override. Number and draft are claimed first. Raises `ConflictError` where either is issued or claimed already,
    `UsageError` where nothing was drafted, and `RefusedError` where the drafted files were edited, templates changed
    since, the run does not verify, numbers contradict one another, rows are unknown without override, or the final
    file says something else.
    """
    number = number.strip()
    texts = {"number": number, "copy_to": "、".join(copy_to)}
    workspace.home.texts.refuse({**texts, "override": "、".join(o.reason for o in overrides)})
    state = drafted(workspace, name, edition)
    handed_in = read_final(final) if final is not None else None
    home = folder or folder_of(workspace.home, name, edition)
    publication = publication_of(home, number, state.draft_id)
    if state.issued is not None:
        same = folded(state.issued.number) == folded(number)
        placed = publication_of(home, state.issued.number, state.draft_id)
        completed = placed.completed(state.issued) if same else None
        if completed is None:
            raise ConflictError(
                message(
                    "the bulletin of {name} was issued as {number}; a change needs a new draft",
                    name=name,
                    number=state.issued.number,
                )
            )
        return Issue(written_in(completed, state.issued.files), state.issued.final)
    alone = require_signed(workspace, actor, signed=state.signed is not None)
    round_ = load_round(workspace, name)
    overrides = (*(round_.frozen.overrides if round_.frozen else ()), *overrides)
    require_unused(workspace, number)
    publication.require_free()
    extras = state.draft.extras
    bulletin = composed_of(workspace, name, state.draft)
    if bulletin.content.provenance.run_id != state.draft.run_id:
        raise UsageError(
            message("round {name} has a newer run than its draft; draft and check it again", name=name)
        )
    found = examine(workspace, bulletin.with_overrides(overrides), state.draft.files, home)
    with tempfile.TemporaryDirectory() as scratch:
        again = write(bulletin, Path(scratch))
    if again.files != state.draft.files:
        found = msgspec.structs.replace(found, faults=(_CHANGED, *found.faults))
    _hold(found)
    signed = state.signed
    finish = Finish(
        number=number,
        issued_on=issued_on,
        signed_by=f"{signed.office}{signed.role}" if signed else bulletin.content.imprint.office,
        copy_to=copy_to,
        one_person=taken_alone(workspace, round_, state.draft_id, alone=alone),
    )
    last = bulletin.with_overrides(overrides).with_finish(finish)
    purpose = f"the {edition} bulletin of {name}, draft {state.draft_id}"
    once = (
        Wanted(bulletin_issue(state.draft_id, name), f"{purpose} as {folded(number)}"),
        Wanted(bulletin_number(number), purpose),
    )
    with claimed(workspace, *once) as hold:
        written = write(last, publication.emptied())
        _hold(read_back(last, written.files, publication.part))
        kept = None
        if handed_in is not None:
            _hold(Examination(name, handed_in.faults(written.docx.read_bytes())))
            kept = handed_in.kept(publication.part, name)
        data = BulletinIssued(
            draft_id=state.draft_id,
            run_id=state.draft.run_id,
            edition=edition,
            number=number,
            issued_on=issued_on,
            signed_by=finish.signed_by,
            copy_to=copy_to,
            report_deadline=extras.report_deadline,
            ruled_deadline=last_day(issued_on, round_ruleset(workspace, round_).rectification),
            overrides=overrides,
            files=written.files,
            final=kept,
            claims=hold.ids,
        )
        publication.keep()
        fail_point("bulletin.before_fact")
        event_id = bulletin_ids.bulletin_issued(subject_of(name), state.draft_id)
        mark = marks("sign", event_id, actor, alone=alone)
        hold.append([*mark, bulletin_event(name, event_id, data, actor)])
        workspace.catch_up()
        fail_point("bulletin.after_fact")
        return Issue(written_in(publication.put_in_place(), written.files), kept)


def _hold(found: Examination) -> None:
    if not found.holds:
        raise RefusedError(found)
