"""The contract of a kind of source: what it is given, what it says it saw, and how it fails."""

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from connectors.feeds.feed import Feed
from connectors.web.page import Failure, FailureReason, LookError, Memory, Page

__all__ = [
    "Answer",
    "Failure",
    "FailureReason",
    "KindError",
    "LookError",
    "Memory",
    "Page",
    "Probe",
    "Sign",
    "SourceKind",
    "Watched",
    "Web",
]


class Watched(msgspec.Struct, frozen=True):
    """An account as a source knows it."""

    account_id: str
    address: str  # what the kind looks at: a URL, an id of an app, the page of a site
    name: str = ""  # of the account, where a kind has to compare it
    owner: str = ""
    site_code: str = ""  # 网站标识码 of a site, where it is known; another one on its pages is a sign


class Sign(msgspec.Struct, frozen=True):
    """Something about the account itself that a look saw; a suggestion for a person, and never a finding."""

    what: Literal["title", "owner", "site_code", "version", "unavailable", "missing_tag"]
    shown: str  # as the source shows it


class Answer(msgspec.Struct, frozen=True):
    """What one look at one account saw: a feed, that nothing changed, or why it failed."""

    feed: Feed | None = None
    unchanged: bool = False  # as at the last trusted look: a 304, or the same bytes
    failure: Failure | None = None
    memory: Memory = Memory()
    signs: tuple[Sign, ...] = ()
    requests: int = 1  # that the look cost of the quota
    deleted: tuple[
        str, ...
    ] = ()  # native keys of posts of which the source itself says that they were deleted
    as_of: datetime | None = (
        None  # when the source itself last asked the platform: the look proves no more; None: now
    )


class Probe(msgspec.Struct, frozen=True):
    """Whether a log-in works, as the source said when it was asked; never what a stored date of expiry says."""

    works: bool
    detail: str  # English, without secret
    quota_left: int | None = None


class Web(Protocol):
    """What a kind may do on the net; the client guards addresses, sizes, times and redirects by itself."""

    async def get(
        self, url: str, *, memory: Memory | None = None, headers: dict[str, str] | None = None
    ) -> Page:
        """Fetch a page; with `memory` conditionally. Raises `LookError` with the failure that it is."""
        ...

    async def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> Page:
        """Send JSON and return the answer; raises `LookError`."""
        ...


class KindError(ValueError):
    """A kind of source that does not exist, or settings that it cannot work with."""


class SourceKind(Protocol):
    """One way to look at accounts; built once from the settings of a source, and used from one event loop."""

    name: str  # of the kind, as the settings write it

    def lane(self, watched: Watched) -> str:
        """Return what a look at the account spends: the host that is asked, or the log-in."""
        ...

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Look at one account; raises nothing for what the other side does: that is an `Answer` with a failure."""
        ...

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Ask whether the log-in works, None where the kind has none."""
        ...
