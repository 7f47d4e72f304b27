"""Facts about single accounts that a person enters, and who was responsible for one on a day."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.people.roles import role_title
from events import fact_ids
from events.account import AccountSpotted, AccountStopNoticed
from events.base import Payload
from events.codec import Event
from events.ids import account_of
from events.instants import FAR
from events.moments import Moment
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.new_names import require_fit_account
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.responsibility import Responsibility, responsibility


def responsible_on(
    workspace: Workspace, account_id: str, at: datetime, known_at: datetime | None
) -> Responsibility | None:
    """Return who was responsible at T as known at K (default: now), None where the account was not yet open.

    Raises `HistoryError` for a moment of knowledge that is not closed.
    """
    if known_at is not None:
        known_at = workspace.known_at(known_at)
    card = card_known(workspace, account_id, at, known_at or FAR)
    return None if card is None else responsibility(card, unit_tree(workspace, at, known_at or FAR))


def cards_known(workspace: Workspace, at: datetime, known_at: datetime = FAR) -> dict[str, AccountCard]:
    """Return the card of every account that was opened by T, as known at K."""
    known = workspace.known.read(ACCOUNT_TYPES, known_at)
    return cards_at(known, at)


def card_known(
    workspace: Workspace, account_id: str, at: datetime, known_at: datetime = FAR
) -> AccountCard | None:
    """Return the card of one account, of which alone is read; None where it was not yet open."""
    known = workspace.known.read(ACCOUNT_TYPES, known_at, subjects=(account_id,))
    return cards_at(known, at).get(account_id)


def by_role_title(people: Mapping[str, str]) -> dict[str, str]:
    """Return ids of people by what their roles are called; `people` has them by the code of the role."""
    return {role_title(role): person_id for role, person_id in people.items()}


class NoticeStop(msgspec.Struct, frozen=True):
    """The notice of an account that it stops (停更公告)."""

    account: str
    link: str
    title: str
    at: Moment


def notice_stop(workspace: Workspace, asked: NoticeStop, actor: Actor) -> Event[Payload]:
    """Record the notice that an account stops; raises `NotFoundError` for an account that is not known."""
    account_id = find_alone(workspace, asked.account)
    (event,) = signed([stop_notice_event(account_id, asked.link, asked.title, asked.at)], actor)
    workspace.log.append([event])
    return event


def spot_account(workspace: Workspace, data: AccountSpotted, at: Moment, actor: Actor) -> Event[Payload]:
    """Record an account that a patrol saw; the same sighting again is known."""
    (event,) = signed([spotted_event(data, at)], actor)
    append_new(workspace, [event])
    return event


def stop_notice_event(account_id: str, link: str, title: str, at: Moment) -> Event[Payload]:
    """Return the notice that an account stops."""
    data = AccountStopNoticed(link=link, title=title, date_only=at.date_only)
    return Event(fact_ids.account_stop_noticed(account_id, at.at), SHEETS, account_id, at.at, data)


def spotted_event(data: AccountSpotted, at: Moment) -> Event[Payload]:
    """Return what a patrol saw."""
    subject = account_of(data.given_id, data.platform)
    require_fit_account(subject, data.name)
    event_id = fact_ids.account_spotted(subject, data.finder, at.at)
    return Event(event_id, SHEETS, subject, at.at, data)
