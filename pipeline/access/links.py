"""Signed links: they say what waits about one account, for a while, and let nobody in (docs/console.md).

Whoever holds one may read that account and press 知悉; anything else asks to sign in. Keys are drawn by chance and lie
in a file that only the owner of the home can read; where several machines share the work, settings name one for all.
"""

import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from events.instants import from_micros, to_micros
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import secret_value

LIVES = timedelta(days=3)
FILE_NAME = "links.key"
_LEAST = 32
_LONGEST = 2000


class Link(msgspec.Struct, frozen=True):
    """What a signed link says."""

    purpose: str  # what it is about: a matter of the account, in a word of whoever made it
    account: str  # id of the account
    until: datetime


def make_link(home: Home, purpose: str, account: str, until: datetime) -> str:
    """Return the token of a link, which stands behind `/s/`."""
    return _serializer(_keys(home)).dumps([purpose, account, to_micros(until)])


def read_link(home: Home, token: str, now: datetime) -> Link | None:
    """Return what a link says, None for one that is over, or that nobody here made."""
    if len(token) > _LONGEST:
        return None
    try:
        content = _serializer(_keys(home)).loads(token)
        purpose, account, until = content
        link = Link(str(purpose), str(account), from_micros(int(until)))
    except (BadSignature, ValueError, TypeError, OverflowError):
        return None
    return link if now < link.until else None


def rotate_key(home: Home, *, ends_former: bool = False) -> None:
    """Sign with a new key from now on; links of the last two keys before it are read until they are over.

    With `ends_former` they are over at once: somebody who should not has read the file. Raises `UsageError` where the
    settings name the key.
    """
    if reference := home.settings.console.link_key:
        raise UsageError(
            message(
                "[console] link_key: the key is what {reference} holds; put a new one there",
                reference=reference,
            )
        )
    path = home.path / FILE_NAME
    kept = [] if ends_former else _keys(home)[-2:]
    _write(path, [*kept, secrets.token_urlsafe(_LEAST)])


def _serializer(keys: list[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        keys,
        salt="xuncha link",
        serializer=json,
        signer_kwargs={"digest_method": "sha256", "key_derivation": "hmac"},
    )


def _keys(home: Home) -> list[str]:
    """Return the keys of a home, the newest last, which signs."""
    if reference := home.settings.console.link_key:
        key = secret_value(reference)
        if key is None or len(key) < _LEAST:
            raise UsageError(
                message(
                    "[console] link_key: {reference} holds no key of {least} characters or more",
                    reference=reference,
                    least=_LEAST,
                )
            )
        return [key]
    path = home.path / FILE_NAME
    if not path.exists():
        _begin(path)
    return _read(path)


def _begin(path: Path) -> None:
    """Make the file, unless another process was faster."""
    temporary = path.with_name(f"{FILE_NAME}.{secrets.token_hex(4)}")
    _write(temporary, [secrets.token_urlsafe(_LEAST)])
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _read(path: Path) -> list[str]:
    try:
        keys = msgspec.json.decode(path.read_bytes(), type=list[str])
    except msgspec.DecodeError:
        keys = []
    if not keys:
        raise UsageError(
            message("{path} is damaged; remove it, and links that were sent before are over", path=path)
        )
    return keys


def _write(path: Path, keys: list[str]) -> None:
    temporary = path.with_name(f"{path.name}.new")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(keys))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
