"""Runs, verdicts and deductions as commands show them."""

from collections.abc import Mapping
from typing import Any

from events.facts import Deduction, VerdictRow
from events.runs import Run
from pipeline.office.columns import ACCOUNT, Column, minute, number, word
from pipeline.scores.scoring import gone_on_although, seed_by_hand
from pipeline.scores.words import UNKNOWN_REASONS, VERDICTS
from projections.rules.digest import pass_rate


def run_fields(run: Run) -> dict[str, Any]:
    """Return a run as commands show it."""
    return {
        "run_id": str(run.run_id),
        "digest": run.digest,
        "quarter": run.quarter,
        "check_point": run.check_point,
        "known_at": run.known_at,
        "ruleset": run.ruleset,
        "checked": run.checked,
        "passed": run.passed,
        "failed": run.failed,
        "unknown": run.unknown,
        "pass_rate": pass_rate(run.passed, run.failed),
        "manifest_hash": run.manifest_hash,
        "scored_at": run.scored_at,
        "seed_by_hand": seed_by_hand(run),
        "although": gone_on_although(run),
    }


def seed_note(seed: int | None) -> str:
    """Return what every result says of a seed that somebody chose, empty where the log gave it."""
    return "" if seed is None else f"抽样种子 {seed} 由人工指定 the seed of the sample was chosen by hand"


def verdict_columns(rules: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns of verdicts; `rules` has the names of rules by code."""
    return (
        *ACCOUNT,
        word("verdict", "结果", VERDICTS),
        word("reason", "原因", {**UNKNOWN_REASONS, **rules}),
        number("points", "得分"),
        number("whole_days_silent", "未更新天数"),
        minute("newest_post_at", "最近更新"),
    )


def verdict_fields(row: VerdictRow) -> dict[str, Any]:
    """Return a verdict row as commands show it."""
    return {
        "account_id": row.given_id,
        "name": row.name,
        "verdict": str(row.verdict),
        "reason": row.reason,
        "freshness": str(row.freshness),
        "points": row.points,
        "newest_post_at": row.newest_post_at,
        "whole_days_silent": row.whole_days_silent,
        "weeks_not_judged": row.weeks_not_judged,
        "owner": row.owner,
        "tier": row.tier,
        "area": row.area,
        "platform": row.platform,
        "deductions": [deduction_fields(d) for d in row.deductions],
        "evidence": [str(i) for i in row.evidence],
        **({"ruleset": row.ruleset} if isinstance(row.ruleset, str) else {}),  # where it is not the run's
    }


def deduction_fields(deduction: Deduction) -> dict[str, Any]:
    """Return a deduction as commands show it."""
    return {
        "rule": deduction.rule,
        "clause": deduction.clause,
        "count": deduction.count,
        "points": deduction.points,
        "evidence": [str(i) for i in deduction.evidence],
    }


def short_verdict(row: VerdictRow | None) -> str:
    """Return a verdict in a few words, for comparing."""
    if row is None:
        return "不在范围 not checked"
    points = "" if row.points is None else f" {row.points}"
    return f"{row.verdict}{points}{f' ({row.reason})' if row.reason else ''}"
