"""The reconciler: what the folds must have told by a closed moment, recomputed from the history, and what they did."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

import msgspec

from connectors.history.derived_events import read_derived
from connectors.history.lanes import Lane, lanes_of, lives_of, stored_ends
from connectors.log.fold_states import load_state
from connectors.log.port import DERIVED, FACTS, Log
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.ids import partition_of
from events.instants import local_iso
from events.messages import joined, message
from events.ruling import AccountRuledBy
from pipeline.home.errors import UsageError
from pipeline.home.progress import Progress
from pipeline.home.rulesets import rulebook_of_home
from pipeline.home.workspace import Workspace
from projections.accounts.reconciliation import (
    RECONCILED,
    Difference,
    differences,
    lost_among,
    repairs_of,
    suspects,
)
from projections.accounts.shard import META_KEY, Shard, folded_under
from projections.rules.rulebook import Rulebook

WAIT_S = 60.0
"""How long running folds and sinks may take to get to the moment; nobody waits for what does not run."""

_POLL_S = 0.05
_Left = TypeVar("_Left", bound=Collection[int])


class Reconciled(msgspec.Struct, frozen=True):
    """What a reconciliation found."""

    known_at: datetime
    ruleset: str
    expected: Counter[str]  # events that must exist, by type
    recorded: Counter[str]  # events that were told and not withdrawn, by type; later than K, too
    differences: list[Difference]
    written: int = 0  # events that mended them

    @property
    def settled(self) -> bool:
        """Tell whether told is what must be, as found or once it was mended."""
        return not self.differences or self.written > 0


def reconcile(
    workspace: Workspace,
    known_at: datetime | None,
    *,
    wait_s: float = 0.0,
    repair: bool = False,
) -> Reconciled:
    """Fold the history's facts up to a closed moment K again and compare with what stands in its derived events.

    1. K is closed, so every fact recorded by K is in the history. Without K, it is the newest closed moment.
    2. The folds are past K: they have written whatever they derive from these facts, and then the history holds it.
       Where they are not, after `wait_s`, nothing can be said, and `UsageError` tells what to do.
    3. Lane by lane, what was told is read and the facts up to K are folded again. What follows and was not told, by
       whatever record, is missing.
    4. What was told by K and does not follow is suspect, not yet wrong. The times of facts and of derived events are
       told by different partitions, on Kafka by different brokers, so what follows from a fact after K may be recorded
       by K. But that fact stood in the log before what follows from it: the history is brought up to the end of the
       log after the suspect was read, and the same fold goes on over all the rest. What follows then is no error. A
       fold over more facts derives all that it derived over fewer, so nothing right is ever found wrong.

    With `repair` the differences are mended in one transaction of the log. A repair that is cut off, or done by two at
    once, is done again under the same ids. Derived events from before the log was moved or restored count as told.
    """
    ruleset = rulebook_of_home(workspace.home)
    known_at = workspace.known_at(known_at)
    _await_folds(workspace, known_at, wait_s)
    _await_history(workspace, wait_s)
    found = Reconciled(known_at, ruleset.folding, Counter(), Counter(), [])
    lives = lives_of(workspace.client)
    lanes = lanes_of(lives)
    with Progress("核对 reconciling", lanes) as progress:
        for number in range(lanes):
            _compare(workspace, Lane(workspace.client, lives, number, lanes), lanes, ruleset, found)
            progress.add(1)
    return msgspec.structs.replace(found, written=_repair(workspace, found)) if repair else found


def fold_positions(workspace: Workspace) -> list[int]:
    """Return the offset that the fold of each partition takes next.

    In an embedded home, what another ruleset folded is folded anew, from the start. On Kafka it is what the workers
    have committed.
    """
    cluster, partitions = workspace.home.cluster, range(workspace.log.partitions)
    if cluster is not None:
        from connectors.kafka.offsets import committed_offsets  # noqa: PLC0415 (its library is slow to import)

        committed = committed_offsets(cluster, "worker", FACTS)
        return [committed.get(p, 0) for p in partitions]
    ruleset = rulebook_of_home(workspace.home)
    stored = [load_state(workspace.log.db, p, META_KEY) for p in partitions]
    return [
        Shard(p, ruleset, state).next_offset if folded_under(state, ruleset) == ruleset.folding else 0
        for p, state in enumerate(stored)
    ]


def _await_folds(workspace: Workspace, known_at: datetime, wait_s: float) -> None:
    """Wait until the folds have taken every fact recorded by K; raises `UsageError` where they do not get there."""
    wanted = stored_ends(workspace.client, FACTS, known_at)

    def behind() -> dict[int, int]:
        positions = fold_positions(workspace)
        return {p: end - positions[p] for p, end in wanted.items() if positions[p] < end}

    if left := _left_after(wait_s, behind):
        how = message("run `xuncha run {until_idle}`", until_idle=field("until_idle"))
        if workspace.home.cluster is not None:
            how = message("is `xuncha worker` running? See `xuncha lag`")
        raise UsageError(
            message(
                "the folds have not got to {known_at}: {left} facts are left in partitions"
                " {left_2}, and what they lead to cannot be judged yet; {how}",
                known_at=local_iso(known_at),
                left=sum(left.values()),
                left_2=joined(", ", map(str, sorted(left))),
                how=how,
            )
        )


def _await_history(workspace: Workspace, wait_s: float) -> None:
    """Wait until the history holds every derived event that the log holds now."""
    workspace.catch_up()
    ends = workspace.log.end_offsets(DERIVED)

    def behind() -> list[int]:
        stored = stored_ends(workspace.client, DERIVED)
        return [p for p, end in enumerate(ends) if _holds_more(workspace.log, p, stored.get(p, 0), end)]

    if left := _left_after(wait_s, behind):
        raise UsageError(
            message(
                "the history does not hold the derived events of partitions {left} yet; is"
                " `xuncha sink` running? See `xuncha lag`",
                left=joined(", ", map(str, left)),
            )
        )


def _holds_more(log: Log, partition: int, begin: int, end: int) -> bool:
    """Tell whether derived events stand between two offsets; on Kafka the ends of transactions take offsets, too."""
    records = log.read(DERIVED, partition, begin, 1) if begin < end else ()
    return bool(records) and records[0].offset < end


def _left_after(wait_s: float, behind: Callable[[], _Left]) -> _Left:
    """Return what is behind, asked until it is nothing or the time is up."""
    deadline = time.monotonic() + wait_s
    while (left := behind()) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return left


def _compare(workspace: Workspace, lane: Lane, lanes: int, ruleset: Rulebook, found: Reconciled) -> None:
    """Compare one lane, and add what is found; sources are compared in the lane that their ids belong to."""
    recorded = read_derived(workspace.client, RECONCILED, lane=lane.number, lanes=lanes)
    shard, ruled = Shard(lane.number, ruleset), _ruled(workspace, ruleset)
    expected = _derive(shard, lane, lanes, found.known_at)
    lost = lost_among(expected)
    found.expected.update(e.type for e in expected if e.type in RECONCILED and e.id not in lost)
    found.recorded.update(t.event.type for t in recorded if not t.withdrawn)
    found.differences.extend(differences(expected, recorded, ruleset.folding, ruled))
    doubtful = suspects(expected, recorded, ruleset.folding, found.known_at, ruled)
    if doubtful:
        workspace.catch_up()
        later = {event.id for event in _derive(shard, lane, lanes, None)}
        found.differences.extend(Difference("wrong", None, e) for e in doubtful if e.id not in later)


def _ruled(workspace: Workspace, rulebook: Rulebook) -> dict[str, set[str]]:
    """Return under which other rulesets the folds speak of accounts, for a fact names these for them."""
    ruled: dict[str, set[str]] = defaultdict(set)
    for k in workspace.known.read((AccountRuledBy.type,), texts=False):
        if isinstance(k.event.data, AccountRuledBy):  # withdrawals come along
            ruled[k.event.subject].add(rulebook.of(k.event.data.ruleset).folding)
    return ruled


def _derive(shard: Shard, lane: Lane, lanes: int, until: datetime | None) -> list[Event[Payload]]:
    derived: list[Event[Payload]] = []
    for block in lane.blocks(until):
        for record in block:
            shard.apply(record)
        derived += [e for e in shard.flush().derived if partition_of(e.subject, lanes) == lane.number]
    return derived


def _repair(workspace: Workspace, found: Reconciled) -> int:
    """Write what mends the differences, all of it or nothing; returns the number of events."""
    placed: dict[int, list[Event[Payload]]] = defaultdict(list)
    for difference in found.differences:
        for event in repairs_of(difference, found.known_at):
            placed[partition_of(event.subject, workspace.log.partitions)].append(event)
    if placed:
        with workspace.log.transaction():
            for partition, events in sorted(placed.items()):
                workspace.log.write_derived(partition, events)
    return sum(map(len, placed.values()))
