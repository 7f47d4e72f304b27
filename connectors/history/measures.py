"""Posts and looks of every account, reduced by SQL to what the scorer needs, as of (check point, known at)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from events.facts import LookMeasures, PostMeasures
from events.instants import DAY_US, SECOND_US, SHANGHAI_US, from_micros, to_micros
from events.looks import FailedLook, Look, Stretch
from events.platforms import SERVICE_ACCOUNT
from events.ruling import BY_UPDATES

_RECENT_LOOKS = timedelta(days=10)
_FEW_ACCOUNTS = 1000
_AT_ONCE = 5000
_FOREVER_US = 1 << 62

AccountKey = int
"""How posts and looks name an account: cityHash64 of its id."""

_EVERYBODY: Mapping[str, AccountKey] = MappingProxyType({})


class StallSpan(msgspec.Struct, frozen=True):
    """A span of microseconds, both ends outside, in which looks of a source prove nothing."""

    source: str
    since: int
    until: int = _FOREVER_US


def account_keys(client: Client, subjects: Collection[str] = ()) -> dict[str, AccountKey]:
    """Return the key of every account that was ever opened, or of some of them, by account id."""
    return dict(zip(*_columns(client, "account_keys.sql", {"subjects": list(subjects)}), strict=True))


def measure_posts(
    client: Client,
    check_point: datetime,
    known_at: datetime,
    *,
    weeks: int,
    service_days: int,
    alone: Mapping[str, AccountKey] = _EVERYBODY,
) -> dict[AccountKey, PostMeasures]:
    """Return the measures of live posts; accounts without a live post are missing.

    `weeks` is the number of weeks of the period, `service_days` the days in which updates of service accounts count.
    With `alone` only what is known of these accounts is read.
    """
    at = {"t": to_micros(check_point), "k": to_micros(known_at)}
    service = {"service_us": service_days * DAY_US, "service": SERVICE_ACCOUNT, "classes": sorted(BY_UPDATES)}
    updates = dict(
        zip(
            *_columns(client, "service_updates_as_of.sql", {**at, **service, "subjects": list(alone)}),
            strict=True,
        )
    )
    rows = _columns(client, "posts_as_of.sql", {**at, "weeks": weeks, "accounts": list(alone.values())})
    return {
        key: PostMeasures(from_micros(newest), newest_id, bool(by_day), mask, updates.get(key, 0))
        for key, newest, newest_id, by_day, mask in zip(*rows, strict=True)
    }


def measure_looks(
    client: Client,
    check_point: datetime,
    known_at: datetime,
    *,
    limit: timedelta,
    stalls: Sequence[StallSpan],
    population: Mapping[str, AccountKey],
    alone: Mapping[str, AccountKey] = _EVERYBODY,
) -> dict[AccountKey, LookMeasures]:
    """Return the measures of looks; accounts that nobody looked at are missing.

    The newest looks prove silence, so only the last days are read. Accounts without a proof that reaches into these
    days are asked for again over the whole history: an older look of a source with less lag may prove more. With
    `alone` only what is known of these accounts is read.
    """
    recent_from = check_point - _RECENT_LOOKS
    parameters = {
        "t": to_micros(check_point),
        "k": to_micros(known_at),
        "limit_start": to_micros(check_point - limit),
        "from": to_micros(recent_from),
        **_spans(stalls),
        "accounts": list(alone.values()),
    }
    measures = _looks(client, parameters)
    rest = [k for k in population.values() if not _proves(measures.get(k), recent_from)]
    if rest:
        named = rest if len(rest) <= _FEW_ACCOUNTS else []
        measures.update(_looks(client, {**parameters, "from": 0, "accounts": named}))
    return measures


def accounts_apart(
    client: Client, known_at: datetime, alone: Mapping[str, AccountKey] = _EVERYBODY
) -> dict[AccountKey, int]:
    """Return the accounts of which looks are read one by one: 1 for what they prove, 2 only for what they cover."""
    parameters = {"k": to_micros(known_at), "accounts": list(alone.values())}
    return dict(zip(*_columns(client, "accounts_apart.sql", parameters), strict=True))


def coverage_of(
    client: Client,
    accounts: Sequence[AccountKey],
    since: datetime,
    known_at: datetime,
    stalls: Sequence[StallSpan],
) -> dict[AccountKey, list[Stretch]]:
    """Return over which stretches posts of these accounts are known, by looks from `since` on, joined and in order."""
    day = max((to_micros(since) + SHANGHAI_US) // DAY_US, 0)
    parameters = {"k": to_micros(known_at), "day": day, **_spans(stalls)}
    found: dict[AccountKey, list[Stretch]] = {}
    for part in _parts(accounts):
        found |= dict(
            zip(*_columns(client, "coverage_as_of.sql", {**parameters, "accounts": part}), strict=True)
        )
    return found


def looks_of(
    client: Client, accounts: Sequence[AccountKey], known_at: datetime
) -> dict[AccountKey, list[Look | FailedLook]]:
    """Return every look at these accounts as known at K, in the order of recording."""
    found: dict[AccountKey, list[Look | FailedLook]] = defaultdict(list)
    for part in _parts(accounts):
        parameters = {"k": to_micros(known_at), "accounts": part}
        for key, *row in zip(*_columns(client, "looks_of_accounts.sql", parameters), strict=True):
            found[key].append(_look(*row))
    return found


def posts_since(
    client: Client, accounts: Sequence[AccountKey], since: datetime, check_point: datetime, known_at: datetime
) -> dict[AccountKey, list[tuple[int, bool]]]:
    """Return the live posts of these accounts after about a moment: when (microseconds), and whether by day alone."""
    found: dict[AccountKey, list[tuple[int, bool]]] = defaultdict(list)
    for part in _parts(accounts):
        parameters = {
            "k": to_micros(known_at),
            "t": to_micros(check_point),
            "since": to_micros(since),
            "accounts": part,
        }
        for key, published, by_day in zip(*_columns(client, "posts_since.sql", parameters), strict=True):
            found[key].append((published, bool(by_day)))
    return found


def _look(
    look_id: UUID,
    source: str,
    failed: str,
    looked: int,
    lag_s: int,
    proves: int,
    shows: int | None,
    complete: int | None,
    by_hand: int,
    empty: int,
    carries_on: int,
    gap: int | None,
    updates: int | None,
    alive: int | None,
) -> Look | FailedLook:
    if failed:
        return FailedLook(source, looked, failed)
    return Look(
        id=look_id,
        source=source,
        at=looked,
        lag=lag_s * SECOND_US,
        trusted=bool(proves),
        shows_from=_seconds(shows),
        complete_from=complete,
        carries_on=bool(carries_on),
        empty=bool(empty),
        by_hand=bool(by_hand),
        gap_since=_seconds(gap),
        updates=updates,
        alive=alive,
    )


def _seconds(micros: int | None) -> int | None:
    return None if micros is None else -(-micros // SECOND_US)


def _spans(stalls: Sequence[StallSpan]) -> dict[str, list[Any]]:
    return {
        "stall_sources": [s.source for s in stalls],
        "stall_since": [s.since for s in stalls],
        "stall_until": [s.until for s in stalls],
    }


def _parts(accounts: Sequence[AccountKey]) -> Iterator[Sequence[AccountKey]]:
    return (accounts[i : i + _AT_ONCE] for i in range(0, len(accounts), _AT_ONCE))


def _proves(looks: LookMeasures | None, since: datetime) -> bool:
    return looks is not None and looks.proven_until is not None and looks.proven_until >= since


def _looks(client: Client, parameters: dict[str, Any]) -> dict[AccountKey, LookMeasures]:
    rows = _columns(client, "looks_as_of.sql", parameters)
    return {
        key: LookMeasures(
            _instant(proven),
            look_id if proven is not None else None,
            _instant(last),
            True,
            _instant(void),
            _instant(damaged),
            _instant(emptied),
        )
        for key, proven, look_id, last, void, damaged, emptied in zip(*rows, strict=True)
    }


def _columns(client: Client, name: str, parameters: dict[str, Any]) -> Sequence[Sequence[Any]]:
    """Run a query file; returns its columns, each empty where there is no row."""
    sql = (resources.files("infra") / "clickhouse" / "queries" / name).read_text("utf-8")
    result = client.query(sql, parameters=parameters, column_oriented=True)
    return result.result_columns or [[] for _ in result.column_names]


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
