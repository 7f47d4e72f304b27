"""An act that is filed: an opening, a change, a stop or a cancelling, as the facts that it makes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from events import fact_ids
from events.account import ACCOUNT_TEXTS, AccountChanged, AccountClosed, AccountOpened
from events.base import Payload
from events.codec import Event
from events.filing import FilingFiled, FilingKind
from events.sources import SHEETS
from pipeline.home.new_names import require_fit_account
from projections.registry.cards import AccountCard


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What took effect and was filed, about one account."""

    account_id: str
    kind: FilingKind
    effective_at: datetime
    effective_date_only: bool
    filed_at: datetime | None  # None: not told
    filed_date_only: bool
    name: str
    platform: str
    owner: str
    fields: Mapping[str, str] = {}  # an opening: its fields; a change: what is new
    people: Mapping[str, str] = {}  # role to person id
    reason: str = ""
    application: UUID | None = None


def act_events(act: Act, known: AccountCard | None) -> list[Event[Payload]]:
    """Return the fact of the registry and the filing; the same act told again is the same two facts.

    `known` is the card of the account, None for one that nobody knows: an opening keeps what it does not tell anew.
    Raises `UsageError` for a new id or name that no file could have.
    """
    require_fit_account(act.account_id, act.fields.get("name", act.name), known)
    registry_event = Event(
        _registry_id(act), SHEETS, act.account_id, act.effective_at, _registry_data(act, known)
    )
    filed = FilingFiled(
        kind=act.kind,
        effective_at=act.effective_at,
        effective_date_only=act.effective_date_only,
        filed_at=act.filed_at,
        filed_date_only=act.filed_date_only,
        name=act.name,
        platform=act.platform,
        owner=act.owner,
        application=act.application,
        account_event=registry_event.id,
        changes=dict(act.fields) if act.kind == "changed" else {},
        reason=act.reason,
        people=dict(act.people),
    )
    event_id = fact_ids.filing_filed(act.account_id, act.kind, act.effective_at, act.filed_at, _news(act))
    filing = Event(event_id, SHEETS, act.account_id, act.filed_at or act.effective_at, filed)
    return [registry_event, filing]


def _registry_id(act: Act) -> UUID:
    match act.kind:
        case "opened":
            return fact_ids.account_opened(act.account_id, act.effective_at)
        case "changed":
            return fact_ids.account_changed(act.account_id, act.effective_at, _news(act))
    return fact_ids.account_closed(act.account_id, act.effective_at)


def _news(act: Act) -> dict[str, object]:
    """Return what tells changes of one account and day apart; a change of people alone is one, too."""
    if act.kind != "changed":
        return {}
    return {**act.fields, "people": act.people} if act.people else {**act.fields}


def _registry_data(act: Act, known: AccountCard | None) -> Payload:
    people = {**(known.people if known else {}), **act.people}
    match act.kind:
        case "opened":
            before = {name: getattr(known, name) for name in ("given_id", *ACCOUNT_TEXTS)} if known else {}
            return AccountOpened(
                **{**before, **{name: value for name, value in act.fields.items() if value}},
                opened_at=act.effective_at,
                date_only=act.effective_date_only,
                extra=dict(known.extra) if known else {},
                filed_at=act.filed_at,
                people=people,
            )
        case "changed":
            changed = AccountChanged(
                filed_at=act.filed_at, reason=act.reason, people=people if act.people else None
            )
            return msgspec.structs.replace(changed, **act.fields)
    return AccountClosed(filed_at=act.filed_at, reason=act.reason)
