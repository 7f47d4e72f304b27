"""The final file of a document: signed and sealed in the office's own document system, and held against ours."""

from pathlib import Path

import msgspec

from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.lines import differences, lines_of
from connectors.documents.reading import MAX_BYTES
from connectors.sheets.errors import SheetError
from connectors.sheets.files import read_file
from events.bulletin import PublishedFile
from events.fields import field
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.office.bulletin.written import file_hash


class FinalFile(msgspec.Struct, frozen=True):
    """A file that somebody handed in as the one that goes out."""

    path: Path
    content: bytes
    lines: tuple[str, ...]

    def faults(self, ours: bytes) -> tuple[str, ...]:
        """Return what it adds to our document, leaves out or says otherwise; a picture, as of a seal, is no text."""
        found = differences(lines_of("ours.docx", ours), self.lines)
        return tuple(f"{self.path.name} {difference}" for difference in found)

    def kept(self, folder: Path, name: str) -> PublishedFile:
        """Write the file beside ours as `<name>.final.docx`."""
        path = folder / f"{name}.final.docx"
        path.write_bytes(self.content)
        return PublishedFile(path.name, file_hash(self.content))


def read_final(path: Path) -> FinalFile:
    """Read a final file; raises `UsageError` for one that is no DOCX, or cannot be read."""
    if path.suffix.lower() != ".docx":
        raise UsageError(
            message(
                "{final}: {path} is no .docx; save the signed document as .docx in Word or WPS",
                final=field("final"),
                path=path,
            )
        )
    try:
        content = read_file(path, max_bytes=MAX_BYTES, smaller=message("hand in the document alone"))
        return FinalFile(path, content, tuple(lines_of(path.name, content)))
    except SheetError as e:
        raise UsageError(message("{final}: {error}", final=field("final"), error=e)) from None
    except UnreadableDocumentError as e:
        raise UsageError(
            message("{final}: {path} {error}", final=field("final"), path=path, error=e)
        ) from None
