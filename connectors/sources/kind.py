"""The contract of a kind of source: what it is given, what it says it saw, and how it fails."""

from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from connectors.feeds.feed import Feed

FailureReason = Literal[
    "no_connection",  # no address, no connection, no TLS
    "refused_address",  # private, loopback or otherwise special
    "too_slow",  # the total time of a look has passed
    "too_large",  # the body, or what it unpacks to
    "redirects",  # too many, in a circle, or to where it may not go
    "answered",  # a status that is no success
    "not_allowed",  # robots.txt says no
    "no_feed",  # the bytes are nothing that this kind reads, a page that asks to log in among them
    "log_in",  # the log-in or token of the source is not accepted
    "quota",  # the source says that today's requests are used up
    "gone",  # the account, or its feed, is no longer there
]
"""Why a look failed; stands in `patrol.failed` with a detail of a few words."""


class Watched(msgspec.Struct, frozen=True):
    """An account as a source knows it."""

    account_id: str
    address: str  # what the kind looks at: a URL, an id of an app, the page of a site
    name: str = ""  # of the account, where a kind has to compare it
    owner: str = ""
    site_code: str = ""  # 网站标识码 of a site, where it is known; another one on its pages is a sign


class Memory(msgspec.Struct, frozen=True):
    """What the patrol store keeps of the last answer of an address, so that the next request may be conditional."""

    etag: str = ""
    modified: str = ""  # of the header Last-Modified, as it came
    full_at: datetime | None = None  # of the last answer that was not 304
    digest: str = ""  # of the body of that answer


class Failure(msgspec.Struct, frozen=True):
    """Why a look brought nothing."""

    reason: FailureReason
    detail: str  # English, at most 200 characters, without address, secret or person
    wait: timedelta | None = None  # that the other side asked for (Retry-After)
    of_lane: bool = False  # every account of the lane fails alike: host down, log-in dead, quota used
    raw: bytes = b""  # of what could not be read, at most 64 KB, for a dead letter


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
    ) -> "Page":
        """Fetch a page; with `memory` conditionally. Raises `LookError` with the failure that it is."""
        ...

    async def post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> "Page":
        """Send JSON and return the answer; raises `LookError`."""
        ...


class Page(msgspec.Struct, frozen=True):
    """An answer that came whole and within its bounds."""

    status: int  # 200 to 299, or 304
    url: str  # after redirects
    headers: dict[str, str]  # names in lower case
    body: bytes  # unpacked; empty with 304
    took_s: float


class KindError(ValueError):
    """A kind of source that does not exist, or settings that it cannot work with."""


class LookError(Exception):
    """A request that brought nothing."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


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
