"""Signs of symbol fonts: a character of theirs looks like another one of Unicode."""

_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x78: "⌧", 0x9E: "·", 0x9F: "•",
    0xA1: "○", 0xA4: "⦿", 0xA5: "◎", 0xA7: "■", 0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0x98: "●", 0x99: "○", 0x9A: "○",
    0xA2: "■", 0xA3: "□", 0xA4: "□", 0xA5: "□",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "□", 0x67: "■", 0x6E: "●", 0x72: "✗"}
_SYMBOL = {0xB7: "•", 0xB4: "×", 0xD6: "√"}
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": {},
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
    "marlett": {0x61: "✓"},
}
_PRIVATE = range(0xF000, 0xF100)  # where Word keeps the characters of these fonts


def is_symbol_font(font: str) -> bool:
    """Tell a font whose characters look like other ones."""
    return font.casefold() in _FONTS


def unicode_sign(font: str, code: int) -> str | None:
    """Return the sign that a character of a symbol font looks like, None for one that is not known.

    A character of another font is what it is.
    """
    signs = _FONTS.get(font.casefold())
    if signs is None:
        return None if code in _PRIVATE or code > 0x10FFFF else chr(code)
    plain = code - _PRIVATE.start if code in _PRIVATE else code
    if plain in (0x20, 0xA0):
        return " "
    return signs.get(plain)
