"""A simulated year: rounds and reviews of the focus list as they follow one another, and what comes of each round."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from pipeline.home.actor import OFFICE
from pipeline.home.progress import Progress
from pipeline.home.workspace import Workspace
from pipeline.office.focus.update import update_focus
from pipeline.office.rounds import Freeze, freeze
from pipeline.simulate.asked_of_all import ask_of_all
from pipeline.simulate.place import Place, PlannedRound
from pipeline.simulate.run import SIMULATED, Simulation, keep_style
from pipeline.simulate.unit_assessment import assess_units
from pipeline.simulate.year import answer_round, publish_round, report_quarter

_AFTER = timedelta(hours=9)
"""Behind a check point the office enters into its list who failed by silence."""
_WEEKS = 8


class SimulatedYear(msgspec.Struct, frozen=True):
    """What a year left behind."""

    place: str
    seed: int
    accounts: int
    posts: int
    rounds: tuple[str, ...]  # the last one is checked and waits to be frozen
    bulletins: tuple[Path, ...]  # DOCX of those that went out
    answers: int
    reports: int


def simulate_year(workspace: Workspace, place: Place, seed: int, folder: Path | None = None) -> SimulatedYear:
    """Bring a year of a city into a home; bulletins go into a folder (default: that of the home).

    The last round waits for its freeze.

    Everything stands in the order in which an office does it: a sample holds who was on the focus list then, and a
    bulletin tells of the rounds before it. Raises as `simulate_city`.
    """
    simulation = Simulation(workspace, place, seed)
    simulation.describe()
    simulation.register()
    keep_style(workspace.home, place)
    made = _lived_through(workspace, simulation, place, seed, folder, place.rounds[:-1])
    if place.assessed is not None:
        assess_units(workspace, place.assessed)
    return made


def simulate_past(workspace: Workspace, place: Place, seed: int, rounds: int) -> SimulatedYear:
    """Give accounts that are registered already a past: the newest rounds before the last one, each concluded.

    The last round of the place, and all that was posted since the one before it, are left to who tries things out.
    """
    kept = place.rounds[-1 - rounds : -1]
    quarters = {planned.quarter for planned in kept}
    reviews = place.focus.reviews if place.focus is not None else ()
    past = msgspec.structs.replace(
        place,
        rounds=kept,
        reports=tuple(one for one in place.reports if one.quarter in quarters),
        focus=place.focus
        and msgspec.structs.replace(
            place.focus, reviews=tuple(r for r in reviews if r <= kept[-1].check_point)
        ),
    )
    return _lived_through(workspace, Simulation(workspace, past, seed), past, seed, None, past.rounds)


def _lived_through(
    workspace: Workspace,
    simulation: Simulation,
    place: Place,
    seed: int,
    folder: Path | None,
    concluded: tuple[PlannedRound, ...],
) -> SimulatedYear:
    """Take what was posted, flagged and asked of all, and go through reviews and rounds; `concluded` have bulletins."""
    posts = simulation.post()
    simulation.flag()
    simulation.explain()
    simulation.open_sites()
    ask_of_all(workspace, place, seed)
    bulletins, answers = [], 0
    turns = sorted([*_reviews(place), *((r.check_point, r) for r in place.rounds)], key=lambda turn: turn[0])
    with Progress("一年 year", len(turns)) as progress:
        for at, planned in turns:
            if planned is None:
                _review(workspace, place, at)
            else:
                simulation.check(planned)
                if planned in concluded:
                    bulletins += _conclude(workspace, place, planned, folder)
                    if place.answers is not None:
                        answers += answer_round(workspace, planned, place.answers, seed)
            progress.add(1)
    reports = sum(report_quarter(workspace, one, seed, place.rounds[-1].ruleset) for one in place.reports)
    return SimulatedYear(
        place.name,
        seed,
        len(simulation.registry.accounts),
        posts,
        tuple(planned.name for planned in place.rounds),
        tuple(bulletins),
        answers,
        reports,
    )


def _reviews(place: Place) -> list[tuple[datetime, PlannedRound | None]]:
    return [] if place.focus is None else [(review, None) for review in place.focus.reviews]


def _review(workspace: Workspace, place: Place, at: datetime) -> None:
    weeks = _WEEKS if place.focus is None else place.focus.exit_weeks
    update_focus(workspace, at, (), weeks, OFFICE)


def _conclude(workspace: Workspace, place: Place, planned: PlannedRound, folder: Path | None) -> list[Path]:
    """Freeze a round, let its bulletin go out, and enter into the focus list who failed by silence."""
    run, _ = freeze(workspace, Freeze(planned.name, SIMULATED), OFFICE)
    written = publish_round(workspace, planned, folder)
    weeks = _WEEKS if place.focus is None else place.focus.exit_weeks
    update_focus(workspace, planned.check_point + _AFTER, (run,), weeks, OFFICE)
    return [] if written is None else [written]
