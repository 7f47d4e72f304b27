"""A feed as a file: read if it is one, and no further than a feed may be long."""

import os
import stat
from pathlib import Path

from connectors.feeds.decode import MAX_FEED_BYTES
from connectors.feeds.feed import FeedUnreadable


def read_file(path: Path) -> bytes:
    """Read one byte more than a feed may have, so that the reader can say that there was more.

    Raise `FeedUnreadable` for what is no regular file, and OSError. A pipe or a device would never answer or never
    end; it is opened without waiting and asked what it is, so nobody can put one in the place meanwhile.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 (an open handle, not a path)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FeedUnreadable(
                "not_a_file", "this is a pipe, a device or a folder; save the feed as a file first"
            )
        return file.read(MAX_FEED_BYTES + 1)
