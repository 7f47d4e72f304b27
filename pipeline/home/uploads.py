"""Papers that were handed in: kept under their hash, readable by this user alone, and erasable; never in the log."""

import hashlib
import os

from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home

FOLDER = "uploads"


def keep_upload(home: Home, content: bytes) -> str:
    """Keep the content of a file in the home, durable on return; returns its SHA-256. The same bytes are one file."""
    sha256 = hashlib.sha256(content).hexdigest()
    folder = home.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / sha256
    if kept.exists() and kept.stat().st_size == len(content):
        return sha256
    part = folder / f".{sha256}.part"
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fail_point("upload.before_rename")
    part.replace(kept)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return sha256


def read_upload(home: Home, sha256: str) -> bytes:
    """Return the content of a paper; raises `UsageError` where it was erased, or is not what was handed in."""
    path = home.path / FOLDER / sha256
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            message(
                "the file {sha256}… of this intake was erased; hand it in again",
                sha256=sha256[:12],
            )
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UsageError(
            message(
                "{path} is not what was handed in: its hash differs; hand it in again",
                path=path,
            )
        )
    return content


def drop_upload(home: Home, sha256: str) -> None:
    """Take a paper away that nobody needs; nothing where there is none."""
    (home.path / FOLDER / sha256).unlink(missing_ok=True)
