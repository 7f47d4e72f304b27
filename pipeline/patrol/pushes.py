"""Pushes of hubs and webhooks: a signed notice of an address hints at the accounts that a source looks at there.

A hint pulls looks forward and proves nothing; whoever pushes needs no account here, but the secret of the source.
"""

import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from connectors.sheets.errors import SheetError
from connectors.sources.push import address_key, challenge_of, hint_of
from events.fields import marked
from events.instants import to_micros
from events.messages import message
from pipeline.home.errors import NotFoundError, UnreachableError
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.read_model import open_read_model
from pipeline.home.source_settings import PatrolSource
from pipeline.patrol.configured import push_secret
from pipeline.patrol.watched import watchlist

_KEPT_S = 60.0  # whom a source looks at: a hub that subscribed to a city asks as often as it has accounts


class _Kept(NamedTuple):
    source: PatrolSource
    at: float
    accounts: Mapping[str, tuple[str, ...]]  # by the key of their address


_kept: dict[tuple[Path, str], _Kept] = {}


def answer_hub(home: Home, name: str, query: Mapping[str, str], now: datetime) -> str | None:
    """Return what a hub wants to read that verifies the beginning or end of a subscription; None: it is not ours.

    Raises `NotFoundError` for a source that takes no pushes, `UnreachableError` where its addresses cannot be read.
    """
    return challenge_of(query, _accounts(home, _pushed_at(home, name), now).keys())


def take_push(
    home: Home, name: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[str, ...] | None:
    """Take a notice, and return the accounts that will be looked at sooner: none where nobody is looked at there.

    None stands for a notice without the signature of the source, or one that names no address. Raises `NotFoundError`
    for a source that takes no pushes, and `UnreachableError` where its secret or addresses are missing by now.
    """
    source = _pushed_at(home, name)
    try:
        secret = push_secret(source, home.path)
    except ValueError as e:
        raise UnreachableError(marked(e)) from None
    hint = hint_of(headers, body, secret)
    if hint is None:
        return None
    accounts = _accounts(home, source, now).get(address_key(hint.address), ())
    if accounts:
        at = to_micros(now)
        with closing(open_patrol_store(home)) as store:
            store.hint(dict.fromkeys(accounts, at), at)
    return accounts


def _pushed_at(home: Home, name: str) -> PatrolSource:
    found = next((one for one in home.settings.source if one.name == name and one.push), None)
    if found is None:
        raise NotFoundError(message("no source {name!r} takes pushes", name=name))
    return found


def _accounts(home: Home, source: PatrolSource, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return the accounts that a source looks at, by the key of their address."""
    kept = _kept.get((home.path, source.name))
    if kept is None or kept.source != source or time.monotonic() - kept.at >= _KEPT_S:
        kept = _Kept(source, time.monotonic(), _by_address(home, source, now))
        _kept[home.path, source.name] = kept
    return kept.accounts


def _by_address(home: Home, source: PatrolSource, now: datetime) -> dict[str, tuple[str, ...]]:
    with open_read_model(home) as model:
        lines = model.lines()
    try:
        watched_now = watchlist(source, lines, home.path, now).accounts
    except (SheetError, OSError) as e:  # whoever pushes learns nothing of our files
        raise UnreachableError(marked(e)) from None
    found: dict[str, tuple[str, ...]] = {}
    for account, watched in watched_now.items():
        key = address_key(watched.address)
        found[key] = (*found.get(key, ()), account)
    return found
