"""What the page of a round says: its steps, its next step, and what a freeze waits for."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from events.bulletin import Override
from events.folding import fold
from events.instants import FAR
from events.round import FreezeProposed, Guard
from pipeline.access.users import Role
from pipeline.console.hands import acts_in
from pipeline.console.navigation import may_open
from pipeline.console.problems import no_such_page
from pipeline.console.rights import Reach
from pipeline.console.visit import Visit
from pipeline.console.words import long_moment, short_moment
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import adoption_in_force
from pipeline.office.rounds.agreeing import proposer_of
from pipeline.office.rounds.guards import not_rechecked
from pipeline.office.rounds.overview import SheetLine, Standing, gate, sheet_lines
from pipeline.office.rounds.revise import is_published
from pipeline.office.rounds.state import list_rounds
from projections.rounds.state import RoundState, Stage

STAGES = {
    "announced": "已通知",
    "drawn": "检查中",
    "frozen": "已定稿",
    "closed": "已办结",
    "cancelled": "已取消",
}
_NAMED = 3
_STEPS = ("通知", "抽样", "发检查单", "收检查单", "复核", "异议", "定稿", "通报", "修订")
_GUARDS: Mapping[Guard, tuple[str, str, str]] = {
    "sheet_out": ("检查单 {n} 张未交", "n", "sheets"),
    "objection_open": ("异议 {n} 件待决定", "n", "/objections?state=open"),
    "not_rechecked": ("问题 {n} 个待复核", "n", "/findings?state=open"),
    "account_unknown": ("待核实 {n} 个", "w", "results?verdict=unknown"),
    "not_served": ("不合格 {n} 个未告知单位", "n", "results?verdict=fail"),
    "answer_open": ("已告知 {n} 个仍在答复期", "w", "results?verdict=fail"),
}
_MET = {
    "sheet_out": "检查单已全部交回",
    "objection_open": "异议均已决定",
    "not_rechecked": "应复核的问题均已复核",
    "account_unknown": "账号均已判定",
    "not_served": "不合格账号均已告知单位",
}


class Gate(msgspec.Struct, frozen=True):
    """A line of the gate."""

    state: str  # y n w
    text: str
    about: str = ""
    url: str = ""


class Step(msgspec.Struct, frozen=True):
    """What is done next: a word, and where or what it does."""

    said: str
    url: str = ""  # a page that leads on
    act: str = ""  # a form that posts: draw, sheets, serve, freeze, agree, close, revise
    button: str = ""


class RoundPage(msgspec.Struct, frozen=True):
    """A round, ready to be shown."""

    title: str
    sub: str
    stage: str
    path: str
    rules: str
    steps: tuple[tuple[str, str, str], ...]
    next: Step
    gate: tuple[Gate, ...]
    gaps: int
    sheets: tuple[SheetLine, ...]
    proposal: FreezeProposed | None
    proposed_by: str
    proposed_at: datetime | None
    is_clerk: bool
    is_signer: bool
    sees_sheets: bool
    published: bool


def rounds_seen(workspace: Workspace, visit: Visit) -> list[RoundState]:
    """Return the rounds that somebody may see, by check point."""
    return [
        state for state in list_rounds(workspace, known_at=visit.known_at or FAR) if may_see(visit, state)
    ]


def may_see(visit: Visit, state: RoundState) -> bool:
    """Tell whether a round is shown: a checker sees those with an own sheet, a competent office those of its area."""
    if visit.reach is Reach.OWN:
        return visit.grant is not None and any(s.checker == visit.grant.scope for s in state.sheets)
    if visit.reach is Reach.AREA:
        about = fold(state.announced.area)
        return visit.grant is not None and about in ("", fold(visit.grant.scope))
    return True


def require_part(visit: Visit, state: RoundState, *roles: Role) -> RoundState:
    """Return a round in which whoever asks does the part of one of the roles; others hear that there is no page."""
    if not any(acts_in(visit, state, role) for role in roles):
        raise no_such_page()
    return state


def slug_of(state: RoundState) -> str:
    """Return how addresses name a round: the one that goes on by its name, a cancelled one by its place, too."""
    return state.name if state.cancelled is None else f"{state.name}~{state.telling}"


def key_of(slug: str) -> str:
    """Return the key of a round that an address names."""
    return slug.replace("~", "#")


def rules_title(workspace: Workspace, state: RoundState) -> str:
    """Return the office's own title of the indicators of a round, never a code."""
    adopted = adoption_in_force(workspace, state.announced.ruleset, state.announced.check_point)
    if adopted is not None:
        return f"{adopted.title}（{adopted.document}）"
    return find_ruleset(state.announced.ruleset, workspace.home.path).ruleset.title


def page_of(workspace: Workspace, visit: Visit, state: RoundState, found: Standing | None) -> RoundPage:
    """Return what the page of a round says to whoever asks."""
    known_at = visit.known_at or FAR
    announced, sheets = state.announced, sheet_lines(workspace, state, known_at)
    published = is_published(workspace, state, known_at)
    is_open = state.stage is Stage.DRAWN and visit.known_at is None
    waiting = len(not_rechecked(workspace, state)) if is_open else 0
    open_gate = gate(workspace, state, found, visit.now) if found and is_open else ()
    path = f"/rounds/{slug_of(state)}"
    lines = [_line(one.guard, one.about, path) for one in open_gate]
    if found is not None and is_open:
        guards = {one.guard for one in open_gate}
        lines += [Gate("y", text) for guard, text in _MET.items() if guard not in guards]
    proposal = state.proposal if state.stage is Stage.DRAWN else None
    data = proposal.event.data if proposal else None
    sample = f"抽查 {state.drawn.sample} / {state.drawn.population} 个账号 · " if state.drawn else ""
    basis = f" · 依据 {'、'.join(announced.basis)}" if announced.basis else ""
    rules = rules_title(workspace, state)
    runs = f"{announced.office}办理 · " if announced.office else ""
    return RoundPage(
        title=announced.title,
        sub=f"{runs}监测时间点 {long_moment(announced.check_point)} · {sample}{rules}{basis}",
        stage=STAGES[state.stage],
        path=path,
        rules=rules,
        steps=_steps(state, sheets, waiting, published=published),
        next=_next(
            state, found, {one.guard: len(one.about) for one in open_gate}, sheets, published=published
        ),
        gate=tuple(lines),
        gaps=len(open_gate),
        sheets=tuple(sheets),
        proposal=data if isinstance(data, FreezeProposed) else None,
        proposed_by=proposer_of(workspace, state),
        proposed_at=proposal.event.time if proposal else None,
        is_clerk=acts_in(visit, state, Role.CLERK),
        is_signer=acts_in(visit, state, Role.SIGNER),
        sees_sheets=_sees_sheets(visit, state),
        published=published,
    )


def _sees_sheets(visit: Visit, state: RoundState) -> bool:
    """Tell whether somebody may open the sheets: a competent office those of its own rounds alone."""
    if visit.user is None or not may_open(visit.user, "/rounds/{name}/sheets"):
        return False
    return visit.reach is not Reach.AREA or acts_in(visit, state, Role.CLERK)


def overrides_asked(pairs: Mapping[str, str], accounts: Mapping[str, str]) -> tuple[Override, ...]:
    """Return the accounts of a form that shall stay unknown, with why; `accounts` by number."""
    return tuple(
        Override(accounts[number], reason)
        for number, reason in pairs.items()
        if reason and number in accounts
    )


def _line(guard: Guard, about: Sequence[str], path: str) -> Gate:
    text, state, where = _GUARDS[guard]
    url = where if where.startswith("/") else f"{path}/{where}"
    named = [] if guard in ("sheet_out", "objection_open") else [a.partition(" until ")[0] for a in about]
    more = f"等 {len(named)} 个" if len(named) > _NAMED else ""
    return Gate(state, text.format(n=len(about)), "、".join(named[:_NAMED]) + more, url)


def _steps(
    state: RoundState, sheets: Sequence[SheetLine], waiting: int, *, published: bool
) -> tuple[tuple[str, str, str], ...]:
    read = sum(sheet.read_at is not None for sheet in sheets)
    drawn, frozen = state.drawn, state.frozen
    deciding = len(state.undecided)
    subs = (
        f"{short_moment(state.announced_at)[:5]} 发出",
        f"{short_moment(drawn.known_at)} · {drawn.sample} 个" if drawn else "",
        f"{len(sheets)} 张" if sheets else "",
        f"{read} / {len(sheets)} 已交" if sheets else "",
        f"{waiting} 个待复核" if waiting else "",
        f"{deciding} 件待决定" if deciding else "",
        f"{short_moment(frozen.known_at)[:5]} 定稿" if frozen else "",
        "已印发" if published else "",
        f"{len(state.revisions)} 次" if state.revisions else "",
    )
    past = frozen is not None
    done = (
        True,
        drawn is not None,
        bool(sheets) or past,
        (bool(sheets) and read == len(sheets)) or past,
        (bool(sheets) and read == len(sheets) and not waiting) or past,
        (drawn is not None and bool(state.objections) and not deciding) or past,
        past,
        published,
        bool(state.revisions),
    )
    if state.stage in (Stage.CANCELLED, Stage.CLOSED):
        return tuple((t, s, "done" if d else "") for t, s, d in zip(_STEPS, subs, done, strict=True))
    now = next((n for n, d in enumerate(done) if not d), len(done))
    return tuple(
        (t, s, "now" if n == now else "done" if d else "")
        for n, (t, s, d) in enumerate(zip(_STEPS, subs, done, strict=True))
    )


def _next(
    state: RoundState,
    found: Standing | None,
    gaps: Mapping[Guard, int],
    sheets: Sequence[SheetLine],
    *,
    published: bool,
) -> Step:
    path = f"/rounds/{slug_of(state)}"
    if state.stage is Stage.FROZEN and not published:
        return Step("起草通报，核对后送签。", url=f"/bulletins/{slug_of(state)}", button="起草通报")
    if state.stage in _NEXT:
        return _NEXT[state.stage]
    left = sum(sheet.read_at is None for sheet in sheets)
    if left or not sheets:
        text = f"还有 {left} 张检查单未交回。" if sheets else "把抽查账号分给检查组。"
        return Step(text, url=f"{path}/sheets", button="收检查单" if sheets else "发检查单")
    if found is None:
        return Step("监测时间点未到，或当日数据未到齐；到齐后即可看暂定结果。")
    first = next((step for guard, step in _OPEN.items() if guard in gaps), None)
    if first is not None:
        return msgspec.structs.replace(first, url=first.url.format(path=path))
    return Step(
        "条件已具备，可以定稿。定稿后结果不再改动，以后得知的情况作修订。", act="freeze", button="定稿"
    )


_NEXT = {
    Stage.CANCELLED: Step("这次检查已取消，可按正确的方案重新通知。", url="/rounds/new", button="重新通知"),
    Stage.CLOSED: Step("这次检查已办结，不再改动。"),
    Stage.ANNOUNCED: Step(
        "按方案抽取账号；抽样依据当前数据，结果可由任何人复核。", act="draw", button="抽样"
    ),
    Stage.FROZEN: Step("定稿后得知的情况作修订；没有新情况即可办结。", act="revise", button="作修订"),
}
_OPEN: Mapping[Guard, Step] = {
    "not_rechecked": Step(
        "问题须由登记人以外的经办人或检查组复核；没有其他人的，写明理由仍要定稿。",
        "/findings?state=open",
        button="复核问题",
    ),
    "objection_open": Step("异议须先决定。", "/objections?state=open", button="处理异议"),
    "account_unknown": Step(
        "有账号未取得监测依据，请补查。", "{path}/results?verdict=unknown", button="看待核实账号"
    ),
    "not_served": Step("不合格的账号须先告知主办单位，留出答复时间。", act="serve", button="告知单位"),
    "answer_open": Step(
        "单位仍在答复期内；期满即可定稿。", "{path}/results?verdict=fail", button="看不合格账号"
    ),
}
