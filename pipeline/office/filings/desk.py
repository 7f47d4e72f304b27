"""The filing desk: applications, opinions, filings and forwardings as a person enters them, and the cases they make."""

from datetime import datetime

from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.days import chinese_day
from events.filing import FilingApplied, FilingForwarded, FilingOpinionGiven, FilingSystem
from events.ids import account_of, derived_native
from events.instants import FAR, local_iso
from events.messages import message
from events.moments import Moment
from events.sources import SHEETS
from pipeline.home.beginnings import named_by
from pipeline.home.claims.knowledge import known_acts
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.new_names import require_fit_account
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import Registry
from pipeline.home.workspace import Workspace
from pipeline.office.filings.acts import Act
from pipeline.office.filings.opinions import opinion_event
from projections.registry.filing_case import FilingCase
from projections.registry.filing_cases import FILING_TYPES, filing_cases


def cases_at(workspace: Workspace, at: datetime, known_at: datetime | None = None) -> list[FilingCase]:
    """Return every case as of T, as known at K (default: now)."""
    return filing_cases(known_acts(workspace.known, FILING_TYPES, known_at or FAR), at)


def find_case(workspace: Workspace, text: str) -> FilingCase:
    """Return the case that a person names by the beginning of its or its application's id; raises `NotFoundError`."""
    cases = cases_at(workspace, FAR)
    return named_by(
        cases,
        text,
        lambda case: (case.id, case.application_id),
        message("filing or application"),
        "xuncha filings list",
    )


def application_event(
    data: FilingApplied, given_id: str | None, applied_at: datetime
) -> Event[FilingApplied]:
    """Return an application; without an id of the platform, one follows from platform, name and owner.

    Raises `UsageError` where a text tells of a person.
    """
    refuse_people({"description": data.description, "section": data.section, "reason": data.reason})
    native = given_id or derived_native(data.platform, data.name, data.owner)
    subject = account_of(native, data.platform)
    if data.kind == "opened":
        require_fit_account(subject, data.name)
    event_id = fact_ids.filing_applied(subject, data.kind, applied_at)
    return Event(event_id, SHEETS, subject, applied_at, data)


def opening_act(case: FilingCase, registry: Registry, effective: Moment, filed: Moment, reason: str) -> Act:
    """Return the opening that was applied for; raises `UsageError` where the case is no such application.

    Raises `ConflictError` where it is filed already.
    """
    if case.application_id is None or case.kind != "opened":
        raise UsageError(
            message("{id} is no application for an opening; `xuncha filings list` shows them", id=case.id)
        )
    if case.filing_id is not None:
        raise ConflictError(
            message(
                "the opening of {name} is filed already, as {filing_id}",
                name=case.name,
                filing_id=case.filing_id,
            )
        )
    known = registry.cards.get(case.account_id)
    fields = {
        "given_id": known.given_id if known else case.account_id.partition(":")[2],
        "name": case.name,
        "platform": case.platform,
        "owner": case.owner,
        **case.applied_for,
    }
    return Act(
        account_id=case.account_id,
        kind="opened",
        effective_at=effective.at,
        effective_date_only=effective.date_only,
        filed_at=filed.at,
        filed_date_only=filed.date_only,
        name=case.name,
        platform=case.platform,
        owner=case.owner,
        fields=fields,
        people=case.people,
        reason=reason or case.reason,
        application=case.application_id,
    )


def desk_opinion(case: FilingCase, opinion: FilingOpinionGiven, given_at: datetime) -> Event[Payload]:
    """Return an opinion on a case; raises `UsageError` where it was given before what it is about, or is signed."""
    began = case.applied_at or case.filed_at
    if began is not None and chinese_day(given_at) < chinese_day(began):
        raise UsageError(
            message(
                "the opinion of {given_at} lies before what it is about ({began})",
                given_at=local_iso(given_at),
                began=local_iso(began),
            )
        )
    refuse_people({f"{opinion.by}_opinion": opinion.opinion})
    known = case.owner_opinion if opinion.by == "owner" else case.office_opinion
    return opinion_event(case.account_id, opinion, given_at, known)


def forward_event(
    case: FilingCase, system: FilingSystem, forwarded_at: datetime, receipt: str, *, date_only: bool = False
) -> Event[Payload]:
    """Return the forwarding of a filing; raises `UsageError` where nothing is filed, or only later."""
    if case.filing_id is None:
        raise UsageError(
            message("{name} is applied for but not filed; file it first: xuncha filings file", name=case.name)
        )
    if case.filed_at is not None and chinese_day(forwarded_at) < chinese_day(case.filed_at):
        raise UsageError(
            message(
                "{forwarded_at} lies before the filing ({filed_at}); correct the time",
                forwarded_at=local_iso(forwarded_at),
                filed_at=local_iso(case.filed_at),
            )
        )
    data = FilingForwarded(filing=case.filing_id, system=system, receipt=receipt, date_only=date_only)
    event_id = fact_ids.filing_forwarded(case.account_id, case.filing_id, system, forwarded_at)
    return Event(event_id, SHEETS, case.account_id, forwarded_at, data)
