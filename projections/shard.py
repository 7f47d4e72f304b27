"""All folds of one partition: records in, derived events and changed states out; pure and total."""

import gc
import heapq
from collections import Counter
from datetime import datetime

import msgspec

from events.base import Payload
from events.clock import ClockTicked
from events.codec import CODEC, Event, UnknownTypeError, UnreadableEventError
from events.envelope import Record
from events.ids import derived_id
from events.instants import DAY_US, HOUR_US, from_micros, to_micros
from events.patrol import SweepCompleted
from events.round import ScoreProjected
from projections.account import ACCOUNT_FACTS, Surroundings, advance, apply
from projections.account_state import AccountState, facts_of
from projections.alerts import NEVER, next_due
from projections.ladder import Ladder
from projections.period import quarter_of
from projections.rulesets import Ruleset
from projections.scorer import score
from projections.source_health import SourceHealth, on_sweep

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(AccountState).decode
_unpack_sources = msgspec.msgpack.Decoder(dict[str, SourceHealth]).decode
_SHANGHAI_US = 8 * HOUR_US
META_KEY = ""
"""Key of the partition's own state; no account has an empty id."""


class Meta(msgspec.Struct, array_like=True):
    """State of a partition beside its accounts."""

    next_offset: int = 0
    clock: int = 0
    replay_until: int = 0  # facts seen up to here are those of a replay
    ruleset: str = ""
    projected_day: int | None = None  # the last midnight (Chinese days since the epoch) that was projected
    sources: dict[str, SourceHealth] = {}


class BadRecord(msgspec.Struct, frozen=True):
    """A record that could not be read: a dead letter with its coordinates and reason."""

    record: Record
    reason: str


class Flush(msgspec.Struct, frozen=True):
    """What a batch changed: to be stored in one transaction, derived events before the state that remembers them."""

    derived: list[Event[Payload]]
    states: list[tuple[str, bytes]]  # account id to state; the partition's own under META_KEY, last
    bad: list[BadRecord]
    next_offset: int


def folded_under(stored: dict[str, bytes]) -> str | None:
    """Return the ruleset that stored states were folded under, None where there are none."""
    meta = stored.get(META_KEY)
    return msgspec.msgpack.decode(meta, type=Meta).ruleset if meta is not None else None


class Shard:
    """The folds of one partition.

    States rest as bytes and are decoded on touch into working copies that live until `flush`, so an abandoned batch
    leaves nothing behind if the shard is thrown away with it. `apply` takes records in the order of offsets; one
    below `next_offset` has been applied and is passed over.
    """

    def __init__(self, partition: int, ruleset: Ruleset, stored: dict[str, bytes] | None = None) -> None:
        self.partition = partition
        self.counts: Counter[str] = Counter()
        self._ruleset = ruleset
        self._ladder = Ladder(ruleset)
        self._stored = dict(stored or {})
        meta = self._stored.pop(META_KEY, None)
        self._meta = msgspec.msgpack.decode(meta, type=Meta) if meta else Meta(ruleset=ruleset.label)
        self._around = self._surroundings()
        self._open: dict[str, AccountState] = {}
        self._scheduled: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []
        self._derived: list[Event[Payload]] = []
        self._bad: list[BadRecord] = []
        gc.disable()
        try:
            self._schedule_all()
        finally:
            gc.enable()

    @property
    def next_offset(self) -> int:
        return self._meta.next_offset

    @property
    def clock(self) -> int:
        return self._meta.clock

    @property
    def sources(self) -> dict[str, SourceHealth]:
        """Health of each source, as the states of accounts are read with it."""
        return self._meta.sources

    def apply(self, record: Record) -> None:
        """Take one record; a record that cannot be read becomes a dead letter and moves the position on."""
        if record.offset < self._meta.next_offset:
            return
        self._meta.next_offset = record.offset + 1
        try:
            event = CODEC.decode(record.value)
        except UnknownTypeError:
            self.counts["unknown_type"] += 1
            return
        except UnreadableEventError as e:
            self._bad.append(BadRecord(record, str(e)))
            return
        data = event.data
        if type(data) in ACCOUNT_FACTS:
            self._account(event, record.offset)
        elif isinstance(data, ClockTicked):
            self._tick(to_micros(event.time), replay=data.replay)
        elif isinstance(data, SweepCompleted):
            self._sweep(event.subject, event.time, data)

    def flush(self) -> Flush:
        """Hand out what changed since the last flush."""
        states: list[tuple[str, bytes]] = []
        for account_id, state in self._open.items():
            packed = _pack(state)
            self._stored[account_id] = packed
            states.append((account_id, packed))
        states.append((META_KEY, _pack(self._meta)))
        flush = Flush(self._derived, states, self._bad, self._meta.next_offset)
        self._open, self._derived, self._bad = {}, [], []
        return flush

    def state(self, account_id: str) -> AccountState | None:
        """Return a copy of an account's state as of the last record."""
        if account_id in self._open:
            return _unpack(_pack(self._open[account_id]))
        packed = self._stored.get(account_id)
        return _unpack(packed) if packed is not None else None

    def _account(self, event: Event[Payload], offset: int) -> None:
        state = self._touch(event.subject)
        if offset <= state.applied_offset:
            return
        state.applied_offset = offset
        derived = apply(state, event, self._around)
        if derived:
            self._derived.extend(derived)
        self._schedule(state)

    def _touch(self, account_id: str) -> AccountState:
        state = self._open.get(account_id)
        if state is None:
            packed = self._stored.get(account_id)
            state = _unpack(packed) if packed is not None else AccountState(account_id)
            self._open[account_id] = state
        return state

    def _surroundings(self) -> Surroundings:
        meta = self._meta
        replay = meta.replay_until > 0 and meta.clock <= meta.replay_until
        return Surroundings(self._ladder, meta.sources, meta.clock, replay, meta.replay_until)

    def _tick(self, at: int, *, replay: bool) -> None:
        if at <= self._meta.clock:
            self.counts["late_ticks"] += 1
            return
        self._meta.clock, self._meta.replay_until = at, at if replay else 0
        self._around = self._surroundings()
        self._advance(at)
        self._project(at)

    def _sweep(self, source: str, swept_at: datetime, sweep: SweepCompleted) -> None:
        """Take a sweep; where it changes which looks count, what fell due before it is settled first or looked at anew.

        Otherwise the grid of ticks would decide whether a look served as proof before a stall took it away.
        """
        known = self._meta.sources.get(source, SourceHealth())
        health, derived = on_sweep(known, source, swept_at, sweep)
        if sweep.replay:
            self._meta.replay_until = max(self._meta.replay_until, to_micros(swept_at))
        self._around = self._surroundings()
        if health.stalled and not known.stalled:
            self._advance(to_micros(swept_at))
        self._meta.sources[source] = health
        self._derived.extend(derived)
        if known.stalled and not health.stalled:
            self._schedule_all()

    def _advance(self, at: int) -> None:
        """Advance every account whose next step falls due by a moment."""
        heap = self._heap
        while heap and heap[0][0] <= at:
            due, account_id = heapq.heappop(heap)
            if self._scheduled.get(account_id) != due:
                continue
            del self._scheduled[account_id]
            state = self._touch(account_id)
            self._derived.extend(advance(state, at, self._around))
            self._schedule(state, after=at)  # what is due and not proven waits for a look

    def _schedule(self, state: AccountState, after: int = -1) -> None:
        """Keep one entry an account in the heap; an entry that comes too early is looked at again when it comes."""
        known = self._scheduled.get(state.account_id, NEVER)
        episode = state.episode
        if episode is None or known <= episode.due:
            return
        due = next_due(state, self._ladder, after)
        if due < known:
            self._scheduled[state.account_id] = due
            heapq.heappush(self._heap, (due, state.account_id))

    def _project(self, at: int) -> None:
        """Score every open account at each Chinese midnight that a tick passes, and tell what changed."""
        day = (at + _SHANGHAI_US) // DAY_US
        if self._meta.projected_day is not None and day <= self._meta.projected_day:
            return
        first = self._meta.projected_day is None
        self._meta.projected_day = day
        if first:
            return  # the first tick opens a day; there is no whole day behind it
        midnight = from_micros(day * DAY_US - _SHANGHAI_US)
        period = quarter_of(midnight)
        for account_id in sorted(self._stored.keys() | self._open.keys()):
            state = self._open.get(account_id) or _unpack(self._stored[account_id])
            if not state.in_population(to_micros(midnight)):
                continue
            row = score(facts_of(state, self._meta.sources, self._ruleset, period), self._ruleset, period)
            told = (str(row.verdict), row.reason, row.points)
            if state.projected != told:
                state = self._touch(account_id)
                state.projected = told
                projected = ScoreProjected(
                    ruleset=self._ruleset.label, verdict=told[0], reason=row.reason, points=row.points
                )
                event_id = derived_id(
                    "score.projected", account_id, midnight.isoformat(), self._ruleset.label
                )
                self._derived.append(Event(event_id, "xuncha", account_id, midnight, projected))

    def _schedule_all(self) -> None:
        for account_id, packed in self._stored.items():
            if account_id not in self._open:
                self._schedule(_unpack(packed))
        for state in self._open.values():
            self._schedule(state)
