"""Stalls of sources that a person declares, and lifts: the test by numbers needs hours to be certain."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.instants import UtcDatetime, from_micros
from events.known import Known
from events.messages import message
from events.patrol import SweepCompleted
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.two_persons import marks, require_second
from projections.accounts.reducer import health_of
from projections.sources.health import SourceHealth

_TYPES = (SweepCompleted.type,)


class StallStatement(msgspec.Struct, frozen=True):
    """What a person said of a stall."""

    fact: UUID
    source: str
    declared: bool  # or lifted
    at: UtcDatetime
    by: str  # actor
    reason: str


def declare_stall(workspace: Workspace, source: str, reason: str, actor: Actor) -> datetime:
    """Say that a source shows nothing new since its last new post; returns since when its looks prove nothing.

    Raises `UsageError` without a reason, and for a source of which too little is known: looks of such a one are
    believed at once, and are withdrawn one by one. Raises `ConflictError` for one that is stalled.
    """
    health = _health(workspace, source)
    if health.stalled:
        raise ConflictError(message("the source {source!r} is stalled already", source=source))
    if not health.may_be_declared or health.last_new_at is None:
        raise UsageError(
            message(
                "of the source {source!r} too few posts are known to tell since when; withdraw its wrong looks instead",
                source=source,
            )
        )
    _record(workspace, source, "declared", reason, actor)
    return from_micros(health.last_new_at)


def lift_stall(workspace: Workspace, source: str, reason: str, actor: Actor) -> None:
    """Take back a stall that was declared: it never was. Another person does it than who declared it (override).

    Raises `UsageError` without a reason, for who declared it, and for a stall that the test by numbers found.
    """
    health = _health(workspace, source)
    if not (health.stalled and health.stalls[-1].declared):
        raise UsageError(message("nobody declared that the source {source!r} is stalled", source=source))
    declared = next(one for one in reversed(stall_statements(workspace, source)) if one.declared)
    alone = require_second(workspace, "override", (declared.by,), actor)
    _record(workspace, source, "lifted", reason, actor, alone=alone)


def stall_statements(workspace: Workspace, source: str) -> list[StallStatement]:
    """Return what people said of stalls of a source, the oldest first."""
    recorded = {k.event.id: (k.event.time, data) for k, data in _recorded(workspace, source)}
    actors = workspace.actors_of(recorded.keys()) if recorded else {}
    return [
        StallStatement(fact, source, data.stall == "declared", at, actors.get(fact, ""), data.reason)
        for fact, (at, data) in recorded.items()
    ]


def _recorded(workspace: Workspace, source: str) -> Iterator[tuple[Known, SweepCompleted]]:
    for k in sorted(workspace.known.read(_TYPES), key=lambda k: k.event.time):
        if k.event.subject == source and isinstance(k.event.data, SweepCompleted) and k.event.data.stall:
            yield k, k.event.data


def _health(workspace: Workspace, source: str) -> SourceHealth:
    found = health_of(workspace.known.read(_TYPES, texts=False)).get(source)
    if found is None:
        raise NotFoundError(message("no source {source!r} has looked at anything", source=source))
    return found


def _record(
    workspace: Workspace, source: str, stall: str, reason: str, actor: Actor, *, alone: bool = False
) -> None:
    reason = reason.strip()
    if not reason:
        raise UsageError(message("{reason} is empty; say what was seen", reason=field("reason")))
    before = [one.fact for one in stall_statements(workspace, source)]
    data = SweepCompleted(looked=0, stall="declared" if stall == "declared" else "lifted", reason=reason)
    event_id = fact_ids.stall_stated(source, before[-1] if before else None)
    event: Event[Payload] = Event(event_id, source, source, datetime.now(UTC), data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    workspace.log.append([*marks("override", event_id, actor, alone=alone), event])
    workspace.catch_up()
