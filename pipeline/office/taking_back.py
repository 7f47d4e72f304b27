"""Taking facts back: once a frozen round knew them, a second person agrees, and a revision of the round is due."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from connectors.history.knowledge import read_by_id
from events import round_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.instants import to_micros
from events.known import Known
from events.messages import message
from events.round import RoundBasisWithdrawn
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import find_kept, score_sample
from pipeline.office.rounds.sample import sample_of
from pipeline.office.rounds.state import list_rounds, load_round
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.period import quarter_of

_LISTED = 20
_OBSERVED = ("post.published", "account.patrolled", "patrol.failed", "finding.recorded")
_REACH = timedelta(days=60)
"""How long before its quarter an observation may still bear on a round: two weeks of silence, 28 days of updates, and
reserve."""


class TakeBack(msgspec.Struct, frozen=True):
    """Why facts are taken back, and who beside the actor agrees where a frozen round knew them."""

    reason: str
    second: str = ""  # a person id or the code of a role


class RevisionDue(msgspec.Struct, frozen=True):
    """A frozen round that knew facts which are taken back."""

    round: str
    closed: bool  # nothing is revised any more: its result stays


def take_back(
    workspace: Workspace, withdrawals: Sequence[Event[Any]], asked: TakeBack, actor: Actor
) -> tuple[RevisionDue, ...]:
    """Append withdrawals of facts; returns the frozen rounds that knew these and would come out otherwise without.

    Raises `UsageError` where there are such rounds and no second person agrees, before anything is written.
    """
    due = agree_on(workspace, [event.data.corrects for event in withdrawals], asked, actor)
    append_new(workspace, withdrawals)
    return still_due(workspace, due)


def still_due(workspace: Workspace, due: Sequence[RevisionDue]) -> tuple[RevisionDue, ...]:
    """Return those rounds of which a revision would change something, once facts that they knew are taken back.

    Closed ones stay among them: it is said that their result stays. So do those that this release cannot score again.
    """
    workspace.catch_up()
    return tuple(one for one in due if one.closed or _would_change(workspace, one.round))


def _would_change(workspace: Workspace, name: str) -> bool:
    state = load_round(workspace, name)
    if state.newest is None:
        return False
    try:
        previous, _ = find_kept(workspace, state, state.newest)
        return score_sample(workspace, state).run().digest != previous.digest
    except UsageError:  # its run is not here, or its ruleset is gone: whoever revises it is told
        return True


def agree_on(
    workspace: Workspace, facts: Collection[UUID], asked: TakeBack, actor: Actor
) -> tuple[RevisionDue, ...]:
    """Record for every frozen round that knew some of the facts why they go and who agrees; returns these rounds.

    It is written before the withdrawals, so that a kill between the two leaves none that nobody agreed on. Raises
    `UsageError` without a reason or a second person, and where the second is the actor.
    """
    resting = _resting(workspace, facts)
    if not resting:
        return ()
    names = "、".join(state.name for state, _ in resting)
    if not asked.reason.strip():
        raise UsageError(
            message(
                "{reason} is empty; frozen rounds know these facts ({names}): say what was wrong",
                reason=field("reason"),
                names=names,
            )
        )
    second = asked.second.strip()
    if not second:
        raise UsageError(
            message(
                "frozen rounds know these facts: {names}; a second person agrees: {second} and a"
                " person id or the code of a role",
                names=names,
                second=field("second"),
            )
        )
    if second == actor.code:
        raise UsageError(
            message(
                "{second} {second_2} is who takes the facts back; the second person is another",
                second=field("second"),
                second_2=second,
            )
        )
    workspace.home.texts.refuse({"reason": asked.reason, "second": second})
    now = datetime.now(UTC)
    agreed = [_agreed(state, known, asked, now, actor) for state, known in resting]
    before = {k.event.id for k in read_by_id(workspace.client, [event.id for event in agreed])}
    workspace.log.append([event for event in agreed if event.id not in before])
    fail_point("take_back.agreed")
    return tuple(RevisionDue(state.name, state.stage is Stage.CLOSED) for state, _ in resting)


def _agreed(
    state: RoundState, known: Sequence[Known], asked: TakeBack, now: datetime, actor: Actor
) -> Event[Payload]:
    ids = sorted(k.event.id for k in known)
    data = RoundBasisWithdrawn(
        facts=tuple(ids[:_LISTED]),
        reason=asked.reason.strip(),
        second=asked.second.strip(),
        more_facts=len(ids[_LISTED:]),
    )
    subject = subject_of(state.name)
    event_id = round_ids.round_basis_withdrawn(subject, ids)
    return Event(event_id, OFFICE, subject, now, data, actor.origin())


def _resting(workspace: Workspace, facts: Collection[UUID]) -> list[tuple[RoundState, list[Known]]]:
    """Return the frozen rounds that may rest on facts, with these facts."""
    rounds = [(state, state.newest) for state in list_rounds(workspace) if state.frozen is not None]
    if not rounds or not facts:
        return []
    known = read_by_id(workspace.client, set(facts))
    resting = []
    for state, newest in rounds:
        if newest is None:
            continue
        heard = [k for k in known if _bears_on(k, state, newest.known_at)]
        if heard:
            sample = frozenset(sample_of(workspace, state).accounts)
            heard = [k for k in heard if k.event.subject in sample]
        if heard:
            resting.append((state, heard))
    return resting


def _bears_on(k: Known, state: RoundState, known_at: datetime) -> bool:
    """Tell whether a run may rest on a fact: it knew it, and an observation is not from long before its quarter."""
    announced = state.announced
    begin = quarter_of(announced.check_point, announced.quarter).start - _REACH
    old = k.event.type in _OBSERVED and k.event.time < begin
    return k.recorded_at <= to_micros(known_at) and not old
