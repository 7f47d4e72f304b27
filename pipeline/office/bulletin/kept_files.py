"""The documents of a bulletin as they stand in the home: those of its draft, and those that went out."""

from pathlib import Path

from events.bulletin import BulletinIssued, CorrectionIssued, PublishedFile
from events.messages import message
from pipeline.home.errors import NotFoundError
from pipeline.home.folder import Home
from pipeline.office.bulletin.compose import folder_of
from pipeline.office.bulletin.publication import publication_of
from projections.bulletin.corrections import CorrectionState, IssuedBulletin
from projections.bulletin.state import BulletinState

FINAL = "final"


def kept_file(home: Home, name: str, state: BulletinState, ending: str) -> Path:
    """Return a document of the newest draft, or of what went out of it; `ending` is docx, html, xlsx or `FINAL`.

    Raises `NotFoundError` where there is none of it.
    """
    folder = folder_of(home, name, state.draft.edition)
    if state.issued is None:
        return _found(folder, state.draft.files, ending)
    return _issued(folder, state.issued, state, ending)


def kept_correction(
    home: Home, name: str, first: IssuedBulletin, state: CorrectionState, ending: str
) -> Path:
    """Return a document of a correction, as `kept_file`."""
    folder = folder_of(home, name, first.issued.edition)
    if state.issued is None:
        return _found(folder, state.draft.files, ending)
    return _issued(folder, state.issued, state, ending)


def _issued(
    folder: Path,
    issued: BulletinIssued | CorrectionIssued,
    state: BulletinState | CorrectionState,
    ending: str,
) -> Path:
    placed = publication_of(folder, issued.number, state.draft_id).folder
    if ending == FINAL:
        return _found(placed, (issued.final,) if issued.final else (), "docx")
    return _found(placed, issued.files, ending)


def _found(folder: Path, files: tuple[PublishedFile, ...], ending: str) -> Path:
    for file in files:
        path = folder / Path(file.name).name
        if path.suffix == f".{ending}" and path.is_file():
            return path
    raise NotFoundError(message("no such document is kept here"))
