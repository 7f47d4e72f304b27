"""Entries of a lexicon of wording: what is wrong, what is right instead, and how near a text has to come.

Nothing here is ever shown: an entry has an opaque id, and an error names the entry by its place in the file.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from events.fields import FieldsError
from events.finding import Severity
from events.wording import Kind

LONGEST = 40
"""Characters of a form; a longer one is a sentence, and no word."""

Match = Literal["exact", "near"]

SEVERITIES: Mapping[str, Severity] = {"red-1": "red", "yellow-5": "yellow"}
"""How a file says which line a hit would break: 红线1 for a grave error, 黄线5 for another."""


class Entry(msgspec.Struct, frozen=True):
    """One entry; its texts are the office's secret."""

    id: str  # opaque: Latin letters, digits, - and _
    kind: Kind
    severity: Severity  # suggested: who confirms decides
    match: Match
    wrong: tuple[str, ...]  # empty: whatever comes near the right form, and is not it
    right: str = ""
    exceptions: tuple[str, ...] = ()  # longer texts in which the wrong form is right

    def __repr__(self) -> str:
        """Show the id alone: a representation ends up in logs."""
        return f"Entry({self.id!r})"


class Lexicon(msgspec.Struct, frozen=True):
    """Every entry of a file, in its order."""

    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"Lexicon({len(self.entries)} entries)"


class LexiconError(FieldsError):
    """A lexicon that cannot be used; says which file, which entries and why, and repeats nothing of them."""
