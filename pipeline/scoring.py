"""Rounds: the history at (check point, known at) through the one scorer, stored with manifest and digest."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.knowledge import read_known, require_closed
from connectors.history.measures import StallSpan, account_keys, measure_looks, measure_posts
from connectors.history.rounds import Run, find_runs, load_rows, store_run
from events.codec import Event
from events.facts import AccountFacts, LookMeasures, PostMeasures, Verdict, VerdictRow, assemble
from events.ids import derived_id, partition_of
from events.instants import to_micros
from events.known import first_records
from events.round import RoundScored
from pipeline.current import Current
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.rulesets import NamedRuleset, find_ruleset
from projections.digest import Manifest, manifest_hash, population_hash, rows_digest
from projections.findings import findings_at
from projections.period import Period, quarter_of
from projections.reducer import health_of
from projections.registry import registry_at
from projections.rulesets import Ruleset
from projections.scorer import SCORER_VERSION, score

_REGISTRY = ("account.opened", "account.changed", "account.closed")
_FINDINGS = ("finding.recorded", "finding.withdrawn")
_NO_SERVICE_DAYS = 0
_ROUND = "round"
"""Subject of events about rounds."""


class Question(msgspec.Struct, frozen=True):
    """What a verdict belongs to: a check point in its period, a moment of knowledge, a ruleset."""

    period: Period
    known_at: datetime
    named: NamedRuleset

    @property
    def ruleset(self) -> Ruleset:
        return self.named.ruleset


def ask(
    current: Current,
    check_point: datetime,
    known_at: datetime | None,
    ruleset: str | None,
    quarter: str | None,
) -> Question:
    """Settle what is asked: without K, a marker closes the present moment; a K that is not closed is refused."""
    named = find_ruleset(ruleset or current.home.settings.ruleset, current.home.path)
    try:
        period = quarter_of(check_point, quarter)
    except ValueError as e:
        raise UsageError(str(e)) from None
    if known_at is None:
        known_at = current.close_moment()
    else:
        require_closed(current.client, current.log.partitions, known_at)
    return Question(period, known_at, named)


def population_facts(client: Client, question: Question) -> list[AccountFacts]:
    """Return the facts of every account of the population, sorted by account id; SQL reduces posts and looks."""
    period, ruleset, k = question.period, question.ruleset, question.known_at
    k_us = to_micros(k)
    registry = registry_at(first_records(read_known(client, _REGISTRY, k), k_us), period.check_point)
    findings = findings_at(first_records(read_known(client, _FINDINGS, k), k_us), period)
    health = health_of(first_records(read_known(client, ("sweep.completed",), k), k_us))
    stalls = [
        StallSpan(source, s.since, s.until) if s.until is not None else StallSpan(source, s.since)
        for source, state in health.items()
        for s in state.stalls
    ]
    keys = account_keys(client)
    service_days = ruleset.weeks.service_account_days if ruleset.weeks else _NO_SERVICE_DAYS
    posts = measure_posts(client, period.check_point, k, weeks=period.weeks, service_days=service_days)
    population = {account: keys[account] for account in registry}
    looks = measure_looks(
        client,
        period.check_point,
        k,
        limit=ruleset.freshness.limit,
        stalls=stalls,
        population=population,
    )
    no_posts, no_looks = PostMeasures(), LookMeasures()
    return [
        assemble(
            account,
            registry[account],
            posts.get(key, no_posts),
            looks.get(key, no_looks),
            findings.get(account, ()),
        )
        for account, key in sorted(population.items())
    ]


def verdicts(client: Client, question: Question) -> list[VerdictRow]:
    """Return the verdict row of every account of the population, sorted by account id."""
    return [score(f, question.ruleset, question.period) for f in population_facts(client, question)]


def score_round(current: Current, question: Question) -> tuple[Run, list[VerdictRow]]:
    """Score a round and store it; asking the same again gives the same run."""
    rows = verdicts(current.client, question)
    run = make_run(question, rows)
    fail_point("round.before_rows")
    store_run(current.client, run, rows, fail_point=fail_point)
    fail_point("round.after_manifest")
    _announce(current, run)
    return run, rows


def _announce(current: Current, run: Run) -> None:
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
    event = Event(derived_id("round.scored", str(run.run_id)), "xuncha", _ROUND, run.check_point, data)
    with current.log.transaction():
        current.log.write_derived(partition_of(_ROUND, current.log.partitions), [event])


def find_run(current: Current, text: str) -> Run:
    """Return the run that a person names by its id or the beginning of it; raises `UsageError`."""
    runs = find_runs(current.client, text)
    if len(runs) == 1:
        return runs[0]
    if not runs:
        raise UsageError(f"no run {text!r}; `xuncha rounds` lists them")
    raise UsageError(f"{text!r} means {len(runs)} runs; write more of the id")


class Proof(msgspec.Struct, frozen=True):
    """What `verify` found."""

    run: Run
    stored_digest: str  # over the rows as stored
    recomputed_digest: str | None  # None: the scorer or ruleset of the manifest is gone
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.run.digest == self.stored_digest and self.recomputed_digest in (None, self.run.digest)


def verify(current: Current, run: Run) -> Proof:
    """Prove a run again: the stored rows, and the rows recomputed from the facts known at its K.

    Where the scorer version or the ruleset of the manifest is gone, the stored rows alone are checked and it says so.
    """
    stored = rows_digest(load_rows(current.client, run.run_id))
    manifest = msgspec.json.decode(run.manifest, type=Manifest)
    if manifest_hash(manifest) != run.manifest_hash:
        return Proof(run, "manifest changed", None, "the stored manifest does not have the hash of the run")
    try:
        named = find_ruleset(manifest.ruleset, current.home.path)
    except UsageError:
        return Proof(
            run, stored, None, f"ruleset {manifest.ruleset} is gone: only the stored rows were checked"
        )
    if named.sha256 != manifest.ruleset_sha256:
        note = f"ruleset {manifest.ruleset} was edited since: only the stored rows were checked"
        return Proof(run, stored, None, note)
    if manifest.scorer != SCORER_VERSION:
        return Proof(
            run, stored, None, f"scorer {manifest.scorer} is gone: only the stored rows were checked"
        )
    question = Question(quarter_of(manifest.check_point, manifest.period), manifest.known_at, named)
    return Proof(run, stored, rows_digest(verdicts(current.client, question)))


def make_run(question: Question, rows: list[VerdictRow]) -> Run:
    """Return the run that rows make: counts, digest, manifest and its hash."""
    period = question.period
    manifest = Manifest(
        check_point=period.check_point,
        known_at=question.known_at,
        period=period.label,
        ruleset=question.ruleset.label,
        ruleset_sha256=question.named.sha256,
        population=len(rows),
        population_sha256=population_hash(rows),
        scorer=SCORER_VERSION,
    )
    hashed = manifest_hash(manifest)
    count = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
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
        digest=rows_digest(rows),
        manifest_hash=hashed,
        manifest=msgspec.json.encode(manifest).decode(),
    )


def run_id_of(hashed: str) -> UUID:
    """Return the id of the run of a manifest."""
    return derived_id("run", hashed)
