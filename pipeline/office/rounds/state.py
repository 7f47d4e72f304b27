"""Rounds as known now, and the order in which their steps are taken."""

from datetime import datetime
from uuid import UUID

from events.base import Payload
from events.closeness import nearest
from events.codec import NO_ORIGIN, Event
from events.instants import FAR
from events.messages import Message, message
from events.round import SampleDrawn
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import known_acts
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.workspace import Workspace
from projections.rounds.state import ROUND_TYPES, RoundState, Stage, fold_rounds, subject_of


def list_rounds(workspace: Workspace, *, texts: bool = True, known_at: datetime = FAR) -> list[RoundState]:
    """Return every round as known at K (default: now), cancelled ones too, by check point and name.

    Without `texts` no text store is asked.
    """
    rounds = [
        r
        for newest in _newest(workspace, texts=texts, known_at=known_at).values()
        for r in (*newest.before, newest)
    ]
    return sorted(rounds, key=lambda r: (r.announced.check_point, r.name, r.telling))


def round_of_key(workspace: Workspace, key: str, known_at: datetime = FAR) -> RoundState:
    """Return the newest round of a name as known at K, or with `NAME#2` the second that was announced under it.

    Raises `NotFoundError` where there is none.
    """
    name, _, telling = key.partition("#")
    state = _newest(workspace, known_at=known_at).get(name)
    for one in (*state.before, state) if state is not None else ():
        if telling == str(one.telling) or (not telling and one is state):
            return one
    raise NotFoundError(message("no round {name!r}", name=key))


def find_round(workspace: Workspace, name: str) -> RoundState | None:
    """Return the newest round of a name as known now, None where there is none."""
    return _newest(workspace).get(name)


def load_round(workspace: Workspace, name: str) -> RoundState:
    """Return the newest round of a name as known now; raises `NotFoundError` where there is none of this name."""
    rounds = _newest(workspace)
    if name not in rounds:
        raise NotFoundError(
            message(
                "no round {name!r}{nearest}; `xuncha round list` shows them, `xuncha round"
                " announce` makes one",
                name=name,
                nearest=nearest(name, rounds),
            )
        )
    return rounds[name]


def require_stage(state: RoundState, what: str, *allowed: Stage) -> None:
    """Refuse a step that the stage of a round does not allow; raises `UsageError` with what to do instead."""
    if state.stage not in allowed:
        raise refusal(state, what)


def refusal(state: RoundState, what: str) -> UsageError:
    """Return the error of a step that the stage of a round does not allow."""
    return UsageError(
        message(
            "round {name} is {stage} and cannot be {what}; {remedy}",
            name=state.name,
            stage=_stage(state.stage),
            what=what,
            remedy=_remedy(state),
        )
    )


def _stage(stage: Stage) -> Message:
    return {
        Stage.ANNOUNCED: message("announced"),
        Stage.DRAWN: message("drawn"),
        Stage.FROZEN: message("frozen"),
        Stage.CANCELLED: message("cancelled"),
        Stage.CLOSED: message("closed"),
    }[stage]


def _remedy(state: RoundState) -> Message:
    name = state.name
    return {
        Stage.ANNOUNCED: message("draw its sample first: xuncha round draw {name}", name=name),
        Stage.DRAWN: message("freeze it first: xuncha round freeze {name}", name=name),
        Stage.FROZEN: message("what is learnt later makes a revision: xuncha round revise {name}", name=name),
        Stage.CANCELLED: message(
            "announce it again under its name, with the right plan: xuncha round announce {name}", name=name
        ),
        Stage.CLOSED: message("nothing changes in it any more; announce another round"),
    }[state.stage]


def drawn_of(state: RoundState) -> SampleDrawn:
    """Return the draw of a round; raises `UsageError` where there is none yet."""
    if state.drawn is None:
        raise refusal(state, message("used"))
    return state.drawn


def round_event(
    name: str, event_id: UUID, at: datetime, data: Payload, actor: Actor | None = None
) -> Event[Payload]:
    """Return a fact about a round, and who told it."""
    return Event(event_id, OFFICE, subject_of(name), at, data, actor.origin() if actor else NO_ORIGIN)


def _newest(workspace: Workspace, *, texts: bool = True, known_at: datetime = FAR) -> dict[str, RoundState]:
    return fold_rounds(known_acts(workspace.known, ROUND_TYPES, known_at, texts=texts))
