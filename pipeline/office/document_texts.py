"""The words of a document that somebody hands in: Word documents, pages, plain texts."""

from collections.abc import Iterator
from pathlib import Path

from connectors.documents.docx_reader import visible_in
from connectors.documents.errors import UnreadableDocumentError
from connectors.documents.reading import require_sound
from connectors.sheets.delimited import decode
from connectors.word.document import WordDocument
from connectors.word.errors import WordError
from connectors.word.names import local
from events.fields import marked
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.patrol.wording import plain_text

MAX_BYTES = 32 * 1024 * 1024
PAGES = frozenset({".html", ".htm"})
PLAIN = frozenset({".txt", ".md"})
DOCUMENTS = PAGES | PLAIN | {".docx"}


class NotReadError(UsageError):
    """A file that gives no text here; says why."""


def document_text(path: Path, content: bytes, *, tables: bool = True) -> str:
    """Return the text of a document as it is shown, a paragraph a line; raises `NotReadError`, and `SheetError`.

    Without `tables` those of a Word document are left out.
    """
    suffix = path.suffix.lower()
    if suffix == ".docx":
        return "\n".join(_paragraphs(path, content, tables=tables))
    if suffix in PAGES:
        return plain_text(decode(path, content))
    if suffix in PLAIN:
        return decode(path, content)
    raise NotReadError(
        message(
            "a {suffix} file is not read; hand in .xlsx, .csv, .docx, .html or .txt",
            suffix=suffix or message("nameless"),
        )
    )


def _paragraphs(path: Path, content: bytes, *, tables: bool) -> Iterator[str]:
    """Give the paragraphs of a Word document as they are shown, changes accepted."""
    try:
        require_sound(path.name, content, noun=message("document"))
        opened = WordDocument(content, max_text_bytes=MAX_BYTES)
    except (UnreadableDocumentError, WordError) as e:
        raise NotReadError(message("{problem}", problem=marked(e))) from None
    lines: list[str] = []
    for element in visible_in(opened.root, opened.styles):
        if not tables and any(local(outer) == "tbl" for outer in element.iterancestors()):
            continue
        match local(element):
            case "p":
                lines.append("")
            case "t" if lines:
                lines[-1] += element.text or ""
            case "br" | "tab" if lines:
                lines[-1] += " "
    yield from lines
