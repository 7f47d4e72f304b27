"""Pages of findings: each problem under the rule that its words mean."""

from pipeline.office.intake.building import Building, PageOf
from pipeline.office.intake.problems import finding_facts
from pipeline.office.intake.settling import LEAVE_OUT
from projections.rules.rulesets import Ruleset


def plan_findings(building: Building, ruleset: Ruleset, of: PageOf) -> None:
    """Plan a list of findings; a row of which one problem cannot be taken is refused whole."""
    for item in of.items:
        subject, needs = building.meant(item, opens=False)
        if subject == LEAVE_OUT:
            building.row(item, of.page, "doubtful", needs)
            continue
        drafts, why = finding_facts(
            item.at, subject, item.record, of.page, ruleset, building.world.void, building.received_at
        )
        if why is not None:
            building.row(item, of.page, "refused", needs, subject=subject, why=why)
            continue
        building.drafts += drafts
        building.row(item, of.page, "taken", needs, subject=subject)
