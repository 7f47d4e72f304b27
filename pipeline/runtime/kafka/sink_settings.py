"""How a sink works."""

from datetime import timedelta

import msgspec

from connectors.history.writer import BATCH_RECORDS


class SinkSettings(msgspec.Struct, frozen=True):
    """Sizes and times of a sink; an insert takes less than a session, so none outlives the hold on its partition."""

    session_timeout_s: float = 20.0
    gather_s: float = 0.02  # so long a record waits for those that come with it
    linger_s: float = (
        0.25  # and from one batch of a topic to the next; whoever comes after a pause does not wait for it
    )
    batch_records: int = BATCH_RECORDS
    batch_bytes: int = 32 << 20
    threads: int = 4  # inserts at a time; small ones wait for the disk
    give_up_s: float = 600.0  # then the process ends, to be started again
    max_clock_gap: timedelta | None = None  # a record further behind its predecessor is not stored

    @property
    def insert_timeout_s(self) -> float:
        return self.session_timeout_s / 2
