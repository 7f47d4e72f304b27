"""Which suggestion a person means by the beginning of its id, whether of accounts or of websites."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from events.closeness import nearest
from events.messages import message
from pipeline.home.errors import ConflictError, NotFoundError


class Suggested(Protocol):
    """What every suggestion has."""

    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...  # open, confirmed, dismissed
    @property
    def reason(self) -> str: ...


Suggestion = TypeVar("Suggestion", bound=Suggested)


def meant_suggestion(known: Sequence[Suggestion], text: str, outcome: str, listed_by: str) -> Suggestion:
    """Return the one suggestion whose id begins so; one that has the `outcome` already is returned, too.

    `listed_by` is the command that shows them. Raises `NotFoundError`; `ConflictError` for one that ended otherwise.
    """
    found = [one for one in known if str(one.id).startswith(text.lower())]
    if len(found) != 1 or not text:
        raise NotFoundError(
            message(
                "{text!r} begins the id of {count} suggestions{nearest}; `{command}` shows them",
                text=text,
                count=len(found),
                nearest=nearest(text, [str(one.id) for one in known]),
                command=listed_by,
            )
        )
    (one,) = found
    if one.state in ("open", outcome):
        return one
    if one.state == "confirmed":
        raise ConflictError(message("somebody has confirmed the suggestion"))
    raise ConflictError(message("somebody has dismissed the suggestion: {reason}", reason=one.reason))
