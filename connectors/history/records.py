"""Records of single accounts: what was learnt between two moments, and the newest posts and looks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from events.instants import from_micros, to_micros


def learnt_between(
    client: Client, subjects: Sequence[str], after: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Return the facts about some accounts recorded in (after, until], the first record of each id."""
    result = client.query(
        "SELECT toString(id) AS event_id, type, subject, source, time, recorded_at, data FROM records"
        " WHERE topic = 'facts' AND NOT repeats AND recorded_at > fromUnixTimestamp64Micro({a:Int64}, 'UTC')"
        " AND recorded_at <= fromUnixTimestamp64Micro({u:Int64}, 'UTC') AND subject IN {s:Array(String)}"
        " ORDER BY partition, offset LIMIT 1 BY id",
        parameters={"a": to_micros(after), "u": to_micros(until), "s": list(subjects)},
    )
    return list(result.named_results())


def accounts_mentioning(client: Client, text: str) -> list[str]:
    """Return the accounts whose id is a text or ends with it, or of which a fact of the registry has it anywhere."""
    rows = client.query(
        "SELECT DISTINCT subject FROM occasional_records WHERE topic = 'facts' AND startsWith(type, 'account.')"
        " AND (subject = {t:String} OR endsWith(subject, concat(':', {t:String})) OR position(data, {t:String}) > 0)"
        " ORDER BY subject",
        parameters={"t": text},
    ).result_rows
    return [subject for (subject,) in rows]


def published_at(client: Client, account_id: str, post_id: UUID) -> datetime | None:
    """Return when a post was published, None for an unknown one; of one recorded twice the first record counts."""
    row = client.query(
        "SELECT argMinOrNull(toUnixTimestamp64Micro(published_at), (recorded_at, offset)) FROM posts"
        " WHERE account_key = cityHash64({a:String}) AND event_id = {p:UUID}",
        parameters={"a": account_id, "p": post_id},
    ).result_rows[0]
    return None if row[0] is None else from_micros(int(row[0]))


def void_since(client: Client, account_id: str, post_id: UUID) -> datetime | None:
    """Return the moment from which a post does not count, 1970 for one that was withdrawn; None: it counts."""
    row = client.query(
        "SELECT minOrNull(toUnixTimestamp64Micro(void_from)) FROM post_voids"
        " WHERE account_key = cityHash64({a:String}) AND post_id = {p:UUID}",
        parameters={"a": account_id, "p": post_id},
    ).result_rows[0]
    return None if row[0] is None else from_micros(int(row[0]))


def looking_sources(client: Client, accounts: Sequence[str], known_at: datetime) -> dict[str, set[str]]:
    """Return the sources that ever looked at some accounts as known at K, by account."""
    rows = client.query(
        "SELECT account_id, groupUniqArray(source) FROM looks WHERE account_key IN"
        " (SELECT cityHash64(arrayJoin({a:Array(String)})))"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC') GROUP BY account_id",
        parameters={"a": list(accounts), "k": to_micros(known_at)},
    ).result_rows
    return {account: set(sources) for account, sources in rows}


def newest_of_type(client: Client, type_: str) -> datetime | None:
    """Return the latest time that a fact of a broadcast type tells, None where there is none."""
    row = client.query(
        "SELECT toUnixTimestamp64Micro(maxOrNull(time)) FROM records"
        " WHERE topic = 'facts' AND partition = 0 AND type = {t:String}",
        parameters={"t": type_},
    ).result_rows[0]
    return None if row[0] is None else from_micros(int(row[0]))


def mark_of_types(client: Client, types: Sequence[str]) -> tuple[int, int]:
    """Return how many records there are of occasional types, and when the newest was recorded (microseconds, or 0).

    As long as it is the same, nothing was said of what they tell.
    """
    count, newest = client.query(
        "SELECT count(), toUnixTimestamp64Micro(maxOrNull(recorded_at)) FROM occasional_records"
        " WHERE topic = 'facts' AND type IN {t:Array(String)}",
        parameters={"t": list(types)},
    ).result_rows[0]
    return int(count), int(newest or 0)


def newest_posts(
    client: Client, account_id: str, check_point: datetime, known_at: datetime, limit: int
) -> list[dict[str, Any]]:
    """Return the newest posts up to a check point as known at K; `void_from` is set where one stopped counting."""
    result = client.query(
        "SELECT toString(event_id) AS post_id, argMin(published_at, offset) AS published,"
        " min(recorded_at) AS recorded, minOrNull(v.void_from) AS void_from"
        " FROM posts LEFT JOIN (SELECT post_id, void_from FROM post_voids"
        " WHERE recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')) AS v ON v.post_id = posts.event_id"
        " WHERE account_key = cityHash64({a:String})"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC') GROUP BY event_id"
        " HAVING published <= fromUnixTimestamp64Micro({t:Int64}, 'UTC')"
        " ORDER BY published DESC LIMIT {n:UInt32} SETTINGS join_use_nulls = 1",
        parameters=_at(account_id, check_point, known_at, limit),
    )
    return list(result.named_results())


def newest_looks(
    client: Client,
    account_id: str,
    check_point: datetime,
    known_at: datetime,
    limit: int,
    *,
    proof: UUID | None,
) -> list[dict[str, Any]]:
    """Return the newest looks up to a check point as known at K, and the one that proves, which may be a later one."""
    result = client.query(
        "SELECT toString(event_id) AS look_id, looked_at, source, failed, proves_silence, lag_s, complete_from"
        " FROM looks WHERE account_key = cityHash64({a:String})"
        " AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')"
        " AND (looked_at <= fromUnixTimestamp64Micro({t:Int64}, 'UTC') OR event_id = {l:UUID})"
        " ORDER BY looked_at DESC, offset LIMIT 1 BY event_id LIMIT {n:UInt32}",
        parameters={**_at(account_id, check_point, known_at, limit), "l": proof or UUID(int=0)},
    )
    return list(result.named_results())


def _at(account_id: str, check_point: datetime, known_at: datetime, limit: int) -> dict[str, Any]:
    return {"a": account_id, "t": to_micros(check_point), "k": to_micros(known_at), "n": limit}
