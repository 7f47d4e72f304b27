"""Whom a matter is told, and why each of them: from who is responsible, who is on duty, and the step of the ladder."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from events.folding import fold_owner
from projections.registry.units import Unit, line_of, units_by_name
from projections.voice.matter import Matter, Roles

Reason = Literal[
    "staff",
    "section",
    "leader_in_charge",
    "main_leader",
    "on_duty",
    "substitute",
    "group",
    "told_before",
    "competent_office",
    "city_office",
]

STAFF = ("staff_1", "staff_2", "responsible", "contact", "chief_editor", "section", "section_head")
"""Roles in the order in which somebody is asked to post; the first two people are told."""

_STAFF_MOST = 2
_OFFICE = ("contact", "staff_1", "staff_2", "section", "section_head", "responsible", "leader_in_charge")
_ROLES: Mapping[Reason, tuple[str, ...]] = {
    "section": ("section", "section_head"),
    "leader_in_charge": ("leader_in_charge",),
    "main_leader": ("main_leader",),
}


class Contact(msgspec.Struct, frozen=True):
    """Somebody who can be told: a person by id, or a group chat of a unit by the name of its channel."""

    id: str
    unit: str
    role: str  # "group" for a chat
    handles: frozenset[str]
    human: str = ""  # the same for one human in several roles of a unit; empty: the id

    @property
    def who(self) -> str:
        return self.human or self.id


class Turn(msgspec.Struct, frozen=True):
    """Who is on duty for a unit on the day, and who stands in."""

    unit: str
    person_id: str
    substitute_id: str = ""


class Directory(msgspec.Struct, frozen=True):
    """Who is who on a day; nothing in it is a name or an address of a person."""

    contacts: tuple[Contact, ...] = ()
    duty: tuple[Turn, ...] = ()
    units: Mapping[str, Unit] = {}  # by code
    responsible: Mapping[str, Roles] = {}  # account to the people whom the registry names for it
    supervisors: Mapping[str, str] = {}  # account to its competent office
    platforms: Mapping[str, str] = {}
    city_office: str = ""  # by name; empty: the one of the tree
    index: dict[str, dict[str, Contact]] = {}  # filled when it is first asked

    def people_of(self, unit: str) -> dict[str, Contact]:
        """Return who stands for a unit by id, whichever way its name is written."""
        if not self.index:
            for contact in self.contacts:
                self.index.setdefault(fold_owner(contact.unit), {})[contact.id] = contact
        return self.index.get(fold_owner(unit), {}) if unit else {}


class Line(msgspec.Struct, frozen=True):
    """A channel as routing sees it, in the order in which they are tried."""

    name: str
    handle: str


class Route(msgspec.Struct, frozen=True):
    """One who is told, and why."""

    to: str  # id of a person, or the channel's name for a group
    channel: str
    unit: str  # as whose
    reason: Reason


class Routing(msgspec.Struct, frozen=True):
    """Who is told; `unreachable` would be, but no channel has a handle of theirs."""

    routes: tuple[Route, ...] = ()
    unreachable: tuple[tuple[str, Reason], ...] = ()


def route(matter: Matter, directory: Directory, lines: Sequence[Line], *, rest: bool = False) -> Routing:
    """Return who is told a matter, and on which channel: the first one that has a handle of theirs.

    `rest`: the day is one of rest, on which whoever is on duty stands for the staff. Nobody is told twice. An emergency
    goes by every channel that reaches somebody.
    """
    found: dict[str, Route] = {}
    unreachable: dict[str, Reason] = {}
    for contact, unit, reason in _wanted(matter, directory, lines, rest=rest):
        names = _channels(contact, lines)
        if not names:
            unreachable.setdefault(contact.id, reason)
            continue
        for name in names if matter.kind == "emergency" else names[:1]:
            found.setdefault(f"{contact.who} {name}", Route(contact.id, name, unit, reason))
    reached = {r.to for r in found.values()}
    return Routing(
        tuple(found.values()), tuple((i, reason) for i, reason in unreachable.items() if i not in reached)
    )


def offices(matter: Matter, directory: Directory) -> list[tuple[str, Reason]]:
    """Return the offices above the owner of an account: the competent one, then the city's; each once."""
    same_name = units_by_name(directory.units).get(matter.owner, ())
    above = line_of(same_name[0].parent, directory.units) if len(same_name) == 1 else []
    competent = directory.supervisors.get(matter.account_id) or next(
        (unit.name for unit in above if unit.kind == "competent_office"), ""
    )
    found: dict[str, Reason] = {}
    if competent and competent != matter.owner:
        found[competent] = "competent_office"
    if (city := city_office(directory)) and city != matter.owner:
        found.setdefault(city, "city_office")
    return list(found.items())


def city_office(directory: Directory) -> str:
    """Return the name of the city office, empty where nobody says which one that is."""
    return directory.city_office or next(
        (unit.name for unit in directory.units.values() if unit.kind == "city_office"), ""
    )


def _wanted(
    matter: Matter, directory: Directory, lines: Sequence[Line], *, rest: bool
) -> list[tuple[Contact, str, Reason]]:
    office = city_office(directory)
    if matter.about_source or matter.kind in ("unreached", "summary"):
        return _of_office(office, "city_office", directory, lines)
    wanted = _of_unit(matter, directory, lines, rest=rest)
    if matter.kind == "emergency" or matter.step == "limit":
        for name, reason in offices(matter, directory):
            wanted += _of_office(name, reason, directory, lines)
    return wanted


def _of_unit(
    matter: Matter, directory: Directory, lines: Sequence[Line], *, rest: bool
) -> list[tuple[Contact, str, Reason]]:
    """Return the people of the owner unit by the step: staff, section, leader in charge, main leader."""
    unit = matter.owner
    people = directory.people_of(unit)
    by_role = _by_role(people, directory.responsible.get(matter.account_id, {}))
    on_duty = _on_duty(unit, directory, people, lines)
    staff = [c for role in STAFF for c in by_role.get(role, ())]
    wanted: list[tuple[Contact, str, Reason]] = [(c, unit, "group") for c in by_role.get("group", ())]
    if not (rest and on_duty):
        wanted += [(c, unit, "staff") for c in _reachable_first(staff, lines)[:_STAFF_MOST]]
    wanted += on_duty
    for reason in _above(matter):
        wanted += [(c, unit, reason) for role in _ROLES[reason] for c in by_role.get(role, ())]
    return wanted


def _by_role(people: Mapping[str, Contact], named: Roles) -> dict[str, list[Contact]]:
    """Return who holds each role: whom the registry names for the account, else who was stored last; all groups."""
    held: dict[str, list[Contact]] = {}
    for contact in people.values():
        held.setdefault(contact.role, []).append(contact)
    return {
        role: contacts if role == "group" else [people.get(named.get(role, ""), contacts[-1])]
        for role, contacts in held.items()
    }


def _above(matter: Matter) -> tuple[Reason, ...]:
    """Return who beyond the staff is told: the leader where the ladder asks for one, the main leader at the limit."""
    if matter.kind == "emergency" or matter.step == "limit":
        return "section", "leader_in_charge", "main_leader"
    if matter.audience == "leader":
        return "section", "leader_in_charge"
    return ("section",) if matter.step == "last" else ()


def _on_duty(
    unit: str, directory: Directory, people: Mapping[str, Contact], lines: Sequence[Line]
) -> list[tuple[Contact, str, Reason]]:
    """Return who is on duty, and the substitute of whoever cannot be reached."""
    wanted: list[tuple[Contact, str, Reason]] = []
    for turn in directory.duty:
        person, substitute = people.get(turn.person_id), people.get(turn.substitute_id)
        if fold_owner(turn.unit) != fold_owner(unit):
            continue
        if person is not None and _channels(person, lines):
            wanted.append((person, unit, "on_duty"))
        elif substitute is not None:
            wanted.append((substitute, unit, "substitute"))
        elif person is not None:
            wanted.append((person, unit, "on_duty"))
    return wanted


def _of_office(
    name: str, reason: Reason, directory: Directory, lines: Sequence[Line]
) -> list[tuple[Contact, str, Reason]]:
    """Return who answers for an office: its group, who is on duty, else two of its people."""
    people = directory.people_of(name)
    on_duty = _on_duty(name, directory, people, lines)
    groups = [c for c in people.values() if c.role == "group"]
    held = _by_role(people, {})
    staff = [c for role in _OFFICE for c in held.get(role, ())]
    chosen = [c for c, _, _ in on_duty] or _reachable_first(staff, lines)[:_STAFF_MOST]
    return [(c, name, reason) for c in (*groups, *chosen)]


def _reachable_first(contacts: Sequence[Contact], lines: Sequence[Line]) -> list[Contact]:
    """Order people: those with a handle first; one human once."""
    once = {c.who: c for c in reversed(contacts)}
    kept = [c for c in contacts if once[c.who] is c]
    return sorted(kept, key=lambda c: not _channels(c, lines))


def _channels(contact: Contact, lines: Sequence[Line]) -> list[str]:
    return [line.name for line in lines if line.handle in contact.handles]
