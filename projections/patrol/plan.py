"""The next look at an account by a source: a pure function of its line, the ladder, the calendar and a policy.

Of all looks that an account needs, the one with the earliest deadline is planned, as late as others that are released
by then allow: one look serves as many needs as it can (greedy stabbing of intervals).
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from events.instants import SECOND_US
from projections.patrol.account_line import AccountLine, Seen
from projections.patrol.needs import (
    GRACE_US,
    Attention,
    Klass,
    Need,
    Policy,
    Proof,
    Reason,
    canary_need,
    needs_of_source,
)
from projections.patrol.workdays import Workdays
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

_SPREAD_PERCENT = 80
_AWAITED = frozenset((Reason.CLAIMED, Reason.HINTED))  # somebody waits for the look
SHARE_BITS = 48
_SHARES_KEPT = 1 << 17


class Plan(msgspec.Struct, frozen=True, gc=False):
    """The next look at an account; microseconds."""

    account_id: str
    early: int  # may be made from here on where the quota is tight
    start: int
    eligible: (
        int  # made from here on otherwise: `start` and the account's own share of the time up to the deadline
    )
    deadline: int
    order: int  # who comes first under a quota: the least of deadline and grace of all needs
    reason: Reason
    klass: Klass


def plan_of(
    line: AccountLine,
    policy: Policy,
    ladder: Ladder,
    workdays: Workdays,
    *,
    since: int,
    health: Mapping[str, SourceHealth] = {},
    attention: Attention = Attention(),  # noqa: B008 (frozen)
    looked_at: int = 0,
) -> Plan:
    """Return the next look at an account; `since`: when the source began to watch it.

    `looked_at`: when the source last looked with success. That may be no fact, because it came too soon after another
    look, and it may prove nothing, because the source leaves posts out; the next look waits all the same.

    While the source is stalled, an account that shows whether it lives is planned for that alone.
    """
    line = _with_look(line, looked_at, policy)
    proof = _proof(line, policy.source, health)
    stalled = policy.source in health and health[policy.source].stalled
    if stalled and attention.canary:
        newest = max((seen.at for seen in line.looks if seen.source == policy.source), default=since)
        return _planned(line.account_id, [canary_need(newest, policy)], policy)
    if proof is None:
        never = Need(since, since + policy.bound_us, Reason.NEVER_LOOKED)
        return _planned(line.account_id, [never], policy, spread=line.looked)
    needs = list(needs_of_source(line, proof, policy, ladder, workdays, attention))
    if not proof.last_at:
        needs.append(Need(since, since + policy.bound_us, Reason.NEVER_LOOKED, Klass.GAP))
    return _planned(line.account_id, needs, policy)


@lru_cache(maxsize=_SHARES_KEPT)
def share_of(account_id: str) -> int:
    """Return the account's own number in [0, 2**48), by which looks are spread; it never changes."""
    return int.from_bytes(hashlib.sha256(account_id.encode()).digest()[:6])


def _with_look(line: AccountLine, looked_at: int, policy: Policy) -> AccountLine:
    """Return a line with a look that its facts do not tell; beside looks that they do tell it proves nothing more."""
    mine = max((seen for seen in line.looks if seen.source == policy.source), key=_at, default=None)
    if looked_at < (mine.at if mine is not None else 0) + SECOND_US:
        return line
    proves_until = looked_at - policy.lag_us if mine is None else mine.proves_until
    return line.looked_again(Seen(policy.source, looked_at, proves_until, by_hand=False))


def _proof(line: AccountLine, source: str, health: Mapping[str, SourceHealth]) -> Proof | None:
    """Return what looks have shown so far, None where no trusted look stands."""
    valid = [s for s in line.looks if s.source not in health or not health[s.source].voids(s.at)]
    if not valid:
        return None
    listed = [seen for seen in valid if seen.source == source]
    return Proof(
        look=max(valid, key=_at),
        proven_until=max(seen.proves_until for seen in valid),
        listed=max(listed, key=_at, default=None),
        last_at=max((seen.at for seen in line.looks if seen.source == source), default=0),
    )


def _planned(account_id: str, needs: Sequence[Need], policy: Policy, *, spread: bool = True) -> Plan:
    first = min(needs, key=_due)
    due = first.deadline
    joined = [need for need in needs if need.release <= due]
    gravest = min(joined, key=_gravity)
    start = min(due, max(due - policy.near_us, *(need.release for need in joined)))
    spread = spread and gravest.reason not in _AWAITED
    later = (due - start) * _SPREAD_PERCENT * share_of(account_id) // (100 << SHARE_BITS) if spread else 0
    return Plan(
        account_id=account_id,
        early=first.release,
        start=start,
        eligible=start + later,
        deadline=due,
        order=min(need.deadline + GRACE_US[need.klass] for need in needs),
        reason=gravest.reason,
        klass=gravest.klass,
    )


def _at(seen: Seen) -> int:
    return seen.at


def _due(need: Need) -> tuple[int, int]:
    return need.deadline, need.klass


def _gravity(need: Need) -> tuple[int, int]:
    return need.klass, need.deadline
