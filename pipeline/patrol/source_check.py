"""Examination of the sources of the settings: whom they look at, whether they answer, log-ins, canaries."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from connectors.sheets.errors import SheetError
from connectors.sources.kind import Answer, FailureReason, Memory, Probe, Watched
from connectors.sources.kinds import KINDS, Kind
from events.fields import marked
from events.instants import from_micros, local_iso, to_micros
from events.messages import message
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.read_model import open_read_model
from pipeline.patrol.configured import Configured, configured
from pipeline.patrol.surroundings import Surroundings, web_of
from pipeline.patrol.watched import Watchlist, watchlist
from projections.patrol.account_line import AccountLine
from projections.patrol.workdays import number_of

What = Literal["settings", "accounts", "answers", "log_in", "canaries"]
_CANARY_POSTS = timedelta(days=3)
_TRIED = 3  # accounts that are looked at
WHY: Mapping[FailureReason, str] = {
    "no_connection": message("no connection"),
    "refused_address": message("its address is private or special; allow_private says which may be called"),
    "too_slow": message("no whole answer in time"),
    "too_large": message("the answer is too large"),
    "redirects": message("it redirects too often, or to where it may not"),
    "answered": message("it answered with an error"),
    "not_allowed": message("its robots.txt does not allow it"),
    "no_feed": message("the answer is nothing that this kind reads, perhaps a page that asks to log in"),
    "log_in": message("the log-in is refused"),
    "quota": message("it says that the requests of today are used up"),
    "gone": message("the account, or its feed, is no longer there"),
}
"""Why a look failed, in words."""


class Checked(msgspec.Struct, frozen=True):
    """One thing that was examined."""

    source: str
    what: What
    fits: bool
    detail: str
    reason: str = ""  # code of a failed look
    told: str = ""  # what was wrong in English, as the other side or its kind says it


class AskCheck(msgspec.Struct, frozen=True):
    """What is asked of a check."""

    only: tuple[str, ...] = ()  # sources by name; none: all
    offline: bool = False  # nothing is asked of the outside
    now: datetime = datetime.min.replace(tzinfo=UTC)


def kinds_in_order() -> list[Kind]:
    """Return every kind, the one that is to be preferred first."""
    return sorted(KINDS, key=lambda kind: (kind.preference, kind.name))


def check_sources(
    home: Home,
    asked: AskCheck,
    *,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> list[Checked]:
    """Examine sources; nothing becomes a fact. Raises `UsageError` for settings that no source can be made of."""
    sources = [
        one for one in configured(home.settings, home.path) if not asked.only or one.name in asked.only
    ]
    with open_read_model(home) as model:
        lines = model.lines()
    found: list[Checked] = []
    for source in sources:
        found.append(_settings(source, sources))
        try:
            accounts = watchlist(source.settings, lines, home.path, asked.now)
        except (SheetError, OSError) as e:
            found.append(Checked(source.name, "accounts", fits=False, detail=marked(e)))
            continue
        found.append(_accounts(source, accounts))
        found.append(_canaries(source, accounts, lines, asked.now))
        if not asked.offline and accounts.accounts:
            found += asyncio.run(_outside(home, source, accounts, surroundings))
    return found


def _settings(source: Configured, all_of_them: Sequence[Configured]) -> Checked:
    better = [one.name for one in all_of_them if one.kind.preference < source.kind.preference]
    hours = source.lag // timedelta(hours=1)
    detail = (
        message("kind {kind}, lag {hours} h; its looks prove silence", kind=source.kind.name, hours=hours)
        if source.proves_silence
        else message(
            "kind {kind}, lag {hours} h; its looks prove no silence", kind=source.kind.name, hours=hours
        )
    )
    if better:
        detail = message("{said}; preferred before it: {better}", said=detail, better=", ".join(better))
    return Checked(source.name, "settings", fits=True, detail=detail)


def _accounts(source: Configured, found: Watchlist) -> Checked:
    problems = list(found.problems)
    if found.without_address:
        problems.append(
            message(
                "{number} accounts of its platforms and units have no address, the first is {first}",
                number=len(found.without_address),
                first=found.without_address[0],
            )
        )
    detail = message("{number} accounts", number=len(found.accounts))
    if found.unregistered:
        detail = message(
            "{said}, {unregistered} of them not in the registry, so no verdict comes of them",
            said=detail,
            unregistered=len(found.unregistered),
        )
    if not found.accounts:
        problems.append(message("no account fits"))
    for problem in problems[:_TRIED]:
        detail = message("{said}; {problem}", said=detail, problem=problem)
    return Checked(source.name, "accounts", fits=not problems, detail=detail)


def _canaries(source: Configured, found: Watchlist, lines: Sequence[AccountLine], now: datetime) -> Checked:
    """Tell whether canaries still post: one that went silent no longer shows that its source lives."""
    since = to_micros(now - _CANARY_POSTS)
    silent = [
        line
        for line in lines
        if line.account_id in found.canaries and line.newest_at is not None and line.newest_at < since
    ]
    if silent:
        newest = local_iso(from_micros(silent[0].newest_at or 0))
        detail = message(
            "{number} of {all} canaries have not posted for three days; {first}: {newest}",
            number=len(silent),
            all=len(found.canaries),
            first=silent[0].account_id,
            newest=newest,
        )
        return Checked(source.name, "canaries", fits=False, detail=detail)
    fits = bool(found.canaries) or not source.proves_silence
    return Checked(
        source.name, "canaries", fits=fits, detail=message("{number} canaries", number=len(found.canaries))
    )


async def _outside(
    home: Home, source: Configured, found: Watchlist, surroundings: Surroundings
) -> list[Checked]:
    kind, now = source.build(home.path), surroundings.clock()
    chosen = sorted(found.accounts, key=lambda account: account not in found.canaries)[:_TRIED]
    async with web_of(source, surroundings) as web:
        probe = await kind.probe(web, now)
        tried: list[tuple[Watched, Answer]] = []
        for account in chosen:
            if not _may_spend(home, source, kind.lane(found.accounts[account]), now):
                break
            watched = found.accounts[account]
            tried.append((watched, await kind.look(watched, Memory(), web, now)))
    return [*_of_probe(source, probe), _answers(source, tried)]


def _may_spend(home: Home, source: Configured, lane: str, now: datetime) -> bool:
    """Tell whether the quota leaves a request; a patrol that runs counts its own, and nearly all of it stays for it."""
    if source.settings.quota is None:
        return True
    with closing(open_patrol_store(home)) as store:
        used = store.spent(source.name, number_of(now)).get(lane, 0)
    return used + _TRIED < source.settings.quota


def _of_probe(source: Configured, probe: Probe | None) -> list[Checked]:
    if probe is None:
        return []
    detail = message("the log-in works") if probe.works else message("the log-in is refused")
    return [Checked(source.name, "log_in", fits=probe.works, detail=detail, told=probe.detail)]


def _answers(source: Configured, tried: Sequence[tuple[Watched, Answer]]) -> Checked:
    failed = [(watched, answer.failure) for watched, answer in tried if answer.failure is not None]
    if not tried:
        return Checked(
            source.name, "answers", fits=True, detail=message("not asked: the quota of today is used up")
        )
    detail = message("{good} of {tried} looks worked", good=len(tried) - len(failed), tried=len(tried))
    for watched, failure in failed[:1]:
        return Checked(
            source.name,
            "answers",
            fits=False,
            detail=message(
                "{said}; {account}: {why}", said=detail, account=watched.account_id, why=WHY[failure.reason]
            ),
            reason=failure.reason,
            told=failure.detail,
        )
    return Checked(source.name, "answers", fits=True, detail=detail)
