"""Rounds: the history at (check point, known at) through the one scorer, stored with manifest and digest."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from connectors.history.knowledge import newest_recorded
from connectors.history.known_facts import KnownFacts
from connectors.history.rounds import find_runs, store_run
from events import derived_ids
from events.codec import Event
from events.facts import AccountFacts, RegistryEntry, Verdict, VerdictRow
from events.fields import field, marked
from events.ids import partition_of
from events.instants import local_iso
from events.messages import message
from events.round import Guard, RoundScored
from events.runs import Run
from events.sources import XUNCHA
from events.two_persons import TwoPersonRule
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.rulesets import NamedRuleset, find_ruleset, list_rulesets
from pipeline.home.workspace import Workspace
from pipeline.scores.measuring import Asked, account_facts
from pipeline.scores.steps import OnStep, Step, untold
from projections.accounts.findings import findings_at
from projections.registry.population import REGISTRY_TYPES, entry_opened, registry_at
from projections.rules.digest import (
    WHOLE_POPULATION,
    DrawnSample,
    KeptRow,
    Manifest,
    RuledBy,
    accounts_hash,
    manifest_hash,
    rows_digest,
)
from projections.rules.period import Period, quarter_of
from projections.rules.rulesets import Ruleset
from projections.rules.scorer import SCORER_VERSION, Scorer

_REGISTRY = REGISTRY_TYPES
_FINDINGS = ("finding.recorded", "finding.withdrawn")
_FEW = 20
"""So many accounts are read by themselves; of more, all are read and the others left aside."""
_OTHERS = 5000
"""So many accounts are named in a question; where more is said of more of them, all is read."""

_ROUND = "round"
"""Subject of events about rounds."""


class Question(msgspec.Struct, frozen=True):
    """What a verdict belongs to: a check point in its period, a moment of knowledge, a ruleset."""

    period: Period
    known_at: datetime
    named: NamedRuleset
    others: Mapping[str, NamedRuleset] = {}  # by label: of these are the accounts that a fact names one for

    @property
    def ruleset(self) -> Ruleset:
        """The ruleset of whom no fact names another one."""
        return self.named.ruleset

    def named_for(self, label: str) -> NamedRuleset:
        """Return the ruleset that a label means, blank: that of the question; raises `NotFoundError` for none."""
        if not label or label == self.named.ruleset.label:
            return self.named
        named = self.others.get(label)
        if named is None:
            raise NotFoundError(
                message(
                    "accounts are ruled by {label}, which is no ruleset here: put its file into the folder rulesets",
                    label=label,
                )
            )
        return named

    def rules_of(self, facts: AccountFacts) -> Ruleset:
        """Return the ruleset that an account is judged by."""
        return self.named_for(facts.ruleset).ruleset


def ask(
    workspace: Workspace,
    check_point: datetime,
    known_at: datetime | None,
    ruleset: str | None,
    quarter: str | None,
) -> Question:
    """Settle what is asked: without K, as known at the newest closed moment; a K that is not closed is refused."""
    period, named = _judged_by(workspace, check_point, ruleset, quarter)
    return Question(period, workspace.known_at(known_at), named, others_of(workspace))


def _judged_by(
    workspace: Workspace, check_point: datetime, ruleset: str | None, quarter: str | None
) -> tuple[Period, NamedRuleset]:
    """Return period and ruleset; raises `UsageError` for one that is not known, or does not fit the check point."""
    named = find_ruleset(ruleset or workspace.home.settings.ruleset, workspace.home.path)
    try:
        return quarter_of(check_point, quarter), named
    except ValueError as e:
        raise UsageError(marked(e)) from None


def ask_to_score(
    workspace: Workspace,
    check_point: datetime,
    known_at: datetime | None,
    ruleset: str | None,
    quarter: str | None,
) -> Question:
    """Settle what is scored; without K, the present moment is closed for it.

    Raises `UsageError` for a check point behind the newest record: what happens until then counts.
    """
    period, named = _judged_by(workspace, check_point, ruleset, quarter)  # what is refused writes no marker
    question = Question(
        period, workspace.known_at(known_at or workspace.close_moment()), named, others_of(workspace)
    )
    newest = newest_recorded(workspace.client)
    if newest is None or check_point > newest:
        raise UsageError(
            message(
                "{check_point} {check_point_2} lies behind the newest record of the log"
                " ({newest}): what happens until then counts; score it once it has passed",
                check_point=field("check_point"),
                check_point_2=local_iso(check_point),
                newest=local_iso(newest) or message("it is empty"),
            )
        )
    return question


class Judged(msgspec.Struct, frozen=True):
    """The sample that a round judges, and the population that it stands for."""

    accounts: frozenset[str]
    drawn: DrawnSample
    population: int
    population_sha256: str
    although: tuple[Guard, ...] = ()  # what a freeze went on without
    kept: tuple[KeptRow, ...] = ()  # rows of a revision as known before
    one_person: tuple[TwoPersonRule, ...] = ()  # rules of two persons that one person kept alone


def population_at(known: KnownFacts, check_point: datetime, known_at: datetime) -> dict[str, RegistryEntry]:
    """Return the population at T as known at K, by account id."""
    return registry_at(known.read(_REGISTRY, known_at, texts=False), check_point)


def population_facts(
    known: KnownFacts,
    question: Question,
    sample: frozenset[str] | None = None,
    *,
    coverage_of_all: bool = False,
    on_step: OnStep = untold,
) -> list[AccountFacts]:
    """Return the facts of every account of the population, sorted by account id; SQL reduces posts and looks.

    With a sample, of those of its accounts that are in the population as known at K.
    """
    period, k = question.period, question.known_at
    on_step(Step.REGISTRY)
    few = sample if sample is not None and len(sample) <= _FEW else None
    if few is None:
        registry = _everybody(known, period.check_point, k)
    else:
        registry = registry_at(known.read(_REGISTRY, k, subjects=few, texts=False), period.check_point)
    if sample is not None:
        registry = {account: entry for account, entry in registry.items() if account in sample}
    findings = findings_at(known.read(_FINDINGS, k, subjects=few, texts=False), period)
    by_rules: dict[str, dict[str, RegistryEntry]] = defaultdict(dict)
    for account, entry in registry.items():
        by_rules[entry.ruleset][account] = entry
    facts: list[AccountFacts] = []
    for label, entries in by_rules.items():
        rules, alone = question.named_for(label).ruleset, few is not None or len(entries) <= _FEW
        asked = Asked(period, k, rules, entries, coverage_of_all, alone)
        facts.extend(account_facts(known, asked, findings, on_step))
    return facts if len(by_rules) == 1 else sorted(facts, key=lambda f: f.account_id)


def _everybody(known: KnownFacts, check_point: datetime, known_at: datetime) -> dict[str, RegistryEntry]:
    """Return what `population_at` does, in another order.

    Most accounts of a large registry were opened and never spoken of again; of these no facts are put together.
    """
    opened = known.openings_alone(_REGISTRY, known_at)
    if opened is None or len(opened.others) > _OTHERS:
        return population_at(known, check_point, known_at)
    others = known.read(_REGISTRY, known_at, subjects=opened.others, texts=False) if opened.others else ()
    population = registry_at(others, check_point)
    for account, event_id, data in opened.openings:
        entry = entry_opened(data, event_id, check_point)
        if entry is not None:
            population[account] = entry
    return population


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the collector of garbage rest: no fact and no row refers to itself, and it would look at each of a nation."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def verdicts(known: KnownFacts, question: Question, sample: frozenset[str] | None = None) -> list[VerdictRow]:
    """Return the verdict row of every account of the population or of a sample of it, sorted by account id."""
    with _collector_at_rest():
        facts = population_facts(known, question, sample)
        labels = {f.ruleset for f in facts}
        scorers = {label: Scorer(question.named_for(label).ruleset, question.period) for label in labels}
        return [scorers[f.ruleset].score(f) for f in facts]


def score_round(workspace: Workspace, question: Question) -> tuple[Run, list[VerdictRow]]:
    """Score a round and store it; asking the same again gives the same run."""
    rows = verdicts(workspace.known, question)
    run = make_run(question, rows)
    keep_run(workspace, run, rows)
    return run, rows


def with_kept(
    known: KnownFacts, question: Question, rows: list[VerdictRow], kept: tuple[KeptRow, ...]
) -> list[VerdictRow]:
    """Return rows with those in their place that are kept as known before."""
    before: dict[str, VerdictRow] = {}
    for known_at in sorted({one.known_at for one in kept}):
        accounts = frozenset(one.account for one in kept if one.known_at == known_at)
        asked = replace(question, known_at=known_at)
        before |= {row.account_id: row for row in verdicts(known, asked, accounts)}
    return [before.get(row.account_id, row) for row in rows]


def keep_run(workspace: Workspace, run: Run, rows: list[VerdictRow]) -> None:
    """Store a run with its rows and tell of it; one that is stored already is left as it is."""
    fail_point("round.before_rows")
    store_run(workspace.client, run, rows, fail_point=fail_point)
    fail_point("round.after_manifest")
    _announce(workspace, run)


def _announce(workspace: Workspace, run: Run) -> None:
    """Tell the log that a round was scored; the same run is the same event."""
    data = RoundScored(
        run_id=run.run_id,
        known_at=run.known_at,
        ruleset=run.ruleset,
        checked=run.checked,
        failed=run.failed,
        unknown=run.unknown,
        digest=run.digest,
        manifest_hash=run.manifest_hash,
    )
    event = Event(derived_ids.round_scored(run.run_id), XUNCHA, _ROUND, run.check_point, data)
    with workspace.log.transaction():
        workspace.log.write_derived(partition_of(_ROUND, workspace.log.partitions), [event])


def ruled_by(question: Question, rows: Iterable[VerdictRow]) -> tuple[RuledBy, ...]:
    """Return the rulesets by which rows were judged that are not that of the question, each with its accounts."""
    accounts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if isinstance(row.ruleset, str):
            accounts[row.ruleset].append(row.account_id)
    return tuple(
        RuledBy(label, question.named_for(label).sha256, len(ids), accounts_hash(ids))
        for label, ids in sorted(accounts.items())
    )


def others_of(workspace: Workspace) -> dict[str, NamedRuleset]:
    """Return the rulesets that facts may name, by label."""
    return {named.ruleset.label: named for named in list_rulesets(workspace.home.path)}


def list_runs(workspace: Workspace) -> list[Run]:
    """Return every scoring that was stored, oldest first."""
    return find_runs(workspace.client)


def find_run(workspace: Workspace, text: str) -> Run:
    """Return the run that a person names by its id or the beginning of it; raises `NotFoundError`."""
    runs = find_runs(workspace.client, text)
    if len(runs) == 1:
        return runs[0]
    if not runs:
        raise NotFoundError(message("no run {text!r}; `xuncha runs` lists them", text=text))
    raise NotFoundError(
        message("{text!r} means {runs_count} runs; write more of the id", text=text, runs_count=len(runs))
    )


def make_run(question: Question, rows: list[VerdictRow], judged: Judged | None = None) -> Run:
    """Return the run that rows make: counts, digest, manifest and its hash; without `judged`, of the population."""
    period = question.period
    manifest = Manifest(
        check_point=period.check_point,
        known_at=question.known_at,
        period=period.label,
        ruleset=question.ruleset.label,
        ruleset_sha256=question.named.sha256,
        population=judged.population if judged else len(rows),
        population_sha256=(
            judged.population_sha256 if judged else accounts_hash(row.account_id for row in rows)
        ),
        sample=accounts_hash(judged.accounts) if judged else WHOLE_POPULATION,
        scorer=SCORER_VERSION,
        drawn=judged.drawn if judged else UNSET,
        although=(judged.although or UNSET) if judged else UNSET,
        kept=(judged.kept or UNSET) if judged else UNSET,
        one_person=(judged.one_person or UNSET) if judged else UNSET,
        ruled_by=ruled_by(question, rows) or UNSET,
    )
    hashed = manifest_hash(manifest)
    count = Counter(row.verdict for row in rows)
    with _collector_at_rest():
        digest = rows_digest(rows)
    return Run(
        run_id=run_id_of(hashed),
        scored_at=datetime.now(UTC),
        check_point=period.check_point,
        known_at=question.known_at,
        quarter=period.label,
        ruleset=question.ruleset.label,
        checked=len(rows),
        passed=count[Verdict.PASS],
        failed=count[Verdict.FAIL],
        unknown=count[Verdict.UNKNOWN],
        digest=digest,
        manifest_hash=hashed,
        manifest=msgspec.json.encode(manifest).decode(),
    )


def kept_by_one_person(run: Run) -> tuple[TwoPersonRule, ...]:
    """Return the rules of two persons that one person kept alone 一人办理, as the manifest of a run says."""
    kept = msgspec.json.decode(run.manifest, type=Manifest).one_person
    return kept if isinstance(kept, tuple) else ()


def gone_on_although(run: Run) -> tuple[Guard, ...]:
    """Return what the freeze of a run went on without, as its manifest says."""
    although = msgspec.json.decode(run.manifest, type=Manifest).although
    return although if isinstance(although, tuple) else ()


def seed_by_hand(run: Run) -> int | None:
    """Return the seed that somebody chose for the sample of a run, None where the log gave it or nobody was drawn."""
    drawn = msgspec.json.decode(run.manifest, type=Manifest).drawn
    return drawn.seed_by_hand if isinstance(drawn, DrawnSample) else None


def run_id_of(hashed: str) -> UUID:
    """Return the id of the run of a manifest."""
    return derived_ids.run(hashed)
