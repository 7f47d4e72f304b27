"""Workbooks of Excel 97, written record by record ([MS-XLS], [MS-CFB]): no library writes them any more."""

import struct
from collections.abc import Sequence

import msgspec

SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST = 4096  # a shorter stream would lie elsewhere
STRUCK_XF, ZEROS_XF, MONTH_XF = 17, 18, 19


class OldSheet(msgspec.Struct):
    """A page: cells by row and column from 0, a number with the format that it is shown in."""

    title: str
    cells: dict[tuple[int, int], str | float]
    formats: dict[tuple[int, int], int] = {}
    merged: Sequence[tuple[int, int, int, int]] = ()  # first and last row, first and last column
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    hidden: bool = False


def old_workbook(*sheets: OldSheet, encrypted: bool = False) -> bytes:
    """Write a workbook with these pages."""
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    if encrypted:
        head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    for struck in (0, 0, 0, 0, 0x0008):
        head += _record(
            0x0031, struct.pack("<HHHHHBBBB", 200, struck, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("宋体", 1)
        )
    head += _record(0x041E, struct.pack("<H", 164) + _text("0000000000", 2))
    head += _record(0x041E, struct.pack("<H", 165) + _text('yyyy"年"m"月"', 2))
    for index in range(20):
        font = 5 if index == STRUCK_XF else 0
        number = {ZEROS_XF: 164, MONTH_XF: 165}.get(index, 0)
        kind = 0xFFF5 if index < 15 else 0x0001
        head += _record(0x00E0, struct.pack("<HHHBBBBIIH", font, number, kind, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    bodies = [_sheet(sheet) for sheet in sheets]
    names = [_text(sheet.title, 1) for sheet in sheets]
    place = len(head) + sum(4 + 6 + len(name) for name in names) + 4
    bounds = b""
    for sheet, name, body in zip(sheets, names, bodies, strict=True):
        bounds += _record(0x0085, struct.pack("<IBB", place, int(sheet.hidden), 0) + name)
        place += len(body)
    return container(head + bounds + _record(0x000A, b"") + b"".join(bodies))


def container(stream: bytes, name: str = "Workbook") -> bytes:
    """Put one stream into a compound file."""
    stream = stream.ljust(_SMALLEST, b"\0")
    sectors = -(-len(stream) // SECTOR)
    fat_sectors = -(-(sectors + 2) * 4 // SECTOR)
    while (sectors + 1 + fat_sectors) * 4 > fat_sectors * SECTOR:
        fat_sectors += 1
    chain = [*range(1, sectors), _END, _END, *[_FAT] * fat_sectors]
    fat = b"".join(struct.pack("<I", entry) for entry in chain).ljust(fat_sectors * SECTOR, b"\xff")
    places = [sectors + 1 + number for number in range(fat_sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, sectors, 0)
    header += struct.pack("<IIIII", _SMALLEST, _END, 0, _END, 0)
    header += b"".join(struct.pack("<I", place) for place in places)
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, 0, len(stream))
    directory = entries.ljust(SECTOR, b"\0")
    return header.ljust(SECTOR, b"\xff") + stream.ljust(sectors * SECTOR, b"\0") + directory + fat


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    tail = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child) + bytes(36)
    return raw.ljust(64, b"\0") + tail + struct.pack("<IQ", start & 0xFFFFFFFF, size)


def _sheet(sheet: OldSheet) -> bytes:
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for column in sheet.hidden_columns:
        out += _record(0x007D, struct.pack("<HHHHHH", column, column, 2048, 15, 0x0001, 0))
    for row in sorted({row for row, _ in sheet.cells}):
        flags = 0x0120 if row in sheet.hidden_rows else 0x0100
        out += _record(0x0208, struct.pack("<HHHHHHHH", row, 0, 50, 0x00FF, 0, 0, flags, 15))
    for (row, column), value in sorted(sheet.cells.items()):
        place = struct.pack("<HHH", row, column, sheet.formats.get((row, column), 15))
        if isinstance(value, str):
            out += _record(0x0204, place + _text(value, 2))
        else:
            out += _record(0x0203, place + struct.pack("<d", value))
    if sheet.merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in sheet.merged)
        out += _record(0x00E5, struct.pack("<H", len(sheet.merged)) + areas)
    return out + _record(0x000A, b"")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, width: int) -> bytes:
    return struct.pack("<B" if width == 1 else "<H", len(text)) + b"\x01" + text.encode("utf-16-le")
