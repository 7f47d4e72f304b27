"""All folds of one partition: records in, derived events and changed states out; pure and total."""

import gc
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from copy import deepcopy

import msgspec

from events.base import Payload
from events.clock import ClockTicked
from events.codec import CODEC, Event, UnknownTypeError, UnreadableEventError
from events.envelope import Entry, Record
from events.instants import DAY_US, MILLISECOND_US, SHANGHAI_US, to_micros
from events.patrol import AccountPatrolled, SweepCompleted
from events.ruling import AccountRuledBy
from projections.accounts.account import Handler, Surroundings, advance, handler_of
from projections.accounts.alerts import unproven
from projections.accounts.look_marks import has_taken
from projections.accounts.provisional import Provisional
from projections.accounts.rolling import Rolling
from projections.accounts.schedule import Schedule
from projections.accounts.standing import is_plain
from projections.accounts.state import AccountState
from projections.accounts.working_copies import WorkingCopies
from projections.rules.ladder import Ladder
from projections.rules.rulebook import Rulebook, rulebook_of
from projections.rules.rulesets import Ruleset
from projections.sources.health import SourceHealth, on_sweep

META_KEY = ""
"""Key of the partition's own state; no account has an empty id."""
FOLDS = 5
"""Rises with what states hold or mean; states of another number are folded anew."""


class Meta(msgspec.Struct, array_like=True):
    """State of a partition beside its accounts."""

    next_offset: int = 0
    clock: int = 0
    replay_until: int = 0  # facts seen up to here are those of a replay
    ruleset: str = ""
    projected_day: int | None = None  # the last midnight (Chinese days since the epoch) that was projected
    sources: dict[str, SourceHealth] = {}
    folds: int = 1
    unknown_rules: tuple[
        str, ...
    ] = ()  # that facts named and nobody had; their accounts follow those of the home


class BadRecord(msgspec.Struct, frozen=True):
    """A record that could not be read: a dead letter with its coordinates and reason."""

    record: Record
    reason: str
    key: bytes | None = None  # of the record, where its log has keys


class Flush(msgspec.Struct, frozen=True):
    """What a batch changed: to be stored in one transaction, derived events before the state that remembers them."""

    derived: list[Event[Payload]]
    states: list[tuple[str, bytes]]  # account id to state; the partition's own under META_KEY, last
    bad: list[BadRecord]
    next_offset: int


def folded_under(stored: Mapping[str, bytes], rules: Ruleset | Rulebook | None = None) -> str | None:
    """Return the ruleset that stored states were folded under, None where there are none.

    States of other folds go under a name that no ruleset has, and so do those that lacked rules of a fact which are
    there now.
    """
    stored_meta = stored.get(META_KEY)
    if stored_meta is None:
        return None
    meta = msgspec.msgpack.decode(stored_meta, type=Meta)
    found = [] if rules is None else [r for r in meta.unknown_rules if rulebook_of(rules).has(r)]
    if found:
        return f"{meta.ruleset} (without {', '.join(found)})"
    return meta.ruleset if meta.folds == FOLDS else f"{meta.ruleset} (folds {meta.folds})"


class Shard:
    """The folds of one partition.

    What a batch changes is in working copies until `flush`, so an abandoned batch leaves nothing behind if the shard
    is thrown away with it. `apply` takes records in the order of offsets; one below `next_offset` has been applied
    and is passed over.
    """

    def __init__(
        self, partition: int, ruleset: Ruleset | Rulebook, stored: MutableMapping[str, bytes] | None = None
    ) -> None:
        """Go on from stored states, which are the shard's own from here on: what rests is put there."""
        self.partition = partition
        self.counts: Counter[str] = Counter()
        accounts = {} if stored is None else stored
        meta = accounts.pop(META_KEY, None)
        self._meta = (
            msgspec.msgpack.decode(meta, type=Meta) if meta else Meta(ruleset=ruleset.folding, folds=FOLDS)
        )
        self._ladder = Ladder(ruleset)
        rulebook = rulebook_of(ruleset)
        self._around = self._surroundings()
        self._states = WorkingCopies(accounts)
        self._schedule = Schedule(self._ladder)
        self._provisional = Provisional(rulebook)
        self._rolling = Rolling(self._states, self._schedule, self._ladder)
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
    def has_news(self) -> bool:
        """Tell whether the next flush holds more than states: what somebody waits for."""
        return bool(self._derived or self._bad)

    @property
    def held(self) -> int:
        """Return how many accounts were touched since the last flush."""
        return len(self._states.touched)

    @property
    def sources(self) -> dict[str, SourceHealth]:
        """Health of each source, as the states of accounts are read with it."""
        return self._meta.sources

    def apply_all(self, entries: Sequence[Entry | Record]) -> None:
        """Take entries of the log, with the same outcome as `apply` of each.

        Nearly all of a log is looks and posts that change nothing but the rolling state: `Rolling` takes them without
        the detours of the others, up to the first that it leaves to `apply`.
        """
        taken = 0
        while True:
            begin, meta = taken, self._meta
            taken = self._rolling.take(entries, begin, meta.next_offset, self._around)
            if taken > begin:
                meta.next_offset = max(meta.next_offset, entries[taken - 1].offset + 1)
            if taken == len(entries):
                return
            entry = entries[taken]
            if isinstance(entry, Record):
                self.apply(entry)
            else:
                at = entry.timestamp * MILLISECOND_US
                self.apply(Record(self.partition, entry.offset, at, entry.value or b""), entry.key)
            taken += 1

    def apply(self, record: Record, key: bytes | None = None) -> None:
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
            self._bad.append(BadRecord(record, str(e), key))
            return
        data = event.data
        take = handler_of(data)
        if take is not None:
            self._account(take, event, record.offset)
        elif isinstance(data, ClockTicked):
            self._tick(to_micros(event.time), replay=data.replay)
        elif isinstance(data, SweepCompleted):
            self._sweep(event, data)

    def flush(self) -> Flush:
        """Hand out what changed since the last flush."""
        meta = msgspec.msgpack.encode(self._meta)
        states = [*self._states.put_to_rest(), (META_KEY, meta)]
        flush = Flush(self._derived, states, self._bad, self._meta.next_offset)
        self._derived, self._bad = [], []
        return flush

    def state(self, account_id: str) -> AccountState | None:
        """Return a copy of an account's state as of the last record."""
        return deepcopy(self._states.look_up(account_id))

    def _account(self, take: Handler, event: Event[Payload], offset: int) -> None:
        state = self._states.touch(event.subject)
        if offset <= state.applied_offset or (
            isinstance(event.data, AccountPatrolled) and has_taken(state, event.source, event.id.bytes)
        ):
            return
        state.applied_offset = offset
        episode = state.episode
        if isinstance(event.data, AccountRuledBy) and not self._ladder.has(event.data.ruleset):
            unknown = {*self._meta.unknown_rules, event.data.ruleset}
            self._meta.unknown_rules = tuple(sorted(unknown))
        derived = take(state, event, self._around)
        if derived:
            self._derived.extend(derived)
        if not is_plain(event.data, state, self._meta.clock):
            self._provisional.forget(event.subject)
        elif state.episode is episode and not derived:
            return  # a plain fact moves deadlines only with the episode
        self._schedule.keep(state)

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

    def _sweep(self, event: Event[Payload], sweep: SweepCompleted) -> None:
        """Take a sweep; where it changes which looks count, what fell due before it is settled first or looked at anew.

        Otherwise the grid of ticks would decide whether a look served as proof before a stall took it away.
        """
        source, swept_at = event.subject, event.time
        known = self._meta.sources.get(source, SourceHealth())
        health, derived = on_sweep(known, source, swept_at, sweep)
        if sweep.replay:
            self._meta.replay_until = max(self._meta.replay_until, to_micros(swept_at))
        self._around = self._surroundings()
        if health.stalled and not known.stalled:
            self._advance(to_micros(swept_at))
        self._meta.sources[source] = health
        self._derived.extend(derived)
        if health.stalled and not known.stalled:
            self._withdraw_unproven(event)
        if known.stalled and not health.stalled:
            self._schedule_all()

    def _withdraw_unproven(self, sweep: Event[Payload]) -> None:
        """Take back alerts of the limit whose only proof lies in the stall that a sweep has just declared."""
        around, at = self._around, to_micros(sweep.time)
        for account_id in sorted(self._states):
            state = self._states.look_up(account_id)
            if state is None or state.episode is None or not state.episode.limit_alert:
                continue
            state = self._states.touch(account_id)
            replay = around.replays(at)
            derived = unproven(state, sweep.id, at, around.ladder_of(state), around.health, replay=replay)
            self._derived.extend(derived)
            if derived:
                self._provisional.forget(account_id)
                self._schedule.keep(state)

    def _advance(self, at: int) -> None:
        """Advance every account whose next step falls due by a moment, in the order of the steps.

        The order of the schedule would do only until a restart: posts since then have moved what it holds.
        """
        due: list[tuple[int, str]] = []
        for account_id in self._schedule.take_due(at):
            state = self._states.look_up(account_id)
            if state is None or state.episode is None:
                continue
            if state.episode.due > at:
                self._schedule.keep(state)
            else:
                due.append((state.episode.due, account_id))
        for _, account_id in sorted(due):
            state = self._states.touch(account_id)
            self._derived.extend(advance(state, at, self._around))
            self._schedule.keep(state, after=at)  # what is due and not proven waits for a look

    def _project(self, at: int) -> None:
        """Tell the provisional scores of each Chinese midnight that a tick passes."""
        day = (at + SHANGHAI_US) // DAY_US
        known, self._meta.projected_day = self._meta.projected_day, max(day, self._meta.projected_day or day)
        if known is not None and day > known:  # the first tick opens a day; there is no whole day behind it
            midnight = day * DAY_US - SHANGHAI_US
            self._derived.extend(self._provisional.project(self._states, self._meta.sources, midnight))

    def _schedule_all(self) -> None:
        for account_id in self._states:
            state = self._states.look_up(account_id)
            if state is not None:
                self._schedule.keep(state)
