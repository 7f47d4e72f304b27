"""An assignor that gives all partitions to one process of a group; the others stand by until it is gone."""

from collections.abc import Iterable, Mapping

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata


class OneOwner(AbstractPartitionAssignor):  # type: ignore[misc] # the library has no types
    """For work that has to see all partitions at once, as merging the alerts of a unit whose accounts lie in many."""

    name = "one-owner"
    version = 0

    @classmethod
    def assign(
        cls, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """Give everything to the member whose id comes first."""
        owner = min(members)
        topics = sorted({topic for metadata in members.values() for topic in metadata.subscription})
        partitions = [(topic, sorted(cluster.partitions_for_topic(topic) or ())) for topic in topics]
        return {
            member: ConsumerProtocolMemberAssignment(cls.version, partitions if member == owner else [], b"")
            for member in members
        }

    @classmethod
    def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """Tell which topics a member wants."""
        return ConsumerProtocolMemberMetadata(cls.version, list(topics), b"")

    @classmethod
    def on_assignment(cls, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Keep nothing of it."""
