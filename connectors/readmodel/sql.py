"""Operations of the read model in the SQL that SQLite and PostgreSQL share."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

from connectors.databases.migrations import Rows
from connectors.readmodel.conditions import conditions, marks
from connectors.readmodel.port import NULLABLE, SORTS, AccountRow, KeptFact, OpenAlert, Position, Wanted
from connectors.readmodel.tables import NAMES, SCHEMA

Values = Mapping[str, Any]

_AT_A_TIME = 500
_PUT_ACCOUNT = """
INSERT INTO accounts (subject, line, name, owner, owner_folded, own_area, area, tier, family, said, number,
    counted_from, newest_at, opened_at, closed_at)
VALUES (:subject, :line, :name, :owner, :owner_folded, :own_area,
    CASE WHEN :own_area != '' THEN :own_area
        ELSE coalesce((SELECT area FROM areas WHERE areas.owner = :owner), '') END,
    :tier, :family, :said, (SELECT number FROM numbers WHERE numbers.subject = :subject),
    :counted_from, :newest_at, :opened_at, :closed_at)
ON CONFLICT (subject) DO UPDATE SET line = excluded.line, name = excluded.name, owner = excluded.owner,
    owner_folded = excluded.owner_folded, own_area = excluded.own_area, area = excluded.area, tier = excluded.tier,
    family = excluded.family, said = excluded.said, number = excluded.number, counted_from = excluded.counted_from,
    newest_at = excluded.newest_at, opened_at = excluded.opened_at, closed_at = excluded.closed_at
"""
_PUT_STATE = """
INSERT INTO states VALUES (:subject, :state) ON CONFLICT (subject) DO UPDATE SET state = excluded.state
"""
_MOVE = """
INSERT INTO positions VALUES (:topic, :part, :next_offset, :recorded_at, :sources)
ON CONFLICT (topic, part) DO UPDATE SET next_offset = excluded.next_offset, recorded_at = excluded.recorded_at,
    sources = excluded.sources
"""
_KEEP = """
INSERT INTO facts VALUES (:type, :partition, :offset, :recorded_at, :subject, :id, :value)
ON CONFLICT (type, part, place) DO UPDATE SET recorded_at = excluded.recorded_at, subject = excluded.subject,
    id = excluded.id, value = excluded.value
"""
_COUNT = """
INSERT INTO kinds VALUES (:type, :count) ON CONFLICT (type) DO UPDATE SET facts = kinds.facts + excluded.facts
"""
_RAISE = """
INSERT INTO alerts VALUES (:id, :subject, :opener, :level, :audience, :at, :delivered, :failed)
ON CONFLICT (id) DO NOTHING
"""
_KEEP_RUN = "INSERT INTO runs VALUES (:id, :rows) ON CONFLICT (id) DO UPDATE SET rows = excluded.rows"
_INHERIT = """
UPDATE accounts SET area = coalesce((SELECT area FROM areas WHERE areas.owner = accounts.owner), '')
WHERE own_area = '' AND owner = :owner
"""
_NUMBERED = "UPDATE accounts SET number = :number WHERE subject = :subject"
_COLUMNS = frozenset({"area", "tier", "family"})


class SqlReadModel(ABC):
    """The operations of `ReadModelStore`; an implementation says how a statement runs."""

    contains = "instr"
    """Function that tells where in a text another one stands, 0: nowhere."""

    texts = "json_each(:but)"
    """Table of the texts of a JSON list."""

    @abstractmethod
    def run_sql(self, statement: str, values: Values) -> Rows:
        """Run one statement and return its rows."""

    @abstractmethod
    def run_many(self, statement: str, values: Iterable[Values]) -> None:
        """Run one statement for each of many rows."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Take turns with other writers; commit at the end, roll back on any exception."""

    @abstractmethod
    def _make(self) -> None:
        """Make all tables anew, inside a transaction."""

    @abstractmethod
    def _is_made(self) -> bool:
        """Tell whether there are tables of ours, of whichever number."""

    def clear(self, life: str) -> None:
        """See `ReadModelStore`."""
        with self.transaction():
            self._begin(life)

    def made(self) -> str:
        """See `ReadModelStore`."""
        ((made,),) = self.run_sql("SELECT made FROM making", {})
        return str(made)

    def positions(self, topic: str) -> dict[int, Position]:
        """See `ReadModelStore`."""
        rows = self.run_sql(
            "SELECT part, next_offset, recorded_at FROM positions WHERE topic = :topic", {"topic": topic}
        )
        return {part: Position(next_offset, recorded_at) for part, next_offset, recorded_at in rows}

    def sources(self, topic: str, partition: int) -> bytes | None:
        """See `ReadModelStore`."""
        rows = self.run_sql(
            "SELECT sources FROM positions WHERE topic = :topic AND part = :part",
            {"topic": topic, "part": partition},
        )
        return rows[0][0] if rows else None

    def move(
        self, topic: str, partition: int, next_offset: int, recorded_at: int, sources: bytes | None = None
    ) -> None:
        """See `ReadModelStore`."""
        self.run_sql(
            _MOVE,
            {
                "topic": topic,
                "part": partition,
                "next_offset": next_offset,
                "recorded_at": recorded_at,
                "sources": sources,
            },
        )

    def states(self, subjects: Sequence[str]) -> dict[str, bytes]:
        """See `ReadModelStore`."""
        return dict(self._among("SELECT subject, state FROM states WHERE subject", subjects))

    def put_states(self, states: Iterable[tuple[str, bytes]]) -> None:
        """See `ReadModelStore`."""
        self.run_many(_PUT_STATE, ({"subject": subject, "state": state} for subject, state in states))

    def put_accounts(self, rows: Iterable[AccountRow]) -> None:
        """See `ReadModelStore`."""
        self.run_many(_PUT_ACCOUNT, (row._asdict() for row in rows))

    def drop_accounts(self, subjects: Iterable[str]) -> None:
        """See `ReadModelStore`."""
        self.run_many(
            "DELETE FROM accounts WHERE subject = :subject", ({"subject": subject} for subject in subjects)
        )

    def put_numbers(self, numbers: Iterable[tuple[str, int]]) -> None:
        """See `ReadModelStore`."""
        before, now = self.numbers(), dict(numbers)
        changed = [
            {"subject": subject, "number": now.get(subject)}
            for subject in sorted(before.keys() | now.keys())
            if before.get(subject) != now.get(subject)
        ]
        self.run_many("DELETE FROM numbers WHERE subject = :subject", _keys(changed, "subject"))
        given = [row for row in changed if row["number"] is not None]
        self.run_many("INSERT INTO numbers VALUES (:subject, :number)", given)
        self.run_many(_NUMBERED, changed)

    def numbers(self) -> dict[str, int]:
        """See `ReadModelStore`."""
        return dict(self.run_sql("SELECT subject, number FROM numbers", {}))

    def numbers_of(self, subjects: Sequence[str]) -> dict[str, int]:
        """See `ReadModelStore`."""
        return dict(self._among("SELECT subject, number FROM numbers WHERE subject", subjects))

    def numbered(self, number: int) -> str | None:
        """See `ReadModelStore`."""
        rows = self.run_sql("SELECT subject FROM numbers WHERE number = :number", {"number": number})
        return rows[0][0] if rows else None

    def put_areas(self, areas: Iterable[tuple[str, str]]) -> None:
        """See `ReadModelStore`."""
        before: dict[str, str] = dict(self.run_sql("SELECT owner, area FROM areas", {}))
        now = dict(areas)
        changed = [
            {"owner": owner, "area": now.get(owner)}
            for owner in sorted(before.keys() | now.keys())
            if before.get(owner) != now.get(owner)
        ]
        self.run_many("DELETE FROM areas WHERE owner = :owner", _keys(changed, "owner"))
        given = [row for row in changed if row["area"] is not None]
        self.run_many("INSERT INTO areas VALUES (:owner, :area)", given)
        self.run_many(_INHERIT, _keys(changed, "owner"))

    def areas_of(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ReadModelStore`."""
        return dict(self._among("SELECT subject, area FROM accounts WHERE subject", subjects))

    def lines(self) -> list[bytes]:
        """See `ReadModelStore`."""
        return [line for (line,) in self.run_sql("SELECT line FROM accounts ORDER BY subject", {})]

    def lines_of(self, subjects: Sequence[str]) -> list[bytes]:
        """See `ReadModelStore`."""
        return [line for (line,) in self._among("SELECT line FROM accounts WHERE subject", subjects)]

    def lines_where(self, wanted: Wanted) -> list[bytes]:
        """See `ReadModelStore`."""
        where, values = conditions(wanted, self.contains, self.texts)
        return [line for (line,) in self.run_sql(f"SELECT line FROM accounts{where}", values)]  # noqa: S608 (ours)

    def count(self, wanted: Wanted) -> int:
        """See `ReadModelStore`."""
        return self._count(wanted, "")

    def subjects(
        self, wanted: Wanted, sort: str, *, descending: bool = False, begin: int = 0, most: int = 1 << 31
    ) -> list[str]:
        """See `ReadModelStore`; raises `KeyError` for an order that there is none of."""
        if sort not in SORTS:
            raise KeyError(sort)
        if sort not in NULLABLE:
            return self._page(wanted, "", sort, descending, begin, most)
        # Apart, for no index has those without a value last: an order over all of them would be sorted each time.
        found = self._page(wanted, f"{sort} IS NOT NULL", sort, descending, begin, most)
        if len(found) < most:
            before = begin + len(found) if found or begin == 0 else self._count(wanted, f"{sort} IS NOT NULL")
            rest = max(0, begin - before)
            found += self._page(wanted, f"{sort} IS NULL", "subject", descending, rest, most - len(found))
        return found

    def _page(
        self, wanted: Wanted, more: str, sort: str, descending: bool, begin: int, most: int
    ) -> list[str]:
        where, values = conditions(wanted, self.contains, self.texts, more)
        way = "DESC" if descending else "ASC"
        rows = self.run_sql(
            f"SELECT subject FROM accounts{where} ORDER BY {sort} {way}, subject {way} LIMIT :most OFFSET :begin",  # noqa: S608
            {**values, "most": most, "begin": begin},
        )
        return [subject for (subject,) in rows]

    def _count(self, wanted: Wanted, more: str) -> int:
        where, values = conditions(wanted, self.contains, self.texts, more)
        ((count,),) = self.run_sql(f"SELECT count(*) FROM accounts{where}", values)  # noqa: S608 (ours)
        return int(count)

    def values(self, column: str) -> list[str]:
        """See `ReadModelStore`; raises `KeyError` for another column."""
        if column not in _COLUMNS:
            raise KeyError(column)
        rows = self.run_sql(f"SELECT DISTINCT {column} FROM accounts ORDER BY {column}", {})  # noqa: S608 (ours)
        return [value for (value,) in rows]

    def mentioning(self, text: str) -> list[str]:
        """See `ReadModelStore`."""
        rows = self.run_sql(
            f"SELECT subject FROM accounts WHERE {self.contains}(said, :id) > 0 ORDER BY subject",  # noqa: S608 (ours)
            {"id": f"\n{text}\n"},
        )
        return [subject for (subject,) in rows]

    def keep(self, facts: Iterable[KeptFact]) -> None:
        """See `ReadModelStore`."""
        new = list(facts)
        self.run_many(_KEEP, (fact._asdict() for fact in new))
        counts = Counter(fact.type for fact in new)
        self.run_many(_COUNT, ({"type": type_, "count": count} for type_, count in sorted(counts.items())))

    def facts(self, types: Sequence[str], subjects: Sequence[str] | None = None) -> list[KeptFact]:
        """See `ReadModelStore`."""
        listed, values = marks(types, "t")
        query = f"SELECT * FROM facts WHERE type IN ({listed})"  # noqa: S608 (marks alone)
        if subjects is None:
            return [KeptFact(*row) for row in self.run_sql(query, values)]
        return [KeptFact(*row) for row in self._among(f"{query} AND subject", subjects, values)]

    def facts_of_ids(self, ids: Sequence[bytes]) -> list[KeptFact]:
        """See `ReadModelStore`."""
        return [KeptFact(*row) for row in self._among("SELECT * FROM facts WHERE id", ids)]

    def kinds(self) -> dict[str, int]:
        """See `ReadModelStore`."""
        return dict(self.run_sql("SELECT type, facts FROM kinds", {}))

    def run(self, run_id: bytes) -> bytes | None:
        """See `ReadModelStore`."""
        rows = self.run_sql("SELECT rows FROM runs WHERE id = :id", {"id": run_id})
        return rows[0][0] if rows else None

    def keep_run(self, run_id: bytes, rows: bytes) -> None:
        """See `ReadModelStore`."""
        self.run_sql(_KEEP_RUN, {"id": run_id, "rows": rows})

    def raise_alert(self, alert: OpenAlert) -> None:
        """See `ReadModelStore`."""
        self.run_sql(_RAISE, alert._asdict())

    def note_delivery(self, alert_id: bytes, *, reached: bool) -> None:
        """See `ReadModelStore`."""
        what = "delivered" if reached else "failed"
        self.run_sql(f"UPDATE alerts SET {what} = {what} + 1 WHERE id = :id", {"id": alert_id})  # noqa: S608 (ours)

    def clear_alerts(self, subject: str, opener: bytes) -> None:
        """See `ReadModelStore`."""
        self.run_sql(
            "DELETE FROM alerts WHERE subject = :subject AND opener = :opener",
            {"subject": subject, "opener": opener},
        )

    def withdraw_alert(self, alert_id: bytes) -> None:
        """See `ReadModelStore`."""
        self.run_sql("DELETE FROM alerts WHERE id = :id", {"id": alert_id})

    def alerts(self, subjects: Sequence[str] | None = None) -> list[OpenAlert]:
        """See `ReadModelStore`."""
        if subjects is None:
            return [OpenAlert(*row) for row in self.run_sql("SELECT * FROM alerts ORDER BY at, id", {})]
        found = [OpenAlert(*row) for row in self._among("SELECT * FROM alerts WHERE subject", subjects)]
        return sorted(found, key=lambda alert: (alert.at, alert.id))

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """See `ReadModelStore`."""
        return {name: sorted(self.run_sql(f"SELECT * FROM {name}", {}), key=repr) for name in NAMES}  # noqa: S608

    def prepare(self, life: str) -> None:
        """Make the tables of a log of this name, unless they are there."""
        if not self._fits(life):
            with self.transaction():
                if not self._fits(life):  # unless somebody was faster
                    self._begin(life)

    def _fits(self, life: str) -> bool:
        if not self._is_made() or self.run_sql("SELECT version FROM making", {}) != [(SCHEMA,)]:
            return False
        return self.run_sql("SELECT log FROM life", {}) == [(life,)]

    def _begin(self, life: str) -> None:
        self._make()
        self.run_sql("INSERT INTO life VALUES (:life)", {"life": life})
        self.run_sql("INSERT INTO making VALUES (:made, :version)", {"made": uuid4().hex, "version": SCHEMA})

    def _among(
        self, begin: str, keys: Sequence[Any], values: Values | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that ends with a column, of those in which it has one of some keys."""
        for first in range(0, len(keys), _AT_A_TIME):
            listed, some = marks(keys[first : first + _AT_A_TIME], "k")
            yield from self.run_sql(f"{begin} IN ({listed})", {**(values or {}), **some})


def _keys(rows: Iterable[Values], name: str) -> list[Values]:
    return [{name: row[name]} for row in rows]
