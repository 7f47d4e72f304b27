"""The accounts that need somebody, with their marks; everybody else is fresh, and nobody reads them to know it."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from connectors.readmodel.port import OpenAlert, Wanted
from events.instants import SECOND_US, from_micros, to_micros
from events.ruling import AccountRuledBy
from pipeline.home.folder import Home
from pipeline.home.read_model import ReadModel
from pipeline.home.rulesets import ladder_of
from projections.patrol.account_line import AccountLine
from projections.patrol.forecast import Outlook, Standing, forecast, horizon, outlook_of
from projections.patrol.workdays import Workdays
from projections.rules.ladder import Ladder
from projections.sources.health import SourceHealth

_LASTS_US = SECOND_US
"""So long what others wrote may stay unseen, where it comes in faster than it can be reckoned."""


T = TypeVar("T")
_MOST_FOLLOWED = 256
_MINUTE_US = 60 * SECOND_US


class Mark(StrEnum):
    """How an account stands, as people see it; the accounts of a city each bear one."""

    OVER = "over"  # silent for longer than the limit, as a trusted look shows
    RED = "red"  # the limit passes today
    BLUE = "blue"  # it passes on days of rest, or before anybody is back
    YELLOW = "yellow"  # it passes within the working days ahead, or somebody was reminded
    UNKNOWN = "unknown"  # no evidence, and so no verdict
    OK = "ok"


WHY = {
    "stalled": "采集源停滞",
    "never": "尚未检查",
    "no_anchor": "未见发布，开设时间不详",
    "old": "到期后未检查",
}
"""Why nobody knows of an account, for people."""


class NeedyAccount(msgspec.Struct, frozen=True):
    """An account that needs somebody."""

    outlook: Outlook
    mark: Mark
    why: str = ""  # code of `WHY`
    source: str = ""  # that is stalled


class Standings(msgspec.Struct, frozen=True):
    """All accounts that need somebody at a moment; those who are not here are fresh or not in the population."""

    at: datetime
    until: datetime  # the limit of the others passes later
    counted_before: int  # bound of what the list asks of the store: nobody later is in `of`
    of: dict[str, NeedyAccount]
    ladder: Ladder
    alerts: dict[str, OpenAlert]
    health: Mapping[str, SourceHealth]


def standings(home: Home, model: ReadModel, now: datetime, days: int) -> Standings:
    """Reckon who needs somebody, of the whole population; only those whose limit is near are read."""
    ladder, workdays, at = ladder_of(home), Workdays(), to_micros(now)
    until = horizon(workdays, now, days)
    alerts = dict(model.alerts())
    shortest = min((ladder.of(label).limit_us for label in rulesets_named(model)), default=ladder.limit_us)
    near = Wanted(open_at=at, counted_before=until - min(shortest, ladder.limit_us), uncounted=True)
    lines = {line.account_id: line for line in model.lines_where(near)}
    health = model.health()
    found = {
        one.line.account_id: one for one in forecast(lines.values(), until, now, ladder, workdays, health)
    }
    warned = model.registered(sorted(alerts.keys() - found.keys()))
    for account, line in warned.items():
        limit_at = line.limit_at(ladder.of(line.ruled_by, line.account_class).limit_us)
        if line.in_population(at) and limit_at is not None:
            found[account] = outlook_of(line, limit_at, at, ladder, workdays, health)
    needy = {account: _marked(outlook, health) for account, outlook in found.items()}
    begun = [
        o.limit_at - ladder.of(o.line.ruled_by, o.line.account_class).limit_us
        for o in found.values()
        if o.limit_at is not None
    ]
    bound = max([until - ladder.limit_us, *(at + 1 for at in begun)])
    return Standings(now, from_micros(until), bound, needy, ladder, alerts, health)


def rulesets_named(model: ReadModel) -> set[str]:
    """Return the labels of the rulesets that facts name for accounts."""
    rulings = (k.event.data for k in model.known((AccountRuledBy.type,)))
    return {data.ruleset for data in rulings if isinstance(data, AccountRuledBy)}


def _marked(outlook: Outlook, health: Mapping[str, SourceHealth]) -> NeedyAccount:
    match outlook.standing:
        case Standing.OVER:
            return NeedyAccount(outlook, Mark.OVER)
        case Standing.NO_ANCHOR:
            return NeedyAccount(outlook, Mark.UNKNOWN, "no_anchor")
        case Standing.UNPROVEN:
            return _unknown(outlook, health)
    if outlook.days_left == 0:
        return NeedyAccount(outlook, Mark.RED)
    return NeedyAccount(outlook, Mark.BLUE if outlook.holiday is not None else Mark.YELLOW)


def _unknown(outlook: Outlook, health: Mapping[str, SourceHealth]) -> NeedyAccount:
    stalled = next(
        (s.source for s in outlook.line.looks if s.source in health and health[s.source].stalled), ""
    )
    if stalled:
        return NeedyAccount(outlook, Mark.UNKNOWN, "stalled", stalled)
    return NeedyAccount(outlook, Mark.UNKNOWN, "old" if outlook.line.looked else "never")


class KeptStandings:
    """Standings for all requests of a process: reckoned once for a minute and a state of the read model."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[Any, Standings]] = {}
        self._follow: dict[object, tuple[Standings, object]] = {}

    def of(self, home: Home, model: ReadModel, now: datetime, days: int, written: int) -> Standings:
        """Return the standings; `written` rises with what this process writes, which is seen at once."""
        version = model.version()
        key = (home.path, version[0], to_micros(now) // _MINUTE_US, written)
        with self._lock:
            kept = self._kept.get(days)
            if kept is not None:
                (former, taken), found = kept
                is_young = abs(to_micros(now) - to_micros(found.at)) < _LASTS_US
                if former == key and (taken == version or is_young):
                    return found
            found = standings(home, model, now, days)
            self._kept[days] = ((key, version), found)
            return found

    def following(self, newest: Standings, key: object, make: Callable[[], T]) -> T:
        """Return what follows from standings, under a key of its own, made once for as long as they are the newest."""
        with self._lock:
            found = self._follow.get(key)
            if found is not None and found[0] is newest:
                return cast("T", found[1])
        made = make()
        with self._lock:
            if len(self._follow) >= _MOST_FOLLOWED:
                self._follow.clear()
            self._follow[key] = (newest, made)
        return made


def fresh_line(line: AccountLine, ladder: Ladder) -> datetime | None:
    """Return when the limit of an account passes."""
    at = line.limit_at(ladder.of(line.ruled_by, line.account_class).limit_us)
    return None if at is None else from_micros(at)
