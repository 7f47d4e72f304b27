"""A lexicon over texts: every form at once, in one pass of an Aho-Corasick automaton each for words, parts and sounds.

Exact entries are looked for as they are written. Near ones are looked for in the folded text: the form itself in other
width, other characters (繁/简) or with signs put between; with one character other, missing or too many, which leaves
one half of the form whole; and by its sounds. What is right, or stands in a context in which it is right, is no hit.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import ahocorasick
import msgspec

from connectors.wording.entry import LONGEST, Entry, Lexicon
from connectors.wording.folding import fold, places, sounds

LONGEST_TEXT = 200_000
"""Characters that are read of one text."""

MOST_HITS = 50
"""Entries that are told of one text; a text with more is another matter."""

AROUND = 20
"""Characters of a snippet on either side."""

CONTEXT = 6
"""Folded characters on either side by which a context is known again."""

OPEN, CLOSE = "⟦", "⟧"
_SLIP_FROM = 3  # characters of a form from which one may be another
_GAP_FROM = 4  # from which one may be missing, or too many


class Hit(msgspec.Struct, frozen=True):
    """Where an entry fits a text."""

    entry: Entry
    near: bool
    snippet: str  # the hit between ⟦ and ⟧, and what stands around
    context: str  # folded: what stands around, by which it is known again


class _Part(NamedTuple):
    """A form, or the half of one, at its place in the form."""

    form: str  # folded
    entry: int
    begin: int
    end: int  # of the part in the form
    is_right: bool  # the form is the right one: it is no hit itself


class _Span(NamedTuple):
    begin: int
    end: int


class Scanner:
    """Runs a lexicon over texts; built once, and used by one thread at a time."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.entries = lexicon.entries
        exact: dict[str, list[int]] = defaultdict(list)
        parts: dict[str, list[_Part]] = defaultdict(list)
        by_sound: dict[str, list[_Part]] = defaultdict(list)
        self._around: dict[tuple[str, str], list[_Part]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            if entry.match == "exact":
                for form in entry.wrong:
                    exact[form].append(number)
                continue
            for form, is_right in _near_forms(entry):
                whole = _Part(form, number, 0, len(form), is_right)
                by_sound[sounds(form)].append(whole)
                if not is_right:
                    parts[form].append(whole)
                for part in _halves(whole):
                    parts[form[part.begin : part.end]].append(part)
                if len(form) == _SLIP_FROM:
                    self._around[form[0], form[2]].append(whole)
        self._exact, self._parts, self._sounds = _automaton(exact), _automaton(parts), _automaton(by_sound)
        self._right = frozenset(fold(entry.right) for entry in self.entries if entry.right)

    def scan(self, text: str) -> list[Hit]:
        """Return the entries that fit a text, each once, where it fits first."""
        text = text[:LONGEST_TEXT]
        found: dict[int, tuple[_Span, bool]] = {}
        for number, span, near in (*self._exactly(text), *self._nearly(text)):
            known = found.get(number)
            if known is None or (span, near) < known:
                found[number] = (span, near)
        first = sorted(found.items(), key=lambda one: one[1])[:MOST_HITS]
        return [_hit(self.entries[number], text, span, near=near) for number, (span, near) in first]

    def _exactly(self, text: str) -> Iterator[tuple[int, _Span, bool]]:
        if self._exact is None:
            return
        for last, (form, numbers) in self._exact.iter(text):
            span = _Span(last + 1 - len(form), last + 1)
            for number in numbers:
                entry = self.entries[number]
                if not _lies_in(text, span, (entry.right, *entry.exceptions)):
                    yield number, span, False

    def _nearly(self, text: str) -> Iterator[tuple[int, _Span, bool]]:
        if self._parts is None:
            return
        folded = fold(text)
        where: list[int] = []
        for part, span in (*self._whole_or_slipped(folded), *self._sounding(folded)):
            if folded[span.begin : span.end] in self._right or _lies_in(
                folded, span, self._allowed[part.entry]
            ):
                continue
            where = where or places(text)
            begin, end = where[span.begin], where[span.end - 1] + 1
            yield part.entry, _Span(begin, end), text[begin:end] not in self.entries[part.entry].wrong

    @cached_property
    def _allowed(self) -> Mapping[int, tuple[str, ...]]:
        near = ((n, e) for n, e in enumerate(self.entries) if e.match == "near")
        return {n: tuple(map(fold, filter(None, (e.right, *e.exceptions)))) for n, e in near}

    def _whole_or_slipped(self, folded: str) -> Iterator[tuple[_Part, _Span]]:
        for last, (text, parts) in self._parts.iter(folded):
            begin = last + 1 - len(text)
            for part in parts:
                if len(text) == len(part.form):
                    yield part, _Span(begin, last + 1)
                elif (span := _slipped(folded, part, begin)) is not None:
                    yield part, span
        if self._around:
            yield from self._with_another_between(folded)

    def _with_another_between(self, folded: str) -> Iterator[tuple[_Part, _Span]]:
        """Give forms of three characters of which the middle one is another."""
        pairs = list(zip(folded, folded[2:], strict=False))
        if self._around.keys().isdisjoint(pairs):
            return
        for begin, pair in enumerate(pairs):
            for part in self._around.get(pair, ()):
                if folded[begin + 1] != part.form[1] and folded[begin + 1].isalnum():
                    yield part, _Span(begin, begin + _SLIP_FROM)

    def _sounding(self, folded: str) -> Iterator[tuple[_Part, _Span]]:
        for last, (text, parts) in self._sounds.iter(sounds(folded)):
            span = _Span(last + 1 - len(text), last + 1)
            for part in parts:
                if folded[span.begin : span.end] != part.form:
                    yield part, span


def _near_forms(entry: Entry) -> Iterator[tuple[str, bool]]:
    """Give the folded forms that texts may come near to, and whether it is the right one."""
    if entry.wrong:
        yield from ((form, False) for form in dict.fromkeys(map(fold, entry.wrong)))
    else:
        yield fold(entry.right), True


def _halves(whole: _Part) -> Iterator[_Part]:
    """Give both halves of a form, of which one slip leaves one whole; of three characters the pairs."""
    length = len(whole.form)
    if length < _SLIP_FROM:
        return
    middle = length // 2
    yield whole._replace(end=max(middle, 2))
    yield whole._replace(begin=middle if length > _SLIP_FROM else 1)


def _slipped(folded: str, part: _Part, begin: int) -> _Span | None:
    """Return where a form stands with one character other, missing or too many, one of its halves being here."""
    form = part.form
    if part.begin == 0:
        rest, position, step = form[part.end :], begin + part.end, 1
    else:
        rest, position, step = form[: part.begin][::-1], begin - 1, -1
    for length in (len(rest), len(rest) - 1, len(rest) + 1) if len(form) >= _GAP_FROM else (len(rest),):
        stop = position + step * length
        if min(position, stop) < -1 or max(position, stop) > len(folded) or length < 1:
            continue
        seen = folded[position:stop] if step > 0 else folded[stop + 1 : position + 1][::-1]
        if len(seen) == length and _one_apart(seen, rest):
            return _Span(begin, stop) if step > 0 else _Span(stop + 1, begin + part.end - part.begin)
    return None


def _one_apart(seen: str, rest: str) -> bool:
    """Tell a rest of a form with one slip; where a character is missing or too many, the last ones agree."""
    at = next(
        (i for i, (a, b) in enumerate(zip(seen, rest, strict=False)) if a != b), min(len(seen), len(rest))
    )
    if len(seen) == len(rest):
        return at < len(rest) and seen[at].isalnum() and seen[at + 1 :] == rest[at + 1 :]
    if seen[-1:] != rest[-1:]:
        return False
    if len(seen) > len(rest):
        return seen[at].isalnum() and seen[at + 1 :] == rest[at:]
    return seen[at:] == rest[at + 1 :]


def _lies_in(text: str, span: _Span, longer: Sequence[str]) -> bool:
    """Tell whether a span lies within one of some texts that are right."""
    for right in filter(None, longer):
        begin = text.find(right, max(0, span.end - len(right)), span.begin + len(right))
        if 0 <= begin <= span.begin and begin + len(right) >= span.end:
            return True
    return False


def _hit(entry: Entry, text: str, span: _Span, *, near: bool) -> Hit:
    begin, end = span
    matched = text[begin : min(end, begin + 2 * LONGEST)]
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    marks = str.maketrans(dict.fromkeys((OPEN, CLOSE), "") | {"\n": " ", "\r": " ", "\t": " "})
    snippet = f"{before.translate(marks)}{OPEN}{matched.translate(marks)}{CLOSE}{after.translate(marks)}"
    around = (
        fold(text[max(0, begin - LONGEST) : begin])[-CONTEXT:],
        fold(text[end : end + LONGEST])[:CONTEXT],
    )
    return Hit(entry, near, snippet, f"{around[0]}{OPEN}{fold(matched)}{CLOSE}{around[1]}")


def _automaton(keys: Mapping[str, Any]) -> Any:
    """Return an automaton over keys, each with what it stands for; None where there is none."""
    if not keys:
        return None
    automaton = ahocorasick.Automaton()
    for key, value in keys.items():
        automaton.add_word(key, (key, tuple(value)))
    automaton.make_automaton()
    return automaton
