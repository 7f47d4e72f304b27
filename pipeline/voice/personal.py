"""The notifier of a channel of people: composes what is due for each person, and records what became of it."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from connectors.log.deliveries import Delivery, Outcome
from connectors.notify.channel import DeliveryError
from connectors.notify.message import MESSAGE_TYPES, LimitDays, message_of
from events import derived_ids
from events.alert import RECTIFICATION, AlertComposed, AlertDelivered, AlertDeliveryFailed, AlertUnreached
from events.codec import CODEC, Event, UnreadableEventError
from events.envelope import Record
from events.ids import partition_of
from events.sources import XUNCHA
from pipeline.voice.desk import Addressed, Desk, Pending
from pipeline.voice.notifier import AT_ONCE, CardKey, Clock, Outcomes, Pace, Position, Turn
from pipeline.voice.patience import EARLY, LAST, TRIED_S
from pipeline.voice.telling import outcome_event
from pipeline.voice.wording import worded
from projections.voice.cards import Card, Composition, compose, sent
from projections.voice.hours import next_day
from projections.voice.routing import Directory, Route

AGAIN = timedelta(seconds=60)
"""After so long a destination that failed for now is tried again, where its channel goes on."""

LONGEST_S = 60.0
"""A notifier looks at the clock of the wall at least so often: it may be set."""

_LEVELS = {"emergency": "emergency", "task": RECTIFICATION}
"""What the notice says of a matter that is no step of a ladder."""

_RAISING = frozenset(("alert", *_LEVELS))
"""Kinds of matters of which the office is told where they reach nobody."""

_OUTCOMES = frozenset({AlertDelivered.type, AlertDeliveryFailed.type})
_log = structlog.get_logger(__name__)


class PersonalNotifier:
    """Tells one channel of people the messages of some partitions; has the methods of `Notifier`.

    1. `take` keeps what is to be told. What ended, or was taken back, before anybody was told is told to nobody.
    2. `turn` looks who is to be told what is due, composes one message for each person and unit, sends it, and hands
       out what became of each matter that it tells; the caller stores that with the positions. A position stands
       before the first matter that is not done.
    3. A matter is done once everybody here has it, or refused it; then its outcome stands under the channel's name,
       too, so that a change of people tells nobody anew.
    4. One that everybody here refused waits to hear what became of it on other channels; where nobody was reached,
       `alert.unreached` says so, whichever channel writes it, under one id.
    What a receiver may see twice is what was sent and not stored.
    """

    def __init__(
        self,
        desk: Desk,
        partitions: int,
        positions: Mapping[int, Position | None],
        outcomes: Outcomes,
        *,
        limit_days: LimitDays,
        clock: Clock,
        pace: Pace,
        begins: Mapping[int, int],
        cards: Mapping[CardKey, Card],
    ) -> None:
        self._desk = desk
        self._partitions = partitions
        self._limit_days = limit_days
        self._clock = clock
        self._pace = pace
        self._next = {p: (position or Position(begins[p])).next_offset for p, position in positions.items()}
        desk.begin(dict.fromkeys(positions, outcomes), cards)
        self._heard: dict[UUID, dict[tuple[str, str], bool]] = {}  # of pending matters, on any channel
        self._turn = Turn()
        self._begins = (
            None in positions.values()
        )  # its position is stored before anything is told, see `Notifier`
        self._retry_at: float | None = AT_ONCE if self._begins else None
        self.full = False

    @property
    def retry_at(self) -> float | None:
        """Return when `turn` wants to be called though no record comes."""
        return AT_ONCE if self._desk.handed.keys() & self._next.keys() else self._retry_at

    def next_offset(self, partition: int) -> int:
        """Return the offset of the first record of a partition that was not taken."""
        return self._next[partition]

    def positions(self) -> dict[int, Position]:
        """Return where each partition is to be gone on from."""
        first = dict(self._next)
        for pending in self._desk.pending.values():
            if pending.partition in first:
                first[pending.partition] = min(first[pending.partition], pending.offset)
        return {partition: Position(offset) for partition, offset in first.items()}

    def take(self, record: Record) -> None:
        """Keep the message of a record, where it holds one that was not told."""
        if record.offset < self._next[record.partition]:
            return
        self._next[record.partition] = record.offset + 1
        try:
            envelope = CODEC.envelope(record.value)
            if envelope.type in _OUTCOMES:
                self._hear(CODEC.decode(record.value))
                return
            if envelope.type not in MESSAGE_TYPES:
                return
            if partition_of(envelope.subject, self._partitions) != record.partition:
                return
            message = message_of(CODEC.decode(record.value), limit_days=self._limit_days)
        except UnreadableEventError as e:
            place = f"partition {record.partition} offset {record.offset}"
            _log.error("unreadable derived event", place=place, reason=str(e))
            return
        if message is None or (message.replay and not self._desk.outlet.replays):
            return
        self._desk.add(record.partition, record.offset, message)

    async def turn(self) -> Turn:
        """Send what is due, and hand out what became of it; the first turn of a new channel is for its position."""
        if self._begins:
            self._begins, self._retry_at = False, AT_ONCE
            return Turn()
        ends_at = time.monotonic() + self._pace.turn_s
        self.full, self._retry_at = False, None
        async with self._desk.lock:
            self._take_handed()
            now = self._clock()
            try:
                if not await self._send_due(now, ends_at):
                    self.full, self._retry_at = True, AT_ONCE
            except DeliveryError:
                self.full, self._retry_at = True, self._desk.outlet.rested_at
            else:
                if not self.full:
                    self._retry_at = self._next_look(now)
            done, self._turn = self._turn, Turn()
        return done

    async def _send_due(self, now: datetime, ends_at: float) -> bool:
        """Tell what concerns these partitions; returns whether all is through.

        Raises `DeliveryError` where the channel failed.
        """
        if not any(max(p.due, p.wake) <= now for p in self._mine()):
            self._settle_waiting(now)
            return True
        directory = await self._desk.directory(now)
        due = list(self._desk.addressed(now, directory))
        through = True
        for (destination, unit, _), group in self._groups(due).items():
            if not through:
                break
            if await self._send_group((destination, unit), group, directory, now):
                through = time.monotonic() < ends_at or self._desk.manner.pilot
        for addressed in due:
            if (
                addressed.pending.partition in self._next
                and addressed.pending.matter.id in self._desk.pending
            ):
                self._settle(addressed, now)
        self._settle_waiting(now)
        return through

    def _groups(self, due: Iterable[Addressed]) -> dict[tuple[str, str, str], list[tuple[Pending, Route]]]:
        """Gather what each person is told about a unit, an emergency by itself.

        Those groups alone in which these partitions have a part.
        """
        groups: dict[tuple[str, str, str], list[tuple[Pending, Route]]] = {}
        for addressed in due:
            matter = addressed.pending.matter
            apart = str(matter.id) if matter.kind == "emergency" else ""
            for route in addressed.here:
                if self._desk.outcome(addressed.pending, route.to) is None:
                    key = (route.to, route.unit, apart)
                    groups.setdefault(key, []).append((addressed.pending, route))
        return {k: group for k, group in groups.items() if any(p.partition in self._next for p, _ in group)}

    async def _send_group(
        self, key: CardKey, group: list[tuple[Pending, Route]], directory: Directory, now: datetime
    ) -> bool:
        """Send one message; returns whether one was sent. What is held back is looked at again when it may go out."""
        desk, route = self._desk, group[0][1]
        card = desk.cards.get(key, Card())
        matters = [pending.matter for pending, _ in group]
        composition = compose(
            matters,
            card,
            now,
            renewable_for=desk.outlet.renewable_for,
            most_a_day=desk.manner.most_a_day,
        )
        if composition is None:
            wake = next_day(now, key[1], desk.manner.hours, desk.days)
            for pending, _ in group:
                pending.wake = min(pending.wake, wake) if pending.wake > now else wake
            return False
        carrier = derived_ids.alert_composed(desk.outlet.name, *key, (m.id for m in matters))
        try:
            card, renewed = await self._send(carrier, composition, route, card, directory, now)
        except DeliveryError as e:
            if not e.permanent and not _is_given_up(group, now):
                if not e.alone:
                    raise
                for pending, _ in group:
                    pending.wake = now + (AGAIN if e.wait_s is None else timedelta(seconds=e.wait_s))
                return False
            self._record(group, key, carrier, now, "failed", renewed=False, error=e)
        else:
            partition = next(p.partition for p, _ in group if p.partition in self._next)
            desk.cards[key] = card
            self._turn.cards.append((partition, key, card))
            outcome: Outcome = "pilot" if desk.manner.pilot else "delivered"
            self._record(group, key, carrier, now, outcome, renewed=renewed)
        self._turn.sent += 1
        return True

    async def _send(
        self,
        carrier: UUID,
        composition: Composition,
        route: Route,
        card: Card,
        directory: Directory,
        now: datetime,
    ) -> tuple[Card, bool]:
        """Put a message in the place of the card, or send a new one; returns the card, and whether it was renewed."""
        outlet = self._desk.outlet
        message = worded(carrier, composition, route, directory, now, self._desk.links)
        if self._desk.manner.pilot:
            reference = "pilot" if outlet.renewable_for is not None else ""
            renewed = composition.renews
            return sent(card, composition, now, reference, renewed=renewed, pilot=True), renewed
        if composition.renews:
            try:
                receipt = await outlet.send(message, route.to, card.reference)
            except DeliveryError as e:
                if not e.permanent:
                    raise
            else:
                return sent(card, composition, now, receipt.reference, renewed=True), True
        receipt = await outlet.send(message, route.to)
        return sent(card, composition, now, receipt.reference, renewed=False), False

    def _record(
        self,
        group: list[tuple[Pending, Route]],
        key: CardKey,
        carrier: UUID,
        now: datetime,
        outcome: Outcome,
        *,
        renewed: bool,
        error: DeliveryError | None = None,
    ) -> None:
        """Keep what became of each matter at a destination, and one line of the message for the ledger."""
        desk, (destination, unit) = self._desk, key
        for pending, _ in group:
            matter = pending.matter
            desk.note(pending, destination, outcome)
            delivery = Delivery(matter.id, desk.outlet.name, destination)
            turn = self._turn_of(pending.partition)
            turn.outcomes.append((pending.partition, delivery, outcome))
            if outcome != "pilot":
                event = outcome_event(
                    delivery, subject=matter.account_id, at=now, outcome=outcome, error=error
                )
                turn.events.append((pending.partition, event))
        if error is not None:
            return
        first = next(p for p, _ in group if p.partition in self._next)
        composed = AlertComposed(
            channel=desk.outlet.name,
            destination=destination,
            unit=unit,
            reason=group[0][1].reason,
            tells=tuple(p.matter.id for p, _ in group),
            kinds=tuple(sorted({p.matter.kind for p, _ in group})),
            renewed=renewed,
            pilot=desk.manner.pilot,
        )
        subject = first.matter.account_id
        self._turn.events.append((first.partition, Event(carrier, XUNCHA, subject, now, composed)))

    def _settle(self, addressed: Addressed, now: datetime) -> None:
        """Close a matter that everybody here has or refused; one that nobody took waits for other channels."""
        pending, routing = addressed.pending, addressed.routing
        here = [self._desk.outcome(pending, route.to) for route in addressed.here]
        if None in here:
            return
        raises_notice = pending.matter.kind in _RAISING
        if not routing.routes and raises_notice:
            self._unreached(pending, "nobody", now)
        elif here and set(here) == {"failed"} and raises_notice:
            others = {(r.channel, r.to) for r in routing.routes} - {
                (self._desk.outlet.name, r.to) for r in addressed.here
            }
            pending.waits_for = others
            return
        self._close(pending, here[0] if here else None)

    def _settle_waiting(self, now: datetime) -> None:
        """Close matters that were refused here once it is known what became of them elsewhere."""
        for pending in [p for p in self._mine() if p.waits_for is not None]:
            heard = self._heard.get(pending.matter.id, {})
            waits_for = pending.waits_for or set()
            if any(heard.values()):
                self._close(pending, "failed")
            elif all(heard.get(other) is False for other in waits_for):
                self._unreached(pending, "refused", now)
                self._close(pending, "failed")

    def _unreached(self, pending: Pending, cause: str, now: datetime) -> None:
        matter = pending.matter
        level = matter.level if matter.kind == "alert" else _LEVELS[matter.kind]
        data = AlertUnreached(
            message_id=matter.id, cause=cause, level=level, name=matter.name, owner=matter.owner
        )
        event_id = derived_ids.alert_unreached(matter.account_id, matter.opener_id or str(matter.id))
        event = Event(event_id, XUNCHA, matter.account_id, now, data)
        self._turn.events.append((pending.partition, event))

    def _close(self, pending: Pending, outcome: Outcome | None) -> None:
        """Forget a matter; what became of it stands under the channel's name for whoever is responsible later."""
        name = self._desk.outlet.name
        if outcome is not None:
            self._desk.note(pending, name, outcome)
            self._turn.outcomes.append((pending.partition, Delivery(pending.matter.id, name, name), outcome))
        self._desk.pending.pop(pending.matter.id, None)
        self._heard.pop(pending.matter.id, None)

    def _hear(self, event: Event) -> None:  # type: ignore[type-arg]
        """Learn what became of a pending matter on any channel."""
        data = event.data
        if isinstance(data, AlertDelivered | AlertDeliveryFailed) and data.message_id in self._desk.pending:
            heard = self._heard.setdefault(data.message_id, {})
            heard[data.channel, data.destination] = isinstance(data, AlertDelivered)
            self._retry_at = AT_ONCE

    def _mine(self) -> list[Pending]:
        return [p for p in self._desk.pending.values() if p.partition in self._next]

    def _turn_of(self, partition: int) -> Turn:
        """Return where what was done for a partition goes: this turn, or what its own notifier takes up next."""
        return self._turn if partition in self._next else self._desk.handed.setdefault(partition, Turn())

    def _take_handed(self) -> None:
        for partition in self._next.keys() & self._desk.handed.keys():
            handed = self._desk.handed.pop(partition)
            self._turn.outcomes += handed.outcomes
            self._turn.events += handed.events

    def _next_look(self, now: datetime) -> float | None:
        due = self._desk.next_due(self._next.keys(), now)
        if due is None:
            return None
        return time.monotonic() + min(LONGEST_S, max(0.2, (due - now).total_seconds()))


def _is_given_up(group: list[tuple[Pending, Route]], now: datetime) -> bool:
    """Tell whether what failed for now is not tried again; a step that another follows is tried for less long."""
    for pending, _ in group:
        pending.failing_since = pending.failing_since or now
    tried_s = min((now - (p.failing_since or now)).total_seconds() for p, _ in group)
    early = all(p.matter.kind == "alert" and not p.matter.is_urgent for p, _ in group)
    since = max(p.due for p, _ in group)
    return tried_s >= TRIED_S and now - since > (EARLY if early else LAST)
