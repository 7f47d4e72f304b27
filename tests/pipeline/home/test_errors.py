"""The one tree of errors: of which kind each one is, those of connectors among them, and with what a command ends."""

from pathlib import Path

import pytest

from connectors.history.agreement import OtherPastError
from connectors.history.client import HistoryError
from connectors.history.server.spawn import ServerStartError
from connectors.kafka.cluster import ClusterError
from connectors.log.clock import ClockError
from connectors.log.connection import StorageError
from connectors.people.person import PeopleError, PeopleRefusedError
from connectors.sheets.errors import EmptySheetError
from pipeline.cli import rulesets
from pipeline.home.errors import (
    BusyError,
    ConflictError,
    Kind,
    NotFoundError,
    UnreachableError,
    UsageError,
    kind_of,
)
from pipeline.home.texts import PersonalDataError
from tests.pipeline.program import xuncha

ERRORS = [
    (NotFoundError("no round x"), Kind.NOT_FOUND, 2),
    (UsageError("wrong"), Kind.INVALID, 2),
    (UnreachableError("somebody has the home open"), Kind.UNAVAILABLE, 2),
    (EmptySheetError(Path("a.csv"), "is empty", "fill it in"), Kind.INVALID, 2),
    (ConflictError("somebody was first"), Kind.CONFLICT, 1),
    (BusyError("nobody knows yet"), Kind.BUSY, 1),
    (HistoryError("no history"), Kind.UNAVAILABLE, 2),
    (ServerStartError("it ended"), Kind.UNAVAILABLE, 2),
    (StorageError("the disk is full"), Kind.UNAVAILABLE, 2),
    (ClockError("the clock is ahead"), Kind.UNAVAILABLE, 2),
    (ClusterError("no broker"), Kind.UNAVAILABLE, 2),
    (PeopleError("no store"), Kind.UNAVAILABLE, 2),
    (PeopleRefusedError("the reason names somebody"), Kind.INVALID, 2),
    (NotADirectoryError(20, "Not a directory", "/home/b"), Kind.UNAVAILABLE, 2),
    (OtherPastError("the log ends before its history"), Kind.DAMAGED, 2),
    (LookupError("a fault"), None, 70),
]


@pytest.mark.parametrize(("error", "kind", "status"), ERRORS, ids=lambda v: type(v).__name__)
def test_each_error_has_a_kind_and_each_kind_a_status(tmp_path, monkeypatch, error, kind, status):
    """A page will choose its answer by the kind, as the command line chooses its status."""

    def refused(*_):
        raise error

    monkeypatch.setattr(rulesets, "list_rulesets", refused)
    assert (kind, status) == (kind_of(error), xuncha(tmp_path, "rulesets", "list").status)


def test_a_text_that_tells_of_a_person_is_wrong_input():
    """Errors of services below these are of their kind."""
    assert issubclass(PersonalDataError, UsageError)
