"""Freezing a round: its sample is scored once, the run is stored, and never changes."""

from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from connectors.history.rounds import load_rows, load_run
from events import round_ids
from events.claim import round_freeze
from events.facts import VerdictRow
from events.fields import field
from events.instants import local_iso
from events.messages import joined, message
from events.round import Guard, RoundClosed, RoundFrozen, RoundKind, RoundRevised
from events.runs import Run
from events.two_persons import TwoPersonRule
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.rulesets import NamedRuleset
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.agreeing import Freeze, agreed, one_person_in, refuse_people_in
from pipeline.office.rounds.guards import Unmet, refusal_of, unmet
from pipeline.office.rounds.sample import drawing_of, sample_of
from pipeline.office.rounds.state import load_round, refusal, require_stage, round_event
from pipeline.office.two_persons import is_person, marks
from pipeline.scores.scoring import Judged, Question, ask, keep_run, make_run, verdicts, with_kept
from pipeline.scores.worded import labels_of, with_rules_of
from projections.rounds.served import newly_charged
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.digest import KeptRow, rows_digest
from projections.rules.rulesets import Ruleset


class Scored(msgspec.Struct, frozen=True):
    """The sample of a round as scored at a moment, nothing stored."""

    question: Question
    judged: Judged
    rows: list[VerdictRow]

    @property
    def rules(self) -> Ruleset:
        """The rules that the rows speak of: those of the round, and of accounts that other ones rule."""
        others = (self.question.named_for(label).ruleset for label in labels_of(self.rows))
        return with_rules_of(self.question.ruleset, others)

    def run(self, although: tuple[Guard, ...] = (), one_person: tuple[TwoPersonRule, ...] = ()) -> Run:
        """Return the run that the rows make.

        Its manifest says what a freeze went on without, and which rules of two persons one person kept alone.
        """
        judged = replace(self.judged, although=although, one_person=one_person)
        return make_run(self.question, self.rows, judged)


def freeze(workspace: Workspace, asked: Freeze, actor: Actor) -> tuple[Run, list[VerdictRow]]:
    """Score the sample of a round as known now and keep it for good; freezing again gives the same run.

    Raises `UsageError` while a check sheet is out, an objection is open, a finding is not rechecked, an account is
    unknown without override, or a unit was not told of a failing row with its days to answer past; `although` says why
    it is frozen all the same. Somebody who signed in does that on the proposal of another (`propose_freeze`), which
    says why. Raises `ConflictError` while somebody else is at it: of two that freeze at once one run is stored.
    """
    name = asked.name
    state = load_round(workspace, name)
    if state.frozen is None:
        require_stage(state, message("frozen"), Stage.DRAWN)
        asked = replace(asked, although=asked.although.strip())
        refuse_people_in(workspace, asked.although, asked.overrides)
        scored = score_sample(workspace, state)
        asked, found, alone = _settled(workspace, state, scored, asked, actor)
        although, overrides = asked.although, asked.overrides
        guards = tuple(one.guard for one in found)
        event_id = round_ids.round_frozen(subject_of(name), state.telling)
        with claimed(workspace, Wanted(round_freeze(name, state.telling), f"a freeze of {name}")) as hold:
            run = scored.run(guards, one_person_in(workspace, state, alone))
            keep_run(workspace, run, scored.rows)
            data = RoundFrozen(
                run_id=run.run_id,
                known_at=run.known_at,
                digest=run.digest,
                manifest_hash=run.manifest_hash,
                unmet=guards,
                although=although if guards else "",
                overrides=overrides,
                claims=hold.ids,
            )
            fail_point("freeze.before_fact")
            mark = [m for rule in alone for m in marks(rule, event_id, actor, alone=True)]
            hold.append([*mark, round_event(name, event_id, datetime.now(UTC), data, actor)])
            fail_point("freeze.after_fact")
        workspace.catch_up()
        state = load_round(workspace, name)
    return stored_run(workspace, state)


def _settled(
    workspace: Workspace, state: RoundState, scored: Scored, asked: Freeze, actor: Actor
) -> tuple[Freeze, tuple[Unmet, ...], tuple[TwoPersonRule, ...]]:
    """Return what is frozen: why in spite of which gaps, and which rules of two persons one person keeps alone.

    Raises `UsageError` for gaps without a reason, and for a person without the proposal of another, or with one that
    names fewer gaps than there are.
    """
    now, ruleset = datetime.now(UTC), scored.rules
    if not is_person(actor.code):
        found = unmet(workspace, state, scored.rows, ruleset, asked.overrides, now)
        if found and not asked.although:
            raise refusal_of(state, found)
        return asked, found, ()
    if not (asked.although or asked.overrides):
        if not (found := unmet(workspace, state, scored.rows, ruleset, (), now)):
            return asked, (), ()
        if state.proposal is None:
            raise refusal_of(state, found)
    return agreed(workspace, state, scored.rows, ruleset, asked, actor)


def close_round(workspace: Workspace, name: str, actor: Actor, reason: str = "") -> RoundState:
    """Close a frozen round whose objections are all decided; closing again changes nothing."""
    state = load_round(workspace, name)
    if state.closed is not None:
        return state
    require_stage(state, message("closed"), Stage.FROZEN)
    if state.undecided:
        waiting = joined(", ", (str(o.id)[:8] for o in state.undecided))
        raise UsageError(
            message(
                "round {name} has objections that nobody decided: {waiting}; decide them first:"
                " xuncha round decide OBJECTION {upheld} or {rejected}",
                name=name,
                waiting=waiting,
                upheld=field("upheld"),
                rejected=field("rejected"),
            )
        )
    closed_id = round_ids.round_closed(subject_of(name), state.telling)
    data = RoundClosed(reason=reason)
    workspace.log.append([round_event(name, closed_id, datetime.now(UTC), data, actor)])
    workspace.catch_up()
    return load_round(workspace, name)


def score_sample(workspace: Workspace, state: RoundState, known_at: datetime | None = None) -> Scored:
    """Score the sample of a round as known at K, without storing anything; without K, the present moment is closed.

    Raises `UsageError` before the check point, and where the ruleset is not the one that was announced.
    """
    announced, sample = state.announced, sample_of(workspace, state)
    question = ask(
        workspace,
        announced.check_point,
        known_at or workspace.close_moment(),
        announced.ruleset,
        announced.quarter,
    )
    if question.known_at < announced.check_point:
        raise UsageError(
            message(
                "round {name}: the check point {check_point} has not passed yet; score it once it"
                " has: what happens until then counts",
                name=state.name,
                check_point=local_iso(announced.check_point),
            )
        )
    _require_announced(state, question.named)
    question = question_applied(question, announced.kind)
    judged = Judged(
        frozenset(sample.accounts), drawing_of(state), sample.population, sample.population_sha256
    )
    rows = verdicts(workspace.known, question, judged.accounts)
    kept = _kept(workspace, state, question, rows)
    if kept:
        rows, judged = with_kept(workspace.known, question, rows, kept), replace(judged, kept=kept)
    return Scored(question, judged, rows)


def _kept(
    workspace: Workspace, state: RoundState, question: Question, rows: list[VerdictRow]
) -> tuple[KeptRow, ...]:
    """Return the rows that stay as they were, for what made them worse is carried into the next quarter."""
    carried = {c.account: KeptRow(c.account, c.known_at) for c in state.carried if c.known_at is not None}
    if not carried:
        return ()
    now = {row.account_id: row for row in rows if row.account_id in carried}
    before = with_kept(workspace.known, question, list(now.values()), tuple(carried.values()))
    return tuple(
        carried[row.account_id] for row in before if newly_charged(row, now[row.account_id], question.ruleset)
    )


def applied(named: NamedRuleset, kind: RoundKind) -> NamedRuleset:
    """Return a ruleset as a round of this kind applies it."""
    if kind == "full":
        return named
    return replace(named, ruleset=named.ruleset.red_lines_only())


def question_applied(question: Question, kind: RoundKind) -> Question:
    """Return a question as a round of this kind asks it, of every ruleset."""
    others = {label: applied(named, kind) for label, named in question.others.items()}
    return replace(question, named=applied(question.named, kind), others=others)


def stored_run(workspace: Workspace, state: RoundState) -> tuple[Run, list[VerdictRow]]:
    """Return the run that a round was frozen with, and its rows; raises `UsageError` where there is none."""
    if state.frozen is None:
        raise refusal(state, message("read"))
    return find_kept(workspace, state, state.frozen)


def find_kept(
    workspace: Workspace, state: RoundState, recorded: RoundFrozen | RoundRevised
) -> tuple[Run, list[VerdictRow]]:
    """Return a run of a round and its rows, held against what the log recorded of it.

    Raises `UsageError` where this history does not have the run, or has it with another digest or manifest.
    """
    run = load_run(workspace.client, recorded.run_id)
    if run is None:
        raise UsageError(
            message(
                "round {name}: its run {run_id} is not in this history; bring it in with `xuncha import`",
                name=state.name,
                run_id=recorded.run_id,
            )
        )
    rows = load_rows(workspace.client, run.run_id)
    for what, stored, logged in (
        ("digest", rows_digest(rows), recorded.digest),
        ("digest", run.digest, recorded.digest),
        (message("manifest hash"), run.manifest_hash, recorded.manifest_hash),
    ):
        if stored != logged:
            raise UsageError(
                message(
                    "round {name}: its run {run_id} is stored with {what} {stored}, the log recorded"
                    " {logged}; the history was changed: see `xuncha verify` and `xuncha doctor`",
                    name=state.name,
                    run_id=run.run_id,
                    what=what,
                    stored=stored[:12],
                    logged=logged[:12],
                )
            )
    return run, rows


def _require_announced(state: RoundState, named: NamedRuleset) -> None:
    """Refuse a ruleset whose file is another than when the round was announced."""
    announced = state.announced.ruleset_sha256
    if announced and announced != named.sha256:
        raise UsageError(
            message(
                "round {name}: the file of ruleset {label} has the hash {sha256}, announced was"
                " {announced}; put the announced file back, a change is a new version",
                name=state.name,
                label=named.ruleset.label,
                sha256=named.sha256[:12],
                announced=announced[:12],
            )
        )
