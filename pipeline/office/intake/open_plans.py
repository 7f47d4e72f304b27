"""Which plans still wait for somebody, of all that the intake remembers."""

from collections.abc import Mapping

from pipeline.office.intake.stored import StoredPlan


def open_plans(plans: Mapping[str, StoredPlan]) -> dict[str, StoredPlan]:
    """Return the plans that nobody said yes to, by id, of plans by id, the oldest first.

    Of plans of one sender for the same files the newest alone; none where that became an intake.
    """
    newest = {
        (plan.sender.on_behalf, frozenset(paper.sha256 for paper in plan.papers)): plan_id
        for plan_id, plan in plans.items()
    }
    return {plan_id: plans[plan_id] for plan_id in newest.values() if not plans[plan_id].number}
