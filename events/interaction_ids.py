"""The ids of facts about interaction tests and functions, each by its recipe, like those of `fact_ids.py`."""

from datetime import datetime
from uuid import UUID

from events.ids import fact_id
from events.sources import OFFICE, SHEETS


def interaction_planned(subject: str, channel: str, question_kind: str, ask_by: datetime) -> UUID:
    """Name a plan by where, what and until when is to be asked."""
    return fact_id(OFFICE, subject, f"test-planned:{channel}:{question_kind}:{ask_by.isoformat()}")


def interaction_asked(subject: str, channel: str, question_kind: str, at: datetime) -> UUID:
    """Name a question by where, what and when it was put."""
    return fact_id(SHEETS, subject, f"test-asked:{channel}:{question_kind}:{at.isoformat()}")


def interaction_answered(subject: str, asked: UUID, at: datetime) -> UUID:
    """Name an answer by its question and when it came."""
    return fact_id(SHEETS, subject, f"test-answered:{asked}:{at.isoformat()}")


def interaction_judged(subject: str, about: UUID) -> UUID:
    """Name a judgement by what it is about: it is judged once."""
    return fact_id(OFFICE, subject, f"test-judged:{about}")


def function_broken(source: str, subject: str, function: str, at: datetime) -> UUID:
    """Name a failure by function and time."""
    return fact_id(source, subject, f"function-broken:{function}:{at.isoformat()}")


def function_noticed(subject: str, function: str, starts_at: datetime) -> UUID:
    """Name a notice by what it announces and from when on."""
    return fact_id(SHEETS, subject, f"function-noticed:{function}:{starts_at.isoformat()}")
