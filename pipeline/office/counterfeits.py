"""Counterfeit accounts: steps as a person enters them, refused in a wrong order."""

from datetime import datetime

import msgspec

from events import fact_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.counterfeit import CounterfeitSuspected
from events.ids import account_of, derived_native
from events.instants import FAR
from events.sources import SHEETS
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.new_names import require_fit_account
from pipeline.home.person_free import refuse_people
from pipeline.home.workspace import Workspace
from projections.registry.counterfeits import COUNTERFEIT_TYPES, Counterfeit, counterfeits_at, wrong_step


def list_counterfeits(workspace: Workspace, at: datetime = FAR) -> list[Counterfeit]:
    """Return every case as of T as known now, by the time of suspicion."""
    known = workspace.known.read(COUNTERFEIT_TYPES)
    return sorted(counterfeits_at(known, at).values(), key=lambda c: (c.suspected_at, c.account_id))


def suspect(workspace: Workspace, data: CounterfeitSuspected, at: datetime) -> Event[Payload]:
    """Record a suspicion; without an id of the platform, one follows from platform, name and what it imitates."""
    native = data.given_id or derived_native(data.platform, data.name, data.imitates)
    subject = account_of(native, data.platform)
    require_fit_account(subject, data.name)
    case = next((c for c in list_counterfeits(workspace) if c.account_id == subject), None)
    return _record(workspace, case, subject, data, at)


def take_step(workspace: Workspace, text: str, data: Payload, at: datetime) -> Event[Payload]:
    """Record a later step of the case of an account, by its id or name; raises `UsageError` in a wrong order."""
    cases = list_counterfeits(workspace)
    native = [c for c in cases if text in (c.account_id, c.account_id.partition(":")[2])]
    found = native or [c for c in cases if c.name == text]
    if len(found) > 1:
        ids = "、".join(c.account_id for c in found)
        raise NotFoundError(f"{text!r} means {len(found)} suspected accounts; write one of {ids}")
    if not found:
        known = [c.name for c in cases]
        raise NotFoundError(
            f"nobody has suspected {text!r}{nearest(text, known)}; `xuncha counterfeits list` shows who is suspected"
        )
    return _record(workspace, found[0], found[0].account_id, data, at)


def _record(
    workspace: Workspace, case: Counterfeit | None, subject: str, data: Payload, at: datetime
) -> Event[Payload]:
    """Record a step; its id follows from its place in the case and its content: steps of one day are several."""
    problem = wrong_step(case, data, at)
    if problem is not None:
        raise UsageError(f"{subject}: {problem}")
    told = msgspec.to_builtins(data)
    refuse_people(told)
    before = case.steps if case is not None else 0
    event_id = fact_ids.counterfeit_step(subject, data.type, at, before, told)
    event = Event(event_id, SHEETS, subject, at, data)
    workspace.log.append([event])
    return event
