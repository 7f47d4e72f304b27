"""Opinions that stand in filing forms, as facts and back."""

from typing import Literal
from uuid import UUID

from connectors.forms.form import FilingForm, FormOpinion
from connectors.sheets.times import end_of_day
from events.base import Payload
from events.codec import Event
from events.filing import FilingOpinionGiven
from events.ids import fact_id
from pipeline.office.registry_imports import SHEETS, digest_of
from projections.registry.filing_case import FilingCase, Opinion
from projections.registry.filing_deadlines import chinese_day


def form_opinion(opinion: Opinion | None) -> FormOpinion | None:
    if opinion is None:
        return None
    text = opinion.text or ("同意" if opinion.approved else "不同意")
    return FormOpinion(text, opinion.approved, chinese_day(opinion.given_at))


def opinion_events(
    form: FilingForm, subject: str, about: UUID, case: FilingCase | None
) -> list[Event[Payload]]:
    """Return the opinions of a form; what its case tells already is not told again."""
    parties: tuple[tuple[Literal["owner", "office"], FormOpinion | None, Opinion | None], ...] = (
        ("owner", form.owner_opinion, case.owner_opinion if case else None),
        ("office", form.office_opinion, case.office_opinion if case else None),
    )
    return [
        _opinion(subject, about, by, opinion)
        for by, opinion, known in parties
        if opinion is not None and opinion != form_opinion(known)
    ]


def _opinion(
    subject: str, about: UUID, by: Literal["owner", "office"], opinion: FormOpinion
) -> Event[Payload]:
    given_at = end_of_day(opinion.given_on).at
    data = FilingOpinionGiven(
        about=about, by=by, approved=opinion.approved, opinion=opinion.text, date_only=True
    )
    told = {"approved": data.approved, "opinion": data.opinion}
    key = f"opinion:{about}:{by}:{given_at.isoformat()}:{digest_of(told)}"
    return Event(fact_id(SHEETS, subject, key), SHEETS, subject, given_at, data)
