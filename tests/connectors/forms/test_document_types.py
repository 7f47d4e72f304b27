"""Office files that declare a document type, in whatever part and encoding."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.forms.docx_reading import read_docx_form
from connectors.sheets.errors import UnreadableSheetError
from tests.connectors.forms.files import good, written


def with_parts(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    """Write a form whose parts were changed, or added, as bytes."""
    source = zipfile.ZipFile(io.BytesIO(good()))
    parts = {part.filename: source.read(part) for part in source.infolist()}
    for name, change in changes.items():
        parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_xml_in_another_encoding_is_refused(tmp_path, encoding):
    """A document type would stand there in other bytes; with and without a byte order mark."""
    declared = encoding if encoding in ("utf-7", "cp037") else encoding[:6]

    def change(xml: bytes) -> bytes:
        _, mark, rest = xml.decode().partition("?>")
        body = rest.encode("ascii", "xmlcharrefreplace").decode()
        head = f'<?xml version="1.0" encoding="{declared}"' if encoding != "utf-16" else '<?xml version="1.0"'
        if encoding == "utf-7":
            return f"{head}{mark}".encode() + f"<!DOCTYPE x>{body}".replace("<!", "+ADwAIQ-").encode()
        return f"{head}{mark}<!DOCTYPE x>{body}".encode(encoding)

    path = with_parts(tmp_path / "other.docx", {"word/document.xml": change})
    with pytest.raises(UnreadableSheetError, match=r"not in UTF-8 in word/document\.xml"):
        read_docx_form(path)


@pytest.mark.parametrize(
    "entry",
    [
        b'<Override PartName="/word/notes.bin" ContentType="application/x+xml"/>',
        b'<Default Extension="BIN" ContentType="text/xml"/>',
    ],
)
def test_a_part_is_xml_by_its_content_type(tmp_path, entry):
    """A document type hides behind no other ending (ECMA-376 part 2)."""
    path = with_parts(
        tmp_path / "typed.docx",
        {
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", entry + b"</Types>"),
            "word/notes.bin": lambda _: b"<!DOCTYPE x><x/>",
        },
    )
    with pytest.raises(UnreadableSheetError, match=r"document type in word/notes\.bin"):
        read_docx_form(path)


def test_a_document_type_is_refused(tmp_path):
    """Entities come from there, inside the file or from elsewhere; no office file declares one."""
    secret = written(tmp_path, "机密".encode(), "secret.txt")
    source = zipfile.ZipFile(io.BytesIO(good()))
    path = tmp_path / "entity.docx"
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    with zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            xml = source.read(part)
            if part.filename == "word/document.xml":
                head, mark, rest = xml.partition(b"?>")
                xml = head + mark + doctype + rest.replace("某市出行".encode(), b"&e;")
            target.writestr(part, xml)
    with pytest.raises(UnreadableSheetError, match=r"document type in word/document\.xml"):
        read_docx_form(path)
