"""The order in which the facts of several partitions stand in one line, for a log with another number of them; pure."""

from collections.abc import Iterable, Iterator, Sequence

from connectors.history.rebuilt import Rebuilt


def in_line(lives: Iterable[Sequence[Iterator[Rebuilt]]]) -> Iterator[Rebuilt]:
    """Yield the facts of each life's partitions as one log of any number of partitions may take them.

    Facts of a subject keep their order, and their place among the broadcasts: a sweep stands before the looks that it
    came before. A broadcast comes once, when every partition has come to it; where two partitions hold two broadcasts
    in different orders, nobody could tell which was first, and the one that was recorded first is.
    """
    yielded: set[bytes] = set()
    for partitions in lives:
        yield from _one_life(partitions, yielded)


def _one_life(partitions: Sequence[Iterator[Rebuilt]], yielded: set[bytes]) -> Iterator[Rebuilt]:
    heads = [next(partition, None) for partition in partitions]
    while True:
        for number, partition in enumerate(partitions):
            while (head := heads[number]) is not None and not (head.broadcast and head.id not in yielded):
                if not head.broadcast:
                    yield head
                heads[number] = next(partition, None)
        waiting = [head for head in heads if head is not None]
        if not waiting:
            return
        first = min(waiting, key=lambda head: head.recorded_at)
        yielded.add(first.id)
        yield first
