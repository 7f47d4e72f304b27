"""What a simulated office hands in beside the rows of a round."""

import msgspec

from events.bulletin import Extras, Practice
from events.platforms import platform_slug
from pipeline.simulate.chance import shuffled
from pipeline.simulate.place import Place, load_vocabulary
from pipeline.simulate.registry import build_registry

_NAMED_ON = "wechat"


def extras_of(place: Place, seed: int) -> Extras:
    """Return what the office hands in beside the rows; whom it praises is chosen by lot among those that exist."""
    praised = place.praised
    if praised is None:
        return place.extras
    accounts = build_registry(place, load_vocabulary(), seed).accounts
    names = [a.name for a in accounts if a.filed and platform_slug(a.platform) == _NAMED_ON]
    first = [n.name for n in place.named if n.filed]
    others = [n for n in shuffled(names, seed, "praised") if n not in first]
    chosen = tuple((first + others)[: praised.accounts])
    practice = Practice(praised.text, accounts=chosen)
    return msgspec.structs.replace(place.extras, practices=(*place.extras.practices, practice))
