"""Posts and looks of every account, reduced by SQL to what the scorer needs, as of (check point, known at)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from events.coverage import FOREVER, Stretch, covered_since
from events.facts import LookMeasures, PostMeasures
from events.instants import DAY_US, from_micros, to_micros
from events.platforms import SERVICE_ACCOUNT

_RECENT_LOOKS = timedelta(days=10)
_FEW_ACCOUNTS = 1000
_FOREVER_US = 1 << 62

AccountKey = int
"""How posts and looks name an account: cityHash64 of its id."""


class StallSpan(msgspec.Struct, frozen=True):
    """A span of microseconds, both ends outside, in which looks of a source prove nothing."""

    source: str
    since: int
    until: int = _FOREVER_US


def account_keys(client: Client) -> dict[str, AccountKey]:
    """Return the key of every account that was ever opened, by account id."""
    return dict(zip(*_columns(client, "account_keys.sql", {}), strict=True))


def measure_posts(
    client: Client, check_point: datetime, known_at: datetime, *, weeks: int, service_days: int
) -> dict[AccountKey, PostMeasures]:
    """Return the measures of live posts; accounts without a live post are missing.

    `weeks` is the number of weeks of the period, `service_days` the days in which updates of service accounts count.
    """
    at = {"t": to_micros(check_point), "k": to_micros(known_at)}
    service = {"service_us": service_days * DAY_US, "service": SERVICE_ACCOUNT}
    updates = dict(zip(*_columns(client, "service_updates_as_of.sql", {**at, **service}), strict=True))
    rows = _columns(client, "posts_as_of.sql", {**at, "weeks": weeks})
    return {
        key: PostMeasures(from_micros(newest), newest_id, mask, updates.get(key, 0))
        for key, newest, newest_id, mask in zip(*rows, strict=True)
    }


def measure_looks(
    client: Client,
    check_point: datetime,
    known_at: datetime,
    *,
    limit: timedelta,
    stalls: Sequence[StallSpan],
    population: Mapping[str, AccountKey],
) -> dict[AccountKey, LookMeasures]:
    """Return the measures of looks; accounts that nobody looked at are missing.

    The newest looks prove silence, so only the last days are read. Accounts without a proof that reaches into these
    days are asked for again over the whole history: an older look of a source with less lag may prove more.
    """
    recent_from = check_point - _RECENT_LOOKS
    parameters = {
        "t": to_micros(check_point),
        "k": to_micros(known_at),
        "limit_start": to_micros(check_point - limit),
        "from": to_micros(recent_from),
        "stall_sources": [s.source for s in stalls],
        "stall_since": [s.since for s in stalls],
        "stall_until": [s.until for s in stalls],
        "accounts": [],
    }
    coverage = {"k": parameters["k"], "forever": FOREVER}
    stretches = dict(zip(*_columns(client, "coverage_as_of.sql", coverage), strict=True))
    measures = _looks(client, parameters, stretches)
    rest = [k for k in population.values() if not _proves(measures.get(k), recent_from)]
    if rest:
        named = rest if len(rest) <= _FEW_ACCOUNTS else []
        measures.update(_looks(client, {**parameters, "from": 0, "accounts": named}, stretches))
    return measures


def _proves(looks: LookMeasures | None, since: datetime) -> bool:
    return looks is not None and looks.proven_until is not None and looks.proven_until >= since


def _looks(
    client: Client, parameters: dict[str, Any], stretches: dict[AccountKey, list[Stretch]]
) -> dict[AccountKey, LookMeasures]:
    rows = _columns(client, "looks_as_of.sql", parameters)
    return {
        key: LookMeasures(
            _instant(proven),
            look_id if proven is not None else None,
            _instant(last),
            True,
            _instant(void),
            _instant(damaged),
            _instant(covered_since(stretches.get(key, ()), proven)),
        )
        for key, proven, look_id, last, void, damaged in zip(*rows, strict=True)
    }


def _columns(client: Client, name: str, parameters: dict[str, Any]) -> Sequence[Sequence[Any]]:
    """Run a query file; returns its columns, each empty where there is no row."""
    sql = (resources.files("infra") / "clickhouse" / "queries" / name).read_text("utf-8")
    result = client.query(sql, parameters=parameters, column_oriented=True)
    return result.result_columns or [[] for _ in result.column_names]


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
