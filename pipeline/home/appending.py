"""Appending what is new of what was handed in: the same file again adds no record, and says so."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from connectors.history.knowledge import read_by_id
from connectors.history.known_facts import KnownFacts
from events import fact_ids
from events.codec import Event
from events.finding import FindingWithdrawn
from events.known import Known
from events.looks import look_of
from events.patrol import AccountPatrolled, LookWithdrawn
from events.post import PostWithdrawn
from events.text_fields import says_the_same
from events.withdrawal import WITHDRAWABLE, FactWithdrawn
from pipeline.home.workspace import Workspace

_OF_THE_TAKING = ("handed_in_at", "observed_at")
"""Fields that tell when a fact was taken, and not what it says."""

_OF_A_PERSON = ("newest_post_at", "proves_silence", "complete_from", "longest_gap_s", "updates_28d")
"""Fields of a look that the person who looked filled in."""


class Appended(msgspec.Struct, frozen=True):
    """What became of the facts of a file."""

    events: tuple[Event[Any], ...]  # appended now, those in conflict among them
    known: int  # the history had them, or they stood in the file before
    conflicts: int  # of an id that is known with other content: the first counts, and this one is on record

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by the names that every import prints."""
        return {"events": len(self.events), "known": self.known, "conflicts": self.conflicts}


def append_new(workspace: Workspace, events: Sequence[Event[Any]]) -> Appended:
    """Append facts that the history does not hold, in their order and in one go.

    A fact is known where one of its id says the same. One that says something else is appended: nothing that was
    handed in vanishes, and `doctor` counts it as this does. One that was withdrawn is filed again as a new one.
    """
    return append_filed_again(workspace, filed_again(workspace.known, events))


def append_filed_again(workspace: Workspace, events: Sequence[Event[Any]]) -> Appended:
    """Append facts as `append_new` does, of which those that were withdrawn have their new ids."""
    held: dict[UUID, list[object]] = {}
    for known in workspace.home.kept_texts.resolve(workspace.read_by_id(events)):
        held.setdefault(known.event.id, []).append(said_by(known.event))
    new: list[Event[Any]] = []
    conflicts = 0
    for event in events:
        before, content = held.setdefault(event.id, []), said_by(event)
        if any(says_the_same(content, one) for one in before):
            continue
        conflicts += bool(before)
        before.append(content)
        new.append(event)
    if new:
        workspace.log.append(new)
    return Appended(tuple(new), len(events) - len(new), conflicts)


def read_with_texts(workspace: Workspace, ids: Iterable[UUID]) -> list[Known]:
    """Return every fact that has one of these ids, as people told it; repeats among them."""
    return workspace.home.kept_texts.resolve(read_by_id(workspace.client, ids))


def filed_again(known: KnownFacts, events: Sequence[Event[Any]]) -> list[Event[Any]]:
    """Return facts with new ids in the place of those that were withdrawn: what was undone can be done again.

    The new id names the withdrawal, so that filing it once more is a duplicate. Facts beside it that name it by its old
    id name the new one.
    """
    if not any(event.type in WITHDRAWABLE for event in events):
        return list(events)
    withdrawn = known.read((FactWithdrawn.type,), texts=False)
    withdrawals = {
        (k.event.subject, k.event.data.of_type, k.event.data.corrects): k.event.id for k in withdrawn
    }
    new_ids: dict[UUID, UUID] = {}
    for event in events:
        new_id = event.id
        while (withdrawal := withdrawals.get((event.subject, event.type, new_id))) is not None:
            new_id = fact_ids.recorded_again(event.source, event.subject, new_id, withdrawal)
        if new_id != event.id:
            new_ids[event.id] = new_id
    return [_renamed(event, new_ids) for event in events] if new_ids else list(events)


def _renamed(event: Event[Any], new_ids: Mapping[UUID, UUID]) -> Event[Any]:
    fields = {name: getattr(event.data, name) for name in event.data.__struct_fields__}
    named = {name: new_ids[i] for name, i in fields.items() if isinstance(i, UUID) and i in new_ids}
    return replace(event, id=new_ids.get(event.id, event.id), data=replace(event.data, **named))


def conflicts_among(client: Client, ids: Iterable[UUID]) -> int:
    """Count the records of some ids that say something else than the first one of their id."""
    first: dict[UUID, object] = {}
    return sum(
        first.setdefault(known.event.id, said_by(known.event)) != said_by(known.event)
        for known in sorted(read_by_id(client, ids), key=_order)
    )


def _order(known: Known) -> tuple[int, int]:
    return known.recorded_at, known.offset


def said_by(event: Event[Any]) -> object:
    """Return what a fact says, so that two of one id can be compared.

    A look by hand says what the person told: what follows from that, or from other looks, may be reckoned in another
    way later. A withdrawal says what is void: who repeats it adds nothing, whatever the reason.
    """
    data = event.data
    if isinstance(data, PostWithdrawn | LookWithdrawn | FindingWithdrawn | FactWithdrawn):
        return event.type, event.source, event.subject, data.corrects
    if isinstance(data, AccountPatrolled) and (look := look_of(event)).by_hand:
        fields = {name: getattr(data, name) for name in _OF_A_PERSON} | {"empty": look.empty}
    else:
        fields = {name: getattr(data, name) for name in data.__struct_fields__ if name not in _OF_THE_TAKING}
    return event.type, event.source, event.subject, event.time, fields
