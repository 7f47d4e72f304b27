"""One partition under test: facts go in as records, one after another, and derived events come out."""

from datetime import datetime
from typing import Any

from events.base import Payload
from events.clock import ClockTicked
from events.codec import Event, encode_event
from events.envelope import Record
from events.instants import to_micros
from projections.accounts.shard import Shard
from projections.rules.rulebook import Rulebook
from projections.rules.rulesets import Ruleset
from tests.projections.facts import event
from tests.projections.rulebooks import KUNSHAN


class Partition:
    """A shard with a log of its own."""

    def __init__(self, ruleset: Ruleset | Rulebook = KUNSHAN) -> None:
        self.shard = Shard(0, ruleset)
        self.records: list[Record] = []

    def take(self, *events: Event[Any]) -> list[Event[Payload]]:
        """Append events and return what follows from them."""
        for taken in events:
            self.take_bytes(encode_event(taken))
        return self.shard.flush().derived

    def take_bytes(self, value: bytes) -> None:
        record = Record(0, len(self.records), len(self.records), value)
        self.records.append(record)
        self.shard.apply(record)

    def tick(self, at: datetime, *, replay: bool = False) -> list[Event[Payload]]:
        """Append a tick and return the alerts that follow; scores are another matter."""
        ticked = event(
            ClockTicked(replay=replay), at, f"tick {to_micros(at)}", source="clock", account="clock"
        )
        return [e for e in self.take(ticked) if e.type != "score.projected"]
