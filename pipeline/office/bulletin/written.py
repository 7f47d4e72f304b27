"""Writing a bulletin as DOCX, HTML and XLSX; the same content gives the same bytes."""

import hashlib
from pathlib import Path

import msgspec

from connectors.documents.errors import TemplateError
from connectors.publish.documents import documents_of
from events.bulletin import PublishedFile
from events.fields import marked
from pipeline.home.errors import UsageError
from pipeline.office.bulletin.compose import Bulletin


class Written(msgspec.Struct, frozen=True):
    """The documents of one bulletin, and their hashes."""

    docx: Path
    html: Path
    xlsx: Path
    files: tuple[PublishedFile, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        return self.docx, self.html, self.xlsx


def write(bulletin: Bulletin, folder: Path) -> Written:
    """Write the documents as `<round>.docx`, `.html` and `.xlsx`; raises `UsageError` for a faulty template."""
    try:
        documents = documents_of(bulletin.content, bulletin.templates)
    except TemplateError as e:
        raise UsageError(marked(e)) from None
    folder.mkdir(parents=True, exist_ok=True)
    paths = {ending: folder / f"{bulletin.round}.{ending}" for ending in documents}
    for ending, path in paths.items():
        path.write_bytes(documents[ending])
    files = tuple(PublishedFile(path.name, file_hash(path.read_bytes())) for path in paths.values())
    return Written(paths["docx"], paths["html"], paths["xlsx"], files)


def written_in(folder: Path, files: tuple[PublishedFile, ...]) -> Written:
    """Return the documents that stand in a folder under the names of `files`."""
    docx, html, xlsx = (folder / file.name for file in files)
    return Written(docx, html, xlsx, files)


def file_hash(content: bytes) -> str:
    """Return the SHA-256 of a document's bytes."""
    return hashlib.sha256(content).hexdigest()
