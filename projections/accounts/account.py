"""One account: the fold that takes its facts in the order of the log and raises or clears its alerts."""

from collections.abc import Callable
from typing import Any

import msgspec

from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.answer import AlertMuted, AlertSnoozed, PostClaimed
from events.base import Payload
from events.codec import Event
from events.emergency import EmergencyTakenDown
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import DAY_US, to_micros
from events.looks import BY_PEOPLE, Look, contradiction_of, look_of
from events.originals import OriginalsCounted
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed
from events.post import PostDeleted, PostPublished, PostWithdrawn
from events.rectification import RectificationReminded
from events.ruling import AccountClassed, AccountLined, AccountRuledBy
from events.withdrawal import ACCOUNT_STATEMENTS, ANSWERS, RULINGS, FactWithdrawn
from projections.accounts.alerts import (
    change_ladder,
    end_silence,
    raise_due,
    reckon_showing,
    settle,
    unproven,
)
from projections.accounts.emergencies import EMERGENCY_STEPS, announce
from projections.accounts.holds import Cause, end_hold, reach, take_hold
from projections.accounts.look_marks import count_by_hand, remember_look
from projections.accounts.looks import COVERED_DAYS
from projections.accounts.state import AccountState, FindingMark
from projections.accounts.task_reminders import announce_reminder
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth
from projections.sources.looks import RECENT_KEPT, LookMark, SourceLooks, mark_of

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

    def ladder_of(self, state: AccountState) -> Ladder:
        """Return the ladder by whose steps an account is warned."""
        return self.ladder.of(state.ruled_by, state.account_class)

    def replays(self, seen: int) -> bool:
        """Tell whether a fact is one of recorded polls; where it was not seen at a moment (0) the clock tells."""
        return seen <= self.replay_until if seen > 0 and self.replay_until > 0 else self.replay


def advance(state: AccountState, to: int, around: Surroundings, seen: int = 0) -> list[Event[Payload]]:
    """Raise what falls due up to a moment, by time alone or by a fact that was `seen`."""
    episode = state.episode
    if episode is None or episode.due > to:
        return []
    return raise_due(state, around.ladder_of(state), around.health, to, replay=around.replays(seen))


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
    if not state.posts.add(at, post_id, by_day=event.data.date_only) or post_id in state.posts.void:
        return raised
    return raised + settle(
        state, around.ladder_of(state), post_id, seen or at, at, replay=around.replays(seen)
    )


def _on_post_deleted(
    state: AccountState, event: Event[PostDeleted], around: Surroundings
) -> list[Event[Payload]]:
    data = event.data
    seen = 0 if data.observed_at is None else to_micros(data.observed_at)
    raised = _see(state, seen, around)
    at = to_micros(event.time)
    state.posts.make_void(data.post_id.bytes, at)
    replay = around.replays(seen)
    return raised + settle(state, around.ladder_of(state), event.id.bytes, seen or at, at, replay=replay)


def _on_post_withdrawn(
    state: AccountState, event: Event[PostWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    state.posts.make_void(event.data.corrects.bytes, 0)
    if any(c.by == event.data.corrects.bytes for c in state.contradictions):
        state.contradictions = [c for c in state.contradictions if c.by != event.data.corrects.bytes]
    return raised + settle(
        state, around.ladder_of(state), event.id.bytes, seen, seen, replay=around.replays(seen)
    )


def _on_registry_fact(
    state: AccountState,
    event: Event[AccountOpened | AccountCorrected | AccountClosed],
    around: Surroundings,
) -> list[Event[Payload]]:
    """Take an opening, a closing or a correction; none says when it became known."""
    if not state.take_registry_fact(event):
        return []
    closing = isinstance(event.data, AccountClosed)
    at = to_micros(event.time) if closing else state.opened_at or 0
    return settle(state, around.ladder_of(state), event.id.bytes, at, at, replay=around.replay)


def _on_changed(
    state: AccountState, event: Event[AccountChanged], around: Surroundings
) -> list[Event[Payload]]:
    del around
    state.take_registry_fact(event)
    return []


def on_fact_withdrawn(
    state: AccountState, event: Event[FactWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    """Take a statement of the registry back; with its only opening an account leaves the registry."""
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    registered = state.opened_id is not None
    if not state.take_registry_fact(event):
        return raised
    replay = around.replays(seen)
    if registered and state.opened_id is None:
        return raised + end_silence(state, around.ladder_of(state), event.id.bytes, seen, replay=replay)
    return raised + settle(state, around.ladder_of(state), event.id.bytes, seen, seen, replay=replay)


def _on_ruling(
    state: AccountState,
    event: Event[AccountRuledBy | AccountClassed | AccountLined | OriginalsCounted | FactWithdrawn],
    around: Surroundings,
) -> list[Event[Payload]]:
    """Take by which rules an account is judged; where its steps become others, its silence is told anew by them."""
    data = event.data
    seen = to_micros(
        data.told_at if isinstance(data, AccountRuledBy | AccountClassed | AccountLined) else event.time
    )
    raised = _see(state, seen, around)
    before = around.ladder_of(state)
    if not state.take_ruling(event):
        return raised
    ladder = around.ladder_of(state)
    if ladder is before or ladder.steps_as(before):
        return raised
    return raised + change_ladder(state, before, ladder, event.id.bytes, seen, replay=around.replays(seen))


def _on_look(
    state: AccountState, event: Event[AccountPatrolled], around: Surroundings
) -> list[Event[Payload]]:
    """Take a look that worked, and raise what it proves."""
    look = look_of(event)
    raised = _see(state, look.at, around)
    if event.id.bytes in state.withdrawn_looks:
        return raised
    if not state.looked:
        remember_look(state, event.id.bytes)
    if look.by_hand and (look.gap_since is not None or look.updates is not None):
        count_by_hand(state, look)
    if not look.trusted:
        return raised
    looks = state.looks.get(event.source)
    if looks is None:
        looks = state.looks[event.source] = SourceLooks()
    reached = bool(state.holds or state.taken_down_at) and _reach(state, event.source, look, around)
    mark = mark_of(look, looks.chain.take(look))
    begin = mark.begin
    if begin is not None and (state.covered_since is None or begin < state.covered_since):
        state.covered_since, state.lowered_by = begin, state.applied_offset
    if mark.complete_from is None:
        taken = looks.add(mark, around.health.get(event.source))
    else:
        state.rows.cover(mark)
        taken = _widen_spans(state, mark, mark.complete_from)
    episode = state.episode
    if (
        not (taken or reached)
        or episode is None
        or (episode.due > state.clock and episode.due > around.clock)
    ):
        return raised
    return raised + advance(state, max(state.clock, around.clock), around, look.at)


def _reach(state: AccountState, source: str, look: Look, around: Surroundings) -> bool:
    """End the claims that a look reaches, unless it lies in a stall; tells whether it ended one."""
    health = around.health.get(source)
    if health is not None and health.voids(look.at):
        return False
    return reach(state, look.at, look.proves_until)


def _on_look_withdrawn(
    state: AccountState, event: Event[LookWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    """Take a look back, and with it an alert of the limit that nothing else proves."""
    data, seen = event.data, to_micros(event.time)
    raised = _see(state, seen, around)
    look_id, at = data.corrects.bytes, to_micros(data.looked_at)
    if look_id in state.withdrawn_looks:
        return raised
    kept = {i: taken for i, taken in state.withdrawn_looks.items() if taken >= at - COVERED_DAYS * DAY_US}
    state.withdrawn_looks = kept | {look_id: at}
    state.spans = [span for span in state.spans if span.id != look_id]
    state.gaps = [gap for gap in state.gaps if gap.by != look_id]
    state.looked_by = [known for known in state.looked_by if known != look_id]
    state.counts = [count for count in state.counts if count.by != look_id]
    if (looks := state.looks.get(data.source)) is not None:
        looks.withdraw(look_id, at)
    if data.source == BY_PEOPLE:
        state.rows.withdraw(look_id, at)
    return raised + unproven(
        state, event.id, seen, around.ladder_of(state), around.health, replay=around.replays(seen)
    )


def _on_contradicted(
    state: AccountState, event: Event[LookContradicted], around: Surroundings
) -> list[Event[Payload]]:
    """Take away what looks claimed that a post contradicts."""
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    contradiction = contradiction_of(event)
    if contradiction in state.contradictions or state.posts.void.get(contradiction.by) == 0:
        return raised
    oldest = seen - COVERED_DAYS * DAY_US
    state.contradictions = [*(c for c in state.contradictions if c.until >= oldest), contradiction]
    reckon_showing(state, around.ladder_of(state))
    return raised + unproven(
        state, event.id, seen, around.ladder_of(state), around.health, replay=around.replays(seen)
    )


def _on_look_failed(
    state: AccountState, event: Event[PatrolFailed], around: Surroundings
) -> list[Event[Payload]]:
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    state.looked, state.looked_by = True, []
    if event.data.reason == "damaged_feed":
        state.damaged_at = max(seen, state.damaged_at or 0)
    elif event.data.reason == "emptied":
        state.emptied_at = max(seen, state.emptied_at or 0)
    if (looks := state.looks.get(event.source)) is not None:
        looks.chain.cut(seen)
    return raised


def _on_finding(
    state: AccountState, event: Event[FindingRecorded], around: Surroundings
) -> list[Event[Payload]]:
    del around
    data = event.data
    mark = FindingMark(data.rule_code, data.severity, data.count, to_micros(event.time), data.date_only)
    state.findings.setdefault(event.id.bytes, mark)
    return []


def _on_finding_withdrawn(
    state: AccountState, event: Event[FindingWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    del around
    if event.data.corrects.bytes not in state.withdrawn_findings:
        state.withdrawn_findings.append(event.data.corrects.bytes)
    return []


def _on_answer(
    state: AccountState, event: Event[AlertSnoozed | AlertMuted | PostClaimed], around: Surroundings
) -> list[Event[Payload]]:
    """Take a request for silence; what fell due before it is raised first."""
    data, seen = event.data, to_micros(event.time)
    raised = _see(state, seen, around)
    if isinstance(data, PostClaimed):
        take_hold(state, event.id.bytes, "claim", seen)
    else:
        cause: Cause = "mute" if isinstance(data, AlertMuted) else "snooze"
        take_hold(state, event.id.bytes, cause, seen, to_micros(data.until))
    return raised


def _on_answer_withdrawn(
    state: AccountState, event: Event[FactWithdrawn], around: Surroundings
) -> list[Event[Payload]]:
    """End what somebody asked; what was held back is let go as of now."""
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    end_hold(state, event.data.corrects.bytes, seen)
    return raised


def _on_emergency(state: AccountState, event: Event[Any], around: Surroundings) -> list[Event[Payload]]:
    """Take a step of an emergency, and let people be informed of it."""
    seen = to_micros(event.time)
    raised = _see(state, seen, around)
    if isinstance(event.data, EmergencyTakenDown):
        state.taken_down_at = max(state.taken_down_at, seen)
    announcement = announce(state, event, replay=around.replays(seen))
    return raised if announcement is None else [*raised, announcement]


def _on_reminded(
    state: AccountState, event: Event[RectificationReminded], around: Surroundings
) -> list[Event[Payload]]:
    """Let a unit be told of tasks that wait; nothing else of the account follows from it."""
    announcement = announce_reminder(state, event, replay=around.replays(to_micros(event.time)))
    return [] if announcement is None else [announcement]


def _widen_spans(state: AccountState, mark: LookMark, complete_from: int) -> bool:
    """Take rows that are complete over a span; returns False where another span covers it."""
    reach = (complete_from, mark.proves_until)
    covered = any(_covers(span, *reach) for span in state.spans)
    others = [span for span in state.spans if span.id != mark.id]
    within = [
        span
        for span in others
        if span.complete_from is not None and _covers(mark, span.complete_from, span.proves_until)
    ]
    # Those that another covers prove again what it proved, should it be withdrawn; the newest of them do.
    dropped = {span.id for span in within[:-RECENT_KEPT]}
    state.spans = [*(span for span in others if span.id not in dropped), mark]
    return not covered


def _covers(span: LookMark, complete_from: int, proves_until: int) -> bool:
    """Tell whether rows handed in are complete over a span, too."""
    return (span.complete_from or 0) <= complete_from and span.proves_until >= proves_until


ACCOUNT_FACTS: dict[type[Payload], Handler] = {
    PostPublished: _on_post,
    PostDeleted: _on_post_deleted,
    PostWithdrawn: _on_post_withdrawn,
    AccountOpened: _on_registry_fact,
    AccountChanged: _on_changed,
    AccountCorrected: _on_registry_fact,
    AccountClosed: _on_registry_fact,
    AccountPatrolled: _on_look,
    PatrolFailed: _on_look_failed,
    LookContradicted: _on_contradicted,
    LookWithdrawn: _on_look_withdrawn,
    FindingRecorded: _on_finding,
    FindingWithdrawn: _on_finding_withdrawn,
    AlertSnoozed: _on_answer,
    AlertMuted: _on_answer,
    PostClaimed: _on_answer,
    AccountRuledBy: _on_ruling,
    AccountClassed: _on_ruling,
    AccountLined: _on_ruling,
    OriginalsCounted: _on_ruling,
    **dict.fromkeys(EMERGENCY_STEPS, _on_emergency),
    RectificationReminded: _on_reminded,
}
"""Types that the fold of an account takes, with what takes them; of `fact.withdrawn` see `handler_of`."""


def handler_of(data: Payload) -> Handler | None:
    """Return what takes a fact, None where no state of an account follows from it."""
    take = ACCOUNT_FACTS.get(type(data))
    if take is not None or not isinstance(data, FactWithdrawn):
        return take
    if data.of_type in ANSWERS:
        return _on_answer_withdrawn
    if data.of_type in RULINGS:
        return _on_ruling
    return on_fact_withdrawn if data.of_type in ACCOUNT_STATEMENTS else None
