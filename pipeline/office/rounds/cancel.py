"""Cancelling a round before its freeze: its name is free again, and it counts for no quarter."""

from datetime import UTC, datetime

from events import round_ids
from events.claim import round_draw, round_freeze
from events.fields import field
from events.messages import message
from events.round import RoundCancelled
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.state import load_round, require_stage, round_event
from projections.rounds.state import RoundState, Stage, subject_of


def cancel_round(workspace: Workspace, name: str, reason: str, actor: Actor) -> RoundState:
    """Cancel a round that is not frozen; cancelling again changes nothing.

    The freeze is claimed, and the draw where there is none yet: of a clerk who cancels and one who goes on, one does
    it and the other hears who (`ConflictError`). Looks and findings of sheets that were read stay what they are: facts
    about accounts. Raises `UsageError` for a round that is frozen, and for a reason that is empty or tells of people.
    """
    state = load_round(workspace, name)
    if state.cancelled is not None:
        return state
    reason = reason.strip()
    if not reason:
        raise UsageError(
            message("{reason} is empty; say why round {name} is cancelled", reason=field("reason"), name=name)
        )
    workspace.home.texts.refuse({"reason": reason})
    require_stage(state, message("cancelled"), Stage.ANNOUNCED, Stage.DRAWN)
    things = [round_freeze(name, state.telling)]
    if state.drawn is None:
        things.append(round_draw(name, state.telling))
    wanted = [Wanted(thing, f"a cancellation of {name}") for thing in things]
    with claimed(workspace, *wanted) as hold:
        data = RoundCancelled(reason=reason, claims=hold.ids)
        fail_point("cancel.before_fact")
        event_id = round_ids.round_cancelled(subject_of(name), state.telling)
        hold.append([round_event(name, event_id, datetime.now(UTC), data, actor)])
        fail_point("cancel.after_fact")
    workspace.catch_up()
    return load_round(workspace, name)
