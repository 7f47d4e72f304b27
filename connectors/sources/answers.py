"""What kinds of sources share: memory of a page, failures with their bytes, and errors that come as a good answer."""

import hashlib
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

from connectors.feeds.feed import Feed
from connectors.feeds.notices import is_notice
from connectors.sources.kind import Answer, Failure, FailureReason, LookError, Memory, Page, Sign

_T = TypeVar("_T")

MAX_DETAIL = 200  # characters
MAX_RAW = 65_536  # bytes of what could not be read
_LOOKED_INTO = 65_536  # bytes of an answer in which an error code is looked for

_REASONS: dict[int, FailureReason] = {
    **dict.fromkeys((429, 45009, 45011, 200013, 40402), "quota"),
    **dict.fromkeys((401, 403, 40001, 40013, 40014, 40125, 40164, 41001, 42001, 48001), "log_in"),
    **dict.fromkeys((200003, 200040, 40101, 50007), "log_in"),
    **dict.fromkeys((404, 40401), "gone"),
    -1: "answered",
}
"""What codes inside a good answer mean. 45009, 45011: requests of the interfaces of WeChat used up; -1: it is busy;
40001 to 48001: token, secret, address or right not accepted there. 200013, 200003, 200040: what readers hear from its
back office (too often, no session, no token); 40101, 40401, 40402: what they say themselves (no session, no account,
too often)."""
_FINE = frozenset({0, 200, 201})
_OF_ONE_ACCOUNT: frozenset[FailureReason] = frozenset({"gone", "no_feed"})


class _BaseResponse(msgspec.Struct):
    ret: int | str | None = None
    err_msg: str | None = None


class _Coded(msgspec.Struct):
    """An answer with a code, as interfaces wrap their errors; each names it otherwise."""

    errcode: int | str | None = None
    code: int | str | None = None
    ret: int | str | None = None
    errmsg: str | None = None
    message: str | None = None
    msg: str | None = None
    base_resp: _BaseResponse | None = None

    def codes(self) -> list[int]:
        """Return the codes that say something is wrong."""
        base = self.base_resp.ret if self.base_resp else None
        numbers = (_number(text) for text in (self.errcode, self.code, self.ret, base))
        return [number for number in numbers if number not in _FINE]

    def words(self) -> str:
        """Return what it says in words."""
        base = self.base_resp.err_msg if self.base_resp else None
        return next(filter(None, (self.errmsg, self.message, self.msg, base)), "")


class _Wrapped(_Coded):
    """The same, in the field in which a framework puts it."""

    detail: _Coded | str | list[object] | None = None


def failed(reason: FailureReason, detail: str, *, raw: bytes = b"", of_lane: bool = False) -> Failure:
    """Return a failure whose detail and bytes keep within their bounds."""
    return Failure(reason, " ".join(detail.split())[:MAX_DETAIL], of_lane=of_lane, raw=raw[:MAX_RAW])


def sign(
    what: Literal["title", "owner", "site_code", "version", "unavailable", "missing_tag"], text: str
) -> Sign:
    """Return a sign whose text can be shown on a line."""
    printable = "".join(c if c.isprintable() else " " for c in text[: 2 * MAX_DETAIL])
    return Sign(what, " ".join(printable.split())[:MAX_DETAIL])


def refused(failure: Failure, memory: Memory, *, requests: int = 1) -> Answer:
    """Return the answer of a look that failed; what is remembered of the last good one goes on."""
    return Answer(failure=failure, memory=memory, requests=requests)


def unchanged(page: Page, memory: Memory, now: datetime) -> Memory | None:
    """Return the memory of a page that is as it was at the last trusted look, None where it is not.

    The same bytes say so, too, for half of the servers know no 304. A page that was not trusted left no digest.
    """
    if not memory.digest:
        return None
    if page.status == 304:
        return memory
    return remembered(page, now) if _digest(page) == memory.digest else None


def memory_of(feed: Feed, page: Page, now: datetime) -> Memory:
    """Return what to keep of a page: of one that may hide something, or is empty, nothing.

    So no 304 vouches for it, and it is fetched whole again.
    """
    return remembered(page, now) if feed.proves and feed.entries else Memory()


def remembered(page: Page, now: datetime) -> Memory:
    """Return what to keep of a page that came whole and was read without a doubt."""
    return Memory(
        etag=page.headers.get("etag", ""),
        modified=page.headers.get("last-modified", ""),
        full_at=now,
        digest=_digest(page),
    )


def as_failure(error: LookError) -> Failure:
    """Return the failure of a request, its detail within its bounds."""
    return msgspec.structs.replace(error.failure, detail=error.failure.detail[:MAX_DETAIL])


def coded_failure(body: bytes) -> Failure | None:
    """Return the failure that a JSON answer tells in a code or in words, None where it tells none."""
    if body.lstrip()[:1] != b"{" or len(body) > _LOOKED_INTO:
        return None
    try:
        answer = msgspec.json.decode(body, type=_Wrapped)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    inner = answer.detail if isinstance(answer.detail, _Coded) else _Coded()
    codes = [*answer.codes(), *inner.codes()]
    known = next((code for code in codes if code in _REASONS), None)
    if known is not None:
        reason = _REASONS[known]
        return failed(
            reason, f"code {known} in a good answer", raw=body, of_lane=reason not in _OF_ONE_ACCOUNT
        )
    if is_notice(f"{answer.words()}\n{inner.words()}"):
        return failed("log_in", "the answer asks to log in or to verify", raw=body, of_lane=True)
    return failed("no_feed", f"code {codes[0]} in a good answer", raw=body) if codes else None


def read_answer(body: bytes, shape: type[_T]) -> _T | Failure:
    """Read a JSON answer of an interface; one that tells an error, or has another shape, is a failure."""
    if (failure := coded_failure(body)) is not None:
        return failure
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return failed("no_feed", f"an answer of another shape: {error}", raw=body)


def _number(code: int | str | None) -> int:
    """Return a code as a number, 0 for none: interfaces write them as texts, too."""
    if isinstance(code, str):
        return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
    return code or 0


def _digest(page: Page) -> str:
    return hashlib.sha256(page.body).hexdigest()
