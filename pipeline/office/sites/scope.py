"""Which websites a question is about: those of a unit and the units below it, of an area, of a tier."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from pipeline.home.workspace import Workspace
from pipeline.office.scope import Place, Scope, keys_within
from pipeline.office.units import unit_tree
from projections.sites.registry import Site


def sites_within(workspace: Workspace, sites: Mapping[str, Site], scope: Scope) -> AbstractSet[str]:
    """Return the subjects of the sites of a scope; raises `NotFoundError` for a word that no site has."""
    if scope == Scope():
        return sites.keys()
    placed = {
        subject: Place(owner=site.unit, platform="", area=site.area, tier=site.tier)
        for subject, site in sites.items()
    }
    return keys_within(placed, scope, unit_tree(workspace))
