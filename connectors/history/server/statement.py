"""What can be told from the text of a statement without running it."""

import re

import msgspec

# strings, quoted identifiers, comments, words and single other characters: all that may hide the word FORMAT
_TOKEN = re.compile(
    rb"""(?P<skip>\s+|--[^\n]*|\#[!\s][^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")"""
    rb"""|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<other>.)""",
    re.DOTALL,
)
_FORMAT_NAME = re.compile(rb"(?:\s|/\*.*?\*/|--[^\n]*\n)+([A-Za-z][A-Za-z0-9]*)[ \t\f]*;?\r?\n?", re.DOTALL)
_OUTPUT_FORMAT = re.compile(rb"\bFORMAT\s+([A-Za-z][A-Za-z0-9]*)\s*(?:SETTINGS\b[^']*)?;?\s*$", re.IGNORECASE)
_SESSION_STATEMENT = re.compile(
    rb"^(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:SET|USE|BEGIN|COMMIT|ROLLBACK|CREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAIL_BYTES = 4096


class InsertHead(msgspec.Struct, frozen=True):
    """The part of an INSERT before its data: `INSERT INTO t (a, b) SETTINGS …`, without the FORMAT clause."""

    sql: bytes
    format: str
    data_at: int  # where the data begins in the text that was split


def insert_head(text: bytes) -> InsertHead | None:
    """Find the end of `INSERT … FORMAT Name`; None for whatever else, INSERT … SELECT and VALUES included.

    Data follow the format's name after blanks and at most one line break, as in ClickHouse: bytes of a binary
    format may themselves look like blanks.
    """
    depth, at, words = 0, 0, 0
    while (token := _TOKEN.match(text, at)) is not None:
        start, at = at, token.end()
        word = (token["word"] or b"").upper()
        if word:
            words += 1
            if words == 1 and word != b"INSERT":
                return None
        if token["other"]:
            depth += {b"(": 1, b")": -1}.get(token["other"], 0)
        if depth or not word:
            continue
        if word in {b"SELECT", b"WITH", b"VALUES", b"INFILE"}:
            return None
        if word == b"FORMAT" and (name := _FORMAT_NAME.match(text, at)) is not None:
            if name[1].upper() == b"VALUES":
                return None
            return InsertHead(text[:start], name[1].decode(), name.end())
    return None


def output_format(sql: bytes, default: str) -> str:
    """Name the format of the answer: that of a trailing FORMAT clause, else the default."""
    found = _OUTPUT_FORMAT.search(sql[-_TAIL_BYTES:])
    return found[1].decode() if found else default


def needs_session(sql: bytes) -> bool:
    """Tell a statement that only changes a session, which this server does not keep."""
    return _SESSION_STATEMENT.match(sql) is not None
