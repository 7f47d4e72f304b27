"""Alerts of one account: which steps of the ladder its silence has passed, and since when (design section 3)."""

from uuid import UUID

from events import derived_ids
from events.alert import AlertCleared, AlertHeld, AlertRaised, AlertSkipped, AlertWithdrawn
from events.base import Payload
from events.codec import Event
from events.instants import from_micros
from events.sources import XUNCHA
from projections.accounts.holds import Held, end_all, ends, hold_over
from projections.accounts.state import AccountState, Episode, trusted_looks
from projections.rules.ladder import NEVER, Ladder
from projections.sources.health import SourceHealth
from projections.sources.looks import LookMark

PROOF_LOST = "证明静默的巡查已不成立"
"""Reason of a withdrawal, for people: the look that proved the silence does not hold any more."""


def next_due(state: AccountState, ladder: Ladder, after: int = -1) -> int:
    """Return the first moment later than `after` (microseconds) at which time alone may bring a step, else NEVER.

    That is when the next step falls due; once it is due and not proven, when rows handed in reach back far enough;
    while it is held back, when that ends, or a further step falls due.
    """
    episode = state.episode
    if episode is None or state.opened_id is None:
        return NEVER
    if episode.due > after:
        return episode.due
    moments = [_trusted_from(span, ladder) for span in state.spans]
    if state.holds:
        further = range(episode.level + 1, len(ladder.steps))
        moments += [*ends(state), *(_deadline(episode, ladder, step) for step in further)]
    return min((at for at in moments if at > after), default=NEVER)


def raise_due(
    state: AccountState, ladder: Ladder, health: dict[str, SourceHealth], clock: int, *, replay: bool
) -> list[Event[Payload]]:
    """Raise every step that is due at `clock` and proven; steps passed at one moment yield one alert.

    The time of an alert is the greater of deadline, opener and first look that proves it, never the moment of this
    call, so that neither a coarse tick grid nor a long downtime changes an alert.
    """
    episode = state.episode
    if episode is None or state.opened_id is None or state.closed(clock):
        return []
    held: list[Held] = []
    passed: list[tuple[int, int]] = []
    for step in range(episode.level + 1, len(ladder.steps)):
        at = _passed_at(state, ladder, health, clock, step, held)
        if at is not None:
            passed.append((step, at))
    passed = _not_overtaken(passed)
    events = [_held(state, episode, ladder, one, replay) for one in _recorded(held, passed, episode)]
    for i, (step, at) in enumerate(passed):
        highest = i + 1 == len(passed) or passed[i + 1][1] != at
        event = _event(state, episode, ladder, step, at, AlertRaised if highest else AlertSkipped, replay)
        events.append(event)
        episode.level = step
        episode.due = _due(episode, ladder)
        if highest:
            if ladder.steps[step].is_limit:
                episode.limit_alert = event.id.bytes
                episode.before_limit = state.open_alerts.get(episode.opener_id, -1)
            state.open_alerts[episode.opener_id] = step
    return events


def _not_overtaken(passed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out steps that are let go later than a higher one was raised: that one said all."""
    left: list[tuple[int, int]] = []
    for step, at in reversed(passed):
        if not left or at <= left[-1][1]:
            left.append((step, at))
    return left[::-1]


def _recorded(held: list[Held], passed: list[tuple[int, int]], episode: Episode) -> list[Held]:
    """Return the held steps that are to be recorded, each once; of those of one moment the highest."""
    left: list[Held] = []
    for one in reversed(held):
        overtaken = any(step > one.step and at < one.at for step, at in passed)
        if one.step > episode.held and not overtaken and (not left or one.at < left[-1].at):
            left.append(one)
    if left:
        episode.held = left[0].step
    return left[::-1]


def unproven(
    state: AccountState,
    cause: UUID,
    seen_at: int,
    ladder: Ladder,
    health: dict[str, SourceHealth],
    *,
    replay: bool,
) -> list[Event[Payload]]:
    """Withdraw the open alert of the limit where a fact has just taken its only proof away.

    The level falls back to the step before; a later proof raises the limit anew, under an id that names the withdrawal.
    Earlier steps stay, for they claim no silence. A proof that has only grown old is not lost.
    """
    episode = state.episode
    if episode is None or not episode.limit_alert:
        return []
    limit = next(i for i, step in enumerate(ladder.steps) if step.is_limit)
    deadline = _deadline(episode, ladder, limit)
    posted = state.posts.live_newest(NEVER) is not None
    proofs = trusted_looks(state, health, deadline, posted=posted)
    if any(mark.proves_until > deadline for _, mark in proofs.marks):
        return []
    corrects = UUID(bytes=episode.limit_alert)
    withdrawal = derived_ids.alert_withdrawn(corrects)
    data = AlertWithdrawn(
        corrects=corrects,
        reason=PROOF_LOST,
        cause=cause,
        level=ladder.steps[limit].level,
        audience=ladder.steps[limit].audience,
        opener_id=UUID(bytes=episode.opener_id),
        name=state.name,
        given_id=state.given_id,
        owner=state.owner,
        replay=replay,
    )
    if episode.before_limit >= 0:
        state.open_alerts[episode.opener_id] = episode.before_limit
    else:
        state.open_alerts.pop(episode.opener_id, None)
    episode.limit_alert, episode.withdrawal, episode.level = b"", withdrawal.bytes, limit - 1
    episode.due = _due(episode, ladder)
    return [Event(withdrawal, XUNCHA, state.account_id, from_micros(seen_at), data)]


def settle(
    state: AccountState, ladder: Ladder, by: bytes, seen_at: int, at: int, *, replay: bool
) -> list[Event[Payload]]:
    """Begin, keep or end the silence of an account after one of its facts changed.

    A newer post, or the closing, ends the episode and clears its alerts. A deletion or withdrawal that brings an older
    post back begins an episode of its own, so that its alerts are not duplicates of earlier ones; those stay open
    until the silence ends. The same holds for a reopened account, whose silence begins with its opening.
    """
    old = state.episode
    newest = state.posts.live_newest(NEVER)  # one ahead of the clock counts: its deadlines are, too
    anchor = newest.end if newest is not None else state.opened_at
    if state.closed_at is not None:  # a closing that was announced ends the silence as one that has come
        return end_silence(state, ladder, by, max(seen_at, at), replay=replay)
    if anchor is None:
        state.episode = None
        return []
    if old is not None and anchor == old.anchor:
        return []
    if anchor > old.anchor if old is not None else newest is not None:
        end_all(state)
    shown_at = state.first_showing(newest.id) if newest is not None else None
    state.episode = episode = Episode(by, anchor, seen_at, shown_at=shown_at or 0)
    episode.due = _due(episode, ladder)
    if state.open_alerts and (old is None or anchor > old.anchor):
        return _cleared(state, ladder, by, max(seen_at, anchor), replay=replay)
    return []


def end_silence(
    state: AccountState, ladder: Ladder, by: bytes, at: int, *, replay: bool
) -> list[Event[Payload]]:
    """Watch an account no more that is closed, or that never was one of the registry, and clear its alerts."""
    state.episode = None
    end_all(state)
    return _cleared(state, ladder, by, at, replay=replay)


def change_ladder(
    state: AccountState, before: Ladder, ladder: Ladder, by: bytes, seen_at: int, *, replay: bool
) -> list[Event[Payload]]:
    """Go on with a silence by the steps of another ladder, as of a moment.

    Steps of one ladder are not those of another: what was told by the former ends, and whatever is due by the new one
    is told under ids of its own. What holds alerts back goes on, for the silence is the same.
    """
    cleared = _cleared(state, before, by, seen_at, replay=replay)
    old = state.episode
    if old is not None:
        state.episode = episode = Episode(by, old.anchor, seen_at, shown_at=old.shown_at)
        episode.due = _due(episode, ladder)
    return cleared


def reckon_showing(state: AccountState, ladder: Ladder) -> None:
    """Let the limit wait for the first showing of the newest post, after looks were told to contradict it."""
    episode = state.episode
    newest = state.posts.live_newest(NEVER)
    shown_at = state.first_showing(newest.id) if newest is not None else None
    if episode is not None and shown_at is not None and shown_at > episode.shown_at:
        episode.shown_at = shown_at
        episode.due = _due(episode, ladder)


def _due(episode: Episode, ladder: Ladder) -> int:
    """Return when the step after the last one that was passed falls due, NEVER behind the last."""
    due = ladder.next_due(episode.anchor, episode.level)
    if episode.shown_at and due == episode.anchor + ladder.limit_us:
        due = max(due, episode.shown_at + ladder.limit_us)
    return max(due, episode.seen_at)


def _deadline(episode: Episode, ladder: Ladder, step: int) -> int:
    """Return when a step falls due; a post that shows looks to be wrong has the limit from its first showing on."""
    if ladder.steps[step].is_limit:
        return max(episode.anchor, episode.shown_at) + ladder.limit_us
    return ladder.deadline(episode.anchor, step)


def _passed_at(
    state: AccountState,
    ladder: Ladder,
    health: dict[str, SourceHealth],
    clock: int,
    step: int,
    held: list[Held],
) -> int | None:
    """Return when a step was passed and nothing held it back, None if that was not by `clock`.

    A step that is held back is noted in `held`; it is let go when that ends, if a look proves it then.
    """
    episode, is_limit = state.episode, ladder.steps[step].is_limit
    if episode is None:
        return None
    base = max(_deadline(episode, ladder, step), episode.seen_at)
    at, is_noted = _proven_at(state, ladder, health, clock, step, base), False
    while state.holds and at is not None and (hold := hold_over(state, at, is_limit=is_limit)) is not None:
        if not is_noted:
            held.append(Held(step, at, hold))
            is_noted = True
        at = _proven_at(state, ladder, health, clock, step, hold.until)
    return at


def _proven_at(
    state: AccountState, ladder: Ladder, health: dict[str, SourceHealth], clock: int, step: int, base: int
) -> int | None:
    """Return the first moment from `base` on at which a step is proven, None if there is none by `clock`.

    A step before the limit needs a look that is fresh enough to warn by; while its source is stalled that look warns
    nobody, for the account may have posted all along.
    """
    episode = state.episode
    if episode is None or base > clock:
        return None
    deadline = _deadline(episode, ladder, step)
    is_limit = ladder.steps[step].is_limit
    posted = state.posts.live_newest(NEVER) is not None
    passed = []
    for source, mark in trusted_looks(state, health, clock - ladder.limit_us, posted=posted).marks:
        at = max(base, _trusted_from(mark, ladder))
        if is_limit:
            if at - mark.proves_until <= ladder.look_max_age_us and mark.proves_until > deadline:
                passed.append(at)
            continue
        stalled = source in health and health[source].stalled
        by_hand = mark.by_hand or mark.complete_from is not None
        if not stalled and at <= ladder.warns_until(mark.at, by_hand=by_hand):
            passed.append(at)
    return min(passed, default=None)


def _trusted_from(mark: LookMark, ladder: Ladder) -> int:
    """Return the first check point that a look can prove silence for: rows handed in have to reach back far enough."""
    if mark.complete_from is None:
        return mark.at
    return max(mark.at, mark.complete_from + ladder.limit_us)


def _event(
    state: AccountState,
    episode: Episode,
    ladder: Ladder,
    step: int,
    at: int,
    payload: type[AlertRaised],
    replay: bool,
) -> Event[Payload]:
    level = ladder.steps[step].level
    opener = UUID(bytes=episode.opener_id)
    data = payload(
        level=level,
        opener_id=opener,
        anchor_at=from_micros(episode.anchor),
        deadline=from_micros(_deadline(episode, ladder, step)),
        audience=ladder.steps[step].audience,
        name=state.name,
        given_id=state.given_id,
        owner=state.owner,
        ruleset=ladder.ruleset,
        replay=replay,
        unannounced_year=ladder.unannounced_year(episode.anchor),
    )
    again = episode.withdrawal if ladder.steps[step].is_limit else b""
    after = UUID(bytes=again) if again else None
    event_id = derived_ids.alert_raised(state.account_id, opener, level, after)
    return Event(event_id, XUNCHA, state.account_id, from_micros(at), data)


def _held(state: AccountState, episode: Episode, ladder: Ladder, one: Held, replay: bool) -> Event[Payload]:
    """Return the record that a step was passed and is held back."""
    step, at, hold = one
    event = _event(state, episode, ladder, step, at, AlertSkipped, replay)
    fields = {name: getattr(event.data, name) for name in AlertSkipped.__struct_fields__}
    data = AlertHeld(
        **fields,
        by=UUID(bytes=hold.id),
        cause=hold.cause,
        until=from_micros(hold.until),
    )
    event_id = derived_ids.alert_held(
        state.account_id, UUID(bytes=episode.opener_id), ladder.steps[step].level
    )
    return Event(event_id, XUNCHA, state.account_id, from_micros(at), data)


def _cleared(
    state: AccountState, ladder: Ladder, by: bytes, at: int, *, replay: bool
) -> list[Event[Payload]]:
    events: list[Event[Payload]] = []
    for opener_id, step in state.open_alerts.items():
        opener = UUID(bytes=opener_id)
        data = AlertCleared(
            level=ladder.steps[step].level,
            opener_id=opener,
            by=UUID(bytes=by),
            unregistered=state.opened_id is None,
            name=state.name,
            given_id=state.given_id,
            owner=state.owner,
            replay=replay,
        )
        event_id = derived_ids.alert_cleared(state.account_id, opener)
        events.append(Event(event_id, XUNCHA, state.account_id, from_micros(at), data))
    state.open_alerts.clear()
    return events
