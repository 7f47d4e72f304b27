"""The parts of a Word document that tell what is shown: its text and its styles."""

import io
import posixpath
import zipfile
from typing import Any

from connectors.sheets.packages import is_read
from connectors.word.errors import WordError
from connectors.word.styles import Styles
from events.messages import message

MAX_TEXT_BYTES = 8 * 1024 * 1024
"""Largest XML of a form or of its styles; a thesis has less, and a tree in memory takes twenty times that."""

AGAIN = message("open it in Word or WPS and save it again as .docx")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class WordDocument:
    """A document whose package was found in order before."""

    def __init__(self, content: bytes, *, max_text_bytes: int = MAX_TEXT_BYTES) -> None:
        """Open a document; raises `WordError` where it is none."""
        self._max_text_bytes = max_text_bytes
        self._content = content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._archive = archive
            name = self._target("", "officeDocument")
            if name is None:
                raise WordError(message("is damaged or no document (it names no text)"), AGAIN)
            self.root = self._xml(name)
            if self.root.tag != f"{{{W}}}document":
                raise WordError(message("is damaged or no document (its text is of another kind)"), AGAIN)
            self._pictures = self._related(name, "image")
            self.links = self._related(name, "hyperlink", external=True)
            """Addresses of hyperlinks by their ids."""
            styles = self._target(name, "styles")
            self.styles = Styles(self._xml(styles) if styles is not None else None)

    def picture(self, name: str) -> bytes | None:
        """Return a picture that is kept in the document, None for one that lies elsewhere or is not there."""
        part = self._pictures.get(name)
        with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
            return archive.read(part) if part in archive.namelist() and part is not None else None

    def _target(self, source: str, kind: str) -> str | None:
        """Return the part that a relationship of a kind leads to, None where there is none."""
        return next(iter(self._related(source, kind).values()), None)

    def _related(self, source: str, kind: str, *, external: bool = False) -> dict[str, str]:
        """Return the parts, or the addresses outside, that relationships of a kind lead to, by their ids."""
        folder, _, base = source.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self._archive.namelist():
            return {}
        return {
            str(relationship.get("Id")): str(relationship.get("Target"))
            if external
            else posixpath.normpath(posixpath.join("/", folder, str(relationship.get("Target")))).lstrip("/")
            for relationship in self._xml(rels).iter(_RELATIONSHIP)
            if str(relationship.get("Type")).endswith(f"/{kind}")
            and (relationship.get("TargetMode") == "External") == external
        }

    def _xml(self, name: str) -> Any:
        """Parse a part; Strict Open XML has the same elements under another name."""
        try:
            part = self._archive.getinfo(name)
        except KeyError:
            raise WordError(
                message("is damaged or no document ({name} is not there)", name=name), AGAIN
            ) from None
        if part.file_size > self._max_text_bytes:
            raise WordError(
                message(
                    "holds {file_size} MB of text in {name}", file_size=part.file_size // 1024**2, name=name
                ),
                message("hand in what is asked alone"),
            )
        if not is_read(name):
            raise WordError(
                message("is damaged or no document ({name} is no name of such a part)", name=name), AGAIN
            )
        from lxml import etree  # noqa: PLC0415 (it is large, and pages that only show documents read none)

        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(self._archive.read(part).replace(_STRICT, W.encode()), parser)
        except etree.XMLSyntaxError as error:
            raise WordError(
                message("is damaged or no document ({name}: {error})", name=name, error=error), AGAIN
            ) from error
