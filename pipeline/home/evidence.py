"""Evidence files of a home: kept under their hash before any fact names them, and held against it later."""

import hashlib
import mimetypes
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from connectors.people.person import Caller
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from events.emergency import EmergencySuspected
from events.evidence import Evidence
from events.fields import marked
from events.intake import IntakeOpened
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace
from projections.registry.counterfeits import COUNTERFEIT_TYPES

FOLDER = "evidence"
MAX_BYTES = 200 * 1024 * 1024
_NAME = re.compile("[0-9a-f]{64}")
_ERASED = ".erased"
_TYPES = (
    "finding.recorded",
    "objection.raised",
    "rectification.answered",
    "supervision.issued",
    "supervision.answered",
    "work_order.answered",
    EmergencySuspected.type,
    *COUNTERFEIT_TYPES,
    IntakeOpened.type,
)


FileState = Literal["whole", "missing", "damaged", "erased"]


class KeptFile(msgspec.Struct, frozen=True):
    """One piece of evidence by hash, and how its file stands."""

    sha256: str
    media_type: str
    fact_id: UUID
    subject: str
    taken_at: datetime | None
    state: FileState


class Erased(msgspec.Struct, frozen=True):
    """Why a file is gone for good; it lies where the file lay."""

    at: datetime
    by: str
    reason: str


def keep_file(home: Home, path: Path, taken_at: datetime) -> Evidence:
    """Copy a file into the home under its hash, durable on return; the same content again changes nothing.

    Of its name only the kind of file remains: people's names do not enter the log (design promise 11). A kill leaves
    at most a file that no fact names yet: handing the same in again completes it.
    """
    content = _read(path)
    sha256 = hashlib.sha256(content).hexdigest()
    keep_content(home, sha256, content)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Evidence(sha256=sha256, media_type=media_type, taken_at=taken_at)


def keep_content(home: Home, sha256: str, content: bytes) -> None:
    """Write content under a hash, durable on return; a file that is whole already is left as it is."""
    if _NAME.fullmatch(sha256) is None:
        raise UsageError(message("{sha256!r} is no SHA-256: no name of an evidence file", sha256=sha256))
    folder = home.path / FOLDER
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(home.path)
    kept = folder / sha256
    if kept.exists() and hash_of(kept) == sha256:
        return
    part = folder / f".{sha256}.part"
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fail_point("evidence.before_rename")
    part.replace(kept)
    _sync_folder(folder)
    fail_point("evidence.after_rename")


def erase_files(home: Home, hashes: Iterable[str], caller: Caller) -> dict[str, bool]:
    """Erase files for good and note why, durable on return; False where there is none of a hash.

    Facts keep the hashes, so every digest stays as it was; the same file handed in again is kept again.
    """
    erased = Erased(datetime.now(UTC), caller.by, caller.reason)
    return {sha256: _erase(home, sha256, erased) for sha256 in hashes}


def _erase(home: Home, sha256: str, erased: Erased) -> bool:
    path = home.path / FOLDER / sha256
    if _NAME.fullmatch(sha256) is None or not path.is_file():
        return False
    note = path.with_name(f"{sha256}{_ERASED}")
    with os.fdopen(os.open(note, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(erased))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync_folder(path.parent)
    return True


def missing_of(home: Home, evidence: Iterable[Evidence]) -> frozenset[str]:
    """Return the hashes of pieces whose file is not there."""
    folder = home.path / FOLDER
    return frozenset(e.sha256 for e in evidence if e.sha256 and not (folder / e.sha256).is_file())


def evidence_files(home: Home) -> list[Path]:
    """Return the evidence files of a home, by hash; what a kill left half is none."""
    folder = home.path / FOLDER
    return sorted(f for f in folder.iterdir() if _NAME.fullmatch(f.name)) if folder.exists() else []


def check_evidence(workspace: Workspace) -> list[KeptFile]:
    """Return every file that a fact names, by hash, held against it."""
    folder = workspace.home.path / FOLDER
    return sorted(
        (
            KeptFile(
                e.sha256, e.media_type, fact_id, subject, e.taken_at, _state(folder / e.sha256, e.sha256)
            )
            for fact_id, subject, e in _named(workspace)
            if e.sha256
        ),
        key=lambda k: (k.sha256, str(k.fact_id)),
    )


def unnamed_files(workspace: Workspace) -> list[str]:
    """Return the files of the folder that no fact names: what a kill left before its fact was written."""
    named = {e.sha256 for _, _, e in _named(workspace)}
    folder = workspace.home.path / FOLDER
    files = folder.iterdir() if folder.exists() else ()
    return sorted(f.name for f in files if f.name not in named and f.suffix != _ERASED)


def _named(workspace: Workspace) -> Iterator[tuple[UUID, str, Evidence]]:
    for k in workspace.known.read(_TYPES):
        data = k.event.data
        if isinstance(data, IntakeOpened):  # its manifest lies beside the evidence
            yield k.event.id, k.event.subject, Evidence(sha256=data.manifest, media_type="application/json")
            continue
        for evidence in data.evidence:
            yield k.event.id, k.event.subject, evidence


def _state(path: Path, sha256: str) -> FileState:
    if not path.exists():
        return "erased" if path.with_name(f"{sha256}{_ERASED}").exists() else "missing"
    return "whole" if hash_of(path) == sha256 else "damaged"


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> bytes:
    try:
        return read_file(path, max_bytes=MAX_BYTES, smaller=message("hand in a smaller copy"))
    except SheetError as e:
        raise UsageError(marked(e)) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
