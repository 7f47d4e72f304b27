"""The limit of dead letters: one by one they pass, a burst stops the run (design promise 7)."""

from collections import deque
from collections.abc import Iterable

from connectors.log.port import LogError
from events.messages import message
from projections.accounts.shard import BadRecord

BURST = 100
"""More unreadable records than this in one window stop the run."""

WINDOW_RECORDS = 8_000
"""Length of the window: so many records of a partition, up to the newest unreadable one."""


class BurstError(LogError):
    """Too many records at once cannot be read; nothing of their batch was taken."""


class DeadLetterLimit:
    """Counts the dead letters among the last records of one partition, wherever batches begin and end.

    The count lives as long as the run: a person who starts it again has seen why it stopped.
    """

    def __init__(self) -> None:
        self._offsets: deque[int] = deque()

    def check(self, bad: Iterable[BadRecord]) -> None:
        """Count the unreadable records of a batch, in their order; raises `BurstError` where they are too many."""
        for letter in bad:
            offset = letter.record.offset
            self._offsets.append(offset)
            while self._offsets[0] <= offset - WINDOW_RECORDS:
                self._offsets.popleft()
            if len(self._offsets) > BURST:
                raise BurstError(
                    message(
                        "{offsets_count} of {offset} records of partition {partition} cannot be read, the"
                        " last at offset {offset_2}: {reason}; nothing of the batch was taken, for so"
                        " many at once are the fault of a program and not of the facts",
                        offsets_count=len(self._offsets),
                        offset=offset + 1 - self._offsets[0],
                        partition=letter.record.partition,
                        offset_2=offset,
                        reason=letter.reason,
                    )
                )
