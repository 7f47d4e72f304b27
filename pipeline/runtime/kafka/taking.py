"""What becomes of the messages of a partition: records, in order, with the times of the log, and none left out."""

from collections.abc import Collection, Sequence
from typing import Any

from connectors.history.heads import Head, Place
from connectors.kafka.cluster import ClusterError
from connectors.kafka.marks import Gap, gaps
from connectors.log.port import FACTS
from events.envelope import Record
from events.messages import message

MS_US = 1000


class Taking:
    """Takes the messages of a partition one by one, from where its history ends.

    Whoever takes the same messages from the same end gets the same records: two sinks that store one batch send the
    same rows.
    """

    def __init__(self, place: Place, head: Head) -> None:
        self._place = place
        self.read_to = head.next_offset
        self.recorded_at = head.recorded_at

    def gaps(self, messages: Sequence[Any]) -> list[Gap]:
        """Return what is missing among the facts before each of these messages; derived events leave marks anyway."""
        return gaps(self.read_to, [m.offset for m in messages]) if self._place[0] == FACTS else []

    def require_next(self, entry: Any, passed: Collection[Gap]) -> None:
        """Raise `ClusterError` for a message that is not the next one; `passed` are gaps that miss no record."""
        topic, partition = self._place
        due, offset = self.read_to, entry.offset
        missed = topic == FACTS and offset > due and (due, offset) not in passed
        if offset < due or missed:
            raise ClusterError(
                message(
                    "{topic} partition {partition}: offset {offset} came where {due} was due",
                    topic=topic,
                    partition=partition,
                    offset=offset,
                    due=due,
                )
            )

    def take(self, entry: Any) -> Record:
        """Return the record of the next message."""
        self.recorded_at = max(self.recorded_at, entry.timestamp * MS_US)
        self.read_to = entry.offset + 1
        return Record(self._place[1], entry.offset, self.recorded_at, entry.value or b"")
