"""Recorded polls: one folder a poll, named by number and time, with one feed file an account."""

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import msgspec

from events.instants import SHANGHAI
from events.messages import joined, message

FEED_SUFFIXES = frozenset({".xml", ".json", ".rss", ".atom"})
_NAME = re.compile(r"(\d{2,9})_(\d{4}-\d\d-\d\dT\d{6})", re.ASCII)
_SHAPE = message("NN_YYYY-MM-DDTHHMMSS (time in +08:00, as 00_2021-06-16T172522)")


class PollsUnreadable(ValueError):  # noqa: N818 -- says what the folder is
    """A folder of recorded polls that breaks the layout; the message names every fault and what to do."""


class Poll(msgspec.Struct, frozen=True):
    """One recorded look at all feeds that had changed."""

    number: int
    looked_at: datetime  # UTC
    folder: Path


def list_polls(directory: Path) -> list[Poll]:
    """List the polls in order of time; an empty folder is a poll that brought nothing.

    Plain files beside the folders are not looked at.
    """
    if not directory.is_dir():
        raise PollsUnreadable(
            message(
                "{directory}: no such folder; name the folder that holds the poll folders",
                directory=directory,
            )
        )
    polls: list[Poll] = []
    faults: list[str] = []
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        poll = _poll(folder)
        if poll is None:
            faults.append(
                message(
                    "{name!r} is not named {shape}; rename it or move it away", name=folder.name, shape=_SHAPE
                )
            )
        elif not _inside(folder, directory):
            faults.append(
                message(
                    "{name!r} is a link that leads out of this folder; copy the poll here", name=folder.name
                )
            )
        else:
            polls.append(poll)
    polls.sort(key=lambda poll: (poll.looked_at, poll.number))
    faults += filter(None, (_disorder(earlier, later) for earlier, later in pairwise(polls)))
    if not polls and not faults:
        faults.append(message("no polls; it must hold folders named {shape}", shape=_SHAPE))
    if faults:
        raise PollsUnreadable(
            joined("", (message("{directory}: ", directory=directory), joined("; ", faults)))
        )
    return polls


def poll_files(poll: Poll) -> dict[str, Path]:
    """Map native account id (the file name without its suffix) to the feed file, sorted by id.

    Files with other suffixes and hidden files are not looked at.
    """
    found = sorted(
        path
        for path in poll.folder.iterdir()
        if path.suffix.lower() in FEED_SUFFIXES and not path.name.startswith(".")
    )
    faults: list[str] = []
    for path in found:
        if not _inside(path, poll.folder):
            faults.append(
                message(
                    "{name!r} is a link that leads out of this folder; copy the file here", name=path.name
                )
            )
        elif not path.is_file():
            faults.append(message("{name!r} is not a file; move it away", name=path.name))
    counts = Counter(path.stem for path in found)
    faults += [
        message("{name!r} has {n} files; leave one", name=name, n=n) for name, n in counts.items() if n > 1
    ]
    if faults:
        raise PollsUnreadable(joined("", (message("{folder}: ", folder=poll.folder), joined("; ", faults))))
    return {path.stem: path for path in found}


def _poll(folder: Path) -> Poll | None:
    match = _NAME.fullmatch(folder.name)
    if match is None:
        return None
    try:
        local = datetime.strptime(match[2], "%Y-%m-%dT%H%M%S").replace(tzinfo=SHANGHAI)
        return Poll(number=int(match[1]), looked_at=local.astimezone(UTC), folder=folder)
    except (ValueError, OverflowError):
        return None


def _disorder(earlier: Poll, later: Poll) -> str | None:
    names = message("{name!r} and {folder_name!r}", name=earlier.folder.name, folder_name=later.folder.name)
    if earlier.looked_at == later.looked_at:
        return message("{names} have the same time; remove one or correct its name", names=names)
    if earlier.number >= later.number:
        return message("{names}: the numbers do not follow the times; correct a name", names=names)
    return None


def _inside(path: Path, folder: Path) -> bool:
    """Whether the path, all links followed, lies in the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        return False
