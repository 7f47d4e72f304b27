"""One account: the fold that takes its facts in the order of the log and raises or clears its alerts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.base import Payload
from events.codec import Event
from events.coverage import stretch_of
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import SECOND_US, to_micros
from events.patrol import AccountPatrolled, PatrolFailed
from events.post import PostDeleted, PostPublished, PostWithdrawn
from projections.account_state import AccountState, FindingMark, LookMark, SourceLooks
from projections.alerts import raise_due, settle
from projections.ladder import Ladder
from projections.source_health import SourceHealth


class Surroundings(NamedTuple):
    """What an account's fold knows besides its own state: the ladder, the sources, the clock of the partition."""

    ladder: Ladder
    health: dict[str, SourceHealth]
    clock: int  # the last tick, microseconds
    replay: bool  # the last tick was one of recorded polls
    replay_until: int  # facts seen up to here are those of a replay


def apply(state: AccountState, event: Event[Payload], around: Surroundings) -> list[Event[Payload]]:
    """Take one fact of an account; returns the derived events that follow.

    A fact that was seen at a later moment than the clock first advances the deadlines up to that moment, as a tick
    would have done. Only types of `ACCOUNT_FACTS` may be given.
    """
    seen = _seen_at(event)
    if seen > 0 and around.replay_until > 0:
        around = around._replace(replay=seen <= around.replay_until)
    if seen <= around.clock or seen <= state.clock:
        return _HANDLERS[type(event.data)](state, event, around, seen)
    derived = advance(state, seen, around)
    state.clock = seen
    return derived + _HANDLERS[type(event.data)](state, event, around, seen)


def advance(state: AccountState, to: int, around: Surroundings) -> list[Event[Payload]]:
    """Raise what falls due up to a moment."""
    episode = state.episode
    if episode is None or episode.due > to:
        return []
    return raise_due(state, around.ladder, around.health, to, replay=around.replay)


def _seen_at(event: Event[Any]) -> int:
    """Return the moment a fact was seen at; 0 for facts that move no clock (registry, findings, bare rows)."""
    kind = type(event.data)
    if kind is AccountPatrolled or kind is PatrolFailed or kind is PostWithdrawn:
        return to_micros(event.time)
    if kind is PostPublished or kind is PostDeleted:
        observed_at = event.data.observed_at
        return 0 if observed_at is None else to_micros(observed_at)
    return 0


def _on_post(
    state: AccountState, event: Event[PostPublished], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    at, post_id = to_micros(event.time), event.id.bytes
    if not state.posts.add(at, post_id) or post_id in state.posts.void:
        return []
    return settle(state, around.ladder, post_id, seen or at, at, replay=around.replay)


def _on_post_deleted(
    state: AccountState, event: Event[PostDeleted], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    at = to_micros(event.time)
    state.posts.make_void(event.data.post_id.bytes, at)
    return settle(state, around.ladder, event.id.bytes, seen or at, at, replay=around.replay)


def _on_post_withdrawn(
    state: AccountState, event: Event[PostWithdrawn], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    state.posts.make_void(event.data.corrects.bytes, 0)
    return settle(state, around.ladder, event.id.bytes, seen, seen, replay=around.replay)


def _on_opened(
    state: AccountState, event: Event[AccountOpened], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del seen
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
    state.reckon_closing()
    at = state.opened_at or 0
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_changed(
    state: AccountState, event: Event[AccountChanged], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del around, seen
    if _first_time(state, event):
        data = event.data
        state.name = data.name if data.name is not None else state.name
        state.platform = data.platform if data.platform is not None else state.platform
        state.owner = data.owner if data.owner is not None else state.owner
    return []


def _on_closed(
    state: AccountState, event: Event[AccountClosed], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del seen
    if not _first_time(state, event):
        return []
    at = to_micros(event.time)
    state.closings.append(at)
    state.reckon_closing()
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_look(
    state: AccountState, event: Event[AccountPatrolled], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    """Take a look that worked, and raise what it proves."""
    data = event.data
    state.looked = True
    if not data.proves_silence:
        return []
    stretch = stretch_of(event)
    if stretch is not None and stretch not in state.coverage:
        state.coverage.append(stretch)
    complete_from = to_micros(data.complete_from) if data.complete_from else None
    mark = LookMark(seen, data.lag_s * SECOND_US, event.id.bytes, complete_from)
    known = state.looks.get(event.source)
    if complete_from is not None:
        if not _widen_spans(state, mark, complete_from):
            return []
    elif known is None:
        state.looks[event.source] = SourceLooks(mark)
    elif seen > known.latest.at:
        health = around.health.get(event.source)
        safe = health is None or (health.last_new_at is not None and known.latest.at <= health.last_new_at)
        if safe and not (health is not None and health.voids(known.latest.at)):
            known.confirmed = known.latest
        known.latest = mark
    else:
        return []
    return advance(state, max(state.clock, around.clock), around)


def _on_look_failed(
    state: AccountState, event: Event[PatrolFailed], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del around
    state.looked = True
    if event.data.reason == "damaged_feed":
        state.damaged_at = max(seen, state.damaged_at or 0)
    return []


def _on_finding(
    state: AccountState, event: Event[FindingRecorded], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del around, seen
    data = event.data
    mark = FindingMark(data.rule, data.severity, data.count, to_micros(event.time))
    state.findings.setdefault(event.id.bytes, mark)
    return []


def _on_finding_withdrawn(
    state: AccountState, event: Event[FindingWithdrawn], around: Surroundings, seen: int
) -> list[Event[Payload]]:
    del around, seen
    if event.data.corrects.bytes not in state.withdrawn_findings:
        state.withdrawn_findings.append(event.data.corrects.bytes)
    return []


def _first_time(state: AccountState, event: Event[Any]) -> bool:
    if event.id.bytes in state.registry_ids:
        return False
    state.registry_ids.append(event.id.bytes)
    return True


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


_HANDLERS: dict[
    type[Payload], Callable[[AccountState, Event[Any], Surroundings, int], list[Event[Payload]]]
] = {
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

ACCOUNT_FACTS = frozenset(_HANDLERS)
"""Types that the fold of an account takes."""
