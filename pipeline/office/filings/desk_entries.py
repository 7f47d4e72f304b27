"""What the filing desk enters: applications, opinions, filings and what was forwarded; one by one, or by forms."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

import msgspec

from connectors.sheets.cells import machine
from connectors.sheets.notes import Note
from connectors.sheets.vocabulary import CHANGES, FILING_WORDS
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.filing import FilingApplied, FilingFiled, FilingKind, FilingOpinionGiven, FilingSystem
from events.instants import FAR
from events.messages import message
from events.moments import Moment
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import Registry, find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filings.acts import Act, act_events
from pipeline.office.filings.desk import (
    application_event,
    cases_at,
    desk_opinion,
    find_case,
    forward_event,
    opening_act,
)
from pipeline.office.filings.once import append_once, require_first
from pipeline.office.filings.taking import take_forms
from pipeline.office.filings.views import applicants_of
from pipeline.office.newcomers import settle_newcomers
from pipeline.office.two_persons import is_person, marks, require_second

CHANGEABLE: tuple[str, ...] = CHANGES
"""What a filed change can be about."""


class Apply(msgspec.Struct, frozen=True, kw_only=True):
    """An application: told in full, or by filled-in forms."""

    when: Moment
    form: Path | None = None
    name: str = ""
    platform: str = ""
    owner: str = ""
    given_id: str | None = None  # on the platform, where there is one
    kind: str  # 开设, 变更, 关停 or 注销
    description: str = ""
    link: str = ""
    section: str = ""
    reason: str = ""


class GiveOpinion(msgspec.Struct, frozen=True, kw_only=True):
    """An opinion on an application or a filing."""

    case: str  # id, or its beginning
    by: Literal["owner", "office"]
    approved: bool
    text: str
    replaces: str  # the opinion that it takes the place of, or the beginning of its id; empty: none
    when: Moment


class FileAct(msgspec.Struct, frozen=True, kw_only=True):
    """What took effect: told in full, or by filled-in forms."""

    filed: Moment
    form: Path | None = None
    account: str | None = None  # or the application that an account is opened on
    kind: str  # 开设, 变更, 关停 or 注销
    effective: Moment | None = None
    changes: Mapping[str, str] = {}  # what is new, by a name of `CHANGEABLE`; for a change alone
    reason: str = ""


class Forward(msgspec.Struct, frozen=True, kw_only=True):
    """That a filing was entered into the provincial or national system."""

    case: str
    system: FilingSystem
    receipt: str
    when: Moment


class Entered(msgspec.Struct, frozen=True):
    """What was entered; nothing where all of it was known."""

    events: tuple[Event[Payload], ...]
    notes: tuple[Note, ...] = ()

    @property
    def cases(self) -> list[str]:
        """The ids of the applications and filings among it."""
        return [str(e.id) for e in self.events if isinstance(e.data, FilingApplied | FilingFiled)]


def apply(workspace: Workspace, asked: Apply, actor: Actor) -> Entered:
    """Enter an application; raises `SheetError` for a form, `UsageError` and `ConflictError`."""
    events: Sequence[Event[Payload]]
    notes: tuple[Note, ...] = ()
    if asked.form is not None:
        forms = take_forms(workspace, asked.form, asked.when, only="applications")
        events, notes = forms, forms.notes
    elif not (asked.name and asked.platform and asked.owner):
        fields = message(
            "{name}, {platform} and {owner}",
            name=field("name"),
            platform=field("platform"),
            owner=field("owner"),
        )
        raise UsageError(message("give {fields}, or a filled-in {form}", fields=fields, form=field("form")))
    else:
        data = FilingApplied(
            name=asked.name,
            platform=asked.platform,
            owner=asked.owner,
            kind=_kind(asked.kind),
            description=asked.description,
            link=asked.link,
            section=asked.section,
            reason=asked.reason,
            date_only=asked.when.date_only,
        )
        events = [application_event(data, asked.given_id, asked.when.at)]
    cases, cards = cases_at(workspace, FAR), registry_now(workspace).cards
    return Entered(tuple(append_once(workspace, signed(events, actor), cases, cards)), notes)


def give_opinion(workspace: Workspace, asked: GiveOpinion, actor: Actor) -> Entered:
    """Enter an opinion; raises `UsageError`, and `ConflictError` where another one of the party stands.

    Whoever applied gives neither opinion on it (rule of two persons "approve").
    """
    found = find_case(workspace, asked.case)
    data = FilingOpinionGiven(
        about=found.id,
        by=asked.by,
        approved=asked.approved,
        opinion=asked.text,
        date_only=asked.when.date_only,
    )
    event = desk_opinion(found, data, asked.when.at)
    require_first(found, asked.by, event, asked.replaces)
    alone = is_person(actor.code) and require_second(
        workspace, "approve", applicants_of(workspace, found), actor
    )
    events = [*marks("approve", event.id, actor, alone=alone), event]
    return Entered(tuple(append_once(workspace, signed(events, actor), [found], {})))


def file_act(workspace: Workspace, asked: FileAct, actor: Actor) -> Entered:
    """Enter what was filed; raises `SheetError` for a form, `UsageError` and `ConflictError`."""
    registry, cases = registry_now(workspace), cases_at(workspace, FAR)
    events: Sequence[Event[Payload]]
    notes: tuple[Note, ...] = ()
    if asked.form is not None:
        forms = take_forms(workspace, asked.form, asked.filed, only="acts")
        events, notes = forms, forms.notes
    else:
        events = _full_act(workspace, asked, registry)
    appended = append_once(workspace, signed(events, actor), cases, registry.cards)
    settle_newcomers(workspace, actor)
    return Entered(tuple(appended), notes)


def forward(workspace: Workspace, asked: Forward, actor: Actor) -> Entered:
    """Enter what was forwarded; raises `UsageError` where nothing is filed, or only later."""
    found, when = find_case(workspace, asked.case), asked.when
    event = forward_event(found, asked.system, when.at, asked.receipt, date_only=when.date_only)
    events = signed([event], actor)
    workspace.log.append(events)
    return Entered(tuple(events))


def _full_act(workspace: Workspace, asked: FileAct, registry: Registry) -> list[Event[Payload]]:
    """Return the facts of an act that is told in full."""
    if asked.account is None or asked.effective is None:
        raise UsageError(
            message(
                "give the account and {effective}, or a filled-in {form}",
                effective=field("effective"),
                form=field("form"),
            )
        )
    kind = _kind(asked.kind)
    _refuse_changes(asked.changes, kind)
    refuse_people({**asked.changes, "reason": asked.reason})
    if kind == "opened":
        case = find_case(workspace, asked.account)
        act = opening_act(case, registry, asked.effective, asked.filed, asked.reason)
        return act_events(act, registry.cards.get(act.account_id))
    subject = find_account(registry, asked.account)
    card = registry.cards[subject]
    act = Act(
        account_id=subject,
        kind=kind,
        effective_at=asked.effective.at,
        effective_date_only=asked.effective.date_only,
        filed_at=asked.filed.at,
        filed_date_only=asked.filed.date_only,
        name=card.name,
        platform=card.platform,
        owner=card.owner,
        fields=asked.changes,
        reason=asked.reason,
    )
    return act_events(act, card)


def _kind(word: str) -> FilingKind:
    kind = FILING_WORDS.get(machine(word).casefold())
    if kind is None:
        raise UsageError(
            message(
                "{kind} {word!r} is not known; write 开设, 变更, 关停 or 注销", kind=field("kind"), word=word
            )
        )
    return cast(FilingKind, kind)


def _refuse_changes(changes: Mapping[str, str], kind: FilingKind) -> None:
    """Refuse a change without anything new, and anything new beside another act."""
    if kind == "changed" and not changes:
        raise UsageError(message("a change without a new value; write {new} name=…", new=field("new")))
    if kind != "changed" and changes:
        raise UsageError(message("{new} goes with {kind} 变更 alone", new=field("new"), kind=field("kind")))
