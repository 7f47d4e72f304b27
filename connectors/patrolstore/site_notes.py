"""What the patrol store keeps of sites: visits of a day until their fact is written, links that failed once."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from connectors.databases.statements import Statements


class VisitNote(msgspec.Struct, frozen=True):
    """One visit of a home page."""

    site: str
    day: int  # days since the epoch, Chinese
    slot: int  # part of the day
    at: int  # microseconds
    cause: str  # empty: it was open


class LinkNote(msgspec.Struct, frozen=True):
    """A link that did not open at the last look."""

    first_at: int  # microseconds; of the first of the looks in a row that failed
    last_at: int
    cause: str


class SiteStore(Protocol):
    """Contract of both implementations of what is kept of sites."""

    def keep_visit(self, visit: VisitNote) -> bool:
        """Keep a visit; False where the same part of the day has one, which stays."""
        ...

    def visits(self, site: str | None = None) -> list[VisitNote]:
        """Return the visits that are kept, of one site or of all, by site, day and part of the day."""
        ...

    def drop_visits(self, site: str, day: int) -> None:
        """Forget the visits of a day whose fact was written."""
        ...

    def keep_links(self, site: str, failed: Mapping[str, LinkNote], opened: Sequence[str]) -> None:
        """Keep links that failed; forget those that opened."""
        ...

    def failed_links(self, site: str) -> dict[str, LinkNote]:
        """Return the links of a site that failed at their last look."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


_KEEP_VISIT = """
INSERT INTO patrol_visits (site, day, slot, at, cause) VALUES (:site, :day, :slot, :at, :cause)
ON CONFLICT (site, day, slot) DO NOTHING
RETURNING slot
"""
_VISITS = "SELECT site, day, slot, at, cause FROM patrol_visits"
_OF_SITE = " WHERE site = :site"
_IN_ORDER = " ORDER BY site, day, slot"
_DROP_VISITS = "DELETE FROM patrol_visits WHERE site = :site AND day = :day"
_KEEP_LINK = """
INSERT INTO patrol_links (site, url, first_at, last_at, cause) VALUES (:site, :url, :first_at, :last_at, :cause)
ON CONFLICT (site, url) DO UPDATE SET
    first_at = excluded.first_at, last_at = excluded.last_at, cause = excluded.cause
"""
_DROP_LINK = "DELETE FROM patrol_links WHERE site = :site AND url = :url"
_LINKS = "SELECT url, first_at, last_at, cause FROM patrol_links WHERE site = :site"


class SqlSiteNotes(Statements):
    """The operations of `SiteStore` over the statements that an implementation runs."""

    def keep_visit(self, visit: VisitNote) -> bool:
        """See `SiteStore`."""
        with self.transaction():
            return bool(self.run(_KEEP_VISIT, msgspec.structs.asdict(visit)))

    def visits(self, site: str | None = None) -> list[VisitNote]:
        """See `SiteStore`."""
        one = {} if site is None else {"site": site}
        with self.snapshot():
            rows = self.run(_VISITS + (_OF_SITE if one else "") + _IN_ORDER, one)
        return [VisitNote(*row) for row in rows]

    def drop_visits(self, site: str, day: int) -> None:
        """See `SiteStore`."""
        with self.transaction():
            self.run(_DROP_VISITS, {"site": site, "day": day})

    def keep_links(self, site: str, failed: Mapping[str, LinkNote], opened: Sequence[str]) -> None:
        """See `SiteStore`."""
        with self.transaction():
            kept = [{"site": site, "url": url, **msgspec.structs.asdict(n)} for url, n in failed.items()]
            self.run_many(_KEEP_LINK, kept)
            self.run_many(_DROP_LINK, [{"site": site, "url": url} for url in opened])

    def failed_links(self, site: str) -> dict[str, LinkNote]:
        """See `SiteStore`."""
        with self.snapshot():
            return {url: LinkNote(*fields) for url, *fields in self.run(_LINKS, {"site": site})}
