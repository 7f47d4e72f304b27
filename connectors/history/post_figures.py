"""Posts and looks of every account that anybody saw, registered or not, as of (moment, known at)."""

from datetime import datetime
from importlib import resources
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import from_micros, to_micros


class PostsSeen(msgspec.Struct, frozen=True):
    """Live posts of one account."""

    newest_at: datetime
    recent: int  # since the moment that was asked for


def posts_seen(client: Client, at: datetime, known_at: datetime, since: datetime) -> dict[str, PostsSeen]:
    """Return what is known of the posts of every account that has a live one at T, by account id."""
    rows = _rows(
        client, "post_figures.sql", {"t": to_micros(at), "k": to_micros(known_at), "since": to_micros(since)}
    )
    return {account: PostsSeen(from_micros(newest), recent) for account, newest, recent in rows}


def newest_looks(client: Client, at: datetime, known_at: datetime) -> dict[str, datetime]:
    """Return the newest look at every account, by account id."""
    rows = _rows(client, "looked_at.sql", {"t": to_micros(at), "k": to_micros(known_at)})
    return {account: from_micros(newest) for account, newest in rows}


def _rows(client: Client, name: str, parameters: dict[str, int]) -> list[tuple[Any, ...]]:
    sql = (resources.files("infra") / "clickhouse" / "queries" / name).read_text("utf-8")
    return [tuple(row) for row in client.query(sql, parameters=parameters).result_rows]
