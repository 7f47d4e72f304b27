"""Filing forms become facts, and accounts become filing forms."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from connectors.forms.form import FilingForm
from connectors.people.person import Person, PersonGiven
from connectors.people.roles import Role
from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.kinds.forms import ROLES
from connectors.sheets.rows import AccountRef
from connectors.sheets.times import end_of_day
from events import fact_ids
from events.account import ACCOUNT_TEXTS, AccountChanged
from events.base import Payload
from events.codec import Event
from events.days import chinese_day
from events.fields import marked
from events.filing import FilingKind
from events.ids import account_of, derived_native
from events.messages import message
from events.moments import Moment
from events.sources import SHEETS
from events.text_fields import says_the_same
from pipeline.home.registry import NoSuchAccountError, Registry
from pipeline.office.filings.acts import Act, act_events
from pipeline.office.filings.applications import application_events
from pipeline.office.filings.opinions import form_opinion, opinion_events
from pipeline.office.filings.rows import opened_account
from projections.registry.cards import AccountCard
from projections.registry.filing_case import FilingCase

Filed = Mapping[tuple[str, FilingKind, date], FilingCase]
"""Cases by account, kind and day of effect."""

_TEXTS = tuple(name for name in ACCOUNT_TEXTS if name in FilingForm.__struct_fields__)


class FormRefusedError(Exception):
    """A form whose cells are right but that fits no account; says what to do."""

    def __init__(self, column: str, value: str, problem: str, remedy: str) -> None:
        super().__init__(message("{problem}; {remedy}", problem=problem, remedy=remedy))
        self.cell = CellError(1, column, "", value, problem, remedy)


def form_events(
    path: Path,
    forms: Sequence[FilingForm],
    registry: Registry,
    people: Sequence[Mapping[str, str]],
    filed: Moment,
    cases: Sequence[FilingCase],
) -> list[Event[Payload]]:
    """Return the facts of forms: applications where nothing took effect yet, else acts with filings; and opinions.

    `people` are the person ids of each form by role. A form of what is filed or applied for already tells only what is
    new. Raises `SheetErrors` naming each form that fits no account; then none of them counts.
    """
    filed_cases = {
        (c.account_id, c.kind, chinese_day(c.effective_at)): c for c in cases if c.effective_at is not None
    }
    events: list[Event[Payload]] = []
    errors: list[CellError] = []
    for number, (form, ids) in enumerate(zip(forms, people, strict=True), start=1):
        try:
            if form.effective_on is None:
                events.extend(application_events(form, ids, filed, cases))
            else:
                events.extend(_act_events(form, form.effective_on, registry, ids, filed, filed_cases))
        except FormRefusedError as e:
            errors.append(msgspec.structs.replace(e.cell, row=number))
        except NoSuchAccountError as e:
            problem, remedy = marked(e), message("correct 账号ID or 账号名称, or import the account")
            errors.append(CellError(number, "账号名称", "", form.name, problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))
    return events


def account_form(card: AccountCard, case: FilingCase | None, people: Mapping[str, Person]) -> FilingForm:
    """Return the form of an account as the registry knows it, with its newest filing where there is one."""
    ids = {**card.people, **(case.people if case else {})}
    found = {role: people[ids[role]] for role in ROLES if ids.get(role) in people}
    opened = chinese_day(card.opened_at) if card.opened_at else None
    return FilingForm(
        kind=case.kind if case else "opened",
        name=card.name,
        platform=card.platform,
        owner=card.owner,
        given_id=card.given_id,
        description=card.description,
        link=card.link,
        section=card.section,
        reason=case.reason if case else "",
        effective_on=chinese_day(case.effective_at) if case and case.effective_at else opened,
        people={Role(r): PersonGiven(p.name, p.post, p.phone) for r, p in found.items()},
        owner_opinion=form_opinion(case.owner_opinion) if case else None,
        office_opinion=form_opinion(case.office_opinion) if case else None,
    )


def _act_events(
    form: FilingForm,
    effective_on: date,
    registry: Registry,
    people: Mapping[str, str],
    filed: Moment,
    cases: Filed,
) -> list[Event[Payload]]:
    subject = _subject(form, registry)
    known = registry.cards.get(subject)
    news = _news(form, known, people)
    case = cases.get((subject, form.kind, effective_on))
    if case is None and form.kind == "changed" and not news:
        raise FormRefusedError(
            "报备类别",
            "变更",
            message("is a change, but the form says what the registry says"),
            message("fill in what is new"),
        )
    if case is None or (form.kind == "changed" and news):
        events = act_events(_act(form, effective_on, subject, known, people, filed), known)
        return events + opinion_events(form, subject, events[-1].id, None)
    events = _supplements(subject, effective_on, filed, news) if form.kind == "opened" else []
    return events + opinion_events(form, subject, case.id, case)


def _subject(form: FilingForm, registry: Registry) -> str:
    """Return the account of a form; raises `NoSuchAccountError` where it fits none, or several."""
    ref = AccountRef(form.given_id or None, form.name, form.platform, form.owner)
    if form.kind != "opened":
        return registry.resolve(ref)
    native = form.given_id or derived_native(form.platform, form.name, form.owner)
    return opened_account(ref, registry) or account_of(native, form.platform)


def _news(form: FilingForm, known: AccountCard | None, people: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form tells that the registry doesn't; a blank cell tells nothing."""
    before = known.people if known else {}
    texts = {name: text for name in _TEXTS if (text := getattr(form, name))}
    news: dict[str, Any] = {
        name: text
        for name, text in texts.items()
        if known is None or not says_the_same(text, getattr(known, name))
    }
    if any(before.get(role) != person for role, person in people.items()):
        news["people"] = {**before, **people}
    return news


def _supplements(
    subject: str, effective_on: date, filed: Moment, news: Mapping[str, Any]
) -> list[Event[Payload]]:
    """Return what a form adds to an opening that is filed already: a record of the same id would be passed over.

    What it tells of the account holds since the opening; its people are responsible from the day of the filing on.
    """
    opened_at = end_of_day(effective_on).at
    texts = {name: value for name, value in news.items() if name in _TEXTS}
    people = {name: value for name, value in news.items() if name not in _TEXTS}
    return [
        Event(
            fact_ids.account_changed(subject, at, changes),
            SHEETS,
            subject,
            at,
            msgspec.structs.replace(AccountChanged(filed_at=filed.at), **changes),
        )
        for at, changes in ((opened_at, texts), (max(opened_at, filed.at), people))
        if changes
    ]


def _act(
    form: FilingForm,
    effective_on: date,
    subject: str,
    known: AccountCard | None,
    people: Mapping[str, str],
    filed: Moment,
) -> Act:
    fields: dict[str, str] = {}
    if form.kind == "opened":
        given_id = known.given_id if known else form.given_id or subject.partition(":")[2]
        fields = {"given_id": given_id, **{name: getattr(form, name) for name in _TEXTS}}
    elif form.kind == "changed":
        fields = {name: text for name, text in _news(form, known, {}).items() if name in _TEXTS}
    before = known or form
    return Act(
        account_id=subject,
        kind=form.kind,
        effective_at=end_of_day(effective_on).at,
        effective_date_only=True,
        filed_at=filed.at,
        filed_date_only=filed.date_only,
        name=before.name,
        platform=before.platform,
        owner=before.owner,
        fields=fields,
        people=people,
        reason=form.reason,
    )
