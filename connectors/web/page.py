"""What a request to the outside brings: a page, or why it brought nothing; and what makes the next one conditional."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

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


Step = Literal["", "dns", "connect", "tls"]
"""Where a request ended that came to no answer: at the name of the host, at its door, at the certificate."""


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
    step: Step = ""  # of what came to no answer
    status: int | None = None  # of an answer that is no success


class Page(msgspec.Struct, frozen=True):
    """An answer that came whole and within its bounds."""

    status: int  # 200 to 299, or 304
    url: str  # after redirects
    headers: dict[str, str]  # names in lower case
    body: bytes  # unpacked; empty with 304
    took_s: float


class LookError(Exception):
    """A request that brought nothing."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure
