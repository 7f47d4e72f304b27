"""A list of accounts that somebody hands in: its people into their store, its facts into the log."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.sheets.readers import read_accounts
from connectors.sheets.rows import AccountRow
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.folder import Home
from pipeline.home.people import names_of, open_people, remember_rows
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.newcomers import settle_newcomers
from pipeline.office.registry_imports import account_events
from pipeline.office.sheet_imports import Imported, ImportSheet
from pipeline.office.units import known_unit_names


class ImportedAccounts(Imported, frozen=True, kw_only=True):
    """What became of a list of accounts."""

    derived_ids: int  # new accounts for which the sheet has no id
    unchanged: int  # rows that tell nothing new
    rows_with_people: int
    people: int  # who were stored
    columns_left_out: tuple[str, ...]  # columns of people whose role or unit is not known


def import_accounts(workspace: Workspace, asked: ImportSheet, actor: Actor) -> ImportedAccounts:
    """Bring the registry to what a sheet lists; raises `SheetError`, and `UsageError` where a text tells of a person.

    People are stored before the facts that name them: cut off between, they are found again under the same ids.
    """
    rows = read_accounts(asked.path)
    home, registry = workspace.home, registry_now(workspace)
    units = known_unit_names(workspace, registry)
    if any(row.people for row in rows):
        unstored = account_events(rows, registry, datetime.now(UTC), units=units).events
        home.texts.refuse_in_facts(unstored, names_of(rows))
    people, left_out = _remembered(home, rows)
    listed = account_events(rows, registry, datetime.now(UTC), people, path=asked.path, units=units)
    taken = append_new(workspace, signed(listed.events, actor))
    settle_newcomers(workspace, actor)
    return ImportedAccounts(
        rows=len(rows),
        taken=taken,
        notes=(*rows.notes, *listed.notes),
        derived_ids=listed.derived_ids,
        unchanged=len(rows) - len({event.subject for event in listed.events}),
        rows_with_people=sum(bool(row.people) for row in rows),
        people=len({person for by_role in people.values() for person in by_role.values()}),
        columns_left_out=tuple(left_out),
    )


def _remembered(home: Home, rows: Sequence[AccountRow]) -> tuple[dict[int, dict[str, str]], list[str]]:
    """Store the people of a list; where there are none, the people store is not opened."""
    if not any(row.people for row in rows):
        return {}, []
    with contextlib.closing(open_people(home)) as store:
        return remember_rows(store, rows)
