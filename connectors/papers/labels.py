"""Labels in the cells around a table and what stands behind them: 填报单位：某局    填报日期：2026年6月30日."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Cell, shown

_MARK = r"\s*(?:[(（][^()（）]*[)）])?\s*[:：]\s*"
_OF_UNITS = frozenset({"reported_by", "checked_by"})
_GAP = re.compile(r"\s{2,}")  # 填报单位：某局　　　联系方式：… where the next label is none that is known
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_SEAL = re.compile(r"^\s*[(（](?:加盖公章|公章|签章|盖章|章)[)）]")  # 单位：（盖章）某局
_SHORTEST = 2  # 单位：个 names no unit
_ENDS = " \u3000，,；;。）)]】（("


class Labelled(msgspec.Struct, frozen=True):
    """A label and the text behind it, with its cell."""

    kind: str  # a list of words of the vocabulary: reported_by, sheet_date, …
    label: str
    text: str
    place: str  # A2
    leads: bool  # the cell begins with the label


def labelled(row: int, cells: Mapping[int, Cell], words: Vocabulary) -> Iterator[Labelled]:
    """Give every label of a row; one without a text takes the next cell on its right."""
    texts = {column: shown(cells[column]) for column in sorted(cells)}
    pattern = _pattern(words)
    for column, text in texts.items():
        found = list(pattern.finditer(text))
        for place, label in enumerate(found):
            end = found[place + 1].start() if place + 1 < len(found) else len(text)
            value = _SEAL.sub("", text[label.end() : end]).strip(_ENDS)
            if not value:
                value = next((other for after, other in texts.items() if after > column), "")
                value = "" if pattern.match(value) else value
            word = label["word"] or label["bare"]
            kind = _kinds(words).get(word, "")
            if kind in _OF_UNITS:
                value = _GAP.split(value)[0].strip(_ENDS)
            if len(value) >= _SHORTEST and kind:
                leads = text[: label.start()].strip(" (（") == ""
                yield Labelled(kind, word, value, f"{column_letters(column)}{row}", leads)


def context_kind(label: str, words: Vocabulary) -> str:
    """Return what a label without its colon tells of a page, as in a form; empty where it tells nothing of it."""
    return _kinds(words).get(_BRACKET.sub("", label).rstrip(":： "), "")


@lru_cache(maxsize=4)
def _kinds(words: Vocabulary) -> dict[str, str]:
    context = words.words.context
    lists = {
        "reported_by": context.reported_by,
        "checked_by": context.checked_by,
        "sheet_date": context.sheet_date,
        "looked_at": context.looked_at,
        "span": context.span,
        "platform": context.platform,
    }
    return {word: kind for kind, several in lists.items() for word in several}


@lru_cache(maxsize=4)
def _pattern(words: Vocabulary) -> re.Pattern[str]:
    """Find a label with its colon, or 截至, which needs none, before a date."""
    known = sorted({*_kinds(words), *words.words.context.others}, key=len, reverse=True)
    return re.compile(
        rf"(?P<word>{'|'.join(map(re.escape, known))}){_MARK}|(?P<bare>截至)(?=\s*(?:\d|[〇零一二三四五六七八九十]))"
    )
