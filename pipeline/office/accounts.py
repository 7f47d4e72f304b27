"""Facts about single accounts that a person enters, and who was responsible for one on a day."""

from datetime import datetime

from events import fact_ids
from events.account import AccountSpotted, AccountStopNoticed
from events.base import Payload
from events.codec import Event
from events.ids import account_of
from events.instants import FAR
from events.moments import Moment
from events.sources import SHEETS
from pipeline.home.new_names import require_fit_account
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
