"""What intakes remember beside the log: plans that wait for a yes, and answers to questions about cells.

Both may tell of people, so they lie in the people store (definitions, Stores).
"""

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

    def forget_answer(self, field: str, cell: str) -> None:
        """Forget an answer."""
        with self._store.transaction():
            self._store.run(_DROP_ANSWER, {"field": field, "cell": cell})


def _now() -> int:
    return to_micros(datetime.now(UTC))
