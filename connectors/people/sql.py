"""Operations of the people store in the SQL that SQLite and PostgreSQL share."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from connectors.databases.migrations import Rows, Schema
from connectors.people.mentions import Names, mention_in
from connectors.people.mobile import mobile_in
from connectors.people.person import (
    HANDLES,
    KEPT_FIELDS,
    Access,
    Action,
    Caller,
    PeopleError,
    PeopleRefusedError,
    Person,
    PersonGiven,
    Placed,
    Reach,
)
from events.fields import field
from events.instants import DAY_US, from_micros, to_micros
from events.messages import message

SCHEMA = Schema("people", message("the people store"), PeopleError)

_KEPT = ", ".join(KEPT_FIELDS)
_KEPT_VALUES = ", ".join(f":{name}" for name in KEPT_FIELDS)
_KEPT_SET = ", ".join(f"{name} = :{name}" for name in KEPT_FIELDS)
_BROUGHT_UP = ", ".join(
    f"{name} = CASE WHEN excluded.{name} = '' THEN people.{name} ELSE excluded.{name} END"
    for name in KEPT_FIELDS
)
_PUT = f"""
INSERT INTO people (id, unit, role, name, {_KEPT}, stored_at)
VALUES (:id, :unit, :role, :name, {_KEPT_VALUES}, :at)
ON CONFLICT (unit, role, name) DO UPDATE SET {_BROUGHT_UP}
RETURNING id
"""  # noqa: S608 (names of our own, here and below)
_BEFORE = f"SELECT {_KEPT} FROM people WHERE unit = :unit AND role = :role AND name = :name"  # noqa: S608
_KEEP_BEFORE = f"""
INSERT INTO people_changes (intake, person_id, existed, {_KEPT}, at)
VALUES (:intake, :id, :existed, {_KEPT_VALUES}, :at)
"""  # noqa: S608
_FORGET_BEFORE = "DELETE FROM people_changes WHERE at < :oldest"
_CHANGES = (
    f"SELECT seq, person_id, existed, {_KEPT} FROM people_changes WHERE intake = :intake ORDER BY seq DESC"  # noqa: S608
)
_NEXT_CHANGE = """
SELECT min(seq) FROM people_changes WHERE person_id = :id AND seq > :seq AND intake <> :intake
"""
_HAND_ON = f"UPDATE people_changes SET existed = :existed, {_KEPT_SET} WHERE seq = :next"  # noqa: S608
_TAKE_OVER = "UPDATE people_changes SET intake = :by WHERE intake = :intake AND person_id = :id"
_RESTORE = f"UPDATE people SET {_KEPT_SET} WHERE id = :id"  # noqa: S608
_FORGET_CHANGES = "DELETE FROM people_changes WHERE intake = :intake"
_ERASE_CHANGES = "DELETE FROM people_changes WHERE person_id = :id"
_PERSON = f"SELECT id, unit, role, name, {_KEPT} FROM people"  # noqa: S608
_FIND = f"{_PERSON} WHERE id = :id"
_LIST = f"{_PERSON} WHERE unit = :unit ORDER BY stored_at, role, id"
_EVERYBODY = f"{_PERSON} ORDER BY stored_at, role, id"
_IDS = "SELECT unit, role, id FROM people ORDER BY unit, stored_at, role, id"
_NAMES = "SELECT DISTINCT name FROM people WHERE name <> ''"
_ERASE = "DELETE FROM people WHERE id = :id"
_ERASE_DUTY = "DELETE FROM duty WHERE person_id = :id"
_ERASE_SUBSTITUTE = "UPDATE duty SET substitute_id = '' WHERE substitute_id = :id"
_NOTE = """
INSERT INTO people_accesses (at, by_whom, action, reason, person_id)
VALUES (:at, :by, :action, :reason, :id)
"""
_UNWIPED = """
SELECT by_whom, reason, person_id FROM people_accesses e
WHERE action = 'erased' AND NOT EXISTS (
    SELECT 1 FROM people_accesses w WHERE w.action = 'wiped' AND w.person_id = e.person_id AND w.seq > e.seq
)
ORDER BY seq
"""
_UNWIPED_TEXTS = """
SELECT by_whom, reason, text_id FROM text_accesses e
WHERE action = 'erased' AND NOT EXISTS (
    SELECT 1 FROM text_accesses w WHERE w.action = 'wiped' AND w.text_id = e.text_id AND w.seq > e.seq
)
ORDER BY seq
"""
_WIPED_TEXT = """
INSERT INTO text_accesses (at, by_whom, action, reason, text_id) VALUES (:at, :by, 'wiped', :reason, :id)
"""
_ACCESSES = """
SELECT at, by_whom, action, reason, person_id FROM people_accesses
WHERE :id = '' OR person_id = :id ORDER BY seq
"""
_REASON_NAMES_PERSON = message(
    "the reason names the person or the number of somebody; the access log outlives both: say it otherwise"
)
_CALLER_IS_PERSON = message(
    "who asks is the person that is asked for or another one of the store, by name or"
    " number; the access log outlives both: give an office and role instead ({by})",
    by=field("by"),
)


_BEFORE_KEPT_US = 90 * DAY_US
"""How long it is known what an intake replaced (definitions, Identity, undo, state)."""


class SqlPeople:
    """The operations of `PeopleStore`; an implementation says how a statement runs, and what wipes freed bytes."""

    def __init__(self) -> None:
        self._sayable: set[Caller] = set()  # looked at beside everybody who was stored then
        self._hindered = False  # by whoever reads the store; not tried again on this connection

    def expect_many_texts(self) -> None:
        """Make ready for many texts, whose ids and facts lie all over their indexes, at the price of memory."""

    def put(self, people: Sequence[Placed], caller: Caller, intake: str = "") -> list[str]:
        """See `PeopleStore`."""
        with self.transaction():
            self._require_sayable(caller)
            self._sayable.clear()
            return [self._put(placed, caller, intake) for placed in people]

    def restore(self, intake: str, caller: Caller) -> int:
        """See `PeopleStore`."""
        with self.transaction():
            self._require_sayable(caller)
            restored: dict[str, None] = {}
            for seq, person_id, existed, *kept in self.run(_CHANGES, {"intake": intake}):
                before = dict(zip(KEPT_FIELDS, kept, strict=True))
                ((following,),) = self.run(_NEXT_CHANGE, {"id": person_id, "seq": seq, "intake": intake})
                if following is not None:  # what that one replaced is now what stood before this one
                    self.run(_HAND_ON, {**before, "existed": existed, "next": following})
                    continue
                if existed:
                    self.run(_RESTORE, {**before, "id": person_id})
                else:
                    self._remove(person_id)
                restored[person_id] = None
            self.run(_FORGET_CHANGES, {"intake": intake})
            self._note(caller, Action.RESTORED, restored, [])
        return len(restored)

    def take_over(self, intake: str, by: str, ids: Sequence[str], caller: Caller) -> int:
        """See `PeopleStore`."""
        with self.transaction():
            for person_id in ids:
                self.run(_TAKE_OVER, {"intake": intake, "by": by, "id": person_id})
        return self.restore(intake, caller)

    def find(self, person_id: str, caller: Caller) -> Person | None:
        """See `PeopleStore`."""
        with self.transaction():
            self._require_sayable(caller)
            found = [Person(*row) for row in self.run(_FIND, {"id": person_id})]
            self._note(caller, Action.READ, [person_id], found)
        return found[0] if found else None

    def list_unit(self, unit: str, caller: Caller) -> list[Person]:
        """See `PeopleStore`."""
        with self.transaction():
            self._require_sayable(caller)
            found = [Person(*row) for row in self.run(_LIST, {"unit": unit})]
            self._note(caller, Action.READ, [person.id for person in found], found)
        return found

    def note(self, person_id: str, action: Action, caller: Caller) -> None:
        """See `PeopleStore`."""
        with self.transaction():
            self._require_sayable(caller)
            self._note(caller, action, [person_id], [])

    def note_paper(self, sha256: str, caller: Caller) -> None:
        """Log that a paper with people in it was read, under the first letters of its hash; raises `PeopleError`."""
        with self.transaction():
            self._require_sayable(caller)
            self._note(caller, Action.READ, [f"paper:{sha256[:12]}"], [])

    def ids(self) -> list[tuple[str, str, str]]:
        """See `PeopleStore`."""
        with self.snapshot():
            return [(unit, role, person_id) for unit, role, person_id in self.run(_IDS, {})]

    def names(self) -> list[str]:
        """See `PeopleStore`."""
        with self.snapshot():
            return [str(name) for (name,) in self.run(_NAMES, {})]

    def given(self, person_id: str) -> PersonGiven | None:
        """See `PeopleStore`."""
        with self.snapshot():
            found = [Person(*row) for row in self.run(_FIND, {"id": person_id})]
        if not found:
            return None
        return PersonGiven(*(getattr(found[0], name) for name in PersonGiven.__struct_fields__))

    def ids_by_name(self, caller: Caller) -> dict[tuple[str, str], str]:
        """Return ids by unit and name, to find in a duty table whom it names; of one name the first role counts.

        Nobody is shown; a caller whose name or reason tells of a person is refused.
        """
        with self.snapshot():
            self._require_sayable(caller)
            people = [Person(*row) for row in self.run(_EVERYBODY, {})]
        return {(p.unit, p.name): p.id for p in reversed(people)}

    def reaches(self) -> list[Reach]:
        """See `PeopleStore`."""
        with self.snapshot():
            people = [Person(*row) for row in self.run(_EVERYBODY, {})]
        humans: dict[tuple[str, str], str] = {}
        return [
            Reach(
                p.id,
                p.unit,
                p.role,
                _handles(p),
                humans.setdefault((p.unit, p.name), p.id) if p.name else p.id,
            )
            for p in people
        ]

    def erase(self, person_id: str, caller: Caller) -> bool:
        """See `PeopleStore`.

        1. The person goes and the erasure is logged, in one transaction.
        2. The freed bytes are wiped, and that is logged. Where somebody reads the store that waits: `unwiped` says so,
           and the next opening of the store wipes.
        """
        with self.transaction():
            self._require_sayable(caller)
            found = [Person(*row) for row in self.run(_FIND, {"id": person_id})]
            if found:
                self._note(caller, Action.ERASED, [person_id], found)
                self._remove(person_id)
                self.run(_ERASE_CHANGES, {"id": person_id})
        self.wipe_erased()
        return bool(found)

    def wipe_erased(self) -> None:
        """Wipe what was erased and is not logged as wiped; a store does so when it opens, too.

        Gives up soon where somebody reads the store: wiping needs it alone, and everybody would queue behind it.
        """
        with self.snapshot():
            waiting = [(Caller(by, reason), person_id) for by, reason, person_id in self.run(_UNWIPED, {})]
            texts = self.run(_UNWIPED_TEXTS, {})
        if not (waiting or texts) or self._hindered:
            return
        self._hindered = not self._wipe()
        if self._hindered:
            return
        with self.transaction():
            for caller, person_id in waiting:
                self._note(caller, Action.WIPED, [person_id], [])
            at = to_micros(datetime.now(UTC))
            for by, reason, text_id in texts:
                self.run(_WIPED_TEXT, {"at": at, "by": by, "reason": reason, "id": text_id})

    def unwiped_texts(self) -> list[str]:
        """Return the ids of texts that are erased while their bytes still lie in files; see `unwiped`."""
        with self.snapshot():
            return [str(text_id) for _, _, text_id in self.run(_UNWIPED_TEXTS, {})]

    def unwiped(self) -> list[str]:
        """See `PeopleStore`."""
        with self.snapshot():
            return [str(person_id) for _, _, person_id in self.run(_UNWIPED, {})]

    def accesses(self, person_id: str | None = None) -> list[Access]:
        """See `PeopleStore`."""
        with self.snapshot():
            rows = self.run(_ACCESSES, {"id": person_id or ""})
        return [
            Access(from_micros(at), by, Action(action), reason, who) for at, by, action, reason, who in rows
        ]

    def _put(self, placed: Placed, caller: Caller, intake: str) -> str:
        if not (placed.unit and placed.role) or placed.given.is_blank:
            raise PeopleRefusedError(message("a person needs a unit, a role, and a name or a phone number"))
        given, new_id = placed.given, str(uuid4())
        values = {
            "id": new_id,
            "unit": placed.unit,
            "role": placed.role,
            "name": given.name,
            **{name: getattr(given, name) for name in KEPT_FIELDS},
            "at": to_micros(datetime.now(UTC)),
        }
        before = self.run(_BEFORE, {"unit": placed.unit, "role": placed.role, "name": given.name})
        person_id = str(self.run(_PUT, values)[0][0])
        if intake:
            self._keep_before(person_id, before, placed, intake)
        action = Action.STORED if person_id == new_id else Action.CHANGED
        known = [Person(person_id, placed.unit, placed.role, given.name, given.post, given.phone)]
        self._note(caller, action, [person_id], known)
        return person_id

    def _keep_before(self, person_id: str, before: Rows, placed: Placed, intake: str) -> None:
        """Keep what an intake replaces; nothing where it says what is known."""
        at = to_micros(datetime.now(UTC))
        self.run(_FORGET_BEFORE, {"oldest": at - _BEFORE_KEPT_US})
        kept = before[0] if before else ("",) * len(KEPT_FIELDS)
        values = dict(zip(KEPT_FIELDS, kept, strict=True))
        given = placed.given
        if before and all(getattr(given, name) in ("", value) for name, value in values.items()):
            return
        values |= {"intake": intake, "id": person_id, "existed": len(before), "at": at}
        self.run(_KEEP_BEFORE, values)

    def _remove(self, person_id: str) -> None:
        """Take a person out, and off the duty table."""
        for statement in (_ERASE, _ERASE_DUTY, _ERASE_SUBSTITUTE):
            self.run(statement, {"id": person_id})

    def _require_sayable(self, caller: Caller) -> None:
        """Refuse a caller whose name or reason tells of anybody; raises `PeopleError`."""
        if caller in self._sayable:
            return
        names = Names(str(name) for (name,) in self.run(_NAMES, {}))
        if mention_in(caller.reason, names):
            raise PeopleRefusedError(_REASON_NAMES_PERSON)
        if mention_in(caller.by, names):
            raise PeopleRefusedError(_CALLER_IS_PERSON)
        self._sayable.add(caller)

    def _note(self, caller: Caller, action: Action, ids: Iterable[str], people: Iterable[Person]) -> None:
        """Log an access; raises `PeopleError` where who or why is blank, or tells what must not be logged."""
        if not (caller.by.strip() and caller.reason.strip()):
            raise PeopleRefusedError(message("say who asks for people, and why: the access log keeps both"))
        personal = {text for person in people for text in (person.name, person.phone) if text}
        if any(text in caller.reason for text in personal):
            raise PeopleRefusedError(_REASON_NAMES_PERSON)
        if any(text in caller.by for text in personal):
            raise PeopleRefusedError(_CALLER_IS_PERSON)
        at = to_micros(datetime.now(UTC))
        for person_id in ids:
            values = {
                "at": at,
                "by": caller.by,
                "action": str(action),
                "reason": caller.reason,
                "id": person_id,
            }
            self.run(_NOTE, values)

    def close(self) -> None:
        """See `PeopleStore`."""
        raise NotImplementedError

    def run(self, statement: str, values: Mapping[str, Any]) -> Rows:
        """Run a statement with values by name, written `:name`, inside a transaction."""
        raise NotImplementedError

    def run_many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that answers nothing for each of some rows, inside a transaction."""
        raise NotImplementedError

    def transaction(self) -> AbstractContextManager[Any]:
        """Hold a transaction: commit at the end, roll back on any exception."""
        raise NotImplementedError

    def snapshot(self) -> AbstractContextManager[Any]:
        """Hold a transaction that writes nothing, and waits for nobody who reads as well."""
        raise NotImplementedError

    def _wipe(self) -> bool:
        """Take what was erased out of the files; False where somebody who reads them stands in the way."""
        raise NotImplementedError


def _handles(person: Person) -> frozenset[str]:
    handles = {name for name in HANDLES if getattr(person, name)}
    return frozenset(handles | {"mobile"} if mobile_in(person.phone) else handles)
