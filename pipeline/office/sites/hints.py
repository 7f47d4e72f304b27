"""What a unit is told of its websites before anybody judged it: how many suggestions of each sort stand open."""

from collections import Counter

import msgspec

from pipeline.home.errors import NotFoundError
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope
from pipeline.office.sites.registry import known_sites
from pipeline.office.sites.scope import sites_within
from pipeline.office.sites.words import SUSPECTED
from projections.sites.suspicions import SITE_SUSPICION_TYPES, site_suspicions_of


class SiteHint(msgspec.Struct, frozen=True):
    """A website with open suggestions."""

    domain: str
    name: str
    counts: tuple[tuple[str, int], ...]  # by sort, in words


def site_hints(workspace: Workspace, scope: Scope) -> list[SiteHint]:
    """Return the websites of a scope with open suggestions, by name."""
    sites = known_sites(workspace)
    try:
        inside = sites_within(workspace, sites, scope)
    except NotFoundError:  # the unit has none
        return []
    open_ones = [
        s for s in site_suspicions_of(workspace.known.read(SITE_SUSPICION_TYPES)) if s.state == "open"
    ]
    counts: dict[str, Counter[str]] = {
        site: Counter(s.what for s in open_ones if s.site == site) for site in inside
    }
    return sorted(
        (
            SiteHint(
                sites[site].domain,
                sites[site].name,
                tuple((words, counts[site][what]) for what, words in SUSPECTED.items() if counts[site][what]),
            )
            for site in inside
            if counts[site]
        ),
        key=lambda hint: (hint.name, hint.domain),
    )
