"""Finished looks become facts: a batch of them, with its sweep, its memory and its dead letters, commits together."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from connectors.log.port import Log
from connectors.log.seen_items import Seen, remember, seen_items, shown_accounts
from events.base import Payload
from events.codec import Event
from events.instants import from_micros
from pipeline.home.failpoints import fail_point
from pipeline.patrol.look import Look, Source, sweep_of
from pipeline.patrol.planned_look import Finished, is_worth, look_of


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """What became of a look."""

    finished: Finished
    look: Look | None  # None: "unchanged" against nothing that is known; it is to be made again, in full
    is_fact: bool


class Recorder:
    """Appends the looks of one source; whoever calls it does so from one thread and holds the lease."""

    def __init__(self, log: Log, source: Source) -> None:
        self._log = log
        self._source = source
        shown = [last.newest for last in shown_accounts(log.db, source.name).values() if last is not None]
        self._alive = max((newest for newest in shown if newest is not None), default=None)

    @property
    def alive_at(self) -> datetime | None:
        """The newest publication that the source has shown, at any account."""
        return None if self._alive is None else from_micros(self._alive)

    def record(self, finished: Sequence[Finished], at: datetime) -> list[Recorded]:
        """Append a batch; the sweep comes first, so that no look proves a silence that is the source's own."""
        with self._log.transaction():
            taken = [self._taken(one) for one in finished]
            looks = [one.look for one in taken if one.look is not None and one.is_fact]
            events: list[Event[Payload]] = []
            if looks:
                events.append(sweep_of(self._source, at, looks, replay=False))
            events += [event for look in looks for event in look.events]
            self._log.write_facts(events)
            for look in looks:
                remember(self._log.db, self._source.name, look.account_id, look.learnt)
                for letter in look.letters:
                    self._log.note_letter(letter)
            fail_point("patrol.before_commit")
        fail_point("patrol.after_commit")
        return taken

    def _taken(self, finished: Finished) -> Recorded:
        seen: Seen = seen_items(self._log.db, self._source.name, finished.account_id)
        look = look_of(self._source, finished, seen)
        if look is None:
            return Recorded(finished, None, is_fact=False)
        last = look.learnt.last
        if look.trusted and last is not None and last.newest is not None:
            self._alive = max(self._alive or last.newest, last.newest)
        return Recorded(finished, look, is_worth(look, finished, seen))
