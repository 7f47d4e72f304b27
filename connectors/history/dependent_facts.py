"""What rests on accounts: every fact about them, by type and id."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from clickhouse_connect.driver.client import Client

_AT_ONCE = 1000


def facts_about(client: Client, subjects: Sequence[str]) -> Iterator[tuple[str, str, UUID]]:
    """Yield subject, type and id of the facts about some subjects that count as the first of their id.

    Posts and looks that were withdrawn, and withdrawals themselves, are among them.
    """
    for begin in range(0, len(subjects), _AT_ONCE):
        rows = client.query(
            "SELECT subject, type, toString(id) FROM records WHERE topic = 'facts' AND NOT repeats"
            " AND subject IN {s:Array(String)} ORDER BY subject, recorded_at, offset",
            parameters={"s": list(subjects[begin : begin + _AT_ONCE])},
        ).result_rows
        yield from ((subject, type_, UUID(event_id)) for subject, type_, event_id in rows)
