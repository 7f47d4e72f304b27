"""Undoing an intake: one compensating event for each of its facts, and what rests on them is named first."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from connectors.history.dependent_facts import facts_about
from connectors.people.intake_memory import IntakeMemory
from events import fact_ids
from events.account import AccountOpened
from events.codec import Event
from events.intake import IntakeWithdrawn
from events.messages import joined, message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.people import called, open_people
from pipeline.home.workspace import Workspace
from pipeline.office.intake.manifest import Manifest, Stated, read_manifest, stated_by_others
from pipeline.office.intake.plan import Title
from pipeline.office.intake.world import World
from pipeline.office.taking_back import RevisionDue, TakeBack, agree_on, still_due
from pipeline.office.withdrawals import compensation
from projections.intakes.state import IntakeStage, IntakeState, subject_of

_WHY_PEOPLE = "intake undone 撤销收件"
_CHUNK = 2000


class UndoIntake(msgspec.Struct, frozen=True):
    """Take back what an intake brought, all of it."""

    number: str
    reason: str
    although: bool = False  # go on though other facts rest on accounts that it opened
    second: str = ""  # who agrees, where a frozen round knew the facts


class Resting(msgspec.Struct, frozen=True):
    """Facts of others about an account that an intake opened: without it they count nowhere."""

    subject: str
    account: Title
    facts: Mapping[str, int]  # type to number


class Undone(msgspec.Struct, frozen=True):
    """What an undo did."""

    intake: str
    withdrawn: int
    kept: int = 0  # facts that another intake states, too: they stay
    people: int = 0  # who were given back what was before
    resting: tuple[Resting, ...] = ()
    revisions_due: tuple[RevisionDue, ...] = ()  # frozen rounds that knew the facts
    undone_before: bool = False


def undo(workspace: Workspace, asked: UndoIntake, actor: Actor) -> Undone:
    """Withdraw every fact that an intake brought; twice is nothing, and cut off it goes on.

    Void from the start for whoever knows of it; what held before holds again, because values follow from the facts that
    stand. A fact that another intake states, too, stays. Raises `ConflictError` where facts of others rest on accounts
    that would go, and `UsageError` for an intake that is not known or was cut off.
    """
    world = World(workspace)
    state = find_intake(world, asked.number)
    if state.withdrawn is not None:
        return Undone(asked.number, 0, undone_before=True)
    workspace.home.texts.refuse({"reason": asked.reason})
    manifest, going, kept = brought_by(workspace, world, state)
    opened = {fact.subject for fact in going if fact.type == AccountOpened.type}
    resting = facts_resting(workspace, world, opened, {fact.id for fact in manifest.facts})
    if resting and not asked.although:
        raise ConflictError(rests(asked.number, resting))
    facts = world.facts(fact.id for fact in going)
    events = [
        compensation(facts[fact.id], asked.reason, actor, asked.number)
        for fact in reversed(going)
        if fact.id in facts and fact.id not in world.void
    ]
    due = agree_on(workspace, [fact.id for fact in going], TakeBack(asked.reason, asked.second), actor)
    for begin in range(0, len(events), _CHUNK):
        workspace.log.append(events[begin : begin + _CHUNK])
        fail_point("undo.after_facts")
    with closing(open_people(workspace.home)) as store:
        people = store.restore(asked.number, called(_WHY_PEOPLE))
        IntakeMemory(store).forget_headers_of(state.number)
    fail_point("undo.before_withdrawn")
    subject = subject_of(asked.number)
    data = IntakeWithdrawn(opened_id=state.opened_id, reason=asked.reason, facts=len(going), kept=kept)
    event_id = fact_ids.intake_withdrawn(subject)
    origin = actor.origin(intake=asked.number)
    workspace.log.append([Event(event_id, OFFICE, subject, datetime.now(UTC), data, origin)])
    return Undone(asked.number, len(going), kept, people, resting, still_due(workspace, due))


def brought_by(workspace: Workspace, world: World, state: IntakeState) -> tuple[Manifest, list[Stated], int]:
    """Return the manifest of an intake, the facts that would go with it, and how many others state, too."""
    manifests = _manifests(workspace, world.intakes.values(), state.number)
    manifest = manifests[state.number]
    shared = stated_by_others(manifests, state.number)
    brought = [fact for fact in manifest.facts if not fact.known]
    going = [fact for fact in brought if fact.id not in shared]
    return manifest, going, len(brought) - len(going)


def find_intake(world: World, number: str) -> IntakeState:
    """Return an intake by its number, with or without 收 before it; raises `NotFoundError`."""
    wanted = number.strip().removeprefix("收")
    state = world.intakes.get(wanted)
    if state is None:
        newest = joined(", ", sorted(world.intakes)[-3:]) or message("none yet")
        raise NotFoundError(
            message(
                "no intake {wanted}; the newest are {newest}: `xuncha intake list`",
                wanted=wanted,
                newest=newest,
            )
        )
    if state.stage is IntakeStage.OPEN:
        raise UsageError(
            message(
                "intake {wanted} was cut off: end it first with `xuncha intake confirm {plan}`",
                wanted=wanted,
                plan=state.opened.plan,
            )
        )
    return state


def _manifests(workspace: Workspace, intakes: Iterable[IntakeState], number: str) -> dict[str, Manifest]:
    return {
        state.number: read_manifest(workspace.home, state.opened.manifest, state.number)
        for state in intakes
        if state.stage is IntakeStage.TAKEN or state.number == number
    }


def facts_resting(
    workspace: Workspace, world: World, opened: Collection[str], own: Container[UUID]
) -> tuple[Resting, ...]:
    """Return the facts that rest on accounts which an intake opened, and that it did not bring itself."""
    if not opened:
        return ()
    counts: dict[str, Counter[str]] = {}
    for subject, type_, event_id in facts_about(workspace.client, sorted(opened)):
        if event_id not in own and event_id not in world.void and not type_.endswith(".withdrawn"):
            counts.setdefault(subject, Counter())[type_] += 1
    return tuple(Resting(s, world.title(s), dict(count)) for s, count in sorted(counts.items()))


def rests(number: str, resting: tuple[Resting, ...]) -> str:
    """Say what rests on the accounts of an intake."""
    accounts = "；".join(
        f"{r.account}：" + "、".join(f"{type_} {n}" for type_, n in sorted(r.facts.items()))
        for r in resting[:5]
    )
    more = message(" … {resting_count} accounts", resting_count=len(resting)) if len(resting) > 5 else ""
    return message(
        "other facts rest on accounts that intake {number} opened ({shown}{more}); undo"
        " the intakes that brought them first, or go on although they do: they then count"
        " nowhere",
        number=number,
        shown=accounts,
        more=more,
    )
