"""What looks, visits and sweeps share: which sites, through which client, and suggestions that are told once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from connectors.log.port import Log
from connectors.web.client import Limits, WebClient
from connectors.web.egress import PRIVATE, EgressError, Network, networks
from events import site_ids
from events.codec import NO_ORIGIN, Event
from events.instants import FAR
from events.known import Known
from events.messages import message
from events.site import SITE_PREFIX, SiteSuspected
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.site_settings import SiteReading
from pipeline.home.workspace import Workspace
from pipeline.patrol.surroundings import Surroundings
from projections.sites.registry import SITE_TYPES, Site, sites_at

SOURCE = "sites"
LIMIT_S = 15
"""国办秘函〔2019〕19号: a page that is not open after 15 seconds counts as not open."""

_MOST_CHARACTERS = 200  # characters of what a page shows


def reading_of(workspace: Workspace) -> SiteReading:
    """Return how sites are read: as the settings say, else the usual way."""
    return workspace.home.settings.sites or SiteReading()


def sites_meant(workspace: Workspace, named: Sequence[str]) -> list[Site]:
    """Return the sites of the registry that a person names by domain, name or 网站标识码; none named: all."""
    known = sites_at(workspace.known.read(SITE_TYPES), FAR)
    if not named:
        return [known[subject] for subject in sorted(known)]
    found = []
    for text in named:
        wanted = text.strip().lower().removeprefix(SITE_PREFIX)
        meant = [
            s for s in known.values() if wanted in (s.domain, s.name.lower(), s.site_code.lower() or None)
        ]
        if len(meant) != 1:
            raise NotFoundError(
                message("{text!r} is no site of the registry; `xuncha sites list` shows them", text=text)
            )
        found += meant
    return found


def allowed_of(reading: SiteReading) -> tuple[Network, ...]:
    """Return the private networks that may be called; raises `UsageError`."""
    if isinstance(reading.allow_private, bool):
        return PRIVATE if reading.allow_private else ()
    try:
        return networks(reading.allow_private)
    except EgressError as e:
        raise UsageError(message("[sites] allow_private: {why}", why=e.reason)) from None


def web_for(
    reading: SiteReading, surroundings: Surroundings, *, robots: bool, total_s: float = 30.0
) -> WebClient:
    """Return the client; call it where the event loop runs. A visit of a home page is anybody's: it asks no robots."""
    return WebClient(
        allowed=allowed_of(reading),
        limits=Limits(total_s=total_s, at_once=16),
        robots=robots,
        clock=surroundings.clock,
        resolver=None if surroundings.resolver is None else surroundings.resolver(),
        tls=surroundings.tls,
    )


class SiteRecords:
    """Where what is seen of sites is recorded: the log, and what is known of suggestions."""

    def __init__(self, log: Log, known: Callable[[Sequence[str]], Iterable[Known]]) -> None:
        self._log, self._known = log, known

    def append(self, event: Event[Any]) -> None:
        """Record a fact."""
        self._log.append([event])

    def append_new(self, events: Iterable[Event[Any]]) -> list[Event[Any]]:
        """Append those suggestions that nobody made before; returns them."""
        known = {k.event.id for k in self._known((SiteSuspected.type,))}
        new = list({event.id: event for event in events if event.id not in known}.values())
        if new:
            self._log.append(new)
        return new


def records_of(workspace: Workspace) -> SiteRecords:
    """Return where a command records what it sees."""
    return SiteRecords(workspace.log, lambda types: workspace.known.read(types, texts=False))


def suspected(
    site: Site,
    what: Any,
    at: datetime,
    actor: Actor | None,
    *,
    page: str = "",
    url: str = "",
    detail: str = "",
) -> Event[SiteSuspected]:
    """Return a suggestion about a site; the patrol, which nobody asked, is no actor."""
    text = "".join(c if c.isprintable() else " " for c in detail)[:_MOST_CHARACTERS].strip()
    data = SiteSuspected(what=what, page=page, url=url, detail=text)
    return Event(
        site_ids.site_suspected(site.subject, what, page, url),
        SOURCE,
        site.subject,
        at,
        data,
        actor.origin() if actor else NO_ORIGIN,
    )
