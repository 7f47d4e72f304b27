"""Years of assessment: which were drafted, by which scheme one is assessed, and which units."""

from datetime import datetime

from events.instants import FAR
from pipeline.home.claims import known_acts
from pipeline.home.errors import NotFoundError
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.schemes import NamedScheme, find_roster, find_scheme, scheme_in_force
from projections.year.schemes import AssessedUnit
from projections.year.state import YEAR_TYPES, YearState, fold_years


def list_years(workspace: Workspace, known_at: datetime = FAR) -> dict[int, YearState]:
    """Return the state of every year that has a draft."""
    return fold_years(known_acts(workspace.known, YEAR_TYPES, known_at))


def scheme_of_year(workspace: Workspace, year: int, name: str = "") -> NamedScheme:
    """Return the scheme that a year is assessed by: the one named, else that of its draft, else the one in force.

    Of the draft's the newest version counts. Raises `NotFoundError`.
    """
    state = None if name else list_years(workspace).get(year)
    drafted = state.newest.data.scheme.partition("@")[0] if state is not None else ""
    if wanted := name or drafted:
        return find_scheme(wanted, workspace.home.path)
    return scheme_in_force(year, workspace.home.path)


def units_of_year(workspace: Workspace, year: int) -> tuple[AssessedUnit, ...]:
    """Return the units that a year is assessed of: those of its newest draft, and of the list that its scheme names.

    Where scheme or list are not here any more, those of the draft alone; without a draft it raises `NotFoundError`.
    """
    state = list_years(workspace).get(year)
    drafted = state.newest.data.rows if state is not None else ()
    units = {row.unit: AssessedUnit(row.unit, row.name, row.kind) for row in drafted}
    try:
        listed = find_roster(scheme_of_year(workspace, year).scheme.roster, workspace.home.path).roster.units
    except NotFoundError:
        if state is None:
            raise
        listed = ()
    return (*units.values(), *(unit for unit in listed if unit.code not in units))
