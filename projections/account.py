"""One account: the fold that takes its facts in the order of the log and raises or clears its alerts."""

from collections.abc import Callable
from typing import Any

import msgspec

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

Handler = Callable[[AccountState, Event[Any], "Surroundings"], list[Event[Payload]]]
"""Takes one fact of an account; returns the derived events that follow.

A fact that was seen at a later moment than the clock first advances the deadlines up to that moment, as a tick would
have done.
"""


class Surroundings(msgspec.Struct, frozen=True, gc=False):
    """What an account's fold knows besides its own state: the ladder, the sources, the clock of the partition."""

    ladder: Ladder
    health: dict[str, SourceHealth]
    clock: int  # the last tick, microseconds
    replay: bool  # the last tick was one of recorded polls
    replay_until: int  # facts seen up to here are those of a replay

    def replays(self, seen: int) -> bool:
        """Tell whether a fact is one of recorded polls; where it was not seen at a moment (0) the clock tells."""
        return seen <= self.replay_until if seen > 0 and self.replay_until > 0 else self.replay


def advance(state: AccountState, to: int, around: Surroundings, seen: int = 0) -> list[Event[Payload]]:
    """Raise what falls due up to a moment, by time alone or by a fact that was `seen`."""
    episode = state.episode
    if episode is None or episode.due > to:
        return []
    return raise_due(state, around.ladder, around.health, to, replay=around.replays(seen))


def _see(state: AccountState, seen: int, around: Surroundings) -> list[Event[Payload]]:
    """Advance the deadlines up to the moment a fact was seen at, as a tick would have done, before it is taken."""
    if seen <= around.clock or seen <= state.clock:
        return []
    state.clock = seen
    episode = state.episode
    return [] if episode is None or episode.due > seen else advance(state, seen, around, seen)


def _on_post(state: AccountState, event: Event[PostPublished], around: Surroundings) -> list[Event[Payload]]:
    observed_at = event.data.observed_at
    seen = 0 if observed_at is None else to_micros(observed_at)
    raised = _see(state, seen, around)
    at, post_id = to_micros(event.time), event.id.bytes
    if not state.posts.add(at, post_id) or post_id in state.posts.void:
        return raised
    return raised + settle(state, around.ladder, post_id, seen or at, at, replay=around.replays(seen))


def _on_post_deleted(
    state: AccountState, event: Event[PostDeleted], around: Surroundings
) -> list[Event[Payload]]:
    data = event.data
    seen = 0 if data.observed_at is None else to_micros(data.observed_at)
    raised = _see(state, seen, around)
    at = to_micros(event.time)
    state.posts.make_void(data.post_id.bytes, at)
    replay = around.replays(seen)
    return raised + settle(state, around.ladder, event.id.bytes, seen or at, at, replay=replay)


def _on_post_withdrawn(
    state: AccountState, event: Event[PostWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    state.posts.make_void(event.data.corrects.bytes, 0)
    return raised + settle(state, around.ladder, event.id.bytes, seen, seen, replay=around.replays(seen))


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
    state.reckon_closing()
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
    state.closings.append(at)
    state.reckon_closing()
    return settle(state, around.ladder, event.id.bytes, at, at, replay=around.replay)


def _on_look(
    state: AccountState, event: Event[AccountPatrolled], around: Surroundings
) -> list[Event[Payload]]:
    """Take a look that worked, and raise what it proves."""
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    data = event.data
    state.looked = True
    if not data.proves_silence:
        return raised
    if data.covers_from is not None or data.complete_from is not None:
        stretch = stretch_of(event)
        if stretch is not None and stretch not in state.coverage:
            state.coverage.append(stretch)
    complete_from = None if data.complete_from is None else to_micros(data.complete_from)
    mark = LookMark(seen, data.lag_s * SECOND_US, event.id.bytes, complete_from)
    if not _counts(state, event.source, mark, around.health):
        return raised
    episode = state.episode
    if episode is None or (episode.due > state.clock and episode.due > around.clock):
        return raised
    return raised + advance(state, max(state.clock, around.clock), around, seen)


def _counts(state: AccountState, source: str, mark: LookMark, health: dict[str, SourceHealth]) -> bool:
    """Keep a trusted look, and tell whether it shows more than those before it."""
    if mark.complete_from is not None:
        return _widen_spans(state, mark, mark.complete_from)
    known = state.looks.get(source)
    if known is None:
        state.looks[source] = SourceLooks(mark)
        return True
    if mark.at <= known.latest.at:
        return False
    source_health = health.get(source)
    if source_health is None or source_health.secures(known.latest.at):
        known.confirmed = known.latest
    known.latest = mark
    return True


def _on_look_failed(
    state: AccountState, event: Event[PatrolFailed], around: Surroundings
) -> list[Event[Payload]]:
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    state.looked = True
    if event.data.reason == "damaged_feed":
        state.damaged_at = max(seen, state.damaged_at or 0)
    return raised


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


ACCOUNT_FACTS: dict[type[Payload], Handler] = {
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
"""Types that the fold of an account takes, each with the function that takes it."""
