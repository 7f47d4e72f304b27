"""What the patrol of one source reads and writes: read model, log and patrol store; every call on one thread."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import structlog
from msgspec.structs import replace

from connectors.log.port import Log
from connectors.patrolstore.port import AccountNote, BackOff, Breaker, Lease, LeaseLostError, PatrolStore
from connectors.sheets.errors import SheetError
from connectors.sources.kind import Answer, Failure, Memory, Probe, SourceKind
from events.instants import SECOND_US, to_micros
from events.messages import message
from pipeline.home.read_model import ReadModel
from pipeline.home.reading_review import Reader
from pipeline.home.texts import PersonalDataError
from pipeline.patrol.attention import attentions
from pipeline.patrol.carrying import Rules
from pipeline.patrol.configured import Configured
from pipeline.patrol.look import Source
from pipeline.patrol.planned_look import Finished
from pipeline.patrol.recording import Recorded, Recorder
from pipeline.patrol.watched import Watchlist, watchlist
from projections.patrol.account_line import AccountLine
from projections.patrol.needs import Attention, Reason
from projections.patrol.plan import Plan, plan_of
from projections.patrol.workdays import Workdays, number_of
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

_log = structlog.get_logger(__name__)

_NOBODY = Watchlist({}, frozenset(), (), (), ())

LEASE_S = 30.0
"""A patrol that died is followed by another one after so long."""


class Planned(msgspec.Struct, frozen=True):
    """Plans that are to be put, and accounts that are no longer watched."""

    plans: tuple[Plan, ...]
    dropped: tuple[str, ...] = ()
    is_stalled: bool = False


class Resumed(msgspec.Struct, frozen=True):
    """What an earlier patrol left of a source."""

    notes: Mapping[str, AccountNote]
    breakers: Mapping[str, Breaker]
    spent: Mapping[str, int]  # requests of today by lane


class SourceRecords:
    """Plans from states, facts from looks, for one source under one lease."""

    def __init__(
        self,
        source: Configured,
        kind: SourceKind,
        home: Path,
        *,
        log: Log,
        model: ReadModel,
        store: PatrolStore,
        ladder: Ladder,
        reader: Reader | None = None,
    ) -> None:
        self.kind = kind
        self.reader = reader
        self._source, self._home = source, home
        self._model, self._store, self._ladder = model, store, ladder
        self._workdays = Workdays()
        self._recorder = Recorder(
            log,
            Source(
                source.name,
                source.lag,
                proves_silence=source.proves_silence,
                list_length=source.list_length,
                keeps_posts=True,
                reader=reader,
            ),
        )
        self._lease: Lease | None = None
        self._known: dict[str, tuple[AccountLine, Attention, int]] = {}  # as they were last planned
        self._since: dict[str, int] = {}  # when an account was first seen here
        self._notes: dict[str, AccountNote] = {}
        self._attentions: Mapping[str, Attention] = {}
        self._health: Mapping[str, SourceHealth] = {}
        self.watchlist = _NOBODY

    def take_lease(self, holder: str, now: datetime) -> Resumed | None:
        """Take the source, None while another patrol holds it."""
        self._lease = self._store.lease(self._source.name, holder, LEASE_S)
        if self._lease is None:
            return None
        name = self._source.name
        self._known.clear()  # whoever takes the source, again or for the first time, plans all of it
        self.watchlist = _NOBODY
        self._model.catch_up()
        health = self._model.health().get(name)
        alive_s = None if health is None else health.alive_at
        self._recorder.resume(None if alive_s is None else alive_s * SECOND_US)
        self._notes = dict(self._store.notes(name))
        return Resumed(self._notes, self._store.breakers(name), self._store.spent(name, number_of(now)))

    def renew(self) -> None:
        """Hold the source for longer; raises `LeaseLostError`."""
        self._store.renew(self._held(), LEASE_S)

    def release(self) -> None:
        """Give the source back."""
        if self._lease is not None:
            self._store.release(self._lease)
            self._lease = None

    def read(self, now: datetime) -> Planned:
        """Return the plans of all accounts whose line, or what bears on it, has changed since."""
        self._model.catch_up()
        if self.reader is not None:
            self.reader.refresh()
        lines = self._model.lines()
        former, former_canaries = self.watchlist.accounts, self.watchlist.canaries
        self.watchlist = self._watchlist(lines, now)
        by_id = {line.account_id: line for line in lines if line.account_id in self.watchlist.accounts}
        by_id.update(self._model.lines_of(self.watchlist.unregistered))
        self._health = self._model.health()
        hints = self._store.hints(to_micros(now))
        self._attentions = attentions(self._model, by_id, now, canaries=self.watchlist.canaries, hints=hints)
        plans = tuple(self._plans(by_id, now))
        dropped = tuple(a for a in former if a not in self.watchlist.accounts)
        for account in dropped:
            self._known.pop(account, None)
        if (former.keys(), former_canaries) != (self.watchlist.accounts.keys(), self.watchlist.canaries):
            self._describe()
        health = self._health.get(self._source.name)
        return Planned(plans, dropped, health is not None and health.stalled)

    def _watchlist(self, lines: Sequence[AccountLine], now: datetime) -> Watchlist:
        """Return whom the source looks at; a sheet of addresses that somebody is just saving leaves it as it was."""
        try:
            return watchlist(self._source.settings, lines, self._home, now)
        except (SheetError, OSError) as e:
            if self.watchlist is _NOBODY:
                raise
            _log.warning("addresses not read, as they were", source=self._source.name, reason=str(e))
            return self.watchlist

    def spend(self, lane: str, now: datetime) -> bool:
        """Count a request before it goes out; False beyond the quota."""
        quota = self._source.limits.quota
        return quota is None or self._store.spend(self._held(), lane, number_of(now), 1, quota)

    def record(
        self,
        finished: Sequence[Finished],
        back_offs: Mapping[str, BackOff],
        breakers: Mapping[str, Breaker],
        now: datetime,
        *,
        plan: bool,
    ) -> tuple[list[Recorded], Planned]:
        """Append looks, then remember what makes the next ones conditional; returns the next plans of the accounts.

        A crash between the two costs a full request where a conditional one would have done.
        """
        self.renew()
        recorded = self._append(finished, now)
        notes = {one.finished.account_id: self._note(one, back_offs) for one in recorded}
        self._spend_more(finished, now)
        self._store.keep(self._held(), notes, breakers)
        self._notes.update(notes)
        if not plan:
            return recorded, Planned(())
        self._model.catch_up()
        lines = self._model.lines_of([account for account in notes if account in self.watchlist.accounts])
        return recorded, Planned(tuple(self._plans(lines, now, unchanged_too=True)))

    def _append(self, finished: Sequence[Finished], now: datetime) -> list[Recorded]:
        """Append looks; one whose facts may not be written fails, and holds up no other."""
        canaries = self.watchlist.canaries
        try:
            return self._recorder.record(finished, now, canaries=canaries)
        except PersonalDataError:
            if len(finished) > 1:
                apart = timedelta(milliseconds=1)  # each has a sweep of its own
                return [
                    one for i, look in enumerate(finished) for one in self._append([look], now + i * apart)
                ]
        _log.error("a look that may not be kept", source=self._source.name)
        failure = Failure("no_feed", "what it shows may not be kept")
        failed = replace(finished[0], answer=Answer(failure=failure, requests=finished[0].answer.requests))
        return self._recorder.record([failed], now, canaries=canaries)

    def probed(self, probe: Probe, now: datetime) -> None:
        """Tell in a sweep that a log-in answers otherwise than before, and remember it."""
        last = self._store.last_probe(self._source.name)
        self.renew()
        if last is None or last.probe.works != probe.works:
            self._recorder.record((), now, log_in="works" if probe.works else "refused")
        self._store.probed(self._held(), probe, to_micros(now))

    def memory(self, account_id: str) -> Memory:
        """Return what is remembered of the last answer about an account."""
        note = self._notes.get(account_id)
        return Memory() if note is None else note.memory

    def _held(self) -> Lease:
        if self._lease is None:
            raise LeaseLostError(
                message("this process does not hold the source {source!r}", source=self._source.name)
            )
        return self._lease

    def _describe(self) -> None:
        lanes = {a: self.kind.lane(watched) for a, watched in self.watchlist.accounts.items()}
        canaries = tuple(sorted(self.watchlist.canaries))
        rules = Rules(self._source.limits, self._source.policy, canaries)
        self._store.watch(self._held(), msgspec.json.encode(rules), lanes)

    def _spend_more(self, finished: Sequence[Finished], now: datetime) -> None:
        """Count what looks cost beyond the one request that was counted before."""
        if self._source.limits.quota is None:
            return
        for one in finished:
            if one.answer.requests > 1:
                self._store.spend(self._held(), one.lane, number_of(now), one.answer.requests - 1)

    def _note(self, recorded: Recorded, back_offs: Mapping[str, BackOff]) -> AccountNote:
        finished, answer = recorded.finished, recorded.finished.answer
        before = self._notes.get(finished.account_id, AccountNote())
        worked = recorded.look is not None and recorded.look.trusted
        return AccountNote(
            lane=finished.lane,
            back_off=back_offs.get(finished.account_id, BackOff()),
            looked_at=to_micros(finished.looked_at) if worked else before.looked_at,
            memory=answer.memory if recorded.look is not None else Memory(),
        )

    def _plans(
        self, lines: Mapping[str, AccountLine], now: datetime, *, unchanged_too: bool = False
    ) -> Iterator[Plan]:
        for account, line in lines.items():
            attention = self._attentions.get(account, Attention())
            note = self._notes.get(account)
            looked_at = 0 if note is None else note.looked_at
            if self._known.get(account) == (line, attention, looked_at) and not unchanged_too:
                continue
            self._known[account] = (line, attention, looked_at)
            since = self._since.setdefault(account, to_micros(now))
            plan = plan_of(
                line,
                self._source.policy,
                self._ladder,
                self._workdays,
                since=since,
                health=self._health,
                attention=attention,
                looked_at=looked_at,
            )
            yield _at_once(plan) if plan.reason is Reason.NEVER_LOOKED else plan


def _at_once(plan: Plan) -> Plan:
    """Let a first look be made as soon as its lane is free: pause and quota spread the first looks of many."""
    return replace(plan, start=plan.early, eligible=plan.early)
