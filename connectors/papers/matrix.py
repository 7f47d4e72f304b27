"""Marks under indicators: what √ and × mean is said by the note of the page, and asked where it is not."""

import re
from collections.abc import Mapping, Sequence

from connectors.papers.header_meaning import indicator_of
from connectors.papers.paper import Column, Doubt, Finding, Reason, Severity
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.cells import Cell, shown
from events.folding import fold

_NUMBER = re.compile(r"\d{1,4}")
_SEVERITY: Mapping[str, Severity] = {"red": "red", "yellow": "yellow"}


_MARKS = frozenset({"tick", "cross"})


def read_marks(
    cells: Mapping[int, Cell], columns: Sequence[Column], marks: Mapping[str, str], words: Vocabulary
) -> tuple[list[Finding], list[Doubt]]:
    """Give a finding for each indicator that is marked as a problem.

    A mark that is none of the known ones is a doubt; what ticks and crosses mean is asked once for the page.
    """
    findings: list[Finding] = []
    doubts: list[Doubt] = []
    for column in columns:
        if not column.rule or column.index not in cells:
            continue
        text = fold(shown(cells[column.index]))
        mark = words.marks.get(text) or words.marks.get(text[:1])
        meaning = marks.get(mark or "", "not_applicable" if mark == "slash" else None)
        asked_for_the_page = mark in _MARKS and not _MARKS & marks.keys()
        if meaning is None and not asked_for_the_page and not _means_no_problem(text, words):
            doubts.append(Doubt(Reason("mark_unclear"), column.header, column.letter, text))
        elif meaning == "problem":
            findings.append(_finding(column, text, words))
    return findings, doubts


def explained(columns: Sequence[Column], marks: Mapping[str, str]) -> bool:
    """Tell whether a page says what its ticks or crosses mean; a page without indicators needs not.

    Where it explains but one of them, the other one is a doubt in its row.
    """
    return not any(column.rule for column in columns) or bool(_MARKS & marks.keys())


def _means_no_problem(text: str, words: Vocabulary) -> bool:
    return any(entry.take == "none" and phrase == text for phrase, entry in words.phrases)


def _finding(column: Column, text: str, words: Vocabulary) -> Finding:
    indicator = column.header.rpartition("/")[2]
    entry = indicator_of(indicator, words)
    number = _NUMBER.search(text)
    return Finding(
        words=indicator,
        rule=column.rule,
        rules=entry.rules if entry else (column.rule,),
        take=entry.take if entry else "sure",
        severity=_SEVERITY.get(column.rule.partition("-")[0], ""),
        count=int(number[0]) if number and int(number[0]) > 0 else 1,
    )
