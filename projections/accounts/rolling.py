"""Looks and posts that change nothing but the rolling state: nearly all of a log, taken without the general way.

What is done here is what `account.advance` and its neighbours would do, for facts of which can be told beforehand that
nothing is raised, cleared, held back or lowered by them. A property test compares the two ways byte by byte.
"""

from collections.abc import Sequence
from datetime import UTC

from events.codec import CODEC
from events.envelope import Entry, Record
from events.instants import EPOCH, MICROSECOND, SECOND_US, to_micros
from events.looks import BY_PEOPLE, EVER
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.whole import NOT_WHOLE, Whole
from projections.accounts.account import Surroundings
from projections.accounts.look_marks import remember_look
from projections.accounts.schedule import Schedule
from projections.accounts.standing import AHEAD_US
from projections.accounts.state import AccountState, Episode
from projections.accounts.working_copies import WorkingCopies
from projections.rules.ladder import Ladder
from projections.sources.looks import LookMark, SourceLooks


class Rolling:
    """Takes the plain facts of a partition; whatever may be more is left, untouched, to the general way."""

    def __init__(self, states: WorkingCopies, schedule: Schedule, ladder: Ladder) -> None:
        self._states = states
        self._schedule = schedule
        self._ladder = ladder

    def take(
        self, entries: Sequence[Entry | Record], begin: int, next_offset: int, around: Surroundings
    ) -> int:
        """Take entries from the one numbered `begin` on; returns the number of the first that is not taken.

        Entries before `next_offset` have been applied and are passed over.
        """
        read, touch = CODEC.whole, self._states.touch
        touched = self._states.touched
        on_look, on_post = self._on_look, self._on_post
        for number in range(begin, len(entries)):
            entry = entries[number]
            offset = entry.offset
            if offset < next_offset:
                continue
            try:
                fact = read(entry.value or b"")
            except NOT_WHOLE:
                return number
            data = fact.data
            if fact.time.tzinfo is not UTC:
                return number
            if isinstance(data, AccountPatrolled):
                state = touched.get(fact.subject) or touch(fact.subject)
                if offset > state.applied_offset and not on_look(state, fact, data, offset, around):
                    return number
            elif isinstance(data, PostPublished):
                state = touched.get(fact.subject) or touch(fact.subject)
                if offset > state.applied_offset and not on_post(state, fact, data, offset, around):
                    return number
            else:
                return number
        return len(entries)

    def _on_look(
        self, state: AccountState, fact: Whole, data: AccountPatrolled, offset: int, around: Surroundings
    ) -> bool:
        """Take a trusted look of a machine that neither raises what is due nor covers further back than any before."""
        source, episode = fact.source, state.episode
        if (
            not data.proves_silence
            or data.complete_from is not None
            or data.by_hand
            or data.date_only
            or source == BY_PEOPLE
            or state.holds
            or state.taken_down_at
            or state.withdrawn_looks
        ):
            return False
        at = (fact.time - EPOCH) // MICROSECOND
        if episode is not None and episode.due <= max(at, state.clock, around.clock):
            return False
        look_id = fact.id.bytes
        looks = state.looks.get(source) or SourceLooks()
        recent, chain = looks.recent, looks.chain
        if recent and at <= recent[-1].at and any(known.id == look_id for known in recent):
            return False
        is_newer = at > chain.at
        if data.carries_on:
            begin = chain.begin if is_newer else None
        elif data.shows_all:
            begin = EVER
        else:
            begin = None if data.shows_from is None else -(-to_micros(data.shows_from) // SECOND_US)
        if begin is not None and (state.covered_since is None or begin < state.covered_since):
            return False
        state.applied_offset = offset
        if at > around.clock and at > state.clock:
            state.clock = at
        if not state.looked:
            remember_look(state, look_id)
        if is_newer:
            chain.at, chain.begin = at, begin
        alive = None if data.alive_at is None else to_micros(data.alive_at)
        state.looks[source] = looks
        mark = LookMark(
            at, data.lag_s * SECOND_US, look_id, None, begin, by_hand=False, empty=data.empty, alive=alive
        )
        looks.add(mark, around.health.get(source))
        return True

    def _on_post(
        self, state: AccountState, fact: Whole, data: PostPublished, offset: int, around: Surroundings
    ) -> bool:
        """Take a post of a silence that nobody was told of."""
        old, posts = state.episode, state.posts
        if (
            data.date_only
            or state.open_alerts
            or state.holds
            or state.contradictions
            or posts.void
            or state.closed_at is not None
            or state.ruled_by
            or state.account_class
        ):
            return False
        at = (fact.time - EPOCH) // MICROSECOND
        observed_at = data.observed_at
        if observed_at is None:
            seen = 0
        elif observed_at == fact.time:
            seen = at
        else:
            seen = (observed_at - EPOCH) // MICROSECOND
        newest, ahead = posts.newest, around.clock + AHEAD_US
        if (old is not None and old.due <= seen) or at > ahead or (newest and newest[0].at > ahead):
            return False
        state.applied_offset = offset
        if seen > around.clock and seen > state.clock:
            state.clock = seen
        post_id = fact.id.bytes
        if not posts.add(at, post_id):
            return True
        first = posts.newest[0]
        anchor = first.end if first.by_day else first.at
        if old is None or anchor != old.anchor:
            seen_at = seen or at
            due = max(self._ladder.next_due(anchor, -1), seen_at)
            state.episode = Episode(post_id, anchor, seen_at, due=due)
            self._schedule.keep(state)
        return True
