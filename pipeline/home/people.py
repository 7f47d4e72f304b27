"""Responsible people: opening their store, and the services that commands and filings use."""

import os
import pwd
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

from connectors.people.mentions import Names
from connectors.people.person import Caller, Person, PersonGiven, Placed
from connectors.people.port import PeopleStore
from connectors.people.sql import SqlPeople
from connectors.people.sqlite import SqlitePeople
from connectors.people.transfer import move_people
from connectors.sheets.roles import people_by_role
from connectors.sheets.rows import AccountRow, PersonRow
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import FILE_NAME as SETTINGS
from pipeline.home.settings import environment_value

FILE_NAME = "people.sqlite"
FILED = "filed 备案登记"
"""Why people are stored and read where a filing, a form or a list of accounts says who they are."""


def open_people(home: Home) -> SqlPeople:
    """Open the people store of a home, for its caller to close: a file in it, or PostgreSQL where settings say so."""
    settings = home.settings.people
    if settings is None:
        return SqlitePeople(home.path / FILE_NAME)
    url = environment_value(settings.url_from)
    if not url:
        raise UsageError(
            message(
                "[people] url_from names {url_from}, which is not set in the environment",
                url_from=settings.url_from,
            )
        )
    from connectors.people.postgres import PostgresPeople  # noqa: PLC0415 (its library is slow to import)

    return PostgresPeople(url)


def names_known(home: Home, more: Iterable[str] = ()) -> Names:
    """Return the names of the people store, to find them in texts, and `more` of people who are to be stored."""
    names = list(more)
    if home.settings.people is not None or (home.path / FILE_NAME).exists():
        with closing(open_people(home)) as store:
            names += store.names()
    return Names(names)


def remember(
    store: PeopleStore, unit: str, people: Mapping[str, PersonGiven], caller: Caller | None = None
) -> dict[str, str]:
    """Store the people of a unit by role; returns their ids by role, which is what events may hold.

    Blank people are left out. The same people again have the same ids.
    """
    placed = [Placed(unit, role, given) for role, given in people.items() if not given.is_blank]
    if not placed:
        return {}
    ids = store.put(placed, caller or called(FILED))
    return {p.role: person_id for p, person_id in zip(placed, ids, strict=True)}


def remember_rows(
    store: PeopleStore, rows: Iterable[AccountRow], caller: Caller | None = None
) -> tuple[dict[int, dict[str, str]], list[str]]:
    """Store the people that a list of accounts tells of, all or none, under the owner unit of each row.

    Returns their ids by row and role, and the headers whose role is not known; rows without an owner unit, and
    columns without a role, are left out.
    """
    placed: list[tuple[int, Placed]] = []
    left_out: dict[str, None] = {}
    for row in rows:
        people, unknown = people_by_role(row.people)
        left_out.update(dict.fromkeys(unknown if row.owner else row.people))
        if row.owner:
            placed.extend((row.row, Placed(row.owner, role, given)) for role, given in people.items())
    ids = store.put([p for _, p in placed], caller or called(FILED)) if placed else []
    by_row: dict[int, dict[str, str]] = {}
    for (number, p), person_id in zip(placed, ids, strict=True):
        by_row.setdefault(number, {})[p.role] = person_id
    return by_row, list(left_out)


def names_of(rows: Iterable[AccountRow]) -> list[str]:
    """Return the names that a list of accounts tells of, before anybody of it is stored."""
    return [given.name for row in rows for given in people_by_role(row.people)[0].values()]


def read_people(store: PeopleStore, ids: Iterable[str], caller: Caller | None = None) -> dict[str, Person]:
    """Read people by id, each reading logged; those that were erased are left out."""
    caller = caller or called(FILED)
    found = {person_id: store.find(person_id, caller) for person_id in dict.fromkeys(ids)}
    return {person_id: person for person_id, person in found.items() if person is not None}


def import_people(store: PeopleStore, rows: Sequence[PersonRow], caller: Caller) -> list[str]:
    """Store the people of a sheet, all or none; returns the id of each row."""
    return store.put([Placed(row.unit, row.role, row.given) for row in rows], caller)


def move_to_postgres(home: Home, caller: Caller) -> int:
    """Move the people of the home's file into the store that its settings name, and take the file away.

    Returns how many there are; raises `UsageError` where there is no file, or settings name no other store.
    """
    path = home.path / FILE_NAME
    if home.settings.people is None:
        raise UsageError(
            message(
                "settings name no store to move to; write [people] url_from into {path}",
                path=home.path / SETTINGS,
            )
        )
    if not path.exists():
        raise UsageError(message("{path} is not there; nobody is to be moved", path=path))
    with closing(SqlitePeople(path)) as source, closing(open_people(home)) as target:
        moved = move_people(source, target, caller)
    path.unlink()
    return moved


def called(reason: str, by: str | None = None) -> Caller:
    """Return who asks and why; who is the user of this machine, unless somebody else is named."""
    return Caller(by or _user(), reason)


def _user() -> str:
    """Return the name of the user that runs this process; its number where the system knows no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
