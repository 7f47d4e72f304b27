"""Giving accounts numbers for people: each gets one, once, and keeps it whatever becomes of it."""

from datetime import UTC, datetime

import msgspec

from connectors.history.knowledge import read_known
from events import fact_ids
from events.account import AccountOpened
from events.account_number import NumbersGiven
from events.claim import account_number
from events.codec import Event
from events.instants import FAR
from events.known import Known, first_records
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed, known_acts
from pipeline.home.errors import ConflictError
from pipeline.home.failpoints import fail_point
from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace, open_workspace
from projections.registry.numbers import account_numbers, next_number, written_number

_BATCH = 1000
"""Accounts of one act; a log takes no record of unbounded size."""


class Numbered(msgspec.Struct, frozen=True):
    """Numbers that were given now, by account id, in their order."""

    given: dict[str, int]
    waiting: int = 0  # accounts that have none yet


def number_accounts(workspace: Workspace, actor: Actor) -> Numbered:
    """Give every account of the registry that has none the next number, in the order in which they were registered.

    A batch claims its first number, so that of two who number at once one does it: the other hears who
    (`ConflictError`), and numbers what is left. Again, nothing changes; a number is never given to another account,
    nor again where its account was withdrawn.
    """
    given: dict[str, int] = {}
    while accounts := _without(workspace)[:_BATCH]:
        first = next_number(_acts(workspace))
        thing = account_number(written_number(first))
        with claimed(workspace, Wanted(thing, "numbers of accounts")) as hold:
            data = NumbersGiven(first=first, accounts=accounts, claims=hold.ids)
            event_id = fact_ids.numbers_given(thing.subject, hold.ids[0])
            fail_point("number.before_fact")
            hold.append([Event(event_id, OFFICE, thing.subject, datetime.now(UTC), data, actor.origin())])
            fail_point("number.after_fact")
        workspace.catch_up()
        given |= {account: first + place for place, account in enumerate(accounts)}
    return Numbered(given)


def number_existing(home: Home, actor: Actor) -> Numbered:
    """Give accounts from before there were numbers theirs, at the upgrade; without such nothing is opened.

    Of two who do so at once one does it, for both. On Kafka nothing fills the history while a release is changed, so
    that they wait.
    """
    with home.history(unfilled=True) as (client, _):
        known = first_records(read_known(client, (AccountOpened.type, NumbersGiven.type), FAR))
    numbered = account_numbers(known)
    without = {k.event.subject for k in known if isinstance(k.event.data, AccountOpened)} - numbered.keys()
    if not without or home.cluster is not None:
        return Numbered({}, len(without))
    with open_workspace(home) as workspace:
        try:
            return number_accounts(workspace, actor)
        except ConflictError:
            return Numbered({})


def number_newcomers(workspace: Workspace, actor: Actor) -> Numbered:
    """Give new accounts their numbers where the office numbers accounts; where it never did, nothing happens.

    Of two who write at once one does it, for both.
    """
    if not _acts(workspace):
        return Numbered({})
    workspace.catch_up()
    try:
        return number_accounts(workspace, actor)
    except ConflictError:
        return Numbered({})


def _acts(workspace: Workspace) -> list[Known]:
    return known_acts(workspace.known, (NumbersGiven.type,))


def _without(workspace: Workspace) -> tuple[str, ...]:
    """Return the accounts without a number, in the order of their first opening in the log."""
    numbered = account_numbers(_acts(workspace))
    opened = (k.event.subject for k in workspace.known.read((AccountOpened.type,)))
    return tuple(account for account in dict.fromkeys(opened) if account not in numbered)
