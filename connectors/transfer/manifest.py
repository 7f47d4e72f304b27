"""What an export says of itself: which lives of the log it holds, and the hash of each file."""

import msgspec

from events.instants import UtcDatetime

FORMAT = 1
"""Version of the folder; one that is read has this very number."""


class File(msgspec.Struct, frozen=True):
    """One table as a Parquet file."""

    name: str
    rows: int
    sha256: str


class Life(msgspec.Struct, frozen=True):
    """One life of a topic, as the history holds it; a log that was moved or restored began a new one."""

    topic: str
    incarnation: str
    partitions: int
    last_recorded_at: int  # microseconds


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of an export; a folder without one never was."""

    format: int = FORMAT
    made_at: UtcDatetime
    from_history: bool  # the log was lost, and what the history held of it is all there is
    lives: tuple[Life, ...]  # of a topic in order, the oldest first
    files: tuple[File, ...]
