"""Replay of recorded polls: a folder a poll, at the times of their names."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from connectors.feeds.polls import Poll, PollsUnreadable, list_polls, poll_files
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import Log
from connectors.log.seen_items import remember, seen_items, shown_accounts
from events.base import Payload
from events.codec import Event
from events.instants import local_iso
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.new_names import require_fit_source
from pipeline.patrol import Look, Source, look_at_file, sweep_of, unchanged
from pipeline.ticker import append_ticks, tick_at

_TICK = timedelta(hours=1)


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
    *,
    opening: Sequence[Event[Payload]] = (),
    as_history: bool = False,
    clock: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Take every poll of a folder in order; a poll commits as a whole or not at all.

    `accounts` maps the name of a file to an account id. An account is looked at in every poll from the first one
    that shows it; a missing file means that nothing changed. Event times and hourly ticks are those of the polls,
    with one closing tick; `as_history` leaves the ticks out. After a feed that could not be read whole, "nothing
    changed" proves nothing: such an account is looked at again when it has a file again. `clock` is the newest tick
    of the log.

    Polls that the source has taken before are passed over, so that a replay that was cut off goes on where it
    stood. `opening` are registry events of the accounts; they are appended once all of the folder is known to be
    in order, and a folder that is not in order leaves the log as it was.
    """
    require_fit_source(log.db, source.name)
    polls = _polls(directory)
    left = [poll for poll in polls if log.meta(_taken_key(source, poll)) != _fingerprint(poll)]
    _refuse_the_past(clock, left, as_history=as_history)
    _refuse_strangers(directory, polls, accounts)
    if opening:
        log.append(opening)
    shown = shown_accounts(log.db, source.name)
    seen_accounts: set[str] = set()
    looks = posts = letters = 0
    ticked = polls[0].looked_at
    progress(len(polls) - len(left))
    for poll in left:
        if not as_history:
            ticks = _hours(ticked, poll.looked_at)
            append_ticks(log, [tick_at(t, replay=True) for t in ticks])
            ticked = ticks[-1]
        taken = _looks(log, poll, accounts, source, shown)
        _commit(log, source, poll, taken)
        shown = {look.account_id for look in taken if look.trusted}
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
        raise UsageError(str(e)) from None
    return polls


def _refuse_strangers(directory: Path, polls: list[Poll], accounts: dict[str, str]) -> None:
    """Refuse files of unknown accounts, and two files of one account in a poll."""
    unknown = sorted({name for poll in polls for name in poll_files(poll)} - accounts.keys())
    if unknown:
        raise UsageError(
            f"{directory}: {len(unknown)} files are named by no account of the registry, the first is"
            f" {unknown[0]!r}; import the accounts first, or hand them in with --accounts FILE"
        )
    for poll in polls:
        names: dict[str, str] = {}
        for name in poll_files(poll):
            other = names.setdefault(accounts[name], name)
            if other != name:
                raise UsageError(f"{poll.folder}: {other!r} and {name!r} are files of one account; leave one")


def _refuse_the_past(clock: datetime | None, polls: list[Poll], *, as_history: bool) -> None:
    now = datetime.now(UTC)
    if polls and polls[-1].looked_at > now:
        raise UsageError(
            f"{polls[-1].folder} lies in the future; a poll bears the time at which somebody looked"
        )
    if not as_history and polls and clock is not None and clock > polls[0].looked_at:
        raise UsageError(
            f"the clock of this home stands at {local_iso(clock)}, later than the first poll"
            f" ({local_iso(polls[0].looked_at)}); use a new home, or --as-history to take facts without ticks"
        )


def _hours(begin: datetime, until: datetime) -> list[datetime]:
    """Return the hours from an earlier tick up to a poll; the first of them is that tick again."""
    return [begin + i * _TICK for i in range((until - begin) // _TICK + 1)]


def _looks(log: Log, poll: Poll, accounts: dict[str, str], source: Source, shown: set[str]) -> list[Look]:
    files = {accounts[name]: path for name, path in poll_files(poll).items()}
    looks = []
    for account_id in sorted(shown | files.keys()):
        path = files.get(account_id)
        if path is None:
            looks.append(unchanged(source, account_id, poll.looked_at))
        else:
            seen = seen_items(log.db, source.name, account_id)
            looks.append(look_at_file(source, account_id, path, poll.looked_at, seen))
    return looks


def _commit(log: Log, source: Source, poll: Poll, looks: list[Look]) -> None:
    """Write sweep, posts, looks, memory and dead letters of a poll in one transaction.

    The sweep comes first: a look must not prove a silence that the same poll shows to be the source's.
    """
    with log.transaction():
        log.write_facts([sweep_of(source, poll.looked_at, looks, replay=True)])
        log.write_facts([event for look in looks for event in look.events])
        for look in looks:
            remember(log.db, source.name, look.account_id, look.new_items, looked=look.trusted)
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
