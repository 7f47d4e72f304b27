"""Websites as pages show them: the list and one site, narrowed to what somebody may see."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import msgspec

from events.instants import FAR
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.site_rulesets import NamedSiteRuleset
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope
from pipeline.office.sites.checks import row_of_check
from pipeline.office.sites.registry import known_sites
from pipeline.office.sites.scope import sites_within
from pipeline.office.sites.standing import SiteStanding, column_rows, standings, visit_rows
from pipeline.office.sites.suspicions import list_site_suspicions


class SiteView(msgspec.Struct, frozen=True):
    """One site with everything that its page shows."""

    standing: SiteStanding
    row: dict[str, Any]
    columns: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    suspicions: list[dict[str, Any]]  # open ones first, then by time


def seen_by(workspace: Workspace, scope: Scope, t: datetime, known_at: datetime = FAR) -> AbstractSet[str]:
    """Return the subjects of the sites that a scope holds; none where it names nothing that a site has."""
    try:
        return sites_within(workspace, known_sites(workspace, t, known_at), scope)
    except NotFoundError:
        return frozenset()


def site_list(
    workspace: Workspace, rules: NamedSiteRuleset, scope: Scope, t: datetime, known_at: datetime = FAR
) -> list[dict[str, Any]]:
    """Return how the sites of a scope stand at T as known at K, by unit and name."""
    seen = seen_by(workspace, scope, t, known_at)
    found = [one for one in standings(workspace, rules, t, known_at) if one.facts.site.subject in seen]
    rows = [row_of_check(one.judged.row, rules.ruleset) for one in found]
    return sorted(rows, key=lambda row: (row["area"], row["unit"], row["name"]))


def site_view(
    workspace: Workspace,
    rules: NamedSiteRuleset,
    scope: Scope,
    domain: str,
    t: datetime,
    known_at: datetime = FAR,
) -> SiteView:
    """Return a site of a scope; raises `NotFoundError` for one that is not there, or not theirs to see."""
    seen = seen_by(workspace, scope, t, known_at)
    found = [
        one
        for one in standings(workspace, rules, t, known_at)
        if one.facts.site.domain == domain and one.facts.site.subject in seen
    ]
    if not found:
        raise NotFoundError(message("the registry has no site {text!r}", text=domain))
    one = found[0]
    names = {rule.code: rule.name for rule in rules.ruleset.rules}
    suspicions = [row for row in list_site_suspicions(workspace) if row["domain"] == domain]
    return SiteView(
        one,
        row_of_check(one.judged.row, rules.ruleset),
        column_rows(one, rules.ruleset, t),
        visit_rows(one, rules.ruleset, t),
        [
            {
                "finding_id": str(found.id),
                "rule": names.get(found.rule, found.rule),
                "count": found.count,
                "found_at": found.found_at,
            }
            for found in one.facts.findings
        ],
        sorted(suspicions, key=lambda row: (row["state"] != "open", row["seen_at"])),
    )
