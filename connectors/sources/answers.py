"""What kinds of sources share: memory of a page, failures with their bytes, and errors that come as a good answer."""

import hashlib
from datetime import datetime

import msgspec

from connectors.feeds.notices import is_notice
from connectors.sources.kind import Answer, Failure, FailureReason, LookError, Memory, Page

MAX_DETAIL = 200  # characters
MAX_RAW = 65_536  # bytes of what could not be read
_LOOKED_INTO = 65_536  # bytes of an answer in which an error code is looked for

QUOTA_CODES = frozenset({429, 45009, 45011, 200013})
"""Codes inside a good answer that say: no more requests today. 45009, 45011: the interfaces of WeChat; 200013: what
readers that borrow a log-in are told there (freq control)."""
LOG_IN_CODES = frozenset({401, 40001, 40014, 41001, 42001, 42007, 200003, 200040})
"""Codes that say: the log-in or token is not accepted. 200003, 200040: invalid session, invalid token."""


class _Coded(msgspec.Struct):
    """An answer with a code, as interfaces wrap their errors; each names it otherwise."""

    errcode: int | str | None = None
    code: int | str | None = None
    ret: int | str | None = None
    status: int | str | None = None
    errmsg: str | None = None
    message: str | None = None
    msg: str | None = None
    error: str | None = None


def failed(reason: FailureReason, detail: str, *, raw: bytes = b"", of_lane: bool = False) -> Failure:
    """Return a failure whose detail and bytes keep within their bounds."""
    return Failure(reason, " ".join(detail.split())[:MAX_DETAIL], of_lane=of_lane, raw=raw[:MAX_RAW])


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
    """Return the failure that a JSON answer tells in a code, None where it is none of ours."""
    if body.lstrip()[:1] != b"{" or len(body) > _LOOKED_INTO:
        return None
    try:
        said = msgspec.json.decode(body, type=_Coded)
    except (msgspec.DecodeError, RecursionError):
        return None
    codes = [code for text in (said.errcode, said.code, said.ret, said.status) if (code := _number(text))]
    words = next(filter(None, (said.errmsg, said.message, said.msg, said.error)), "")
    for code in codes:
        if code in QUOTA_CODES:
            return failed("quota", f"code {code} in a good answer", raw=body, of_lane=True)
        if code in LOG_IN_CODES:
            return failed("log_in", f"code {code} in a good answer", raw=body, of_lane=True)
    if is_notice(words):
        return failed("log_in", "the answer asks to log in or to verify", raw=body, of_lane=True)
    return failed("no_feed", f"code {codes[0]} in a good answer", raw=body) if codes else None


def _number(code: int | str | None) -> int:
    """Return a code as a number, 0 for none: interfaces write them as texts, too."""
    if isinstance(code, str):
        return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
    return code or 0


def _digest(page: Page) -> str:
    return hashlib.sha256(page.body).hexdigest()
