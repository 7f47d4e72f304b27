"""The embedded runner: log to folds to derived events, state and position in one transaction."""

from collections.abc import Callable

import msgspec
import structlog

from connectors.log.dead_letters import DeadLetter, note
from connectors.log.embedded import EmbeddedLog
from connectors.log.fold_states import clear_states, load_states, store_states
from connectors.log.port import FACTS
from pipeline.home.dead_letter_limit import DeadLetterLimit
from pipeline.home.failpoints import fail_point
from projections.accounts.shard import Flush, Shard, folded_under
from projections.rules.rulebook import Rulebook
from projections.rules.rulesets import Ruleset

BATCH_RECORDS = 8_000
_log = structlog.get_logger(__name__)


class Runner:
    """Runs the folds of every partition over an embedded log.

    1. States and positions are loaded from where the last committed batch left them.
    2. A batch of one partition is folded in memory.
    3. One transaction writes derived events, dead letters, states, and the position last.
    A crash before the commit leaves the batch undone, a crash after it leaves it done; there is nothing between.
    """

    def __init__(self, log: EmbeddedLog, ruleset: Ruleset | Rulebook) -> None:
        self._log = log
        self.shards = [self._shard(p, ruleset) for p in range(log.partitions)]
        self._limits = [DeadLetterLimit() for _ in self.shards]

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Fold everything that the log holds now; returns the number of records folded."""
        folded = 0
        for shard in self.shards:
            while count := self._batch(shard):
                folded += count
                progress(count)
        return folded

    def _shard(self, partition: int, ruleset: Ruleset | Rulebook) -> Shard:
        """Make the folds of a partition; states that cannot be read are folded anew, too: they follow from the log."""
        try:
            return Shard(partition, ruleset, self._states(partition, ruleset))
        except (msgspec.MsgspecError, UnicodeDecodeError) as e:
            _log.warning("damaged states, folding anew", partition=partition, reason=str(e))
        with self._log.transaction():
            clear_states(self._log.db, partition)
        return Shard(partition, ruleset)

    def _states(self, partition: int, ruleset: Ruleset | Rulebook) -> dict[str, bytes]:
        """Load the states of a partition; those folded under another ruleset are folded anew from the first record.

        What was derived before keeps its ids, so nobody is told twice.
        """
        stored = load_states(self._log.db, partition)
        before = folded_under(stored, ruleset)
        if before in (None, ruleset.folding):
            return stored
        _log.info("folding anew", partition=partition, ruleset=ruleset.folding, before=before)
        with self._log.transaction():
            clear_states(self._log.db, partition)
        return {}

    def _batch(self, shard: Shard) -> int:
        records = self._log.read(FACTS, shard.partition, shard.next_offset, BATCH_RECORDS)
        if not records:
            return 0
        shard.apply_all(records)
        flush = shard.flush()
        self._limits[shard.partition].check(flush.bad)
        fail_point("fold.before_transaction")
        with self._log.transaction():
            self._commit(shard.partition, flush)
            fail_point("fold.before_commit")
        fail_point("fold.after_commit")
        return len(records)

    def _commit(self, partition: int, flush: Flush) -> None:
        self._log.write_derived(partition, flush.derived)
        for bad in flush.bad:
            place = f"partition {partition} offset {bad.record.offset}"
            note(self._log.db, DeadLetter(FACTS, place, bad.reason, bad.record.value))
            _log.warning("dead letter", place=place, reason=bad.reason)
        store_states(self._log.db, partition, flush.states)
