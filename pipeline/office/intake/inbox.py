"""What was handed in, plans that wait for a yes and intakes alike, as far as somebody may see it."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.history.knowledge import actors_of
from events.days import chinese_day
from events.folding import fold
from events.instants import to_micros
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.workspace import Workspace
from pipeline.office.intake.open_plans import open_plans
from pipeline.office.intake.papers import memory_of
from pipeline.office.intake.sender import Sender, sent_by
from pipeline.office.intake.stored import StoredPlan, stored_plan
from pipeline.office.intake.world import World
from pipeline.office.units import unit_tree
from projections.intakes.state import IntakeStage, IntakeState
from projections.registry.units import Unit, units_by_name


class PaperView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was handed in."""

    number: str  # of an intake; empty: it waits
    plan: str
    came_at: datetime | None  # of a plan by the command line None
    received_at: datetime | None
    stage: str  # waiting, sent_back, open, taken, withdrawn, replaced
    kinds: tuple[str, ...]
    files: tuple[str, ...] = ()  # names, as long as the plan is kept
    rows: int = 0
    questions: int = 0
    facts: int = 0
    role: str = ""  # of the sender; empty: the office
    scope: str = ""
    reason: str = ""  # of one that was undone or given back
    replaces: str = ""


class Senders(msgspec.Struct, frozen=True):
    """Who may see what others handed in."""

    units: Mapping[str, tuple[Unit, ...]]

    def sees(self, viewer: Sender, sender: Sender) -> bool:
        """Tell whether somebody sees what a sender handed in: the office all, others theirs and their units'."""
        if viewer.is_office or (viewer.actor and viewer.actor == sender.actor):
            return True
        if (viewer.role, viewer.scope) == (sender.role, sender.scope):
            return True
        if viewer.role != "competent" or sender.role != "owner":
            return False
        return any(fold(unit.area) == fold(viewer.scope) for unit in self.units.get(sender.scope, ()))


def senders_of(workspace: Workspace) -> Senders:
    """Return who may see what, by the tree of units as known now."""
    return Senders(units_by_name(unit_tree(workspace)))


def list_papers(workspace: Workspace, viewer: Sender) -> list[PaperView]:
    """Return what somebody may see, the newest first; what waits stands before what was taken in."""
    senders = senders_of(workspace)
    with memory_of(workspace) as memory:
        stored = {
            plan_id: msgspec.json.decode(body, type=StoredPlan) for plan_id, body in memory.plans().items()
        }
    waiting = [
        _of_plan(plan_id, plan)
        for plan_id, plan in open_plans(stored).items()
        if senders.sees(viewer, plan.sender)
    ]
    taken = [
        _of_intake(state, stored.get(state.opened.plan))
        for state in World(workspace).intakes.values()
        if senders.sees(viewer, sender_of(state))
    ]
    return [
        *sorted(waiting, key=lambda view: _micros(view.came_at), reverse=True),
        *sorted(taken, key=lambda view: view.number, reverse=True),
    ]


def _micros(at: datetime | None) -> int:
    return 0 if at is None else to_micros(at)


def _of_plan(plan_id: str, plan: StoredPlan) -> PaperView:
    return PaperView(
        number="",
        plan=plan_id,
        came_at=plan.came_at,
        received_at=None,
        stage="sent_back" if plan.sent_back else "waiting",
        kinds=plan.summary.kinds,
        files=tuple(paper.name for paper in plan.papers),
        rows=plan.summary.rows,
        questions=plan.summary.questions,
        role=plan.sender.role,
        scope=plan.sender.scope,
        reason=plan.sent_back,
        replaces=plan.replaces,
    )


def _of_intake(state: IntakeState, plan: StoredPlan | None) -> PaperView:
    sender = sender_of(state)
    return PaperView(
        number=state.number,
        plan=state.opened.plan,
        came_at=state.opened_at,
        received_at=state.opened.received_at,
        stage=str(state.stage),
        kinds=tuple(sorted({kind for file in state.opened.files for kind in file.kinds})),
        files=tuple(paper.name for paper in plan.papers) if plan is not None else (),
        facts=state.opened.facts,
        role=sender.role,
        scope=sender.scope,
        reason=state.withdrawn.reason if state.withdrawn else "",
        replaces=state.opened.replaces,
    )


def sender_of(state: IntakeState) -> Sender:
    """Return who handed an intake in, as far as its facts say."""
    return sent_by(state.opened.handed_in_by, state.opened.on_behalf)


def find_plan(workspace: Workspace, viewer: Sender, plan_id: str) -> StoredPlan:
    """Return a plan that somebody may see; raises `NotFoundError` for another as for none."""
    with memory_of(workspace) as memory:
        stored = stored_plan(memory, plan_id)
    if not senders_of(workspace).sees(viewer, stored.sender):
        raise _not_there(plan_id)
    return stored


def find_paper(workspace: Workspace, viewer: Sender, number: str) -> IntakeState:
    """Return an intake that somebody may see, one that was cut off too; raises `NotFoundError` for another."""
    state = World(workspace).intakes.get(number.removeprefix("收"))
    if state is None or not senders_of(workspace).sees(viewer, sender_of(state)):
        raise _not_there(number)
    return state


def view_paper(workspace: Workspace, state: IntakeState) -> PaperView:
    """Return an intake as the list shows it."""
    with memory_of(workspace) as memory:
        body = memory.plan(state.opened.plan)
    plan = None if body is None else msgspec.json.decode(body, type=StoredPlan)
    return _of_intake(state, plan)


def confirmed_by(workspace: Workspace, state: IntakeState) -> str:
    """Return the actor who confirmed an intake, empty where no fact says it."""
    return actors_of(workspace.client, [state.opened_id]).get(state.opened_id, "")


def may_undo(workspace: Workspace, viewer: Sender, state: IntakeState, now: datetime) -> bool:
    """Tell whether somebody may undo an intake: the office any, others their own, a firm on the same day."""
    if state.stage is not IntakeStage.TAKEN:
        return False
    if viewer.role in ("", "clerk"):
        return True
    sender = sender_of(state)
    own = (viewer.role, viewer.scope) == (sender.role, sender.scope)
    if not own or viewer.is_office or confirmed_by(workspace, state) != viewer.actor:
        return False
    return viewer.role != "firm" or chinese_day(state.opened_at) == chinese_day(now)


def _not_there(named: str) -> NotFoundError:
    return NotFoundError(message("nothing was handed in under {named}", named=named))
