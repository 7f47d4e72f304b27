"""Plans that wait for a yes: the files of an intake, what was answered, and the plan made of both."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec

from connectors.forms.answer_reading import form_pictures
from connectors.log.port import FACTS
from connectors.papers.folder import Handed, files_at
from connectors.papers.paper import ReadFile
from connectors.papers.reasons import text_of
from connectors.papers.settled import Settled
from connectors.papers.source_pages import attachment_kind
from connectors.people.intake_memory import IntakeMemory
from events.codec import encode_event
from events.days import chinese_day
from events.intake import IntakeOpened
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.people import open_people
from pipeline.home.rulesets import find_ruleset, ruleset_of
from pipeline.home.uploads import keep_upload, read_upload
from pipeline.home.workspace import Workspace
from pipeline.office.intake.asking import Asker
from pipeline.office.intake.building import Building
from pipeline.office.intake.header_memory import Headers, with_learned
from pipeline.office.intake.mending import papers_taken, with_the_others
from pipeline.office.intake.page_answers import PageSettings, settled_by_answers
from pipeline.office.intake.plan import Attachment, LeftOut, Plan, PlannedPerson, of_fate
from pipeline.office.intake.planning import plan_pages
from pipeline.office.intake.read_papers import PlansMade, ReadPapers
from pipeline.office.intake.replacing import find_replaced, replaced_by, take_place
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.source import Source
from pipeline.office.intake.stored import Paper, StoredPlan, Summary, keep_stored, stored_plan
from pipeline.office.intake.world import World
from projections.intakes.state import IntakeStage
from projections.rules.rulesets import Ruleset

MAX_FILES = 200

_READ, _MADE = ReadPapers(), PlansMade()


class TakeIn(msgspec.Struct, frozen=True):
    """Files to be taken in, and what is settled about them beforehand."""

    files: tuple[Path, ...]
    received: date
    answers: Mapping[str, str] = {}
    pages: Mapping[str, Settled] = {}
    ruleset: str | None = None
    replaces: str = ""  # number of the intake whose place they take
    mends: str = ""  # which file of that intake: its name, its place (1, 2, …), or all of them
    reason: str = ""  # why
    sender: Sender = Sender()  # who hands them in
    came_at: datetime | None = None


def plan_intake(workspace: Workspace, asked: TakeIn) -> Plan:
    """Read files and return the plan of what would come of them, kept 30 days; raises `SheetError`, `UsageError`."""
    handed = [file for path in asked.files for file in files_at(path)]
    return plan_handed(workspace, handed, asked)


def plan_handed(workspace: Workspace, handed: Sequence[Handed], asked: TakeIn) -> Plan:
    """Return the plan of files whose content is at hand, kept 30 days; raises as `plan_intake`."""
    workspace.home.texts.refuse({"reason": asked.reason})
    papers, attachments, left_out = _sorted(workspace, handed)
    if not papers:
        reasons = "".join(f"；{file.name}：{text_of(file.why, 'zh')}" for file in left_out)
        raise UsageError(message("there is no file to take in{told}", told=reasons))
    if len(papers) > MAX_FILES:
        raise UsageError(
            message(
                "{papers_count} files at once, and at most {max_files} are taken; split the folder",
                max_files=MAX_FILES,
                papers_count=len(papers),
            )
        )
    replaced = find_replaced(workspace, asked.replaces).state if asked.replaces else None
    stored = StoredPlan(
        papers,
        asked.received,
        asked.answers,
        asked.pages,
        _ruleset(workspace, asked.ruleset or "").label,
        replaced.number if replaced is not None else "",
        asked.reason,
        attachments=attachments,
        left_out=left_out,
        sender=asked.sender,
        came_at=asked.came_at,
    )
    plan_id = secrets.token_hex(5)
    with memory_of(workspace) as memory:
        if replaced is not None:
            stored = with_the_others(stored, papers_taken(memory, replaced), asked.mends)
        plan = planned(workspace, memory, plan_id, stored)
        keep_stored(memory, plan_id, msgspec.structs.replace(stored, summary=summary_of(plan)))
    return plan


def _sorted(
    workspace: Workspace, handed: Sequence[Handed]
) -> tuple[tuple[Paper, ...], tuple[Attachment, ...], tuple[LeftOut, ...]]:
    """Keep files that were handed in; returns those to be read, those that go beside them, and those left out.

    What holds no table is an attachment where it came with a paper; where nothing else came each is read, and refused
    by its own reason. Pictures that were pasted into a form of answers are attachments, too.
    """
    papers, attachments, left_out = [], [], []
    with_paper = not all(attachment_kind(file.content) for file in handed if file.left_out is None)
    for file in handed:
        if file.left_out is not None:
            left_out.append(LeftOut(file.name, file.left_out))
            continue
        sha256 = keep_upload(workspace.home, file.content)
        attachments += [
            Attachment(picture.name, keep_upload(workspace.home, picture.content), "picture")
            for picture in form_pictures(Path(file.name), file.content)
        ]
        if (kind := attachment_kind(file.content)) and with_paper:
            attachments.append(Attachment(file.name, sha256, kind))
        else:
            papers.append(Paper(file.name, sha256, len(file.content)))
    return tuple(papers), tuple(attachments), tuple(left_out)


def load_plan(workspace: Workspace, plan_id: str, answers: Mapping[str, str] = {}) -> Plan:
    """Return a plan as the registry stands now, with more answers if there are any; they are kept with it."""
    with memory_of(workspace) as memory:
        stored = stored_plan(memory, plan_id)
        if answers:
            asked = {question.id for question in planned(workspace, memory, plan_id, stored).questions}
            if unknown := answers.keys() - asked - stored.answers.keys():
                names = joined(", ", sorted(unknown))
                raise UsageError(
                    message(
                        "plan {plan_id} asks no question {told}",
                        plan_id=plan_id,
                        told=names,
                    )
                )
            stored = msgspec.structs.replace(stored, answers={**stored.answers, **answers})
        plan = planned(workspace, memory, plan_id, stored)
        if answers:
            keep_stored(memory, plan_id, msgspec.structs.replace(stored, summary=summary_of(plan)))
        return plan


def plan_again(workspace: Workspace, opened: IntakeOpened) -> Plan:
    """Return what the papers of an intake would bring today, with the answers given then as long as they are kept."""
    with memory_of(workspace) as memory:
        if memory.plan(opened.plan) is not None:
            stored = stored_plan(memory, opened.plan)
        else:
            read = [file for file in opened.files if file.kinds]
            papers = tuple(Paper(file.sha256[:12], file.sha256) for file in read)
            stored = StoredPlan(papers, chinese_day(opened.received_at))
        return planned(workspace, memory, opened.plan, stored)


@contextmanager
def memory_of(workspace: Workspace) -> Iterator[IntakeMemory]:
    """Open what intakes remember."""
    with closing(open_people(workspace.home)) as store:
        yield IntakeMemory(store)


def planned(workspace: Workspace, memory: IntakeMemory, plan_id: str, stored: StoredPlan) -> Plan:
    """Return the plan of what is kept, as the registry stands now."""
    remembered, headers = memory.answers(), memory.headers()
    key = _made_of(workspace, plan_id, stored, remembered, headers)
    if (kept := _MADE.find(key)) is not None:
        return kept
    files = tuple(
        _read(workspace, number, paper, stored, headers) for number, paper in enumerate(stored.papers)
    )
    plan = make_plan(workspace, plan_id, files, stored, remembered)
    _MADE.keep(key, plan)
    return plan


def _made_of(
    workspace: Workspace,
    plan_id: str,
    stored: StoredPlan,
    remembered: Mapping[tuple[str, str], str],
    headers: Headers,
) -> bytes:
    """Return a digest of all that a plan follows from: papers that are there, what was said, and the facts."""
    for paper in stored.papers:
        read_upload(workspace.home, paper.sha256)  # one that was erased is to be missed
    bare = msgspec.structs.replace(stored, summary=Summary(), sent_back="", number="", writing="")
    content = (
        str(workspace.home.path),
        plan_id,
        msgspec.json.encode(bare, order="deterministic"),
        sorted(remembered.items()),
        sorted(headers.items()),
        workspace.log.end_offsets(FACTS),
    )
    return hashlib.sha256(msgspec.msgpack.encode(content)).digest()


def _read(workspace: Workspace, number: int, paper: Paper, stored: StoredPlan, headers: Headers) -> ReadFile:
    """Read a paper, and again the way that answers about its pages say; an answer may lead to another question.

    What is remembered of the columns of its senders is put in once they are known.
    """
    content = read_upload(workspace.home, paper.sha256)
    settings, done = PageSettings(stored.pages), set[str]()
    for key, settled in stored.settled.items():
        place, _, title = key.partition("!")
        if place == str(number):
            settings[title] = settled
    while True:
        file = _READ.read(paper.name, content, paper.sha256, stored.received, settings)
        settings, followed = settled_by_answers(number, file, settings, stored.answers)
        if followed <= done:
            break
        done |= followed
    settings, anew = with_learned(settings, file, stored.sender, headers)
    return _READ.read(paper.name, content, paper.sha256, stored.received, settings) if anew else file


def make_plan(
    workspace: Workspace,
    plan_id: str,
    files: tuple[ReadFile, ...],
    stored: StoredPlan,
    remembered: Mapping[tuple[str, str], str],
) -> Plan:
    """Return the plan of files that were read."""
    replaced = replaced_by(workspace, stored.replaces) if stored.replaces else None
    world = World(workspace, replaced.facts if replaced is not None else {})
    digests = [file.sha256 for file in files]
    attempts = {
        digest: 1 + sum(_brought(i.opened.files, digest) for i in world.intakes.values())
        for digest in digests
    }
    asker = Asker(digests, stored.answers, remembered)
    ruleset = _ruleset(workspace, stored.ruleset)
    building = Building(
        world,
        files,
        asker,
        stored.received,
        stored.attachments,
        frozenset(stored.set_aside),
        stored.sender,
    )
    plan_pages(building, Source(files, attempts), ruleset)
    kept, gone = take_place(building, replaced) if replaced is not None else (frozenset(), ())
    building.mark_known()
    before = tuple(
        number
        for number, intake in world.intakes.items()
        if intake.stage in (IntakeStage.TAKEN, IntakeStage.OPEN)
        and number != stored.replaces
        and any(_brought(intake.opened.files, digest) for digest in digests)
    )
    return Plan(
        id=plan_id,
        received=stored.received,
        files=files,
        rows=tuple(sorted(building.rows, key=lambda row: row.at)),
        drafts=tuple(building.drafts),
        changes=tuple(building.changes),
        people=_joined(building.people),
        questions=asker.questions,
        missing=tuple(building.missing),
        hints=tuple(building.hints),
        taken_before=before,
        replaces=stored.replaces,
        kept=kept,
        gone=gone,
        attachments=stored.attachments,
        left_out=stored.left_out,
    )


def _ruleset(workspace: Workspace, name: str) -> Ruleset:
    return find_ruleset(name, workspace.home.path).ruleset if name else ruleset_of(workspace.home)


def _brought(files: tuple[object, ...], digest: str) -> bool:
    return any(getattr(file, "sha256", "") == digest for file in files)


def _joined(people: list[PlannedPerson]) -> tuple[PlannedPerson, ...]:
    """Return each person of a unit and role once, with all accounts."""
    joined: dict[tuple[object, ...], PlannedPerson] = {}
    for person in people:
        placed = person.placed
        key = (placed.unit, placed.role, placed.given.name, placed.given.phone)
        first = joined.setdefault(key, person)
        if first is not person:
            accounts = tuple(dict.fromkeys((*first.accounts, *person.accounts)))
            needs = () if not first.needs or not person.needs else first.needs
            joined[key] = msgspec.structs.replace(first, accounts=accounts, needs=needs)
    return tuple(joined.values())


def summary_of(plan: Plan) -> Summary:
    """Return a plan in a line."""
    return Summary(
        tuple(sorted({page.kind for file in plan.files for page in file.pages if page.read})),
        len(plan.rows),
        len(plan.open_questions()),
        len(of_fate(plan.rows, "refused")),
    )


def digest_of(plan: Plan, ids: list[str]) -> str:
    """Return a digest of what a plan would write."""
    return hashlib.sha256("\n".join([plan.id, *ids]).encode()).hexdigest()[:16]


def plan_digest(plan: Plan, *, by_default: bool) -> str:
    """Return a digest of all that a plan would write and take away, words of people among it."""
    digest = hashlib.sha256(plan.id.encode())
    for draft in plan.written(by_default=by_default):
        digest.update(encode_event(draft.event))
    settled = plan.settled(by_default=by_default)
    for person in plan.people:
        if settled.issuperset(person.needs):
            digest.update(msgspec.msgpack.encode((person.placed, person.accounts)))
    for gone in plan.gone:
        digest.update(gone.bytes)
    return digest.hexdigest()[:16]
