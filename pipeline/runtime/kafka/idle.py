"""Waiting until every process of a log on Kafka has done all that the log holds (`xuncha run --until-idle`)."""

import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

from connectors.history.row_counts import count_all
from connectors.kafka.cluster import Cluster
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.runtime.embedded.owner import Done
from pipeline.runtime.kafka.lag import NOTIFIER, SINK, WORKER, Lag, LagMeter

_LOOK_S = 0.3
_STANDSTILL_S = 90.0


def wait_until_stored(home: Home, progress: Callable[[int], None] = lambda _: None) -> Done:
    """Wait until all processes of a home are idle, and count what its history took meanwhile."""
    with closing(home.history_client()) as client:
        return wait_until_idle(home.kafka, partial(count_all, client), progress)


def wait_until_idle(
    cluster: Cluster, count_stored: Callable[[], int], progress: Callable[[int], None] = lambda _: None
) -> Done:
    """Wait until no record waits for a worker, a notifier or a sink; returns what was done meanwhile.

    What was stored is counted in the history, as in a folder: offsets count the marks of transactions, too.

    What one derives the next one reads, so all of them have to be idle at one look that began after the last thing
    was derived: the order of groups in a look is that of the way of a fact. Raises `UsageError` when nothing moves.
    """
    stored = count_stored()
    with closing(LagMeter(cluster)) as meter:
        first = before = meter.measure()
        moved_at = time.monotonic()
        while True:
            lag = meter.measure()
            progress(_moved(before, lag, WORKER))
            if [s.committed for s in lag.standings] != [s.committed for s in before.standings]:
                moved_at = time.monotonic()
            elif all(s.waiting_since is None for s in lag.standings):
                return Done(_moved(first, lag, WORKER), count_stored() - stored, None)
            before = lag
            if time.monotonic() - moved_at > _STANDSTILL_S:
                raise UsageError(_standstill(lag))
            time.sleep(_LOOK_S)


def _moved(before: Lag, after: Lag, group: str) -> int:
    return sum(s.committed for s in after.standings if s.group == group) - sum(
        s.committed for s in before.standings if s.group == group
    )


def _standstill(lag: Lag) -> str:
    waits = sorted({s.group for s in lag.standings if s.waiting_since is not None})
    commands = {WORKER: "xuncha worker", SINK: "xuncha sink"}
    missing = joined(", ", (commands.get(g, f"xuncha notifier ({g.removeprefix(NOTIFIER)})") for g in waits))
    if held := sorted({f"{s.topic}/{s.partition}" for s in lag.standings if s.stable_end < s.end}):
        return message(
            "nothing has moved for {standstill_s:.0f} s: somebody has a transaction open in"
            " {held}, and nobody can read on before it is over; see `xuncha lag`",
            standstill_s=_STANDSTILL_S,
            held=joined(", ", held),
        )
    return message(
        "nothing has moved for {standstill_s:.0f} s: is `{missing}` running? See `xuncha lag`",
        standstill_s=_STANDSTILL_S,
        missing=missing,
    )
