"""Where issued documents stand: one folder for each number, which gets its name behind the fact."""

import os
import re
import shutil
from pathlib import Path
from uuid import UUID

import msgspec

from events.bulletin import BulletinIssued, CorrectionIssued, PublishedFile
from events.claim import folded
from events.fields import field
from events.messages import message
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.draft import known_bulletins
from pipeline.office.bulletin.written import file_hash

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]|^\.+')
_ISSUED = "issued"


class Publication(msgspec.Struct, frozen=True):
    """The folder of one number, and the one that its documents wait in until they are a fact."""

    folder: Path
    part: Path

    def require_free(self) -> None:
        """Raise `UsageError` where the folder is there already."""
        if self.folder.exists():
            raise UsageError(
                message(
                    "{folder} is there already; nothing is issued over it: move it away", folder=self.folder
                )
            )

    def emptied(self) -> Path:
        """Return the waiting folder, without what an issue that was cut off left there."""
        if self.part.exists():
            shutil.rmtree(self.part)
        self.part.mkdir(parents=True)
        return self.part

    def keep(self) -> None:
        """Make the waiting documents durable."""
        for path in (*self.part.iterdir(), self.part, self.part.parent):
            _sync(path)

    def put_in_place(self) -> Path:
        """Give the waiting documents their folder; they are durable there on return."""
        self.part.rename(self.folder)
        _sync(self.folder.parent)
        return self.folder

    def completed(self, issued: BulletinIssued | CorrectionIssued) -> Path | None:
        """Complete an issue that was cut off behind its fact; None where nothing waits for its folder."""
        files = (*issued.files, *((issued.final,) if issued.final else ()))
        if self.folder.exists() or not all(_holds(self.part, file) for file in files):
            return None
        return self.put_in_place()


def publication_of(home: Path, number: str, draft_id: UUID) -> Publication:
    """Return the folders of an issue below those of a bulletin; raises `UsageError` for a blank number."""
    name = _UNSAFE.sub("_", number)
    if not folded(number):
        raise UsageError(
            message(
                "{number} is blank; a bulletin goes out under its number, 苏府办〔2023〕12号",
                number=field("number"),
            )
        )
    return Publication(home / _ISSUED / name, home / _ISSUED / f".{draft_id}.part")


def require_unused(workspace: Workspace, number: str) -> None:
    """Raise `ConflictError` for a number 文号 that a bulletin or correction of any round has gone out under."""
    for known in known_bulletins(workspace):
        data = known.event.data
        if isinstance(data, BulletinIssued | CorrectionIssued) and folded(data.number) == folded(number):
            kind = data.edition if isinstance(data, BulletinIssued) else "correction"
            raise ConflictError(
                message(
                    "number {number} is taken: it was used for {subject} ({kind}, {issued_on}) as"
                    " {data_number}; give another number",
                    number=number,
                    subject=known.event.subject,
                    kind=kind,
                    issued_on=data.issued_on,
                    data_number=data.number,
                )
            )


def _holds(folder: Path, file: PublishedFile) -> bool:
    path = folder / file.name
    return path.is_file() and file_hash(path.read_bytes()) == file.sha256


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
