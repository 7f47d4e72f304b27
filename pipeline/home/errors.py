"""Errors that a person can mend, and what kind each one is; whoever asked shows them by that kind.

Their messages name fields, never options of a command line: `events/fields.py` says how.
"""

import errno
import os
from enum import StrEnum
from pathlib import Path

from connectors.history.agreement import OtherPastError
from connectors.history.client import HistoryError
from connectors.history.server.spawn import ServerStartError
from connectors.kafka.cluster import ClusterError
from connectors.log.port import LogError
from connectors.patrolstore.port import PatrolStoreError
from connectors.people.person import PeopleError, PeopleRefusedError
from connectors.readmodel.port import ReadModelError
from connectors.sheets.errors import SheetError
from connectors.signin.port import SigninStoreError
from connectors.sources.kind import KindError
from connectors.storage import of_system as of_storage
from connectors.wording.commands import CommandError
from connectors.wording.entry import LexiconError
from events.fields import FieldsError
from events.messages import message

_RIGHTS = frozenset({errno.EACCES, errno.EPERM})


class Kind(StrEnum):
    """What an error means to whoever asked."""

    NOT_FOUND = "not_found"  # what was named is not there, or more than one is meant
    CONFLICT = "conflict"  # somebody else did what can be done once
    INVALID = "invalid"  # what was handed in is wrong; the message names field or cell
    BUSY = "busy"  # nobody can say yet who won
    UNAVAILABLE = "unavailable"  # a store, a server or a file does not do what was asked
    DAMAGED = "damaged"  # what is stored contradicts itself


class UsageError(FieldsError):
    """Wrong use or wrong input; the message says what, where, and what to do."""


class NotFoundError(UsageError):
    """What was named is not there, or more than one is meant; the message says how to name it."""


class UnreachableError(UsageError):
    """The home or its history cannot be used now, whatever was asked; the message says who or what holds it up."""


class ConflictError(FieldsError):
    """Somebody else did what can be done once; the message names who won, and nothing was done."""


class BusyError(FieldsError):
    """Nobody can say yet who won; the message says how to go on."""


class NotClosedError(HistoryError):
    """What is asked as known at a moment that is not closed: records of it may still come."""


_KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (NotFoundError, Kind.NOT_FOUND),
    (UnreachableError, Kind.UNAVAILABLE),
    (UsageError, Kind.INVALID),
    (SheetError, Kind.INVALID),
    (KindError, Kind.INVALID),
    (LexiconError, Kind.INVALID),
    (CommandError, Kind.UNAVAILABLE),
    (ConflictError, Kind.CONFLICT),
    (BusyError, Kind.BUSY),
    (OtherPastError, Kind.DAMAGED),
    (NotClosedError, Kind.INVALID),
    (HistoryError, Kind.UNAVAILABLE),
    (ServerStartError, Kind.UNAVAILABLE),
    (LogError, Kind.UNAVAILABLE),
    (ClusterError, Kind.UNAVAILABLE),
    (PeopleRefusedError, Kind.INVALID),
    (PeopleError, Kind.UNAVAILABLE),
    (PatrolStoreError, Kind.UNAVAILABLE),
    (SigninStoreError, Kind.UNAVAILABLE),
    (ReadModelError, Kind.UNAVAILABLE),
    (OSError, Kind.UNAVAILABLE),
)
"""Every error that is no fault of the program, those of connectors among them; the first class that fits counts."""


def kind_of(error: BaseException) -> Kind | None:
    """Return what kind of error one is, None for a fault of the program."""
    return next((kind for errors, kind in _KINDS if isinstance(error, errors)), None)


def of_system(error: OSError) -> str:
    """Return what the system refused, by the file where there is one.

    An error without a file may be that of the output, and one about rights that of a file to be read: neither tells
    that something was being written to a store.
    """
    text = f"{error.strerror or error}"
    if error.filename is None:
        return message("a file, or what the command prints into: {said}", said=text)
    file = os.fsdecode(error.filename) if isinstance(error.filename, bytes | str) else str(error.filename)
    if error.errno not in _RIGHTS and (of_store := of_storage(error, Path(file))) is not None:
        return of_store
    return f"{file}: {text}"
