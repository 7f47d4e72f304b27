"""What intakes remember beside the log: plans that wait for a yes, answers about cells, and what headers mean.

All of it may tell of people, so they lie in the people store (definitions, Stores).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.people.sql import SqlPeople
from events.instants import DAY_US, to_micros

_KEPT_US = 30 * DAY_US
_PUT_PLAN = """
INSERT INTO intake_plans (id, body, at) VALUES (:id, :body, :at)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, at = excluded.at
"""
_PLAN = "SELECT body FROM intake_plans WHERE id = :id"
_PLANS = "SELECT id, body FROM intake_plans ORDER BY at, id"
_STAMP = "SELECT count(*), coalesce(max(at), 0) FROM intake_plans"
_FORGET_PLANS = "DELETE FROM intake_plans WHERE at < :oldest"
_DROP_PLAN = "DELETE FROM intake_plans WHERE id = :id"
_PUT_ANSWER = """
INSERT INTO intake_answers (field, cell, answer, at) VALUES (:field, :cell, :answer, :at)
ON CONFLICT (field, cell) DO UPDATE SET answer = excluded.answer, at = excluded.at
"""
_ANSWERS = "SELECT field, cell, answer FROM intake_answers ORDER BY field, cell"
_PUT_HEADER = """
INSERT INTO intake_headers (sender, header, field, intake, at) VALUES (:sender, :header, :field, :intake, :at)
ON CONFLICT (sender, header, intake) DO UPDATE SET field = excluded.field, at = excluded.at
"""
_HEADERS = "SELECT sender, header, field FROM intake_headers ORDER BY at, intake"
_DROP_HEADER = "DELETE FROM intake_headers WHERE sender = :sender AND header = :header"
_DROP_HEADERS = "DELETE FROM intake_headers WHERE intake = :intake"
_DROP_ANSWER = "DELETE FROM intake_answers WHERE field = :field AND cell = :cell"


class IntakeMemory:
    """Plans and answers of a people store; the store stays open for as long as this is used."""

    def __init__(self, store: SqlPeople) -> None:
        self._store = store

    def keep_plan(self, plan_id: str, body: str) -> None:
        """Keep a plan 30 days from now; the same id again takes its place."""
        now = _now()
        with self._store.transaction():
            self._store.run(_FORGET_PLANS, {"oldest": now - _KEPT_US})
            self._store.run(_PUT_PLAN, {"id": plan_id, "body": body, "at": now})

    def plan(self, plan_id: str) -> str | None:
        """Return a plan, None where there is none of this id (any more)."""
        with self._store.snapshot():
            rows = self._store.run(_PLAN, {"id": plan_id})
        return str(rows[0][0]) if rows else None

    def plans(self) -> dict[str, str]:
        """Return the plans by id, oldest first."""
        with self._store.snapshot():
            return {str(plan_id): str(body) for plan_id, body in self._store.run(_PLANS, {})}

    def stamp(self) -> tuple[int, int]:
        """Return how many plans there are, and when the last was kept: another value once one was kept or dropped."""
        with self._store.snapshot():
            ((count, at),) = self._store.run(_STAMP, {})
        return int(count), int(at)

    def drop_plan(self, plan_id: str) -> None:
        """Forget a plan."""
        with self._store.transaction():
            self._store.run(_DROP_PLAN, {"id": plan_id})

    def keep_answers(self, answers: dict[tuple[str, str], str]) -> None:
        """Remember answers by field and folded cell."""
        now = _now()
        with self._store.transaction():
            for (field, cell), answer in answers.items():
                self._store.run(_PUT_ANSWER, {"field": field, "cell": cell, "answer": answer, "at": now})

    def answers(self) -> dict[tuple[str, str], str]:
        """Return the remembered answers by field and folded cell."""
        with self._store.snapshot():
            return {(str(f), str(c)): str(a) for f, c, a in self._store.run(_ANSWERS, {})}

    def keep_headers(self, intake: str, headers: Mapping[tuple[str, str], str]) -> None:
        """Remember what an intake was told of columns: fields by sender and key of the header."""
        now = _now()
        with self._store.transaction():
            for (sender, header), field in headers.items():
                told = {"sender": sender, "header": header, "field": field, "intake": intake, "at": now}
                self._store.run(_PUT_HEADER, told)

    def headers(self) -> dict[tuple[str, str], str]:
        """Return the fields of columns by sender and key of the header, as they were told last."""
        with self._store.snapshot():
            return {(str(s), str(h)): str(f) for s, h, f in self._store.run(_HEADERS, {})}

    def forget_header(self, sender: str, header: str) -> None:
        """Forget what a column of a sender means."""
        with self._store.transaction():
            self._store.run(_DROP_HEADER, {"sender": sender, "header": header})

    def forget_headers_of(self, intake: str) -> None:
        """Forget what was told for an intake; what was told before holds again."""
        with self._store.transaction():
            self._store.run(_DROP_HEADERS, {"intake": intake})

    def forget_answer(self, field: str, cell: str) -> None:
        """Forget an answer."""
        with self._store.transaction():
            self._store.run(_DROP_ANSWER, {"field": field, "cell": cell})


def _now() -> int:
    return to_micros(datetime.now(UTC))
