"""Withdrawals: what voids a fact of each kind; an account that never was, an application that nobody decided on."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.history.knowledge import read_known
from connectors.history.observations import looks_between, posts_between
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.filing import FilingApplied
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import EPOCH, FAR, from_micros
from events.known import Known, standing
from events.looks import look_of
from events.messages import joined, message
from events.patrol import AccountPatrolled, LookWithdrawn
from events.post import PostPublished, PostWithdrawn
from events.sources import SHEETS
from events.withdrawal import ACCOUNT_STATEMENTS, FactWithdrawn
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filings.desk import cases_at, find_case
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back

_FINDINGS = (FindingRecorded.type, FindingWithdrawn.type)
_MOST_LISTED = 5


class FilingsRestOnError(UsageError):
    """Filings rest on an account, or a case went on from its application; nothing is withdrawn."""

    def __init__(self, text: str, cases: tuple[UUID, ...]) -> None:
        super().__init__(text)
        self.cases = cases


class WithdrawAccount(msgspec.Struct, frozen=True):
    """Take back everything that the registry says of an account."""

    account: str  # as a person names it
    reason: str
    second: str = ""  # who agrees, where a frozen round knew it


class AccountWithdrawn(msgspec.Struct, frozen=True):
    """What was taken back, and what was told of the account beside it: that stays, and counts for nobody."""

    account_id: str
    name: str
    events: tuple[Event[Any], ...]  # a `fact.withdrawn` for each statement
    looks: int
    posts: int
    findings: tuple[UUID, ...]
    revisions_due: tuple[RevisionDue, ...] = ()


class WithdrawApplication(msgspec.Struct, frozen=True):
    """Take back an application."""

    case: str  # the beginning of its id
    reason: str


def compensation(fact: Event[Any], reason: str, actor: Actor, intake: str = "") -> Event[Payload]:
    """Return what voids a fact; a fact is withdrawn once, whoever does it again.

    `intake` is the number of the intake that is taken back, empty where the fact alone is.
    """
    subject, data = fact.subject, fact.data
    withdrawn: Payload
    if isinstance(data, PostPublished):
        withdrawn = PostWithdrawn(corrects=fact.id, reason=reason)
    elif isinstance(data, AccountPatrolled):
        looked_at = from_micros(look_of(fact).at)
        withdrawn = LookWithdrawn(corrects=fact.id, source=fact.source, looked_at=looked_at, reason=reason)
    elif isinstance(data, FindingRecorded):
        withdrawn = FindingWithdrawn(corrects=fact.id, reason=reason)
    else:
        withdrawn = FactWithdrawn(
            corrects=fact.id, of_type=fact.type, its_time=fact.time, reason=reason, intake=intake
        )
    event_id = fact_ids.withdrawn(subject, fact.id)
    return Event(event_id, SHEETS, subject, datetime.now(UTC), withdrawn, actor.origin(intake=intake))


def withdraw_account(workspace: Workspace, wanted: WithdrawAccount, actor: Actor) -> AccountWithdrawn:
    """Withdraw every statement of the registry about an account; it never was, for whoever knows this.

    Raises `FilingsRestOnError` while a filing or an application of it is known, and `UsageError` for an account that is
    unknown, or a reason that is empty or tells of people.
    """
    _demand_reason(wanted.reason)
    registry = registry_now(workspace)
    account = find_account(registry, wanted.account)
    name = registry.entries[account].name
    refuse_filed(workspace, account, name)
    events = tuple(
        compensation(known.event, wanted.reason, actor) for known in _statements(workspace, account)
    )
    resting = AccountWithdrawn(
        account,
        name,
        events,
        len(looks_between(workspace.client, account, EPOCH, FAR)),
        len(posts_between(workspace.client, account, EPOCH, FAR)),
        _findings(workspace, account),
    )
    due = take_back(workspace, events, TakeBack(wanted.reason, wanted.second), actor)
    return msgspec.structs.replace(resting, revisions_due=due)


def withdraw_application(workspace: Workspace, wanted: WithdrawApplication, actor: Actor) -> Event[Payload]:
    """Withdraw an application: there never was one, for whoever knows this; returns its withdrawal.

    Raises `FilingsRestOnError` where an opinion was given on it or something was filed, and `UsageError` for a case
    that is unknown, or a reason that is empty or tells of people.
    """
    _demand_reason(wanted.reason)
    case = find_case(workspace, wanted.case)
    if case.filing_id is not None or case.owner_opinion is not None or case.office_opinion is not None:
        raise FilingsRestOnError(
            message(
                "the case of {name} went on: an opinion was given on it, or it was filed; an"
                " office that refuses it gives its opinion: `xuncha filings opinion`",
                name=case.name,
            ),
            (case.id,),
        )
    known = workspace.known.read((FilingApplied.type,))
    (applied,) = (k.event for k in known if k.event.id == case.application_id)
    event = compensation(applied, wanted.reason, actor)
    append_new(workspace, [event])
    return event


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    refuse_people({"reason": reason})


def refuse_filed(workspace: Workspace, account: str, name: str) -> None:
    """Refuse to take an account back that was filed or applied for; raises `FilingsRestOnError`."""
    cases = tuple(case.id for case in cases_at(workspace, FAR) if case.account_id == account)
    if cases:
        listed = joined(", ", (str(case) for case in cases[:_MOST_LISTED]))
        raise FilingsRestOnError(
            message(
                "{name} was filed or applied for ({cases_count}: {shown}), so it is no account"
                " that never was; one that is gone is closed by a filing: `xuncha filings file`",
                name=name,
                cases_count=len(cases),
                shown=listed,
            ),
            cases,
        )


def _statements(workspace: Workspace, account: str) -> list[Known]:
    """Return what the registry says of an account and stands, each fact as it was told."""
    recorded = read_known(workspace.client, sorted(ACCOUNT_STATEMENTS), FAR)
    mine = {k.event.id: k for k in reversed(standing(recorded)) if k.event.subject == account}
    return [k for k in reversed(mine.values()) if k.event.type in ACCOUNT_STATEMENTS]


def _findings(workspace: Workspace, account: str) -> tuple[UUID, ...]:
    known = workspace.known.read(_FINDINGS)
    mine = [k.event for k in known if k.event.subject == account]
    void = {event.data.corrects for event in mine if isinstance(event.data, FindingWithdrawn)}
    return tuple(e.id for e in mine if isinstance(e.data, FindingRecorded) and e.id not in void)
