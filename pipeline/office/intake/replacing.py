"""Replacing an intake by a mended paper: what is stated alike stays under its id, the rest goes or comes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.papers.paper import Reason
from events import fact_ids
from events.account import AccountOpened
from events.base import Payload
from events.codec import Event
from events.intake import IntakeWithdrawn
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.intake.building import TAKE, Building
from pipeline.office.intake.plan import Address, Draft, Plan, PlannedRow
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.undo import (
    brought_by,
    facts_resting,
    find_intake,
    rests,
)
from pipeline.office.intake.world import World
from pipeline.office.withdrawals import compensation
from projections.intakes.state import IntakeState, subject_of

GONE_SHARE = 0.1
"""Share of an intake's accounts from which on it is asked whether a paper that lacks them takes its place (7.5)."""

_BESIDE = frozenset({"people", "handed_in_at"})
"""What two papers may say otherwise and still state one fact."""


class Replaced(msgspec.Struct, frozen=True):
    """The intake whose place a paper takes."""

    state: IntakeState
    facts: Mapping[UUID, Event[Any]]  # those that it brought and nobody else states: they stay or go
    shared: int = 0  # that another intake states, too

    @property
    def number(self) -> str:
        return self.state.number

    def gone(self, stated: Collection[UUID]) -> list[Event[Any]]:
        """Return its facts that are not among those stated now, in the order of the paper."""
        return [fact for event_id, fact in self.facts.items() if event_id not in stated]


def find_replaced(workspace: Workspace, number: str) -> Replaced:
    """Return the intake to be replaced; raises `UsageError` for one that is not known, was cut off, or is undone."""
    world = World(workspace)
    state = find_intake(world, number)
    if state.withdrawn is not None:
        raise UsageError(
            message(
                "intake {number} stands no more: take the paper in as any other",
                number=state.number,
            )
        )
    _, going, shared = brought_by(workspace, world, state)
    facts = world.facts(fact.id for fact in going)
    valid = {fact.id: facts[fact.id] for fact in going if fact.id in facts and fact.id not in world.void}
    return Replaced(state, valid, shared)


def _content(fact: Event[Any]) -> tuple[Any, ...]:
    """Return what a fact states; an opening without a day has the date of its paper for a time, which says nothing."""
    values = {name: v for name, v in msgspec.to_builtins(fact.data).items() if name not in _BESIDE}
    undated = isinstance(fact.data, AccountOpened) and fact.data.opened_at is None
    return fact.subject, fact.data.type, None if undated else fact.time, msgspec.json.encode(values)


def replaced_by(workspace: Workspace, number: str) -> Replaced | None:
    """Return the intake whose place a plan takes, None once it has taken it."""
    withdrawn = World(workspace).intakes[number].withdrawn
    return find_replaced(workspace, number) if withdrawn is None else None


def take_place(building: Building, replaced: Replaced) -> tuple[frozenset[UUID], tuple[UUID, ...]]:
    """Let facts that are stated alike keep their ids, and ask where too much is gone; returns kept ones, and gone."""
    ids = {_content(fact): event_id for event_id, fact in replaced.facts.items()}
    building.drafts = [
        replace(draft, event=replace(draft.event, id=ids.get(_content(draft.event), draft.event.id)))
        for draft in building.drafts
    ]
    reason = rows_gone(replaced, building.rows, building.drafts)
    if reason is not None:
        first = next(
            (Address(n, file.pages[0].title) for n, file in enumerate(building.files) if file.pages), None
        )
        if first is not None:
            building.asker.ask(first, reason, answers=(TAKE, LEAVE_OUT), default=LEAVE_OUT)
    stated = {draft.event.id for draft in building.drafts}
    gone = tuple(fact.id for fact in replaced.gone(stated))
    return frozenset(stated & replaced.facts.keys()), gone


def rows_gone(replaced: Replaced, rows: Iterable[PlannedRow], drafts: Iterable[Draft]) -> Reason | None:
    """Return why it is asked whether a paper takes the place of another one: too many of its accounts are missing."""
    before = {fact.subject for fact in replaced.facts.values()}
    gone = before - {row.subject for row in rows if row.fate in ("taken", "doubtful", "contradicting")}
    gone -= {draft.event.subject for draft in drafts}
    if len(gone) <= GONE_SHARE * len(before):
        return None
    return Reason("rows_gone", {"gone": str(len(gone)), "rows": str(len(before)), "intake": replaced.number})


def require_replaceable(workspace: Workspace, plan: Plan, stated: Sequence[Draft]) -> None:
    """Refuse to replace where too much is gone and nobody said that it should, or others rest on what is gone.

    Raises `UsageError` and `ConflictError`.
    """
    replaced = find_replaced(workspace, plan.replaces)
    question = next((q for q in plan.questions if q.why.code == "rows_gone"), None)
    if question is not None and question.settled != TAKE:
        values = question.why.says
        raise UsageError(
            message(
                "{told_3} of {told_2} accounts of intake {told} are gone; answer {id}={take} to"
                " replace it all the same, or {leave_out}: undo and take in",
                told=values["intake"],
                told_2=values["rows"],
                told_3=values["gone"],
                id=question.id,
                take=TAKE,
                leave_out=LEAVE_OUT,
            )
        )
    opened = {d.event.subject for d in stated if isinstance(d.event.data, AccountOpened)}
    lost = {f.subject for f in replaced.facts.values() if isinstance(f.data, AccountOpened)} - opened
    if resting := facts_resting(workspace, World(workspace), lost, set(replaced.facts)):
        raise ConflictError(rests(replaced.number, resting))


def withdrawals(
    replaced: Replaced, stated: Sequence[Draft], by: str, reason: str, actor: Actor
) -> list[Event[Payload]]:
    """Return what voids the facts that are stated no more, and the former intake."""
    gone = replaced.gone({draft.event.id for draft in stated})
    subject = subject_of(replaced.number)
    data = IntakeWithdrawn(
        opened_id=replaced.state.opened_id,
        reason=reason,
        facts=len(gone),
        kept=len(replaced.facts) - len(gone) + replaced.shared,
        by=by,
    )
    origin = actor.origin(intake=replaced.number)
    return [
        *(compensation(fact, reason, actor, replaced.number) for fact in reversed(gone)),
        Event(fact_ids.intake_withdrawn(subject), OFFICE, subject, datetime.now(UTC), data, origin),
    ]
