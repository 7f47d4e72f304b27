"""Dead letters: listed, erased, and replayed, when the file or the record of the log is read again."""

from collections.abc import Callable, Collection
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from connectors.log.dead_letters import DeadLetter
from connectors.log.port import FACTS, Log
from events.codec import CODEC, UnreadableEventError
from events.messages import message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.patrol.feed_look import look_at_feed
from pipeline.patrol.lists import known_source, post_finder


class LettersReplayed(msgspec.Struct, frozen=True):
    """What a replay of dead letters did."""

    replayed: int
    still_bad: int


class LettersGone(msgspec.Struct, frozen=True):
    """What an erasure of dead letters did."""

    erased: tuple[int, ...]
    kept: tuple[int, ...]  # whose bytes stand in a topic, out of which no record can be taken
    wiped: bool  # False: bytes still lie in a file, because somebody reads it


def list_letters(home: Home) -> list[DeadLetter]:
    """Return what could not be read, the oldest first."""
    with closing(home.open_log()) as log:
        return list(log.letters())


def find_letter(home: Home, letter_id: int) -> DeadLetter:
    """Return a dead letter by its number; raises `NotFoundError`."""
    letter = next((x for x in list_letters(home) if x.id == letter_id), None)
    if letter is None:
        raise _no_letter(letter_id)
    return letter


def erase_letters(home: Home, ids: Collection[int]) -> LettersGone:
    """Erase bytes and reason of dead letters for good; of none, wipe what was erased. Raises `NotFoundError`."""
    with closing(home.open_log()) as log:
        unknown = sorted(set(ids) - {letter.id for letter in log.letters()})
        if unknown:
            raise _no_letter(unknown[0])
        done = log.erase_letters(list(ids))
    return LettersGone(tuple(sorted(set(ids) - set(done.kept))), done.kept, done.wiped)


def _no_letter(letter_id: int) -> NotFoundError:
    return NotFoundError(
        message("no dead letter {letter_id}; `xuncha dead-letters list` shows them", letter_id=letter_id)
    )


def replay(home: Home, ids: Collection[int] | None = None) -> LettersReplayed:
    """Read dead letters of a home again; all pending ones by default. Raises `UsageError` as `replay_letters`.

    The history is opened for files alone: a record of the log is read again where nobody answers for one.
    """
    with closing(home.open_log()) as log, ExitStack() as opened:

        @cache
        def history() -> Workspace:
            return opened.enter_context(open_workspace(home))

        return replay_letters(log, None if ids is None else list(ids), history)


def replay_letters(log: Log, ids: list[int] | None, history: Callable[[], Workspace]) -> LettersReplayed:
    """Read dead letters again; those that became facts are marked, the others stay. All pending ones by default."""
    pending = [letter for letter in log.letters() if letter.replayed_at is None]
    if ids is not None:
        unknown = sorted(set(ids) - {x.id for x in pending})
        if unknown:
            raise UsageError(
                message(
                    "no pending dead letter {unknown}; `xuncha dead-letters list` shows them",
                    unknown=unknown[0],
                )
            )
        pending = [x for x in pending if x.id in ids]
    read_again: dict[tuple[str, str], bool] = {}
    good = [letter.id for letter in pending if _replayed(log, letter, read_again, history)]
    with log.transaction():
        log.mark_replayed(good)
    return LettersReplayed(len(good), len(pending) - len(good))


def _replayed(
    log: Log,
    letter: DeadLetter,
    read_again: dict[tuple[str, str], bool],
    history: Callable[[], Workspace],
) -> bool:
    """Replay one letter; all letters of one look share one reading of the file."""
    if letter.origin == FACTS:
        try:
            event = CODEC.decode(letter.raw)
        except UnreadableEventError:
            return False
        log.append([event])
        return True
    look_key = (letter.origin, letter.context["looked_at"])
    if look_key not in read_again:
        path = Path(letter.origin)
        if not path.is_file():
            raise UsageError(message("{path} is gone; put the mended file there and replay again", path=path))
        workspace, lag = history(), timedelta(seconds=int(letter.context["lag_s"]))
        source = known_source(workspace, letter.context["source"], lag)
        looked_at = datetime.fromisoformat(letter.context["looked_at"])
        find = post_finder(workspace)
        look = look_at_feed(
            log, source, letter.context["account_id"], path, looked_at, find, reports_again=True
        )
        read_again[look_key] = not look.letters
    return read_again[look_key]
