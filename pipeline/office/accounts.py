"""Facts about single accounts that a person enters, and who was responsible for one on a day."""

from datetime import datetime

from connectors.history.knowledge import read_known, require_closed
from connectors.sheets.times import Moment
from events import fact_ids
from events.account import AccountSpotted, AccountStopNoticed
from events.base import Payload
from events.codec import Event
from events.ids import account_of
from events.instants import from_micros, to_micros
from events.known import first_records
from events.sources import SHEETS
from pipeline.home.new_names import require_fit_account
from pipeline.home.registry import FAR_US
from pipeline.home.workspace import Workspace
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.responsibility import Responsibility, responsibility

_FAR = from_micros(FAR_US)


def responsible_on(
    workspace: Workspace, account_id: str, at: datetime, known_at: datetime | None
) -> Responsibility | None:
    """Return who was responsible at T as known at K (default: now), None where the account was not yet open.

    Raises `HistoryError` for a moment of knowledge that is not closed.
    """
    if known_at is not None:
        require_closed(workspace.client, workspace.log.partitions, known_at)
    card = cards_known(workspace, at, known_at or _FAR).get(account_id)
    return None if card is None else responsibility(card, unit_tree(workspace, at, known_at or _FAR))


def cards_known(workspace: Workspace, at: datetime, known_at: datetime = _FAR) -> dict[str, AccountCard]:
    """Return the card of every account that was opened by T, as known at K."""
    known = first_records(read_known(workspace.client, ACCOUNT_TYPES, known_at), to_micros(known_at))
    return cards_at(known, at)


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
