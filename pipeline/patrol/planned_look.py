"""A planned look at an account of the living net: what its answer becomes, and whether that is worth a fact."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from connectors.feeds.feed import Feed
from connectors.log.dead_letters import DeadLetter
from connectors.log.seen_items import Learnt, Seen
from connectors.sources.kind import Answer, Failure, FailureReason, Watched
from events.instants import from_micros
from events.patrol import PatrolFailed
from pipeline.patrol.look import Look, Source, fallen, letter_of, look_at_list, look_event, planned, unchanged
from pipeline.patrol.suspicions import with_signs
from projections.patrol.needs import Reason

KEPT_APART = timedelta(hours=6)
"""A look that brings nothing is a fact if the last one lies so long ago, or if its need asks for proof."""

_PROVING = frozenset(
    (Reason.NEVER_LOOKED, Reason.LIMIT_PASSED, Reason.LAST_STEP, Reason.FIRST_STEP, Reason.STEP, Reason.ROUND)
)
_ORIGIN = "source:{source}"  # never the address: it may carry a key


_Reason = Literal["unreadable", "unreachable", "refused"]
_AS_FACT: Mapping[FailureReason, _Reason] = {
    "no_connection": "unreachable",
    "refused_address": "refused",
    "too_slow": "unreachable",
    "too_large": "unreadable",
    "redirects": "unreachable",
    "answered": "unreachable",
    "not_allowed": "refused",
    "no_feed": "unreadable",
    "log_in": "refused",
    "quota": "refused",
    "gone": "unreachable",
}
"""The reason of a fact; its detail begins with the failure's own."""


class Finished(msgspec.Struct, frozen=True, gc=False):
    """A look that was made: what for, when, and what came of it."""

    watched: Watched
    lane: str
    reason: Reason
    looked_at: datetime
    answer: Answer
    is_first_failure: bool = False  # of those in a row: its bytes are kept

    @property
    def account_id(self) -> str:
        return self.watched.account_id


def look_of(source: Source, finished: Finished, seen: Seen, alive_at: datetime | None) -> Look | None:
    """Return the look that an answer makes; None where "unchanged" rests on a look that nobody remembers.

    An answer is unchanged against the last list that was read whole, whatever failed since. `alive_at` is the newest
    publication that the source had shown before, at any account.
    """
    look = _unplanned(source, finished, seen)
    if look is None:
        return None
    look = with_signs(look, source, finished.watched, finished.answer.signs, seen)
    return planned(look, str(finished.reason), alive_at, finished.answer.as_of)


def _unplanned(source: Source, finished: Finished, seen: Seen) -> Look | None:
    answer, account, at = finished.answer, finished.account_id, finished.looked_at
    origin = _ORIGIN.format(source=source.name)
    if answer.failure is not None:
        return _failed(source, finished, answer.failure, seen)
    if answer.unchanged:
        if seen.last is None:
            return None
        return unchanged(source, account, at, msgspec.structs.replace(seen.last, stands=True))
    feed = answer.feed or Feed((), (), (), 0, "nothing came")
    return look_at_list(source, account, origin, at, seen, feed, b"", answer.deleted)


def is_worth(look: Look, finished: Finished, seen: Seen) -> bool:
    """Tell whether a look becomes a fact: it brings something, fails, proves what was to be proven, or is due."""
    if not look.trusted or look.hours or look.letters or len(look.events) > 1 or seen.last is None:
        return True
    return finished.reason in _PROVING or finished.looked_at - from_micros(seen.last.at) >= KEPT_APART


def _failed(source: Source, finished: Finished, failure: Failure, seen: Seen) -> Look:
    account, at = finished.account_id, finished.looked_at
    data = PatrolFailed(reason=_AS_FACT[failure.reason], detail=f"{failure.reason}: {failure.detail}"[:300])
    letters: tuple[DeadLetter, ...] = ()
    if failure.raw and finished.is_first_failure:
        origin = _ORIGIN.format(source=source.name)
        letters = (
            letter_of(
                source, account, origin, at, "page", f"{failure.reason}: {failure.detail}", failure.raw
            ),
        )
    learnt = Learnt(last=fallen(seen))
    return Look(account, (look_event(source, account, at, data),), learnt, letters=letters)
