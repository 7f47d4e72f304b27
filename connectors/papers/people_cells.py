"""People whom a row names: name, post and numbers by role, whether in cells of their own or together in one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from connectors.papers.paper import CellAside, Column, PersonOnRow, Reason
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Broken, Cell, lines_of, shown
from connectors.sheets.columns import header_key
from events.folding import fold

_ROLE = "people.role"
_NAMES_APART = re.compile(r"[、,，;；/／]")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,8}")
_IN_ONE = re.compile(
    r"(?P<name>[\u3400-\u9fff·]{2,8}?)\s*(?:[(（](?P<post>[^()（）\d]{1,20})[)）])?\s*[,，:：、/／|；;]?\s*(?P<phone>[+\d(（][\d\s()（）-]{6,24})"
)
_PARTING = re.compile(r"[\s()（）+\-—]")
_BETWEEN = re.compile(r"[、,，;；/]")
_LANDLINE = re.compile(
    r"0\d{9,11}(?:转?\d{1,6})?|[2-9]\d{6,7}(?:转\d{1,6})?|(?:00)?86[1-9]\d{8,10}(?:转\d{1,6})?"
)
_EXTENSION = re.compile(r"分机号?[::]?|ext\.?", re.IGNORECASE)
_BESIDE = re.compile(r"^(?:办公电话|办公室|办公|座机|固话|电话|手机|传真)\s*:?\s*(?=[+(\d])|\([^()\d]*\)\s*$")
_NEAR_MOBILE = re.compile(r"1\d{8,11}")
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")


def read_people(
    cells: Mapping[int, Cell], columns: Sequence[Column], words: Vocabulary
) -> tuple[tuple[PersonOnRow, ...], list[CellAside]]:
    """Read the people of a row in the order of their columns; a number that is none is set aside, masked.

    Where a column tells the role of the person of each row, one whose role is not known is nobody.
    """
    by_role: dict[str, dict[str, str]] = {}
    aside: list[CellAside] = []
    told = next((column for column in columns if _ROLE in column.fields), None)
    word = "" if told is None else shown(cells.get(told.index))
    role = words.roles.get(header_key(word), "")
    if told is not None and not role:
        return (), [CellAside("role", told.letter, word, Reason("role_unknown"))]
    own = [c for c in columns if c.people and c.fields and c.index in cells and c is not told]
    several = {column.role for column in own if _names_several(cells[column.index], column)}
    aside += [_of_several(cells[column.index], column) for column in own if column.role in several]
    for column in (column for column in own if column.role not in several):
        cell = cells[column.index]
        text = shown(cell)
        if isinstance(cell, Broken):
            field = column.fields[0].removeprefix("people.")
            aside.append(
                CellAside(field, column.letter, text, Reason("cell_broken", {"problem": str(cell.problem)}))
            )
            continue
        if fold(text) in words.blanks:
            continue
        person = by_role.setdefault(role or column.role, {})
        for field, part in _parts(text, column.fields).items():
            if field in person and fold(person[field]) != fold(part):
                aside.append(CellAside(field, column.letter, masked(part), Reason("second_person")))
                continue
            if field not in ("phone", "office_phone"):
                person.setdefault(field, part)
                continue
            number, problem = read_number(part, words)
            if problem is None:
                person.setdefault(field, number)
            else:
                aside.append(CellAside(field, column.letter, masked(part), problem))
    return tuple(PersonOnRow(role, **fields) for role, fields in by_role.items() if fields), aside


def _of_several(cell: Cell, column: Column) -> CellAside:
    field = column.fields[0].removeprefix("people.")
    return CellAside(field, column.letter, masked(shown(cell)), Reason("several_people"))


def _names_several(cell: Cell, column: Column) -> bool:
    """Tell a cell of names with several of them: nobody is called 甲、乙."""
    if column.fields[0] != "people.name":
        return False
    names = [
        name
        for name in _NAMES_APART.split(_IN_BRACKETS.sub("", "、".join(lines_of(cell) or (shown(cell),))))
        if name
    ]
    return len(names) > 1 and all(_NAME.fullmatch(name.strip()) for name in names)


def read_number(text: str, words: Vocabulary) -> tuple[str, Reason | None]:
    """Read a telephone number, several parted by marks too; a mobile as its digits alone."""
    numbers = []
    for number in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        part = _BESIDE.sub("", number.strip()).strip()
        digits = _COUNTRY.sub("", _PARTING.sub("", _EXTENSION.sub("转", part)))
        if digits.startswith("1") and len(digits) == words.numbers.mobile_digits and digits.isdecimal():
            numbers.append(digits)
        elif _LANDLINE.fullmatch(digits):
            numbers.append(part)
        elif _NEAR_MOBILE.fullmatch(digits):
            return "", Reason("phone_digits", {"digits": str(words.numbers.mobile_digits)})
        else:
            return "", Reason("not_a_phone")
    return "、".join(numbers), None


def masked(text: str) -> str:
    """Say how long a number of a person is, and nothing else of it."""
    return f"({sum(c.isdecimal() for c in text)} digits)"


def _parts(text: str, fields: tuple[str, ...]) -> dict[str, str]:
    """Cut a cell into name, post and number, where it holds several."""
    whole = _IN_ONE.fullmatch(text)
    if whole is not None:
        return {field: part.strip() for field, part in whole.groupdict().items() if part}
    wanted = [field.removeprefix("people.") for field in fields]
    if wanted[0] == "name" and len(wanted) > 1 and any(c.isdecimal() for c in text):
        return {wanted[1]: text}
    return {wanted[0]: text}
