"""The duty table 值班表 of a people store: who is on duty for a unit on which days, and who stands in."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from connectors.people.person import Duty
from connectors.people.sql import SqlPeople
from events.instants import to_micros

_PUT = """
INSERT INTO duty (unit, first_day, last_day, person_id, substitute_id, stored_at)
VALUES (:unit, :first, :last, :person, :substitute, :at)
ON CONFLICT (unit, first_day, last_day, person_id) DO UPDATE SET substitute_id = excluded.substitute_id
"""
_FORGET = "DELETE FROM duty WHERE unit = :unit AND first_day >= :first AND last_day <= :last"
_ON = """
SELECT unit, first_day, last_day, person_id, substitute_id FROM duty
WHERE first_day <= :last AND last_day >= :first ORDER BY unit, first_day, stored_at, person_id
"""


class DutyTable:
    """Who is on duty, by id; the store stays open for as long as this is used.

    It names ids alone, so nobody is read by it. Who is erased leaves it, and who stood in leaves their place blank.
    """

    def __init__(self, store: SqlPeople) -> None:
        self._store = store

    def replace(self, rows: Sequence[Duty]) -> None:
        """Take a table: for the units and the days that it tells of it stands in the place of what was told before."""
        spans: dict[str, tuple[date, date]] = {}
        for row in rows:
            first, last = spans.get(row.unit, (row.first_day, row.last_day))
            spans[row.unit] = min(first, row.first_day), max(last, row.last_day)
        at = to_micros(datetime.now(UTC))
        with self._store.transaction():
            for unit, (first, last) in spans.items():
                self._store.run(_FORGET, {"unit": unit, "first": str(first), "last": str(last)})
            for row in rows:
                values = {
                    "unit": row.unit,
                    "first": str(row.first_day),
                    "last": str(row.last_day),
                    "person": row.person_id,
                    "substitute": row.substitute_id,
                    "at": at,
                }
                self._store.run(_PUT, values)

    def between(self, first: date, last: date) -> list[Duty]:
        """Return who is on duty on any day from the first to the last."""
        with self._store.snapshot():
            rows = self._store.run(_ON, {"first": str(first), "last": str(last)})
        return [
            Duty(u, date.fromisoformat(b), date.fromisoformat(e), person, substitute)
            for u, b, e, person, substitute in rows
        ]
