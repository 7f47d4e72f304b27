"""How well the lexicon does: of what it suspects how much is right, and of what is wrong how much it finds.

Precision is what people confirmed of what they judged; a confirmed suggestion whose finding was withdrawn was a false
alarm. Recall is what it found of all findings of a rule that stand. Other findings of the rule may be of texts that
nobody gave it to read, or of no wording at all: recall is at the least what stands here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import msgspec

from projections.wording.suspicions import Suspected


class Precision(msgspec.Struct, frozen=True):
    """What people made of the suggestions of a kind, or of an entry."""

    key: str
    suspected: int
    open: int
    confirmed: int
    dismissed: int  # withdrawn findings among them

    @property
    def share(self) -> float | None:
        """Return the precision, None where nothing was judged."""
        judged = self.confirmed + self.dismissed
        return self.confirmed / judged if judged else None


class Recall(msgspec.Struct, frozen=True):
    """Findings of a rule that stand, by who found them."""

    rule: str
    found: int  # by the lexicon, and confirmed
    missed: int  # by others alone

    @property
    def share(self) -> float | None:
        """Return the recall, None where there is no finding."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None


def precisions(by_key: Mapping[str, Iterable[Suspected]], withdrawn: Collection[UUID]) -> list[Precision]:
    """Return the precision of each key, in its order."""
    found = []
    for key, suggestions in by_key.items():
        counts = Counter(_judged(one, withdrawn) for one in suggestions)
        found.append(Precision(key, counts.total(), counts["open"], counts["confirmed"], counts["dismissed"]))
    return found


def recalls(
    suggestions: Iterable[Suspected], findings: Mapping[UUID, str], rules: Iterable[str]
) -> list[Recall]:
    """Return the recall of each rule; `findings` are those that stand, with the code of their rule."""
    ours = {one.settlement.finding for one in suggestions if one.settlement is not None}
    found = Counter(rule for finding, rule in findings.items() if finding in ours)
    missed = Counter(rule for finding, rule in findings.items() if finding not in ours)
    return [Recall(rule, found[rule], missed[rule]) for rule in rules]


def _judged(one: Suspected, withdrawn: Collection[UUID]) -> str:
    if one.settlement is not None and one.settlement.finding in withdrawn:
        return "dismissed"
    return one.state
