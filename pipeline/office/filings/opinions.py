"""Opinions as facts, whether a form or a command gives them, and back into forms."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from connectors.forms.form import FilingForm, FormOpinion
from connectors.sheets.times import end_of_day
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.days import chinese_day
from events.filing import FilingOpinionGiven
from events.sources import SHEETS
from events.text_fields import says_the_same
from projections.registry.filing_case import FilingCase, Opinion


def form_opinion(opinion: Opinion | None) -> FormOpinion | None:
    """Return what stands in a form; an opinion without words is its decision."""
    return None if opinion is None else _written(opinion.approved, opinion.text, opinion.given_at)


def opinion_event(
    account_id: str, opinion: FilingOpinionGiven, given_at: datetime, known: Opinion | None
) -> Event[Payload]:
    """Return an opinion; the one that its case has, given again with the same words on the same day, is that fact."""
    event_id = fact_ids.filing_opinion_given(
        account_id, opinion.about, opinion.by, given_at, approved=opinion.approved, opinion=opinion.opinion
    )
    written = _written(opinion.approved, opinion.opinion, given_at)
    if known is not None and known.id is not None and says_the_same(written, form_opinion(known)):
        event_id = known.id
    return Event(event_id, SHEETS, account_id, given_at, opinion)


def opinion_events(
    form: FilingForm, subject: str, about: UUID, case: FilingCase | None
) -> list[Event[Payload]]:
    """Return the opinions of a form; what its case tells already is not told again."""
    parties: tuple[tuple[Literal["owner", "office"], FormOpinion | None, Opinion | None], ...] = (
        ("owner", form.owner_opinion, case.owner_opinion if case else None),
        ("office", form.office_opinion, case.office_opinion if case else None),
    )
    events = []
    for by, opinion, known in parties:
        if opinion is None:
            continue
        given_at = end_of_day(opinion.given_on).at
        data = FilingOpinionGiven(
            about=about, by=by, approved=opinion.approved, opinion=opinion.text, date_only=True
        )
        event = opinion_event(subject, data, given_at, known)
        if known is None or event.id != known.id:
            events.append(event)
    return events


def _written(approved: bool, text: str, given_at: datetime) -> FormOpinion:
    return FormOpinion(text or ("同意" if approved else "不同意"), approved, chinese_day(given_at))
