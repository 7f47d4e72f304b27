"""The order of areas where the office says none: as the registry got their first accounts."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from connectors.history.dependent_facts import origins_of
from events.account import AccountOpened
from events.codec import NO_ORIGIN
from events.facts import RegistryEntry
from events.known import Known
from pipeline.home.claims import known_acts
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.intake.manifest import read_manifest
from projections.intakes.state import INTAKE_TYPES, fold_intakes

Place = tuple[int, int, int, int]


def registered_areas(
    workspace: Workspace, population: Mapping[str, RegistryEntry], known_at: datetime
) -> tuple[str, ...]:
    """Return the areas of the population in the order in which accounts of them were registered.

    The log spreads a paper over its partitions; within one the order is that of its rows.
    """
    opened = [
        k
        for k in workspace.known.read((AccountOpened.type,), known_at)
        if isinstance(k.event.data, AccountOpened) and k.event.subject in population
    ]
    beside = origins_of(workspace.client, AccountOpened.type)
    opened = [replace(k, event=replace(k.event, origin=beside.get(k.event.id, NO_ORIGIN))) for k in opened]
    places = in_paper_order(opened, _rows_of(workspace, {k.event.origin.intake for k in opened}))
    found = (population[k.event.subject].area for k in sorted(opened, key=lambda k: places[k.event.id]))
    return tuple(dict.fromkeys(filter(None, found)))


def in_paper_order(opened: Iterable[Known], rows: Mapping[UUID, int]) -> dict[UUID, Place]:
    """Return by which to sort openings: when their paper came in, then their place in it.

    `rows` has the place of what intakes brought; what a list brought says digest and row in its basis.
    """
    opened = list(opened)
    began: dict[str | int, int] = {}
    for k in opened:
        paper = _paper(k)
        began[paper] = min(k.recorded_at, began.get(paper, k.recorded_at))
    return {
        k.event.id: (began[_paper(k)], rows.get(k.event.id, _row(k)), k.partition, k.offset) for k in opened
    }


def _paper(k: Known) -> str | int:
    """Return what brought an opening: the number of an intake, the digest of a list, else the moment."""
    return k.event.origin.intake or k.event.origin.basis.partition(" ")[0] or k.recorded_at


def _row(k: Known) -> int:
    row = k.event.origin.basis.rpartition("!")[2]
    return int(row) if row.isdecimal() else 0


def _rows_of(workspace: Workspace, numbers: Container[str]) -> dict[UUID, int]:
    """Return the place of each fact in the manifest of its intake; none of one whose manifest is gone."""
    places: dict[UUID, int] = {}
    for state in fold_intakes(known_acts(workspace.known, INTAKE_TYPES)).values():
        if state.number not in numbers:
            continue
        try:
            manifest = read_manifest(workspace.home, state.opened.manifest, state.number)
        except UsageError:
            continue
        for place, fact in enumerate(manifest.facts):
            places.setdefault(fact.id, place)
    return places
