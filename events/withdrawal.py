"""The withdrawal of a fact that was never true: one compensating event a fact, on its subject."""

from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class FactWithdrawn(Payload, frozen=True):
    """The fact `corrects` was wrong; it is void from the start for whoever knows this.

    It may be told before its fact, or twice. One that names another subject or type than its fact has voids nothing.
    """

    type: ClassVar[str] = "fact.withdrawn"

    corrects: UUID
    of_type: str  # type of the fact
    its_time: UtcDatetime  # `time` of the fact
    reason: str
    intake: str = ""  # number of the intake that is taken back; empty: the fact alone is


ACCOUNT_STATEMENTS = frozenset({"account.opened", "account.changed", "account.closed", "account.corrected"})
"""Types of facts that say what the registry holds of an account."""

ANSWERS = frozenset({"alert.acknowledged", "alert.snoozed", "alert.muted", "alert.post_claimed"})
"""Types of facts that answer an alert; taken back, they hold nothing from then on."""

RULINGS = frozenset({"account.ruled_by", "account.classed", "account.lined", "originals.counted"})
"""Types of facts that say by which rules an account is judged, its class, and what people counted of it."""

WITHDRAWABLE = (
    ACCOUNT_STATEMENTS
    | ANSWERS
    | RULINGS
    | {
        "account.merged",
        "ruleset.assigned",
        "account.documented",
        "account.stop_noticed",
        "account.spotted",
        "unit.registered",
        "unit.changed",
        "unit.ended",
        "focus.flagged",
        "report.received",
        "self_check.recorded",
        "upper_check.recorded",
        "filing.applied",
        "finding.served",
        "rectification.ordered",
        "rectification.answered",
        "interaction.planned",
        "interaction.asked",
        "interaction.answered",
        "interaction.judged",
        "function.broken",
        "function.noticed",
        "site.registered",
        "site.changed",
        "site.ended",
        "column.declared",
        "column.dropped",
        "site.patrolled",
        "availability.sampled",
        "site.message_sampled",
        "site_finding.recorded",
        "site_check.frozen",
        "wording.settled",
        "assessment.noted",
        "assessment.told",
        "assessment.objected",
        "rectification.rechecked",
        "document.published",
        "interpretation.published",
        "repost.ordered",
        "repost.done",
        "key_period.declared",
        "key_period.ended",
        "supervision.answered",
        "advice.decided",
        "work_order.received",
        "work_order.answered",
    }
)
"""Types of facts that `fact.withdrawn` voids; posts, looks and findings have withdrawals of their own."""
