"""Counts over time: quarters as asked for, each from its frozen round and what the registry says at its end."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors.history.rounds import load_rows
from events.fields import field, marked
from events.instants import FAR
from events.messages import message
from events.quarters import Quarter, parse_quarter, quarter_at
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.focus.focus_list import known_focus
from pipeline.office.rectification.tasks import tasks_now
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope, area_of, keys_within
from pipeline.office.units import unit_tree
from projections.counts.counts import By, Count, Place, Quarterly, RoundRows, counts_over_time
from projections.focus.focus_list import focus_stays
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.units import units_by_name
from projections.rounds.state import RoundState

MOST_QUARTERS = 40


class AskCounts(msgspec.Struct, frozen=True):
    """Which quarters, and by which part."""

    since: str = ""  # 2022Q2; empty: that of the first frozen round, else a year back
    until: str = ""  # empty: the one of the moment of asking
    by: By = ""


def list_counts(workspace: Workspace, asked: AskCounts, at: datetime, scope: Scope = Scope()) -> list[Count]:  # noqa: B008 (frozen)
    """Return the figures of each quarter, the oldest first: the whole of the scope, then its parts.

    Raises `UsageError` for quarters that are none, stand in the wrong order, or have not begun.
    """
    rounds = [r for r in list_rounds(workspace) if r.newest is not None and not r.announced.area]
    quarters = asked_quarters(asked, [r.announced.quarter for r in rounds], at)
    last = {r.announced.quarter: r for r in rounds}  # by check point: the last one of each quarter
    known = workspace.known.read(ACCOUNT_TYPES)
    units = units_by_name(unit_tree(workspace))
    cards = cards_at(known, FAR)
    placed = {a: msgspec.structs.replace(card, area=area_of(card, units)) for a, card in cards.items()}
    among = placed.keys() if scope == Scope() else keys_within(placed, scope, unit_tree(workspace))
    counted = []
    for quarter in quarters:
        end = min(quarter.end, at)
        then = {a: card for a, card in cards_at(known, end).items() if a in among}
        scored = _scored(workspace, last.get(quarter.label), among)
        counted.append(
            Quarterly(
                label=quarter.label,
                start=quarter.start,
                end=end,
                accounts={a: _place(card, area_of(card, units)) for a, card in then.items()},
                round=scored,
            )
        )
    stays = focus_stays(known_focus(workspace, FAR))
    return counts_over_time(counted, stays, tasks_now(workspace), at, asked.by)


def asked_quarters(asked: AskCounts, judged: Iterable[str], at: datetime) -> list[Quarter]:
    """Return the quarters from the first to the last that are asked for; `judged` have a frozen round."""
    now = quarter_at(at)
    until = _quarter(asked.until, "last_quarter") if asked.until else now
    first = min(judged, default="")
    since = _quarter(asked.since or first, "first_quarter") if asked.since or first else _before(until, 3)
    if not asked.since:
        since = min(since, until)
    if until > now:
        raise UsageError(message("quarter {quarter} has not begun", quarter=until.label))
    if since > until:
        raise UsageError(
            message(
                "{since_field} {since} lies behind {until_field} {until}",
                since_field=field("first_quarter"),
                since=since.label,
                until_field=field("last_quarter"),
                until=until.label,
            )
        )
    count = (until.year - since.year) * 4 + until.number - since.number + 1
    if count > MOST_QUARTERS:
        raise UsageError(
            message(
                "{count} quarters are asked for; at most {most} are shown", count=count, most=MOST_QUARTERS
            )
        )
    return [_before(until, n) for n in reversed(range(count))]


def _before(quarter: Quarter, count: int) -> Quarter:
    number = quarter.year * 4 + quarter.number - 1 - count
    return Quarter(number // 4, number % 4 + 1)


def _quarter(label: str, name: str) -> Quarter:
    try:
        return parse_quarter(label)
    except ValueError as e:
        raise UsageError(message("{field}: {error}", field=field(name), error=marked(e))) from None


def _scored(workspace: Workspace, state: RoundState | None, among: Iterable[str]) -> RoundRows | None:
    if state is None or state.newest is None:
        return None
    kept = set(among)
    rows = tuple(row for row in load_rows(workspace.client, state.newest.run_id) if row.account_id in kept)
    return RoundRows(state.name, state.announced.check_point, rows)


def _place(card: AccountCard, area: str) -> Place:
    return Place(area, card.tier, card.platform, card.opened_at, card.closed_at)
