"""What a bulletin says of reposts, as known at its moment."""

from events.beside import BesideAccounts
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside_moment import BesideMoment
from pipeline.office.reposts.listing import Reposts, praised
from pipeline.office.scope import Scope
from projections.policy.reposts_part import PraisedRow, RepostCounts, reposts_part


def reposts_beside(workspace: Workspace, moment: BesideMoment) -> BesideAccounts | None:
    """Return the part of reposts, None where no order fell due in the period."""
    scope = Scope(area=moment.area) if moment.area else Scope()
    reposts = Reposts(workspace, moment.check_point, scope, moment.known_at, texts=False)
    orders = [o for o in reposts.orders if moment.period_start < o.told.due_at <= moment.check_point]
    standings = [one for order in orders for one in reposts.standings(order)]
    behind = {one.account for one in standings if one.state in ("late", "missing")}
    counts = RepostCounts(
        orders=len(orders),
        asked=len(standings),
        done=sum(one.state == "done" for one in standings),
        behind=len(behind),
    )
    rows = [
        PraisedRow(p.owner or p.area, p.name, p.platform, p.pieces)
        for p in praised(reposts, moment.period_start, moment.check_point)
    ]
    return reposts_part(counts, rows, moment.digits)
