"""What waits for a lane: whose time has come, who could be looked at already, and whether that is needed."""

from events.instants import HOUR_US, SECOND_US
from pipeline.patrol.lane import Lane
from projections.patrol.needs import Klass
from projections.patrol.plan import SHARE_BITS, Plan, share_of

_TIGHT_HOURS = 72
_TIGHT_PERCENT = 80
_CHECK_US = 900 * SECOND_US

Urgency = int
"""Who comes first: canaries, then by the order of the plan, then by the account's own share, in one number."""

OTHERS = 1 << 128
"""Least urgency of who is no canary."""


def urgency_of(plan: Plan) -> Urgency:
    """Return how urgent a plan is, the least first."""
    urgency = (max(plan.order, 0) << SHARE_BITS) + share_of(plan.account_id)
    return urgency if plan.klass is Klass.CANARY else OTHERS + urgency


class Queue:
    """What waits for a lane."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.ready: list[tuple[Urgency, str, int]] = []
        self.early: list[tuple[int, str, int]] = []  # accounts that could be looked at already, by that time
        self.due: dict[int, int] = {}  # hour of deadlines to number of plans
        self.waiting = 0  # plans, whether their time has come or not
        self.is_tight = False
        self.checked_until = 0
        self.listed: Urgency | None = None  # the entry that stands for it among lanes
        self.is_blocked = False

    def add(self, plan: Plan, by: int) -> None:
        """Count a plan in or out."""
        hour = plan.deadline // HOUR_US
        self.waiting += by
        self.due[hour] = self.due.get(hour, 0) + by
        if not self.due[hour]:
            del self.due[hour]

    def check(self, now: int) -> None:
        """See whether looks that fall due within three days take more than four fifths of the quota until then."""
        quota = self.lane.limits.quota
        if quota is None or now < self.checked_until:
            return
        self.checked_until = now + _CHECK_US
        first = now // HOUR_US
        total = sum(count for hour, count in self.due.items() if hour < first)
        self.is_tight = False
        for hours in range(1, _TIGHT_HOURS + 1):
            total += self.due.get(first + hours - 1, 0)
            if total * 24 * 100 > quota * _TIGHT_PERCENT * hours:
                self.is_tight = True
                return
