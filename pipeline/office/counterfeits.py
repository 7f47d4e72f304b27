"""Counterfeit accounts: steps as a person enters them, refused in a wrong order."""

from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from events import fact_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.counterfeit import CounterfeitSuspected
from events.evidence import Evidence
from events.ids import account_of, derived_native
from events.instants import FAR
from events.messages import message
from events.sources import SHEETS
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.new_names import require_fit_account
from pipeline.home.person_free import refuse_people
from pipeline.home.workspace import Workspace
from projections.registry.counterfeits import COUNTERFEIT_TYPES, Counterfeit, counterfeits_at, wrong_step

P = TypeVar("P", bound=Payload)


def list_counterfeits(workspace: Workspace, at: datetime = FAR) -> list[Counterfeit]:
    """Return every case as of T as known now, by the time of suspicion."""
    known = workspace.known.read(COUNTERFEIT_TYPES)
    return sorted(counterfeits_at(known, at).values(), key=lambda c: (c.suspected_at, c.account_id))


class EvidenceGiven(msgspec.Struct, frozen=True):
    """Files to be kept, and where evidence lies that may not be copied."""

    files: tuple[Path, ...] = ()
    references: tuple[str, ...] = ()


class Step(msgspec.Struct, Generic[P], frozen=True):
    """A step of a case, told without its evidence."""

    data: P
    at: datetime
    evidence: EvidenceGiven = EvidenceGiven()


def suspect(workspace: Workspace, asked: Step[CounterfeitSuspected], actor: Actor) -> Event[Payload]:
    """Record a suspicion; without an id of the platform, one follows from platform, name and what it imitates."""
    data = asked.data
    native = data.given_id or derived_native(data.platform, data.name, data.imitates)
    subject = account_of(native, data.platform)
    require_fit_account(subject, data.name)
    case = next((c for c in list_counterfeits(workspace) if c.account_id == subject), None)
    return _record(workspace, case, subject, asked, actor)


def take_step(workspace: Workspace, text: str, asked: Step[Any], actor: Actor) -> Event[Payload]:
    """Record a later step of the case of an account, by its id or name; raises `UsageError` in a wrong order."""
    cases = list_counterfeits(workspace)
    native = [c for c in cases if text in (c.account_id, c.account_id.partition(":")[2])]
    found = native or [c for c in cases if c.name == text]
    if len(found) > 1:
        ids = "、".join(c.account_id for c in found)
        raise NotFoundError(
            message(
                "{text!r} means {found_count} suspected accounts; write one of {ids}",
                text=text,
                found_count=len(found),
                ids=ids,
            )
        )
    if not found:
        known = [c.name for c in cases]
        raise NotFoundError(
            message(
                "nobody has suspected {text!r}{nearest}; `xuncha counterfeits list` shows who is suspected",
                text=text,
                nearest=nearest(text, known),
            )
        )
    return _record(workspace, found[0], found[0].account_id, asked, actor)


def _record(
    workspace: Workspace, case: Counterfeit | None, subject: str, asked: Step[Any], actor: Actor
) -> Event[Payload]:
    """Record a step; its id follows from its place in the case and its content: steps of one day are several."""
    at = asked.at
    problem = wrong_step(case, asked.data, at)
    if problem is not None:
        raise UsageError(message("{subject}: {problem}", subject=subject, problem=problem))
    kept = [keep_file(workspace.home, path, at) for path in asked.evidence.files]
    named = (Evidence(reference=text) for text in asked.evidence.references)
    data = msgspec.structs.replace(asked.data, evidence=(*kept, *named))
    content = msgspec.to_builtins(data)
    refuse_people(content)
    before = case.steps if case is not None else 0
    event_id = fact_ids.counterfeit_step(subject, data.type, at, before, content)
    event: Event[Payload] = Event(event_id, SHEETS, subject, at, data, actor.origin())
    workspace.log.append([event])
    return event
