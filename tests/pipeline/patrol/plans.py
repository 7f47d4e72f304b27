"""Plans built by hand, for tests of whom an allocator takes."""

from events.instants import HOUR_US
from projections.patrol.needs import GRACE_US, Klass, Reason
from projections.patrol.plan import Plan
from tests.projections.patrol.lines import at

NOON = at("2025-06-03 12:00")
"""Half of this day's quota is to be spread over what is left of it."""


def plan(
    account: str,
    eligible: int = NOON,
    deadline: int = NOON + HOUR_US,
    *,
    early: int | None = None,
    klass: Klass = Klass.RED,
) -> Plan:
    """Return a plan of one need."""
    return Plan(
        account_id=account,
        early=eligible if early is None else early,
        start=eligible,
        eligible=eligible,
        deadline=deadline,
        order=deadline + GRACE_US[klass],
        reason=Reason.STEP,
        klass=klass,
    )
