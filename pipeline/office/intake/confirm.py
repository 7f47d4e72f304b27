"""Confirming a plan: the facts are written under a number, all of them, however often the process dies."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from connectors.history.knowledge import read_by_id
from connectors.people.intake_memory import IntakeMemory
from connectors.people.person import Caller, Placed
from connectors.people.sql import SqlPeople
from events import fact_ids
from events.account import AccountChanged, AccountOpened
from events.base import Payload
from events.claim import intake_number
from events.codec import CODEC, Event, encode_event
from events.instants import SHANGHAI
from events.intake import IntakeClosed, IntakeFile, IntakeOpened, PageKind
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import OFFICE as COMMAND_LINE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.claims.holding import Wanted as Claimed
from pipeline.home.claims.holding import claimed
from pipeline.home.errors import BusyError, ConflictError, UsageError
from pipeline.home.evidence import keep_content
from pipeline.home.failpoints import fail_point
from pipeline.home.people import called, open_people
from pipeline.home.uploads import read_upload
from pipeline.home.workspace import Workspace
from pipeline.office.intake.building import all_phones
from pipeline.office.intake.example_papers import begin_as_example
from pipeline.office.intake.header_memory import headers_settled
from pipeline.office.intake.manifest import keep_manifest, manifest_of
from pipeline.office.intake.moments import beginning_of
from pipeline.office.intake.papers import digest_of, plan_digest, planned
from pipeline.office.intake.plan import Draft, Plan, PlannedPerson, PlannedRow, basis_of, remembered_answers
from pipeline.office.intake.replacing import find_replaced, require_replaceable, withdrawals
from pipeline.office.intake.stored import StoredPlan, keep_stored, stored_plan
from pipeline.office.intake.world import World
from pipeline.office.taking_back import RevisionDue, TakeBack, agree_on, still_due
from projections.intakes.state import IntakeStage, subject_of

_BEING_WRITTEN = timedelta(minutes=10)
_WHY_PEOPLE = "intake 收件登记"


class Confirm(msgspec.Struct, frozen=True):
    """A yes to a plan; with `accept_defaults` also to the default of each question that nobody answered."""

    plan: str
    accept_defaults: bool = False
    second: str = ""  # who agrees, where a frozen round knew what a replaced intake loses
    shown: str = ""  # digest of what somebody was shown; empty: whatever the plan is now


class Taken(msgspec.Struct, frozen=True):
    """What became of a plan."""

    intake: str  # number, 2026-0007
    plan: str
    new_facts: int
    known_facts: int = 0
    people: int = 0
    left_out: tuple[
        PlannedRow, ...
    ] = ()  # rows that were not taken, and why; not those that say what is known
    withdrawn: int = 0  # facts of a replaced intake that are stated no more, and the intake itself
    revisions_due: tuple[RevisionDue, ...] = ()  # frozen rounds that knew what a replaced intake lost
    waiting: int = 0  # questions that nobody answered
    taken_before: bool = False  # a file of it was taken already and it says nothing new: nothing was done


class _Writing(msgspec.Struct, frozen=True):
    """What is written for a plan; kept before the first fact of it, so that whoever goes on writes the same."""

    number: str
    at: datetime
    opened: IntakeOpened
    facts: tuple[bytes, ...]  # what voids those of a replaced intake among them
    people: int = 0
    known: int = 0
    withdrawn: int = 0  # facts of a replaced intake, and the intake
    persons: tuple[str, ...] = ()  # ids


def confirm(workspace: Workspace, asked: Confirm, actor: Actor) -> Taken:
    """Write what a plan shows; raises `UsageError` where there is no such plan, or a question has no answer for a page.

    So it does where a frozen round knew what a replaced intake loses, and nobody beside the actor agrees: nothing is
    written then.

    1. The number is claimed, people are stored under it, and what is to be written is kept.
    2. `intake.opened` names the claim; the facts follow, each with intake and basis; `intake.closed` ends them.
    Cut off anywhere, the same confirmation goes on with what was kept, and ends as it would have.
    """
    with closing(open_people(workspace.home)) as store:
        memory = IntakeMemory(store)
        stored = stored_plan(memory, asked.plan)
        if stored.number and not stored.writing:
            return Taken(stored.number, asked.plan, 0, taken_before=True)
        plan = None
        if not stored.writing:
            _refuse_beside_another(workspace)
            plan = planned(workspace, memory, asked.plan, stored)
            if (
                plan.taken_before
                and not stored.replaces
                and not plan.written(by_default=asked.accept_defaults)
            ):
                return Taken(plan.taken_before[0], asked.plan, 0, waiting=_waiting(plan), taken_before=True)
            _require_unchanged(plan, asked)
            if plan.replaces:
                require_replaceable(workspace, plan, plan.stated(by_default=asked.accept_defaults))
            begin_as_example(workspace, stored, actor)
        return _written(workspace, store, memory, stored, plan, asked, actor)


def _require_unchanged(plan: Plan, asked: Confirm) -> None:
    """Refuse to store anything but what somebody has looked through; raises `ConflictError`."""
    if asked.shown and asked.shown != plan_digest(plan, by_default=asked.accept_defaults):
        raise ConflictError(message("the plan is not what was shown: look it through again"))


def _refuse_beside_another(workspace: Workspace) -> None:
    """Refuse to plan while another intake is being written: its accounts may be half known, and would be opened twice.

    One that was cut off stops counting after ten minutes (definitions, Closed and offered); `doctor` goes on naming it.
    Two that begin at once claim one number, so that one of them plans anew.
    """
    now = datetime.now(UTC)
    for state in World(workspace).intakes.values():
        if state.stage is IntakeStage.OPEN and now - state.opened_at < _BEING_WRITTEN:
            raise BusyError(
                message(
                    "intake {number} is being taken in: confirm again once it has ended; one that was"
                    " cut off ends by `xuncha intake confirm {plan}`",
                    number=state.number,
                    plan=state.opened.plan,
                )
            )


def _written(
    workspace: Workspace,
    store: SqlPeople,
    memory: IntakeMemory,
    stored: StoredPlan,
    plan: Plan | None,
    asked: Confirm,
    actor: Actor,
) -> Taken:
    number = stored.number or next_number(workspace, datetime.now(SHANGHAI).year)
    subject = subject_of(number)
    opened_id = fact_ids.intake_opened(subject, asked.plan)
    left_out: tuple[PlannedRow, ...] = ()
    due: tuple[RevisionDue, ...] = ()
    if not read_by_id(workspace.client, [opened_id]):
        with claimed(workspace, Claimed(intake_number(number), f"intake of plan {asked.plan}")) as hold:
            if plan is not None:
                due = _agreed(workspace, plan, stored, asked, actor)
                stored, left_out = _prepared(workspace, store, memory, stored, plan, asked, actor, number)
            writing = _writing(stored)
            opened = replace(writing.opened, claims=hold.ids)
            fail_point("intake.before_opened")
            hold.append([Event(opened_id, OFFICE, subject, writing.at, opened, actor.origin(intake=number))])
    writing = _writing(stored)
    fail_point("intake.after_opened")
    append_new(workspace, [CODEC.decode(fact) for fact in writing.facts])
    if stored.replaces:
        fail_point("intake.before_people")
        store.take_over(stored.replaces, number, writing.persons, _caller(actor))
    fail_point("intake.before_closed")
    brought = len(writing.facts) - writing.withdrawn
    closed = IntakeClosed(opened_id=opened_id, facts=brought)
    closed_id = fact_ids.intake_closed(subject)
    if not read_by_id(workspace.client, [closed_id]):
        workspace.log.append(
            [Event(closed_id, OFFICE, subject, writing.at, closed, actor.origin(intake=number))]
        )
    keep_stored(memory, asked.plan, replace(stored, writing=""))
    return Taken(
        number,
        asked.plan,
        brought,
        writing.known,
        writing.people,
        left_out,
        writing.withdrawn,
        still_due(workspace, due),
    )


def _agreed(
    workspace: Workspace, plan: Plan, stored: StoredPlan, asked: Confirm, actor: Actor
) -> tuple[RevisionDue, ...]:
    """Record that a second person agrees to what a replaced intake loses, as an undo does; before anything is kept."""
    if not plan.replaces:
        return ()
    stated = {draft.event.id for draft in plan.stated(by_default=asked.accept_defaults)}
    gone = [fact.id for fact in find_replaced(workspace, plan.replaces).gone(stated)]
    return agree_on(workspace, gone, TakeBack(stored.reason, asked.second), actor)


def next_number(workspace: Workspace, year: int) -> str:
    """Return the number of the next intake: the year and how many were opened in it."""
    opened = World(workspace).intakes
    return f"{year}-{1 + sum(number.startswith(f'{year}-') for number in opened):04}"


def _prepared(
    workspace: Workspace,
    store: SqlPeople,
    memory: IntakeMemory,
    stored: StoredPlan,
    plan: Plan,
    asked: Confirm,
    actor: Actor,
    number: str,
) -> tuple[StoredPlan, tuple[PlannedRow, ...]]:
    """Store people, keep the manifest and what is to be written; returns the plan as kept, and rows left out."""
    settled = plan.settled(by_default=asked.accept_defaults)
    drafts = plan.written(by_default=asked.accept_defaults)
    stated = plan.stated(by_default=asked.accept_defaults)
    people = [p for p in plan.people if settled.issuperset(p.needs)]
    if not (drafts or people or plan.gone):
        raise UsageError(
            message(
                "plan {id} brings nothing new: every row is known already, refused, or waits for an answer",
                id=plan.id,
            )
        )
    names = [p.placed.given.name for p in people]
    workspace.home.texts.refuse_in_facts([draft.event for draft in drafts], names)
    replaced = find_replaced(workspace, plan.replaces) if plan.replaces else None
    ids = store.put(_with_every_phone(people), _caller(actor), number) if people else []
    _keep_papers(workspace, plan, drafts)
    placed: dict[str, dict[str, str]] = {}
    for person, person_id in zip(people, ids, strict=True):
        for account in person.accounts:
            placed.setdefault(account, {})[person.placed.role] = person_id
    at = datetime.now(UTC)
    opened = {draft.event.subject for draft in drafts if isinstance(draft.event.data, AccountOpened)}
    elsewhere = {subject: roles for subject, roles in placed.items() if subject not in opened}
    placements = _placements(workspace, plan, elsewhere, actor, number)
    events = [*_events(plan, drafts, placed, actor, number), *placements]
    voiding = withdrawals(replaced, stated, number, stored.reason, actor) if replaced is not None else []
    opening = IntakeOpened(
        plan=plan.id,
        digest=digest_of(plan, [str(event.id) for event in events]),
        files=(
            *(IntakeFile(f.sha256, _kinds(f)) for f in plan.files),
            *(IntakeFile(a.sha256) for a in plan.attachments),
        ),
        received_at=beginning_of(plan.received),
        manifest=keep_manifest(workspace.home, manifest_of(plan, stated, placements, stored)),
        facts=len(events),
        replaces=stored.replaces,
        handed_in_by=stored.sender.actor if stored.sender.actor != actor.code else "",
        on_behalf=stored.sender.on_behalf,
    )
    writing = _Writing(
        number,
        at,
        opening,
        tuple(encode_event(event) for event in (*events, *voiding)),
        len(people),
        len(stated) - len(drafts),
        len(voiding),
        tuple(dict.fromkeys(ids)),
    )
    kept = replace(stored, number=number, writing=msgspec.json.encode(writing).decode())
    keep_stored(memory, plan.id, kept)
    memory.keep_answers(remembered_answers(plan, by_default=asked.accept_defaults))
    if stored.replaces:
        memory.forget_headers_of(stored.replaces)
    memory.keep_headers(number, headers_settled(plan, stored))
    brought = {draft.at for draft in stated} | {p.at for p in people}
    alike = {row.at for row in plan.rows if row.fate == "taken" and settled.issuperset(row.needs)}
    return kept, tuple(row for row in plan.rows if row.at not in brought | alike)


def _keep_papers(workspace: Workspace, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Keep the attachments that facts name with the evidence, durable before any fact."""
    attached = {file.sha256 for file in plan.attachments}
    for draft in drafts:
        for evidence in getattr(draft.event.data, "evidence", ()):
            if evidence.sha256 in attached:
                keep_content(workspace.home, evidence.sha256, read_upload(workspace.home, evidence.sha256))


def _waiting(plan: Plan) -> int:
    return len(plan.open_questions())


def _with_every_phone(people: Sequence[PlannedPerson]) -> list[Placed]:
    """Return the people of a plan, each with all phones that it tells: a name that stands in two rows is one person."""
    phones: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for person in people:
        placed = person.placed
        phones[placed.unit, placed.role, placed.given.name].append(placed.given.phone)
    return [
        replace(p, given=replace(p.given, phone=all_phones(phones[p.unit, p.role, p.given.name])))
        for p in (person.placed for person in people)
    ]


def _writing(stored: StoredPlan) -> _Writing:
    if not stored.writing:
        raise ConflictError(message("somebody else is confirming this plan; look at `xuncha intake list`"))
    return msgspec.json.decode(stored.writing, type=_Writing)


def _events(
    plan: Plan, drafts: Sequence[Draft], placed: dict[str, dict[str, str]], actor: Actor, number: str
) -> list[Event[Payload]]:
    """Return the facts with what stands beside them; a new account names its people by their ids."""
    events = []
    for draft in drafts:
        event: Event[Any] = draft.event
        if isinstance(event.data, AccountOpened) and event.subject in placed:
            event = replace(event, data=replace(event.data, people=placed[event.subject]))
        origin = actor.origin(intake=number, basis=basis_of(plan.files, draft.at))
        events.append(replace(event, origin=origin))
    return events


def _placements(
    workspace: Workspace,
    plan: Plan,
    placed: dict[str, dict[str, str]],
    actor: Actor,
    number: str,
) -> list[Event[Payload]]:
    """Return the changes of who is responsible for known accounts; the same person under another number is none."""
    cards = World(workspace).cards
    events: list[Event[Payload]] = []
    at = beginning_of(plan.received)
    for subject, roles in placed.items():
        card = cards.get(subject)
        if card is None or all(card.people.get(role) == person for role, person in roles.items()):
            continue
        data = AccountChanged(people={**card.people, **roles})
        event_id = fact_ids.people_placed_by_plan(subject, plan.id)
        events.append(Event(event_id, OFFICE, subject, at, data, actor.origin(intake=number)))
    return events


def _caller(actor: Actor) -> Caller:
    """Return who stores people for a plan: the user who confirms it, on the command line that of the machine."""
    return called(_WHY_PEOPLE, None if actor == COMMAND_LINE else actor.code)


def _kinds(file: Any) -> tuple[Any, ...]:
    known = get_args(PageKind)
    kinds = {page.kind if page.kind in known else "other" for page in file.pages if page.read}
    return tuple(sorted(kinds))
