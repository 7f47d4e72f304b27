"""Gathering what a bulletin is made of: the newest run of a round, and the facts known at its moment."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from connectors.history.rounds import load_rows, load_run
from events.account import AccountOpened, AccountSpotted
from events.bulletin import OutsideRow
from events.facts import FindingFact, RegistryEntry
from events.finding import FindingRecorded
from events.known import Known
from events.messages import message
from events.platforms import platform_slug
from events.quarters import bare_quarter
from events.round import RoundFrozen, RoundRevised
from events.runs import Run
from events.text_references import is_gone
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.area_order import registered_areas
from pipeline.office.focus.focus_list import focus_list
from pipeline.office.rounds import list_rounds, load_round
from pipeline.office.rounds.freeze import applied
from pipeline.office.rounds.sample import in_area
from pipeline.scores.scoring import population_at, seed_by_hand
from pipeline.scores.worded import worded
from projections.accounts.findings import findings_at
from projections.bulletin.material import BulletinRound, Material, OutsideAccount, Remark, ScoredRound
from projections.registry.population import registry_at
from projections.rounds.state import RoundState
from projections.rules.period import Period, quarter_of

_FINDINGS = ("finding.recorded", "finding.withdrawn")


def gather(
    workspace: Workspace, name: str, outside: tuple[OutsideRow, ...] = (), run_id: UUID | None = None
) -> Material:
    """Return what the bulletin of a frozen round is made of; raises `UsageError` before the freeze.

    `outside` are accounts beyond the registry that the office lists by hand; without `run_id`, the newest run counts.
    """
    state = load_round(workspace, name)
    run = _run(workspace, state, run_id)
    announced, k = state.announced, run.known_at
    period = quarter_of(announced.check_point, announced.quarter)
    population = in_area(population_at(workspace.known, announced.check_point, k), announced.area)
    known = workspace.known.read(_FINDINGS, k)
    findings = findings_at(known, period)
    rows, home = tuple(load_rows(workspace.client, run.run_id)), workspace.home.path
    return Material(
        round=_round(state, run, period),
        ruleset=worded(applied(find_ruleset(run.ruleset, home), announced.kind).ruleset, rows, home),
        population=population,
        rows=rows,
        findings=findings,
        remarks=_remarks(known),
        focus=focus_list(workspace, announced.check_point, k) & frozenset(population),
        outside=(
            *_outside(workspace, period, k, announced.area, population, findings),
            *(_by_hand(row) for row in outside),
        ),
        past=tuple(_past(workspace, state, k)),
        areas=registered_areas(workspace, population, k),
    )


def _round(state: RoundState, run: Run, period: Period) -> BulletinRound:
    announced = state.announced
    return BulletinRound(
        name=state.name,
        title=announced.title,
        area=announced.area,
        quarter=bare_quarter(period.label),
        period_start=period.start,
        check_point=announced.check_point,
        known_at=run.known_at,
        run_id=run.run_id,
        digest=run.digest,
        basis=announced.basis,
        tiers_whole=None if announced.sample.everybody else announced.sample.tiers_whole,
        seed_by_hand=seed_by_hand(run),
    )


def _run(workspace: Workspace, state: RoundState, run_id: UUID | None) -> Run:
    newest = state.newest
    if newest is None:
        raise UsageError(
            message(
                "round {name} is {stage}; freeze it first: xuncha round freeze {name}",
                name=state.name,
                stage=state.stage,
            )
        )
    wanted = run_id or newest.run_id
    run = load_run(workspace.client, wanted)
    if run is None:
        raise UsageError(
            message("round {name}: its run {wanted} is not in this history", name=state.name, wanted=wanted)
        )
    return run


def _past(workspace: Workspace, state: RoundState, known_at: datetime) -> Iterable[ScoredRound]:
    """Yield the earlier rounds of the same area, each by its newest run known at K."""
    for other in list_rounds(workspace):
        announced = other.announced
        earlier = announced.check_point < state.announced.check_point
        same = (announced.area, announced.office) == (state.announced.area, state.announced.office)
        if not earlier or not same or other.frozen is None:
            continue
        held: tuple[RoundFrozen | RoundRevised, ...] = (other.frozen, *other.revisions)
        runs = [r.run_id for r in held if r.known_at <= known_at]
        if not runs:
            continue
        ruleset = applied(find_ruleset(announced.ruleset, workspace.home.path), announced.kind).ruleset
        yield ScoredRound(
            name=other.name,
            quarter=bare_quarter(announced.quarter),
            check_point=announced.check_point,
            full_points=None if ruleset.pass_mark is None else ruleset.full_points,
            rows=tuple(load_rows(workspace.client, runs[-1])),
        )


def _remarks(known: Iterable[Known]) -> dict[UUID, Remark]:
    """Return who found what, in which words; a text that is gone is left out of a bulletin, and not marked there."""
    return {
        k.event.id: Remark(
            *("" if is_gone(text) else text for text in (k.event.data.finder, k.event.data.note))
        )
        for k in known
        if isinstance(k.event.data, FindingRecorded)
    }


def _outside(
    workspace: Workspace,
    period: Period,
    known_at: datetime,
    area: str,
    population: dict[str, RegistryEntry],
    findings: dict[str, tuple[FindingFact, ...]],
) -> Iterable[OutsideAccount]:
    """Yield the accounts outside the population: spotted and unfiled, or closed and found with problems."""
    types = ("account.spotted", "account.opened", "account.changed")
    known = workspace.known.read(types, known_at)
    everyone = registry_at(
        (k for k in known if not isinstance(k.event.data, AccountSpotted)), period.check_point
    )
    titles = {_title(entry) for entry in everyone.values()}
    filed = {k.event.subject for k in known if isinstance(k.event.data, AccountOpened)}
    spotted = {
        k.event.subject: k.event.data
        for k in known
        if isinstance(k.event.data, AccountSpotted) and period.start < k.event.time <= period.check_point
    }
    for account in sorted(spotted.keys() | findings.keys()):
        entry, seen = everyone.get(account), spotted.get(account)
        if account in population or (entry is not None and area and entry.area != area):
            continue
        if entry is not None and account in findings:
            yield OutsideAccount(
                account_id=account,
                name=entry.name,
                platform=entry.platform,
                unit=entry.owner or entry.area,
                findings=findings[account],
            )
        elif seen is not None and account not in filed and _title(seen) not in titles:
            yield OutsideAccount(
                account_id=account,
                name=seen.name,
                platform=seen.platform,
                unit=seen.owner,
                unfiled=True,
                findings=findings.get(account, ()),
            )


def _title(account: RegistryEntry | AccountSpotted) -> tuple[str, str]:
    """Return what an account is recognized by where a patrol did not know its id."""
    return account.name, platform_slug(account.platform)


def _by_hand(row: OutsideRow) -> OutsideAccount:
    return OutsideAccount(
        account_id=f"{platform_slug(row.platform)}:{row.name}",
        name=row.name,
        platform=row.platform,
        unit=row.unit,
        problem=row.problem,
        veto=row.veto,
    )
