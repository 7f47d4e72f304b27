"""What is known beside the registry of accounts when papers come in: sites, documents, orders, classes, lines."""

from functools import cached_property
from typing import Any

from events.codec import Event
from events.credentials import AccountDocumented
from events.instants import FAR
from events.interpretation import DocumentPublished
from events.repost import RepostOrdered
from events.ruling import AccountClassed, AccountLined
from events.site import SitePatrolled
from pipeline.office.intake.world import NewestPost, World
from projections.registry.credentials import papers_at
from projections.sites.registry import SITE_TYPES, Site, sites_at

Ruling = AccountClassed | AccountLined


class YearWorld:
    """Each part read once, and only if it is asked for; what the plan would bring is added as it is found."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The sites that stand, by subject."""
        return sites_at(self._world.first_records(SITE_TYPES), FAR)

    @cached_property
    def site_entries(self) -> dict[tuple[str, str], list[NewestPost]]:
        """The newest entries that looks showed, by site and column; an empty column is the home page."""
        found: dict[tuple[str, str], list[NewestPost]] = {}
        for k in self._world.first_records((SitePatrolled.type,)):
            data = k.event.data
            if not isinstance(data, SitePatrolled):
                continue
            seen = [(one.column_id, one.newest_at, one.newest_date_only) for one in data.columns]
            for column, newest_at, by_day in (("", data.newest_at, data.newest_date_only), *seen):
                if newest_at is not None:
                    found.setdefault((k.event.subject, column), []).append(NewestPost(newest_at, by_day))
        return found

    @cached_property
    def documents(self) -> dict[str, DocumentPublished]:
        """Documents by subject."""
        known = self._world.first_records((DocumentPublished.type,))
        return {k.event.subject: d for k in known if isinstance(d := k.event.data, DocumentPublished)}

    @cached_property
    def orders(self) -> dict[str, RepostOrdered]:
        """Orders to repost by subject."""
        known = self._world.first_records((RepostOrdered.type,))
        return {k.event.subject: d for k in known if isinstance(d := k.event.data, RepostOrdered)}

    @cached_property
    def rulings(self) -> dict[tuple[str, str], Event[Ruling]]:
        """What was said last of the class and the line of accounts, by subject and type."""
        known = self._world.first_records((AccountClassed.type, AccountLined.type))
        return {(k.event.subject, k.event.type): k.event for k in known if isinstance(k.event.data, Ruling)}

    @cached_property
    def papers(self) -> dict[tuple[str, Any], Event[AccountDocumented]]:
        """What was said last of papers of accounts, by subject and paper."""
        return dict(papers_at(self._world.first_records((AccountDocumented.type,)), FAR))
