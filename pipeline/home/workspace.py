"""The workspace: an open home, its log, and its history caught up with it. What every service takes first."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import lt
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from connectors.history.agreement import require_one_past
from connectors.history.heads import next_offsets
from connectors.history.knowledge import actors_of, closed_by, facts_after, newest_closed, read_by_id
from connectors.history.known_facts import KnownFacts
from connectors.history.records import accounts_mentioning
from connectors.history.sink import TOPICS, Sink
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS, Log
from events.codec import Event
from events.fields import field
from events.instants import EPOCH, from_micros, local_iso
from events.known import Known
from events.messages import message
from pipeline.home.errors import NotClosedError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.markers import marker
from pipeline.home.naming import ids_of
from pipeline.home.progress import Progress
from projections.registry.cards import ACCOUNT_TYPES

WAIT_S = 120.0
"""How long a history may take to catch up."""

_CLOSES_WITHIN_S = 20.0
_POLL_S = 0.05
_MARKERS = 100


class Workspace:
    """An open home whose history holds everything that its log held when it was opened."""

    def __init__(self, home: Home, log: Log, client: Client, sink: Sink | None) -> None:
        self._client = client
        self._begin(home, log, KnownFacts(client, home.kept_texts.resolve), sink)

    def _begin(self, home: Home, log: Log, known: KnownFacts, sink: Sink | None) -> None:
        self.home = home
        self.log = log
        self._sink = sink
        self.position = [0] * log.partitions
        """Up to which offset of each partition the history is whole, at the least."""
        self._log_closed: int | None = None  # what the log had closed by itself then
        self._newest: datetime | None = None  # closed moment
        self._known = known
        self._known_behind = log.facts_written
        self._opened_at = log.facts_written
        self._closed_behind = log.facts_written

    def catch_up(self, *, wait_s: float | None = None) -> None:
        """Bring the history up to the end of the log, or wait for whoever fills it to do so."""
        log_closed = self.log.closed_until()
        wanted = self.log.end_offsets(FACTS)
        self._wait_for(wanted, WAIT_S if wait_s is None else wait_s)
        if wanted != self.position:
            self._known.forget()
        self.position, self._log_closed, self._newest = wanted, log_closed, None

    @property
    def client(self) -> Client:
        """The history, which holds at least what the log held when this was opened."""
        return self._client

    def account_of_id(self, text: str) -> str | None:
        """Return the account of which a text is an id beyond doubt; None: the whole registry has to be asked.

        Where one account alone says anything of the text, and it is an id of it, nothing of the others is read.
        """
        mentioning = accounts_mentioning(self.client, text)
        if len(mentioning) != 1:
            return None
        known = self.known.read(ACCOUNT_TYPES, subjects=mentioning)
        return mentioning[0] if any(text in ids_of(k.event) for k in known) else None

    def read_by_id(self, events: Collection[Event[Any]]) -> list[Known]:
        """Return every fact that has the id of one of these, decoded; repeats and earlier lives among them."""
        return read_by_id(self.client, {event.id for event in events})

    def actors_of(self, acts: Collection[UUID]) -> dict[UUID, str]:
        """Return who did each of some acts of the office, as it was recorded first; those of nobody are left out."""
        return actors_of(self.client, acts)

    @property
    def owns_history(self) -> bool:
        """Tell whether this process has the history to itself, and fills it."""
        return self._sink is not None

    @property
    def known(self) -> KnownFacts:
        """The occasional facts of the history, read once for as long as nothing is written here."""
        if self._known_behind != self.log.facts_written:
            self._known.forget()
            self._known_behind = self.log.facts_written
        return self._known

    def offered(self) -> datetime:
        """Return the newest closed moment, at which questions without a moment of knowledge are answered.

        It is the beginning of time, when nothing was known, where none was closed yet. A log that tells time in one
        order over all partitions closes each moment by itself; else a record of every partition has to be later.
        """
        if self._newest is None:
            if self._log_closed is not None:
                self._newest = from_micros(self._log_closed)
            else:
                life = self.log.life(FACTS)
                self._newest = newest_closed(self.client, self.position, life) or EPOCH
        return self._newest

    def known_at(self, given: datetime | None) -> datetime:
        """Return the moment of knowledge of a question: the one that was given, if it is closed, else the offered."""
        if given is None:
            return self.offered()
        newest = self.offered()
        if given > newest:
            closed = (
                message("no moment is")
                if newest == EPOCH
                else message("the newest closed moment is {newest}", newest=local_iso(newest))
            )
            raise NotClosedError(
                message(
                    "{known_at} {given} is not closed yet; {told}",
                    known_at=field("known_at"),
                    given=local_iso(given),
                    told=closed,
                )
            )
        return given

    def behind(self, known_at: datetime) -> int:
        """Return how many facts are recorded after K."""
        return facts_after(self.client, known_at)

    def _wait_for(self, wanted: list[int], wait_s: float) -> None:
        if self._sink is not None:
            with Progress("历史入库 history", sum(wanted)) as progress:
                self._sink.catch_up(progress.add)
            return
        deadline = time.monotonic() + wait_s
        while True:
            stored = self._stored(wanted)
            if all(have >= end for have, end in zip(stored, wanted, strict=True)):
                return
            if time.monotonic() > deadline:
                behind = sum(max(end - have, 0) for have, end in zip(stored, wanted, strict=True))
                filler = "xuncha sink" if self.home.cluster else "xuncha run"
                more = message(" `xuncha lag` tells what it waits for") if self.home.cluster else ""
                raise UsageError(
                    message(
                        "the history of {path} is {behind} records behind and did not catch up within"
                        " {wait_s:.0f} s; is `{filler}` running, and what does its log say?{more}",
                        path=self.home.path,
                        behind=behind,
                        wait_s=wait_s,
                        filler=filler,
                        more=more,
                    )
                )
            time.sleep(_POLL_S)

    def _stored(self, wanted: Sequence[int]) -> list[int]:
        """Return up to where the history is whole.

        On Kafka the sinks note it once every table has a batch; the database itself is asked, too, for it may have been
        lost since, or filled from a life of the log that is over. Where a foreign producer wrote in transactions, their
        marks stand at the end of a partition, which no history ever holds.
        """
        stored = self.log.stored_offsets()
        if self.home.cluster is None or any(map(lt, stored, wanted)):
            return stored
        from connectors.kafka.log import KafkaLog  # noqa: PLC0415 (its library is slow to import)

        assert isinstance(self.log, KafkaLog)  # noqa: S101 (what a home with a cluster opens)
        held = next_offsets(self.client, {FACTS: self.log.life(FACTS)})
        for partition, (noted, end) in enumerate(zip(stored, wanted, strict=True)):
            have = held.get((FACTS, partition), 0)
            if have < end <= noted and self.log.holds_nothing(FACTS, partition, have, end):
                have = end
            stored[partition] = min(noted, have)
        return stored

    def close_moment(self, *, wait_s: float | None = None) -> datetime:
        """Append a marker to every partition and return the moment of knowledge that it closes; for who writes.

        A log that tells time in milliseconds, or by the clocks of several brokers, may give a marker no later time
        than what was acknowledged before it; then another one follows.
        """
        for _ in range(_MARKERS):
            mark = marker(self.log)
            self.log.append([mark])
            self.catch_up(wait_s=wait_s)
            closed = closed_by(self.client, mark.id)
            if closed is not None:
                self._closed_behind = self.log.facts_written
                return closed
        raise UsageError(
            message(
                "{markers} markers did not close a moment of knowledge: do the brokers' clocks"
                " agree? See `xuncha doctor`",
                markers=_MARKERS,
            )
        )

    def close_behind(self) -> None:
        """Close a moment behind the facts that were written here, and tell it; nothing where none were.

        Where the history does not get there in time the facts stand all the same, and whoever closes next closes
        behind them, too; so it is for a process that dies between its facts and the marker.
        """
        if self.log.facts_written == self._opened_at:
            return
        closed = self.log.closed_until()
        if closed is not None:
            self.home.on_closed(from_micros(closed))
        elif self.log.facts_written == self._closed_behind:
            self.home.on_closed(self.offered())
        else:
            try:
                self.home.on_closed(self.close_moment(wait_s=_CLOSES_WITHIN_S))
            except UsageError:
                self.home.on_closed(None)


@contextmanager
def opened_history(home: Home, log: Log) -> Iterator[tuple[Client, Sink | None]]:
    """Open the history of a log, with what fills it where nobody else does."""
    with home.history() as (client, owned):
        sink = None
        if isinstance(log, EmbeddedLog):
            if owned:
                sink = Sink(client, log, home.settled, fail_point=fail_point)
            else:  # the owner's log may be another one: a file put in its place while it runs
                require_one_past(client, log, dict.fromkeys(TOPICS, log.incarnation))
        yield client, sink


@contextmanager
def open_workspace(home: Home) -> Iterator[Workspace]:
    """Open a home's log and history, caught up; at the end a moment is closed behind what was written."""
    log = home.open_log()
    try:
        with opened_history(home, log) as (client, sink):
            workspace = Workspace(home, log, client, sink)
            workspace.catch_up()
            yield workspace
            workspace.close_behind()
    finally:
        log.close()
