"""The styles and shared texts of a workbook, as far as they change what a person reads in a cell."""

import zipfile

import msgspec

from connectors.sheets.cells import clean_lines
from connectors.sheets.escapes import unescaped
from connectors.sheets.number_formats import NumberFormat, number_format
from connectors.sheets.xml_parts import Attributes, DamagedPartError, is_true, walk
from events.messages import message

MAX_CHARACTERS = 32_767  # of a cell of Excel
MAX_STYLES = 100_000
MAX_CODE = 1_000  # characters of a number format; Excel allows 255
MAX_TEXTS = 5_000_000

_UNKNOWN = ","  # a format that shows no id and no date


class Style(msgspec.Struct, frozen=True):
    """How a cell is shown."""

    format: NumberFormat
    struck: bool = False


PLAIN = Style(number_format(0, None))


class SharedText(msgspec.Struct, frozen=True):
    """A text of a cell without what is struck through in it."""

    text: str | None  # None: too long
    struck: bool = False  # a part of it, or all, was


class TextReader:
    """Joins the runs of one text.

    Phonetic guides are no part of it (ECMA-376 part 1, 18.4.6); what is struck through is left out.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._inside = self._phonetic = self._struck_run = self._struck = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element inside the text."""
        match name:
            case "t":
                self._inside = not self._phonetic
            case "rPh":
                self._phonetic = True
            case "r":
                self._struck_run = False
            case "strike":
                self._struck_run = is_true(attributes.get("val", "1"))

    def end(self, name: str) -> None:
        """Take the end of an element inside the text."""
        match name:
            case "t":
                self._inside = False
            case "rPh":
                self._phonetic = False
            case "r":
                self._struck_run = False

    def text(self, characters: str) -> None:
        """Take characters; those outside a run are layout."""
        if not self._inside:
            return
        if self._struck_run:
            self._struck |= not characters.isspace()
            return
        self._length += len(characters)
        if self._length <= MAX_CHARACTERS:
            self._parts.append(characters)

    def finish(self) -> SharedText:
        """Return the whole text."""
        text = None if self._length > MAX_CHARACTERS else clean_lines(unescaped("".join(self._parts)))
        return SharedText(text, self._struck)


def read_texts(archive: zipfile.ZipFile, part: str) -> list[SharedText]:
    """Read the texts that cells share."""
    texts: list[SharedText] = []
    reader = TextReader()

    def start(name: str, attributes: Attributes) -> None:
        nonlocal reader
        if name == "si":
            reader = TextReader()
        else:
            reader.start(name, attributes)

    def end(name: str) -> None:
        if name == "si":
            texts.append(reader.finish())
            if len(texts) > MAX_TEXTS:
                raise DamagedPartError(
                    message("{part}: more than {max_texts} texts", part=part, max_texts=MAX_TEXTS)
                )
        else:
            reader.end(name)

    def text(characters: str) -> None:
        reader.text(characters)

    walk(archive, part, start, end, text)
    return texts


def read_styles(archive: zipfile.ZipFile, part: str) -> list[Style]:
    """Read the styles of cells by their number."""
    codes: dict[int, str] = {}
    fonts: list[bool] = []  # struck or not
    used: list[tuple[int, int]] = []  # number format, font
    within = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name in ("fonts", "numFmts", "cellXfs", "cellStyleXfs", "dxfs", "fills", "borders"):
            within = name
        elif within == "fonts" and name == "font":
            fonts.append(False)
        elif within == "fonts" and name == "strike" and fonts:
            fonts[-1] = is_true(attributes.get("val", "1"))
        elif within == "numFmts" and name == "numFmt":
            code = attributes.get("formatCode", "")
            if len(codes) < MAX_STYLES:
                codes[int(attributes.get("numFmtId", "0"))] = code if len(code) <= MAX_CODE else _UNKNOWN
        elif within == "cellXfs" and name == "xf" and len(used) < MAX_STYLES:
            used.append((int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))))

    walk(archive, part, start, None, None)
    return [
        Style(number_format(format_id, codes.get(format_id)), font < len(fonts) and fonts[font])
        for format_id, font in used
    ]
