"""Figures by line beside figures by area, of one population and one frozen round: each account counts once in each."""

from collections import defaultdict
from datetime import datetime
from typing import Literal

import msgspec

from connectors.history.rounds import load_rows, load_run
from events.facts import RegistryEntry, Verdict, VerdictRow
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.sample import in_area
from pipeline.office.rounds.state import load_round
from pipeline.scores.scoring import population_at
from projections.rules.digest import pass_rate

Tree = Literal["line", "area"]


class BranchFigures(msgspec.Struct, frozen=True):
    """What one line, or one area, comes to."""

    branch: str  # '': of none
    accounts: int
    checked: int
    share: str | None  # of its accounts that were checked
    passed: int
    failed: int
    unknown: int
    pass_rate: str | None


def branch_figures(workspace: Workspace, name: str, tree: Tree) -> list[BranchFigures]:
    """Return the figures of a frozen round by line or by area, from its stored rows; raises `UsageError` before."""
    state = load_round(workspace, name)
    run = None if state.newest is None else load_run(workspace.client, state.newest.run_id)
    if run is None:
        raise UsageError(message("round {name} is not frozen: it has no rows yet", name=name))
    check_point = state.announced.check_point
    population = in_area(population_at(workspace.known, check_point, run.known_at), state.announced.area)
    return figures_of(population, load_rows(workspace.client, run.run_id), tree)


def accounts_by_branch(
    workspace: Workspace, at: datetime, known_at: datetime, tree: Tree
) -> list[BranchFigures]:
    """Return how many accounts each line, or area, has at T as known at K; nothing of them was checked."""
    return figures_of(population_at(workspace.known, at, known_at), [], tree)


def figures_of(
    population: dict[str, RegistryEntry], rows: list[VerdictRow], tree: Tree
) -> list[BranchFigures]:
    """Return the figures of a population and its rows by branch, those of none last."""
    size: dict[str, int] = defaultdict(int)
    of_rows: dict[str, list[VerdictRow]] = defaultdict(list)
    for entry in population.values():
        size[getattr(entry, tree)] += 1
    for row in rows:
        if (known := population.get(row.account_id)) is not None:
            of_rows[getattr(known, tree)].append(row)
    return [
        _figures(branch, size[branch], of_rows[branch]) for branch in sorted(size, key=lambda b: (not b, b))
    ]


def _figures(branch: str, accounts: int, rows: list[VerdictRow]) -> BranchFigures:
    passed, failed = (sum(r.verdict is v for r in rows) for v in (Verdict.PASS, Verdict.FAIL))
    return BranchFigures(
        branch=branch,
        accounts=accounts,
        checked=len(rows),
        share=pass_rate(len(rows), accounts - len(rows)),
        passed=passed,
        failed=failed,
        unknown=len(rows) - passed - failed,
        pass_rate=pass_rate(passed, failed),
    )
