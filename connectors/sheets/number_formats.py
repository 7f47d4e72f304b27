"""How a workbook shows a number: as a date, a month, a time of day, or as digits in a pattern."""

import re
from functools import lru_cache

import msgspec

# Formats that are stored by number alone (ECMA-376 part 1, 18.8.30), those above 26 as Chinese Excel means them.
_BY_NUMBER = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
    43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "0.0E+0", 49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy年m月"), **dict.fromkeys((28, 29, 51, 53, 54, 58), "m月d日"),
    30: "m-d-yy", 31: "yyyy年m月d日",
    **dict.fromkeys((32, 34, 55), "h时mm分"), **dict.fromkeys((33, 35, 56), "h时mm分ss秒"),
}  # fmt: skip
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[[<>=]")
_DAY = re.compile("(?<!d)d{1,2}(?!d)")
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<space>_.)|\[[^\]]*\]|(?P<general>General)|(?P<digit>[0#?])'
    r"|(?P<plain>[-+$:()!^&'~{}<>= \u0080-\U0010ffff])",
    re.IGNORECASE,
)


class NumberFormat(msgspec.Struct, frozen=True):
    """One format of numbers."""

    is_date: bool
    has_day: bool  # of the month
    has_clock: bool
    code: str  # as the workbook gives it, empty for General

    def digits(self, number: int) -> str | None:
        """Return what the format shows of a whole number, None where that is not a number of digits alone."""
        return _digits(self.code, number)


@lru_cache(maxsize=1024)
def number_format(format_id: int, code: str | None) -> NumberFormat:
    """Return a format by its number in the workbook and the code that the workbook gives for it."""
    code = _BY_NUMBER.get(format_id, "") if code is None else code
    if code.casefold() in ("general", "@"):
        code = ""
    first = _section(code, 0)
    plain = _LITERAL.sub("", first).lower().replace("general", "")
    is_date = _ELAPSED.search(first) is None and re.search("[ymdhs]", plain) is not None
    return NumberFormat(
        is_date=is_date,
        has_day=_DAY.search(plain) is not None,
        has_clock=re.search("[hs]", plain) is not None,
        code=code,
    )


@lru_cache(maxsize=65_536)
def _digits(code: str, number: int) -> str | None:
    if not code or code in ("0", "#"):
        return str(number)
    if number < 0 or _CONDITION.search(code):
        return None
    section = _section(code, 2 if number == 0 else 0)
    pieces: list[tuple[str, str]] = []
    place = 0
    while place < len(section):
        found = _PIECE.match(section, place)
        if found is None:  # a decimal point, a thousands separator, a percent sign: no id looks like that
            return None
        place = found.end()
        kind = found.lastgroup or ""
        pieces.append((kind, found[kind] if kind else ""))
    return _filled(pieces, str(number))


def _filled(pieces: list[tuple[str, str]], number: str) -> str | None:
    """Put the digits of a number into the places of a pattern, from the right; what is left over goes first."""
    places = [index for index, (kind, _) in enumerate(pieces) if kind == "digit"]
    general = [index for index, (kind, _) in enumerate(pieces) if kind == "general"]
    if general:
        places = general[:1] if not places and len(general) == 1 else []
    if not places:
        return None
    filled = [" " if kind == "space" else text for kind, text in pieces]
    rest = "" if general else number
    for index in reversed(places):
        blank = {"0": "0", "?": " "}.get(pieces[index][1], "")
        filled[index], rest = (rest[-1], rest[:-1]) if rest else (blank, "")
    filled[places[0]] = number if general else rest + filled[places[0]]
    return "".join(filled).strip()


def _section(code: str, wanted: int) -> str:
    """Return a section of a format: positive numbers, negative ones, zero; the first where it is not given."""
    parts = [""]
    quoted = escaped = False
    for character in code:
        if character == ";" and not quoted and not escaped:
            parts.append("")
            continue
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = character == "\\" and not escaped and not quoted
        parts[-1] += character
    return parts[wanted] if wanted < len(parts) else parts[0]
