"""Packages with one thing wrong, made from a good one byte by byte."""

import io
import struct
import zipfile
from collections.abc import Callable

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
Change = Callable[[bytes], bytes]


def with_field(place: int, value: int, *, local: int | None = None, size: str = "<H") -> Change:
    """Set a field of every central entry, and of every local header where it stands there too."""

    def change(package: bytes) -> bytes:
        changed = bytearray(package)
        for magic, offset in ((CENTRAL, place), (LOCAL, local)):
            at = package.find(magic)
            while offset is not None and at >= 0:
                struct.pack_into(size, changed, at + offset, value)
                at = package.find(magic, at + 1)
        return bytes(changed)

    return change


def with_wrong_byte(package: bytes) -> bytes:
    """Change a packed byte in the middle of the largest part."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        part = max(archive.infolist(), key=lambda part: part.file_size)
    name = len(part.filename.encode())
    at = part.header_offset + 30 + name + part.compress_size // 2
    return package[:at] + bytes([package[at] ^ 0xFF]) + package[at + 1 :]


def with_wrong_crc(package: bytes) -> bytes:
    """State another checksum for every part."""
    return with_field(16, 0x12345678, local=14, size="<L")(package)


def with_part_twice(name: str) -> Change:
    """Hold a part under the same name in other letters."""

    def change(package: bytes) -> bytes:
        out = io.BytesIO(package)
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr(name.upper(), archive.read(name))
        return out.getvalue()

    return change


def with_part(name: str, content: bytes) -> Change:
    """Hold another part."""

    def change(package: bytes) -> bytes:
        out = io.BytesIO(package)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return out.getvalue()

    return change


def with_changed(name: str, change: Change) -> Change:
    """Change the bytes of one part."""

    def changed(package: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
            for part in source.infolist():
                content = source.read(part)
                target.writestr(part.filename, change(content) if part.filename == name else content)
        return out.getvalue()

    return changed


def with_many_parts(package: bytes) -> bytes:
    """Hold more parts than any office file."""
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"x/{number}", b"")
    return out.getvalue()


def with_bad_name(package: bytes) -> bytes:
    """Say that names are UTF-8, and let one be none."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        name = archive.infolist()[-1].filename.encode()
    flagged = with_field(8, 0x800, local=6)(package)
    return flagged.replace(name, b"\xff" + name[1:])


def with_document_type(package: bytes) -> bytes:
    """Declare entities that multiply, in every part."""
    out = io.BytesIO()
    entities = b'<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            head, mark, rest = source.read(part).partition(b"?>")
            target.writestr(part.filename, head + mark + entities + rest if mark else head)
    return out.getvalue()


def without_end(package: bytes) -> bytes:
    """Leave out the second half."""
    return package[: len(package) // 2]


ODD: dict[str, tuple[Change, str]] = {
    "no end": (without_end, "is not a"),
    "wrong checksum": (with_wrong_crc, "Bad CRC-32"),
    "wrong byte": (with_wrong_byte, "is damaged"),
    "unknown method": (with_field(10, 99, local=8), "unknown method 99"),
    "bzip2": (with_field(10, zipfile.ZIP_BZIP2, local=8), "unknown method 12"),
    "lzma": (with_field(10, zipfile.ZIP_LZMA, local=8), "unknown method 14"),
    "zip version": (with_field(6, 88, local=4), "zip file version 8.8"),
    "encrypted": (with_field(8, 1, local=6), "is encrypted"),
    "strongly encrypted": (with_field(8, 0x41, local=6), "is encrypted"),
    "patched": (with_field(8, 0x20, local=6), "is damaged"),
    "bad name": (with_bad_name, "is damaged"),
    "entry outside": (with_field(42, 0x7FFFFFFF, size="<L"), "is damaged"),
    "entries over one another": (with_field(42, 0, size="<L"), "is damaged"),
    "part twice": (with_part_twice("[Content_Types].xml"), "times"),
    "many parts": (with_many_parts, "more than 10000 parts"),
    "document type": (with_document_type, "declares a document type"),
    "long attribute": (
        with_part("a/odd.xml", b'<x y="' + b"z>" * 3_000_000 + b'"/>'),
        "tag or comment of more than 1 MB in a/odd.xml",
    ),
    "many attributes": (
        with_part("a/odd.rels", b"<x " + b" ".join(b"y%x=''" % n for n in range(300_000)) + b"/>"),
        "tag or comment of more than 1 MB in a/odd.rels",
    ),
    "long comment": (
        with_part("a/odd.xml", b"<x/><!-->" + b"<y/>" * 700_000 + b"-->"),
        "tag or comment of more than 1 MB in a/odd.xml",
    ),
    "old file or password": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "is protected"),
    "empty package": (lambda _: END + bytes(18), "is damaged or no|is a zip archive without a workbook"),
    "text": (lambda _: "不是压缩包".encode(), "is not a"),
    "web page": (lambda _: b"<html><table></table></html>", "is not a|is a web page"),
}
"""What is wrong, how it is made, and the words that name it."""
