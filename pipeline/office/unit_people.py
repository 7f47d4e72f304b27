"""The people of a unit for pages: who is there by role, one of them shown for a reason, and erasing by two persons."""

from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime
from uuid import UUID

import msgspec

from connectors.people.person import Access as Logged
from connectors.people.person import Action
from connectors.people.roles import TITLES, role_title
from events.fields import field
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.erasing import Erasure
from pipeline.home.erasing import erase_people as erase_of
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.people import FILED, called, open_people
from pipeline.home.workspace import Workspace
from pipeline.office.people import Access, PersonCard, find_person
from pipeline.office.two_persons import marks, require_two

ROLE_TITLES = tuple(TITLES.values())
ACTIONS = {
    Action.STORED: "登记",
    Action.CHANGED: "更新",
    Action.READ: "查阅",
    Action.ASKED: "提请删除",
    Action.KEPT: "不予删除",
    Action.ERASED: "删除",
    Action.RESTORED: "恢复",
    Action.WIPED: "清除存储",
}
"""What was done with the data of somebody, for people."""


_OF_COMMANDS = {
    "people import": "导入人员名册",
    "people add": "登记人员",
    "people duty import": "导入值班表",
    FILED: "备案登记",
}
"""Why commands stored or read people, in Chinese alone."""


class AskedErasure(msgspec.Struct, frozen=True):
    """That somebody is to be erased."""

    by: str
    at: datetime
    reason: str


class Place(msgspec.Struct, frozen=True):
    """Somebody in a role of a unit, without name and number."""

    person_id: str
    role: str  # title
    can_be_called: bool
    channels: int  # under how many names of channels they are known
    asked: AskedErasure | None = None


def people_of_unit(home: Home, unit: str) -> list[Place]:
    """Return who is stored for a unit, by role: nobody is read by it."""
    with closing(open_people(home)) as store:
        reaches = [reach for reach in store.reaches() if reach.unit == unit]
        asked = {reach.person_id: _asked(store.accesses(reach.person_id)) for reach in reaches}
    order = {title: n for n, title in enumerate(ROLE_TITLES)}
    places = [
        Place(
            person_id=reach.person_id,
            role=role_title(reach.role),
            can_be_called="mobile" in reach.handles,
            channels=len(reach.handles - {"mobile"}),
            asked=asked[reach.person_id],
        )
        for reach in reaches
    ]
    return sorted(places, key=lambda place: order.get(place.role, len(order)))


def show_person(home: Home, unit: str, person_id: str, reason: str, actor: Actor) -> PersonCard:
    """Read one person of a unit for a reason, which the access log keeps.

    Raises `UsageError` without a reason, `NotFoundError` for somebody of another unit or nobody.
    """
    if not reason.strip():
        raise UsageError(message("{reason} is empty; say why the number is needed", reason=field("reason")))
    _require_there(home, unit, person_id)
    person = find_person(home, person_id, reason.strip(), actor.code)
    if person is None:
        raise NotFoundError(message("nobody has this id any more"))
    return person


def accesses_of(home: Home, people: Collection[str], most: int) -> list[Access]:
    """Return what was done with the data of some people, the newest first; it holds no names."""
    with closing(open_people(home)) as store:
        found = [a for a in store.accesses() if a.person_id in people]
    views = [
        Access(a.at, a.by, ACTIONS[a.action], _OF_COMMANDS.get(a.reason, a.reason), a.person_id)
        for a in found
    ]
    return views[::-1][:most]


def ask_to_erase(home: Home, unit: str, person_id: str, reason: str, actor: Actor) -> None:
    """Ask that somebody else erases a person of a unit; raises as `show_person`, and where it was asked already."""
    if not reason.strip():
        raise UsageError(message("{reason} is empty; say why somebody is erased", reason=field("reason")))
    _require_there(home, unit, person_id)
    with closing(open_people(home)) as store:
        if _asked(store.accesses(person_id)) is not None:
            raise ConflictError(message("it was asked for already; another person agrees or keeps them"))
        store.note(person_id, Action.ASKED, called(reason.strip(), actor.code))


def keep_person(home: Home, unit: str, person_id: str, reason: str, actor: Actor) -> None:
    """Decide that somebody is not erased; raises as `show_person`."""
    if not reason.strip():
        raise UsageError(message("{reason} is empty; say why somebody is kept", reason=field("reason")))
    _require_there(home, unit, person_id)
    with closing(open_people(home)) as store:
        store.note(person_id, Action.KEPT, called(reason.strip(), actor.code))


def agree_to_erase(workspace: Workspace, unit: str, person_id: str, actor: Actor) -> Erasure:
    """Erase a person of a unit for good, as another person asked; raises `UsageError` where nobody else did.

    Where one person does both, for the office switched the rule off, the log says so right before.
    """
    home = workspace.home
    _require_there(home, unit, person_id)
    with closing(open_people(home)) as store:
        asked = _asked(store.accesses(person_id))
        alone = require_two(workspace, "erase", [asked.by] if asked is not None else [], actor)
        if alone:
            workspace.log.append(marks("erase", UUID(person_id), actor, alone=True))
        reason = asked.reason if asked is not None else message("erased by one person")
        return erase_of(home, store, [person_id], called(reason, actor.code))


def _require_there(home: Home, unit: str, person_id: str) -> None:
    """Refuse somebody of another unit, and nobody, alike; raises `NotFoundError`."""
    with closing(open_people(home)) as store:
        if not any(there == unit and one == person_id for there, _, one in store.ids()):
            raise NotFoundError(message("nobody has this id any more"))


def _asked(accesses: Iterable[Logged]) -> AskedErasure | None:
    """Return the request to erase that nobody decided on."""
    asked = None
    for access in accesses:
        if access.action == Action.ASKED:
            asked = AskedErasure(access.by, access.at, access.reason)
        elif access.action in (Action.KEPT, Action.ERASED):
            asked = None
    return asked
