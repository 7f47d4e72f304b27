"""What a sink does for several partitions at once."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future

from pipeline.runtime.kafka.plans import Plan
from pipeline.runtime.kafka.share import Share, Stretch
from pipeline.runtime.kafka.storing import Resumed, Stored


class Work:
    """One question to the database, or one batch, and the shares that wait for it and for nothing else meanwhile."""

    def __init__(self, shares: Collection[Share]) -> None:
        self.shares = tuple(shares)
        self.future: Future[Stored | Resumed] | None = None  # None: not begun
        for share in shares:
            share.work = self

    @property
    def is_revoked(self) -> bool:
        return any(share.revoked.is_set() for share in self.shares)


class Batched(Work):
    """A batch. Until its plan is surely noted it waits, and is not changed: the group may have the plan already."""

    def __init__(self, shares: Collection[Share], plan: Plan, stretches: Sequence[Stretch]) -> None:
        super().__init__(shares)
        self.plan = plan
        self.stretches = tuple(stretches)
