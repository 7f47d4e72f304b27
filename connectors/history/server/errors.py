"""Errors in the words of ClickHouse: a code, a message and the HTTP status that goes with it."""

import re
from typing import Self

SYNTAX_ERROR = 62
NOT_IMPLEMENTED = 48
UNKNOWN_SETTING = 115
READONLY = 164
QUOTA_EXCEEDED = 201
TOO_MANY_SIMULTANEOUS_QUERIES = 202
SOCKET_TIMEOUT = 209
TOO_MANY_BYTES = 307
TOO_MANY_ROWS_OR_BYTES = 396
CANNOT_DECOMPRESS = 271
ACCESS_DENIED = 497
AUTHENTICATION_FAILED = 516
UNKNOWN_EXCEPTION = 1002

_NAMES = {
    SYNTAX_ERROR: "SYNTAX_ERROR",
    NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    UNKNOWN_SETTING: "UNKNOWN_SETTING",
    READONLY: "READONLY",
    QUOTA_EXCEEDED: "QUOTA_EXCEEDED",
    TOO_MANY_SIMULTANEOUS_QUERIES: "TOO_MANY_SIMULTANEOUS_QUERIES",
    SOCKET_TIMEOUT: "SOCKET_TIMEOUT",
    TOO_MANY_BYTES: "TOO_MANY_BYTES",
    TOO_MANY_ROWS_OR_BYTES: "TOO_MANY_ROWS_OR_BYTES",
    CANNOT_DECOMPRESS: "CANNOT_DECOMPRESS",
    ACCESS_DENIED: "ACCESS_DENIED",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
}
# 500 for whatever is not named: a client may retry 429, 503 and 504, so none of them stands here
_STATUSES = {
    TOO_MANY_BYTES: 413,
    AUTHENTICATION_FAILED: 403,
    ACCESS_DENIED: 403,
    READONLY: 403,
    NOT_IMPLEMENTED: 501,
    159: 408,  # TIMEOUT_EXCEEDED
    SOCKET_TIMEOUT: 408,
    60: 404,  # UNKNOWN_TABLE
    81: 404,  # UNKNOWN_DATABASE
    46: 404,  # UNKNOWN_FUNCTION
    **dict.fromkeys((6, 16, 26, 27, 33, 36, 38, 41, 43, 44, 47, 53, 57, 62, 69, 72, 82), 400),
    **dict.fromkeys((115, 117, 130, 195, CANNOT_DECOMPRESS, 456, 457), 400),
}
_ENGINE_TEXT = re.compile(r"Code: (\d+)\. DB::\w*Exception: (.*)", re.DOTALL)
_REPEATED_CODE = re.compile(r"^(?:Code: \d+\. DB::\w*Exception: )+")


class QueryError(Exception):
    """A request that failed: `code` of ClickHouse and the text after `DB::Exception: `."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @classmethod
    def refused(cls, code: int, message: str) -> Self:
        """Make an error of this server's own, with ClickHouse's name of the code behind it."""
        return cls(code, f"{message} ({_NAMES[code]})")

    @classmethod
    def from_engine(cls, error: RuntimeError) -> Self:
        """Read code and text out of the one exception type that chDB raises."""
        found = _ENGINE_TEXT.search(str(error))
        if found is None:
            return cls(UNKNOWN_EXCEPTION, str(error))
        return cls(int(found[1]), _REPEATED_CODE.sub("", found[2]))

    @property
    def status(self) -> int:
        return _STATUSES.get(self.code, 500)

    @property
    def body(self) -> bytes:
        return f"Code: {self.code}. DB::Exception: {self.message}\n".encode()
