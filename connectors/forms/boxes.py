"""Choices as boxes, ☑开设 □变更: which of the words are ticked, and on which side of its word a box stands."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

from connectors.sheets.errors import BadValueError
from events.messages import message

Side = Literal["before", "behind"]

TICK = message("tick one with ☑ and leave □ before the others, like ☑开设 □变更")
_TICKED = "☑☒✅✓✔√■●◉⦿◼⬛▣⊠⌧🗸🗹🗵🗷🔘"
_EMPTY = "□☐▢○◯◻◽⬜⚪❏❐❑❒囗"
_CROSSES = "×✕✖✗✘╳❌❎⊗◎"  # in one office a cross chooses, in the next it rejects
_ANNOTATION = re.compile(r"[(\[【〔{][^()\[\]【】〔〕{}]*[)\]】〕}]")
_INSTRUCTION = re.compile("[打划画勾选填]")
_SIGN = rf"[{_TICKED}{_EMPTY}{_CROSSES}]"
_MARK = re.compile(
    rf"[(\[【〔{{] \s* {_SIGN}? \s* [)\]】〕}}] | _* {_SIGN} _* | _{{2,}}"
    r" | 口 (?= \s* (?: 开设|变更|关停|注销|不?同意 ) ) | (?<= 开设|变更|关停|注销|同意 ) 口",
    re.VERBOSE,
)
_ITEM = re.compile(r"[/、,;|\n]+")
_VARIANTS = re.compile("[\ufe0e\ufe0f]")  # how a sign is drawn
_AROUND = " \t\n/、,;|:.。_()[]"


class Option(msgspec.Struct, frozen=True):
    """One word to choose, or several that have no box between them."""

    text: str
    mark: str  # as it stands; empty: no box

    @property
    def ticked(self) -> bool:
        return any(sign in _TICKED for sign in self.mark)


class Boxes(msgspec.Struct, frozen=True):
    """The options of one cell, read with their boxes before and behind; None where that reading leaves a box alone."""

    before: tuple[Option, ...] | None
    behind: tuple[Option, ...] | None
    marks: int
    either: tuple[tuple[Option, ...], tuple[Option, ...]] | None = (
        None  # both readings of a cell that is unclear
    )

    @property
    def side(self) -> Side | None:
        """On which side the boxes stand, None where the cell alone does not tell."""
        if (self.before is None) == (self.behind is None):
            return None
        return "before" if self.behind is None else "behind"

    def ticked(self, side: Side | None) -> list[Option]:
        """Return the ticked options; `side` is what the form tells, for a cell that does not tell itself.

        Raises `BadValueError` where it cannot be told whose box a box is.
        """
        own = self.side or side
        options = self.before if own == "before" else self.behind
        if options is None and own is not None and self.either is not None:
            options = self.either[own == "behind"]
        if options is None:
            raise BadValueError(message("does not tell whether a box stands before or behind its word"), TICK)
        crosses = [option for option in options if any(sign in _CROSSES for sign in option.mark)]
        if crosses:
            raise BadValueError(
                message("holds a cross ({mark}), which may choose or reject", mark=crosses[0].mark), TICK
            )
        return [option for option in options if option.ticked]


def read_boxes(text: str) -> Boxes | None:
    """Read the boxes of a cell, None where it has none; instructions like （请打√） are none."""
    plain = _VARIANTS.sub("", unicodedata.normalize("NFKC", text))
    plain = _ANNOTATION.sub(lambda found: found[0] if _is_mark(found[0]) else " ", plain)
    if _MARK.search(plain) is None:
        return None
    listed = _listed(plain)
    if listed is not None:
        return listed
    marks = [found.group() for found in _MARK.finditer(plain)]
    chunks = [chunk.strip(_AROUND) for chunk in _MARK.split(plain)]
    first, last = chunks[0], chunks[-1]
    before = [Option(chunk, mark) for mark, chunk in zip(marks, chunks[1:], strict=True)]
    behind = [Option(chunk, mark) for mark, chunk in zip(marks, chunks[:-1], strict=True)]
    whole_before, whole_behind = all(chunks[1:]) and not first, all(chunks[:-1]) and not last
    return Boxes(
        tuple(before) if whole_before else None,
        tuple(behind) if whole_behind else None,
        len(marks),
        (tuple(before), tuple(behind)) if all(chunks) else None,
    )


def side_of(cells: Iterable[Boxes]) -> Side | None:
    """Return on which side the boxes of a form stand; raises `BadValueError` where its cells differ."""
    sides = {boxes.side for boxes in cells} - {None}
    if len(sides) > 1:
        raise BadValueError(
            message("has boxes before their words, and another cell of the form behind them"), TICK
        )
    return next(iter(sides), None)


def _listed(text: str) -> Boxes | None:
    """Read options that are kept apart, 开设√/变更/关停: each has one word and at most one box at its edge."""
    items = [item.strip() for item in _ITEM.split(text) if item.strip()]
    if len(items) < 2:
        return None
    options: list[Option] = []
    sides: set[Side] = set()
    marks = 0
    for item in items:
        found = list(_MARK.finditer(item))
        word = _MARK.sub("", item).strip(_AROUND)
        if len(found) > 1 or not word:
            return None
        options.append(Option(word, found[0].group() if found else ""))
        for mark in found:
            marks += 1
            at_start, at_end = mark.start() == 0, mark.end() == len(item)
            if at_start == at_end:
                return None
            sides.add("before" if at_start else "behind")
    if len(sides) != 1:
        return None
    choices = tuple(options)
    return Boxes(choices, None, marks) if "before" in sides else Boxes(None, choices, marks)


def _is_mark(group: str) -> bool:
    """Tell a pair of brackets that holds a sign or nothing from one that holds words, which choose nothing."""
    inner = group[1:-1].strip()
    if _INSTRUCTION.search(inner):
        return False
    return not inner or re.search(_SIGN, inner) is not None
