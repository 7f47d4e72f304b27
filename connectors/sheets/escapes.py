"""Texts as programs write them around what a person sees: _x000D_ of workbooks, ="…" and ' of spreadsheets."""

import re

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_BREAKS = re.compile("_x000[9AaDd]_")
_FORMULA_TEXT = re.compile('="((?:[^"]|"")*)"')


def unescaped(text: str) -> str:
    """Turn _xHHHH_ of a workbook into its character (ECMA-376 part 1, 22.9.2.19 ST_Xstring); _x005F_ is _."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def typed(text: str) -> str:
    """Take off what a person types or a program writes to keep a text a text: ="0012" and '0012 are 0012."""
    if text.startswith('="') and (found := _FORMULA_TEXT.fullmatch(text)):
        return found[1].replace('""', '"')
    return text.removeprefix("'") if text.startswith("'") else text


def without_breaks(text: str) -> str:
    """Turn line breaks and tabs that a program left escaped in a CSV file into spaces."""
    return _BREAKS.sub(" ", text) if "_x000" in text else text
