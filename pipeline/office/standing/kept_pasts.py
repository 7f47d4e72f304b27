"""Answers about the past, kept for who looks again; one that takes long is reckoned beside the pages that wait for it.

What is known at a closed moment never changes, so an answer stays right while the log grows.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from events.messages import message
from pipeline.home.desk import Desk
from pipeline.home.errors import BusyError
from pipeline.office.standing.past import Past, past_of
from pipeline.scores.scoring import Question, ask
from pipeline.scores.steps import Step

_MOST_KEPT = 8
_MOST_ACCOUNTS = 400_000  # of all that are kept together; the newest is kept, however large
_MOST_UNDER_WAY = 4
_PATIENCE_S = 0.8
_LONG_S = 60.0

OpenDesk = Callable[[], AbstractContextManager[Desk]]


class Reckoning:
    """An answer under way."""

    def __init__(self) -> None:
        self.step = Step.WAITING
        """How far it has come."""
        self._ended = threading.Event()
        self._error: Exception | None = None

    def reach(self, step: Step) -> None:
        """Note how far it has come; accounts of several rulesets go through the same steps in turn."""
        self.step = max(self.step, step)

    def end(self, error: Exception | None = None) -> None:
        """Wake who waits, with what went wrong."""
        self._error = error
        self._ended.set()

    @property
    def failed(self) -> bool:
        """Tell whether it went wrong, and nobody was told yet."""
        return self._error is not None

    def is_over(self, within_s: float) -> bool:
        """Wait so long at the most; raises what went wrong."""
        over = self._ended.wait(within_s)
        if self._error is not None:
            raise self._error
        return over


class _Kept(msgspec.Struct, frozen=True):
    past: Past
    position: tuple[int, ...]  # of the log when somebody asked first


class KeptPasts:
    """Answers for all requests of a process; one is reckoned at a time, by a thread of its own."""

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._reckoning = threading.Lock()
        self._kept: dict[object, _Kept] = {}
        self._under_way: dict[object, Reckoning] = {}

    def of(
        self,
        desk: Desk,
        open_desk: OpenDesk,
        at: datetime | None,
        known_at: datetime | None,
        *,
        patient: bool = False,
    ) -> Past | Reckoning:
        """Return the accounts at T, without it at K; without K, as known at the newest closed moment.

        What takes longer than a page may take is returned as it is under way; whoever is patient, as a program or a
        file, waits for it. Raises `NotClosedError` for a K that is not closed, `UsageError` for a T that lies in no
        quarter, `BusyError` where too much is under way.
        """
        known_at = desk.known_at(known_at)
        question = ask(desk, at or known_at, known_at, None, None)
        key = (str(desk.home.path), question.period.check_point, known_at, question.named.sha256)
        if (found := self._find(key, desk)) is not None:
            return found
        reckoning = self._reckoning_of(key, open_desk, question, tuple(desk.position))
        try:
            over = reckoning.is_over(_LONG_S if patient else self._patience_s)
        except Exception:  # of the reckoning, told to whoever waited; the next one may begin anew
            self._forget(key, reckoning)
            raise
        if over and (found := self._find(key, desk)) is not None:
            return found
        if patient:
            raise _busy()
        return reckoning

    def _reckoning_of(
        self, key: object, open_desk: OpenDesk, question: Question, position: tuple[int, ...]
    ) -> Reckoning:
        """Return the reckoning of an answer, begun now where nobody asked for it yet."""
        with self._lock:
            found = self._under_way.get(key)
            if found is not None:
                return found
            for failed in [k for k, one in self._under_way.items() if one.failed]:  # nobody came back for it
                del self._under_way[failed]
            if len(self._under_way) >= _MOST_UNDER_WAY:
                raise _busy()
            begun = self._under_way[key] = Reckoning()
        arguments = (key, begun, open_desk, question, position)
        threading.Thread(target=self._reckon, args=arguments, name="past", daemon=True).start()
        return begun

    def _reckon(
        self,
        key: object,
        reckoning: Reckoning,
        open_desk: OpenDesk,
        question: Question,
        position: tuple[int, ...],
    ) -> None:
        try:
            with self._reckoning, open_desk() as desk:
                self._keep(key, _Kept(past_of(desk, question, reckoning.reach), position))
        except Exception as e:  # noqa: BLE001 (whoever waits is told)
            reckoning.end(e)
        else:
            self._forget(key, reckoning)
            reckoning.end()

    def _forget(self, key: object, reckoning: Reckoning) -> None:
        with self._lock:
            if self._under_way.get(key) is reckoning:
                del self._under_way[key]

    def _find(self, key: object, desk: Desk) -> Past | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not _has_grown(kept.position, desk.position):
                return None
            self._kept[key] = self._kept.pop(key)  # the last one that somebody asked for is last
            return kept.past

    def _keep(self, key: object, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > 1 and self._are_many():
                del self._kept[next(iter(self._kept))]

    def _are_many(self) -> bool:
        together = sum(len(kept.past.accounts) for kept in self._kept.values())
        return len(self._kept) > _MOST_KEPT or together > _MOST_ACCOUNTS


def _busy() -> BusyError:
    return BusyError(message("others are looking at the past; try again in a minute"))


def _has_grown(before: Sequence[int], now: Sequence[int]) -> bool:
    """Tell whether a log is the one that was read, perhaps with more in it, as far as its ends tell."""
    return len(before) == len(now) and all(was <= is_ for was, is_ in zip(before, now, strict=True))
