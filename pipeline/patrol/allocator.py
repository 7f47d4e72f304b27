"""What a source looks at now: the earliest deadline first, per lane and then between lanes, under quota and pause.

In memory, with no clock of its own and no I/O: what a restart must know is handed in (`resume`, `quota_used`) and
asked back (`back_off`, `breaker`). One allocator a source; all times in microseconds.
"""

from collections.abc import Mapping

from connectors.patrolstore.port import BackOff, Breaker
from projections.patrol.plan import Plan
from projections.patrol.quota import Limits, QuotaOutlook


class Allocator:
    """The plans of a source, one an account, and the lanes over which its looks go."""

    def __init__(self, limits: Limits, *, of_lanes: Mapping[str, Limits] = {}) -> None:
        raise NotImplementedError

    def put(self, plan: Plan, lane: str) -> None:
        """Take the newest plan of an account in the place of an older one; while it is being looked at, for later."""

    def drop(self, account_id: str) -> None:
        """Forget an account."""

    def take(self, now: int) -> Plan | None:
        """Return the look to make now, None where there is none; counts one request. `done` has to follow."""
        raise NotImplementedError

    def done(
        self,
        account_id: str,
        *,
        worked: bool,
        now: int,
        wait_us: int | None = None,
        of_lane: bool = False,
        requests: int = 1,
    ) -> None:
        """Note how a look ended; the account comes up again once its next plan is put.

        `wait_us`: what the other side asked for; `of_lane`: every account of the lane fails alike.
        """

    def stalled(self, on: bool) -> None:
        """Look at canaries alone while the source is stalled."""

    def next_at(self, now: int) -> int:
        """Return when `take` is worth another call; `NEVER` (projections.rules.ladder) where nothing waits."""
        raise NotImplementedError

    def forecast(self, now: int, until: int) -> dict[str, QuotaOutlook]:
        """Return what the quota of each lane carries up to a moment, if nothing new happens."""
        raise NotImplementedError

    def lane_of(self, account_id: str) -> str:
        """Return the lane of an account; raises `KeyError` for one that was never put."""
        raise NotImplementedError

    def quota_used(self, lane: str, day: int, requests: int) -> None:
        """Take what the store knows: so many requests of a Chinese day went out over a lane."""

    def resume(self, account_id: str, back_off: BackOff) -> None:
        """Take what the store knows of an account, before its plan is put."""

    def resume_lane(self, lane: str, breaker: Breaker) -> None:
        """Take what the store knows of a lane."""

    def back_off(self, account_id: str) -> BackOff:
        """Return what the store has to know of an account."""
        raise NotImplementedError

    def breaker(self, lane: str) -> Breaker:
        """Return what the store has to know of a lane."""
        raise NotImplementedError
