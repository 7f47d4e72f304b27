"""The patrol of one source: takes what is due from the allocator, looks, records in batches, and plans again."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec
import structlog

from connectors.patrolstore.port import BackOff, LeaseLostError
from connectors.sources.kind import Answer, Failure, SourceKind, Web
from events.instants import to_micros
from pipeline.home import metrics
from pipeline.patrol.allocator import Allocator
from pipeline.patrol.configured import Configured
from pipeline.patrol.planned_look import Finished
from pipeline.patrol.records import LEASE_S, Planned, Resumed, SourceRecords
from pipeline.patrol.surroundings import AT_ONCE, Clock
from projections.patrol.plan import Plan
from projections.patrol.workdays import number_of

T = TypeVar("T")

_BATCH = 1_000  # looks
_BATCH_ITEMS = 10_000  # of their lists: with fewer looks these are many enough, too
_BATCH_S = 2.0  # after which fewer are recorded, too
_LAST_S = 0.5  # the same where no look is under way that would join them
_REFRESH = timedelta(seconds=60)
_PROBED = timedelta(hours=6)  # between two questions to a log-in
_STANDBY_S = 10.0  # between two tries to take a source that another patrol holds
_LAST_LOOKS_S = 5.0  # that looks under way are waited for at the end
_LONGEST_NAP_S = 15.0  # a clock may jump
_SECOND_US = 1_000_000
_PASS_ENDS_US = 5 * _SECOND_US  # one pass does not wait for a look that comes later
_log = structlog.get_logger(__name__)


class Counts(msgspec.Struct):
    """What a patrol did."""

    looks: int = 0
    good: int = 0
    failed: int = 0
    new_posts: int = 0
    held_elsewhere: bool = False  # another patrol looks at the source


class SourcePatrol:
    """Looks at the accounts of one source for as long as nobody asks it to stop, or for one pass.

    Reading and writing happen on the one thread of `storage`; looks, and the allocator, on the event loop.
    """

    def __init__(
        self,
        source: Configured,
        kind: SourceKind,
        web: Web,
        records: SourceRecords,
        storage: Executor,
        *,
        holder: str,
        clock: Clock = lambda: datetime.now(UTC),
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        self._source, self._kind, self._web = source, kind, web
        self._records, self._storage = records, storage
        self._holder, self._clock, self._on_look = holder, clock, on_look
        self._allocator = Allocator(source.limits)
        self._looks: set[asyncio.Task[None]] = set()
        self._finished: list[Finished] = []
        self._finished_items = 0
        self._first_finished = 0.0
        self._wake = asyncio.Event()
        self._counts = Counts()
        self._once = False
        self._probed_at: datetime | None = None

    async def run(self, stop: asyncio.Event, *, once: bool) -> Counts:
        """Patrol until `stop`, or with `once` until nothing is due; returns what was done."""
        self._once = once
        while not stop.is_set():
            resumed = await self._on_storage(self._records.take_lease, self._holder, self._clock())
            if resumed is None:
                self._counts.held_elsewhere = True
                if once:
                    break
                await _within(_STANDBY_S, stop.wait())
                continue
            self._counts.held_elsewhere = False
            try:
                self._resume(resumed)
                await self._patrol(stop)
            except LeaseLostError:
                _log.warning("another patrol has taken over", source=self._source.name)
                await self._abandon()
                self._finished, self._finished_items = [], 0  # the other one makes these looks
                self._allocator = Allocator(self._source.limits)
                continue
            except BaseException:
                await self._abandon()
                raise
            await self._on_storage(self._records.release)
            if once:
                break
        return self._counts

    def wake(self) -> None:
        """Let the patrol see at once that it is asked to stop."""
        self._wake.set()

    def _resume(self, resumed: Resumed) -> None:
        """Take over what an earlier patrol left, before any plan is put."""
        day = number_of(self._clock())
        for lane, requests in resumed.spent.items():
            self._allocator.quota_used(lane, day, requests)
        for account, note in resumed.notes.items():
            if note.back_off != BackOff():
                self._allocator.resume(account, note.back_off)
        for lane, breaker in resumed.breakers.items():
            self._allocator.resume_lane(lane, breaker)

    async def _patrol(self, stop: asyncio.Event) -> None:
        refreshed, renewed = None, self._clock()
        while not stop.is_set():
            self._wake.clear()
            now = self._clock()
            if refreshed is None or (not self._once and not timedelta(0) <= now - refreshed < _REFRESH):
                self._take_in(await self._on_storage(self._records.read, now))
                refreshed = now
            if not timedelta(0) <= now - renewed < timedelta(seconds=LEASE_S / 3):
                await self._on_storage(self._records.renew)
                renewed = now
            await self._probe(now)
            await self._start_looks(stop)
            if self._is_batch():
                await self._record()
            elif self._once and self._is_through():
                return
            elif not stop.is_set():
                await self._nap()
        await self._finish()

    async def _probe(self, now: datetime) -> None:
        """Ask a log-in whether it works, now and then, and after a look that it was refused."""
        if self._probed_at is not None and timedelta(0) <= now - self._probed_at < _PROBED:
            return
        self._probed_at = now
        try:
            probe = await self._kind.probe(self._web, now)
        except Exception:  # noqa: BLE001 (as with looks)
            _log.exception("a log-in could not be asked", source=self._source.name, kind=self._kind.name)
            return
        if probe is not None:
            await self._on_storage(self._records.probed, probe, now)

    def _take_in(self, planned: Planned) -> None:
        now = to_micros(self._clock())
        for account in planned.dropped:
            self._allocator.drop(account)
        for plan in planned.plans:
            self._put(plan, now)
        self._allocator.stalled(planned.is_stalled)

    def _put(self, plan: Plan, now: int) -> None:
        """Hand a plan to the allocator; one pass makes every look that may be made already."""
        if self._once:
            if plan.early > now:
                return
            plan = msgspec.structs.replace(plan, start=plan.early, eligible=plan.early)
        watched = self._records.watchlist.accounts.get(plan.account_id)
        if watched is not None:
            self._allocator.put(plan, self._kind.lane(watched))

    async def _start_looks(self, stop: asyncio.Event) -> None:
        while len(self._looks) < AT_ONCE and not self._is_behind() and not stop.is_set():
            now = self._clock()
            plan = self._allocator.take(to_micros(now))
            if plan is None:
                return
            lane = self._allocator.lane_of(plan.account_id)
            if self._source.limits.quota is not None and not await self._on_storage(
                self._records.spend, lane, now
            ):
                self._allocator.quota_used(lane, number_of(now), self._source.limits.quota)
                self._allocator.done(plan.account_id, worked=True, now=to_micros(now), requests=0)
                self._put(plan, to_micros(now))
                continue
            task = asyncio.create_task(self._look(plan, lane))
            self._looks.add(task)
            task.add_done_callback(self._look_ended)

    def _look_ended(self, task: "asyncio.Task[None]") -> None:
        """Wake the patrol only now: while the task stood among the looks it would wait for more to be recorded."""
        self._looks.discard(task)
        self._wake.set()

    async def _look(self, plan: Plan, lane: str) -> None:
        account, began = plan.account_id, self._clock()
        watched = self._records.watchlist.accounts.get(account)
        if watched is None:  # it was dropped meanwhile
            self._allocator.done(account, worked=True, now=to_micros(began), requests=0)
            return
        try:
            answer = await self._kind.look(watched, self._records.memory(account), self._web, began)
        except Exception:  # noqa: BLE001 (one page that a kind cannot bear must not end the patrol of all others)
            _log.exception("a kind of source failed", source=self._source.name, kind=self._kind.name)
            answer = Answer(failure=Failure("no_feed", "a defect of the kind of source; see the log"))
        if answer.feed is not None and self._records.reader is None:
            answer = msgspec.structs.replace(answer, feed=answer.feed.without_texts())
        failure = answer.failure
        if failure is not None and failure.reason == "log_in" and self._is_probe_old(began):
            self._probed_at = None
        is_first = failure is not None and self._allocator.back_off(account).failures == 0
        self._allocator.done(
            account,
            worked=failure is None,
            now=to_micros(self._clock()),
            wait_us=None if failure is None or failure.wait is None else _micros(failure.wait),
            of_lane=failure is not None and failure.of_lane,
            requests=answer.requests,
        )
        if not self._finished:
            self._first_finished = asyncio.get_running_loop().time()
        self._finished_items += 0 if answer.feed is None else answer.feed.entries
        self._finished.append(Finished(watched, lane, plan.reason, began, answer, is_first_failure=is_first))

    def _is_probe_old(self, now: datetime) -> bool:
        return self._probed_at is not None and now - self._probed_at > _REFRESH

    def _is_behind(self) -> bool:
        """Tell whether so much waits to be recorded that no more looks should be made."""
        return len(self._finished) >= 2 * _BATCH or self._finished_items >= 2 * _BATCH_ITEMS

    def _is_batch(self) -> bool:
        if not self._finished:
            return False
        is_full = len(self._finished) >= _BATCH or self._finished_items >= _BATCH_ITEMS
        return is_full or self._recorded_in_s() <= 0 or (self._once and not self._looks)

    def _recorded_in_s(self) -> float:
        """Return how long the looks that ended may wait for more."""
        age_s = asyncio.get_running_loop().time() - self._first_finished
        return (_BATCH_S if self._looks else _LAST_S) - age_s

    async def _record(self) -> None:
        finished, self._finished, self._finished_items = self._finished, [], 0
        back_offs = {one.account_id: self._allocator.back_off(one.account_id) for one in finished}
        breakers = {one.lane: self._allocator.breaker(one.lane) for one in finished}
        recorded, planned = await self._on_storage(
            partial(self._records.record, plan=not self._once), finished, back_offs, breakers, self._clock()
        )
        good = [one for one in recorded if one.look is not None and one.look.trusted]
        failed = len(recorded) - len(good)
        self._counts.looks += len(recorded)
        self._counts.good += len(good)
        self._counts.failed += failed
        self._counts.new_posts += sum(len(one.look.hours) for one in recorded if one.look is not None)
        if good:
            metrics.LAST_GOOD_LOOK.labels(self._source.name).set(good[-1].finished.looked_at.timestamp())
            metrics.LOOKS.labels(self._source.name, "good").inc(len(good))
        if failed:
            metrics.LOOKS.labels(self._source.name, "failed").inc(failed)
        for _ in recorded:
            self._on_look()
        now = to_micros(self._clock())
        for plan in planned.plans:
            self._put(plan, now)

    def _is_through(self) -> bool:
        """Tell whether one pass has made every look; those that only wait for the pause of their lane come yet."""
        if self._looks or self._finished:
            return False
        now = to_micros(self._clock())
        return self._allocator.next_at(now) - now > self._source.limits.pause_us + _PASS_ENDS_US

    async def _nap(self) -> None:
        """Wait for a look that ends, or until there is something else to do."""
        wakes = asyncio.get_running_loop().call_later(self._nap_s(), self._wake.set)
        try:
            await self._wake.wait()
        finally:
            wakes.cancel()

    def _nap_s(self) -> float:
        now = to_micros(self._clock())
        naps = [_LONGEST_NAP_S]
        if len(self._looks) < AT_ONCE:
            naps.append((self._allocator.next_at(now) - now) / _SECOND_US)
        if self._finished:
            naps.append(self._recorded_in_s())
        return max(min(naps), 0.001)

    async def _finish(self) -> None:
        """Wait a little for looks under way, and record what came."""
        if self._looks:
            await asyncio.wait(self._looks, timeout=_LAST_LOOKS_S)
        await self._abandon()
        if self._finished:
            await self._record()

    async def _abandon(self) -> None:
        looks = list(self._looks)
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def _on_storage(self, call: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._storage, call, *args)


def _micros(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


async def _within(seconds: float, waited: Awaitable[Any]) -> None:
    """Wait, but no longer."""
    try:
        async with asyncio.timeout(seconds):
            await waited
    except TimeoutError:
        return
