"""Revising a frozen round: what was learnt since makes a run of its own, with a list of what changed and why."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import round_ids
from events.bulletin import BulletinIssued
from events.facts import VerdictRow
from events.fields import field
from events.instants import FAR, local_iso
from events.messages import joined, message
from events.round import RevisedRow, RoundRevised
from events.runs import Run
from pipeline.home.actor import Actor
from pipeline.home.claims import known_acts
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.agreeing import one_person_in
from pipeline.office.rounds.freeze import find_kept, score_sample
from pipeline.office.rounds.guards import notices, notified_in_time
from pipeline.office.rounds.state import load_round, refusal, require_stage, round_event
from pipeline.scores.diff import Change, diff_rows
from pipeline.scores.scoring import keep_run
from projections.rounds.served import newly_charged
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.digest import Manifest
from projections.rules.rulesets import Ruleset
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


def revise(workspace: Workspace, name: str, actor: Actor) -> Revision:
    """Score a frozen round again with what is known now; where no row changed, nothing is recorded.

    Raises `UsageError` where the bulletin was issued and a row would get worse of which its unit was not told, or
    which it may still answer: it is told, or the row counts in the next quarter.
    """
    state = load_round(workspace, name)
    require_stage(state, message("revised"), Stage.FROZEN)
    if state.newest is None:
        raise refusal(state, message("revised"))
    previous, previous_rows = find_kept(workspace, state, state.newest)
    _require_scorer(state, previous)
    scored = score_sample(workspace, state)
    run, rows = scored.run(one_person=one_person_in(workspace, state)), scored.rows
    if run.digest == previous.digest:
        return Revision(previous, None)
    changes = diff_rows(workspace, previous, previous_rows, run, rows)
    if is_published(workspace, state):
        _require_heard(workspace, state, changes, scored.rules)
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
    event_id = round_ids.round_revised(subject_of(name), run.run_id)
    workspace.log.append([round_event(name, event_id, datetime.now(UTC), data, actor)])
    workspace.catch_up()
    return Revision(previous, run, tuple(changes))


def made_worse(
    workspace: Workspace, state: RoundState, rows: Iterable[VerdictRow], ruleset: Ruleset
) -> list[VerdictRow]:
    """Return the rows that are worse than in the newest run of a frozen round."""
    if state.newest is None:
        raise refusal(state, message("revised"))
    _, previous = find_kept(workspace, state, state.newest)
    before = {row.account_id: row for row in previous}
    return [row for row in rows if newly_charged(before.get(row.account_id), row, ruleset)]


def is_published(workspace: Workspace, state: RoundState, known_at: datetime = FAR) -> bool:
    """Tell whether a bulletin of a round went out, as known at K (default: now)."""
    issued = known_acts(workspace.known, (BulletinIssued.type,), known_at)
    return any(k.event.subject == subject_of(state.name) for k in issued)


def _require_heard(workspace: Workspace, state: RoundState, changes: list[Change], ruleset: Ruleset) -> None:
    """Refuse to make published rows worse of which their units were not told in time; names all of them."""
    worse = [c.after for c in changes if c.after and newly_charged(c.before, c.after, ruleset)]
    not_notified, answering = notified_in_time(notices(workspace, state), worse, ruleset, datetime.now(UTC))
    title = registry_now(workspace).title
    lines = [
        message("{account}: its unit was not told", account=title(row.account_id)) for row in not_notified
    ]
    lines += [
        message(
            "{account}: its unit may answer until {until}",
            account=title(row.account_id),
            until=local_iso(until),
        )
        for row, until in answering
    ]
    if lines:
        remedy = message(
            "tell the units and let them answer: xuncha round serve {name} {account} …; or"
            " let it count in the next quarter: xuncha round carry {name} {account} …"
            " {reason} …",
            name=state.name,
            account=field("account"),
            reason=field("reason"),
        )
        head = message("published results of round {name} would get worse:", name=state.name)
        raise UsageError(joined("\n", (head, *lines, remedy)))


def _require_scorer(state: RoundState, previous: Run) -> None:
    """Refuse to revise with another scorer than the run had: its rows would differ for no fact at all."""
    scorer = msgspec.json.decode(previous.manifest, type=Manifest).scorer
    if scorer != SCORER_VERSION:
        raise UsageError(
            message(
                "round {name}: run {run_id} was scored by scorer {scorer}, this release has"
                " scorer {scorer_version}; revise it with the release that froze it, or announce"
                " another round",
                name=state.name,
                run_id=previous.run_id,
                scorer=scorer,
                scorer_version=SCORER_VERSION,
            )
        )


def _revised(change: Change) -> RevisedRow:
    causes = tuple(UUID(fact["event_id"]) for fact in change.causes)
    return RevisedRow(
        account=change.account_id,
        before=_in_words(change.before),
        after=_in_words(change.after),
        causes=causes[:_CAUSES],
        more_causes=len(causes[_CAUSES:]),
    )


def _in_words(row: VerdictRow | None) -> str:
    """Return verdict and reason in one word or two, empty where there is no row."""
    if row is None:
        return ""
    return f"{row.verdict} {row.reason}".strip()
