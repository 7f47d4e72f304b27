"""What a bulletin says of websites: the newest check of its quarter that was kept, as known at its moment."""

from events.beside import BesideAccounts
from events.folding import fold
from events.site_check import SiteCheckFrozen, SiteRow
from pipeline.home.errors import NotFoundError
from pipeline.home.site_rulesets import find_site_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside_moment import BesideMoment
from pipeline.office.sites.checks import site_checks
from projections.sites.bulletin_part import websites_part

WEBSITE_TYPES = (SiteCheckFrozen.type,)


def websites_beside(workspace: Workspace, moment: BesideMoment) -> BesideAccounts | None:
    """Return the part of websites, None where no check of the quarter was kept by then."""
    checks = [
        check.frozen
        for check in site_checks(workspace, moment.known_at)
        if moment.period_start < check.frozen.check_point <= moment.check_point
    ]
    if not checks:
        return None
    newest = checks[-1]
    rows = [row for row in newest.rows if _is_within(row, moment.area)]
    return websites_part(rows, _rule_names(workspace, newest.ruleset), moment.edition, moment.digits)


def _is_within(row: SiteRow, area: str) -> bool:
    return not area or fold(row.area) == fold(area)


def _rule_names(workspace: Workspace, label: str) -> dict[str, str]:
    try:
        ruleset = find_site_ruleset(label, workspace.home.path).ruleset
    except NotFoundError:
        return {}
    return {rule.code: rule.name for rule in ruleset.rules}
