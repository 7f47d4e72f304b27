"""Interaction tests (互动测试): asked, answered when and how well, and whether a person has to look.

No document says how many days an answer may take: the days come from the settings, and are an assumption there. What
is overdue or poor is a suggestion; a person confirms or dismisses it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from events.interaction import (
    Channel,
    InteractionAnswered,
    InteractionAsked,
    InteractionJudged,
    InteractionPlanned,
    Quality,
    QuestionKind,
)
from events.known import Known

INTERACTION_TYPES = (
    InteractionPlanned.type,
    InteractionAsked.type,
    InteractionAnswered.type,
    InteractionJudged.type,
)

TestState = Literal["planned", "late", "asked", "answered", "suspected", "confirmed", "dismissed"]
"""`late`: a plan whose day has passed; `suspected`: unanswered for too long, or answered poorly or wrongly."""

_BEST: tuple[Quality, ...] = ("good", "poor", "wrong")


class InteractionTest(msgspec.Struct, frozen=True, kw_only=True):
    """One test, planned or not."""

    id: UUID  # of the question, else of the plan
    subject: str
    channel: Channel
    question_kind: QuestionKind
    state: TestState
    planned_at: datetime | None = None
    ask_by: datetime | None = None
    asked_at: datetime | None = None
    reference: str = ""
    due_at: datetime | None = None  # an answer that comes later is suspected
    answered_at: datetime | None = None
    quality: Quality | None = None
    judged_at: datetime | None = None
    finding: UUID | None = None
    reason: str = ""


def tests_at(known: Iterable[Known], at: datetime, days: int) -> list[InteractionTest]:
    """Return every test as it stands at a moment, by time; an answer may take `days` days of 24 hours.

    What happened after the moment is not seen.
    """
    facts = [k.event for k in known if k.event.time <= at]
    questions = {e.id: e for e in facts if isinstance(e.data, InteractionAsked)}
    asked_of = {e.data.planned for e in questions.values() if e.data.planned is not None}
    answers: dict[UUID, list[tuple[datetime, Quality]]] = {}
    judged: dict[UUID, tuple[datetime, InteractionJudged]] = {}
    plans = {e.id: e for e in facts if isinstance(e.data, InteractionPlanned)}
    for event in facts:
        if isinstance(event.data, InteractionAnswered):
            answers.setdefault(event.data.asked, []).append((event.time, event.data.quality))
        elif isinstance(event.data, InteractionJudged):
            judged.setdefault(event.data.about, (event.time, event.data))
    found = [
        InteractionTest(
            id=plan.id,
            subject=plan.subject,
            channel=plan.data.channel,
            question_kind=plan.data.question_kind,
            state="late" if at > plan.data.ask_by else "planned",
            planned_at=plan.time,
            ask_by=plan.data.ask_by,
        )
        for plan in plans.values()
        if plan.id not in asked_of
    ]
    for question in questions.values():
        plan_of = plans.get(question.data.planned) if question.data.planned is not None else None
        due = question.time + timedelta(days=days)
        came = sorted(answers.get(question.id, ()))
        end = judged.get(question.id)
        found.append(
            InteractionTest(
                id=question.id,
                subject=question.subject,
                channel=question.data.channel,
                question_kind=question.data.question_kind,
                state=_state(came, due, at, end[1] if end else None),
                planned_at=plan_of.time if plan_of else None,
                ask_by=plan_of.data.ask_by if plan_of else None,
                asked_at=question.time,
                reference=question.data.reference,
                due_at=due,
                answered_at=came[0][0] if came else None,
                quality=min((q for _, q in came), key=_BEST.index, default=None),
                judged_at=end[0] if end else None,
                finding=end[1].finding if end else None,
                reason=end[1].reason if end else "",
            )
        )
    return sorted(found, key=lambda test: (test.asked_at or test.planned_at or at, test.id))


def _state(
    came: list[tuple[datetime, Quality]], due: datetime, at: datetime, judged: InteractionJudged | None
) -> TestState:
    if judged is not None:
        return judged.outcome
    if not came:
        return "suspected" if at > due else "asked"
    on_time = came[0][0] <= due
    is_good = any(quality == "good" for _, quality in came)
    return "answered" if on_time and is_good else "suspected"
