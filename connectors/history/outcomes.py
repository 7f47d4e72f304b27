"""Which messages each channel was told, as the history holds it: what a notifier of another log has to know."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.log.deliveries import Outcome
from events.instants import to_micros

_PAGE_MESSAGES = 50_000

_OUTCOMES = """
SELECT toUUIDOrZero(JSONExtractString(data, 'message_id')) AS message_id, JSONExtractString(data, 'channel') AS channel,
       ifNull(nullIf(JSONExtractString(data, 'destination'), ''), channel) AS destination,
       multiIf(type = 'alert.delivery_failed', 'failed', JSONExtractBool(data, 'summary'), 'summary', 'delivered')
           AS outcome,
       recorded_at
FROM occasional_records
WHERE topic = 'derived' AND type IN ('alert.delivered', 'alert.delivery_failed')
  AND recorded_at <= fromUnixTimestamp64Micro({until:Int64}, 'UTC')
"""
_MESSAGES = f"""
SELECT m.id, m.subject, m.raised, o.told FROM
(
    SELECT id, any(subject) AS subject, toUnixTimestamp64Micro(min(recorded_at)) AS raised FROM occasional_records
    WHERE topic = 'derived' AND type IN {{types:Array(String)}}
      AND recorded_at <= fromUnixTimestamp64Micro({{until:Int64}}, 'UTC')
      AND reinterpretAsUInt128(id) % {{slices:UInt32}} = {{slice:UInt32}}
    GROUP BY id
) AS m
LEFT JOIN
(
    SELECT message_id, groupArray((channel, destination, outcome)) AS told FROM
    (
        SELECT message_id, channel, destination, argMax(outcome, recorded_at) AS outcome FROM ({_OUTCOMES})
        WHERE reinterpretAsUInt128(message_id) % {{slices:UInt32}} = {{slice:UInt32}}
        GROUP BY message_id, channel, destination
    )
    GROUP BY message_id
) AS o ON o.message_id = m.id
ORDER BY m.id
"""  # noqa: S608 (a query of our own)


class ChannelSpan(msgspec.Struct, frozen=True):
    """From when to when a channel was told anything; microseconds."""

    first: int
    last: int


class Raised(msgspec.Struct, frozen=True):
    """A message that was raised, and what became of it on each channel; what was not told there is missing."""

    id: UUID
    subject: str
    raised_at: int  # microseconds
    told: dict[str, dict[str, Outcome]]  # by channel and destination


def channel_spans(client: Client, until: datetime) -> dict[str, ChannelSpan]:
    """Return when each channel was told for the first time and the last, of what was recorded by a moment."""
    rows = client.query(
        "SELECT channel, toUnixTimestamp64Micro(min(recorded_at)), toUnixTimestamp64Micro(max(recorded_at))"  # noqa: S608
        f" FROM ({_OUTCOMES}) GROUP BY channel",
        parameters={"until": to_micros(until)},
    ).result_rows
    return {channel: ChannelSpan(first, last) for channel, first, last in rows}


def raised_messages(client: Client, types: Collection[str], until: datetime) -> Iterator[list[Raised]]:
    """Yield every message of these types that was raised by a moment, some at a time."""
    parameters: dict[str, Any] = {"types": sorted(types), "until": to_micros(until)}
    (count,) = client.query(
        "SELECT count() FROM occasional_records WHERE topic = 'derived' AND type IN {types:Array(String)}",
        parameters=parameters,
    ).result_rows[0]
    slices = count // _PAGE_MESSAGES + 1
    for number in range(slices):
        rows = client.query(
            _MESSAGES, parameters={**parameters, "slices": slices, "slice": number}
        ).result_rows
        yield [
            Raised(message_id, subject, raised, _by_channel(outcomes))
            for message_id, subject, raised, outcomes in rows
        ]


def _by_channel(outcomes: Iterable[tuple[str, str, Outcome]]) -> dict[str, dict[str, Outcome]]:
    found: dict[str, dict[str, Outcome]] = {}
    for channel, destination, outcome in outcomes:
        found.setdefault(channel, {})[destination] = outcome
    return found
