"""What an owner unit has to do: one living card a matter, findings to answer, its accounts, its scores as given."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from connectors.history.rounds import load_rows
from connectors.readmodel.port import OpenAlert
from events.answer import AlertAcknowledged
from events.bulletin import BulletinIssued
from events.facts import VerdictRow
from events.finding import FindingRecorded, FindingServed, FindingWithdrawn
from events.instants import from_micros, to_micros
from pipeline.home.claims import known_acts
from pipeline.home.desk import Desk
from pipeline.home.errors import NotFoundError
from pipeline.home.rulesets import rule_names
from pipeline.office.finding_views import numbers_of
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope
from pipeline.office.standing.listing import AccountView, units_now, view_of
from pipeline.office.standing.scoped import wanted_of
from pipeline.office.standing.standings import Mark, Standings
from projections.patrol.account_line import AccountLine
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rounds.tasks import first_issues

State = Literal["done", "now", ""]
_URGENT = {Mark.OVER: 0, Mark.RED: 1, Mark.BLUE: 2, Mark.YELLOW: 3, Mark.UNKNOWN: 4, Mark.OK: 5}


class Step(NamedTuple):
    """One step of a matter: 已提醒 知悉 发布 系统核实."""

    name: str
    at: datetime | None
    state: State


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """An account that must post: one card, changed in place until a look shows a new post."""

    account: AccountView
    alert_id: str  # empty: nobody was reminded yet
    steps: tuple[Step, ...]
    is_known: bool  # somebody read the reminder
    held: str  # snooze, mute, claim; empty: nothing holds it
    held_until: datetime | None


class ToAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a round holds against an account, as its unit was told."""

    account: AccountView
    round: str
    title: str
    problems: tuple[tuple[str, int], ...]  # rule in words, how often
    findings: tuple[str, ...]  # their numbers for people
    by_looks: bool  # posts and looks say it, of some problem
    answer_until: datetime
    is_open: bool


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of an account in the last round whose bulletin went out."""

    account: AccountView
    verdict: str
    points: int | None
    deductions: tuple[tuple[str, int, int], ...]  # rule in words, how often, points


class MyUnit(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a unit."""

    matters: tuple[Matter, ...]
    to_answer: tuple[ToAnswer, ...]
    accounts: tuple[AccountView, ...]
    scored: str  # title of that round, empty: none
    bulletin: str  # its number
    scores: tuple[Score, ...]


def accounts_of(desk: Desk, scope: Scope, now: datetime) -> list[AccountLine]:
    """Return the open accounts of a scope; none where a unit has none."""
    try:
        wanted = wanted_of(desk.model, scope, units_now(desk.model, now))
    except NotFoundError:
        return []
    return desk.model.lines_where(wanted._replace(open_at=to_micros(now)))


def my_unit(desk: Desk, scope: Scope, now: datetime, standings: Standings) -> MyUnit:
    """Return what a unit has to do now, the most urgent first."""
    lines = accounts_of(desk, scope, now)
    views = views_of(desk, lines, now, standings)
    acknowledged = acknowledgements(desk, [line.account_id for line in lines])
    matters = [
        matter_of(line, views[line.account_id], standings.alerts.get(line.account_id), acknowledged, now)
        for line in lines
        if is_matter(views[line.account_id], standings)
    ]
    ordered = sorted(views.values(), key=_urgency)
    title, number, scores = _scores(desk, views)
    return MyUnit(
        matters=tuple(sorted(matters, key=lambda m: _urgency(m.account))),
        to_answer=tuple(_to_answer(desk, views, now)),
        accounts=tuple(ordered),
        scored=title,
        bulletin=number,
        scores=tuple(scores),
    )


def views_of(
    desk: Desk, lines: Sequence[AccountLine], now: datetime, standings: Standings
) -> dict[str, AccountView]:
    """Return accounts as pages show them, by id."""
    ids = [line.account_id for line in lines]
    numbers, areas = desk.model.numbers_of(ids), desk.model.store.areas_of(ids)
    return {
        line.account_id: view_of(
            line, numbers.get(line.account_id), areas.get(line.account_id, ""), now, standings
        )
        for line in lines
    }


def is_matter(account: AccountView, standings: Standings) -> bool:
    """Tell whether an account must post, or somebody was reminded of it."""
    must_post = account.mark in (Mark.OVER, Mark.RED, Mark.BLUE, Mark.YELLOW)
    return must_post or account.account_id in standings.alerts


def acknowledgements(desk: Desk, accounts: Collection[str]) -> dict[bytes, datetime]:
    """Return when alerts of accounts were read, by the alert."""
    known = desk.known.read((AlertAcknowledged.type,), subjects=accounts)
    read: dict[bytes, datetime] = {}
    for k in known:
        if isinstance(data := k.event.data, AlertAcknowledged):
            read.setdefault(data.alert_id.bytes, k.event.time)
    return read


def matter_of(
    line: AccountLine,
    view: AccountView,
    alert: OpenAlert | None,
    acknowledged: Mapping[bytes, datetime],
    now: datetime,
) -> Matter:
    """Return the card of an account: how far its matter has come."""
    hold = next(iter(line.held_at(to_micros(now))), None)
    claimed = next((h for h in line.held_at(to_micros(now)) if h.cause == "claim"), None)
    reminded = None if alert is None else from_micros(alert.at)
    known_at = None if alert is None else acknowledged.get(alert.id)
    posted_at = None if claimed is None else from_micros(claimed.since)
    done = [reminded is not None, known_at is not None or posted_at is not None, posted_at is not None, False]
    waits = 3 if done[2] else 2 if done[1] else 1 if done[0] else 2
    steps = [
        Step(name, at, "done" if is_done else "now" if n == waits else "")
        for n, (name, at, is_done) in enumerate(
            zip(
                ("已提醒", "知悉", "发布", "系统核实"),
                (reminded, known_at, posted_at, None),
                done,
                strict=True,
            )
        )
    ]
    return Matter(
        account=view,
        alert_id="" if alert is None else str(UUID(bytes=alert.id)),
        steps=tuple(steps),
        is_known=known_at is not None,
        held="" if hold is None else hold.cause,
        held_until=None if hold is None else from_micros(hold.until),
    )


def _to_answer(desk: Desk, views: Mapping[str, AccountView], now: datetime) -> list[ToAnswer]:
    """Return what rounds that are not closed hold against accounts, as their unit was told; what ends first first."""
    rounds = {state.key: state for state in list_rounds(desk, texts=False)}
    words = rule_names(desk.home.path)
    found, numbers = [], _finding_numbers(desk)
    for k in desk.known.read((FindingServed.type,), subjects=set(views)):
        data = k.event.data
        state = rounds.get(data.round) if isinstance(data, FindingServed) else None
        if not isinstance(data, FindingServed) or state is None or k.event.subject not in views:
            continue
        if state.stage in (Stage.CLOSED, Stage.CANCELLED):
            continue
        found.append(
            ToAnswer(
                account=views[k.event.subject],
                round=state.name,
                title=state.announced.title,
                problems=tuple((words.get(c.rule, c.rule), c.count) for c in data.charges),
                findings=tuple(numbers[f] for c in data.charges for f in c.findings if f in numbers),
                by_looks=any(not c.findings for c in data.charges),
                answer_until=data.answer_until,
                is_open=now < data.answer_until and state.frozen is None,
            )
        )
    return sorted(found, key=lambda one: (not one.is_open, one.answer_until))


def _finding_numbers(desk: Desk) -> dict[UUID, str]:
    known = desk.known.read((FindingRecorded.type, FindingWithdrawn.type), texts=False)
    recorded = [k for k in known if isinstance(k.event.data, FindingRecorded)]
    return numbers_of(sorted(recorded, key=lambda k: (k.recorded_at, k.partition, k.offset)))


def _scores(desk: Desk, views: Mapping[str, AccountView]) -> tuple[str, str, list[Score]]:
    """Return the scores of the last round whose bulletin went out: what was not given to units is no one's business."""
    given = _last_given(desk)
    if given is None or not views:
        return "", "", []
    state, issued = given
    newest = state.newest
    run_id = issued.run_id if newest is None else newest.run_id
    rows: list[VerdictRow] = desk.model.rows_of_run(run_id, lambda: load_rows(desk.client, run_id))
    words = rule_names(desk.home.path)
    scores = [
        Score(
            account=views[row.account_id],
            verdict=str(row.verdict),
            points=row.points,
            deductions=tuple((words.get(d.rule, d.rule), d.count, d.points) for d in row.deductions),
        )
        for row in rows
        if row.account_id in views
    ]
    return state.announced.title, issued.number, scores


def _last_given(desk: Desk) -> tuple[RoundState, BulletinIssued] | None:
    issues = {
        k.event.subject: k.event.data for k in first_issues(known_acts(desk.known, (BulletinIssued.type,)))
    }
    rounds = [state for state in list_rounds(desk, texts=False) if subject_of(state.name) in issues]
    if not rounds:
        return None
    last = max(rounds, key=lambda state: state.announced.check_point)
    return last, issues[subject_of(last.name)]


def _urgency(view: AccountView) -> tuple[int, float, str]:
    limit = view.limit_at.timestamp() if view.limit_at else float("inf")
    return _URGENT[view.mark], limit, view.name
