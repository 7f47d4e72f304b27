"""What one person was told about the accounts of a unit, and what the next message to them holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from events import derived_ids
from events.days import chinese_day
from events.instants import UtcDatetime, from_micros, to_micros
from projections.voice.matter import Matter

State = Literal["open", "ended", "void"]


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One account on a card."""

    message_id: str  # of the newest alert that was told
    account_id: str
    opener_id: str
    name: str
    level: str
    step: str
    silent_since: UtcDatetime | None
    limit_at: UtcDatetime | None
    at: UtcDatetime
    state: State = "open"


class Card(msgspec.Struct, frozen=True, array_like=True):
    """What a person was told about a unit; renewed in its place where the channel can do that."""

    reference: str = ""  # of the vendor; empty: it cannot be renewed
    sent_us: int = 0  # when the message that shows it was sent
    renewed_us: int = 0  # when it was last changed; the newer of two copies counts
    day: str = ""  # Chinese day of the messages counted
    count: int = 0  # new messages of that day
    items: tuple[Item, ...] = ()
    pilot: bool = False  # composed and not sent: nobody knows it

    def shows_open(self, account_id: str, opener_id: str) -> bool:
        """Tell whether a silence that was told stands open on the card."""
        return any(
            i.account_id == account_id and i.opener_id == opener_id and i.state == "open" for i in self.items
        )

    def counted(self, now: datetime) -> int:
        """Return how many new messages went out on the day of `now`."""
        return self.count if self.day == str(chinese_day(now)) else 0


class Composition(msgspec.Struct, frozen=True):
    """One message to one person: what it tells, and all that the card then shows."""

    matters: tuple[Matter, ...]
    items: tuple[Item, ...]
    renews: bool  # goes in the place of the card
    urgent: bool


def compose(
    due: Sequence[Matter],
    card: Card,
    now: datetime,
    *,
    renewable_for: timedelta | None,
    most_a_day: int,
) -> Composition | None:
    """Return the message that tells what is due, None where the limit of the day holds it back.

    Ends, withdrawals and further early steps of a silence that stands on the card change it in its place, and so does
    what comes on a day on which a message went out; the last step, the limit and emergencies are always a message of
    their own. Tasks of rectification stand on no card: what tells of one is a new message, and is not changed later.
    """
    urgent = any(matter.is_urgent for matter in due)
    sent_at = from_micros(card.sent_us)
    can_renew = bool(card.reference) and renewable_for is not None and now - sent_at < renewable_for
    can_renew = can_renew and not _has_tasks(due)
    known = all(
        matter.kind in ("cleared", "withdrawn") or card.shows_open(matter.account_id, matter.opener_id)
        for matter in due
    )
    renews = can_renew and not urgent and (known or chinese_day(sent_at) == chinese_day(now))
    if not (renews or urgent) and card.counted(now) >= most_a_day:
        return None
    return Composition(tuple(due), _items(card.items, due, keep_ended=renews), renews, urgent)


def sent(
    card: Card,
    composition: Composition,
    now: datetime,
    reference: str,
    *,
    renewed: bool,
    pilot: bool = False,
) -> Card:
    """Return the card after its message was taken; `renewed`: in the place of the former one."""
    us = to_micros(now)
    return Card(
        reference="" if _has_tasks(composition.matters) else reference,
        sent_us=card.sent_us if renewed else us,
        renewed_us=max(us, card.renewed_us + 1),
        day=str(chinese_day(now)),
        count=card.counted(now) + (not renewed),
        items=composition.items,
        pilot=pilot,
    )


def _has_tasks(matters: Iterable[Matter]) -> bool:
    return any(matter.kind == "task" for matter in matters)


def holders(cards: Mapping[tuple[str, str], Card], matter: Matter) -> list[tuple[str, str]]:
    """Return whom an end or a withdrawal is told: whoever was told the alert; person and unit."""
    return [
        key
        for key, card in cards.items()
        if (matter.kind == "cleared" and card.shows_open(matter.account_id, matter.opener_id))
        or (matter.kind == "withdrawn" and any(_is_void(item, matter) for item in card.items))
    ]


def _items(before: Iterable[Item], due: Sequence[Matter], *, keep_ended: bool) -> tuple[Item, ...]:
    """Return what stands on the card behind a message; what has ended stays where the message itself is renewed."""
    items = {(i.account_id, i.opener_id): i for i in before if keep_ended or i.state == "open"}
    for matter in due:
        if matter.kind == "alert":
            items[matter.account_id, matter.opener_id] = Item(
                str(matter.id),
                matter.account_id,
                matter.opener_id,
                matter.name,
                matter.level,
                matter.step,
                matter.silent_since,
                matter.limit_at,
                matter.at,
            )
        for key, item in list(items.items()):
            if matter.kind == "cleared" and key == (matter.account_id, matter.opener_id):
                items[key] = msgspec.structs.replace(item, state="ended")
            if matter.kind == "withdrawn" and _is_void(item, matter):
                back: State = "open" if item.state == "ended" else "void"
                items[key] = msgspec.structs.replace(item, state=back)
    return tuple(items.values())


def _is_void(item: Item, withdrawal: Matter) -> bool:
    """Tell whether a withdrawal takes back the alert of an item, or the end of it."""
    if item.state == "ended":
        return withdrawal.corrects == str(derived_ids.alert_cleared(item.account_id, UUID(item.opener_id)))
    return item.state == "open" and withdrawal.corrects == item.message_id
