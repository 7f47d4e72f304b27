"""What the registry says of one account, as its state keeps it: fact by fact, so that each can be taken back."""

from datetime import datetime
from enum import IntEnum

import msgspec

from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.base import Payload
from events.codec import Event
from events.instants import to_micros
from events.withdrawal import FactWithdrawn

KEPT = 200
"""Facts of one account that are kept apart; what older ones came to is kept together and cannot be taken back."""


class Kind(IntEnum):
    """Type of a fact; a number, for every account has one."""

    OPENED = 0
    CHANGED = 1
    CORRECTED = 2
    CLOSED = 3
    WITHDRAWN = 4


_KINDS = {
    AccountOpened.type: Kind.OPENED,
    AccountChanged.type: Kind.CHANGED,
    AccountCorrected.type: Kind.CORRECTED,
    AccountClosed.type: Kind.CLOSED,
}


class RegistryFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one fact tells of that which the folds ask; None: nothing."""

    id: bytes
    kind: Kind
    at: int | None = None  # opening or closing
    name: str | None = None
    platform: str | None = None
    owner: str | None = None
    given_id: str | None = None
    about: bytes | None = None  # the fact that is corrected or withdrawn
    of_kind: Kind | None = None  # of the fact that is withdrawn


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the registry holds of an account."""

    given_id: str = ""
    name: str = ""
    platform: str = ""
    owner: str = ""
    opened_id: bytes | None = None  # None: not in the registry
    opened_at: int | None = None  # None: open since before the records
    closed_at: int | None = None


class RegistryFacts(msgspec.Struct, array_like=True, gc=False):
    """The facts of the registry about one account in log order, each id once."""

    facts: list[RegistryFact] = []
    older: Entry | None = None  # what those that are not kept came to
    older_ids: list[bytes] = []

    def take(self, event: Event[Payload]) -> bool:
        """Take a fact; returns False for a duplicate."""
        fact = _fact_of(event)
        if fact.id in self.older_ids or any(known.id == fact.id for known in self.facts):
            return False
        self.facts.append(fact)
        if len(self.facts) > KEPT:
            self._let_go()
        return True

    def entry(self) -> Entry:
        """Return what the facts that stand say, as corrected; a later one wins, whatever time it speaks of."""
        return _entry(self.older or Entry(), self.facts)

    def _let_go(self) -> None:
        """Keep half of the facts, and what the others came to."""
        older, self.facts = self.facts[: -KEPT // 2], self.facts[-KEPT // 2 :]
        self.older = _entry(self.older or Entry(), older)
        self.older_ids = [*self.older_ids, *(fact.id for fact in older)]


def _fact_of(event: Event[Payload]) -> RegistryFact:
    data, fact_id = event.data, event.id.bytes
    match data:
        case AccountOpened():
            attributes = (data.name, data.platform, data.owner, data.given_id)
            return RegistryFact(fact_id, Kind.OPENED, _micros(data.opened_at), *attributes)
        case AccountChanged():
            return RegistryFact(fact_id, Kind.CHANGED, None, data.name, data.platform, data.owner)
        case AccountCorrected():
            right = (data.name, data.platform, data.owner, data.given_id)
            return RegistryFact(fact_id, Kind.CORRECTED, _micros(data.opened_at), *right, data.corrects.bytes)
        case AccountClosed():
            return RegistryFact(fact_id, Kind.CLOSED, to_micros(event.time))
        case FactWithdrawn():
            about = data.corrects.bytes
            return RegistryFact(fact_id, Kind.WITHDRAWN, about=about, of_kind=_KINDS.get(data.of_type))
    raise TypeError(f"{event.type} is no fact of the registry")


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _entry(before: Entry, facts: list[RegistryFact]) -> Entry:
    void = {(fact.about, fact.of_kind) for fact in facts if fact.kind is Kind.WITHDRAWN}
    valid = [fact for fact in facts if (fact.id, fact.kind) not in void]
    corrections: dict[bytes | None, list[RegistryFact]] = {}
    for fact in valid:
        if fact.kind is Kind.CORRECTED:
            corrections.setdefault(fact.about, []).append(fact)
    entry = before
    closings = [] if before.closed_at is None else [before.closed_at]
    for fact in valid:
        if fact.kind is Kind.CLOSED and fact.at is not None:
            closings.append(fact.at)
        elif fact.kind in {Kind.OPENED, Kind.CHANGED}:
            for statement in (fact, *corrections.get(fact.id, ())):
                entry = _with_statement(
                    entry, statement, opening=fact.id if fact.kind is Kind.OPENED else None
                )
    counting = (c for c in closings if entry.opened_at is None or c >= entry.opened_at)
    return msgspec.structs.replace(entry, closed_at=min(counting, default=None))


def _with_statement(entry: Entry, statement: RegistryFact, *, opening: bytes | None) -> Entry:
    """Return an entry with what a statement, or a correction of it, says; only an opening tells of id and opening."""
    return Entry(
        given_id=statement.given_id if opening and statement.given_id is not None else entry.given_id,
        name=statement.name if statement.name is not None else entry.name,
        platform=statement.platform if statement.platform is not None else entry.platform,
        owner=statement.owner if statement.owner is not None else entry.owner,
        opened_id=opening or entry.opened_id,
        opened_at=statement.at if opening and statement.at is not None else entry.opened_at,
        closed_at=entry.closed_at,
    )
