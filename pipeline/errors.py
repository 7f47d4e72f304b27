"""Errors that a person can mend; the command line prints them and exits with 2."""


class UsageError(Exception):
    """Wrong use or wrong input; the message says what, where, and what to do."""
