"""What documents say, held against what the rows say."""

from collections.abc import Mapping, Sequence

from events.bulletin_content import BulletinContent
from events.days import chinese_moment
from events.figures import NOTHING, AnnexRow, Figure, Figures, Part, Value, account_place, printed
from events.messages import message
from events.printable import printable

Places = Mapping[str, Sequence[str]]
"""Texts by the place that they were marked with: `checked`, `checked_by_tier.0`, `run_id`."""

_NEEDED = ("run_id", "digest", "ruleset", "check_point", "known_at")
"""A bulletin states what its verdicts belong to (design promise 3), and a seed that somebody chose."""

_NEEDED_FIGURES = ("accounts_total", "checked", "passed", "failed", "pass_rate")
"""Figures that a bulletin has to mark: one that marks none could say anything unread."""


def said_of(content: BulletinContent) -> dict[str, str]:
    """Return what a document has to say at each place where it says something."""
    p = content.provenance
    expected = {place: printed(value) for place, _, value in content.figures.by_place()}
    expected |= {"run_id": str(p.run_id), "digest": p.digest, "ruleset": p.ruleset_words}
    expected |= {"check_point": chinese_moment(p.check_point), "known_at": chinese_moment(p.known_at)}
    expected |= {account_place(row.number): row.name for row in content.annex}
    if content.beside_known_at is not None:
        expected["beside_known_at"] = chinese_moment(content.beside_known_at)
    if p.indicators:
        expected["indicators"] = p.indicators
    if p.seed_by_hand is not None:
        expected["seed"] = str(p.seed_by_hand)
    return expected


def compare(
    places: Places, annex: Sequence[AnnexRow], content: BulletinContent, expected: Mapping[str, str]
) -> list[str]:
    """Return where a document says something else than the rows."""
    needed = (*_NEEDED, *(place for place in ("seed", "beside_known_at") if place in expected))
    faults: list[str] = [
        message("does not state {place}; put it back into the template", place=place)
        for place in needed
        if place not in places
    ]
    unnamed = ("not_named",) if content.figures["not_named"].value else ()
    faults.extend(
        message(
            "has no figure {place} that can be read back; write {{{{ {place} }}}} into the template",
            place=place,
        )
        for place in (*_NEEDED_FIGURES, *unnamed)
        if place not in places
    )
    for place, texts in places.items():
        wanted = expected.get(place)
        for text in texts:
            if wanted is None:
                faults.append(message("has a figure {place!r} that this bulletin does not know", place=place))
            elif text != wanted:
                faults.append(
                    message(
                        "{place} is written as {text}, the rows give {wanted}",
                        place=place,
                        text=text,
                        wanted=wanted,
                    )
                )
        if place.startswith(account_place("")) and len(texts) > 1:
            faults.append(
                message(
                    "its text names {wanted} {texts_count} times; an account stands there once, under"
                    " its gravest problem",
                    wanted=wanted,
                    texts_count=len(texts),
                )
            )
    faults.extend(_annex_faults(annex, content.annex))
    return faults


def beside_faults(beside: Mapping[str, Sequence[tuple[str, ...]]], content: BulletinContent) -> list[str]:
    """Return where the annexes beside that of the accounts say something else than the facts."""
    faults: list[str] = []
    for annex in (annex for part in content.beside for annex in part.annexes):
        have = tuple(beside.get(annex.name, ()))
        wanted = tuple(tuple(map(printable, row)) for row in annex.numbered)
        if len(have) != len(wanted):
            faults.append(
                message(
                    "its annex {title} has {have} rows, the facts give {wanted}",
                    title=annex.title,
                    have=len(have),
                    wanted=len(wanted),
                )
            )
        faults.extend(
            message(
                "row {number} of its annex {title} says {have}, the facts give {wanted}",
                number=number,
                title=annex.title,
                have="|".join(ours),
                wanted="|".join(theirs),
            )
            for number, (ours, theirs) in enumerate(zip(have, wanted, strict=False), 1)
            if ours != theirs
        )
    return faults


def figures_read(places: Places, figures: Figures) -> Figures:
    """Return the figures that a document prints; one with parts only where it prints every part."""
    read = []
    for figure in figures.all:
        if figure.parts is None:
            if figure.name in places:
                read.append(Figure(figure.name, value_of(places[figure.name][0])))
            continue
        names = [f"{figure.name}.{i}" for i in range(len(figure.parts))]
        if names and all(name in places for name in names):
            parts = (
                Part(part.key, value_of(places[name][0]))
                for part, name in zip(figure.parts, names, strict=True)
            )
            read.append(Figure(figure.name, parts=tuple(parts)))
    return Figures(tuple(read))


def value_of(text: str) -> Value:
    """Return the value that a document prints."""
    if text == NOTHING:
        return None
    return int(text) if text.isascii() and text.isdecimal() else text


def _annex_faults(annex: Sequence[AnnexRow], wanted: Sequence[AnnexRow]) -> list[str]:
    faults: list[str] = []
    if len(annex) != len(wanted):
        faults.append(
            message(
                "its annex has {annex_count} rows, the rows of the run give {wanted_count}",
                annex_count=len(annex),
                wanted_count=len(wanted),
            )
        )
    for have, want in zip(annex, wanted, strict=False):
        if have != want:
            faults.append(
                message(
                    "annex row {number} says {short}, the rows give {short_2}",
                    number=want.number,
                    short=_short(have),
                    short_2=_short(want),
                )
            )
    return faults


def _short(row: AnnexRow) -> str:
    veto, checked = ("是" if flag else "否" for flag in (row.veto, row.checked))
    return f"{row.unit} {row.name} {row.platform} {row.problem} {veto} {checked}"
