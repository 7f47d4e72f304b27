"""A nation of accounts and posts as a stream, for benchmark and load."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import msgspec

from connectors.log.port import Log
from connectors.sheets.rows import AccountRef, AccountRow, PostRow
from events import fact_ids
from events.codec import Event
from events.ids import account_id
from events.instants import UtcDatetime
from events.office import OfficeDescribed, office_subject
from events.platforms import platform_slug
from events.post import PostPublished
from events.sources import OFFICE, SHEETS
from pipeline.home.registry import Registry
from pipeline.office.imports import Span, post_events
from pipeline.office.registry_imports import account_events
from pipeline.patrol.look import post_event
from pipeline.simulate.batches import append_batches
from pipeline.simulate.chance import number, stream

_ROWS = 1_000
"""Rows of one sheet."""
_SHEET = Path("national.csv")
_SILENT_FROM = timedelta(days=21)
_UNEVEN = 1.5
"""How unevenly accounts post: the busiest tenth has a fifth of all posts."""


class Nation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a nation consists of."""

    accounts: Annotated[int, msgspec.Meta(ge=1)]
    posts: Annotated[int, msgspec.Meta(ge=0)]
    seed: int
    records_from: UtcDatetime
    check_point: UtcDatetime
    silent_per_mille: Annotated[
        int, msgspec.Meta(ge=0, le=999)
    ]  # of them each stops posting three weeks before
    areas: tuple[str, ...]
    tiers: tuple[str, ...]
    platforms: dict[str, Annotated[int, msgspec.Meta(ge=1)]]  # weights


def load_nation(*, accounts: int | None = None, posts: int | None = None, seed: int | None = None) -> Nation:
    """Read the inputs of the national size; what is given stands above them."""
    text = (resources.files("infra") / "places" / "national.toml").read_bytes()
    given = {"accounts": accounts, "posts": posts, "seed": seed}
    return msgspec.structs.replace(
        msgspec.toml.decode(text, type=Nation), **{k: v for k, v in given.items() if v is not None}
    )


def simulate_nation(log: Log, nation: Nation) -> int:
    """Append a nation's facts to a log: the registry, then posts by time, then who looked; returns their number.

    Memory grows with the accounts and not with the posts.
    """
    rows = list(_account_rows(nation))
    ids = [account_id(platform_slug(row.platform), row.given_id or "") for row in rows]
    log.append([_example(nation)])
    done = append_batches(log, "账号 accounts", _registry_facts(nation, rows), nation.accounts)
    del rows
    done += append_batches(log, "内容更新 posts", post_facts(nation, ids), nation.posts)
    return done + append_batches(log, "巡检 looks", _look_facts(nation, ids), nation.accounts)


def _example(nation: Nation) -> Event[OfficeDescribed]:
    """Return the fact that the nation is invented, which pages and files then say; told again it is the same."""
    told = OfficeDescribed(example=True)
    event_id = fact_ids.office_described(None, msgspec.to_builtins(told))
    return Event(event_id, OFFICE, office_subject(), nation.records_from, told)


def post_facts(nation: Nation, ids: list[str]) -> Iterator[Event[PostPublished]]:
    """Give the posts of the nation, the oldest first, spread evenly over time and unevenly over accounts."""
    if nation.posts == 0:
        return
    chance = stream(nation.seed, "nation").random
    living = [a for a in ids if number(nation.seed, "silent", a) % 1000 >= nation.silent_per_mille] or ids
    step = (nation.check_point - nation.records_from) / nation.posts
    quiet_from = nation.check_point - _SILENT_FROM
    seen = PostPublished(observed_at=nation.check_point)
    for n in range(nation.posts):
        at = nation.records_from + n * step
        among = ids if at <= quiet_from else living
        account = among[int(len(among) * chance() ** _UNEVEN)]
        yield post_event(SHEETS, account, str(n), at, seen)


def _account_rows(nation: Nation) -> Iterator[AccountRow]:
    platforms = [platform for platform, weight in nation.platforms.items() for _ in range(weight)]
    for n in range(nation.accounts):
        lot = number(nation.seed, "account", str(n))
        area = nation.areas[lot % len(nation.areas)]
        yield AccountRow(
            row=n + 1,
            given_id=f"n{lot:016x}",
            name=f"{area}{n}号",
            platform=platforms[lot // 1000 % len(platforms)],
            owner=f"{area}{n}局",
            supervisor="",
            tier=nation.tiers[lot // 10**6 % len(nation.tiers)],
            area=area,
            opened_at=nation.records_from,
            opened_at_date_only=False,
            description="",
            extra={},
            people={},
        )


def _registry_facts(nation: Nation, rows: list[AccountRow]) -> Iterator[Event[Any]]:
    nobody = Registry({}, {}, {})
    for first in range(0, len(rows), _ROWS):
        yield from account_events(rows[first : first + _ROWS], nobody, nation.records_from).events


def _look_facts(nation: Nation, ids: list[str]) -> Iterator[Event[Any]]:
    """Give the statement that the posts of each account are complete up to the check point."""
    span = Span(nation.records_from, nation.check_point)
    for first in range(0, len(ids), _ROWS):
        some = ids[first : first + _ROWS]
        rows = [
            PostRow(n, AccountRef(a, None, None, None), None, date_only=False, native_key=None)
            for n, a in enumerate(some, start=1)
        ]
        yield from post_events(_SHEET, rows, Registry({}, {a: [a] for a in some}, {}), span)
