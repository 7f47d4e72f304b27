"""Moving people from one store to another, ids and access log with them: events go on naming the same people."""

from connectors.people.person import KEPT_FIELDS, Caller, PeopleError
from connectors.people.public_reports import FIELDS as REPORT_FIELDS
from connectors.people.sql import SqlPeople
from events.messages import message

_PEOPLE = ("id", "unit", "role", "name", *KEPT_FIELDS, "stored_at")
_ACCESSES = ("at", "by_whom", "action", "reason", "person_id")
_CHANGES = ("intake", "person_id", "existed", *KEPT_FIELDS, "at")
_DUTY = ("unit", "first_day", "last_day", "person_id", "substitute_id", "stored_at")
_PLANS = ("id", "body", "at")
_ANSWERS = ("field", "cell", "answer", "at")
_HEADERS = ("sender", "header", "field", "intake", "at")
_TEXTS = ("id", "fact", "type", "field", "text", "salt", "commitment", "by_whom", "at")
_TEXT_ACCESSES = ("at", "by_whom", "action", "reason", "text_id")


def move_people(source: SqlPeople, target: SqlPeople, caller: Caller) -> int:
    """Move everybody into an empty store, and erase them from the old one; returns how many there are.

    1. Each person is read, which the access log shows, and goes with that log into the target, in one transaction.
    2. Everybody is erased from the source; its access log stays there as well.
    Raises `PeopleError` where the target holds anything, as after a move that was cut off behind its first half.
    """
    with target.transaction():
        if target.run("SELECT 1 FROM people_accesses LIMIT 1", {}):
            raise PeopleError(
                message(
                    "the store to move to is in use; where a move was cut off, compare `xuncha people"
                    " access` of both and take the old file away"
                )
            )
        ids = [person_id for _, _, person_id in source.ids()]
        for person_id in ids:
            source.find(person_id, caller)
        for table, columns, key in (
            ("people", _PEOPLE, "stored_at, id"),
            ("people_accesses", _ACCESSES, "seq"),
            ("people_changes", _CHANGES, "seq"),
            ("duty", _DUTY, "stored_at, unit, first_day"),
            ("intake_plans", _PLANS, "at, id"),
            ("intake_answers", _ANSWERS, "at, field, cell"),
            ("intake_headers", _HEADERS, "at, sender, header, intake"),
            ("texts", _TEXTS, "at, id"),
            ("text_accesses", _TEXT_ACCESSES, "seq"),
            ("public_reports", REPORT_FIELDS, "at, id"),
        ):
            _copy(source, target, table, columns, key)
    for person_id in ids:
        source.erase(person_id, caller)
    return len(ids)


def _copy(source: SqlPeople, target: SqlPeople, table: str, columns: tuple[str, ...], key: str) -> None:
    named, values = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    with source.transaction():
        rows = source.run(f"SELECT {named} FROM {table} ORDER BY {key}", {})  # noqa: S608 (our own names)
    for row in rows:
        statement = f"INSERT INTO {table} ({named}) VALUES ({values})"  # noqa: S608
        target.run(statement, dict(zip(columns, row, strict=True)))
