"""Drawing the sample of a round, and giving it again from the facts known when it was drawn."""

from datetime import UTC, datetime

from msgspec import UNSET

from connectors.history.knowledge import last_records
from events import round_ids
from events.claim import round_draw
from events.closeness import nearest
from events.facts import RegistryEntry
from events.instants import FAR
from events.messages import joined, message
from events.round import RoundAnnounced, SampleDrawn
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.focus.focus_list import focus_list
from pipeline.office.rounds.state import drawn_of, load_round, require_stage, round_event
from pipeline.scores.scoring import population_at
from projections.rounds.sampling import Sample, SampleError, draw_sample, seed_of
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.digest import DrawnSample


def draw(workspace: Workspace, name: str, actor: Actor) -> Sample:
    """Draw the sample of a round from the population known now; drawing again gives the same one."""
    state = load_round(workspace, name)
    if state.drawn is not None and state.cancelled is None:
        require_seed(workspace, drawing_of(state))
        return sample_of(workspace, state)
    require_stage(state, message("drawn"), Stage.ANNOUNCED)
    announced = state.announced
    with claimed(workspace, Wanted(round_draw(name, state.telling), f"a draw for {name}")) as hold:
        known_at = workspace.close_moment()
        seed = seed_at(workspace, known_at) if _is_by_chance(announced) else ""
        drawing = _drawing(name, announced, known_at, 0, seed)
        sample = drawn_sample(workspace, announced.check_point, drawing)
        data = SampleDrawn(
            known_at=known_at,
            population=sample.population,
            population_sha256=sample.population_sha256,
            sample=len(sample.accounts),
            sample_sha256=sample.sha256,
            focus=sample.focus,
            strata=sample.strata,
            seed=seed,
            claims=hold.ids,
        )
        fail_point("draw.before_fact")
        event_id = round_ids.sample_drawn(subject_of(name), state.telling)
        hold.append([round_event(name, event_id, datetime.now(UTC), data, actor)])
        fail_point("draw.after_fact")
    workspace.catch_up()
    return sample_of(workspace, load_round(workspace, name))


def seed_at(workspace: Workspace, known_at: datetime) -> str:
    """Return the seed of a closed moment: a hash over the ids of the last records of every partition.

    Nobody knew it when the round was planned, and whoever has the log reckons it again.
    """
    return seed_of(last_records(workspace.client, known_at))


def require_seed(workspace: Workspace, drawn: DrawnSample) -> None:
    """Raise `UsageError` where the log gives another seed than the one that a sample was drawn with."""
    if drawn.seed is UNSET:
        return
    seed = seed_at(workspace, drawn.drawn_known_at)
    if seed != drawn.seed:
        raise UsageError(
            message(
                "round {round}: the last records at the draw give the seed {seed}, recorded is"
                " {drawn_seed}; the log or the history is not whole: see `xuncha doctor`",
                round=drawn.round,
                seed=seed[:12],
                drawn_seed=str(drawn.seed)[:12],
            )
        )


def require_drawable(workspace: Workspace, name: str, announced: RoundAnnounced) -> None:
    """Draw as known now without recording it; raises `UsageError` for a plan that the population cannot fulfil.

    An empty registry is let pass: its accounts are still to come.
    """
    if population_at(workspace.known, announced.check_point, FAR):
        drawn_sample(workspace, announced.check_point, _drawing(name, announced, FAR, 0, ""))


def sample_of(workspace: Workspace, state: RoundState) -> Sample:
    """Return the sample of a round, drawn again from the facts of its time and held against what was recorded.

    Raises `UsageError` where it is not drawn yet, and where the facts give another sample than the recorded one.
    """
    drawn = drawn_of(state)
    sample = drawn_sample(workspace, state.announced.check_point, drawing_of(state))
    if (sample.sha256, sample.population_sha256) != (drawn.sample_sha256, drawn.population_sha256):
        raise UsageError(
            message(
                "round {name}: the facts known at its draw give a sample of {accounts_count}"
                " accounts with hash {sha256}, recorded are {sample} with {sample_sha256}; the"
                " log or the history is not whole: see `xuncha doctor`",
                name=state.name,
                accounts_count=len(sample.accounts),
                sha256=sample.sha256[:12],
                sample=drawn.sample,
                sample_sha256=drawn.sample_sha256[:12],
            )
        )
    return sample


def drawing_of(state: RoundState) -> DrawnSample:
    """Return where the sample of a drawn round comes from, as a manifest names it."""
    drawn = drawn_of(state)
    return _drawing(state.name, state.announced, drawn.known_at, drawn.sample, drawn.seed)


def drawn_sample(workspace: Workspace, check_point: datetime, drawn: DrawnSample) -> Sample:
    """Draw a sample from the facts known at its moment; raises `UsageError` where the population cannot give it."""
    population = in_area(population_at(workspace.known, check_point, drawn.drawn_known_at), drawn.area)
    focus = focus_list(workspace, check_point, drawn.drawn_known_at)
    try:
        return draw_sample(population, focus, drawn.plan, drawn.seed or "")
    except SampleError as e:
        raise UsageError(
            message(
                "round {round}: {error}; announce the round with another plan", round=drawn.round, error=e
            )
        ) from None


def in_area(population: dict[str, RegistryEntry], area: str) -> dict[str, RegistryEntry]:
    """Return the part of a population that a round of an area is about; raises `NotFoundError` for an unknown area."""
    if not area:
        return population
    chosen = {account: entry for account, entry in population.items() if entry.area == area}
    if not chosen:
        areas = sorted({entry.area for entry in population.values() if entry.area})
        raise NotFoundError(
            message(
                "no account of the population has the area {area!r}{nearest}; there are: {areas}",
                area=area,
                nearest=nearest(area, areas),
                areas=joined(", ", areas[:20]) or message("none"),
            )
        )
    return chosen


def _is_by_chance(announced: RoundAnnounced) -> bool:
    """Tell whether the log gives the seed: somebody is left out, and nobody chose one by hand."""
    return not announced.sample.everybody and announced.sample.seed is None


def _drawing(
    name: str, announced: RoundAnnounced, known_at: datetime, accounts: int, seed: str
) -> DrawnSample:
    return DrawnSample(
        round=name,
        kind=announced.kind,
        area=announced.area,
        drawn_known_at=known_at,
        accounts=accounts,
        plan=announced.sample,
        seed=seed or UNSET,
    )
