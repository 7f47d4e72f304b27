"""Errors that a person can mend; the command line prints them and exits with the status that they name.

Their messages name fields, never options of a command line: `events/fields.py` says how.
"""

from events.fields import FieldsError


class UsageError(FieldsError):
    """Wrong use or wrong input (exit 2); the message says what, where, and what to do."""


class ConflictError(FieldsError):
    """Somebody else did what can be done once (exit 1); the message names who won, and nothing was done."""


class BusyError(FieldsError):
    """Nobody can say yet who won (exit 1); the message says how to go on."""
