"""Suggestions about websites (疑似线索): listed, confirmed with what follows, or dismissed with a reason."""

from typing import Any

import msgspec

from events import patrol_ids
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.messages import message
from events.moments import Moment
from events.sources import OFFICE
from events.suspicion import SuspicionSettled
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.meant_suggestions import meant_suggestion
from pipeline.office.sites.findings import RecordSiteFinding, record_site_finding
from pipeline.office.sites.registry import known_sites
from projections.registry.suspicions import SuspicionState
from projections.sites.suspicions import SITE_SUSPICION_TYPES, SiteSuspicion, site_suspicions_of


class ConfirmSiteSuspicion(msgspec.Struct, frozen=True):
    """That a suggestion is right; with `rule` it becomes a finding."""

    suspicion: str  # id, or its beginning
    when: Moment
    reason: str = ""
    rule: str = ""


class DismissSiteSuspicion(msgspec.Struct, frozen=True):
    """That a suggestion means nothing."""

    suspicion: str
    when: Moment
    reason: str


class SettledSiteSuspicion(msgspec.Struct, frozen=True):
    """What became of a suggestion; no event where it had ended so before."""

    suspicion: SiteSuspicion
    event: Event[Payload] | None


def list_site_suspicions(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every suggestion about a site as known now, by time."""
    sites = known_sites(workspace)
    rows = []
    for one in site_suspicions_of(workspace.known.read(SITE_SUSPICION_TYPES)):
        site = sites.get(one.site)
        rows.append(
            {
                "suspicion_id": str(one.id),
                "domain": one.site.partition(":")[2],
                "site_name": site.name if site else "",
                "unit": site.unit if site else "",
                "what": one.what,
                "page": one.page,
                "url": one.url,
                "detail": one.detail,
                "source": one.source,
                "seen_at": one.seen_at,
                "state": one.state,
                "settled_at": one.settled_at,
                "reason": one.reason,
            }
        )
    return rows


def confirm_site_suspicion(
    workspace: Workspace, asked: ConfirmSiteSuspicion, actor: Actor
) -> SettledSiteSuspicion:
    """Confirm a suggestion: first the finding, where it is one, then its end. Raises as `meant_suggestion` does."""
    one = _open(workspace, asked.suspicion, "confirmed")
    if one.state == "open" and asked.rule:
        found = RecordSiteFinding(
            site=one.site,
            rule=asked.rule,
            found=Moment(one.seen_at, date_only=False),
            page=one.page or one.url,
        )
        record_site_finding(workspace, found, actor)
    return _settled(workspace, one, "confirmed", asked.when, asked.reason, actor)


def dismiss_site_suspicion(
    workspace: Workspace, asked: DismissSiteSuspicion, actor: Actor
) -> SettledSiteSuspicion:
    """Dismiss a suggestion; the same one is not made again. Raises `UsageError` without a reason."""
    if not asked.reason.strip():
        raise UsageError(message("give a {reason}: whoever sees it again asks why", reason=field("reason")))
    one = _open(workspace, asked.suspicion, "dismissed")
    return _settled(workspace, one, "dismissed", asked.when, asked.reason, actor)


def _open(workspace: Workspace, text: str, outcome: SuspicionState) -> SiteSuspicion:
    known = site_suspicions_of(workspace.known.read(SITE_SUSPICION_TYPES))
    return meant_suggestion(known, text, outcome, "xuncha sites suggestions")


def _settled(
    workspace: Workspace, one: SiteSuspicion, outcome: Any, when: Moment, reason: str, actor: Actor
) -> SettledSiteSuspicion:
    if one.state != "open":
        return SettledSiteSuspicion(one, None)
    workspace.home.texts.refuse({"reason": reason})
    data = SuspicionSettled(suspicion=one.id, outcome=outcome, reason=reason)
    event_id = patrol_ids.suspicion_settled(one.site, one.id)
    event: Event[Payload] = Event(event_id, OFFICE, one.site, when.at, data, actor.origin())
    workspace.log.append([event])
    return SettledSiteSuspicion(one, event)
