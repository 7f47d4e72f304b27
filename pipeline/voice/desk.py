"""What one channel of people has to tell: shared by the notifiers of all partitions that a process holds."""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from connectors.log.deliveries import Delivery, Outcome
from connectors.notify.message import Message
from events.days import chinese_day
from pipeline.voice.directory import DirectoryOn
from pipeline.voice.links import Links, no_links
from pipeline.voice.notifier import CardKey, Outcomes, Turn
from pipeline.voice.outlet import Outlet
from projections.rules.calendar import Days
from projections.rules.ladder import Ladder
from projections.voice.cards import Card, holders
from projections.voice.hours import Hours, due_at, wait_until
from projections.voice.matter import Matter, step_of
from projections.voice.routing import Directory, Line, Route, Routing, route


class Manner(msgspec.Struct, frozen=True):
    """How a home tells people."""

    lines: tuple[Line, ...]  # all channels that are routed, in the order in which they are tried
    hours: Hours
    most_a_day: int
    pilot: bool


class Pending(msgspec.Struct):
    """A matter that is to be told here, if it concerns anybody here."""

    partition: int
    offset: int
    matter: Matter
    due: datetime
    wake: datetime  # when it is looked at again, where something held it back
    failing_since: datetime | None = None  # in this process, for whomever it failed
    waits_for: set[tuple[str, str]] | None = (
        None  # refused here: channel and destination that may still reach
    )


class Addressed(msgspec.Struct):
    """A pending matter with whom it is told here, and elsewhere, as of now."""

    pending: Pending
    routing: Routing
    here: tuple[Route, ...]


class Desk:
    """Pending matters, cards and outcomes of one channel.

    Turns of several partitions take the lock one after another: what one of them tells of another partition is told,
    and is handed to it for its own transaction.
    """

    def __init__(
        self,
        outlet: Outlet,
        manner: Manner,
        ladder: Ladder,
        directory_on: DirectoryOn,
        links: Links = no_links,
    ) -> None:
        self.links = links
        self.outlet = outlet
        self.manner = manner
        self.ladder = ladder
        self.lock = asyncio.Lock()
        self.pending: dict[UUID, Pending] = {}
        self.cards: dict[CardKey, Card] = {}
        self._newest: dict[tuple[str, str], UUID] = {}  # alert of each silence, by account and opener
        self.handed: dict[int, Turn] = {}  # what turns of other partitions did for one
        self._outcomes: dict[int, Outcomes] = {}
        self._directory_on = directory_on
        self.days = Days()

    def begin(self, outcomes: Mapping[int, Outcomes], cards: Mapping[CardKey, Card]) -> None:
        """Take partitions up, from what is stored of them; of two copies of a card the newer one counts."""
        self._outcomes.update(outcomes)
        for message_id in [i for i, p in self.pending.items() if p.partition in outcomes]:
            del self.pending[message_id]
        for partition in outcomes:
            self.handed.pop(partition, None)
        for key, card in cards.items():
            if card.pilot is not self.manner.pilot:
                continue
            if key not in self.cards or card.renewed_us > self.cards[key].renewed_us:
                self.cards[key] = card

    def clear(self) -> None:
        """Forget everything: the partitions went to others, or come back from what is stored."""
        self.pending.clear()
        self._newest.clear()
        self.cards.clear()
        self.handed.clear()
        self._outcomes.clear()

    async def directory(self, now: datetime) -> Directory:
        """Read who is who on the day of `now`, in a thread: stores may wait."""
        return await asyncio.to_thread(self._directory_on, now)

    def add(self, partition: int, offset: int, message: Message) -> None:
        """Keep a message that was not told.

        A later step of a silence, its end, or a withdrawal takes the place of what is pending, told before or not:
        records are read again after a restart.
        """
        matter = matter_of(message, self.ladder)
        if message.id in self.pending:
            return
        silence = (matter.account_id, matter.opener_id)
        if matter.kind in ("alert", "cleared") and (earlier := self._newest.pop(silence, None)):
            self.pending.pop(earlier, None)
        if matter.kind == "withdrawn":
            self.pending.pop(UUID(matter.corrects), None)
        if self.was_closed(partition, message.id):
            return
        if matter.kind in ("cleared", "withdrawn") and not holders(self.cards, matter):
            return
        due = due_at(matter, self.manner.hours, self.days)
        if matter.kind == "alert":
            self._newest[silence] = message.id
        self.pending[message.id] = Pending(partition, offset, matter, due, due)

    def addressed(self, now: datetime, directory: Directory) -> Iterator[Addressed]:
        """Give what is due with whom it is told; what falls into quiet hours is put off."""
        rest = not self.days.is_workday(chinese_day(now))
        for pending in list(self.pending.values()):
            matter = pending.matter
            if pending.waits_for is not None or pending.due > now:
                continue
            opens_at = wait_until(matter, now, self.manner.hours, self.days)
            if opens_at > now:
                pending.due = opens_at
                continue
            if matter.kind in ("cleared", "withdrawn"):
                name = self.outlet.name
                notified = holders(self.cards, matter)
                routing = Routing(tuple(Route(d, name, unit, "told_before") for d, unit in notified))
            else:
                routing = route(matter, directory, self.manner.lines, rest=rest)
            here = tuple(r for r in routing.routes if r.channel == self.outlet.name)
            yield Addressed(pending, routing, here)

    def outcome(self, pending: Pending, destination: str) -> Outcome | None:
        """Return what became of a matter at a destination."""
        delivery = Delivery(pending.matter.id, self.outlet.name, destination)
        return self._outcomes[pending.partition].get(delivery)

    def note(self, pending: Pending, destination: str, outcome: Outcome) -> None:
        self._outcomes[pending.partition][Delivery(pending.matter.id, self.outlet.name, destination)] = (
            outcome
        )

    def was_closed(self, partition: int, message_id: UUID) -> bool:
        """Tell whether all was done about a message: what stands under the channel's name counts for everybody."""
        name = self.outlet.name
        return self._outcomes[partition].get(Delivery(message_id, name, name)) is not None

    def next_due(self, partitions: Collection[int], now: datetime) -> datetime | None:
        """Return when something of some partitions is to be looked at next, by the clock of the wall."""
        mine = [p for p in self.pending.values() if p.partition in partitions and p.waits_for is None]
        return min((p.due if p.due > now else max(p.wake, now) for p in mine), default=None)


def matter_of(message: Message, ladder: Ladder) -> Matter:
    """Return what a message is about."""
    details = message.details
    since, limit_at = details.get("silent_since"), details.get("limit_at")
    silent_since = datetime.fromisoformat(since) if since else None
    ladder = ladder.of(details.get("ruleset", "").partition("+")[0])
    is_alert = message.kind == "alert" and silent_since is not None
    return Matter(
        id=message.id,
        kind=message.kind,
        at=message.at,
        account_id=message.account_id,
        opener_id=details.get("opener_id", ""),
        corrects=details.get("withdrawn_id", ""),
        name=message.name,
        owner=message.owner,
        level=message.level,
        audience=message.audience,
        step=step_of(ladder, message.level, silent_since) if is_alert and silent_since else "early",
        silent_since=silent_since,
        limit_at=datetime.fromisoformat(limit_at) if limit_at else None,
        text=message.text,
    )
