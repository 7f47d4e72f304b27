"""Claims: what can be done once is claimed in the log before it is done."""

from pipeline.home.claims.holding import Hold, Wanted, claimed
from pipeline.home.claims.knowledge import claims_now, known_acts
from pipeline.home.claims.release import release

__all__ = ["Hold", "Wanted", "claimed", "claims_now", "known_acts", "release"]
