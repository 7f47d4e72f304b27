"""Responsible people: stored, read and erased, each access logged; the log of facts knows their ids alone."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.people.person import HANDLES, Person, PersonGiven
from connectors.people.port import PeopleStore
from connectors.people.roles import TITLES, role_title
from connectors.sheets.notes import Note
from connectors.sheets.people_sheet import read_people_sheet
from connectors.sheets.roles import role_of
from events.fields import field
from events.folding import fold_owner
from events.messages import message
from pipeline.home.erasing import Erasure
from pipeline.home.erasing import erase_people as erase_of
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people, remember
from pipeline.home.people import import_people as store_rows

ROLES = tuple(TITLES.values())
"""What people call the roles in which somebody is responsible."""


class AddPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a role of a unit."""

    unit: str
    role: str  # by code or title
    name: str
    post: str = ""
    phone: str = ""
    wecom: str = ""
    dingtalk: str = ""
    feishu: str = ""
    mail: str = ""


class PeopleImported(msgspec.Struct, frozen=True):
    """What became of a sheet of people."""

    rows: int
    people: list[str]  # the id of each row
    notes: tuple[Note, ...]


class PersonCard(msgspec.Struct, frozen=True):
    """A person as people read it."""

    unit: str
    role: str  # its title
    name: str
    post: str
    phone: str
    person_id: str
    wecom: str = ""
    dingtalk: str = ""
    feishu: str = ""
    mail: str = ""


class Nameless(msgspec.Struct, frozen=True):
    """Who is in the store, without names, and whose bytes still lie in files after they were erased."""

    rows: list[dict[str, str]]  # unit, role, person_id
    unwiped: list[str]


class Contact(msgspec.Struct, frozen=True):
    """Somebody who answers for an account, without a name."""

    role: str  # its title
    person_id: str


class Access(msgspec.Struct, frozen=True):
    """A line of the access log; it holds no names."""

    at: datetime
    by: str
    action: str
    reason: str
    person_id: str


def add_person(home: Home, asked: AddPerson, by: str | None) -> str:
    """Store a person; returns the id. Raises `UsageError` for an unknown role or no name, and `PeopleError`."""
    role = role_of(asked.role)
    if role is None:
        raise UsageError(
            message(
                "{role} {asked_role!r} is no role; write one of {roles}",
                role=field("role"),
                asked_role=asked.role,
                roles="、".join(ROLES),
            )
        )
    given = PersonGiven(**{name: getattr(asked, name).strip() for name in PersonGiven.__struct_fields__})
    with _store(home) as store:
        ids = remember(store, asked.unit.strip(), {role: given}, called("people add", by))
    if not ids:
        raise UsageError(message("{name} is empty; a person needs a name", name=field("name")))
    return ids[role]


def import_people(home: Home, path: Path, by: str | None) -> PeopleImported:
    """Store the people of a sheet, all or none; raises `SheetError` and `PeopleError`."""
    rows = read_people_sheet(path)
    with _store(home) as store:
        return PeopleImported(len(rows), store_rows(store, rows, called("people import", by)), rows.notes)


def find_person(home: Home, person_id: str, why: str, by: str | None) -> PersonCard | None:
    """Read a person, None where nobody has that id (any more); the reading is logged."""
    with _store(home) as store:
        person = store.find(person_id, called(why, by))
    return None if person is None else _in_full(person)


def list_unit(home: Home, unit: str, why: str, by: str | None) -> list[PersonCard]:
    """Read the people of a unit; each is a reading of its own in the access log."""
    with _store(home) as store:
        return [_in_full(person) for person in store.list_unit(unit, called(why, by))]


def list_nameless(home: Home) -> Nameless:
    """Return unit, role and id of everybody: no reading of a person, and not logged."""
    with _store(home) as store:
        rows = [{"unit": u, "role": role_title(r), "person_id": i} for u, r, i in store.ids()]
        return Nameless(rows, store.unwiped())


def list_contacts(home: Home, owner: str, people: Mapping[str, str]) -> list[Contact]:
    """Return who answers for an account of an owner, by role, with those named for it; nobody's name is read."""
    found = {Contact(role_title(role), person_id) for role, person_id in people.items()}
    with _store(home) as store:
        mine = [(role, i) for unit, role, i in store.ids() if fold_owner(unit) == fold_owner(owner)]
    found |= {Contact(role_title(role), person_id) for role, person_id in mine}
    return sorted(found, key=lambda one: (one.role, one.person_id))


def erase_people(home: Home, person_ids: list[str], reason: str, by: str | None) -> Erasure:
    """Erase people for good, and the dead letters that hold them; raises `PeopleError`."""
    with _store(home) as store:
        return erase_of(home, store, person_ids, called(reason, by))


def list_accesses(home: Home, person_id: str | None) -> list[Access]:
    """Return who stored, read or erased whom, when and why; of one person, or of all."""
    with _store(home) as store:
        return [Access(a.at, a.by, a.action, a.reason, a.person_id) for a in store.accesses(person_id)]


@contextlib.contextmanager
def _store(home: Home) -> Iterator[PeopleStore]:
    with contextlib.closing(open_people(home)) as store:
        yield store


def _in_full(person: Person) -> PersonCard:
    return PersonCard(
        unit=person.unit,
        role=role_title(person.role),
        name=person.name,
        post=person.post,
        phone=person.phone,
        person_id=person.id,
        **{name: getattr(person, name) for name in HANDLES},
    )
