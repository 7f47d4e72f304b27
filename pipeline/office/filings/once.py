"""What a clerk files or decides is once: filings and opinions are claimed before they are facts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from events.base import Payload
from events.claim import Act, Thing, filing_of, filing_opinion
from events.codec import Event
from events.days import chinese_day
from events.fact_ids import values_digest
from events.fields import field
from events.filing import FilingFiled, FilingOpinionGiven
from events.messages import joined, message
from events.platforms import platform_slug
from pipeline.home.appending import filed_again
from pipeline.home.claims import Wanted, claimed, known_acts
from pipeline.home.errors import ConflictError
from pipeline.home.workspace import Workspace
from projections.registry.cards import AccountCard
from projections.registry.filing_case import FilingCase, Opinion
from projections.registry.filing_cases import FILING_TYPES

_BY_SHEET = message("what was told wrong is corrected by a sheet of filings: xuncha filings import")


def append_once(
    workspace: Workspace,
    events: Sequence[Event[Payload]],
    cases: Sequence[FilingCase],
    cards: Mapping[str, AccountCard],
) -> list[Event[Payload]]:
    """Append filings and opinions under their claims, with what comes along; what is known already is left out.

    Returns what was appended. `cases` and `cards` are what the events were made from. Raises `ConflictError` where
    the same was told before in other words, or is claimed by somebody else; then nothing is appended.
    """
    events = filed_again(workspace.known, events)
    known = {k.event.id for k in known_acts(workspace.known, FILING_TYPES)}
    new = [e for e in events if e.id not in known]
    applications = {e.id: a for e in new if (a := _application(e, cases)) is not None}
    wanted: dict[str, Wanted] = {}
    rests_on: dict[UUID, tuple[Wanted, ...]] = {}
    for event in new:
        rests_on[event.id] = tuple(_wanted(event, cases, cards, applications))
        for one in rests_on[event.id]:
            if one.thing.subject in wanted:
                raise ConflictError(
                    message(
                        "{what} stands twice in what was handed in; leave one of them", what=one.thing.what
                    )
                )
            wanted[one.thing.subject] = one
    if not wanted:
        workspace.log.append(new)
        return new
    with claimed(workspace, *wanted.values()) as hold:
        ids = dict(zip(wanted, hold.ids, strict=True))
        new = [_naming(e, [ids[one.thing.subject] for one in rests_on[e.id]]) for e in new]
        hold.append(new)
    return new


def require_first(
    case: FilingCase, by: Literal["owner", "office"], event: Event[Payload], replaces: str
) -> None:
    """Raise `ConflictError` where the party has given another opinion, unless that is the one to be replaced."""
    opinion = _opinion_of(case, by)
    if (opinion is None and not replaces) or (opinion is not None and opinion.id == event.id):
        return
    if opinion is None or not replaces or not str(opinion.id).startswith(replaces.lower()):
        answer = message("none") if opinion is None else "同意" if opinion.approved else "不同意"
        raise ConflictError(
            joined(
                "",
                (
                    message(
                        "the opinion of the {by} on {name} is {said}", by=by, name=case.name, said=answer
                    ),
                    message(
                        " (fact {id}); another one in its place names it: {replaces}",
                        id=opinion.id,
                        replaces=field("replaces"),
                    )
                    if opinion
                    else "",
                ),
            )
        )


def _wanted(
    event: Event[Payload],
    cases: Sequence[FilingCase],
    cards: Mapping[str, AccountCard],
    applications: Mapping[UUID, UUID],
) -> Iterable[Wanted]:
    data = event.data
    if isinstance(data, FilingOpinionGiven):
        case = next((c for c in cases if data.about in (c.id, c.application_id)), None)
        about = (case.application_id or case.id) if case else applications.get(data.about, data.about)
        opinion = _opinion_of(case, data.by) if case else None
        thing = filing_opinion(
            str(about), data.by, opinion.id if opinion else None, case.name if case else event.subject
        )
        yield Wanted(thing, "an approval" if data.approved else "a refusal")
    elif isinstance(data, FilingFiled):
        _refuse_other_filing(event, data, cases, cards.get(event.subject))
        day = chinese_day(data.effective_at)
        purpose = f"a filing ({data.kind}) as of {day}"
        if data.kind == "changed":
            for field, value in data.changes.items():
                thing = _filing(event, data, f"{event.subject}:changed:{day}:{field}")
                yield Wanted(thing, f"{purpose}: {field} {values_digest({field: value})}")
            if data.people:
                # People change by form alone: another one after it is a correction, beside it a rival.
                last = next((c.filing_id for c in reversed(_changed_on(day, event, cases)) if c.people), None)
                thing = _filing(event, data, f"{event.subject}:changed:{day}:people:{last}")
                yield Wanted(thing, f"{purpose}: people {values_digest({'people': data.people})}")
        elif data.kind == "opened":
            application = applications.get(event.id)
            yield Wanted(_filing(event, data, str(application or f"{event.subject}:opened:{day}")), purpose)
        else:
            card = cards.get(event.subject)
            opening = card.opened_id if card else None
            yield Wanted(_filing(event, data, f"{event.subject}:{data.kind}:{opening}"), purpose)


def _refuse_other_filing(
    event: Event[Payload], data: FilingFiled, cases: Sequence[FilingCase], card: AccountCard | None
) -> None:
    """Raise `ConflictError` where a filing before tells the same thing otherwise."""
    before = [c for c in cases if c.account_id == event.subject and c.filing_id and c.kind == data.kind]
    if data.kind == "changed":
        others = [
            c
            for c in _changed_on(chinese_day(data.effective_at), event, cases)
            if any(c.changes.get(field, value) != value for field, value in data.changes.items())
        ]
    elif data.kind == "opened":
        others = [c for c in before if c.application_id is not None and not _closed_after(c, cases)]
    else:
        opened_at = card.opened_at if card else None
        others = [c for c in before if opened_at is None or (c.effective_at and c.effective_at >= opened_at)]
    if others:
        raise ConflictError(
            message(
                "{what} is filed already, as {id}; {by_sheet}",
                what=_filing(event, data, "").what,
                id=others[-1].id,
                by_sheet=_BY_SHEET,
            )
        )


def _changed_on(day: date, event: Event[Payload], cases: Sequence[FilingCase]) -> list[FilingCase]:
    """Return the changes of an account that are filed as of a day, in the order of their filing."""
    return [
        c
        for c in cases
        if c.account_id == event.subject
        and c.kind == "changed"
        and c.filing_id is not None
        and c.effective_at is not None
        and chinese_day(c.effective_at) == day
    ]


def _closed_after(opened: FilingCase, cases: Sequence[FilingCase]) -> bool:
    return any(
        c.account_id == opened.account_id
        and c.kind in ("stopped", "cancelled")
        and c.effective_at is not None
        and opened.effective_at is not None
        and c.effective_at >= opened.effective_at
        for c in cases
    )


def _application(event: Event[Payload], cases: Sequence[FilingCase]) -> UUID | None:
    """Return the application that an opening is filed on: the one that it names, else one that waits and fits it."""
    data = event.data
    if not isinstance(data, FilingFiled) or data.kind != "opened":
        return None
    title = (data.name, platform_slug(data.platform), data.owner)
    waiting = (c for c in cases if c.kind == "opened" and c.filing_id is None)
    fitting = (
        c.application_id
        for c in waiting
        if c.account_id == event.subject or (c.name, platform_slug(c.platform), c.owner) == title
    )
    return data.application or next(fitting, None)


def _filing(event: Event[Payload], data: FilingFiled, case: str) -> Thing:
    return filing_of(case, f"{data.name or event.subject} ({data.kind})")


def _opinion_of(case: FilingCase, by: str) -> Opinion | None:
    return case.owner_opinion if by == "owner" else case.office_opinion


def _naming(event: Event[Payload], claims: Sequence[UUID]) -> Event[Payload]:
    if not claims or not isinstance(event.data, Act):
        return event
    data = msgspec.structs.replace(event.data, claims=tuple(claims))
    return Event(event.id, event.source, event.subject, event.time, data)
