"""Which stretches go into one insert: an insert costs the same for one partition as for many."""

from collections.abc import Iterable, Mapping

from pipeline.runtime.kafka.plans import MOST_RANGES
from pipeline.runtime.kafka.share import Share, Stretch
from pipeline.runtime.kafka.sink_settings import SinkSettings


class Pack:
    """Stretches of one topic that are to be stored together, one a partition."""

    def __init__(self, topic: str, settings: SinkSettings) -> None:
        self.topic = topic
        self.stretches: list[Stretch] = []
        self._ranges, self._records, self._bytes = MOST_RANGES, settings.batch_records, settings.batch_bytes

    def takes(self, share: Share) -> bool:
        """Tell whether all that waits in a share still fits."""
        return (
            self.topic == share.place[0]
            and self._ranges > 0
            and len(share) <= self._records
            and share.waiting_bytes <= self._bytes
        )

    def add(self, stretch: Stretch) -> None:
        self.stretches.append(stretch)
        self._ranges -= 1
        self._records -= len(stretch.records)
        self._bytes -= stretch.size


def pack(
    shares: Iterable[Share], settings: SinkSettings, *, now: float, most: int, begun: Mapping[str, float]
) -> list[Pack]:
    """Return what to store now, in no more than so many inserts; `begun` says when the last batch of a topic began.

    What came after a pause goes as soon as those are there that came with it: whoever waits for a single record waits
    for an insert alone. In a stream a batch follows another after the linger, and grows meanwhile. The longest waiting
    go first, and full shares at once. Whatever else waits goes along where there is room: alone it would cost an insert
    a moment later.
    """
    packs: list[Pack] = []
    limits = settings.batch_records, settings.batch_bytes
    ready = sorted((s for s in shares if s.is_ready), key=lambda share: share.since)
    paused = {topic for topic, at in begun.items() if now - at < settings.linger_s}
    is_due = [
        s.is_full(*limits) or (now - s.since >= settings.gather_s and s.place[0] not in paused) for s in ready
    ]
    for due in (True, False):
        for share in (s for s, is_so in zip(ready, is_due, strict=True) if is_so is due):
            found = next((p for p in packs if p.takes(share)), None)
            if found is None:
                if not due or len(packs) >= most:
                    continue
                packs.append(found := Pack(share.place[0], settings))
            if (stretch := share.next_stretch(*limits)) is not None:
                found.add(stretch)
    for found in packs:
        found.stretches.sort(key=lambda stretch: stretch.place)
    return packs
