"""Which kind a page is: by the fields that its columns hold, and by the words of its title."""

from collections.abc import Iterable

from connectors.papers.paper import Column, Doubt, Reason
from connectors.papers.vocabulary import KindWords, Vocabulary


def _ranked(present: set[str], texts: list[str], words: Vocabulary) -> list[tuple[str, int]]:
    """Give the kinds whose needs the fields meet with their points, the best first."""
    ranked = [
        (name, _points(kind, present, texts, words))
        for name, kind in words.words.kinds.items()
        if all(present & set(one_of) for one_of in kind.needs)
    ]
    return sorted(ranked, key=lambda pair: -pair[1])


def decide(
    columns: Iterable[Column], titles: Iterable[str], words: Vocabulary, said: Iterable[str] = ()
) -> tuple[str, Doubt | None]:
    """Take the best kind; where another comes near it, the kind is a question. Empty where there is none.

    So it is where nothing but the account and its owner speaks for the best, and the title for another: 问题 over a
    column that nobody knows is no ledger. `said`: fields that the page tells of all its rows.
    """
    present, texts = fields_present(columns) | set(said), list(titles)
    ranked = _ranked(present, texts, words)
    if not ranked:
        return "", None
    best, points = ranked[0]
    near = [kind for kind, other in ranked if points - other < words.numbers.kind_leads_by]
    kinds = words.words.kinds
    titled = [
        name for name, kind in kinds.items() if any(word in text for word in kind.titles for text in texts)
    ]
    if best not in titled and not present & set(kinds[best].telling):
        near += [kind for kind in titled if kind not in near]
    if len(near) == 1:
        return best, None
    return best, Doubt(Reason("kind_unclear"), answers=(*near, "leave_out"))


def fields_present(columns: Iterable[Column]) -> set[str]:
    """Name the fields of the columns, with `people` and `indicators` for what is no single field."""
    present: set[str] = set()
    for column in columns:
        present |= set(column.fields)
        if column.rule:
            present.add("indicators")
        if "people.name" in column.fields:
            present.add("people")
    return present


def _points(kind: KindWords, present: set[str], titles: list[str], words: Vocabulary) -> int:
    weigh = words.numbers.fields_weigh
    in_title = any(word in text for word in kind.titles for text in titles)
    return (
        weigh.telling * len(present & set(kind.telling))
        + weigh.fits * len(present & set(kind.fits))
        + weigh.against * len(present & set(kind.against))
        + weigh.titles * in_title
    )
