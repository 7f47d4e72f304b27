"""What a sink has set out to store: noted in its group before the insert, and found there by whoever comes after it."""

import re
from collections.abc import Collection, Mapping

import msgspec

from connectors.history.heads import Head, Place
from connectors.history.writer import Range
from connectors.kafka.cluster import Cluster
from connectors.kafka.offsets import Committed, read_group
from pipeline.runtime.kafka.lag import SINK

MOST_RANGES = 64
"""Partitions of a batch: the note names each of them, and brokers take 4096 bytes (`offset.metadata.max.bytes`)."""

_FORM = "batch"  # no number: a former program, which looks for one, sees no plan
_SPAN = re.compile(r"(\d+):(\d+)-(\d+)", re.ASCII)


class Plan(msgspec.Struct, frozen=True):
    """A batch that a sink may have stored, may be storing now, or may never store.

    Only a member of the group can note it, so who slept while its partitions moved cannot: either its plan was there
    before, and whoever holds one of the partitions finishes the very same batch under the same token, or it has none
    and stores nothing. It is noted in all of its partitions by one commit, which the group takes whole or not at all.
    """

    topic: str
    life: str  # of the topic
    ranges: tuple[Range, ...]  # one a partition, by partition

    @property
    def spans(self) -> str:
        return ",".join(map(str, self.ranges))

    @property
    def token(self) -> str:
        return f"{self.life}/{self.topic}/{self.spans}"

    def note(self) -> str:
        """Return what is committed in each partition of the plan, with the offset where it begins there."""
        return f"{_FORM} {self.life} {self.spans}"

    def begins(self) -> dict[Place, int]:
        """Return where the plan begins in each of its partitions."""
        return {(self.topic, r.partition): r.begin for r in self.ranges}

    def is_open(self, heads: Mapping[Place, Head]) -> bool:
        """Tell whether the history ends where the plan begins, in every partition."""
        return all(heads.get(place, Head()).next_offset == begin for place, begin in self.begins().items())


def read_plans(cluster: Cluster) -> dict[Place, Plan]:
    """Return the plan that sinks have noted in each partition, done ones too."""
    found = {place: plan_of(place, c) for place, c in read_group(cluster, SINK).committed.items()}
    return {place: plan for place, plan in found.items() if plan is not None}


def plan_of(place: Place, committed: Committed) -> Plan | None:
    """Return what a note says; None where it is no plan.

    The former form, `END LIFE`, is a plan of one partition.
    """
    topic, partition = place
    first, _, rest = committed.note.partition(" ")
    if first.isdecimal():
        return Plan(topic, rest, (Range(partition, committed.offset, int(first)),))
    life, _, spans = rest.partition(" ")
    matches = [_SPAN.fullmatch(span) for span in spans.split(",")]
    ranges = tuple(Range(*map(int, m.groups())) for m in matches if m is not None)
    plan = Plan(topic, life, ranges)
    is_whole = first == _FORM and len(ranges) == len(matches)
    return plan if is_whole and plan.begins().get(place) == committed.offset else None


def binding(
    plans: Mapping[Place, Plan],
    places: Collection[Place],
    heads: Mapping[Place, Head],
    lives: Mapping[str, str],
) -> set[Plan]:
    """Return the plans that whoever holds these partitions has to finish before it goes on."""
    return {
        plan
        for place in places
        if (plan := plans.get(place)) is not None
        and plan.life == lives[plan.topic]
        and plan.begins()[place] == heads.get(place, Head()).next_offset
    }
