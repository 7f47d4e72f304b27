"""How far a group has come, and what its transactions held, as the metrics tell: noted once a batch, never a record."""

from pipeline.home import metrics


class Figures:
    """The figures of a partition that this process holds; `drop` takes away those that only a holder has.

    Each is looked up once: to look it up takes longer than to count.
    """

    def __init__(self, group: str, topic: str, partition: int) -> None:
        self._place = (group, topic, str(partition))
        self._taken = metrics.RECORDS_TAKEN.labels(group, topic)
        self._gaps_healed = metrics.GAPS_HEALED.labels(group, topic)
        self._committed = metrics.COMMITTED_OFFSET.labels(*self._place)
        self._end = metrics.END_OFFSET.labels(*self._place)
        self._records = metrics.TRANSACTION_RECORDS.labels(group)
        self._seconds = metrics.TRANSACTION_SECONDS.labels(group)
        self._derived = metrics.DERIVED_EVENTS.labels(group)
        self._letters = metrics.DEAD_LETTERS.labels(group)

    def took(self, records: int) -> None:
        self._taken.inc(records)

    def healed_gap(self) -> None:
        self._gaps_healed.inc()

    def committed(self, offset: int) -> None:
        self._committed.set(offset)

    def ends_at(self, offset: int | None) -> None:
        """Note where the partition ends; None while the client has not heard of it."""
        if offset is not None:
            self._end.set(offset)

    def wrote(self, *, derived: int, letters: int, states: int, seconds: float) -> None:
        """Note a transaction that was committed."""
        self._records.observe(derived + letters + states)
        self._seconds.observe(seconds)
        self._derived.inc(derived)
        self._letters.inc(letters)

    def drop(self) -> None:
        metrics.COMMITTED_OFFSET.remove(*self._place)
        metrics.END_OFFSET.remove(*self._place)
