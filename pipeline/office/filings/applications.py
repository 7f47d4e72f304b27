"""Forms of what nobody has done yet become applications, each of them once."""

from collections.abc import Mapping, Sequence

from connectors.forms.form import FilingForm
from events.base import Payload
from events.codec import Event
from events.filing import FilingApplied
from events.moments import Moment
from events.text_fields import says_the_same
from pipeline.office.filings.desk import application_event
from pipeline.office.filings.opinions import form_opinion, opinion_events
from projections.registry.filing_case import CaseState, FilingCase


def application_events(
    form: FilingForm, people: Mapping[str, str], applied: Moment, cases: Sequence[FilingCase]
) -> list[Event[Payload]]:
    """Return an application and its opinions; the same form once more belongs to the case that it opened."""
    application = _application(form, people, applied)
    case = next((c for c in cases if _applies_again(form, application, c)), None)
    if case is not None:
        return opinion_events(form, case.account_id, case.id, case)
    return [application, *opinion_events(form, application.subject, application.id, None)]


def _applies_again(form: FilingForm, application: Event[FilingApplied], case: FilingCase) -> bool:
    """Tell the form of a case that is open; of one that was refused or filed, by the opinion of the office on it."""
    known = form_opinion(case.office_opinion)
    same_paper = form.office_opinion is not None and says_the_same(form.office_opinion, known)
    if case.state not in (CaseState.APPLIED, CaseState.APPROVED) and not same_paper:
        return False
    data = application.data
    changes = {"description": data.description, "link": data.link, "section": data.section}
    content = (application.subject, data.kind, data.name, data.owner, data.reason, changes, data.people)
    before = (
        *(case.account_id, case.kind, case.name, case.owner),
        *(case.reason, case.applied_for, case.people),
    )
    return says_the_same(content, before)


def _application(form: FilingForm, people: Mapping[str, str], applied: Moment) -> Event[FilingApplied]:
    data = FilingApplied(
        name=form.name,
        platform=form.platform,
        owner=form.owner,
        kind=form.kind,
        description=form.description,
        link=form.link,
        section=form.section,
        reason=form.reason,
        people=dict(people),
        date_only=applied.date_only,
    )
    return application_event(data, form.given_id or None, applied.at)
