"""The focus list 重点关注名单 at a moment, and its size over time (Suzhou 2023Q1 bulletin, 一(二))."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from events.base import Payload
from events.codec import Event
from events.finding import FindingWithdrawn
from events.focus import FocusCauseKind, FocusEntered, FocusFlagged, FocusLeft
from events.known import Known
from events.withdrawal import FactWithdrawn

FOCUS_TYPES = ("focus.flagged", "focus.entered", "focus.left", "finding.withdrawn")
"""Types of events that the list at a moment follows from."""


class FocusCause(msgspec.Struct, frozen=True, gc=False):
    """Why an account was put on the list."""

    event_id: UUID  # of the entry
    entered_at: datetime
    cause: FocusCauseKind
    cause_id: UUID
    reason: str


class FocusEntry(msgspec.Struct, frozen=True, gc=False):
    """An account's stay on the list, from `entered_at` up to but without `left_at`."""

    account_id: str
    entered_at: datetime
    causes: tuple[FocusCause, ...]  # the oldest first
    left_at: datetime | None = None  # None: still on the list
    left_reason: str = ""

    def holds(self, at: datetime) -> bool:
        """Tell whether the account is on the list at a moment."""
        return self.entered_at <= at and (self.left_at is None or at < self.left_at)


class FocusSize(msgspec.Struct, frozen=True, gc=False):
    """The list at the end of a stretch of time, and who came and went in it."""

    until: datetime
    size: int
    entered: tuple[str, ...]
    left: tuple[str, ...]


def focus_stays(known: Iterable[Known]) -> dict[str, tuple[FocusEntry, ...]]:
    """Return every stay of every account, the oldest first.

    `known` are first records as known at K, in log order. The order of entries and exits is that of their `time` and
    not of their recording: a backdated exit ends the stay from then on but no entry after it, a backdated entry begins
    the stay earlier. At one moment the exit goes first, so a new cause keeps the account. An entry by a finding that
    was withdrawn by K is void from the start (核减). An exit that was decided stays, whatever becomes known later, and
    so does an entry by a verdict: where a revision judges otherwise, the account leaves once its frequency held.
    """
    known = list(known)
    withdrawn = {k.event.data.corrects for k in known if _takes_cause_back(k.event.data)}
    turns: dict[str, list[Event[FocusEntered] | Event[FocusLeft]]] = defaultdict(list)
    for k in known:
        data = k.event.data
        void = isinstance(data, FocusEntered) and data.cause_id in withdrawn
        if isinstance(data, FocusEntered | FocusLeft) and not void:
            turns[k.event.subject].append(k.event)
    stays = {account: _stays(account, events) for account, events in turns.items()}
    return {account: found for account, found in sorted(stays.items()) if found}


def focus_at(known: Iterable[Known], at: datetime) -> dict[str, FocusEntry]:
    """Return the list at a moment by account id; causes that came later are left out."""
    found = {}
    for account, stays in focus_stays(known).items():
        for stay in stays:
            if stay.holds(at):
                causes = tuple(c for c in stay.causes if c.entered_at <= at)
                found[account] = FocusEntry(account, stay.entered_at, causes)
    return found


def focus_sizes(known: Iterable[Known], moments: Iterable[datetime]) -> list[FocusSize]:
    """Return size, entries and exits up to each moment; the moments rise.

    A stay that begins and ends between two moments counts as entered and as left.
    """
    stays = [stay for found in focus_stays(known).values() for stay in found]
    sizes = []
    since: datetime | None = None
    for until in moments:
        entered = [s.account_id for s in stays if _between(since, s.entered_at, until)]
        left = [s.account_id for s in stays if s.left_at is not None and _between(since, s.left_at, until)]
        size = sum(stay.holds(until) for stay in stays)
        sizes.append(FocusSize(until, size, tuple(sorted(entered)), tuple(sorted(left))))
        since = until
    return sizes


def _stays(account: str, turns: Iterable[Event[FocusEntered] | Event[FocusLeft]]) -> tuple[FocusEntry, ...]:
    stays: list[FocusEntry] = []
    causes: list[FocusCause] = []
    for event in sorted(turns, key=lambda e: (e.time, isinstance(e.data, FocusEntered))):
        data = event.data
        if isinstance(data, FocusEntered):
            causes.append(FocusCause(event.id, event.time, data.cause, data.cause_id, data.reason))
        elif causes:
            stays.append(FocusEntry(account, causes[0].entered_at, tuple(causes), event.time, data.reason))
            causes = []
    if causes:
        stays.append(FocusEntry(account, causes[0].entered_at, tuple(causes)))
    return tuple(stays)


def _takes_cause_back(data: Payload) -> bool:
    of_flag = isinstance(data, FactWithdrawn) and data.of_type == FocusFlagged.type
    return of_flag or isinstance(data, FindingWithdrawn)


def _between(since: datetime | None, at: datetime, until: datetime) -> bool:
    return at <= until and (since is None or at > since)
