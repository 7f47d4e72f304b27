"""Commands of a round: announce, draw, freeze, revise, close, cancel."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from events.messages import message
from events.round import RoundKind
from events.round_plan import SamplePlan
from events.runs import Run
from pipeline.cli import round_checks, round_objections, round_served, round_shown
from pipeline.cli.days import read_day
from pipeline.cli.fields import run_fields, seed_note, short_verdict, verdict_columns, verdict_fields
from pipeline.cli.options import Json, RulesetName, home_of, read_check_point
from pipeline.cli.output import print_json, print_rows, say
from pipeline.cli.round_shown import RoundName, guard_words, print_round, round_fields
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import text
from pipeline.office.fact_words import FACTS
from pipeline.office.rounds import (
    Announcement,
    Freeze,
    Revision,
    announce,
    cancel_round,
    close_round,
    draw,
    freeze,
    load_round,
    overrides_of,
    read_announcement,
    revise,
)
from pipeline.scores.scoring import seed_by_hand
from pipeline.scores.words import verdict_in_words
from projections.rules.digest import pass_rate

group = typer.Typer(help="Rounds of checks (抽查): plan, sample, check sheets, freeze.", no_args_is_help=True)

_CHANGED = (
    text("name", "账号名称"),
    text("before", "原结果", wraps=True),
    text("after", "现结果", wraps=True),
    text("causes", "依据", wraps=True),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group.command("announce")(announce_round)
    group.command("draw")(draw_sample)
    group.command("freeze")(freeze_round)
    group.command("revise")(revise_round)
    group.command("close")(close)
    group.command("cancel")(cancel)
    for module in (round_checks, round_served, round_objections, round_shown):
        module.register(group)
    app.add_typer(group, name="round")


def announce_round(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name, like suzhou-2023Q1; --plan has its own.")] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", exists=True, dir_okay=False, help="All of it from a TOML file.")
    ] = None,
    check_point: Annotated[
        datetime | None,
        typer.Option(
            "--check-point", parser=read_check_point, metavar="TIME", help="The moment that is judged."
        ),
    ] = None,
    quarter: Annotated[str, typer.Option(help="Period, like 2023Q1; default: that of the check point.")] = "",
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=read_day, metavar="DAY", help="First day of the period, where not the quarter's."
        ),
    ] = None,
    ruleset: RulesetName = None,
    kind: Annotated[
        RoundKind, typer.Option(help="full: every line; red_lines: red lines alone, no points.")
    ] = "full",
    area: Annotated[str, typer.Option(help="Only accounts of this area; default: all.")] = "",
    title: Annotated[str, typer.Option(help="Title on sheets and bulletins.")] = "",
    all_of_tier: Annotated[list[str] | None, typer.Option(help="A tier that is checked whole.")] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Accounts to check in all, certain ones included.")
    ] = None,
    share: Annotated[float | None, typer.Option(min=0, max=1, help="Share of the rest, like 0.6.")] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Field of the strata of the rest: area, platform, tier or line."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Chosen by hand, which every result says; default: from the log at the draw."),
    ] = None,
    include: Annotated[list[str] | None, typer.Option(help="An account that is checked for certain.")] = None,
    basis: Annotated[list[str] | None, typer.Option(help="A document that the round rests on.")] = None,
    as_json: Json = False,
) -> None:
    """Announce a round (检查通知). The focus list is always in the sample.

    Without --sample and --share every account is checked. The same again changes nothing, and another plan under the
    same name is refused.

    Example: xuncha round announce suzhou-2023Q1 --check-point 2023-02-13T00:00:00+08:00 --ruleset suzhou-practice-2023
    --all-of-tier 市级部门和单位 --sample 381 --by area --by platform --seed 1 --basis 国办发〔2018〕123号
    """
    if plan is not None:
        if name is not None or check_point is not None:
            raise UsageError(message("--plan holds name and check point; give the file alone"))
        announcement = read_announcement(plan)
    else:
        if name is None or check_point is None:
            raise UsageError(message("give a name and --check-point, or a file with --plan"))
        announcement = Announcement(
            name=name,
            check_point=check_point,
            quarter=quarter,
            start=first,
            ruleset=ruleset or "",
            kind=kind,
            area=area,
            title=title,
            sample=_plan(all_of_tier or [], sample, share, by or [], seed, include or []),
            basis=tuple(basis or ()),
        )
    with open_workspace(home_of(ctx)) as workspace:
        state = announce(workspace, announcement, OFFICE)
    print_round(state, as_json=as_json)


def draw_sample(ctx: typer.Context, name: RoundName, as_json: Json = False) -> None:
    """Draw the sample (抽样) from the accounts at the check point, as known now; drawing again gives the same one.

    Example: xuncha round draw suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        sample = draw(workspace, name, OFFICE)
        state = load_round(workspace, name)
    rows = [{"stratum": list(s.key), "population": s.population, "drawn": s.drawn} for s in sample.strata]
    if as_json:
        print_json({**round_fields(state), "accounts": sample.accounts, "rows": rows})
        return
    certain = len(sample.accounts) - sum(s.drawn for s in sample.strata)
    say(
        f"{name}  账号 population {sample.population}；抽查 sample {len(sample.accounts)}；其中必查 certain {certain}、"
        f"重点关注 focus {sample.focus}\n样本 hash {sample.sha256}"
    )
    fields = round_fields(state)
    if fields["seed"]:
        say(seed_note(fields["seed_by_hand"]) or f"种子 seed {fields['seed']}")
    columns = {"stratum": "分层", "population": "账号数", "drawn": "抽取数"}
    print_rows(rows, as_json=False, columns=columns)


def freeze_round(
    ctx: typer.Context,
    name: RoundName,
    although: Annotated[
        str,
        typer.Option(metavar="REASON", help="Freeze though something is not as it has to be, and say why."),
    ] = "",
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT=REASON", help="Let an account stay unknown; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Freeze a round: score its sample as known now, once and for all. Freezing again gives the same run.

    It waits for check sheets that are out, objections, accounts that nobody could judge, and units that were not told
    of a failing row or may still answer; what it waits for is named.

    Example: xuncha round freeze suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = Freeze(name, although, overrides_of(workspace, override or ()))
        run, rows = freeze(workspace, asked, OFFICE)
        state = load_round(workspace, name)
    sample = state.drawn
    gone = (sample.sample if sample else len(rows)) - len(rows)
    if as_json:
        verdicts = [verdict_fields(row) for row in rows]
        print_json({"round": name, **run_fields(run), "gone": gone, "rows": verdicts})
        return
    say(
        f"{name} {run.ruleset}  检查 checked {run.checked}；合格 passed {run.passed}；不合格 failed {run.failed}；"
        f"无法判定 unknown {run.unknown}；合格率 pass rate {pass_rate(run.passed, run.failed) or '-'}"
    )
    if state.frozen is not None and state.frozen.unmet:
        say(f"{guard_words(state.frozen.unmet)}；仍定稿 frozen although: {state.frozen.although}")
    if gone:
        say(f"{gone} 个账号抽样后得知已注销或未开设，不在结果中 left the population since the draw")
    unknown = [verdict_fields(row) for row in rows if row.verdict == "unknown"]
    if unknown:
        columns = verdict_columns(rule_names(ctx.obj.home_path))
        print_rows(unknown, as_json=False, columns=columns, title="无法判定，请补查 unknown: look by hand")
    _say_run(run)


def revise_round(ctx: typer.Context, name: RoundName, as_json: Json = False) -> None:
    """Revise a frozen round with what was learnt since: what changed, and why. The frozen run stays as it is.

    Example: xuncha round revise suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        revision = revise(workspace, name, OFFICE)
    rows = _changes(revision)
    if as_json:
        run = run_fields(revision.run) if revision.run else None
        print_json({"round": name, "previous": str(revision.previous.run_id), "run": run, "rows": rows})
        return
    if revision.run is None:
        say(f"{name}: 没有变化，未作记录 nothing changed, nothing was recorded")
        return
    names = rule_names(ctx.obj.home_path)
    changed = [
        {
            **row,
            "before": verdict_in_words(change.before, names),
            "after": verdict_in_words(change.after, names),
            "causes": [f"{FACTS.get(f['type'], f['type'])} {f['reason']}".strip() for f in row["causes"]],
        }
        for row, change in zip(rows, revision.changes, strict=True)
    ]
    print_rows(changed, as_json=False, columns=_CHANGED)
    _say_run(revision.run)


def close(
    ctx: typer.Context,
    name: RoundName,
    reason: Annotated[str, typer.Option(help="Why, or what comes next.")] = "",
    as_json: Json = False,
) -> None:
    """Close a frozen round (办结): nothing is checked, objected to or revised any more.

    Example: xuncha round close suzhou-2023Q1
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = close_round(workspace, name, OFFICE, reason)
    print_round(state, as_json=as_json)


def cancel(
    ctx: typer.Context,
    name: RoundName,
    reason: Annotated[str, typer.Option(help="Why: a wrong check point, a wrong plan.")] = "",
    as_json: Json = False,
) -> None:
    """Cancel a round before its freeze (取消): its sheets are refused, it counts for no quarter, its name is free.

    Example: xuncha round cancel suzhou-2023Q1 --reason 监测时间点写错
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = cancel_round(workspace, name, reason, OFFICE)
    print_round(state, as_json=as_json)


def _plan(
    tiers: list[str],
    number: int | None,
    share: float | None,
    strata: list[str],
    seed: int | None,
    include: list[str],
) -> SamplePlan:
    fields = {
        "tiers_whole": tiers,
        "number": number,
        "share": share,
        "strata": strata,
        "seed": seed,
        "include": include,
    }
    try:
        return msgspec.convert(fields, SamplePlan)
    except msgspec.ValidationError as e:
        raise UsageError(
            message("{error} (--all-of-tier, --sample, --share, --by, --include)", error=e)
        ) from None


def _say_run(run: Run) -> None:
    say(f"run {run.run_id}\ndigest {run.digest}")
    if note := seed_note(seed_by_hand(run)):
        say(note)


def _changes(revision: Revision) -> list[dict[str, Any]]:
    names = ("event_id", "type", "time", "recorded_at", "source", "reason")
    return [
        {
            "account_id": change.given_id,
            "name": change.name,
            "before": short_verdict(change.before),
            "after": short_verdict(change.after),
            "causes": [{k: f[k] for k in names} for f in change.causes],
        }
        for change in revision.changes
    ]
