"""Finished looks become facts: a batch of them, with its sweep, its memory and its dead letters, commits together."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from connectors.log.port import Log
from connectors.log.seen_items import Seen, remember_all, seen_of
from events.base import Payload
from events.codec import Event
from events.instants import from_micros
from pipeline.home.failpoints import fail_point
from pipeline.patrol.look import Look, Source, sweep_of
from pipeline.patrol.planned_look import Finished, is_worth, look_of

LogIn = Literal["works", "refused"]

_READ_AT_A_TIME = 100  # accounts: what their lists showed may be long


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
        self._alive: int | None = None

    def resume(self, alive: int | None) -> None:
        """Take the newest publication that the source had shown before, in microseconds."""
        self._alive = alive

    def record(
        self,
        finished: Sequence[Finished],
        at: datetime,
        *,
        canaries: Collection[str] = (),
        log_in: LogIn | None = None,
    ) -> list[Recorded]:
        """Append a batch; the sweep comes first, so that no look proves a silence that is the source's own.

        A sweep says what its looks saw of the source, those among them that are no facts, and what a log-in answered.
        """
        alive = self._alive
        try:
            with self._log.transaction():
                taken = self._all_taken(finished)
                self._write(taken, at, canaries, log_in)
                fail_point("patrol.before_commit")
        except BaseException:
            self._alive = alive
            raise
        fail_point("patrol.after_commit")
        return taken

    def _write(
        self, taken: Sequence[Recorded], at: datetime, canaries: Collection[str], log_in: LogIn | None
    ) -> None:
        looks = [one.look for one in taken if one.look is not None]
        facts = [one.look for one in taken if one.look is not None and one.is_fact]
        events: list[Event[Payload]] = []
        if facts or log_in is not None or any(look.account_id in canaries for look in looks):
            alive = from_micros(self._alive or 0)
            events.append(
                sweep_of(
                    self._source, at, looks, replay=False, canaries=canaries, alive_at=alive, log_in=log_in
                )
            )
        events += [event for look in facts for event in look.events]
        self._log.write_facts(events)
        remember_all(self._log.db, self._source.name, ((look.account_id, look.learnt) for look in facts))
        for letter in (letter for look in facts for letter in look.letters):
            self._log.note_letter(letter)

    def _all_taken(self, finished: Sequence[Finished]) -> list[Recorded]:
        taken: list[Recorded] = []
        for begin in range(0, len(finished), _READ_AT_A_TIME):
            part = finished[begin : begin + _READ_AT_A_TIME]
            seen = seen_of(self._log.db, self._source.name, {one.account_id for one in part})
            taken += [self._taken(one, seen[one.account_id]) for one in part]
        return taken

    def _taken(self, finished: Finished, seen: Seen) -> Recorded:
        alive_at = None if self._alive is None else from_micros(self._alive)
        look = look_of(self._source, finished, seen, alive_at)
        if look is None:
            return Recorded(finished, None, is_fact=False)
        if look.alive is not None:
            self._alive = max(self._alive or look.alive, look.alive)
        return Recorded(finished, look, is_worth(look, finished, seen))
