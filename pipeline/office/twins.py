"""Twins: one account of the world that was registered twice is merged into one, and taken apart again.

A merge is a fact of its own, written before what it brings about: a copy of each observation of the twin under the
account that stays, and a withdrawal of everything that was told of the twin. Ids follow from the merge, so that one
that was cut off is ended by the same command, and twice is nothing.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.history.dependent_facts import facts_about
from events import fact_ids
from events.account import AccountMerged, AccountOpened
from events.codec import Event
from events.fields import field
from events.finding import FindingRecorded
from events.focus import FocusFlagged
from events.messages import message
from events.patrol import AccountPatrolled
from events.platforms import platform_family
from events.post import PostPublished
from events.sources import SHEETS
from events.withdrawal import ACCOUNT_STATEMENTS
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import Registry, find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.intake.world import World
from pipeline.office.taking_back import RevisionDue, TakeBack, agree_on, still_due
from pipeline.office.withdrawals import compensation, refuse_filed
from projections.registry.identity.statement import own_id
from projections.registry.identity.twins import Twin

_MOVED = (PostPublished.type, AccountPatrolled.type, FindingRecorded.type, FocusFlagged.type)
"""Types of observations: true of the account of the world, whatever it is called here."""

_AT_MOST = 5000
"""Facts that one merge takes back: their ids stand in its fact, which has to fit into a message."""


class MergeAccounts(msgspec.Struct, frozen=True):
    """Say that an account is another one registered again."""

    twin: str  # as a person names it
    into: str
    reason: str
    although: bool = False  # go on though both bear ids of the platform that differ
    second: str = ""  # who agrees, where a frozen round knew the twin's facts


class SeparateAccounts(msgspec.Struct, frozen=True):
    """Take a merge back."""

    twin: str
    reason: str
    second: str = ""  # who agrees, where a frozen round knew what the merge told


class Merged(msgspec.Struct, frozen=True):
    """What a merge, or its end, did; `left` are facts about the twin that stay with it and count for nobody."""

    twin: str
    into: str
    name: str  # of the twin
    moved: int
    withdrawn: int
    left: Mapping[str, int] = {}  # type to number
    done_before: bool = False
    revisions_due: tuple[RevisionDue, ...] = ()


def merge_accounts(workspace: Workspace, wanted: MergeAccounts, actor: Actor) -> Merged:
    """Merge a twin into the account that it is: it never was, for whoever knows this; its names mean the other one.

    Raises `UsageError` for accounts that are not known or of two platforms, or a reason that is empty or tells of
    people; `FilingsRestOnError` where the twin was filed; `ConflictError` where both bear ids of the platform.
    """
    _demand_reason(wanted.reason)
    registry = registry_now(workspace)
    into = find_account(registry, wanted.into)
    before = _merge_of(registry, wanted.twin, into)
    due: tuple[RevisionDue, ...] = ()
    if before is not None:
        merge = _merge_fact(workspace, before)
    else:
        twin = find_account(registry, wanted.twin)
        _refuse_pair(registry, twin, into, although=wanted.although)
        refuse_filed(workspace, twin, registry.entries[twin].name)
        merge = _merge(workspace, registry, twin, into, wanted.reason, actor)
        due = agree_on(workspace, merge.data.withdrawn, TakeBack(wanted.reason, wanted.second), actor)
        append_new(workspace, [merge])
        fail_point("merge.after_fact")
    written = _carry_out(workspace, merge, actor)
    data = merge.data
    return Merged(
        merge.subject,
        into,
        data.name,
        len(data.moved),
        len(data.withdrawn),
        _left(workspace, merge),
        done_before=not written,
        revisions_due=still_due(workspace, due),
    )


def separate_accounts(workspace: Workspace, wanted: SeparateAccounts, actor: Actor) -> Merged:
    """Take a merge back: the twin is an account again with what was told of it, which the other loses.

    What was told of the account since then stays with it, also where a list named the twin; an observation that was
    withdrawn meanwhile does not come back. Raises `UsageError` where no such twin was merged.
    """
    _demand_reason(wanted.reason)
    registry = registry_now(workspace)
    twin = _merge_of(registry, wanted.twin)
    if twin is None:
        merged = "、".join(sorted(t.name for of_it in registry.twins.values() for t in of_it)) or message(
            "none"
        )
        raise NotFoundError(
            message(
                "no account {twin!r} was merged into another; merged are: {merged}",
                twin=wanted.twin,
                merged=merged,
            )
        )
    merge = _merge_fact(workspace, twin)
    data = merge.data
    world = World(workspace)
    facts = world.facts((*data.withdrawn, *data.moved.values()))
    void = {old for old, new in data.moved.items() if new in world.void}
    restored = [
        replace(fact, id=_new_id(fact))
        for event_id in data.withdrawn
        if (fact := facts.get(event_id)) is not None and str(event_id) not in void
    ]
    copies = [facts[new] for new in data.moved.values() if new in facts and new not in world.void]
    due = agree_on(workspace, [f.id for f in copies], TakeBack(wanted.reason, wanted.second), actor)
    append_new(workspace, restored)
    fail_point("separate.after_facts")
    append_new(
        workspace,
        [*(compensation(f, wanted.reason, actor) for f in (*copies, merge))],
    )
    due = still_due(workspace, due)
    return Merged(merge.subject, twin.into, data.name, len(copies), len(restored), revisions_due=due)


def list_twins(workspace: Workspace) -> list[Twin]:
    """Return every twin that was merged, by the account that it was merged into."""
    merged = registry_now(workspace).twins
    return [twin for into in sorted(merged) for twin in merged[into]]


def _merge_fact(workspace: Workspace, twin: Twin) -> Event[AccountMerged]:
    """Return the fact by which a twin was merged."""
    known = workspace.known.read((AccountMerged.type,), subjects=(twin.subject,))
    return next(k.event for k in known if isinstance(k.event.data, AccountMerged))


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError(
            message("{reason} is empty; say why they are one account, or are not", reason=field("reason"))
        )
    refuse_people({"reason": reason})


def _merge_of(registry: Registry, text: str, into: str = "") -> Twin | None:
    """Return the twin that was merged already and that a person names, None where there is none."""
    wanted = text.strip()
    found = [
        twin
        for of_it in registry.twins.values()
        for twin in of_it
        if wanted in (*twin.ids, twin.name, registry.twin_numbers.get(twin.subject))
        and into in ("", twin.into)
    ]
    return found[0] if len(found) == 1 else None


def _refuse_pair(registry: Registry, twin: str, into: str, *, although: bool) -> None:
    name, other = registry.title(twin), registry.title(into)
    if twin == into:
        raise UsageError(message("{name} is one account already: name two", name=name))
    first, second = registry.entries[twin], registry.entries[into]
    if platform_family(first.platform) != platform_family(second.platform):
        raise UsageError(
            message("{name} and {other} are on two platforms: they are two accounts", name=name, other=other)
        )
    ids = [own_id(entry.given_id, entry.platform) for entry in (first, second)]
    if all(ids) and ids[0] != ids[1] and not although:
        raise ConflictError(
            message(
                "{name} and {other} bear two ids of the platform, {ids} and {ids_2}, so they are"
                " two accounts; where one of the ids is wrong, correct it, or go on with"
                " {although}",
                name=name,
                other=other,
                ids=ids[0],
                ids_2=ids[1],
                although=field("although"),
            )
        )


def _merge(
    workspace: Workspace, registry: Registry, twin: str, into: str, reason: str, actor: Actor
) -> Event[AccountMerged]:
    """Return the fact of a merge, with every fact that it takes back and the ids under which some are told again."""
    world = World(workspace)
    valid = [
        (event_id, type_)
        for _, type_, event_id in facts_about(workspace.client, [twin])
        if event_id not in world.void and (type_ in _MOVED or type_ in ACCOUNT_STATEMENTS)
    ]
    if len(valid) > _AT_MOST:
        raise ConflictError(
            message(
                "{standing_count} facts tell of {title}, more than {at_most}: close it by a filing instead",
                standing_count=len(valid),
                title=registry.title(twin),
                at_most=_AT_MOST,
            )
        )
    facts = world.facts(event_id for event_id, _ in valid)
    opening = next(f for f in facts.values() if isinstance(f.data, AccountOpened))
    entry = registry.entries[twin]
    data = AccountMerged(
        into=into,
        given_id=entry.given_id,
        name=entry.name,
        platform=entry.platform,
        reason=reason,
        withdrawn=tuple(event_id for event_id, _ in valid),
        moved={
            str(event_id): fact_ids.moved_to(facts[event_id].source, into, event_id)
            for event_id, type_ in valid
            if type_ in _MOVED
        },
    )
    event_id = fact_ids.account_merged(twin, opening.id, into)
    return Event(event_id, SHEETS, twin, datetime.now(UTC), data, actor.origin())


def _carry_out(workspace: Workspace, merge: Event[AccountMerged], actor: Actor) -> int:
    """Write what a merge brings about and is not there yet; returns how many facts were written."""
    data = merge.data
    facts = World(workspace).facts(data.withdrawn)
    copies = [
        Event(new, fact.source, data.into, fact.time, fact.data, actor.origin(basis=fact.origin.basis))
        for old, new in data.moved.items()
        if (fact := facts.get(UUID(old))) is not None
    ]
    written = len(append_new(workspace, copies).events)
    fail_point("merge.after_copies")
    going = [facts[event_id] for event_id in reversed(data.withdrawn) if event_id in facts]
    written += len(append_new(workspace, [compensation(f, data.reason, actor) for f in going]).events)
    workspace.catch_up()
    return written


def _left(workspace: Workspace, merge: Event[AccountMerged]) -> Mapping[str, int]:
    """Count the facts about a twin that stay with it, by type."""
    gone, void = {*merge.data.withdrawn, merge.id}, World(workspace).void
    return Counter(
        type_
        for _, type_, event_id in facts_about(workspace.client, [merge.subject])
        if event_id not in gone and event_id not in void and not type_.endswith(".withdrawn")
    )


def _new_id(fact: Event[Any]) -> UUID:
    withdrawal = fact_ids.withdrawn(fact.subject, fact.id)
    return fact_ids.recorded_again(fact.source, fact.subject, fact.id, withdrawal)
