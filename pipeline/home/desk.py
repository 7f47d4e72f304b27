"""The desk: a workspace whose facts come from the read model, and whose history is opened only where it must be.

Pages and the acts of a clerk ask for registry, findings, filings, rounds and the like, all of which the read model
keeps. Posts, looks and the rows of runs stand in the history alone: who asks for `client` opens it.
"""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS, Log
from connectors.people.sql import SqlPeople
from connectors.readmodel.port import ReadModelStore
from events.account import AccountMerged
from events.codec import Event
from events.instants import EPOCH, from_micros
from events.known import Known
from pipeline.home.folder import Home
from pipeline.home.kept_facts import DecodedFacts, KeptFacts
from pipeline.home.naming import ids_of
from pipeline.home.people import FILE_NAME as PEOPLE_FILE
from pipeline.home.people import open_people
from pipeline.home.read_model import KEPT, ReadModel, known_of, open_store, require_followed
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import WAIT_S, Workspace, opened_history
from projections.registry.cards import ACCOUNT_TYPES
from projections.registry.numbers import written_number

_IDLE = 8
"""The stores of so many desks stay open between requests."""


class DeskModel(ReadModel):
    """A read model whose facts are decoded once for all requests of a process."""

    def __init__(self, log: Log, store: ReadModelStore, facts: KeptFacts) -> None:
        super().__init__(log, store)
        self._facts = facts

    def known(self, types: Sequence[str], subjects: Collection[str] | None = None) -> list[Known]:
        """See `ReadModel`."""
        if missing := set(types) - KEPT:
            raise KeyError(*missing)
        return self._facts.read(types, subjects=subjects, texts=False)


class Desk(Workspace):
    """A workspace over a read model that holds everything that its log held when it was opened.

    Claims need no more: they read the log on from where the model is whole, as they do behind the history. What is
    known may be newer than `position`; a record that is met twice counts once.
    """

    def __init__(self, home: Home, stores: "_Stores", decoded: DecodedFacts, stack: ExitStack) -> None:
        self._stores = stores
        self._stack = stack
        log, store = stores.log, stores.store
        self._opened: Client | None = None
        self._recorded_until: int | None = None
        plain = ReadModel(log, store)
        known = KeptFacts(plain, lambda: self.client, decoded, home.kept_texts.resolve)
        self.model = DeskModel(log, store, known)
        self._begin(home, log, known, None)

    @property
    def client(self) -> Client:
        """The history, opened at the first use and caught up with the log as it is then."""
        if self._opened is None:
            self._opened, self._sink = self._stack.enter_context(opened_history(self.home, self.log))
            self._wait_for(self.log.end_offsets(FACTS), WAIT_S)
        return self._opened

    @property
    def people(self) -> SqlPeople:
        """The store of people, of papers and of the public's reports; nobody closes it but who closes the log."""
        return self._stores.people(self.home)

    @property
    def has_history(self) -> bool:
        """Tell whether somebody asked for the history."""
        return self._opened is not None

    def catch_up(self, *, wait_s: float | None = None) -> None:
        """Bring the read model up to the end of the log, and the history where it is open."""
        log_closed = self.log.closed_until()
        wanted = self.log.end_offsets(FACTS)
        if self.model.catch_up() or wanted != self.position:
            self._known.forget()
        if self._opened is not None:
            self._wait_for(wanted, WAIT_S if wait_s is None else wait_s)
        self.position, self._log_closed, self._newest = wanted, log_closed, None
        self._recorded_until = None if log_closed is not None else self.model.recorded_until()

    def offered(self) -> datetime:
        """Return the newest closed moment, as `Workspace` does: here each partition's newest record tells it."""
        if self._newest is None:
            closed = self._log_closed
            if closed is None and self._recorded_until is not None:
                closed = self._recorded_until - 1
            self._newest = EPOCH if closed is None else from_micros(closed)
        return self._newest

    def account_of_id(self, text: str) -> str | None:
        """Return the account of which a text is id or number beyond doubt; None: the whole registry has to be asked."""
        store = self.model.store
        if store.kinds().get(AccountMerged.type):
            return None
        mentioning = store.mentioning(text)
        if len(mentioning) == 1:
            known = self.known.read(ACCOUNT_TYPES, subjects=mentioning)
            return mentioning[0] if any(text in ids_of(k.event) for k in known) else None
        number = None if mentioning else typed_number(text)
        if number is None or written_number(number) != text:
            return None
        account = store.numbered(number)
        return account if account is not None and store.lines_of([account]) else None

    def read_by_id(self, events: Collection[Event[Any]]) -> list[Known]:
        """See `Workspace`; facts of kept types are found here."""
        ids = sorted({event.id.bytes for event in events if event.type in KEPT})
        found = [known_of(fact) for fact in self.model.store.facts_of_ids(ids)]
        others = [event for event in events if event.type not in KEPT]
        return [*found, *super().read_by_id(others)] if others else found

    def actors_of(self, acts: Collection[UUID]) -> dict[UUID, str]:
        """See `Workspace`."""
        found = map(known_of, self.model.store.facts_of_ids(sorted(act.bytes for act in acts)))
        actors: dict[UUID, str] = {}
        for k in sorted(found, key=lambda k: k.recorded_at):
            if k.event.origin.actor:
                actors.setdefault(k.event.id, k.event.origin.actor)
        return actors


class _Stores:
    """What a desk rests on, open between requests: a log, the store of its read model, and that of people."""

    def __init__(self, key: object, log: Log, store: ReadModelStore) -> None:
        self.key = key
        self.log = log
        self.store = store
        self._people: SqlPeople | None = None

    def people(self, home: Home) -> SqlPeople:
        """Return the people store, opened at the first use."""
        if self._people is None:
            self._people = open_people(home)
        return self._people

    def close(self) -> None:
        """Close everything, whatever fails at it."""
        with ExitStack() as stack:
            stack.callback(self.log.close)
            stack.callback(self.store.close)
            if self._people is not None:
                stack.callback(self._people.close)


class Desks:
    """Stores that stay open between the requests of a process, each in the hands of one at a time."""

    def __init__(self) -> None:
        self.decoded = DecodedFacts()
        self.written = 0
        """Rises with the acts of this process: what follows from what is known is to be reckoned anew."""
        self._lock = threading.Lock()
        self._idle: list[_Stores] = []

    @contextmanager
    def open(self, home: Home) -> Iterator[Desk]:
        """Open a desk, caught up; at the end a moment is closed behind what was written."""
        stores = self._take(home)
        is_whole = False
        try:
            stores.log.admit_for(home.admission, home.max_clock_gap)
            with ExitStack() as stack:
                desk = Desk(home, stores, self.decoded, stack)
                before = stores.log.facts_written
                desk.catch_up()
                yield desk
                desk.close_behind()
            is_whole = True
            self.written += stores.log.facts_written != before
        finally:
            if is_whole:
                self._give_back(stores)
            else:
                stores.close()

    def close(self) -> None:
        """Close what is open and in nobody's hands."""
        with self._lock:
            idle, self._idle = self._idle, []
        for one in idle:
            one.close()

    def _take(self, home: Home) -> _Stores:
        key = _key(home)
        with self._lock:
            stale = [one for one in self._idle if one.key != key]
            self._idle = [one for one in self._idle if one.key == key]
            found = self._idle.pop() if self._idle else None
        for one in stale:
            one.close()
        if found is not None:
            return found
        log = home.open_log()
        try:
            store = open_store(home, log)
        except BaseException:
            log.close()
            raise
        if isinstance(log, EmbeddedLog):
            log.db.execute(
                "PRAGMA cache_size = -2048"
            )  # who writes much has more; a console has many of these
        stores = _Stores(_key(home), log, store)  # its file may have been made just now
        try:
            require_followed(ReadModel(log, store), log)
        except BaseException:
            stores.close()
            raise
        return stores

    def _give_back(self, stores: _Stores) -> None:
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(stores)
                return
        stores.close()


@contextmanager
def open_desk(home: Home) -> Iterator[Desk]:
    """Open a desk of its own, for who asks once."""
    desks = Desks()
    try:
        with desks.open(home) as desk:
            yield desk
    finally:
        desks.close()


def _key(home: Home) -> object:
    """Return what is another value once other files stand in the place of those that are open, or settings changed."""
    settings = home.settings
    where = (str(home.path), settings.kafka, settings.people, settings.readmodel)
    return (*where, *map(_file, (home.log_path, home.read_model_path, home.path / PEOPLE_FILE)))


def _file(path: Path) -> object:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino
