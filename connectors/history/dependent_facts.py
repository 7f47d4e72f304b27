"""What rests on accounts: every fact about them, by type and id."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from clickhouse_connect.driver.client import Client

from events.codec import Origin

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


def origins_of(client: Client, type_: str) -> dict[UUID, Origin]:
    """Return what stands beside the facts of a type, by id; of a fact that was recorded twice, beside the first."""
    rows = client.query(
        "SELECT toString(id), actor, intake, basis FROM records WHERE topic = 'facts' AND type = {type:String}"
        " ORDER BY recorded_at DESC, partition, offset",
        parameters={"type": type_},
    ).result_rows
    return {UUID(event_id): Origin(actor, intake, basis) for event_id, actor, intake, basis in rows}
