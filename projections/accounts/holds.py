"""What holds the alerts of an account back: snoozes, mutes and claims of a post, until when, and what ends them."""

from typing import Literal, NamedTuple, Protocol

import msgspec

from events.instants import DAY_US

Cause = Literal["snooze", "mute", "claim"]

SNOOZE_DAYS = 7
MUTE_DAYS = 92
CLAIM_DAYS = 3
"""How long each holds at most, whatever a fact says: nobody is to be silenced by one forgotten word."""

_MOST_US = {"snooze": SNOOZE_DAYS * DAY_US, "mute": MUTE_DAYS * DAY_US, "claim": CLAIM_DAYS * DAY_US}
_KEPT = 8


class Hold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A request for silence about one silence of an account; it is over at `until`."""

    id: bytes  # of its fact
    cause: Cause
    since: int
    until: int
    waits: bool = False  # a claim that no look has reached yet

    def holds(self, at: int, *, is_limit: bool) -> bool:
        """Tell whether a step that is passed at a moment is held back; a snooze never holds the limit."""
        return at < self.until and not (is_limit and self.cause == "snooze")


class Held(NamedTuple):
    """A step that was passed while it was held back."""

    step: int
    at: int
    hold: Hold


class Holder(Protocol):
    """The state of an account, as far as it is held back."""

    holds: list[Hold]
    answered_until: int
    taken_down_at: int


def take_hold(state: Holder, fact_id: bytes, cause: Cause, since: int, until: int | None = None) -> None:
    """Take a request; one that is known, or that belongs to a silence that has ended, changes nothing."""
    if since <= state.answered_until or any(hold.id == fact_id for hold in state.holds):
        return
    most = since + _MOST_US[cause]
    _keep(state, Hold(fact_id, cause, since, most if until is None else min(until, most), cause == "claim"))


def end_hold(state: Holder, fact_id: bytes, at: int) -> None:
    """End a request that was taken back at a moment; the withdrawal may come before it."""
    for n, hold in enumerate(state.holds):
        if hold.id == fact_id:
            ended = msgspec.structs.replace(hold, until=min(hold.until, at), waits=False)
            state.holds = [*state.holds[:n], ended, *state.holds[n + 1 :]]
            return
    _keep(state, Hold(fact_id, "mute", 0, 0))  # which holds nothing


def reach(state: Holder, looked_at: int, proves_until: int) -> bool:
    """End the claims that a look reaches: it would show what was posted by then; tells whether it ended one."""
    if proves_until >= state.taken_down_at:
        state.taken_down_at = 0
    if not any(hold.waits and hold.since <= proves_until for hold in state.holds):
        return False
    state.holds = [
        msgspec.structs.replace(hold, until=min(hold.until, looked_at), waits=False)
        if hold.waits and hold.since <= proves_until
        else hold
        for hold in state.holds
    ]
    return True


def end_all(state: Holder) -> None:
    """Forget what was asked about a silence that has ended; a repetition of it does not count for the next one."""
    if state.holds:
        state.answered_until = max(state.answered_until, *(hold.since for hold in state.holds))
        state.holds = []


def hold_over(state: Holder, at: int, *, is_limit: bool) -> Hold | None:
    """Return what holds a step back that is passed at a moment, the longest of several; else None."""
    holding = [hold for hold in state.holds if hold.holds(at, is_limit=is_limit)]
    return max(holding, key=lambda hold: (hold.until, hold.id)) if holding else None


def claimed_at(state: Holder) -> int | None:
    """Return since when somebody's word waits for a look that reaches it: 已发布, or 已撤下; else None."""
    claims = [hold.since for hold in state.holds if hold.waits]
    return max([*claims, state.taken_down_at]) or None if claims or state.taken_down_at else None


def ends(state: Holder) -> list[int]:
    """Return the moments at which requests are over."""
    return [hold.until for hold in state.holds]


def _keep(state: Holder, hold: Hold) -> None:
    holds = sorted([*state.holds, hold], key=lambda one: (one.until, one.id))
    for dropped in holds[:-_KEPT]:
        state.answered_until = max(state.answered_until, dropped.since)
    state.holds = holds[-_KEPT:]
