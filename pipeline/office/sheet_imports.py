"""A sheet that somebody hands in: what is asked of its import, and what became of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from connectors.sheets.notes import Note, Rows
from events.codec import Event
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import Appended, append_new
from pipeline.home.workspace import Workspace


class ImportSheet(msgspec.Struct, frozen=True):
    """A sheet to be taken in, all of it or none."""

    path: Path


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a sheet."""

    rows: int
    taken: Appended
    notes: tuple[Note, ...] = ()  # what its reader left out, and what a person may not have seen

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by the names that every import prints."""
        return {"rows": self.rows, **self.taken.counts}


def take_rows(workspace: Workspace, rows: Rows[Any], events: Sequence[Event[Any]], actor: Actor) -> Imported:
    """Append what is new of the facts that the rows of a sheet tell."""
    taken = append_new(workspace, signed(events, actor))
    return Imported(rows=len(rows), taken=taken, notes=rows.notes)
