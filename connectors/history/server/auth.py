"""Who asks: `sink`, the writer `xuncha`, the read-only `reader` and tools as `bi`, each with a token of its own."""

import base64
import binascii
import enum
from collections.abc import Mapping
from hmac import compare_digest
from pathlib import Path

import msgspec

from connectors.history.server.errors import AUTHENTICATION_FAILED, QueryError

_PRIVATE_MODE = 0o077  # bits that nobody but the owner may have


class User(enum.Enum):
    """The users; the value is the name that a client sends. The sink may do what the writer may."""

    WRITER = "xuncha"
    READER = "reader"
    SINK = "sink"
    BI = "bi"

    @property
    def reads_only(self) -> bool:
        """Tell a user whose statements only read."""
        return self in (User.READER, User.BI)


class Tokens(msgspec.Struct, frozen=True):
    """Secrets of the users; without a token of its own nobody is let in as reader, as sink or as bi."""

    writer: str
    reader: str | None = None
    sink: str | None = None
    bi: str | None = None

    @classmethod
    def read(cls, path: Path) -> "Tokens":
        """Read a file of one to four lines: the writer's token, the reader's, the sink's, that of BI tools.

        Raises ValueError for a file that others may read, for a missing token and for two equal ones.
        """
        if path.stat().st_mode & _PRIVATE_MODE:
            raise ValueError(f"{path}: others can read this token file; set its mode to 0600")
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if not 1 <= len(lines) <= len(User) or len(set(lines)) != len(lines):
            raise ValueError(
                f"{path}: {len(lines)} lines; the first must hold the writer's token, the second "
                "may hold another one for the reader, the third one for the sink, the fourth one for bi"
            )
        return cls(*lines)

    def user_of(self, headers: Mapping[str, str], params: Mapping[str, str]) -> User:
        """Tell the user of a request from ClickHouse's headers, basic authorization or URL parameters.

        Raises QueryError 516 for a wrong token and for a user that is unknown or has no token.
        """
        name, secret = _credentials(headers, params)
        known = {
            User.WRITER.value: self.writer,
            User.READER.value: self.reader,
            User.SINK.value: self.sink,
            User.BI.value: self.bi,
        }
        expected = known.get(name)
        # an unknown name is compared with the writer's token too, so that it takes as long as a known one
        same = compare_digest((expected or self.writer).encode(), secret.encode())
        if expected is None or not same:
            raise QueryError.refused(
                AUTHENTICATION_FAILED,
                f"{name}: Authentication failed: password is incorrect, or there is no user with such name.",
            )
        return User(name)


def _credentials(headers: Mapping[str, str], params: Mapping[str, str]) -> tuple[str, str]:
    name = headers.get("X-ClickHouse-User")
    if name is not None:
        return name, headers.get("X-ClickHouse-Key", "")
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise QueryError.refused(
                AUTHENTICATION_FAILED, "The Authorization header is not base64 of user:password."
            ) from None
        return name, secret
    return params.get("user", "default"), params.get("password", "")
