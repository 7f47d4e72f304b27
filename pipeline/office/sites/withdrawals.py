"""Facts about a website, listed with who told them, and taken back one by one."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec

from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.instants import to_micros
from events.known import Known
from events.messages import message
from events.site_check import SiteCheckFrozen
from events.sources import SHEETS
from events.withdrawal import FactWithdrawn
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.sites.checks import site_checks
from pipeline.office.sites.registry import find_site
from projections.sites.facts import OBSERVED_TYPES
from projections.sites.registry import SITE_TYPES

_TYPES = (*SITE_TYPES, *OBSERVED_TYPES, SiteCheckFrozen.type)


class WithdrawSiteFact(msgspec.Struct, frozen=True):
    """Take back a fact about a website, or a check that was kept."""

    fact: str  # id, or its beginning
    reason: str


class SiteFactWithdrawn(msgspec.Struct, frozen=True):
    """A fact that never was, for whoever knows this."""

    fact: Event[Any]
    checks: tuple[str, ...]  # names of checks that knew it: what they say stays as it is


def list_site_facts(workspace: Workspace, site: str) -> list[dict[str, Any]]:
    """Return the facts that stand about a site, the newest first."""
    found = find_site(workspace, site)
    known = _known(workspace, (*SITE_TYPES, *OBSERVED_TYPES), {found.subject})
    in_order = sorted(known, key=lambda k: (k.event.time, k.recorded_at), reverse=True)
    return [
        {
            "fact_id": str(k.event.id),
            "type": k.event.type,
            "time": k.event.time,
            "source": k.event.source,
            "actor": k.event.origin.actor,
        }
        for k in in_order
    ]


def withdraw_site_fact(workspace: Workspace, asked: WithdrawSiteFact, actor: Actor) -> SiteFactWithdrawn:
    """Withdraw a fact; raises `UsageError` without a reason, `NotFoundError` where no one fact is meant."""
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": asked.reason})
    k = _find(workspace, asked.fact)
    fact = k.event
    data = FactWithdrawn(corrects=fact.id, of_type=fact.type, its_time=fact.time, reason=asked.reason)
    event_id = fact_ids.withdrawn(fact.subject, fact.id)
    event: Event[Payload] = Event(event_id, SHEETS, fact.subject, datetime.now(UTC), data, actor.origin())
    append_new(workspace, [event])
    knew = tuple(
        check.frozen.name
        for check in site_checks(workspace)
        if to_micros(check.frozen.known_at) >= k.recorded_at and check.event_id != fact.id
    )
    return SiteFactWithdrawn(fact, knew)


def _find(workspace: Workspace, text: str) -> Known:
    known = _known(workspace, _TYPES)
    found = [k for k in known if str(k.event.id).startswith(text.lower())] if text else []
    if len(found) != 1:
        raise NotFoundError(
            message(
                "{text!r} begins the id of {count} facts about websites; `xuncha sites facts` shows them",
                text=text,
                count=len(found),
            )
        )
    return found[0]


def _known(
    workspace: Workspace, types: Collection[str], subjects: Collection[str] | None = None
) -> list[Known]:
    """Return the facts of these types that stand, without the withdrawals that come along."""
    known = workspace.known.read(tuple(types), subjects=subjects)
    return [k for k in known if k.event.type in types]
