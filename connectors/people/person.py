"""Values of the people store: who is responsible for what, and who read or erased it."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from events.fields import FieldsError


class PeopleError(FieldsError):
    """The store cannot be used, or refuses what it was asked; says what to do."""


class PeopleRefusedError(PeopleError):
    """The store refuses what was handed in: it tells of somebody, or lacks what every entry has."""


class PersonGiven(msgspec.Struct, frozen=True):
    """What is handed in about a person; blank: not told."""

    name: str
    post: str = ""  # 职务
    phone: str = ""
    wecom: str = ""  # userid
    dingtalk: str = ""  # userid
    feishu: str = ""  # open_id or user_id
    mail: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.phone)


KEPT_FIELDS = tuple(name for name in PersonGiven.__struct_fields__ if name != "name")
"""What is brought up to date where a person is handed in again."""

HANDLES = ("wecom", "dingtalk", "feishu", "mail")
"""Names under which channels know people, beside the mobile number."""


class Placed(msgspec.Struct, frozen=True):
    """A person in a role of a unit."""

    unit: str
    role: str
    given: PersonGiven


class Person(msgspec.Struct, frozen=True):
    """A person of the store; the id is drawn by chance, so nobody finds it from a name."""

    id: str
    unit: str
    role: str
    name: str
    post: str
    phone: str
    wecom: str = ""
    dingtalk: str = ""
    feishu: str = ""
    mail: str = ""


class Reach(msgspec.Struct, frozen=True):
    """How a person can be reached, without name, number or handle."""

    person_id: str
    unit: str
    role: str
    handles: frozenset[str]  # of HANDLES, and mobile
    human: str  # id of the first person of this name in the unit: one human in several roles


class Duty(msgspec.Struct, frozen=True):
    """Somebody is on duty for a unit from the first to the last of some days."""

    unit: str
    first_day: date
    last_day: date
    person_id: str
    substitute_id: str = ""  # empty: nobody stands in


class Action(StrEnum):
    """What somebody did with the data of a person."""

    STORED = "stored"
    CHANGED = "changed"
    READ = "read"
    ASKED = "asked"  # that somebody else erases it
    KEPT = "kept"  # what was asked for is not done
    ERASED = "erased"
    RESTORED = "restored"  # to what was before an intake that was undone
    WIPED = "wiped"  # after an erasure: its bytes are gone from the files of the store


class Access(msgspec.Struct, frozen=True):
    """One line of the access log; outlives the erasure, so neither who nor why may tell the person it is about."""

    at: datetime
    by: str
    action: Action
    reason: str
    person_id: str


class Caller(msgspec.Struct, frozen=True):
    """Who asks the store, and why: goes into the access log."""

    by: str
    reason: str
