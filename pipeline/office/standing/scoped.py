"""A scope as the read model is asked for it: no account is read to find out which are meant."""

from collections.abc import Mapping

from connectors.readmodel.port import Wanted
from events.folding import fold
from events.platforms import platform_family, platform_slug
from pipeline.home.read_model import ReadModel
from pipeline.office.scope import Scope, owners_of, within
from projections.registry.units import Unit


def wanted_of(model: ReadModel, scope: Scope, units: Mapping[str, Unit]) -> Wanted:
    """Return what a scope asks of the read model; raises `NotFoundError` for a typed word that no account has."""
    store, wanted = model.store, Wanted()
    if scope.area is not None:
        wanted = wanted._replace(areas=tuple(a for a in store.values("area") if fold(a) == fold(scope.area)))
    if scope.tier is not None:
        tier = next((t for t in store.values("tier") if fold(t) == fold(scope.tier)), None)
        wanted = wanted._replace(tier=tier) if tier is not None else wanted._replace(areas=())
    if scope.platform is not None:
        meant = {platform_family(scope.platform), fold(scope.platform)}
        families = store.values("family")
        family = next((f for f in families if f in meant or platform_slug(f) == fold(scope.platform)), None)
        wanted = wanted._replace(family=family) if family is not None else wanted._replace(areas=())
    if scope.unit is not None:
        wanted = wanted._replace(owners=tuple(sorted(owners_of(scope.unit, units))))
    if scope != Scope() and store.count(wanted) == 0:
        within(model.lines(), scope, units)  # a word that nobody has is told with the nearest ones
    return wanted
