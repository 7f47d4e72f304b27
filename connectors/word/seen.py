"""What a person sees of a stretch of a Word document: text with every change accepted, and what cannot be told."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from connectors.word.controls import prompt_or_box, seen_control
from connectors.word.errors import WordError
from connectors.word.fields import Fields
from connectors.word.names import BODY_WRAPPERS, SPACE, UNSEEN, W, children, local
from connectors.word.shown import Seen
from connectors.word.styles import Look, Styles
from connectors.word.symbols import is_symbol_font, unicode_sign
from events.messages import message

MAX_CHARACTERS = 20_000
"""Longest text of a stretch; a description has some hundred."""

MAX_ELEMENTS = 200_000
"""Elements that are looked at in all; a form has two thousand."""

_TEXTS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_DRAWINGS = frozenset({"drawing", "pict", "object"})
_PICTURES = {"blip": "}embed", "imagedata": "}id"}
"""Elements that show a picture of the document, and the end of the attribute that names it."""
_TODAY = message("a date that is always that of today")
_OBSTACLES = {
    "altChunk": message("a part of another document"),
    "contentPart": "handwriting",
    "oMath": "a formula",
    "oMathPara": "a formula",
    **dict.fromkeys(("dayLong", "dayShort", "monthLong", "monthShort", "yearLong", "yearShort"), _TODAY),
}


class Sight:
    """Looks at one stretch after the other; raises `WordError` where the document is larger than any form."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._left = MAX_ELEMENTS

    def text(self, element: Any, controls: Iterable[Any] = ()) -> Seen:
        """Return what is seen of an element, `controls` being the content controls that it fills as a whole."""
        stretch = _Stretch(self._styles, self)
        stretch.block(element)
        seen = seen_control(stretch.seen(), controls)
        return msgspec.structs.replace(seen, text=seen.text.strip())

    def paragraph(self, element: Any) -> Seen:
        """Return what is seen of one paragraph."""
        stretch = _Stretch(self._styles, self)
        stretch.paragraph(element)
        seen = stretch.seen()
        return msgspec.structs.replace(seen, text=seen.text.strip())

    def count(self) -> None:
        """Take an element into account."""
        self._left -= 1
        if self._left < 0:
            raise WordError(
                message("holds more than {max_elements} pieces", max_elements=MAX_ELEMENTS),
                message("hand in the form alone"),
            )


class _Stretch:
    """Gathers the text of one stretch."""

    def __init__(self, styles: Styles, sight: Sight) -> None:
        self._styles = styles
        self._sight = sight
        self._pieces: list[str] = []
        self._length = 0
        self._obstacle = ""
        self._fields = Fields()
        self._paragraph: Any | None = None
        self._listed = self._drawn = False
        self._pictures: list[str] = []

    def seen(self) -> Seen:
        if self._fields.open:
            self._block(message("a field that does not end"))
        return Seen("".join(self._pieces), self._obstacle, self._listed, self._drawn, tuple(self._pictures))

    def block(self, element: Any) -> None:
        """Take paragraphs, tables and what may stand around them."""
        for child in children(element):
            self._sight.count()
            name = local(child)
            if name == "p":
                self.paragraph(child)
            elif name == "tbl":
                self._add("\n")
                for row in _inner(child, "tr"):
                    for cell in _inner(row, "tc"):
                        self.block(cell)
                        self._add("\n")
            elif name == "sdt":
                self._control(child, block=True)
            elif name in BODY_WRAPPERS:
                self.block(child)
            else:
                self._other(child)

    def paragraph(self, paragraph: Any) -> None:
        """Take a paragraph."""
        before, self._paragraph = self._paragraph, paragraph.find(f"{W}pPr")
        start = len(self._pieces)
        self._inline(paragraph)
        if self._styles.is_listed(self._paragraph) and "".join(self._pieces[start:]).strip():
            self._listed = True
        if not _mark_is_deleted(self._paragraph):
            self._add("\n")
        self._paragraph = before

    def _inline(self, element: Any) -> None:
        for child in children(element):
            self._sight.count()
            name = local(child)
            if name == "r":
                self._run(child)
            elif name == "sdt":
                self._control(child, block=False)
            elif name == "fldSimple":
                self._fields.begin(None)
                self._fields.say(str(child.get(f"{W}instr")))
                if len(child):
                    self._fields.separate()
                self._inline(child)
                self._end_field()
            elif name in BODY_WRAPPERS:
                self._inline(child)
            else:
                self._other(child)

    def _run(self, run: Any) -> None:
        properties = run.find(f"{W}rPr")
        look = self._styles.look(properties, self._paragraph)
        for child in children(run):
            self._sight.count()
            name = local(child)
            if name in _TEXTS:
                self._show(_TEXTS[name], look)
            elif name in ("t", "sym", "symEx"):
                self._letters(child, properties, look)
            elif name in ("fldChar", "instrText"):
                self._field_part(child)
            elif name == "ruby":
                for base in child.findall(f"{W}rubyBase"):
                    self._inline(base)
            elif name in _DRAWINGS:
                self._drawing(child, look)
            else:
                self._other(child)

    def _letters(self, element: Any, properties: Any | None, look: Look) -> None:
        name = local(element)
        if name == "t":
            text = "".join(element.itertext())
            kept = text if element.get(SPACE) == "preserve" else text.strip(" \t\r\n")
            self._text(kept, self._font(properties), look)
        elif name == "sym":
            self._symbol(str(element.get(f"{W}font")), str(element.get(f"{W}char")), look)
        else:
            self._symbol("", next((str(v) for k, v in element.items() if k.endswith("char")), ""), look)

    def _font(self, properties: Any | None) -> str:
        fonts = self._styles.fonts(properties, self._paragraph)
        names = [] if fonts is None else [str(fonts.get(f"{W}{kind}", "")) for kind in ("ascii", "hAnsi")]
        return next((name for name in names if is_symbol_font(name)), "")

    def _text(self, text: str, font: str, look: Look) -> None:
        if not font and not any("\uf000" <= character <= "\uf0ff" for character in text):
            self._show(text, look)
            return
        for character in text:
            code = ord(character)
            own = not font and not 0xF000 <= code < 0xF100
            sign = character if own or 0xFF < code < 0xF000 else unicode_sign(font, code)
            self._sign(sign, font or message("a symbol font"), look)

    def _symbol(self, font: str, code: str, look: Look) -> None:
        try:
            sign = unicode_sign(font, int(code, 16)) if len(code) <= 8 else None
        except ValueError:
            sign = None
        self._sign(sign, font, look)

    def _sign(self, sign: str | None, font: str, look: Look) -> None:
        if sign is not None:
            self._show(sign, look)
        elif not look.hidden:
            self._block(message("a sign of {font} that is not known", font=font))

    def _show(self, text: str, look: Look) -> None:
        if look.hidden:
            return
        if self._fields.in_code:
            self._fields.say(text)
            return
        if look.struck and text.strip():
            self._block(message("text that is struck through ({strip})", strip=text.strip()[:20]))
        self._fields.has_result(text)
        self._add(text)

    def _field_part(self, mark: Any) -> None:
        if local(mark) == "instrText":
            self._fields.say("".join(mark.itertext()))
            return
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.begin(mark.find(f"{W}ffData"))
        elif not self._fields.open:
            self._block(message("the end of a field that begins elsewhere"))
        elif kind == "separate":
            self._fields.separate()
        else:
            self._end_field()

    def _end_field(self) -> None:
        text, obstacle = self._fields.end()
        if obstacle:
            self._block(obstacle)
        if self._fields.in_code:
            self._fields.say(text)
        else:
            self._add(text)

    def _control(self, control: Any, *, block: bool) -> None:
        content = control.find(f"{W}sdtContent")
        inner = _Stretch(self._styles, self._sight)
        inner._paragraph = self._paragraph
        if content is not None:
            (inner.block if block else inner._inline)(content)
        seen = prompt_or_box(control, inner.seen())
        if seen.obstacle:
            self._block(seen.obstacle)
        self._listed, self._drawn = self._listed or seen.listed, self._drawn or seen.drawn
        self._pictures += seen.pictures
        if self._fields.in_code:
            self._fields.say(seen.text)
            return
        self._fields.has_result(seen.text)
        # Between runs the outer space of a control counts; a block stands on lines of its own.
        self._add(seen.text.strip() + "\n" if block else seen.text)

    def _drawing(self, drawing: Any, look: Look) -> None:
        if look.hidden:
            return
        self._drawn = True
        self._look_into(drawing)

    def _look_into(self, element: Any) -> None:
        for found in children(element):
            self._sight.count()
            name = local(found)
            if name in _PICTURES:
                self._pictures += [str(v) for k, v in found.items() if k.endswith(_PICTURES[name])]
            if name == "txbxContent" and any("".join(t.itertext()).strip() for t in found.iter(f"{W}t")):
                self._block(message("a text box"))
            elif name == "textpath" and str(found.get("string", "")).strip():
                self._block(message("letters that are drawn"))
            elif name == "control":
                self._block(message("a form control"))
            else:
                self._look_into(found)

    def _other(self, element: Any) -> None:
        """Name what cannot be read, and an element that this reader does not know if there is text in it."""
        name = local(element)
        if name in _OBSTACLES:
            self._block(_OBSTACLES[name])
        elif name not in UNSEEN and any("".join(t.itertext()).strip() for t in element.iter(f"{W}t")):
            self._block(message("text in <{name}>", name=name))

    def _add(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            self._block(
                message("a text of more than {max_characters} characters", max_characters=MAX_CHARACTERS)
            )
            return
        self._pieces.append(text)

    def _block(self, obstacle: str) -> None:
        self._obstacle = self._obstacle or obstacle


def _inner(element: Any, name: str) -> Iterator[Any]:
    """Yield rows or cells of a table within a cell, through what is put around them; deleted ones are not seen."""
    for child in children(element):
        found = local(child)
        if found == name:
            if not is_deleted(child):
                yield child
        elif found == "sdt":
            for content in child.findall(f"{W}sdtContent"):
                yield from _inner(content, name)
        elif found in BODY_WRAPPERS:
            yield from _inner(child, name)


def is_deleted(element: Any) -> bool:
    """Tell a row or a cell that a tracked change takes out, or a row that is hidden."""
    row, cell = element.find(f"{W}trPr"), element.find(f"{W}tcPr")
    if row is not None:
        hidden = row.find(f"{W}hidden")
        visible = hidden is None or hidden.get(f"{W}val") in ("0", "false", "off")
        return row.find(f"{W}del") is not None or not visible
    return cell is not None and cell.find(f"{W}cellDel") is not None


def _mark_is_deleted(properties: Any | None) -> bool:
    mark = properties.find(f"{W}rPr") if properties is not None else None
    return mark is not None and any(mark.find(f"{W}{name}") is not None for name in ("del", "moveFrom"))
