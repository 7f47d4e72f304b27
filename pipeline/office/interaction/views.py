"""Interaction tests and functions that failed, as lists show them."""

from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from events.interaction import (
    FunctionBroken,
    FunctionNoticed,
    InteractionAnswered,
    InteractionAsked,
    InteractionJudged,
    InteractionPlanned,
)
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.finding_views import FindingView
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.sites.registry import known_sites
from pipeline.office.sites.scope import sites_within
from projections.interactions.functions import FUNCTION_TYPES, Failure, failures_at
from projections.interactions.tests import INTERACTION_TYPES, InteractionTest, tests_at
from projections.sites.registry import Site

EVERYWHERE = Scope()


class Step(NamedTuple):
    """Something that was done about a test or a failure, which can be taken back."""

    fact: UUID
    what: str  # key of STEPS
    at: datetime


def steps_of(workspace: Workspace, about: UUID) -> list[Step]:
    """Return what was done about a test or a failure, by time; a question does not bring its plan along."""
    types = tuple(dict.fromkeys((*INTERACTION_TYPES, *FUNCTION_TYPES)))
    found = []
    for event in (known.event for known in workspace.known.read(types)):
        data = event.data
        belongs = event.id == about
        if isinstance(data, InteractionAnswered):
            belongs = data.asked == about
        elif isinstance(data, InteractionJudged):
            belongs = data.about == about
        if belongs and (what := _STEPS.get(type(data))) is not None:
            found.append(Step(event.id, what, event.time))
    return sorted(found, key=lambda step: (step.at, step.fact))


_STEPS: dict[type, str] = {
    InteractionPlanned: "planned",
    InteractionAsked: "asked",
    InteractionAnswered: "answered",
    InteractionJudged: "judged",
    FunctionBroken: "broken",
}


def tests_now(workspace: Workspace, at: datetime) -> list[InteractionTest]:
    """Return every test as it stands at a moment; an answer may take the days of the settings."""
    days = workspace.home.settings.interaction_days
    return tests_at(workspace.known.read(INTERACTION_TYPES), at, days)


def failures_now(workspace: Workspace, at: datetime) -> list[Failure]:
    """Return every failure as it stands at a moment."""
    return failures_at(workspace.known.read(FUNCTION_TYPES), at)


def list_tests(workspace: Workspace, at: datetime, scope: Scope = EVERYWHERE) -> list[dict[str, Any]]:
    """Return the tests of a scope by time, with what people call account or site."""
    registry, sites = registry_now(workspace), known_sites(workspace)
    inside = _inside(workspace, registry, sites, scope)
    tests = tests_now(workspace, at)
    actors = workspace.actors_of([one.id for one in tests]) if tests else {}
    return [
        {
            "test_id": str(one.id),
            "by": actors.get(one.id, ""),
            **_called(registry, sites, one.subject),
            "channel": one.channel,
            "question_kind": one.question_kind,
            "ask_by": one.ask_by,
            "asked_at": one.asked_at,
            "due_at": one.due_at,
            "answered_at": one.answered_at,
            "quality": one.quality,
            "state": one.state,
            "finding": str(one.finding) if one.finding else None,
            "reason": one.reason,
        }
        for one in tests
        if inside is None or one.subject in inside
    ]


def list_failures(workspace: Workspace, at: datetime, scope: Scope = EVERYWHERE) -> list[dict[str, Any]]:
    """Return the functions of a scope that failed, by time."""
    registry, sites = registry_now(workspace), known_sites(workspace)
    inside = _inside(workspace, registry, sites, scope)
    return [
        {
            "failure_id": str(one.id),
            **_called(registry, sites, one.subject),
            "function": one.function,
            "url": one.url,
            "seen_by": one.seen_by,
            "seen_at": one.seen_at,
            "state": one.state,
            "notice_link": one.notice_link,
            "finding": str(one.finding) if one.finding else None,
            "reason": one.reason,
        }
        for one in failures_now(workspace, at)
        if inside is None or one.subject in inside
    ]


def list_notices(workspace: Workspace, scope: Scope = EVERYWHERE) -> list[dict[str, Any]]:
    """Return the public notices of a scope, the newest first."""
    registry, sites = registry_now(workspace), known_sites(workspace)
    inside = _inside(workspace, registry, sites, scope)
    found = [
        {
            "notice_id": str(event.id),
            **_called(registry, sites, event.subject),
            "function": data.function,
            "published_at": event.time,
            "starts_at": data.starts_at,
            "until": data.until,
            "link": data.link,
        }
        for event in (known.event for known in workspace.known.read((FunctionNoticed.type,)))
        if isinstance(data := event.data, FunctionNoticed) and (inside is None or event.subject in inside)
    ]
    return sorted(found, key=lambda row: (row["published_at"], row["notice_id"]), reverse=True)


def notified_rows(rows: list[dict[str, Any]], findings: list[FindingView]) -> list[dict[str, Any]]:
    """Return the rows whose findings the unit was told of: an owner sees those, and no suspicion."""
    served = {str(view.id) for view in findings if view.served_at is not None and view.withdrawn is None}
    return [row for row in rows if row["finding"] in served]


def _inside(
    workspace: Workspace, registry: Registry, sites: dict[str, Site], scope: Scope
) -> set[str] | None:
    if scope == EVERYWHERE:
        return None
    inside = set(accounts_within(workspace, registry, scope))
    with suppress(NotFoundError):  # an area or a unit without websites
        inside |= sites_within(workspace, sites, scope)
    return inside


def _called(registry: Registry, sites: dict[str, Site], subject: str) -> dict[str, Any]:
    """Return what people call an account or a site, and whose it is."""
    if (site := sites.get(subject)) is not None:
        return {
            "subject": subject,
            "number": "",
            "name": site.name,
            "platform": "网站",
            "owner": site.unit,
            "area": site.area,
        }
    entry = registry.entries.get(subject)
    return {
        "subject": subject,
        "number": registry.numbers.get(subject, ""),
        "name": entry.name if entry else subject,
        "platform": entry.platform if entry else "",
        "owner": entry.owner if entry else "",
        "area": entry.area if entry else "",
    }
