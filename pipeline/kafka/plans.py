"""What a sink has set out to store: noted in its group before the insert, and found there by whoever comes after it."""

from collections.abc import Mapping

import msgspec

from connectors.history.heads import Place
from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import read_group
from pipeline.kafka.lag import SINK


class Plan(msgspec.Struct, frozen=True):
    """A stretch of one partition that a sink may have stored, may be storing now, or may never store.

    Only a member of the group can note it, so who slept while its partition moved cannot: either its plan was there
    before, and the new owner stores the very same stretch under the same token, or it has none and stores nothing.
    """

    begin: int
    end: int
    life: str  # of the topic

    def note(self) -> str:
        """Return what is committed with the offset, which is where the plan begins."""
        return f"{self.end} {self.life}"


def read_plans(cluster: Cluster) -> dict[Place, Plan]:
    """Return the plans that sinks have noted, done ones too."""
    plans = {}
    for place, committed in read_group(cluster, SINK).committed.items():
        end, _, life = committed.note.partition(" ")
        if end.isdecimal():
            plans[place] = Plan(committed.offset, int(end), life)
    return plans


def planned_end(plans: Mapping[Place, Plan], place: Place, begin: int, life: str) -> int | None:
    """Return how far the next stretch of a partition has to go, None where nobody has planned one from there on."""
    plan = plans.get(place)
    return plan.end if plan is not None and (plan.begin, plan.life) == (begin, life) else None
