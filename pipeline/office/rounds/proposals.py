"""Proposing to freeze a round in spite of gaps: the clerk says why, and another person freezes it."""

from datetime import UTC, datetime

from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.agreeing import Freeze, record_proposal
from pipeline.office.rounds.freeze import score_sample
from pipeline.office.rounds.guards import unmet
from pipeline.office.rounds.state import load_round, require_stage
from projections.rounds.state import RoundState, Stage


def propose_freeze(workspace: Workspace, asked: Freeze, actor: Actor) -> RoundState:
    """Record that a round shall be frozen as `asked`, with what is open now; the same again records nothing.

    Raises `UsageError` where nothing is open, without a reason, and before the check point.
    """
    state = load_round(workspace, asked.name)
    require_stage(state, message("frozen"), Stage.DRAWN)
    scored = score_sample(workspace, state)
    found = unmet(workspace, state, scored.rows, scored.rules, asked.overrides, datetime.now(UTC))
    return record_proposal(workspace, state, found, asked, actor)
