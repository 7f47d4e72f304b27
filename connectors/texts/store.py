"""Texts that people typed, in the database of the people store: written before their fact, erasable, access logged.

A text is kept for one fact. The same text for the same fact has the same reference, so a file that is handed in again
says what it said; a text for another fact is another one, even if it reads alike, and nobody sees that from the log.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.people.mentions import Names, mention_in
from connectors.people.person import Action, Caller, PeopleRefusedError
from connectors.people.sql import SqlPeople
from events.instants import from_micros, to_micros
from events.messages import message
from events.text_references import ERASED, TextReference, commitment

_AT_A_TIME = 200
_ID_BYTES, _SALT_BYTES = 16, 16
_DRAWN_BYTES = _ID_BYTES + _SALT_BYTES
_OF_FACTS = "SELECT fact, field, text, id, commitment FROM texts WHERE fact IN ({facts}) ORDER BY at, id"
_PUT = """
INSERT INTO texts (id, fact, type, field, text, salt, commitment, by_whom, at)
VALUES (:id, :fact, :type, :field, :text, :salt, :commitment, :by, :at)
"""
_READ = "SELECT id, text FROM texts WHERE id IN ({ids})"
_LIST = "SELECT id, fact, type, field, text, by_whom, at FROM texts ORDER BY at, fact, field, id"
_FACTS = "SELECT DISTINCT fact FROM texts"
_ERASE = "UPDATE texts SET text = '', salt = '' WHERE id = :id AND text <> ''"
_OLDER = "SELECT id FROM texts WHERE type = :type AND at < :before AND text <> '' ORDER BY at, id"
_EXISTS = "SELECT 1 FROM texts WHERE id = :id AND text <> ''"
_NAMES = "SELECT DISTINCT name FROM people WHERE name <> ''"
_NOTE = """
INSERT INTO text_accesses (at, by_whom, action, reason, text_id) VALUES (:at, :by, :action, :reason, :id)
"""
_ACCESSES = """
SELECT at, by_whom, action, reason, text_id FROM text_accesses WHERE :id = '' OR text_id = :id ORDER BY seq
"""


class TextGiven(msgspec.Struct, frozen=True):
    """A text that goes into the store, and the fact that will hold its reference."""

    fact: str  # id
    type: str
    field: str
    text: str
    by: str  # person id or code of a role


class KeptText(msgspec.Struct, frozen=True):
    """A text of the store as a list shows it."""

    id: str
    fact: str
    type: str
    field: str
    text: str | None  # None: erased
    by: str
    at: datetime

    @property
    def shown(self) -> str:
        return self.text or ERASED


class TextAccess(msgspec.Struct, frozen=True):
    """One line of the access log of texts; `text_id` is empty where a command showed many."""

    at: datetime
    by: str
    action: Action
    reason: str
    text_id: str


class TextStore:
    """Texts in an open people store, which stays open for as long as this is used; raises `PeopleError`."""

    def __init__(self, store: SqlPeople) -> None:
        self._store = store

    def keep(self, texts: Sequence[TextGiven]) -> list[TextReference]:
        """Keep texts, all or none, durable on return; gives the reference of each in their order.

        A text that is known of its fact keeps its reference. So does one whose field of the fact holds an erased text:
        what was erased does not come back with the file that told it.
        """
        with self._store.transaction():
            known: dict[tuple[str, str, str], TextReference] = {}
            for fact, field, text, text_id, committed in self._known_of({given.fact for given in texts}):
                known.setdefault((fact, field, text), TextReference(text_id, committed))
            references: list[TextReference] = []
            new: list[dict[str, Any]] = []
            at = _now()
            drawn = secrets.token_hex(
                _DRAWN_BYTES * len(texts)
            )  # at once: each asking of the system takes its time
            for number, given in enumerate(texts):
                key = (given.fact, given.field, given.text)
                reference = known.get(key) or known.get((given.fact, given.field, ""))
                if reference is None:
                    begin = 2 * _DRAWN_BYTES * number
                    reference, row = _row(given, at, drawn[begin : begin + 2 * _DRAWN_BYTES])
                    known[key] = reference
                    new.append(row)
                references.append(reference)
            if new:
                self._store.run_many(_PUT, new)
        return references

    def _known_of(self, facts: set[str]) -> Iterator[tuple[str, str, str, str, str]]:
        for names, values in _in_parts(facts):
            rows = self._store.run(_OF_FACTS.format(facts=names), values)
            yield from ((fact, field, text, i, committed) for fact, field, text, i, committed in rows)

    def read(self, ids: Iterable[str]) -> dict[str, str | None]:
        """Return texts by id, None for an erased one; ids that the store does not have are left out. Not logged."""
        found: dict[str, str | None] = {}
        with self._store.snapshot():
            for names, values in _in_parts(set(ids)):
                found |= {i: text or None for i, text in self._store.run(_READ.format(ids=names), values)}
        return found

    def texts(self) -> list[KeptText]:
        """Return every text, the oldest first; erased ones too. Not logged."""
        with self._store.snapshot():
            rows = self._store.run(_LIST, {})
        return [
            KeptText(i, fact, type_, field, text or None, by, from_micros(at))
            for i, fact, type_, field, text, by, at in rows
        ]

    def older(self, type_: str, before: datetime) -> list[str]:
        """Return the ids of texts of facts of a type that were kept before a moment and stand. Not logged."""
        with self._store.snapshot():
            rows = self._store.run(_OLDER, {"type": type_, "before": to_micros(before)})
        return [str(i) for (i,) in rows]

    def facts(self) -> set[UUID]:
        """Return the ids of the facts that texts were kept for."""
        with self._store.snapshot():
            return {UUID(fact) for (fact,) in self._store.run(_FACTS, {})}

    def note_read(self, caller: Caller) -> None:
        """Log that a command shows texts; raises `PeopleError` where the caller tells of somebody."""
        with self._store.transaction():
            self._require_sayable(caller)
            self._note(caller, Action.READ, "")

    def erase(self, ids: Sequence[str], caller: Caller) -> dict[str, bool]:
        """Erase texts for good, with their salts; tells of each id whether there was one. See `SqlPeople.erase`."""
        with self._store.transaction():
            self._require_sayable(caller)
            erased = {text_id: bool(self._store.run(_EXISTS, {"id": text_id})) for text_id in ids}
            for text_id in (i for i, existed in erased.items() if existed):
                self._store.run(_ERASE, {"id": text_id})
                self._note(caller, Action.ERASED, text_id)
        self._store.wipe_erased()
        return erased

    def accesses(self, text_id: str = "") -> list[TextAccess]:
        """Return the access log, of one text or of all, the oldest first."""
        with self._store.snapshot():
            rows = self._store.run(_ACCESSES, {"id": text_id})
        return [TextAccess(from_micros(at), by, Action(action), why, i) for at, by, action, why, i in rows]

    def _require_sayable(self, caller: Caller) -> None:
        names = Names(str(name) for (name,) in self._store.run(_NAMES, {}))
        if not (caller.by.strip() and caller.reason.strip()):
            raise PeopleRefusedError(message("say who erases texts, and why: the access log keeps both"))
        if mention_in(caller.reason, names) or mention_in(caller.by, names):
            raise PeopleRefusedError(
                message(
                    "who asks, or why, tells of a person; the access log outlives the texts: say it otherwise"
                )
            )

    def _note(self, caller: Caller, action: Action, text_id: str) -> None:
        values = {
            "at": _now(),
            "by": caller.by,
            "action": str(action),
            "reason": caller.reason,
            "id": text_id,
        }
        self._store.run(_NOTE, values)


def _row(given: TextGiven, at: int, drawn: str) -> tuple[TextReference, dict[str, Any]]:
    """Return the reference of a text that is new, and its row; `drawn` are id and salt in hex."""
    text_id, salt = drawn[: 2 * _ID_BYTES], drawn[2 * _ID_BYTES :]
    reference = TextReference(text_id, commitment(salt, given.text))
    return reference, {
        "id": reference.id,
        "fact": given.fact,
        "type": given.type,
        "field": given.field,
        "text": given.text,
        "salt": salt,
        "commitment": reference.commitment,
        "by": given.by,
        "at": at,
    }


def _in_parts(keys: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give keys a few at a time, as names of parameters and their values."""
    ordered = sorted(keys)
    for begin in range(0, len(ordered), _AT_A_TIME):
        values = {f"k{n}": key for n, key in enumerate(ordered[begin : begin + _AT_A_TIME])}
        yield ", ".join(f":{name}" for name in values), values


def _now() -> int:
    return to_micros(datetime.now(UTC))
