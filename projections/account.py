"""One account: the fold that takes its facts in the order of the log and raises or clears its alerts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.base import Payload
from events.codec import Event
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import SECOND_US, to_micros
from events.patrol import AccountPatrolled, PatrolFailed
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.account_state import AccountState, FindingMark, LookMark, SourceLooks
from projections.alerts import next_due, raise_due, settle
from projections.ladder import Ladder
from projections.source_health import SourceHealth


class Surroundings(NamedTuple):
    """What an account's fold knows besides its own state: the ladder, the sources, the clock of the partition."""

    ladder: Ladder
    health: dict[str, SourceHealth]
    clock: int  # the last tick, microseconds
    replay: bool


def apply(state: AccountState, event: Event[Payload], around: Surroundings) -> list[Event[Payload]]:
    """Take one fact of an account; returns the derived events that follow.

    A fact that was seen at a later moment than the clock first advances the deadlines up to that moment, as a tick
    would have done. Facts that this fold has no use for change nothing.
    """
    handler = _HANDLERS.get(type(event.data))
    if handler is None:
        return []
    seen = _seen_at(event)
    derived: list[Event[Payload]] = []
    if seen > max(state.clock, around.clock):
        derived += advance(state, seen, around)
        state.clock = seen
    return derived + handler(state, event, around)


def advance(state: AccountState, to: int, around: Surroundings) -> list[Event[Payload]]:
    """Raise what falls due up to a moment."""
    if next_due(state, around.ladder) > to:
        return []
    return raise_due(state, around.ladder, around.health, to, replay=around.replay)


def _seen_at(event: Event[Any]) -> int:
    """Return the moment a fact was seen at; 0 for facts that move no clock (registry, findings, bare rows)."""
    data = event.data
    if isinstance(data, PostPublished | PostDeleted):
        return to_micros(data.observed_at) if data.observed_at else 0
    if isinstance(data, AccountPatrolled | PatrolFailed | PostWithdrawn):
        return to_micros(event.time)
    return 0


def _on_post(state: AccountState, event: Event[PostPublished], around: Surroundings) -> list[Event[Payload]]:
    at = to_micros(event.time)
    if not state.posts.add(at, event.id.bytes) or event.id.bytes in state.posts.void:
        return []
    seen = to_micros(event.data.observed_at) if event.data.observed_at else at
    return settle(state, around.ladder, event.id.bytes, seen, at, replay=around.replay)


def _on_post_deleted(
    state: AccountState, event: Event[PostDeleted], around: Surroundings
) -> list[Event[Payload]]:
    at = to_micros(event.time)
    state.posts.make_void(event.data.post_id.bytes, at)
    seen = to_micros(event.data.observed_at) if event.data.observed_at else at
    return settle(state, around.ladder, event.id.bytes, seen, at, replay=around.replay)


def _on_post_withdrawn(
    state: AccountState, event: Event[PostWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    state.posts.make_void(event.data.corrects.bytes, 0)
    at = to_micros(event.time)
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_opened(
    state: AccountState, event: Event[AccountOpened], around: Surroundings
) -> list[Event[Payload]]:
    if not _first_time(state, event):
        return []
    data = event.data
    state.given_id, state.name, state.platform, state.owner = (
        data.given_id,
        data.name,
        data.platform,
        data.owner,
    )
    state.opened_id = event.id.bytes
    if data.opened_at is not None:
        state.opened_at = to_micros(data.opened_at)
    if state.closed_at is not None and state.opened_at is not None and state.opened_at > state.closed_at:
        state.closed_at = None
    at = state.opened_at or 0
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_changed(
    state: AccountState, event: Event[AccountChanged], around: Surroundings
) -> list[Event[Payload]]:
    del around
    if _first_time(state, event):
        data = event.data
        state.name = data.name if data.name is not None else state.name
        state.platform = data.platform if data.platform is not None else state.platform
        state.owner = data.owner if data.owner is not None else state.owner
    return []


def _on_closed(
    state: AccountState, event: Event[AccountClosed], around: Surroundings
) -> list[Event[Payload]]:
    if not _first_time(state, event):
        return []
    at = to_micros(event.time)
    if state.opened_at is None or at >= state.opened_at:  # else it is about an earlier life of the account
        state.closed_at = at if state.closed_at is None else min(at, state.closed_at)
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_look(
    state: AccountState, event: Event[AccountPatrolled], around: Surroundings
) -> list[Event[Payload]]:
    """Take a look that worked, and raise what it proves."""
    data, at = event.data, to_micros(event.time)
    state.looked = True
    if not data.proves_silence:
        return []
    _widen_coverage(state, data.covers_from or data.complete_from)
    complete_from = to_micros(data.complete_from) if data.complete_from else None
    mark = LookMark(at, data.lag_s * SECOND_US, event.id.bytes, complete_from)
    known = state.looks.get(event.source)
    if complete_from is not None:
        if not _widen_spans(state, mark, complete_from):
            return []
    elif known is None:
        state.looks[event.source] = SourceLooks(mark)
    elif at > known.latest.at:
        health = around.health.get(event.source)
        safe = health is None or (health.last_new_at is not None and known.latest.at <= health.last_new_at)
        if safe and not (health is not None and health.voids(known.latest.at)):
            known.confirmed = known.latest
        known.latest = mark
    else:
        return []
    clock = max(state.clock, around.clock)
    return raise_due(state, around.ladder, around.health, clock, replay=around.replay)


def _on_look_failed(
    state: AccountState, event: Event[PatrolFailed], around: Surroundings
) -> list[Event[Payload]]:
    del around
    state.looked = True
    if event.data.reason == "damaged_feed":
        state.damaged_at = max(to_micros(event.time), state.damaged_at or 0)
    return []


def _on_finding(
    state: AccountState, event: Event[FindingRecorded], around: Surroundings
) -> list[Event[Payload]]:
    del around
    data = event.data
    mark = FindingMark(data.rule, data.severity, data.count, to_micros(event.time))
    state.findings.setdefault(event.id.bytes, mark)
    return []


def _on_finding_withdrawn(
    state: AccountState, event: Event[FindingWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    del around
    if event.data.corrects.bytes not in state.withdrawn_findings:
        state.withdrawn_findings.append(event.data.corrects.bytes)
    return []


def _first_time(state: AccountState, event: Event[Any]) -> bool:
    if event.id.bytes in state.registry_ids:
        return False
    state.registry_ids.append(event.id.bytes)
    return True


def _widen_coverage(state: AccountState, covers_from: datetime | None) -> None:
    if covers_from is not None:
        at = to_micros(covers_from)
        state.covered_from = at if state.covered_from is None else min(at, state.covered_from)


def _widen_spans(state: AccountState, mark: LookMark, complete_from: int) -> bool:
    """Take rows that are complete over a span; returns False where another span covers it."""
    starts = [(span, span.complete_from or 0) for span in state.spans]
    if any(start <= complete_from and span.proves_until >= mark.proves_until for span, start in starts):
        return False
    state.spans = [
        span for span, start in starts if start < complete_from or span.proves_until > mark.proves_until
    ]
    state.spans.append(mark)
    return True


_HANDLERS: dict[type[Payload], Callable[[AccountState, Event[Any], Surroundings], list[Event[Payload]]]] = {
    PostPublished: _on_post,
    PostDeleted: _on_post_deleted,
    PostWithdrawn: _on_post_withdrawn,
    AccountOpened: _on_opened,
    AccountChanged: _on_changed,
    AccountClosed: _on_closed,
    AccountPatrolled: _on_look,
    PatrolFailed: _on_look_failed,
    FindingRecorded: _on_finding,
    FindingWithdrawn: _on_finding_withdrawn,
}
