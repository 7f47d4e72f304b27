"""Fields of Word: what is shown is their result; a few show what their code says."""

import re
from typing import Any

from connectors.word.controls import EMPTY, TICKED
from connectors.word.names import W
from connectors.word.symbols import unicode_sign
from events.messages import message

_SILENT = frozenset({"XE", "TC", "TA", "RD", "SET", "ASK", "BOOKMARK", "PRIVATE", "ADVANCE", "COMMENTS"})
"""Fields that show nothing of their own."""

_OVERSTRIKE = re.compile(r"eq\s+\\o\s*(?:\\a[clr])?\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_MACRO_BUTTON = re.compile(r"macrobutton\s+\S+\s?(.*)", re.IGNORECASE | re.DOTALL)
_SYMBOL = re.compile(
    r'symbol\s+(?P<code>0x[0-9a-f]{1,6}|\d{1,7})(?:.*?\\f\s*"?(?P<font>[^"\\]+)"?)?.*',
    re.IGNORECASE | re.DOTALL,
)
_BOXES, _TICKS, _CROSSES = frozenset("□☐○◯口"), frozenset("√✓✔"), frozenset("×✗✘")


class _Field:
    def __init__(self, form: Any | None) -> None:
        self.form = form  # of a form field of old: box, list or text
        self.code: list[str] = []
        self.in_code = True
        self.result = False


class Fields:
    """The fields that are open at a place, the innermost last."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def open(self) -> bool:
        return bool(self._open)

    @property
    def in_code(self) -> bool:
        """Tell a place inside the code of a field, where text is not shown."""
        return any(field.in_code for field in self._open)

    def begin(self, form: Any | None) -> None:
        """Begin a field."""
        self._open.append(_Field(form))

    def say(self, text: str) -> None:
        """Take a piece of a code."""
        inside = next((field for field in reversed(self._open) if field.in_code), None)
        if inside is not None:
            inside.code.append(text)

    def separate(self) -> None:
        """Go on with the result of the innermost field."""
        self._open[-1].in_code = False

    def has_result(self, text: str) -> None:
        """Note that something is shown here."""
        if text:
            for field in self._open:
                field.result = True

    def end(self) -> tuple[str, str]:
        """End the innermost field; return what it shows beside its result, and what stands in the way."""
        field = self._open.pop()
        if field.result:
            return "", ""
        if field.form is not None:
            return _form_field(field.form)
        return _computed("".join(field.code).strip(), not field.in_code)


def _form_field(form: Any) -> tuple[str, str]:
    box, choices = form.find(f"{W}checkBox"), form.find(f"{W}ddList")
    if box is not None:
        checked = box.find(f"{W}checked")
        state = checked if checked is not None else box.find(f"{W}default")
        ticked = state is not None and state.get(f"{W}val", "1") not in ("0", "false", "off")
        return (TICKED if ticked else EMPTY), ""
    if choices is not None:
        entries = [str(entry.get(f"{W}val", "")) for entry in choices.findall(f"{W}listEntry")]
        chosen = choices.find(f"{W}result")
        if chosen is None:
            chosen = choices.find(f"{W}default")
        index = "0" if chosen is None else str(chosen.get(f"{W}val"))
        if index.isascii() and index.isdigit() and len(index) < 4 and int(index) < len(entries):
            return entries[int(index)], ""
        return "", message("a list of choices without the one that is chosen")
    return "", ""


def _computed(code: str, has_separator: bool) -> tuple[str, str]:
    """Return what a field without a result shows."""
    over = _OVERSTRIKE.fullmatch(code)
    if over is not None:
        return _over_one_another(over[1])
    button = _MACRO_BUTTON.fullmatch(code)
    if button is not None:
        return button[1], ""
    symbol = _SYMBOL.fullmatch(code)
    if symbol is not None:
        number = int(symbol["code"], 16 if symbol["code"].lower().startswith("0x") else 10)
        sign = unicode_sign((symbol["font"] or "Symbol").strip(), number)
        return sign or "", "" if sign is not None else message("a sign that is not known")
    name = code.partition(" ")[0].upper()
    known = name in _SILENT or has_separator
    return "", "" if known else message("a field ({name}) without its result", name=name[:20])


def _over_one_another(elements: str) -> tuple[str, str]:
    """Return the box with a tick or a cross in it that people make with 带圈字符: □ and √ over one another."""
    signs = set(elements) - set(" ,;()\\")
    if signs & _BOXES and len(signs) == 2:
        if signs & _TICKS:
            return "☑", ""
        if signs & _CROSSES:
            return "☒", ""
    return "", message("characters over one another")
