"""One page of a workbook: its cells as a person sees them."""

import re
import zipfile
from collections.abc import Mapping, Sequence

import msgspec

from connectors.sheets.areas import Area, AreaReader, TooLargeError, column_index, column_letters, put_links
from connectors.sheets.cell_values import computed, iso_date, numeral, too_long, uncomputed
from connectors.sheets.cells import Broken, Cell, Linked, clean_lines
from connectors.sheets.escapes import typed, unescaped
from connectors.sheets.styles import MAX_CHARACTERS, PLAIN, SharedText, Style, TextReader
from connectors.sheets.xml_parts import Attributes, DamagedPartError, is_true, walk, whole_number
from events.messages import message

LAST_ROW = 1_048_576  # of Excel
LAST_COLUMN = 16_384
MAX_BLANKS = 1_000_000
"""Rows and cells without content that are walked; formatting may reach far below the data, but not without end."""

MAX_CELLS = 10_000_000  # with content
_LETTERS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,12})")


class Page(msgspec.Struct):
    """What stands on a page."""

    lines: list[tuple[int, dict[int, Cell]]]  # rows with content: number, cells by column from 0
    merged: list[Area]
    hidden_rows: set[int]  # of those with content
    hidden_columns: list[tuple[int, int]]
    struck: list[tuple[int, int]]  # row, column; what was struck through is not in the cells
    links: list[tuple[Area, str]]


class Workings(msgspec.Struct, frozen=True):
    """What the pages of a workbook share."""

    styles: Sequence[Style]
    texts: Sequence[SharedText]
    from_1904: bool


def read_page(archive: zipfile.ZipFile, part: str, addresses: Mapping[str, str], workings: Workings) -> Page:
    """Read a page; `addresses` are its external links by id. Raises DamagedPartError, TooLargeError."""
    reader = _PageReader(part, addresses, workings)
    walk(archive, part, reader.start, reader.end, reader.text)
    page = reader.page
    put_links(page.lines, page.links)
    return page


class _PageReader:
    """Collects one page while it streams by; nothing blank is kept."""

    def __init__(self, part: str, addresses: Mapping[str, str], workings: Workings) -> None:
        self._areas = AreaReader(part, addresses)
        areas = self._areas
        self.page = Page([], areas.merged, set(), areas.hidden_columns, [], areas.links)
        self._part = part
        self._workings = workings
        self._row = 0
        self._cells: dict[int, Cell] = {}
        self._hidden = self._all_hidden = False
        self._blanks = self._filled = 0
        self._columns: dict[str, int] = {}
        self._column = -1
        self._kind = "n"
        self._style = PLAIN
        self._value: list[str] | None = None
        self._value_length = 0
        self._formula: list[str] | None = None
        self._inside = ""
        self._inline: TextReader | None = None
        self._group: str | None = None  # of shared formulas
        self._link_groups: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        match name:
            case "c":
                self._start_cell(attributes)
            case "v":
                self._inside, self._value, self._value_length = "v", [], 0
            case "f":
                self._inside = "f"
                self._group = attributes.get("si") if attributes.get("t") == "shared" else None
                self._formula = ["HYPERLINK("] if self._group in self._link_groups else []
            case "is":
                self._inline = TextReader()
            case "row":
                self._start_row(attributes)
            case "sheetFormatPr":
                self._all_hidden = is_true(attributes.get("zeroHeight"))
            case _:
                if self._inline is not None:
                    self._inline.start(name, attributes)
                else:
                    self._areas.start(name, attributes)

    def end(self, name: str) -> None:
        match name:
            case "c":
                self._end_cell()
            case "v" | "f":
                self._inside = ""
            case "row":
                self._end_row()
            case _:
                if self._inline is not None:
                    self._inline.end(name)

    def text(self, characters: str) -> None:
        if self._inside == "v" and self._value is not None:
            self._value_length += len(characters)
            if self._value_length <= MAX_CHARACTERS:
                self._value.append(characters)
        elif self._inside == "f" and self._formula is not None:
            if len(self._formula) < 100:
                self._formula.append(characters)
        elif self._inline is not None:
            self._inline.text(characters)

    def _start_row(self, attributes: Attributes) -> None:
        number = self._row + 1 if "r" not in attributes else whole_number(self._part, "row", attributes["r"])
        if number > LAST_ROW:
            raise TooLargeError(
                message("has rows after {last_row}", last_row=LAST_ROW),
                message("split it into several sheets"),
            )
        if number <= self._row:
            raise DamagedPartError(
                message(
                    "{part}: row {number} comes after row {row}",
                    part=self._part,
                    number=number,
                    row=self._row,
                )
            )
        self._row, self._cells, self._column = number, {}, -1
        height = attributes.get("ht")
        self._hidden = is_true(attributes.get("hidden")) or (height is not None and height.strip("0.") == "")
        if self._all_hidden and "hidden" not in attributes and height is None:
            self._hidden = True

    def _end_row(self) -> None:
        if not self._cells:
            self._blank()
            return
        self.page.lines.append((self._row, self._cells))
        if self._hidden:
            self.page.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._place(reference)
        if column >= LAST_COLUMN:
            raise TooLargeError(
                message("has columns after {column_letters}", column_letters=column_letters(LAST_COLUMN - 1)),
                message("take out the columns that are not asked"),
            )
        if column <= self._column:
            raise DamagedPartError(
                message(
                    "{part}: a cell of row {row} stands twice or out of order", part=self._part, row=self._row
                )
            )
        self._column = column
        self._kind = attributes.get("t", "n")
        style = attributes.get("s")
        self._style = PLAIN if style is None else self._style_of(style)
        self._value = self._formula = self._inline = self._group = None
        self._value_length = 0

    def _end_cell(self) -> None:
        cell = self._cell()
        self._inline = None
        if cell is None or cell == "":
            self._blank()
            return
        if self._style.struck:
            self.page.struck.append((self._row, self._column))
            self._blank()
            return
        self._filled += 1
        if self._filled > MAX_CELLS:
            raise TooLargeError(
                message("has more than {max_cells} cells", max_cells=MAX_CELLS),
                message("split it into several sheets"),
            )
        self._cells[self._column] = cell

    def _cell(self) -> Cell | None:
        formula = None if self._formula is None else "".join(self._formula)
        value = None if self._value is None else "".join(self._value)
        if self._kind == "inlineStr":
            return None if self._inline is None else self._shared(self._inline.finish())
        if self._value_length > MAX_CHARACTERS and value is not None:
            return too_long(value)
        if value is None or value == "":
            without = formula is None or self._kind == "str"  # str: a formula that gave an empty text
            return None if without else uncomputed(formula or "")
        cell = self._stored(value)
        return cell if formula is None or cell is None else self._computed(cell, formula)

    def _stored(self, value: str) -> Cell | None:
        match self._kind:
            case "s":
                return self._shared(self._shared_text(value))
            case "str":
                return typed(clean_lines(unescaped(value))) or None
            case "b":
                return "TRUE" if is_true(value.strip()) else "FALSE"
            case "e":
                return Broken(
                    value, message("is an error of Excel"), message("correct the formula or type the value")
                )
            case "d":
                return iso_date(value, self._style.format)
            case "n":
                cell = numeral(value.strip(), self._style.format, from_1904=self._workings.from_1904)
                if cell is not None:
                    return cell
                raise DamagedPartError(
                    message(
                        "{part}: row {row} holds {value}, which is no number",
                        part=self._part,
                        row=self._row,
                        value=value[:20],
                    )
                )
        raise DamagedPartError(
            message(
                "{part}: a cell of row {row} is of no kind ({kind})",
                part=self._part,
                row=self._row,
                kind=self._kind[:20],
            )
        )

    def _computed(self, cell: Cell, formula: str) -> Cell:
        found = computed(cell, formula)
        if isinstance(found, Linked) and self._group is not None:
            self._link_groups.add(self._group)
        return found

    def _shared_text(self, value: str) -> SharedText:
        if value.isdecimal() and len(value) < 10 and int(value) < len(self._workings.texts):
            return self._workings.texts[int(value)]
        raise DamagedPartError(
            message(
                "{part}: row {row} uses text {value}, which is missing",
                part=self._part,
                row=self._row,
                value=value[:20],
            )
        )

    def _shared(self, shared: SharedText) -> Cell | None:
        if shared.text is None:
            return too_long("")
        if shared.struck:
            self.page.struck.append((self._row, self._column))
        return typed(shared.text) or None

    def _style_of(self, style: str) -> Style:
        try:
            return self._workings.styles[int(style)]
        except (ValueError, IndexError):
            return PLAIN

    def _place(self, reference: str) -> int:
        found = _LETTERS.fullmatch(reference)
        if found is None or int(found[2]) != self._row:
            raise DamagedPartError(
                message(
                    "{part}: {reference} stands in row {row}",
                    part=self._part,
                    reference=reference,
                    row=self._row,
                )
            )
        column = self._columns.get(found[1])
        if column is None:
            column = self._columns[found[1]] = column_index(found[1])
        return column

    def _blank(self) -> None:
        self._blanks += 1
        if self._blanks > MAX_BLANKS:
            raise TooLargeError(
                message("has more than {max_blanks} blank rows and cells", max_blanks=MAX_BLANKS),
                message("delete the rows and columns without content"),
            )
