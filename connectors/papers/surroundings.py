"""What the cells around a table say of all its rows: area, who reports, day of the sheet, time of looking.

Where several places name a time, a labelled cell goes before the title, the title before the name of the page, that
before the name of the file; 截至 goes before a span, and a span means its last day.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import PurePath

import msgspec

from connectors.papers.labels import Labelled, labelled
from connectors.papers.paper import Context, Doubt, Platform, Reason, Row, Source, Span, Stated
from connectors.papers.paper_time import PaperTime
from connectors.papers.platform_words import OTHER, exact_platform
from connectors.papers.time_words import day_in_file_name, quarter_in, times_in, year_in
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import column_letters
from connectors.sheets.cells import Cell, shown
from connectors.sheets.persons import holds_personal_data
from events.folding import fold

_BRACKETED = re.compile(r"[(（]([^()（）]+)[)）]")
_CLAUSES = re.compile("[，,；;。]")
_UNTIL = "截至"
_BARE_MARK = re.compile(r"[“”\"'‘’]")


class Around(msgspec.Struct, frozen=True):
    """What stands around a table."""

    above: list[tuple[str, str]]  # place and text of the cells over the header
    labels: list[Labelled]
    signatures: list[tuple[str, str]]
    notes: list[str]
    noted: list[Labelled]  # labels in the notes
    page_title: str
    file_name: str


def gather(
    rows: Iterable[Row],
    by_row: Mapping[int, Mapping[int, Cell]],
    page_title: str,
    file_name: str,
    words: Vocabulary,
) -> Around:
    """Collect the cells over the header, and the signatures and notes under the table."""
    above: list[tuple[str, str]] = []
    labels: list[Labelled] = []
    signatures: list[tuple[str, str]] = []
    notes: list[str] = []
    noted: list[Labelled] = []
    for row in rows:
        cells = by_row.get(row.number)
        if cells is None:
            continue
        if row.sort in ("above", "signature"):
            labels.extend(labelled(row.number, cells, words))
            texts = [(f"{column_letters(c)}{row.number}", shown(cell)) for c, cell in sorted(cells.items())]
            (above if row.sort == "above" else signatures).extend(texts)
        elif row.sort == "note":
            notes.extend(shown(cell) for cell in cells.values())
            noted.extend(labelled(row.number, cells, words))
    return Around(above, labels, signatures, notes, noted, page_title, PurePath(file_name).stem)


def read_context(around: Around, received: date, words: Vocabulary) -> tuple[Context, list[Doubt]]:
    """Read what is said of all rows; where two places name different days of looking, that is a question."""
    year = _year(around)
    latest = received if year is None else min(date(year, 12, 31), max(received, date(year, 1, 1)))
    in_full = date(year, 12, 31) if year is not None else received
    spans = _spans(around, in_full, latest)
    times = list(_times(around, in_full))
    looked_at = times[0] if times else None
    sheet_date = _sheet_date(around, in_full)
    context = Context(
        title=next((text for _, text in around.above if not words.attachment_form.fullmatch(text)), ""),
        area=_area(around, words),
        platform=_page_platform(around, words),
        reported_by=reporter(around.labels),
        checked_by=_first_label(around.labels, "checked_by"),
        sheet_date=sheet_date,
        looked_at=looked_at or _end_of(spans) or _time_in_notes(around, in_full),
        span=spans[0][1] if spans else None,
        year=year,
        quarter=next(filter(None, (quarter_in(text) for _, text in around.above)), ""),
        marks=_marks(around.notes, words),
    )
    days = {stated.value.day for stated in times if isinstance(stated.value, PaperTime)}
    if len(days) < 2:
        return context, []
    answers = tuple(dict.fromkeys(str(stated.value) for stated in times))
    return context, [Doubt(Reason("time_conflicts"), field="looked_at", answers=answers)]


def platforms_named(
    titles: Iterable[str], labels: Iterable[Labelled], page_title: str, words: Vocabulary
) -> list[tuple[Stated, Platform]]:
    """Give the platforms that a page names for all its accounts: labelled cells, brackets in titles, its own name."""
    places: list[tuple[Source, str, str]] = [
        *(("label", label.text, label.place) for label in labels if label.kind == "platform"),
        *(("title", bracket[1], "") for text in titles for bracket in _BRACKETED.finditer(text)),
        ("page_name", page_title.strip(), ""),
    ]
    return [
        (Stated(text, source, place), platform)
        for source, text, place in places
        if (platform := exact_platform(text, words)) is not None and platform.name != OTHER
    ]


def _page_platform(around: Around, words: Vocabulary) -> Stated | None:
    """Read the platform of all accounts of a page, None where two places name different ones: it is asked then."""
    titles = [text for _, text in around.above]
    found = platforms_named(titles, around.labels, around.page_title, words)
    return found[0][0] if len({platform.family for _, platform in found}) == 1 else None


def time_in_file_name(around: Around, received: date) -> Stated | None:
    """Read the time of looking from the name of the file, where nothing else gives one."""
    day = day_in_file_name(around.file_name, received)
    return None if day is None else Stated(day, "file_name", "")


def _year(around: Around) -> int | None:
    texts = chain((label.text for label in around.labels), (text for _, text in around.above))
    found = [year for text in texts if (year := year_in(text)) is not None]
    return max(found, default=None)


def reporter(labels: Sequence[Labelled]) -> Stated | None:
    """Return who reports by a page, or else who looked."""
    return _first_label(labels, "reported_by") or _first_label(labels, "checked_by")


def _first_label(labels: Sequence[Labelled], kind: str) -> Stated | None:
    label = next((label for label in labels if label.kind == kind), None)
    unsaid = label is None or holds_personal_data(label.text)
    return None if label is None or unsaid else Stated(label.text, "label", label.place)


def _times(around: Around, latest: date) -> Iterable[Stated]:
    """Give the times of looking by the rank of their places; 截至 before the other labels."""
    labels = [label for label in around.labels if label.kind == "looked_at"]
    for label in sorted(labels, key=lambda label: label.label != _UNTIL):
        for found in times_in(label.text, latest):
            if found.time is not None:
                yield Stated(found.time, "label" if label.leads else "title", label.place)
    if labels:
        return
    label_places = {label.place for label in around.labels}
    texts: list[tuple[Source, str, str]] = [
        ("title", place, text) for place, text in around.above if place not in label_places
    ]
    texts.append(("page_name", "", around.page_title))
    for source, place, text in texts:
        for found in times_in(text, latest):
            if found.time is not None:
                yield Stated(found.time, source, place)


def _time_in_notes(around: Around, latest: date) -> Stated | None:
    """Read the time of looking from a note, 以上情况截至9月30日, which counts where nothing above names one."""
    for label in around.noted:
        if label.kind == "looked_at":
            for found in times_in(label.text, latest):
                if found.time is not None:
                    return Stated(found.time, "label", label.place)
    return None


def _spans(around: Around, in_full: date, latest: date) -> list[tuple[Source, Span]]:
    texts: list[tuple[Source, str, str]] = [
        ("label", label.place, label.text) for label in around.labels if label.kind in ("span", "looked_at")
    ]
    texts += [("title", place, text) for place, text in around.above]
    texts.append(("page_name", "", around.page_title))
    return [
        (source, Span(*found.span, place))
        for source, place, text in texts
        for found in times_in(text, latest if source == "page_name" else in_full)
        if found.span is not None
    ]


def _end_of(spans: list[tuple[Source, Span]]) -> Stated | None:
    if not spans:
        return None
    source, span = spans[0]
    return Stated(PaperTime("day", span.last), source, span.place)


def _sheet_date(around: Around, latest: date) -> Stated | None:
    """Read the day of the sheet: a labelled cell, the line of signatures, a day in the title."""
    places: list[tuple[Source, str, str]] = [
        ("label", label.place, label.text) for label in around.labels if label.kind == "sheet_date"
    ]
    places += [("signature", place, text) for place, text in around.signatures]
    places += [("title", place, text) for place, text in around.above]
    for source, place, text in places:
        for found in times_in(text, latest):
            if found.time is not None:
                return Stated(msgspec.structs.replace(found.time, precision="day", clock=None), source, place)
    return None


def _area(around: Around, words: Vocabulary) -> Stated | None:
    """Read the area: a bracket in the title, the name of the page, who reports, the begin of the title."""
    for place, text in around.above:
        for bracket in _BRACKETED.finditer(text):
            area = _whole_area(bracket[1], words)
            if area:
                return Stated(area, "title", place)
    area = _whole_area(_BRACKETED.sub("", around.page_title), words)
    if area:
        return Stated(area, "page_name", "")
    begins: Sequence[tuple[Source, str, str]] = [
        *(("label", label.place, label.text) for label in around.labels if label.kind == "reported_by"),
        *(("title", place, text) for place, text in around.above),
    ]
    for source, place, text in begins:
        area = leading_area(text, words)
        if area:
            return Stated(area, source, place)
    return None


def _whole_area(text: str, words: Vocabulary) -> str:
    known = words.areas.get(fold(text))
    if known:
        return known
    plain = text.strip()
    is_area = words.area_form.fullmatch(plain) and not plain.endswith(words.words.context.not_areas)
    return plain if is_area else ""


def leading_area(text: str, words: Vocabulary) -> str:
    """Return the area that a name of a unit or a title begins with, without its city."""
    city = words.city_form.match(text)
    for start in ([city.end()] if city else []) + [0]:
        found = words.area_form.match(text, start)
        if found and not found[0].endswith(words.words.context.not_areas):
            return found[0]
    return ""


def _marks(notes: Iterable[str], words: Vocabulary) -> dict[str, str]:
    """Read what the notes say of ticks and crosses: 符合要求的打“√”，存在问题的打“×”."""
    meanings = sorted(
        (
            (word, meaning)
            for meaning, several in words.words.values.mark_meanings.items()
            for word in several
        ),
        key=lambda pair: -len(pair[0]),
    )
    found: dict[str, str] = {}
    for clause in (clause for note in notes for clause in _CLAUSES.split(note)):
        plain = _BARE_MARK.sub("", clause)
        meaning = next((meaning for word, meaning in meanings if word in plain), None)
        mark = next((kind for mark, kind in words.marks.items() if mark in fold(plain)), None)
        if meaning is not None and mark is not None:
            found.setdefault(mark, meaning)
    return found
