"""The notifier of one channel as the task of a partition loop, with what was told in a changelog."""

from collections.abc import Collection, Mapping

from connectors.kafka.cluster import NOTIFIED
from connectors.log.deliveries import Delivery, Outcome
from connectors.log.port import DERIVED
from connectors.notify.message import LimitDays
from events.alert import AlertDelivered, AlertDeliveryFailed
from events.codec import CODEC, UnreadableEventError
from events.envelope import Record
from pipeline.runtime.kafka.notify_changelog import (
    State,
    card_state,
    outcome_state,
    position_state,
    read_notified,
)
from pipeline.voice.desk import Desk
from pipeline.voice.desks import new_notifier
from pipeline.voice.notifier import Clock, Pace, Position
from pipeline.voice.outlet import Outlet
from projections.accounts.shard import Flush

PACE = Pace(turn_s=2.0, quiet_s=3.0)
"""What was sent is recorded soon, and the group is kept; an import or a replay brings old alerts in many batches."""


class NotifierTask:
    """Tells one channel the messages of one partition; each turn of the notifier is a batch."""

    urgent = True
    held = 0
    take_all = None

    def __init__(
        self,
        outlet: Outlet,
        partition: int,
        partitions: int,
        stored: Mapping[str, bytes],
        *,
        limit_days: LimitDays,
        clock: Clock,
        begin: int = 0,
        remade: Collection[str] = (),
        pace: Pace = PACE,
        desk: Desk | None = None,
    ) -> None:
        """Take up a channel where `stored` left it; one that is new there begins at the offset `begin`.

        `remade` names the topics that were made again since. Derived events that were are told from the first one on:
        what became of a message is known by its id. Of a changelog that was the position holds, and what became of the
        messages before it is read anew in the derived events that say so.
        """
        self._channel = outlet.name
        self._partition = partition
        known = read_notified(outlet.name, stored)
        position = known.position
        if position is not None and DERIVED in remade:
            position = Position(0)
        self._learns_to = 0  # before it, records are read for what became of messages, and nothing is told
        self._learnt: list[State] = []
        self._learns_at = 0
        if position is not None and NOTIFIED in remade:
            self._learns_to = position.next_offset
        self._outcomes = known.outcomes
        self._notifier = new_notifier(
            outlet,
            desk,
            partitions,
            {partition: position},
            known.outcomes,
            limit_days=limit_days,
            clock=clock,
            pace=pace,
            begins={partition: begin},
            cards=known.cards,
        )

    @property
    def next_offset(self) -> int:
        return self._learns_at if self._learns else self._notifier.next_offset(self._partition)

    @property
    def retry_at(self) -> float | None:
        return self._notifier.retry_at

    @property
    def full(self) -> bool:
        return self._notifier.full

    def take(self, record: Record) -> None:
        if not self._learns:
            self._notifier.take(record)
        elif record.offset >= self._learns_at:
            self._learn(record)

    async def finish(self) -> Flush:
        """End a turn; nothing is told or written before all was learnt that there is to learn."""
        if self._learns:
            return Flush([], [], [], 0)
        turn = await self._notifier.turn()
        position = self._notifier.positions()[self._partition]
        learnt, self._learnt = self._learnt, []
        outcomes = [outcome_state(delivery, outcome) for _, delivery, outcome in turn.outcomes]
        cards = [card_state(self._channel, key, card) for _, key, card in turn.cards]
        states = [*learnt, *outcomes, *cards, position_state(self._channel, position)]
        return Flush([event for _, event in turn.events], states, [], position.next_offset)

    @property
    def _learns(self) -> bool:
        return self._learns_at < self._learns_to

    def _learn(self, record: Record) -> None:
        """Keep what became of a message on this channel, where a record says so.

        Offsets that hold no record may stand before the position: the record behind them is for the notifier.
        """
        self._learns_at = record.offset + 1
        if record.offset >= self._learns_to:
            self._notifier.take(record)
            return
        try:
            if CODEC.envelope(record.value).type not in (AlertDelivered.type, AlertDeliveryFailed.type):
                return
            data = CODEC.decode(record.value).data
        except UnreadableEventError:
            return
        outcome: Outcome = "failed"
        if isinstance(data, AlertDelivered):
            outcome = "summary" if data.summary else "delivered"
        elif not isinstance(data, AlertDeliveryFailed):
            return
        delivery = Delivery(data.message_id, data.channel, data.destination)
        if data.channel == self._channel and delivery not in self._outcomes:
            self._outcomes[delivery] = outcome
            self._learnt.append(outcome_state(delivery, outcome))
