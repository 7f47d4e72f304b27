"""Questions of a plan: made once each, with the answer that was given now or before for the same cell."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.papers.paper import Reason
from events.folding import fold
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.typed_numbers import typed_number
from pipeline.office.intake.plan import Address, Question

CLOSED = frozenset(
    {
        "severity",
        "severity_unknown",
        "finding_unknown",
        "silence_told",
        "several_problems",
        "not_an_app",
        "outcome_unclear",
        "status_unclear",
        "closed_without_day",
        "closed_by_remark",
        "closed_without_state",
        "days_differ",
        "days_alone",
        "two_names",
        "merged_for_each",
        "account_as_above",
        "answer_unclear",
        "answer_in_work",
        "answer_objects",
        "task_unclear",
        "unit_near",
        "unit_kind_unclear",
        "unit_kind_unsaid",
        "interpreted_day_unsaid",
    }
)
"""Reasons of which every answer is offered: an account, a platform or a time may be told in other words."""


def question_id(digest: str, at: Address, code: str, field: str, about: str = "") -> str:
    """Return the id of a question: the same place of the same file asks the same."""
    place = f"{at.row}.{at.part}" if at.part else str(at.row)
    key = (digest, at.page, place, code, field, about)
    return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:10]


class Asker:
    """Collects the questions of one plan.

    `given` are answers by id of the question, `remembered` answers by field and folded cell.
    """

    def __init__(
        self, digests: Sequence[str], given: Mapping[str, str], remembered: Mapping[tuple[str, str], str]
    ) -> None:
        self._digests = digests
        self._given = given
        self._remembered = remembered
        self._made: dict[str, Question] = {}

    def ask(
        self,
        at: Address,
        why: Reason,
        *,
        field: str = "",
        cell: str = "",
        answers: tuple[str, ...] = (),
        default: str | None = None,
        about: str = "",
    ) -> Question:
        """Ask, or return the question that was asked of this place before.

        `about` tells questions of one place, code and field apart. A question about a page (row 0) is asked once for
        all of its rows. Raises `UsageError` for an answer that is none of those offered, where no other can be meant.
        """
        asked = question_id(self._digests[at.file], at, why.code, field, about)
        if asked in self._made:
            return self._made[asked]
        answer, remembered = _answer_meant(asked, why.code, self._given.get(asked), answers), False
        if answer is None and cell and (known := self._remembered.get((field, fold(cell)))) is not None:
            answer = known if known in answers else None
            remembered = answer is not None
        question = Question(asked, at, why, field, cell, answers, default, answer, remembered)
        self._made[asked] = question
        return question

    def waits(self, question: Question, row: int) -> None:
        """Note that a row waits for a question about its page."""
        made = self._made[question.id]
        if row not in made.rows:
            self._made[question.id] = msgspec.structs.replace(made, rows=(*made.rows, row))

    def is_open(self, ids: Iterable[str]) -> bool:
        """Tell whether one of these questions has no answer; a default is none."""
        return any(self._made[asked].answer is None for asked in ids)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return all questions in the order in which they were asked."""
        return tuple(self._made.values())


def _answer_meant(question: str, code: str, given: str | None, answers: tuple[str, ...]) -> str | None:
    """Return an answer as it was offered: a number means the one that stands under it."""
    if given is None or given in answers:
        return given
    if number := typed_number(given, len(answers)):
        return answers[number - 1]
    if code in CLOSED:
        raise UsageError(
            message(
                "question {question} offers no answer {told!r}: write a number from 1 to"
                " {answers_count}, or one of {answers}",
                question=question,
                told=given,
                answers_count=len(answers),
                answers=joined(", ", answers),
            )
        )
    return given
