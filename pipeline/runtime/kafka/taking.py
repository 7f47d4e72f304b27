"""What becomes of the messages of a partition: records, in order, with the times of the log, and none left out."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from connectors.history.heads import Head, Place
from connectors.kafka.cluster import ClusterError
from connectors.kafka.marks import Gap, gaps
from connectors.log.clock import is_gap
from connectors.log.port import FACTS
from events.envelope import Record
from events.messages import message

_MS_US = 1000


class Taking:
    """Takes the messages of a partition in order, from where its history ends.

    Whoever takes the same messages from the same end gets the same records: two sinks that store one batch send the
    same rows.
    """

    def __init__(self, place: Place, head: Head) -> None:
        self._place = place
        self.read_to = head.next_offset
        self.recorded_at = head.recorded_at
        self.refused: tuple[int, int] | None = (
            None  # offset and time, in microseconds, of a record of the future
        )

    def gaps(self, messages: Sequence[Any]) -> list[Gap]:
        """Return what is missing among the facts before each of these messages; derived events leave marks anyway."""
        return gaps(self.read_to, [m.offset for m in messages]) if self._place[0] == FACTS else []

    def take(
        self, messages: Sequence[Any], passed: Collection[Gap] = (), max_gap: timedelta | None = None
    ) -> list[Record]:
        """Return the records of the next messages; `passed` are gaps that miss no record.

        Before a message further behind its predecessor than `max_gap` it ends, and says so in `refused`. Raises
        `ClusterError` for a message that is not the next one.
        """
        topic, partition = self._place
        has_all = topic == FACTS
        due, recorded_at = self.read_to, self.recorded_at
        records: list[Record] = []
        for m in messages:
            offset, at = m.offset, m.timestamp * _MS_US
            if offset != due and (offset < due or (has_all and (due, offset) not in passed)):
                raise ClusterError(
                    message(
                        "{topic} partition {partition}: offset {offset} came where {due} was due",
                        topic=topic,
                        partition=partition,
                        offset=offset,
                        due=due,
                    )
                )
            if at > recorded_at:
                if is_gap(recorded_at, at, max_gap):
                    self.refused = offset, at
                    break
                recorded_at = at
            due = offset + 1
            records.append(Record(partition, offset, recorded_at, m.value or b""))
        self.read_to, self.recorded_at = due, recorded_at
        return records
