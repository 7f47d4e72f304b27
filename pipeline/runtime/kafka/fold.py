"""The folds as the task of a partition loop: facts in, alerts and scores out, states in a changelog."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from connectors.kafka.changelog import States
from connectors.kafka.cluster import FOLD_STATES, Cluster
from connectors.kafka.state_file import StateFile
from connectors.log.port import FACTS
from events.envelope import Entry, Record
from pipeline.home.dead_letter_limit import DeadLetterLimit
from pipeline.runtime.kafka.lag import WORKER
from pipeline.runtime.kafka.loop import PartitionLoop
from pipeline.runtime.kafka.role import Role
from projections.accounts.shard import Flush, Shard, folded_under
from projections.rules.rulebook import Rulebook
from projections.rules.rulesets import Ruleset

_GONE = b""
_log = structlog.get_logger(__name__)


class FoldTask:
    """Folds the facts of one partition.

    States that were folded under another ruleset are folded anew from the first record; what was derived before keeps
    its ids, so nobody is told twice. So are those whose position speaks of topics that were made again: of a changelog
    that was, part may be missing; of the facts, others may stand there; of what was derived, it has to be once more.
    The first transaction takes every old state away that it does not replace, and with it the old position: a crash
    before it leaves all of the old states, a crash after it none.
    """

    retry_at = None
    full = False

    def __init__(
        self,
        partition: int,
        ruleset: Ruleset | Rulebook,
        stored: States,
        remade: Collection[str] | None = (),
    ) -> None:
        """Go on from states, which the folds keep as their own from here on."""
        self._stale: set[str] = set()
        reason = _distrusted(stored, ruleset, remade)
        if reason:
            _log.warning("folding anew", partition=partition, ruleset=ruleset.folding, reason=reason)
            self._stale = set(stored)
            stored.clear()
        self._shard = Shard(partition, ruleset, stored)
        self._limit = DeadLetterLimit()

    @property
    def next_offset(self) -> int:
        return self._shard.next_offset

    @property
    def urgent(self) -> bool:
        return self._shard.has_news

    @property
    def held(self) -> int:
        return self._shard.held

    def take(self, record: Record) -> None:
        self._shard.apply(record)

    def take_all(self, entries: Sequence[Entry]) -> None:
        self._shard.apply_all(entries)

    async def finish(self) -> Flush:
        """Hand out the batch; raises `BurstError` where too many records cannot be read."""
        flush = self._shard.flush()
        self._limit.check(flush.bad)
        stale = sorted(self._stale.difference(key for key, _ in flush.states))
        self._stale = set()
        return msgspec.structs.replace(flush, states=[*((key, _GONE) for key in stale), *flush.states])


def _distrusted(
    stored: Mapping[str, bytes], ruleset: Ruleset | Rulebook, remade: Collection[str] | None
) -> str:
    """Say why states are not gone on from, nothing where they are."""
    if not stored:
        return ""
    before = folded_under(stored, ruleset)
    if before is None:
        return "the changelog has states without a position"
    if before != ruleset.folding:
        return f"they were folded under {before}"
    if remade is None:
        return "their position does not say of which life of the topics it speaks"
    return f"made again since: {', '.join(sorted(remade))}" if remade else ""


def fold_loop(
    cluster: Cluster,
    ruleset: Ruleset | Rulebook,
    *,
    session_timeout_s: float,
    max_clock_gap: timedelta | None = None,
    folder: Path | None = None,
) -> PartitionLoop:
    """Return the loop of `xuncha worker`; states rest in a file of that folder, without one in a temporary one."""
    role = Role(
        WORKER,
        source=FACTS,
        changelog=FOLD_STATES,
        transactional=False,
        session_timeout_s=session_timeout_s,
        max_clock_gap=max_clock_gap,
        new_states=lambda: StateFile(folder),
    )

    def make_task(partition: int, stored: States, remade: Collection[str] | None) -> FoldTask:
        return FoldTask(partition, ruleset, stored, remade)

    return PartitionLoop(cluster, role, make_task)
