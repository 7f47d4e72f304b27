"""Recording which papers an account has, and listing them."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from events import ruling_ids
from events.codec import Event
from events.credentials import AccountDocumented, Credential
from events.fields import field
from events.instants import FAR, UtcDatetime
from events.messages import message
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_alone, numbers_now
from pipeline.home.workspace import Workspace
from pipeline.office.scope import Scope, within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, cards_at
from projections.registry.credentials import PAPERS, papers_at


class RecordPaper(msgspec.Struct, frozen=True):
    """An account as people name it, a paper, whether it has it, and as of when."""

    account: str
    credential: Credential
    held: bool
    at: datetime
    number: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a paper of an account."""

    account_id: str
    account_number: str
    name: str
    platform: str
    owner: str
    area: str
    credential: str
    held: bool
    number: str
    at: UtcDatetime


def record_paper(workspace: Workspace, asked: RecordPaper, actor: Actor) -> tuple[str, ...]:
    """Record that an account has a paper, or lacks it; the same again records nothing.

    Raises `UsageError` for a time to come, or a number of a paper that is lacking; `NotFoundError` for no account.
    """
    if asked.at > datetime.now(UTC):
        raise UsageError(message("{at} lies ahead", at=field("at")))
    if asked.number and not asked.held:
        raise UsageError(
            message("a paper that is lacking has no number; leave out {number}", number=field("number"))
        )
    account = find_alone(workspace, asked.account)
    event_id = ruling_ids.account_documented(account, asked.credential, asked.at, held=asked.held)
    data = AccountDocumented(credential=asked.credential, held=asked.held, number=asked.number.strip())
    event: Event[Any] = Event(event_id, OFFICE, account, asked.at, data, actor.origin())
    workspace.home.texts.refuse_in_facts([event])
    taken = append_new(workspace, [event])
    if taken.events:
        workspace.catch_up()
    return tuple(one.subject for one in taken.events)


def list_papers(workspace: Workspace, scope: Scope = Scope()) -> list[Paper]:  # noqa: B008 (frozen)
    """Return what is known of the papers of open accounts, by their numbers."""
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), FAR)
    papers = papers_at(workspace.known.read((AccountDocumented.type,)), FAR)
    if not papers:
        return []
    numbers = numbers_now(workspace)
    rows = [
        Paper(
            account_id=card.account_id,
            account_number=numbers.get(card.account_id, ""),
            name=card.name,
            platform=card.platform,
            owner=card.owner,
            area=card.area,
            credential=credential,
            held=event.data.held,
            number=event.data.number,
            at=event.time,
        )
        for card in within(cards.values(), scope, unit_tree(workspace))
        if card.closed_at is None
        for credential in PAPERS
        if (event := papers.get((card.account_id, credential))) is not None
    ]
    return sorted(rows, key=lambda row: (row.account_number or "~", row.account_id))
