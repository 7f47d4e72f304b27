"""What a file really is, by its first bytes and the names inside, whatever its own name says."""

import zipfile

from events.messages import message

_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\0", "a database"),
    (b"\x1f\x8b", message("a gzip archive")),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_MARKUP = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", message("a workbook of Excel 2003 in XML")),
    (b"<html", message("a web page")),
    (b"<table", message("a web page")),
)
_MARKUP_WITHIN = 4096
_PACKAGES = (
    ("mimetype", message("an OpenDocument file (.ods, .odt)")),
    ("xl/workbook.bin", message("a binary workbook (.xlsb)")),
    ("word/document.xml", message("a Word document")),
    ("ppt/presentation.xml", "a presentation"),
)


def foreign_kind(content: bytes) -> str | None:
    """Name the kind of a file that is neither a zip package nor plain text, None where its bytes do not tell."""
    if content.startswith(_OLE):
        return _ole_kind(content)
    head = content[:_MARKUP_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        return next((kind for sign, kind in _MARKUP if sign in head), None)
    return next((kind for sign, kind in _SIGNATURES if content.startswith(sign)), None)


def package_kind(archive: zipfile.ZipFile) -> str:
    """Name the kind of a zip package that holds no workbook."""
    names = {name.casefold() for name in archive.namelist()}
    return next(
        (kind for part, kind in _PACKAGES if part in names), message("a zip archive without a workbook")
    )


def _ole_kind(content: bytes) -> str:
    """Tell files in the container of old Office apart by the names of their streams ([MS-CFB] 2.6)."""
    if _has_stream(content, "EncryptedPackage"):
        return message("protected by a password")
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return message("an old .xls")
    if _has_stream(content, "WordDocument"):
        return message("an old .doc")
    return message("protected by a password or an old .xls")


def _has_stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") + b"\0\0" in content
