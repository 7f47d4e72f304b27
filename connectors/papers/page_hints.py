"""What is told of a page and not asked: how columns and cells were read that look otherwise."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from connectors.papers.paper import Column, Reason
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.columns import header_key
from connectors.sheets.merged_cells import Merged
from connectors.sheets.notes import stretches
from connectors.sheets.persons import holds_personal_data

_LONGEST_SHOWN = 60


class Told(msgspec.Struct, frozen=True):
    """What people said of columns: before, of papers of this sender, by header; now by letter and by header."""

    learned: Mapping[str, str]
    letters: frozenset[str]
    headers: frozenset[str]


def of_columns(
    columns: Sequence[Column], dittos: Mapping[int, int], merged: Merged, told: Told, words: Vocabulary
) -> Iterator[Reason]:
    """Tell of headers read as near ones or as was said before, of merges, of 同上, of hidden columns."""
    for column in columns:
        if column.nearest:
            yield Reason("near_header", {"header": column.header, "known": column.nearest})
    yield from _learned(columns, told, words)
    for column in columns:
        if column.index in merged.once and column.use != "ignored":
            row = merged.once[column.index].first_row
            yield Reason("merged_once", {"header": column.header, "row": str(row)})
    for column in columns:
        if column.index in dittos and column.use != "ignored":
            yield Reason("ditto", {"header": column.header, "cells": str(dittos[column.index])})
    for column in columns:
        if column.hidden:
            yield Reason("hidden_column", {"header": column.header})
    yield from _side_by_side(columns)


def _side_by_side(columns: Sequence[Column]) -> Iterator[Reason]:
    platforms = list(dict.fromkeys(column.platform for column in columns if column.platform))
    sides = max((column.side for column in columns), default=0)
    if sides and not platforms:
        yield Reason("side_by_side", {"accounts": str(sides)})
    if platforms:
        yield Reason("platforms_across", {"platforms": "、".join(platforms)})


def of_struck(
    struck: Sequence[tuple[int, int]], rows: Collection[int], filled: Collection[int], header_row: int
) -> Iterator[Reason]:
    """Tell which cells of rows of data hold text that is struck through, and which rows hold nothing else.

    `filled`: all rows in which anything is left.
    """
    places = [f"{column_letters(column)}{row}" for row, column in struck if row in rows]
    if places:
        yield Reason("struck", {"places": ", ".join(places)})
    gone = sorted({row for row, _ in struck if row > header_row and row not in filled})
    if gone:
        yield Reason("struck_rows", {"rows": stretches(gone)})


def of_colours(texts: Iterable[str], words: Vocabulary) -> Iterator[Reason]:
    """Tell of texts by which colours mean something: 标红的已注销. Colours are not read."""
    for text in texts:
        if any(word in text for word in words.words.rows.colours) and not holds_personal_data(text):
            yield Reason("colours", {"cell": text[:_LONGEST_SHOWN]})


def _learned(columns: Sequence[Column], told: Told, words: Vocabulary) -> Iterator[Reason]:
    """Tell which columns are read as somebody said of papers of this sender before."""
    fields = words.words.fields
    for column in columns:
        key = header_key(column.header)
        field = told.learned.get(key, "")
        if (
            field in fields
            and not column.people
            and column.letter not in told.letters
            and key not in told.headers
        ):
            yield Reason("learned_header", {"header": column.header, "known": fields[field].headers[0]})
