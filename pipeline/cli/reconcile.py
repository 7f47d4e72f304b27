"""The command that proves the folds: what they must have told against what they told."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from events.codec import Event
from pipeline.cli.listing import write_files
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import KnownAt, home_of
from pipeline.cli.output import print_json, print_rows, say, say_known
from pipeline.home.folder import Home
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, Row, minute, number, placed, text, word
from pipeline.office.fact_words import FACTS
from pipeline.upkeep.reconcile import WAIT_S, Reconciled, reconcile
from pipeline.voice.alerts import level_in_words
from projections.accounts.reconciliation import RECONCILED

_KINDS = {"missing": "缺失", "withdrawn": "误撤回", "altered": "不符", "wrong": "无依据"}

_COUNTS = (
    word("type", "类型", FACTS),
    number("expected", "应有"),
    number("told", "已有"),
    *(number(kind, title) for kind, title in _KINDS.items()),
)
_DIFFERENCES = (
    word("difference", "差异", _KINDS),
    word("type", "类型", FACTS),
    *ACCOUNT,
    text("level_zh", "级别"),
    minute("at", "时间"),
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("reconcile")(reconcile_alerts)


@grouped
def reconcile_alerts(
    ctx: typer.Context,
    known_at: KnownAt = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Tell what is missing and withdraw what is wrong.")
    ] = False,
    *,
    to: Output,
) -> None:
    """Recompute which alerts and provisional scores must exist, and compare with those that do.

    missing: it must exist and does not. withdrawn: it must exist and was withdrawn. altered: it exists and says
    something else. wrong: it follows from no fact. Exit 1 where something differs and was not repaired.
    """
    home = home_of(ctx)
    with open_workspace(home) as workspace:
        found = reconcile(workspace, known_at, wait_s=WAIT_S if _folds_run(home) else 0.0, repair=repair)
        behind = workspace.behind(found.known_at)
        entries = registry_now(workspace).entries
    counts = _counts(found)
    differences = sorted(found.differences, key=lambda d: (d.event.time, _account_id(d.event), d.event.type))
    rows = [_fields(d.kind, d.event) for d in differences]
    people = [
        placed({**row, "level_zh": level_in_words(row["level"])}, entries.get(d.event.subject))
        for row, d in zip(rows, differences, strict=True)
    ]
    write_files(people, _DIFFERENCES, to)
    if to.as_json:
        head = {
            "known_at": found.known_at,
            "behind": behind,
            "ruleset": found.ruleset,
            "settled": found.settled,
        }
        print_json({**head, "written": found.written, "counts": counts, "rows": rows})
    elif not to.files:
        _print(found, counts, people)
        say_known(found.known_at, behind)
    if not found.settled:
        raise typer.Exit(1)


def _folds_run(home: Home) -> bool:
    return home.cluster is not None or home.door() is not None


def _counts(found: Reconciled) -> list[dict[str, Any]]:
    return [
        {
            "type": type_,
            "expected": found.expected[type_],
            "told": found.recorded[type_],
            **{
                kind: sum(d.kind == kind and d.event.type == type_ for d in found.differences)
                for kind in _KINDS
            },
        }
        for type_ in RECONCILED
    ]


def _fields(kind: str, event: Event[Any]) -> dict[str, Any]:
    return {
        "difference": kind,
        "type": event.type,
        "account_id": _account_id(event),
        "name": getattr(event.data, "name", ""),
        "level": getattr(event.data, "level", ""),
        "at": event.time,
        "event_id": str(event.id),
    }


def _account_id(event: Event[Any]) -> str:
    return getattr(event.data, "given_id", "") or event.subject


def _print(found: Reconciled, counts: list[dict[str, Any]], rows: Sequence[Row]) -> None:
    print_rows(counts, as_json=False, columns=_COUNTS)
    if rows:
        say("")
        print_rows(rows, as_json=False, columns=_DIFFERENCES)
    say("")
    if not rows:
        say("一致 nothing differs")
    elif found.settled:
        say(f"已修正 repaired: {found.written} events written; `xuncha run` tells them")
    else:
        say(f"{len(rows)} 处差异 differences; `xuncha reconcile --repair` mends them")
