"""Revising a frozen round: what was learnt since makes a run of its own, with a list of what changed and why."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from connectors.history.rounds import Run
from events import fact_ids
from events.facts import VerdictRow
from events.round import RevisedRow, RoundRevised
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import find_kept, score_sample
from pipeline.office.rounds.state import load_round, refusal, require_stage, round_event
from pipeline.scores.diff import Change, diff_rows
from pipeline.scores.scoring import keep_run
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.digest import Manifest
from projections.rules.scorer import SCORER_VERSION

_LISTED = 1000
"""Changes that stand in the event itself; a log takes no record of unbounded size."""
_CAUSES = 20
"""Causes of a change that stand in the event itself."""


class Revision(msgspec.Struct, frozen=True):
    """What a revision found: the run that held before, the new one where anything changed, and what changed."""

    previous: Run
    run: Run | None  # None: nothing changed, and nothing was recorded
    changes: tuple[Change, ...] = ()


def revise(workspace: Workspace, name: str) -> Revision:
    """Score a frozen round again with what is known now; where no row changed, nothing is recorded."""
    state = load_round(workspace, name)
    require_stage(state, "revised", Stage.FROZEN)
    if state.newest is None:
        raise refusal(state, "revised")
    previous, previous_rows = find_kept(workspace, state, state.newest)
    _require_scorer(state, previous)
    scored = score_sample(workspace, state)
    run, rows = scored.run(), scored.rows
    if run.digest == previous.digest:
        return Revision(previous, None)
    changes = diff_rows(workspace, previous, previous_rows, run, rows)
    keep_run(workspace, run, rows)
    data = RoundRevised(
        run_id=run.run_id,
        previous=previous.run_id,
        known_at=run.known_at,
        digest=run.digest,
        manifest_hash=run.manifest_hash,
        changed=len(changes),
        changes=tuple(_revised(change) for change in changes[:_LISTED]),
    )
    fail_point("revise.before_fact")
    event_id = fact_ids.round_revised(subject_of(name), run.run_id)
    workspace.log.append([round_event(name, event_id, datetime.now(UTC), data)])
    workspace.catch_up()
    return Revision(previous, run, tuple(changes))


def _require_scorer(state: RoundState, previous: Run) -> None:
    """Refuse to revise with another scorer than the run had: its rows would differ for no fact at all."""
    scorer = msgspec.json.decode(previous.manifest, type=Manifest).scorer
    if scorer != SCORER_VERSION:
        raise UsageError(
            f"round {state.name}: run {previous.run_id} was scored by scorer {scorer}, this release has scorer"
            f" {SCORER_VERSION}; revise it with the release that froze it, or announce another round"
        )


def _revised(change: Change) -> RevisedRow:
    causes = tuple(UUID(fact["event_id"]) for fact in change.causes)
    return RevisedRow(
        account=change.account_id,
        before=_said(change.before),
        after=_said(change.after),
        causes=causes[:_CAUSES],
        more_causes=len(causes[_CAUSES:]),
    )


def _said(row: VerdictRow | None) -> str:
    """Return verdict and reason in one word or two, empty where there is no row."""
    if row is None:
        return ""
    return f"{row.verdict} {row.reason}".strip()
