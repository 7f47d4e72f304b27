"""Replay of recorded polls: a folder a poll, at the times of their names."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from connectors.feeds.polls import Poll, PollsUnreadable, list_polls, poll_files
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import Log
from connectors.log.seen_items import SeenList, last_looks, remember, seen_items
from events.base import Payload
from events.codec import Event
from events.fields import field, marked
from events.instants import SHANGHAI, local_iso
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.new_names import require_fit_source
from pipeline.home.ticks import append_ticks, tick_at
from pipeline.patrol.look import Look, Source, look_at_file, sweep_of, unchanged
from pipeline.patrol.showing import FindPosts

EARLIEST = datetime(2000, 1, 1, tzinfo=SHANGHAI)
"""No platform that is looked at is older; a poll of before bears a wrong time."""

_TICK = timedelta(hours=1)
_LONG_GAP_TICKS = 31 * 24
"""Between polls further apart one tick stands for all: the grid of ticks changes no alert."""


class Replayed(msgspec.Struct, frozen=True):
    """What a replay did."""

    polls: int
    taken_before: int  # by an earlier replay, perhaps one that was cut off
    accounts: int
    looks: int
    new_posts: int
    dead_letters: int


def replay_polls(
    log: Log,
    directory: Path,
    accounts: dict[str, str],
    source: Source,
    find: FindPosts,
    *,
    opening: Sequence[Event[Payload]] = (),
    as_history: bool = False,
    clock: datetime | None = None,
    max_gap: timedelta | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Take every poll of a folder in order; a poll commits as a whole or not at all.

    `accounts` maps the name of a file to an account id. An account is looked at in every poll from the first one
    that shows it; a missing file means that nothing changed. Event times and hourly ticks are those of the polls,
    with one closing tick, and one alone behind a long gap; `as_history` leaves the ticks out. Without it polls further
    apart than `max_gap` are refused: one of them bears a wrong time. After a feed that could not be read whole,
    "nothing changed" proves nothing: such an account is looked at again when it has a file again. `clock` is the
    newest tick of the log.

    Polls that the source has taken before are passed over, so that a replay that was cut off goes on where it
    stood. `opening` are registry events of the accounts; they are appended once all of the folder is known to be
    in order, and a folder that is not in order leaves the log as it was.
    """
    require_fit_source(log.db, source.name)
    polls = _polls(directory)
    left = [poll for poll in polls if log.meta(_taken_key(source, poll)) != _fingerprint(poll)]
    _refuse_the_past(clock, left, as_history=as_history)
    if not as_history and max_gap is not None:
        _refuse_a_gap(polls, max_gap)
    _refuse_strangers(directory, polls, accounts)
    if opening:
        log.append(opening)
    last_lists = last_looks(log.db, source.name)
    seen_accounts: set[str] = set()
    looks = posts = letters = 0
    ticked = _ticked_before(polls, left)
    progress(len(polls) - len(left))
    with log.grouped():
        for poll in left:
            if not as_history:
                ticks = _hours(ticked, poll.looked_at)
                behind_a_gap = len(ticks) > _LONG_GAP_TICKS
                append_ticks(log, [tick_at(t, replay=True) for t in (ticks[-1:] if behind_a_gap else ticks)])
                ticked = ticks[-1]
            taken = _looks(log, poll, accounts, source, last_lists, find)
            _commit(log, source, poll, taken)
            last_lists = {look.account_id: look.learnt.last for look in taken if look.trusted}
            seen_accounts |= {look.account_id for look in taken}
            looks += len(taken)
            posts += sum(len(look.hours) for look in taken)
            letters += sum(len(look.letters) for look in taken)
            progress(1)
        if not as_history:
            append_ticks(log, [tick_at(polls[-1].looked_at, replay=True)])
    return Replayed(len(left), len(polls) - len(left), len(seen_accounts), looks, posts, letters)


def _polls(directory: Path) -> list[Poll]:
    try:
        polls = list_polls(directory)
        for poll in polls:
            poll_files(poll)
    except PollsUnreadable as e:
        raise UsageError(marked(e)) from None
    return polls


def _refuse_strangers(directory: Path, polls: list[Poll], accounts: dict[str, str]) -> None:
    """Refuse files of unknown accounts, and two files of one account in a poll."""
    unknown = sorted({name for poll in polls for name in poll_files(poll)} - accounts.keys())
    if unknown:
        raise UsageError(
            message(
                "{directory}: {unknown_count} files are named by no account of the registry, the"
                " first is {unknown!r}; import the accounts first, or hand them in with"
                " {accounts} FILE",
                directory=directory,
                unknown_count=len(unknown),
                unknown=unknown[0],
                accounts=field("accounts"),
            )
        )
    for poll in polls:
        names: dict[str, str] = {}
        for name in poll_files(poll):
            other = names.setdefault(accounts[name], name)
            if other != name:
                raise UsageError(
                    message(
                        "{folder}: {other!r} and {name!r} are files of one account; leave one",
                        folder=poll.folder,
                        other=other,
                        name=name,
                    )
                )


def _refuse_a_gap(polls: list[Poll], max_gap: timedelta) -> None:
    """Refuse polls of which one seems to bear a wrong time: the clock of the home would go where it says."""
    for earlier, later in pairwise(polls):
        if later.looked_at - earlier.looked_at > max_gap:
            raise UsageError(
                message(
                    "{folder} lies {days} days behind {name}; max_clock_gap_days allows"
                    " {max_gap_days}. Mend the time in the name of one of them, or, if both are"
                    " right, say so: {clock_is_right}, or {as_history} to take facts without ticks",
                    folder=later.folder,
                    days=(later.looked_at - earlier.looked_at).days,
                    name=earlier.folder.name,
                    max_gap_days=max_gap.days,
                    clock_is_right=field("clock_is_right"),
                    as_history=field("as_history"),
                )
            )


def _ticked_before(polls: list[Poll], left: list[Poll]) -> datetime:
    """Return the last tick of the grid up to the poll before the first that is left, which an earlier replay took."""
    first = polls[0].looked_at
    before = polls[max(polls.index(left[0]) - 1, 0)].looked_at if left else first
    return _hours(first, before)[-1]


def _refuse_the_past(clock: datetime | None, polls: list[Poll], *, as_history: bool) -> None:
    now = datetime.now(UTC)
    if polls and polls[0].looked_at < EARLIEST:
        raise UsageError(
            message(
                "{folder} lies before {year}, when there was nothing to look at; mend the time in its name",
                folder=polls[0].folder,
                year=EARLIEST.year,
            )
        )
    if polls and polls[-1].looked_at > now:
        raise UsageError(
            message(
                "{folder} lies in the future; a poll bears the time at which somebody looked",
                folder=polls[-1].folder,
            )
        )
    if not as_history and polls and clock is not None and clock > polls[0].looked_at:
        raise UsageError(
            message(
                "the clock of this home stands at {clock}, later than the first poll"
                " ({looked_at}); use a new home, or {as_history} to take facts without ticks",
                clock=local_iso(clock),
                looked_at=local_iso(polls[0].looked_at),
                as_history=field("as_history"),
            )
        )


def _hours(begin: datetime, until: datetime) -> list[datetime]:
    """Return the hours from an earlier tick up to a poll; the first of them is that tick again."""
    return [begin + i * _TICK for i in range((until - begin) // _TICK + 1)]


def _looks(
    log: Log,
    poll: Poll,
    accounts: dict[str, str],
    source: Source,
    last_lists: Mapping[str, SeenList | None],
    find: FindPosts,
) -> list[Look]:
    files = {accounts[name]: path for name, path in poll_files(poll).items()}
    looks = []
    for account_id in sorted(last_lists | files.keys()):
        path = files.get(account_id)
        if path is None:
            looks.append(unchanged(source, account_id, poll.looked_at, last_lists[account_id]))
        else:
            seen = seen_items(log.db, source.name, account_id)
            looks.append(look_at_file(source, account_id, path, poll.looked_at, seen, find))
    return looks


def _commit(log: Log, source: Source, poll: Poll, looks: list[Look]) -> None:
    """Write sweep, posts, looks, memory and dead letters of a poll in one transaction.

    The sweep comes first: a look must not prove a silence that the same poll shows to be the source's.
    """
    with log.transaction():
        log.write_facts([sweep_of(source, poll.looked_at, looks, replay=True)])
        log.write_facts([event for look in looks for event in look.events])
        for look in looks:
            remember(log.db, source.name, look.account_id, look.learnt)
            _note_all(log, look.letters)
        log.set_meta(_taken_key(source, poll), _fingerprint(poll))
        fail_point("poll.before_commit")
    fail_point("poll.after_commit")


def _taken_key(source: Source, poll: Poll) -> str:
    return f"polled:{source.name}:{poll.looked_at.isoformat()}"


def _fingerprint(poll: Poll) -> str:
    """Return what tells a poll from another one of the same source and time: names and sizes of its files."""
    files = sorted((name, path.stat().st_size) for name, path in poll_files(poll).items())
    return hashlib.blake2b(repr(files).encode(), digest_size=16).hexdigest()


def _note_all(log: Log, letters: tuple[DeadLetter, ...]) -> None:
    for letter in letters:
        log.note_letter(letter)


def count_polls(directory: Path) -> int:
    """Return the number of polls in a folder; raises `UsageError` where it is no folder of polls."""
    return len(_polls(directory))
