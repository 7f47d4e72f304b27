"""States of accounts for pages: the facts of a partition, folded as the folds do, without ladder and clock."""

from collections.abc import Iterable, MutableMapping
from typing import Any
from uuid import UUID

import msgspec

from events.base import Payload
from events.codec import Event
from events.instants import EPOCH, FAR
from events.known import Known, first_records
from events.patrol import SweepCompleted
from events.withdrawal import FactWithdrawn
from projections.accounts.account import ACCOUNT_FACTS, Surroundings, handler_of
from projections.accounts.state import AccountState
from projections.accounts.working_copies import WorkingCopies
from projections.patrol.account_line import AccountLine, line_of
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.rules.ladder import NEVER, Ladder
from projections.rules.rulesets import Limits, Ruleset
from projections.sources.health import SourceHealth, on_sweep

FOLDED = frozenset({*(payload.type for payload in ACCOUNT_FACTS), FactWithdrawn.type, SweepCompleted.type})
"""Types that this fold takes; ticks are none of them, for nothing here depends on now."""

CARD_TYPES = (*ACCOUNT_TYPES, "account.corrected", FactWithdrawn.type)
"""Types that a card follows from, with what corrects and withdraws them."""

Sources = dict[str, SourceHealth]

_NOBODY = UUID(int=0)  # opened an account that is not in the registry

_NO_STEPS = Ladder(
    Ruleset(
        name="no-steps",
        version=1,
        title="",
        effective_from=EPOCH,
        documents=(),
        freshness=Limits(limit_days=14, look_max_age_hours=72),
        rules=(),
    )
)
"""A ladder that raises nothing: alerts stand in the derived events, and no rule of a home is kept in a state."""


class StateFold:
    """Takes a batch of one partition's facts in the order of the log; what is stored follows from the facts alone."""

    def __init__(self, stored: MutableMapping[str, bytes], sources: Sources) -> None:
        self.sources = sources
        self._states = WorkingCopies(stored)
        self._around = Surroundings(_NO_STEPS, sources, 0, False, 0)

    def take(self, event: Event[Any], offset: int) -> None:
        """Take a fact; one that the state of its account has taken already is passed over."""
        data: Payload = event.data
        if isinstance(data, SweepCompleted):
            known = self.sources.get(event.subject, SourceHealth())
            self.sources[event.subject], _ = on_sweep(known, event.subject, event.time, data)
            return
        take = handler_of(data)
        if take is None:
            return
        state = self._states.touch(event.subject)
        if offset > state.applied_offset:
            state.applied_offset = offset
            take(state, event, self._around)

    def changed(self) -> list[tuple[str, bytes]]:
        """Return the states that were touched, by account."""
        return self._states.put_to_rest()

    def line(self, account_id: str, registry: Iterable[Known]) -> AccountLine | None:
        """Return the line of an account whose registry facts are these, None where it is not in the registry."""
        state = self._states.look_up(account_id)
        card = cards_at(first_records(registry, NEVER), FAR).get(account_id)
        return None if state is None or card is None else line_of(state, card)

    def line_alone(self, account_id: str) -> AccountLine:
        """Return the line of an account that is not in the registry, by its posts and looks alone."""
        state = self._states.look_up(account_id) or AccountState(account_id)
        return line_of(state, AccountCard(account_id=account_id, opened_at=None, opened_id=_NOBODY))


def decode_sources(stored: bytes | None) -> Sources:
    """Read what is kept of sources."""
    return {} if stored is None else msgspec.msgpack.decode(stored, type=Sources)
