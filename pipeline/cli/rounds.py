"""Commands that judge: status, rounds and their proofs."""

from datetime import datetime
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from events.instants import local_iso
from pipeline.cli.explained import print_explanation
from pipeline.cli.fields import run_fields, seed_note, short_verdict, verdict_columns, verdict_fields
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import CheckPoint, Json, KnownAt, Quarter, RulesetName, home_of
from pipeline.cli.output import cell, minutes, print_json, print_rows, say, say_known
from pipeline.home.registry import find_alone, numbers_now, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, NUMBER, ident, minute, number, placed, share, text, word
from pipeline.office.fact_words import FACTS
from pipeline.office.rounds.verify import verify
from pipeline.scores.diff import asked_differently, diff_runs
from pipeline.scores.explain import explain
from pipeline.scores.scoring import (
    ask,
    ask_to_score,
    find_run,
    list_runs,
    score_round,
    seed_by_hand,
)
from pipeline.scores.status import statuses
from pipeline.scores.weeks import weeks_judged
from pipeline.scores.words import FRESHNESS, UNKNOWN_REASONS, verdict_in_words, what_settles
from projections.rules.digest import pass_rate

_STATUS = (
    NUMBER,
    *ACCOUNT,
    word("verdict", "状态", FRESHNESS),
    number("whole_days_silent", "未更新天数"),
    minute("newest_post_at", "最近更新", by_day="newest_by_day"),
    minute("last_trusted_look_at", "最近可信巡检"),
    word("reason", "原因", UNKNOWN_REASONS),
)
_DIFFERENCES = (*ACCOUNT, text("before", "前"), text("after", "后"), text("causes", "起因"))
_RUNS = (
    ident("short", "run"),
    text("quarter", "季度"),
    minute("check_point", "监测时间点"),
    text("ruleset", "规则"),
    number("checked", "检查"),
    number("failed", "不合格"),
    number("unknown", "无法判定"),
    share("pass_rate", "合格率"),
    number("seed_by_hand", "种子"),
    minute("scored_at", "评分时间"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("status")(status)
    app.command("score")(score)
    app.command("explain")(explain_account)
    app.command("verify")(verify_run)
    app.command("diff")(diff)
    app.command("runs")(runs)
    app.command("rounds", hidden=True)(runs)


@grouped
def status(
    ctx: typer.Context,
    check_point: CheckPoint,
    known_at: KnownAt = None,
    ruleset: RulesetName = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", "--state", help="Show only such accounts: 超期未更新 stale, 无法判定 unknown, …"
        ),
    ] = None,
    *,
    to: Output,
) -> None:
    """Show who is fresh, stale or unknown at a check point, as known now or at --known-at.

    Example: xuncha status --check-point 2021-06-17T15:24:25+08:00 --only stale
    """
    states = codes_meant(only, FRESHNESS, "--only")
    with open_workspace(home_of(ctx)) as workspace:
        question = ask(workspace, check_point, known_at, ruleset, None)
        kept = kept_accounts(workspace, filters)
        found = [
            one for one in statuses(workspace.known, question) if kept is None or one.facts.account_id in kept
        ]
        behind = workspace.behind(question.known_at)
        numbers = numbers_now(workspace)
    rows: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for one in found:
        f = one.facts
        if states is not None and one.freshness not in states:
            continue
        rows.append(
            {
                "number": numbers.get(f.account_id),
                "account_id": f.given_id,
                "name": f.name,
                "verdict": str(one.freshness),
                "newest_post_at": f.newest_post_at,
                "whole_days_silent": one.silent_days,
                "proven_until": f.proven_until,
                "last_trusted_look_at": f.last_trusted_look_at,
                "reason": str(one.reason) if one.reason else "",
            }
        )
        people.append(
            {**rows[-1], "platform": f.platform, "owner": f.owner, "newest_by_day": f.newest_by_day}
        )
    people.sort(key=lambda r: -(r["whole_days_silent"] if r["whole_days_silent"] is not None else 1 << 30))
    head = {
        "check_point": check_point,
        "known_at": question.known_at,
        "behind": behind,
        "ruleset": question.ruleset.label,
    }
    if show_list(rows, _STATUS, to, head=head, people=people):
        say_known(question.known_at, behind)


def score(
    ctx: typer.Context,
    check_point: CheckPoint,
    quarter: Quarter = None,
    known_at: KnownAt = None,
    ruleset: RulesetName = None,
    as_json: Json = False,
) -> None:
    """Score a round over all open accounts, and store its rows, manifest and digest.

    Example: xuncha score --check-point 2021-06-17T15:24:25+08:00 --ruleset national-2019-19
    """
    with open_workspace(home_of(ctx)) as workspace:
        question = ask_to_score(workspace, check_point, known_at, ruleset, quarter)
        run, rows = score_round(workspace, question)
        weeks = weeks_judged(workspace.known, question, rows)
        rules = rule_names(workspace.home.path)
    if as_json:
        week_fields = None if weeks is None else to_builtins(weeks, builtin_types=(datetime,))
        print_json({**run_fields(run), "weeks": week_fields, "rows": [verdict_fields(row) for row in rows]})
        return
    say(
        f"{run.quarter} {run.ruleset}  检查 checked {run.checked}；合格 passed {run.passed}；"
        f"不合格 failed {run.failed}；无法判定 unknown {run.unknown}；合格率 pass rate"
        f" {pass_rate(run.passed, run.failed) or '-'}"
    )
    failing = [verdict_fields(row) for row in rows if row.verdict != "pass"]
    if failing:
        print_rows(failing, as_json=False, columns=verdict_columns(rules))
    if weeks is not None and weeks.not_judged:
        say(
            f"无法认定的周 weeks not judged: {weeks.not_judged}（{weeks.accounts} 个账号），既不计有更新，也不扣分；"
            f"已认定 {weeks.judged} 周。`xuncha explain` 逐周说明"
        )
        say(f"可以认定的办法：{what_settles(weeks.settled_by)}")
        if weeks.better_check_point is not None:
            say(
                f"若以 {minutes(weeks.better_check_point)} 为监测时间点：已认定 {weeks.judged_there} 周，"
                f"无法认定 {weeks.not_judged_there} 周"
            )
    say(f"run {run.run_id}\ndigest {run.digest}")


def explain_account(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Account: its name, 名称（平台，主办单位）, or an id.")],
    check_point: CheckPoint,
    known_at: KnownAt = None,
    ruleset: RulesetName = None,
    quarter: Quarter = None,
    as_json: Json = False,
) -> None:
    """Say why an account has its verdict: posts, looks, weeks, findings, each deduction with clause and event."""
    with open_workspace(home_of(ctx)) as workspace:
        account_id = find_alone(workspace, account)
        question = ask(workspace, check_point, known_at, ruleset, quarter)
        explanation = explain(workspace, question, account_id)
        behind = workspace.behind(question.known_at)
        rules = rule_names(workspace.home.path)
    print_explanation(explanation, question, behind, rules, as_json=as_json)


def verify_run(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(help="Id of the run, or its beginning.")],
    as_json: Json = False,
) -> None:
    """Prove a run again: recompute its rows from what was known then, and compare digests. Exit 1 if they differ."""
    with open_workspace(home_of(ctx)) as workspace:
        proof = verify(workspace, find_run(workspace, run))
    if as_json:
        print_json(
            {
                "run_id": str(proof.run.run_id),
                "holds": proof.holds,
                "digest": proof.run.digest,
                "stored_digest": proof.stored_digest,
                "recomputed_digest": proof.recomputed_digest,
                "round": proof.round,
                "recorded_digest": proof.recorded_digest,
                "note": proof.note,
                "seed_by_hand": seed_by_hand(proof.run),
            }
        )
    else:
        word = "一致 holds" if proof.holds else "不一致 DIFFERS"
        say(
            f"run {proof.run.run_id}: {word}\n  manifest   {proof.run.digest}\n  stored     {proof.stored_digest}"
        )
        say(f"  recomputed {proof.recomputed_digest or '-'}")
        if proof.round:
            say(f"  log        {proof.recorded_digest}  轮次 round {proof.round}")
        for note in filter(None, (proof.note, seed_note(seed_by_hand(proof.run)))):
            say(f"  {note}")
    if not proof.holds:
        raise typer.Exit(1)


@grouped
def diff(
    ctx: typer.Context,
    run1: Annotated[str, typer.Argument(help="Id of a run, or its beginning.")],
    run2: Annotated[str, typer.Argument(help="Id of another run, or its beginning.")],
    *,
    to: Output,
) -> None:
    """Compare two runs: which verdicts changed, and which events caused it."""
    with open_workspace(home_of(ctx)) as workspace:
        one, other = find_run(workspace, run1), find_run(workspace, run2)
        changes = diff_runs(workspace, one, other)
        rules, entries = rule_names(workspace.home.path), registry_now(workspace).entries
    asked = asked_differently(one, other)
    rows: list[dict[str, Any]] = [
        {
            "account_id": c.given_id,
            "name": c.name,
            "before": short_verdict(c.before),
            "after": short_verdict(c.after),
            "events": [
                {k: f[k] for k in ("event_id", "type", "time", "recorded_at", "source")} for f in c.causes
            ],
        }
        for c in changes
    ]
    people = [
        placed(
            {
                **row,
                "before": verdict_in_words(c.before, rules),
                "after": verdict_in_words(c.after, rules),
                "causes": [f"{FACTS.get(f['type'], f['type'])} {minutes(f['time'])}" for f in c.causes],
            },
            entries.get(c.account_id),
        )
        for row, c in zip(rows, changes, strict=True)
    ]
    head = {"run1": str(one.run_id), "run2": str(other.run_id), "asked_differently": asked}
    if not (to.as_json or to.files):
        for name, (before, after) in asked.items():
            say(f"{name}: {_exact(before)} -> {_exact(after)}")
    show_list(
        rows, _DIFFERENCES, to, head=head, people=people, title=None if rows else "没有变化 nothing changed"
    )


def _exact(value: object) -> str:
    """Return what was asked as it was asked: two moments may lie in one minute."""
    return local_iso(value) or "-" if isinstance(value, datetime) else cell(value)


@grouped
def runs(ctx: typer.Context, to: Output) -> None:
    """List the runs: every scoring that was stored."""
    with open_workspace(home_of(ctx)) as workspace:
        rows = [run_fields(run) for run in list_runs(workspace)]
    show_list(rows, _RUNS, to, people=[{**row, "short": row["run_id"][:8]} for row in rows])
