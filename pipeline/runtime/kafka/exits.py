"""Exit codes of the processes on Kafka, for whoever supervises them."""

from connectors.log.port import LogError

STOPPED = 0
"""Asked to stop, and everything in hand was finished."""

POISON = 65
"""Too many records in a row cannot be read: a new start would not help, somebody has to look."""

TRY_AGAIN = 75
"""Anything else: start again, the process goes on where its last transaction left it."""


class PoisonedError(LogError):
    """A new start would not help: the process ends with `POISON`, and somebody has to look."""
