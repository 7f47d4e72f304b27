"""The parts of a bulletin beside its accounts: who gives one, and up to when its facts count.

A run knows accounts alone. What a bulletin says of websites, interpretation or reposts follows from facts that are
known when it is drafted; the draft keeps that moment, so that it is put together again as it was.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from events.beside import BesideAccounts
from events.bulletin import Edition
from events.instants import from_micros
from events.withdrawal import FactWithdrawn
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.beside_moment import BesideMoment
from pipeline.office.interpretation.bulletin_part import interpretation_beside
from pipeline.office.rectification.bulletin_part import RELAPSE_TYPES, relapses_beside
from pipeline.office.reposts.bulletin_part import reposts_beside
from pipeline.office.sites.bulletin_part import WEBSITE_TYPES, websites_beside
from projections.bulletin.material import Material
from projections.policy.interpretation import INTERPRETATION_TYPES
from projections.policy.reposts import REPOST_TYPES


class BesidePart(NamedTuple):
    """Who gives a part: the facts that it follows from, and the function; None: there is nothing to say."""

    types: tuple[str, ...]
    part_at: Callable[[Workspace, BesideMoment], BesideAccounts | None]
    only: Edition | None = None  # the one edition that prints it


class Beside(NamedTuple):
    """The parts of one bulletin, and up to when the facts behind them count; None: there is no part."""

    parts: tuple[BesideAccounts, ...]
    known_at: datetime | None


PARTS: tuple[BesidePart, ...] = (
    BesidePart(WEBSITE_TYPES, websites_beside),
    BesidePart(INTERPRETATION_TYPES, interpretation_beside),
    BesidePart(REPOST_TYPES, reposts_beside),
    BesidePart(RELAPSE_TYPES, relapses_beside, "internal"),
)
"""In the order in which a bulletin prints them."""


def _parts_of(edition: Edition) -> list[BesidePart]:
    return [part for part in PARTS if part.only in (None, edition)]


def beside_now(workspace: Workspace, material: Material, edition: Edition, digits: int) -> Beside:
    """Return the parts as known now; the moment is that of the newest fact behind them."""
    types = tuple(dict.fromkeys(t for part in _parts_of(edition) for t in part.types))
    if not types:
        return Beside((), None)
    known = workspace.known.read((*types, FactWithdrawn.type), texts=False)
    moments = [
        k.recorded_at
        for k in known
        if not isinstance(k.event.data, FactWithdrawn) or k.event.data.of_type in types
    ]
    return (
        _parts_at(workspace, material, edition, digits, from_micros(max(moments)))
        if moments
        else Beside((), None)
    )


def beside_at(
    known_at: datetime | None,
) -> Callable[[Workspace, Material, Edition, int], Beside]:
    """Return what gives the parts of a draft, as they were known then; None: it has no part."""

    def parts_then(workspace: Workspace, material: Material, edition: Edition, digits: int) -> Beside:
        if known_at is None:
            return Beside((), None)
        return _parts_at(workspace, material, edition, digits, known_at)

    return parts_then


def _parts_at(
    workspace: Workspace, material: Material, edition: Edition, digits: int, known_at: datetime
) -> Beside:
    r = material.round
    moment = BesideMoment(
        area=r.area,
        quarter=r.quarter,
        period_start=r.period_start,
        check_point=r.check_point,
        edition=edition,
        known_at=known_at,
        digits=digits,
        rows=material.rows,
    )
    parts = tuple(
        found for part in _parts_of(edition) if (found := part.part_at(workspace, moment)) is not None
    )
    return Beside(parts, known_at if parts else None)
