"""What readers find in a written document, before anybody asks what it means."""

import msgspec

BOOKMARK = "xc"
"""Begins the name of every bookmark around a figure."""


class FoundTable(msgspec.Struct, frozen=True):
    """A table as it is shown; its name is the page of a workbook or the class on a page, a DOCX has none."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Found(msgspec.Struct, frozen=True):
    """Marked texts as (place, text) in order, and tables in order."""

    marked: list[tuple[str, str]]
    tables: list[FoundTable]
