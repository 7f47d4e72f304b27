"""Policy interpretation: which document was explained in which forms at a moment, and how many are missing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from events.days import day_that_holds
from events.interpretation import DocumentPublished, InterpretationForm, InterpretationPublished
from events.known import Known

INTERPRETATION_TYPES = (DocumentPublished.type, InterpretationPublished.type)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form of interpretation, and what people call it."""

    code: InterpretationForm
    title: str


class InterpretationRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In how many of which forms each normative document has to be interpreted."""

    needed: int
    many: int  # forms of each document from which on a unit is praised
    forms: tuple[Form, ...]  # in the order in which they are named
    documents: tuple[str, ...]
    assumptions: tuple[str, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it stands at a check point."""

    subject: str
    told: DocumentPublished
    interpretations: tuple[InterpretationPublished, ...]  # published by then, by day

    @property
    def forms(self) -> frozenset[InterpretationForm]:
        """Return the forms that it has; two interpretations in one form are one."""
        return frozenset(one.form for one in self.interpretations)

    def missing(self, rule: InterpretationRule) -> int:
        """Return how many forms are missing; a document that is not normative needs none."""
        return max(0, rule.needed - len(self.forms)) if self.told.normative else 0

    def problem(self, rule: InterpretationRule) -> str:
        """Return what the annex says of it, empty where nothing is missing.

        Forms that it has are not named (湘潭 2022Q3, annex 2: 缺访谈、图解、音频、H5等其中1种形式的政策解读).
        """
        count = self.missing(rule)
        if not count:
            return ""
        open_ = "、".join(form.title for form in rule.forms if form.code not in self.forms)
        return f"缺{open_}等其中{count}种形式的政策解读"


def documents_at(known: Iterable[Known], check_point: datetime) -> list[Document]:
    """Return the documents published by a check point, each with the interpretations published by then, by day.

    A day counts as a whole: what was published on the day of the check point was published by then.
    """
    last = day_that_holds(check_point)
    documents: dict[str, DocumentPublished] = {}
    found: dict[str, list[InterpretationPublished]] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, DocumentPublished) and data.published_on <= last:
            documents.setdefault(k.event.subject, data)
        elif isinstance(data, InterpretationPublished) and data.published_on <= last:
            found.setdefault(k.event.subject, []).append(data)
    made = [
        Document(
            subject=subject,
            told=published,
            interpretations=tuple(sorted(found.get(subject, ()), key=lambda d: (d.published_on, d.form))),
        )
        for subject, published in documents.items()
    ]
    return sorted(made, key=lambda d: (d.told.published_on, d.subject))


def short_of(documents: Sequence[Document], rule: InterpretationRule) -> list[Document]:
    """Return the documents that need more forms than they have, in the order of units and then of days."""
    first: dict[str, int] = {}
    for i, document in enumerate(documents):
        first.setdefault(document.told.unit, i)
    short = [d for d in documents if d.missing(rule)]
    return sorted(short, key=lambda d: first[d.told.unit])


def praised_units(documents: Iterable[Document], rule: InterpretationRule) -> list[str]:
    """Return the units whose normative documents all have many forms, in the order of their documents."""
    fewest: dict[str, int] = {}
    for d in documents:
        if d.told.normative:
            fewest[d.told.unit] = min(fewest.get(d.told.unit, len(rule.forms)), len(d.forms))
    return [unit for unit, forms in fewest.items() if forms >= rule.many]
