"""Commands that show rounds: one with its sheets and objections, and the list of all."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from events.messages import joined
from events.round import Guard
from pipeline.cli.fields import seed_note
from pipeline.cli.filters import codes_meant, rows_with
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say
from pipeline.cli.reader import in_language
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, number, text, word
from pipeline.office.rounds import list_rounds, load_round
from pipeline.office.rounds.guards import GUARDS
from projections.rounds.state import RoundState

RoundName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the round; see `xuncha round list`.")]
Reference = Annotated[
    str, typer.Option(help="About secret or harmful content, in place of any text: where it is kept.")
]
_STAGES = {
    "announced": "已通知",
    "drawn": "已抽样",
    "frozen": "已定稿",
    "closed": "已办结",
    "cancelled": "已取消",
}
_OUTCOMES = {"upheld": "成立", "rejected": "不成立", None: "待定"}
_LISTED = (
    ident("round", "检查"),
    text("title", "名称"),
    word("stage", "进度", _STAGES),
    text("area", "范围"),
    text("quarter", "季度"),
    minute("check_point", "监测时间点"),
    text("ruleset", "规则"),
    number("population", "账号数"),
    number("sample", "抽查数"),
)
_OBJECTIONS = (
    ident("short", "异议ID"),
    text("account", "账号", wraps=True),
    text("against", "针对"),
    text("reason", "理由", wraps=True),
    text("outcome_zh", "结论"),
)


def register(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("show")(show)
    group.command("list")(show_all)


def show(ctx: typer.Context, name: RoundName, as_json: Json = False) -> None:
    """Show a round: its plan and stage, who has which sheet, objections, runs.

    Example: xuncha round show suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = load_round(workspace, name)
        registry = registry_now(workspace)
    print_round(state, as_json=as_json, title=registry.title)


@grouped
def show_all(
    ctx: typer.Context,
    area: Annotated[str | None, typer.Option(help="Only rounds of this area.")] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only rounds that are so: 已抽样, frozen, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the rounds that were announced; `xuncha runs` lists the runs that were scored."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = [round_fields(one) for one in list_rounds(workspace)]
    rows = rows_with(rows, area, "--area", lambda row: row["area"])
    stages = codes_meant(state, _STAGES, "--state")
    show_list([row for row in rows if stages is None or row["stage"] in stages], _LISTED, to)


def print_round(state: RoundState, *, as_json: bool, title: Callable[[str], str] = str) -> None:
    """Print a round for people, or as one JSON object; `title` writes an account for people."""
    fields = round_fields(state)
    if as_json:
        print_json(fields)
        return
    a = state.announced
    say(f"{state.name}  {a.title}  {_STAGES[state.stage]} {state.stage}")
    if state.cancelled is not None:
        say(f"取消原因 cancelled because: {state.cancelled.reason}")
    facts: list[dict[str, Any]] = [
        {"what": "季度 quarter", "value": a.quarter},
        {"what": "监测时间点 check point", "value": a.check_point},
        {
            "what": "规则 ruleset",
            "value": f"{a.ruleset}（{'仅单项否决' if a.kind == 'red_lines' else '全部指标'}）",
        },
        {"what": "范围 area", "value": a.area or "全部"},
        {"what": "依据 basis", "value": a.basis or None},
        {"what": "账号数 population", "value": fields["population"]},
        {"what": "抽查数 sample", "value": fields["sample"]},
        {"what": "抽样种子 seed", "value": seed_note(fields["seed_by_hand"]) or fields["seed"]},
        {"what": "重点关注 focus", "value": fields["focus"]},
        {"what": "定稿 run", "value": fields["frozen_run"]},
        {"what": "例外 although", "value": _although(state)},
        {"what": "修订 revisions", "value": len(state.revisions)},
        {"what": "现行 newest run", "value": fields["newest_run"]},
    ]
    print_rows(facts, as_json=False, columns={"what": "项目", "value": "内容"})
    if fields["sheets"]:
        columns = {"sheet_id": "检查单", "checker": "检查员", "accounts": "账号数", "read": "已交回"}
        print_rows(fields["sheets"], as_json=False, columns=columns, title="检查单 sheets")
    if fields["withdrawn"]:
        columns = {"facts": "事实数", "reason": "理由", "second": "同意人"}
        title_zh = "定稿后撤回 withdrawn behind the freeze"
        print_rows(fields["withdrawn"], as_json=False, columns=columns, title=title_zh)
    if fields["carried"]:
        columns = {"account": "账号", "finding_id": "问题ID", "quarter": "计入", "reason": "理由"}
        rows = [{**c, "account": title(c["account"])} for c in fields["carried"]]
        print_rows(rows, as_json=False, columns=columns, title="转入下季度 carried into the next quarter")
    if fields["objections"]:
        rows = [
            {
                **o,
                "short": o["objection_id"][:8],
                "account": title(o["account"]),
                "against": f"问题 {o['finding_id'][:8]}" if o["finding_id"] else o["ground_zh"],
            }
            for o in fields["objections"]
        ]
        print_rows(rows, as_json=False, columns=_OBJECTIONS, title="异议 objections")


def round_fields(state: RoundState) -> dict[str, Any]:
    """Return a round as commands show it."""
    a, drawn = state.announced, state.drawn
    return {
        "round": state.name,
        "title": a.title,
        "stage": str(state.stage),
        "stage_zh": _STAGES[state.stage],
        "cancelled": state.cancelled.reason if state.cancelled else None,
        "area": a.area,
        "quarter": a.quarter,
        "check_point": a.check_point,
        "ruleset": a.ruleset,
        "kind": a.kind,
        "basis": a.basis,
        "population": drawn.population if drawn else None,
        "sample": drawn.sample if drawn else None,
        "focus": drawn.focus if drawn else None,
        "sample_sha256": drawn.sample_sha256 if drawn else None,
        "seed": _seed(state),
        "seed_by_hand": None if a.sample.everybody else a.sample.seed,
        "frozen_run": str(state.frozen.run_id) if state.frozen else None,
        "unmet": state.frozen.unmet if state.frozen else (),
        "although": state.frozen.although if state.frozen else "",
        "newest_run": str(state.newest.run_id) if state.newest else None,
        "revisions": [str(r.run_id) for r in state.revisions],
        "withdrawn": [
            {"facts": len(w.facts) + w.more_facts, "reason": w.reason, "second": w.second}
            for w in state.withdrawn
        ],
        "carried": [
            {
                "account": c.account,
                "finding_id": str(c.finding_id) if c.finding_id else None,
                "quarter": c.quarter,
                "reason": c.reason,
            }
            for c in state.carried
        ],
        "sheets": _sheets(state),
        "objections": _objections(state),
    }


def guard_words(guards: Iterable[Guard]) -> str:
    """Return in words what a freeze went on without."""
    return in_language(joined("、", (GUARDS[guard] for guard in guards)))


def _although(state: RoundState) -> str | None:
    frozen = state.frozen
    return f"{guard_words(frozen.unmet)}：{frozen.although}" if frozen and frozen.unmet else None


def _seed(state: RoundState) -> str | None:
    """Return the seed that the sample was drawn with, None before the draw and where nobody is left out."""
    plan = state.announced.sample
    if state.drawn is None or plan.everybody:
        return None
    return state.drawn.seed or str(plan.seed or 0)


def _sheets(state: RoundState) -> list[dict[str, Any]]:
    read = {r.sheet_id for r in state.reads}
    return [
        {
            "sheet_id": s.sheet_id,
            "checker": s.checker,
            "accounts": s.accounts,
            "read": s.sheet_id in read,
        }
        for s in state.sheets
    ]


def _objections(state: RoundState) -> list[dict[str, Any]]:
    rows = []
    for o in state.objections:
        finding, outcome = o.raised.finding_id, o.decided.outcome if o.decided else None
        rows.append(
            {
                "objection_id": str(o.id),
                "account": o.raised.account,
                "ground": o.raised.ground,
                "ground_zh": f"问题 {finding}" if finding else "未更新",
                "finding_id": str(finding) if finding else None,
                "reason": o.raised.reason,
                "raised_at": o.raised_at,
                "outcome": outcome,
                "outcome_zh": _OUTCOMES[outcome],
                "decision": o.decided.reason if o.decided else None,
                "decided_at": o.decided_at,
            }
        )
    return rows
