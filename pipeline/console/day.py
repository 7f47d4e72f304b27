"""What the page 今日 shows: of the accounts that need somebody, of what waits, of what came in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from events.answer import AlertAcknowledged
from events.instants import from_micros
from pipeline.access.users import Role
from pipeline.console.account_words import HOW, SUBTITLES, TITLES, left_in_words, limit_in_words, mark_name
from pipeline.console.navigation import may_open
from pipeline.console.pages.senders import called, source_title
from pipeline.office.standing.standings import WHY, Mark, NeedyAccount, Standings
from pipeline.office.today.picture import NeedView, Today
from pipeline.office.today.rows import CAME_IN, WAITS
from projections.intakes.state import INTAKE_TYPES, IntakeStage, fold_intakes
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, RoundState, Stage, fold_rounds

if TYPE_CHECKING:
    from pipeline.console.visit import Visit
    from pipeline.home.read_model import ReadModel

_MOST_ROWS = 50
"""Accounts of one mark that the page shows; the list has them all."""

_NEWEST = 6
_PLACES = {
    "objection": "/findings",
    "application": "/filings",
    "rectification": "/tasks",
    "finding": "/findings",
    "suspicion": "/suggestions",
    "wording": "/review",
    "work_order": "/work-orders",
    "unreached": "/tasks/units",
    "supervision": "/supervision",
    "site": "/sites",
    "report": "/reports",
    "public_report": "/reports-from-public",
    "intake": "/in",
    "plan": "/in",
}
_HELD = {"snooze": "已暂缓提醒", "mute": "已静音", "claim": "单位称已发布，待核实"}
_LOOKS_AT_INTAKES = frozenset({Role.CLERK, Role.SIGNER, Role.AUDITOR})
_STEPS = {
    Stage.ANNOUNCED: "待抽样",
    Stage.DRAWN: "收检查单",
    Stage.FROZEN: "已定稿，待印发",
}


class DueRow(msgspec.Struct, frozen=True, kw_only=True):
    """An account that needs somebody, in words."""

    name: str
    url: str
    platform: str
    owner: str
    newest_post_at: datetime | None
    by_day: bool
    left: str
    limit: str
    reminder: str  # 已知悉, 已送达, 未送达, 未发送; empty: nobody is to be reminded
    look: str  # of the tag
    reminded_at: datetime | None
    note: str
    mark: str
    why: str
    how: str
    look_url: str


class DueGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts of one mark."""

    mark: str
    title: str
    sub: str
    count: int
    url: str
    rows: tuple[DueRow, ...]


class TodoRow(msgspec.Struct, frozen=True, kw_only=True):
    """Things of one sort that wait."""

    title: str
    value: int
    sub: str
    url: str


class InRow(msgspec.Struct, frozen=True):
    """Papers that came in."""

    at: datetime
    title: str
    said: str
    url: str
    can_undo: bool


class SourceBox(msgspec.Struct, frozen=True):
    """How the sources are."""

    count: int
    stalled: tuple[tuple[str, datetime, int], ...]  # name, since when, accounts that are unknown for it
    alive: tuple[tuple[str, datetime], ...]  # name, last look


class RoundBox(msgspec.Struct, frozen=True):
    """The round that is under way."""

    title: str
    url: str
    step: str
    done: int
    total: int
    check_point: datetime


def counts_of(visit: "Visit", found: Today, standings: Standings) -> list[dict[str, object]]:
    """Return how many accounts of the scope bear each mark; together they are its population."""
    marks = Counter(_mark(need, standings) for need in found.needs)
    marks[Mark.OK] = found.accounts - len(found.needs)
    return [
        {
            "mark": str(mark),
            "word": TITLES[mark],
            "value": marks[mark],
            "sub": f"共 {found.accounts} 个账号" if mark is Mark.OK else SUBTITLES[mark],
            "url": visit.link(f"/accounts?s={mark}"),
            "red": mark is Mark.OVER and marks[mark] > 0,
        }
        for mark in Mark
    ]


def groups_of(visit: "Visit", model: "ReadModel", found: Today, standings: Standings) -> list[DueGroup]:
    """Return the accounts that must post by mark, the most urgent first."""
    return _groups(visit, model, found, standings, (Mark.OVER, Mark.RED, Mark.BLUE, Mark.YELLOW))


def unknown_of(visit: "Visit", model: "ReadModel", found: Today, standings: Standings) -> list[DueGroup]:
    """Return the accounts that nobody knows of."""
    return _groups(visit, model, found, standings, (Mark.UNKNOWN,))


def _groups(
    visit: "Visit", model: "ReadModel", found: Today, standings: Standings, marks: Sequence[Mark]
) -> list[DueGroup]:
    by_mark: dict[Mark, list[NeedView]] = {}
    for need in found.needs:
        by_mark.setdefault(_mark(need, standings), []).append(need)
    known = model.known((AlertAcknowledged.type,))
    read = {k.event.data.alert_id.bytes for k in known if isinstance(k.event.data, AlertAcknowledged)}
    return [
        DueGroup(
            mark=str(mark),
            title=TITLES[mark],
            sub=SUBTITLES[mark],
            count=len(needs),
            url=visit.link(f"/accounts?s={mark}"),
            rows=tuple(_row(visit, need, standings, read) for need in needs[:_MOST_ROWS]),
        )
        for mark in marks
        if (needs := by_mark.get(mark))
    ]


def _mark(need: NeedView, standings: Standings) -> Mark:
    return standings.of[need.account_id].mark


def _row(visit: "Visit", need: NeedView, standings: Standings, read: set[bytes]) -> DueRow:
    from pipeline.console.pages.account_list import account_url  # noqa: PLC0415 (pages need this module)

    one: NeedyAccount = standings.of[need.account_id]
    word, look, at = reminder_of(standings, need.account_id, read)
    note = _HELD.get(need.held, "") if need.held else "需先检查" if need.look_is_old and not one.why else ""
    if need.warned == "leader" and not note:
        note = "已提醒分管领导" if need.reached else "应提醒分管领导"
    url = account_url(visit, need.number, need.account_id)
    return DueRow(
        name=need.name,
        url=url,
        platform=need.platform,
        owner=need.owner,
        newest_post_at=need.newest_post_at,
        by_day=need.newest_post_by_day,
        left=left_in_words(need.fails_at, visit.now),
        limit=limit_in_words(need.fails_at, visit.now),
        reminder=word,
        look=look,
        reminded_at=at,
        note=note,
        mark=mark_name(one.mark, one.why),
        why=WHY.get(one.why, ""),
        how=HOW.get(one.why, ""),
        look_url=f"{url}#look",
    )


def reminder_of(standings: Standings, account: str, read: set[bytes]) -> tuple[str, str, datetime | None]:
    """Return what came of the open alert of an account: word, look of its tag, when it was raised."""
    alert = standings.alerts.get(account)
    if alert is None:
        return "", "", None
    at = from_micros(alert.at)
    if alert.id in read:
        return "已知悉", "ok", at
    if alert.delivered:
        return "已送达", "plain", at
    return ("未送达", "bad", at) if alert.failed else ("未发送", "plain", at)


def todo_of(visit: "Visit", found: Today) -> list[TodoRow]:
    """Return what waits by sort, as links to where it is done."""
    rows = []
    for what, title in WAITS.items():
        waiting = [one for one in found.waiting if one.what == what]
        if not waiting:
            continue
        place = _PLACES[what]
        may = visit.user is not None and may_open(visit.user, place)
        oldest = waiting[0].about
        rows.append(
            TodoRow(
                title=title,
                value=len(waiting),
                sub="" if what in ("intake", "plan") else oldest + (" 等" if len(waiting) > 1 else ""),
                url=visit.link(place) if may else "",
            )
        )
    return rows


def came_in_of(visit: "Visit", model: "ReadModel") -> list[InRow]:
    """Return the papers that came in last, for whoever sees all of them."""
    if visit.grant is None or visit.grant.role not in _LOOKS_AT_INTAKES:
        return []
    states = fold_intakes(counting(model.known((*INTAKE_TYPES, *CLAIM_TYPES)))).values()
    newest = sorted(states, key=lambda state: state.opened_at, reverse=True)[:_NEWEST]
    stage_words = {
        IntakeStage.OPEN: "正在入库",
        IntakeStage.TAKEN: "",
        IntakeStage.WITHDRAWN: "已撤销",
        IntakeStage.REPLACED: "已由另一份代替",
    }
    return [
        InRow(
            at=state.opened_at,
            title=called(*state.opened.on_behalf.partition(":")[::2]) + f" 收{state.number}",
            said=stage_words[state.stage] or f"{state.opened.facts} 条记录",
            url=visit.link(f"/in/{state.number}"),
            can_undo=state.stage is IntakeStage.TAKEN and visit.may("POST", "/in/{number}/undo"),
        )
        for state in newest
    ]


def came_in_counts(found: Today) -> list[tuple[str, int]]:
    """Return what came in since the former working day, by sort."""
    return [(CAME_IN[one.what], one.count) for one in found.came_in]


def sources_of(standings: Standings) -> SourceBox:
    """Return how the sources are, and how many accounts are unknown for those that stalled."""
    blind = Counter(one.source for one in standings.of.values() if one.source)
    health: Mapping[str, object] = standings.health
    stalled = tuple(
        (source_title(name), from_micros(one.stalls[-1].since), blind[name])
        for name, one in sorted(standings.health.items())
        if one.stalled
    )
    alive = tuple(
        (source_title(name), from_micros(one.last_sweep_at))
        for name, one in sorted(standings.health.items())
        if not one.stalled and one.last_sweep_at is not None
    )
    return SourceBox(len(health), stalled, alive)


def rounds_of(visit: "Visit", model: "ReadModel") -> list[RoundBox]:
    """Return the rounds that are under way, the newest first."""
    states = fold_rounds(counting(model.known((*ROUND_TYPES, *CLAIM_TYPES)))).values()
    open_ = [state for state in states if state.stage in _STEPS and _is_of(visit, state)]
    open_.sort(key=lambda state: state.announced.check_point, reverse=True)
    may = visit.user is not None and may_open(visit.user, "/rounds")
    return [
        RoundBox(
            title=state.announced.title,
            url=visit.link(f"/rounds/{state.name}") if may else "",
            step=_STEPS[state.stage],
            done=len({read.sheet_id for read in (r for r in state.reads)}),
            total=len(state.sheets),
            check_point=state.announced.check_point,
        )
        for state in open_[:2]
    ]


def _is_of(visit: "Visit", state: RoundState) -> bool:
    return visit.scope.area is None or state.announced.area in ("", visit.scope.area)
