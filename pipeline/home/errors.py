"""Errors that a person can mend; the command line prints them and exits with the status that they name."""


class UsageError(Exception):
    """Wrong use or wrong input (exit 2); the message says what, where, and what to do."""


class ConflictError(Exception):
    """Somebody else did what can be done once (exit 1); the message names who won, and nothing was done."""


class BusyError(Exception):
    """Nobody can say yet who won (exit 1); the message says how to go on."""
