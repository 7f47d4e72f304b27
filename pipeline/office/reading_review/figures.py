"""How well the lexicon of a home does, as people judged it: by kind, by entry, and by rule."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from events.finding import FindingRecorded, FindingWithdrawn
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.columns import Column, number, share, text, word
from pipeline.office.reading_review.listing import KINDS, suspected_now
from pipeline.office.reading_review.settling import FIGURE
from projections.wording.figures import Precision, precisions, recalls
from projections.wording.suspicions import Suspected, withdrawn_findings

_BY = {"kind": "类别", "entry": "条目", "rule": "指标"}
COLUMNS: tuple[Column, ...] = (
    word("by", "按", _BY),
    text("shown", "名称"),
    number("suspected", "疑似"),
    number("open", "待核"),
    number("confirmed", "属实"),
    number("dismissed", "排除"),
    share("precision", "准确率"),
    number("missed", "他人发现"),
    share("recall", "发现率"),
)


def wording_figures(workspace: Workspace) -> list[dict[str, Any]]:
    """Return a row a kind, an entry and a rule; a share that nothing is known of is None."""
    suggestions = suspected_now(workspace)
    known = workspace.known.read((FindingRecorded.type, FindingWithdrawn.type), texts=False)
    withdrawn = withdrawn_findings(known)
    findings = {
        k.event.id: k.event.data.rule
        for k in known
        if isinstance(k.event.data, FindingRecorded) and k.event.id not in withdrawn
    }
    return [
        *_by("kind", suggestions, withdrawn),
        *_by("entry", suggestions, withdrawn),
        *_by_rule(workspace, suggestions, findings, withdrawn),
    ]


def _by(key: str, suggestions: list[Suspected], withdrawn: frozenset[UUID]) -> list[dict[str, Any]]:
    grouped: dict[str, list[Suspected]] = defaultdict(list)
    for one in suggestions:
        grouped[getattr(one.data, key)].append(one)
    return [_row(key, found) for found in precisions(dict(sorted(grouped.items())), withdrawn)]


def _by_rule(
    workspace: Workspace,
    suggestions: list[Suspected],
    findings: dict[UUID, str],
    withdrawn: frozenset[UUID],
) -> list[dict[str, Any]]:
    ruleset = ruleset_of(workspace.home)
    codes: list[str] = []
    for code in sorted(ruleset.counted_in(FIGURE)):
        rule = ruleset.rule(code)
        lines = [ruleset.code_on_line(rule, line) for line in ("red", "yellow")] if rule else []
        codes += [c for c in lines if c is not None and c not in codes]
    grouped = {
        code: [one for one in suggestions if one.settlement is not None and one.settlement.rule == code]
        for code in codes
    }
    rows = [_row("rule", found) for found in precisions(grouped, withdrawn)]
    for row, recall in zip(rows, recalls(suggestions, findings, codes), strict=True):
        rule = ruleset.rule(recall.rule)
        row |= {
            "shown": rule.name if rule else recall.rule,
            "missed": recall.missed,
            "recall": _percent(recall.share),
        }
    return rows


def _row(by: str, found: Precision) -> dict[str, Any]:
    words = {str(kind): title for kind, title in KINDS.items()}
    return {
        "by": by,
        "key": found.key,
        "shown": words.get(found.key, found.key) if by == "kind" else found.key,
        "suspected": found.suspected,
        "open": found.open,
        "confirmed": found.confirmed,
        "dismissed": found.dismissed,
        "precision": _percent(found.share),
        "missed": None,
        "recall": None,
    }


def _percent(part: float | None) -> str | None:
    return None if part is None else f"{part:.1%}"
