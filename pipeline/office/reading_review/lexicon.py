"""The lexicon of a home, examined: how many entries of what sort it has, and never what they say."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from connectors.wording.lexicon_file import read_lexicon
from pipeline.home.folder import Home
from pipeline.home.reading_review import lexicon_path


class LexiconChecked(msgspec.Struct, frozen=True):
    """What a lexicon holds, as numbers."""

    entries: int
    forms: int
    near: int
    red: int
    only_right: int  # entries that name the right form alone
    kinds: Mapping[str, int]


def check_lexicon(home: Home) -> LexiconChecked:
    """Read the lexicon as a look would; raises `UsageError` where settings name none, `LexiconError` for its faults."""
    entries = read_lexicon(lexicon_path(home)).entries
    return LexiconChecked(
        entries=len(entries),
        forms=sum(len(entry.wrong) for entry in entries),
        near=sum(entry.match == "near" for entry in entries),
        red=sum(entry.severity == "red" for entry in entries),
        only_right=sum(not entry.wrong for entry in entries),
        kinds=dict(Counter(entry.kind for entry in entries).most_common()),
    )
