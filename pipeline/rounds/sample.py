"""Drawing the sample of a round, and giving it again from the facts known when it was drawn."""

from datetime import UTC, datetime

from events.facts import RegistryEntry
from events.instants import from_micros
from events.round import RoundAnnounced, SampleDrawn
from pipeline.current import Current
from pipeline.errors import UsageError
from pipeline.failpoints import fail_point
from pipeline.focus import focus_list
from pipeline.registry import FAR_US
from pipeline.rounds.state import drawn_of, load_round, round_event
from pipeline.scoring import population_at
from projections.digest import DrawnSample
from projections.round_state import RoundState
from projections.sampling import Sample, SampleError, draw_sample


def draw(current: Current, name: str) -> Sample:
    """Draw the sample of a round from the population known now; drawing again gives the same one."""
    state = load_round(current, name)
    if state.drawn is not None:
        return sample_of(current, state)
    known_at = current.close_moment()
    sample = drawn_sample(current, state.announced.check_point, _drawing(name, state.announced, known_at, 0))
    data = SampleDrawn(
        known_at=known_at,
        population=sample.population,
        population_sha256=sample.population_sha256,
        sample=len(sample.accounts),
        sample_sha256=sample.sha256,
        focus=sample.focus,
        strata=sample.strata,
    )
    fail_point("draw.before_fact")
    current.log.append([round_event(name, "drawn", datetime.now(UTC), data)])
    fail_point("draw.after_fact")
    current.catch_up()
    return sample_of(current, load_round(current, name))


def require_drawable(current: Current, name: str, announced: RoundAnnounced) -> None:
    """Draw as known now without recording it; raises `UsageError` for a plan that the population cannot fulfil.

    An empty registry is let pass: its accounts are still to come.
    """
    known_at = from_micros(FAR_US)
    if population_at(current.client, announced.check_point, known_at):
        drawn_sample(current, announced.check_point, _drawing(name, announced, known_at, 0))


def sample_of(current: Current, state: RoundState) -> Sample:
    """Return the sample of a round, drawn again from the facts of its time and held against what was recorded.

    Raises `UsageError` where it is not drawn yet, and where the facts give another sample than the recorded one.
    """
    drawn = drawn_of(state)
    sample = drawn_sample(current, state.announced.check_point, drawing_of(state))
    if (sample.sha256, sample.population_sha256) != (drawn.sample_sha256, drawn.population_sha256):
        raise UsageError(
            f"round {state.name}: the facts known at its draw give a sample of {len(sample.accounts)} accounts with"
            f" hash {sample.sha256[:12]}, recorded are {drawn.sample} with {drawn.sample_sha256[:12]}; the log or the"
            " history is not whole: see `xuncha doctor`"
        )
    return sample


def drawing_of(state: RoundState) -> DrawnSample:
    """Return where the sample of a drawn round comes from, as a manifest names it."""
    drawn = drawn_of(state)
    return _drawing(state.name, state.announced, drawn.known_at, drawn.sample)


def drawn_sample(current: Current, check_point: datetime, drawn: DrawnSample) -> Sample:
    """Draw a sample from the facts known at its moment; raises `UsageError` where the population cannot give it."""
    population = in_area(population_at(current.client, check_point, drawn.drawn_known_at), drawn.area)
    focus = focus_list(current, check_point, drawn.drawn_known_at)
    try:
        return draw_sample(population, focus, drawn.plan)
    except SampleError as e:
        raise UsageError(f"round {drawn.round}: {e}; announce the round with another plan") from None


def in_area(population: dict[str, RegistryEntry], area: str) -> dict[str, RegistryEntry]:
    """Return the part of a population that a round of this area is about; raises `UsageError` for an unknown area."""
    if not area:
        return population
    chosen = {account: entry for account, entry in population.items() if entry.area == area}
    if not chosen:
        areas = sorted({entry.area for entry in population.values() if entry.area})
        raise UsageError(
            f"no account of the population has the area {area!r}; there are: {', '.join(areas[:20]) or 'none'}"
        )
    return chosen


def _drawing(name: str, announced: RoundAnnounced, known_at: datetime, accounts: int) -> DrawnSample:
    return DrawnSample(
        round=name,
        kind=announced.kind,
        area=announced.area,
        drawn_known_at=known_at,
        accounts=accounts,
        plan=announced.sample,
    )
