"""What a partition loop works on: one task a partition, a pure fold or a notifier, with its state in a changelog."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from connectors.kafka.changelog import States
from events.envelope import Entry, Record
from projections.accounts.shard import Flush


class Task(Protocol):
    """The work on one partition.

    A task is made from the states that its changelog holds, and is thrown away with everything it has not handed
    out when the partition goes to another process or a transaction fails.
    """

    @property
    def next_offset(self) -> int:
        """Return the offset of the first record that was not taken."""
        ...

    @property
    def retry_at(self) -> float | None:
        """Return when `finish` wants to be called though no record comes, as `time.monotonic` tells time; None: never.

        A moment that has passed means at once. Asked after the task was made and after every `finish`.
        """
        ...

    @property
    def full(self) -> bool:
        """Tell whether the task can take nothing now; the loop pauses the partition until a `finish` changes this."""
        ...

    @property
    def urgent(self) -> bool:
        """Tell whether what was taken since the last `finish` has an outcome that somebody waits for."""
        ...

    @property
    def held(self) -> int:
        """Return how many states were touched since the last `finish`: in memory each takes some 5 KB."""
        ...

    def take(self, record: Record) -> None:
        """Take the next record; may neither wait nor write. A record that was taken before is passed over."""
        ...

    @property
    def take_all(self) -> Callable[[Sequence[Entry]], None] | None:
        """Return what takes the next records as the client has them, all at once; None: `take` does, one by one."""
        ...

    async def finish(self) -> Flush:
        """End a batch: do what has to be done outside, and hand out what one transaction has to hold."""
        ...


class MakeTask(Protocol):
    """Make the task of a partition from the states of its changelog, by key.

    `remade` names the topics, without prefix, that were made again since the position among the states was written;
    None: there is no position, or an earlier release wrote it.
    """

    def __call__(self, partition: int, stored: States, remade: Collection[str] | None) -> Task: ...
