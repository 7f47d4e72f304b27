"""What a source looks at now: the most urgent first, per lane and then between lanes, under quota and pause.

In memory, with no clock of its own and no I/O: what a restart must know is handed in (`resume`, `quota_used`) and
asked back (`back_off`, `breaker`). One allocator a source; all times in microseconds. Nothing is searched for in a
heap: a newer plan of an account makes older entries void, and they are passed over when they come up.
"""

import heapq
from collections.abc import Mapping
from typing import NamedTuple

from connectors.patrolstore.port import BackOff, Breaker
from events.instants import SECOND_US
from pipeline.patrol.lane import Lane, backed_off
from pipeline.patrol.queue import OTHERS, Queue, Urgency, urgency_of
from projections.patrol.plan import Plan
from projections.patrol.quota import Limits, QuotaOutlook, quota_outlook
from projections.rules.ladder import NEVER

_REST_US = 600 * SECOND_US  # between two looks at an account, whatever its plans say
_VOID_SHARE, _VOID_LEAST = 4, 1000  # of entries to accounts, beyond which void ones are thrown away

_NO_BACK_OFF = BackOff()


class _Entry(NamedTuple):
    """The newest plan of an account."""

    number: int
    plan: Plan
    queue: Queue


class Allocator:
    """The plans of a source, one an account, and the lanes over which its looks go."""

    def __init__(self, limits: Limits, *, of_lanes: Mapping[str, Limits] = {}) -> None:
        self._limits, self._of_lanes = limits, of_lanes
        self._queues: dict[str, Queue] = {}
        self._entries: dict[str, _Entry] = {}
        self._lanes: dict[str, str] = {}  # of every account that was put
        self._back_offs: dict[str, BackOff] = {}
        self._rests: dict[str, int] = {}
        self._under_way: dict[str, Queue] = {}
        self._later: dict[str, tuple[Plan, str]] = {}  # put while they were looked at
        self._waits: list[tuple[int, str, int]] = []
        self._listed: list[tuple[Urgency, str]] = []  # lanes that may be free, by their most urgent account
        self._blocked: list[tuple[int, str]] = []  # lanes that are not, by when they will be
        self._with_quota: list[Queue] = []
        self._stalled = False
        self._number = 0

    def put(self, plan: Plan, lane: str) -> None:
        """Take the newest plan of an account in the place of an older one; while it is being looked at, for later."""
        account = plan.account_id
        if account in self._under_way:
            self._later[account] = plan, lane
            return
        self._forget(account)
        self._number += 1
        number, queue = self._number, self._queue(lane)
        self._entries[account] = _Entry(number, plan, queue)
        self._lanes[account] = lane
        queue.add(plan, 1)
        not_before = max(self.back_off(account).until, self._rests.get(account, 0))
        heapq.heappush(self._waits, (max(plan.eligible, not_before), account, number))
        if queue.lane.limits.quota is not None and plan.early < plan.eligible:
            heapq.heappush(queue.early, (max(plan.early, not_before), account, number))
            queue.early = self._tidied(queue.early, queue.waiting)
        self._waits = self._tidied(self._waits, len(self._entries))

    def drop(self, account_id: str) -> None:
        """Forget an account."""
        self._forget(account_id)
        self._later.pop(account_id, None)
        self._back_offs.pop(account_id, None)
        self._rests.pop(account_id, None)
        self._lanes.pop(account_id, None)

    def take(self, now: int) -> Plan | None:
        """Return the look to make now, None where there is none; counts one request. `done` has to follow."""
        self._unblock(now)
        self._ripen(now)
        while self._listed:
            urgency, name = heapq.heappop(self._listed)
            queue = self._queues[name]
            if queue.listed != urgency:
                continue
            queue.listed = None
            if self._best(queue) != urgency:
                self._list(queue)
                continue
            free_at = queue.lane.free_at(now)
            if free_at > now:
                self._block(queue, free_at)
                continue
            _, account, _ = heapq.heappop(queue.ready)
            plan = self._entries[account].plan
            self._forget(account)
            self._under_way[account] = queue
            queue.lane.took(now, len(queue.ready), hurried=queue.is_tight)
            self._list(queue)
            return plan
        return None

    def done(
        self,
        account_id: str,
        *,
        worked: bool,
        now: int,
        wait_us: int | None = None,
        of_lane: bool = False,
        requests: int = 1,
    ) -> None:
        """Note how a look ended; the account comes up again once its next plan is put.

        `wait_us`: what the other side asked for; `of_lane`: every account of the lane fails alike.
        """
        queue = self._under_way.pop(account_id)
        queue.lane.ended(now, worked=worked, of_lane=of_lane, wait_us=wait_us, requests=requests)
        if worked:
            self._back_offs.pop(account_id, None)
            self._rests[account_id] = now + _REST_US
        elif account_id in self._lanes:
            failures = self.back_off(account_id).failures + 1
            self._back_offs[account_id] = backed_off(account_id, failures, now, wait_us)
        queue.is_blocked = False
        self._list(queue)
        if account_id in self._later:
            self.put(*self._later.pop(account_id))

    def stalled(self, on: bool) -> None:
        """Look at canaries alone while the source is stalled."""
        self._stalled = on
        for queue in self._queues.values():
            queue.listed = None
            self._list(queue)

    def next_at(self, now: int) -> int:
        """Return when `take` is worth another call; NEVER (projections.rules.ladder) where nothing waits."""
        if self._listed:
            return now
        times = [heap[0][0] for heap in (self._waits, self._blocked) if heap]
        early = (queue for queue in self._with_quota if queue.early)
        times += [queue.early[0][0] if queue.is_tight else queue.checked_until for queue in early]
        return max(now, min(times, default=NEVER))

    def forecast(self, now: int, until: int) -> dict[str, QuotaOutlook]:
        """Return what the quota of each lane carries up to a moment, if nothing new happens."""
        plans: dict[str, list[Plan]] = {name: [] for name in self._queues}
        for entry in self._entries.values():
            plans[entry.queue.lane.name].append(entry.plan)
        lanes = {name: self._queues[name].lane for name in plans}
        return {
            name: quota_outlook(plans[name], lane.limits, now, until, used=lane.used(now))
            for name, lane in lanes.items()
        }

    def lane_of(self, account_id: str) -> str:
        """Return the lane of an account; raises `KeyError` for one that was never put."""
        return self._lanes[account_id]

    def quota_used(self, lane: str, day: int, requests: int) -> None:
        """Take what the store knows: so many requests of a Chinese day went out over a lane."""
        self._queue(lane).lane.count(day, requests)

    def resume(self, account_id: str, back_off: BackOff) -> None:
        """Take what the store knows of an account, before its plan is put."""
        self._back_offs[account_id] = back_off

    def resume_lane(self, lane: str, breaker: Breaker) -> None:
        """Take what the store knows of a lane."""
        self._queue(lane).lane.breaker = breaker

    def back_off(self, account_id: str) -> BackOff:
        """Return what the store has to know of an account."""
        return self._back_offs.get(account_id, _NO_BACK_OFF)

    def breaker(self, lane: str) -> Breaker:
        """Return what the store has to know of a lane."""
        return self._queue(lane).lane.breaker

    def _queue(self, lane: str) -> Queue:
        queue = self._queues.get(lane)
        if queue is None:
            queue = self._queues[lane] = Queue(Lane(lane, self._of_lanes.get(lane, self._limits)))
            if queue.lane.limits.quota is not None:
                self._with_quota.append(queue)
        return queue

    def _forget(self, account: str) -> None:
        entry = self._entries.pop(account, None)
        if entry is not None:
            entry.queue.add(entry.plan, -1)

    def _is_newest(self, account: str, number: int) -> bool:
        entry = self._entries.get(account)
        return entry is not None and entry.number == number

    def _unblock(self, now: int) -> None:
        """Put the lanes that are free by now among those that may be looked over."""
        while self._blocked and self._blocked[0][0] <= now:
            queue = self._queues[heapq.heappop(self._blocked)[1]]
            queue.is_blocked = False
            self._list(queue)

    def _block(self, queue: Queue, free_at: int) -> None:
        """Put a lane aside until it is free, or until a look over it ends."""
        queue.is_blocked = True
        if free_at < NEVER:
            heapq.heappush(self._blocked, (free_at, queue.lane.name))

    def _ripen(self, now: int) -> None:
        """Move whoever may be looked at by now to the ready ones of its lane."""
        self._move(self._waits, now)
        for queue in self._with_quota:
            queue.check(now)
            if queue.is_tight:
                self._move(queue.early, now)

    def _move(self, heap: list[tuple[int, str, int]], now: int) -> None:
        while heap and heap[0][0] <= now:
            _, account, number = heapq.heappop(heap)
            if not self._is_newest(account, number):
                continue
            plan, queue = self._entries[account].plan, self._entries[account].queue
            heapq.heappush(queue.ready, (urgency_of(plan), account, number))
            self._list(queue)

    def _best(self, queue: Queue) -> Urgency | None:
        """Return the most urgent account that may be looked at over a lane."""
        ready = queue.ready
        while ready and not self._is_newest(ready[0][1], ready[0][2]):
            heapq.heappop(ready)
        if not ready or (self._stalled and ready[0][0] >= OTHERS):
            return None
        return ready[0][0]

    def _list(self, queue: Queue) -> None:
        """Let a lane stand among those that may be looked over, by its most urgent account."""
        best = self._best(queue)
        if best is not None and not queue.is_blocked and (queue.listed is None or best < queue.listed):
            queue.listed = best
            heapq.heappush(self._listed, (best, queue.lane.name))

    def _tidied(self, heap: list[tuple[int, str, int]], living: int) -> list[tuple[int, str, int]]:
        """Return a heap, without its void entries where they are many."""
        if len(heap) <= _VOID_SHARE * living + _VOID_LEAST:
            return heap
        kept = [entry for entry in heap if self._is_newest(entry[1], entry[2])]
        heapq.heapify(kept)
        return kept
