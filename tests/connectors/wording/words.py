"""Words that nobody uses, for tests of the lexicon: forms are put together of characters by chance."""

from pathlib import Path

import msgspec

from connectors.wording.entry import Entry, Lexicon
from connectors.wording.scanner import Hit, Scanner

WRONG = "砼砹砺"
"""An invented wrong form of three characters."""

LONG = "砼砹砺砻砾"


def entry(*wrong: str, match: str = "near", **more: object) -> Entry:
    """Return an entry; of the red line where nothing else is said."""
    told = {"id": "w1", "kind": "typo", "severity": "red", "match": match, "wrong": wrong} | more
    return msgspec.convert(told, Entry)


def hits(text: str, *entries: Entry) -> list[Hit]:
    """Run entries over a text."""
    return Scanner(Lexicon(entries)).scan(text)


def marked(text: str, *entries: Entry) -> list[str]:
    """Return what is marked in a text."""
    return [hit.snippet.partition("⟦")[2].partition("⟧")[0] for hit in hits(text, *entries)]


def write(path: Path, text: str) -> Path:
    """Write a lexicon that its owner alone may read."""
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(text, "utf-8")
    return path
