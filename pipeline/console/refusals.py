"""Forms that a service refuses: what it says, for the form that is shown again, with the status of the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from pipeline.console.problems import said_by, status_of
from pipeline.home.errors import Kind, kind_of

_OF_THE_FORM = frozenset({Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT})


class Refusal:
    """Why a form was refused; empty while nothing went wrong."""

    def __init__(self) -> None:
        self.said = ""
        self.status = HTTPStatus.OK

    def __bool__(self) -> bool:
        return bool(self.said)

    def refuse(self, reason: str) -> None:
        """Refuse by what the page itself finds wrong."""
        self.said, self.status = reason, HTTPStatus.UNPROCESSABLE_ENTITY


@contextmanager
def refusing(*, but: Kind | None = None) -> Iterator[Refusal]:
    """Catch what a service says of a form; where the refusal is true behind the block, the form is shown again.

    A fault of the program, and a home that is busy or damaged, go on to the page of problems; so does an error of the
    kind `but`, as what is not there where a form tells nobody what is.
    """
    refusal = Refusal()
    try:
        yield refusal
    except Exception as e:
        kind = kind_of(e)
        if kind not in _OF_THE_FORM or kind is but:
            raise
        refusal.said = said_by(e) or "没有办成。"
        refusal.status = status_of(kind) if kind is Kind.CONFLICT else HTTPStatus.UNPROCESSABLE_ENTITY
