"""Who acts: every fact of a person says it (definitions, Actor)."""

import msgspec

from events.codec import Origin


class Actor(msgspec.Struct, frozen=True):
    """A person id or the code of a role, never the name that somebody signs in with."""

    code: str

    def origin(self, *, intake: str = "", basis: str = "") -> Origin:
        """Return what stands beside a fact of this actor."""
        return Origin(self.code, intake, basis)


OFFICE = Actor("office")
"""Whoever works on the command line: all of its acts count as those of one person."""
