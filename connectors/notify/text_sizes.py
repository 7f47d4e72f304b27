"""Texts within the limits of a vendor, who counts bytes of UTF-8, and never in the middle of a character."""

CUT = "…"


def cut(text: str, limit_bytes: int) -> str:
    """Return a text of at most so many bytes; what was cut ends with a mark."""
    if len(text.encode()) <= limit_bytes:
        return text
    return _head(text, limit_bytes - len(CUT.encode())) + CUT


def split(text: str, limit_bytes: int) -> list[str]:
    """Return a text in parts of at most so many bytes, each numbered; one that fits is a part by itself.

    Parts end with a line where one ends in their second half.
    """
    if len(text.encode()) <= limit_bytes:
        return [text]
    room = limit_bytes - len("（99/99）\n".encode())
    parts = []
    while text:
        head = _head(text, room)
        if len(head) < len(text) and (end := head.rfind("\n")) > len(head) // 2:
            head = head[: end + 1]
        parts.append(head.strip("\n"))
        text = text[len(head) :]
    return [f"（{n}/{len(parts)}）\n{part}" for n, part in enumerate(parts, 1)]


def _head(text: str, limit_bytes: int) -> str:
    """Return as many characters of the beginning as fit."""
    return text.encode()[: max(limit_bytes, 0)].decode("utf-8", "ignore")
