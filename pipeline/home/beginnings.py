"""What people name by the first letters of its id."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from events.messages import message
from pipeline.home.errors import NotFoundError

T = TypeVar("T")


def named_by(
    things: Iterable[T], text: str, ids_of: Callable[[T], Iterable[UUID | None]], what: str, command: str
) -> T:
    """Return the one thing of which an id begins with `text`; raises `NotFoundError` where none or several do.

    `what` says of what kind they are, `command` is the one that lists them.
    """
    wanted = text.strip().lower()
    found = [thing for thing in things if any(str(i).startswith(wanted) for i in ids_of(thing) if i)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(
            message(
                "no {what} has an id that begins with {text!r}; `{command}` shows them",
                what=what,
                text=text,
                command=command,
            )
        )
    raise NotFoundError(
        message(
            "{found_count} ids begin with {text!r}; write more of the one that you mean; `{command}` shows them",
            found_count=len(found),
            text=text,
            command=command,
        )
    )
