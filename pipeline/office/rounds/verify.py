"""Proving a stored run again: its rows as stored, and as recomputed from the facts known at its K."""

import msgspec
from msgspec.structs import replace

from connectors.history.rounds import load_rows
from events.messages import message
from events.round import RoundFrozen, RoundRevised
from events.runs import Run
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.freeze import find_kept, question_applied
from pipeline.office.rounds.sample import drawn_sample, require_seed
from pipeline.office.rounds.state import list_rounds
from pipeline.scores.scoring import Question, others_of, verdicts, with_kept
from projections.rounds.state import RoundState
from projections.rules.digest import DrawnSample, Manifest, manifest_hash, rows_digest
from projections.rules.period import quarter_of
from projections.rules.scorer import SCORER_VERSION


class Proof(msgspec.Struct, frozen=True):
    """What `verify` found."""

    run: Run
    stored_digest: str  # over the rows as stored
    recomputed_digest: str | None  # None: the scorer or ruleset of the manifest is gone
    note: str = ""
    round: str = ""  # the round that it belongs to, if any
    recorded_digest: str | None = None  # what the log recorded when that round was frozen or revised

    @property
    def holds(self) -> bool:
        others = (self.recomputed_digest, self.recorded_digest)
        return self.run.digest == self.stored_digest and all(d in (None, self.run.digest) for d in others)


def verify(workspace: Workspace, run: Run) -> Proof:
    """Prove a run again: the stored rows, and the rows recomputed from the facts known at its K.

    A run of a round is also held against what the log recorded of it. Where the scorer version or the ruleset of the
    manifest is gone, the stored rows alone are checked and it says so.
    """
    proof = _proof(workspace, run)
    for state in list_rounds(workspace, texts=False):
        for recorded in (state.frozen, *state.revisions):
            if recorded is not None and recorded.run_id == run.run_id:
                return _held_against(proof, state.name, recorded)
    return proof


def verify_round(workspace: Workspace, state: RoundState) -> list[Proof]:
    """Prove every stored run of a round again, the frozen one first; raises `UsageError` for a run that is not here."""
    recorded = [r for r in (state.frozen, *state.revisions) if r is not None]
    return [
        _held_against(_proof(workspace, find_kept(workspace, state, one)[0]), state.name, one)
        for one in recorded
    ]


def _held_against(proof: Proof, name: str, recorded: RoundFrozen | RoundRevised) -> Proof:
    """Return a proof that also says whether the run is the one that the log recorded for a round."""
    digest, note = recorded.digest, proof.note
    if recorded.manifest_hash != proof.run.manifest_hash:
        digest, note = "manifest differs", f"the log recorded another manifest of the run of round {name}"
    elif digest != proof.run.digest:
        note = f"the log recorded another digest when round {name} was frozen or revised"
    return replace(proof, note=note, round=name, recorded_digest=digest)


def _proof(workspace: Workspace, run: Run) -> Proof:
    stored = rows_digest(load_rows(workspace.client, run.run_id))
    manifest = msgspec.json.decode(run.manifest, type=Manifest)
    if manifest_hash(manifest) != run.manifest_hash:
        return Proof(run, "manifest changed", None, "the stored manifest does not have the hash of the run")
    try:
        question = _question(workspace, manifest)
    except UsageError as e:
        return Proof(run, stored, None, f"{e}: only the stored rows were checked")
    try:
        sample = _sample(workspace, manifest)
    except UsageError as e:
        return Proof(run, stored, "sample changed", str(e))
    rows = verdicts(workspace.known, question, sample)
    if isinstance(manifest.kept, tuple):
        rows = with_kept(workspace.known, question, rows, manifest.kept)
    return Proof(run, stored, rows_digest(rows))


def _question(workspace: Workspace, manifest: Manifest) -> Question:
    """Return what a manifest asked; raises `UsageError` where its rules or its scorer are gone."""
    try:
        named = find_ruleset(manifest.ruleset, workspace.home.path)
    except UsageError:
        raise UsageError(message("ruleset {ruleset} is gone", ruleset=manifest.ruleset)) from None
    if named.sha256 != manifest.ruleset_sha256:
        raise UsageError(message("ruleset {ruleset} was edited since", ruleset=manifest.ruleset))
    if manifest.scorer != SCORER_VERSION:
        raise UsageError(message("scorer {scorer} is gone", scorer=manifest.scorer))
    others = others_of(workspace)
    for ruled in manifest.ruled_by if isinstance(manifest.ruled_by, tuple) else ():
        if ruled.ruleset not in others:
            raise UsageError(message("ruleset {ruleset} is gone", ruleset=ruled.ruleset))
        if others[ruled.ruleset].sha256 != ruled.sha256:
            raise UsageError(message("ruleset {ruleset} was edited since", ruleset=ruled.ruleset))
    period = quarter_of(manifest.check_point, manifest.period)
    question = Question(period, manifest.known_at, named, others)
    if isinstance(manifest.drawn, DrawnSample):
        question = question_applied(question, manifest.drawn.kind)
    return question


def _sample(workspace: Workspace, manifest: Manifest) -> frozenset[str] | None:
    """Return the sample of a manifest, None for the whole population; raises `UsageError` where it cannot be drawn."""
    if not isinstance(manifest.drawn, DrawnSample):
        return None
    require_seed(workspace, manifest.drawn)
    sample = drawn_sample(workspace, manifest.check_point, manifest.drawn)
    if sample.sha256 != manifest.sample:
        raise UsageError(
            message(
                "round {round}: the facts known at its draw give another sample than the manifest"
                " names; the log or the history is not whole: see `xuncha doctor`",
                round=manifest.drawn.round,
            )
        )
    return frozenset(sample.accounts)
