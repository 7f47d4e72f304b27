"""What a bulletin says of policy interpretation, as known at its moment."""

from events.beside import BesideAccounts
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside_moment import BesideMoment
from pipeline.office.interpretation.listing import documents_within
from pipeline.office.interpretation.rule import interpretation_rule
from pipeline.office.scope import Scope
from projections.policy.interpretation_part import interpretation_part


def interpretation_beside(workspace: Workspace, moment: BesideMoment) -> BesideAccounts | None:
    """Return the part of policy interpretation, None where no document is known."""
    scope = Scope(area=moment.area) if moment.area else Scope()
    documents = documents_within(workspace, moment.check_point, scope, moment.known_at)
    return interpretation_part(documents, interpretation_rule(), moment.period_start, moment.digits)
