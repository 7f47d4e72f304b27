"""Hints of programs, that accounts may show something new: they pull looks forward, and no fact comes of them."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from events.instants import to_micros
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.workspace import Workspace
from pipeline.office.observations.book import book_of
from pipeline.office.observations.rows import Reader, RowError, refusal
from pipeline.office.observations.told import (
    MOST_ROWS,
    Allowed,
    HintTold,
    Noted,
    Refused,
    TakenHints,
    Unreadable,
)


def take_hints(
    workspace: Workspace, batch: Sequence[HintTold | Unreadable], allowed: Allowed, now: datetime
) -> TakenHints:
    """Take at most `MOST_ROWS` hints; raises `UsageError` for more. The latest hint of an account counts.

    They wait in the patrol store, where the patrol of every source sees them; quota, pauses and the more urgent looks
    of others stand above them.
    """
    if len(batch) > MOST_ROWS:
        raise UsageError(message("a batch has at most {most} rows; send several", most=MOST_ROWS))
    book, reader = book_of(workspace), Reader(now, None)
    within = book.within(allowed)
    accounts: dict[int, str] = {}
    hints: dict[str, int] = {}
    answers: dict[int, Noted | Refused] = {}
    for row, hint in enumerate(batch):
        if isinstance(hint, Unreadable):
            answers[row] = Refused(
                row, hint.field, "", hint.problem, message("write it as /openapi.json says")
            )
            continue
        try:
            account = book.subject(hint.account, within)
            at = min(to_micros(reader.moment("at", hint.at).at), to_micros(now))
        except RowError as e:
            answers[row] = refusal(row, e)
            continue
        accounts[row] = account
        hints[account] = max(at, hints.get(account, at))
    taken = _kept(workspace, hints, now)
    for row, account in accounts.items():
        answers[row] = Noted(row) if account in taken else _too_many(row)
    return TakenHints(tuple(answers[row] for row in range(len(batch))))


def _kept(workspace: Workspace, hints: dict[str, int], now: datetime) -> set[str]:
    if not hints:
        return set()
    with closing(open_patrol_store(workspace.home)) as store:
        return store.hint(hints, to_micros(now))


def _too_many(row: int) -> Refused:
    problem = message("is not taken: hints about too many accounts wait")
    return Refused(row, "account", "", problem, message("looks come by themselves; send it again in an hour"))
