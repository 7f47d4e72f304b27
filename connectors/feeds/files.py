"""A feed as a file: read if it is one, and no further than a feed may be long."""

import os
import stat
from pathlib import Path

from connectors.feeds.decode import MAX_FEED_BYTES
from connectors.feeds.feed import FeedUnreadable
from events.messages import message


def read_file(path: Path) -> bytes:
    """Read one byte more than a feed may have, so that the reader can say that there was more.

    Raise `FeedUnreadable` for a pipe or a device, which would never answer or never end, and OSError. The file is
    opened without waiting and then asked what it is, so that nobody can put another in its place meanwhile.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise FeedUnreadable(
                "not_a_file", message("this is a pipe or a device; save the feed as a file first")
            )
        return file.read(MAX_FEED_BYTES + 1)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
