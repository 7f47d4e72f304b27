"""Values of cells: cleaned of what cannot be seen, and read as text, id, time, count or choice."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self

import msgspec

from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.instants import SHANGHAI
from events.messages import joined, message
from events.moments import Moment

EXACT_BELOW = 10**15  # Excel keeps 15 digits of a number; longer ids have lost their end
MAX_COUNT = 1_000_000

# Line breaks, tabs and the spaces that do not break: a person sees a space.
_SPACES = re.compile("[\t-\r\x1c-\x1f\x85\xa0\u2007\u2028\u2029\u202f]+")
_LINES = re.compile("[\n\v\f\r\x85\u2028\u2029]+")
# Control and format characters, bidi marks, byte-order marks and fillers: a person sees nothing.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)


class Broken(msgspec.Struct, frozen=True):
    """A cell without a usable value: an error of Excel, a formula that was never computed."""

    shown: str
    problem: str
    remedy: str


class Figure(msgspec.Struct, frozen=True):
    """A number or date that a person sees otherwise than it is stored: 123456 as 0000123456, a day as its month."""

    value: int | Moment
    shown: str | None  # None: only the program that made the file can tell


class Linked(msgspec.Struct, frozen=True):
    """Words over a hyperlink."""

    words: str
    address: str | None  # None: computed, and not stored


class Lined(str):
    """A text that a person typed in several lines of one cell; as a text it is one, with spaces between its lines."""

    __slots__ = ("lines",)

    def __new__(cls, lines: Sequence[str]) -> Self:
        """Join cleaned lines of which none is empty."""
        made = super().__new__(cls, " ".join(lines))
        made.lines = tuple(lines)
        return made

    lines: tuple[str, ...]


Cell = str | int | float | Moment | Figure | Linked | Broken


def clean(text: str) -> str:
    """Take off what cannot be seen and the outer space; every other character stays."""
    return _INVISIBLE.sub("", _SPACES.sub(" ", text)).strip()


def clean_lines(text: str) -> str:
    """Clean the text of a cell; where it has several lines they stay known."""
    if not _LINES.search(text):
        return clean(text)
    lines = [line for line in map(clean, _LINES.split(text)) if line]
    return Lined(lines) if len(lines) > 1 else "".join(lines)


def lines_of(cell: Cell | None) -> tuple[str, ...]:
    """Return the lines of a cell that has several; none of any other."""
    text = cell.words if isinstance(cell, Linked) else cell
    return text.lines if isinstance(text, Lined) else ()


def machine(text: str) -> str:
    """Bring full-width digits, letters and marks of a machine field to their plain form."""
    return unicodedata.normalize("NFKC", text).strip()


def shown(cell: Cell | None) -> str:
    """Give the cell as a person reads it, times as they are in China."""
    match cell:
        case None:
            return ""
        case Moment(at, date_only):
            local = at.astimezone(SHANGHAI)
            return local.date().isoformat() if date_only else local.replace(tzinfo=None).isoformat(" ")
        case Figure(value, display):
            return shown(value) if display is None else display
        case Linked(words):
            return words
        case Broken():
            return cell.shown
    return str(cell)


def as_text(cell: Cell) -> str:
    """Read a name or a note."""
    if isinstance(cell, Broken):
        raise BadValueError(cell.problem, cell.remedy)
    text = shown(cell)
    if "\ufffd" in text:
        raise BadValueError(message("holds a character that was lost (�)"), message("type the text again"))
    return text


def as_id(cell: Cell) -> str:
    """Read an id as a person sees it; refuse one that Excel has turned into a rounded number."""
    if isinstance(cell, Figure) and cell.shown is None:
        raise BadValueError(
            message("is a number that its format shows in another form"),
            message("format the column as text and type the id again"),
        )
    if isinstance(cell, Moment) or (isinstance(cell, Figure) and isinstance(cell.value, Moment)):
        raise BadValueError(
            message("is a date, not an id"), message("format the column as text and type the id again")
        )
    text = machine(as_text(cell))
    number = cell.value if isinstance(cell, Figure) else cell
    rounded = isinstance(number, float) or (isinstance(number, int) and abs(number) >= EXACT_BELOW)
    if rounded or _SCIENTIFIC.fullmatch(text):
        raise BadValueError(
            message("is an id that was turned into a number and has lost digits"),
            message("format the column as text and type the id again"),
        )
    if " " in text:
        raise BadValueError(message("is an id with a space inside"), message("take the space out"))
    return text


def as_key(cell: Cell) -> str:
    """Read the link of a post as it stands: plain forms of characters could make another link of it.

    The address behind a hyperlink counts, not its words: 查看原文 stands over every one of them.
    """
    text = as_address(cell)
    return text if "://" in text else as_id(cell)


def as_address(cell: Cell) -> str:
    """Read a link: the address behind a hyperlink, or the text where there is none."""
    if not isinstance(cell, Linked):
        return as_text(cell)
    if cell.address is None:
        raise BadValueError(message("is a link with a computed address"), message("write the address itself"))
    return as_text(cell.address)


def as_moment(cell: Cell, latest: datetime | None) -> Moment:
    """Read a time, at most `latest`; a cell that shows a month is no day, whatever it stores."""
    moment = cell if isinstance(cell, Moment) else read_moment(as_text(cell))
    if latest is not None and moment.at > latest:
        raise BadValueError(message("lies in the future"), message("correct the date"))
    return moment


def as_count(cell: Cell) -> int:
    """Read a whole number from 1 up."""
    text = machine(as_text(cell.value if isinstance(cell, Figure) else cell))
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or not 1 <= int(text) <= MAX_COUNT:
        raise BadValueError(message("is not a whole number from 1 up"), message("write a number like 2"))
    return int(text)


def as_whole(cell: Cell) -> int:
    """Read a whole number from 0 up."""
    text = machine(as_text(cell.value if isinstance(cell, Figure) else cell)).removesuffix("次")
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII):
        raise BadValueError(
            message("is not a whole number"), message("write a number like 4, or clear the cell")
        )
    return int(text)


def as_days(cell: Cell) -> float:
    """Read a number of days, below a thousand."""
    text = machine(as_text(cell.value if isinstance(cell, Figure) else cell)).removesuffix("天")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,9})?", text, re.ASCII):
        raise BadValueError(
            message("is not a number of days"), message("write a number like 3 or 6.5, or clear the cell")
        )
    return float(text)


def as_choice(cell: Cell, choices: Mapping[str, str]) -> str:
    """Read one of the words that the column knows; the first word of each meaning is offered as a remedy."""
    word = machine(as_text(cell)).replace(" ", "").casefold()
    if word not in choices:
        first: dict[str, str] = {}
        for known, meaning in choices.items():
            first.setdefault(meaning, known)
        raise BadValueError(
            message("is not a known value here"),
            joined("", (message("write one of "), joined(", ", first.values()))),
        )
    return choices[word]
