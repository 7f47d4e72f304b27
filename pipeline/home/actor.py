"""Who acts: every fact of a person says it (definitions, Actor)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from events.codec import Event, Origin


class Actor(msgspec.Struct, frozen=True):
    """A person id or the code of a role, never the name that somebody signs in with."""

    code: str

    def origin(self, *, intake: str = "", basis: str = "") -> Origin:
        """Return what stands beside a fact of this actor."""
        return Origin(self.code, intake, basis)


OFFICE = Actor("office")
"""Whoever works on the command line: all of its acts count as those of one person."""


def signed(events: Iterable[Event[Any]], actor: Actor) -> list[Event[Any]]:
    """Return facts with who told them beside them; one that says so already stays as it is."""
    return [
        event
        if event.origin.actor
        else replace(event, origin=actor.origin(intake=event.origin.intake, basis=event.origin.basis))
        for event in events
    ]
