"""Findings as commands see them: listed, and found by the beginning of their id."""

from datetime import UTC, datetime
from typing import Any

from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.finding import FindingRecorded, FindingWithdrawn
from events.known import Known
from events.messages import message
from events.sources import SHEETS
from pipeline.home.beginnings import named_by
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace

_TYPES = ("finding.recorded", "finding.withdrawn")


def list_findings(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every finding as known now, by time; of which account by `subject`, by its day alone by `date_only`."""
    known = workspace.known.read(_TYPES)
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    registry = registry_now(workspace)
    entries = registry.entries
    rows = []
    for k in known:
        data = k.event.data
        if isinstance(data, FindingRecorded):
            entry = entries.get(k.event.subject)
            rows.append(
                {
                    "finding_id": str(k.event.id),
                    "number": registry.numbers.get(k.event.subject),
                    "account_id": entry.given_id if entry else k.event.subject,
                    "name": entry.name if entry else "",
                    "rule": data.rule,
                    "severity": data.severity,
                    "count": data.count,
                    "found_at": k.event.time,
                    "finder": data.finder,
                    "note": data.note,
                    "withdrawn": k.event.id in withdrawn,
                    "subject": k.event.subject,
                    "date_only": data.date_only,
                }
            )
    return sorted(rows, key=lambda r: (r["found_at"], r["finding_id"]))


def find_finding(workspace: Workspace, text: str) -> Known:
    """Return the finding whose id begins with `text`; raises `NotFoundError`."""
    findings = (k for k in workspace.known.read(_TYPES) if isinstance(k.event.data, FindingRecorded))
    return named_by(findings, text, lambda k: (k.event.id,), message("finding"), "xuncha findings list")


def withdrawal(finding: Known, reason: str) -> Event[Payload]:
    """Return the withdrawal of a finding (核减); a finding is withdrawn once, whoever does it again."""
    subject = finding.event.subject
    event_id = fact_ids.withdrawn(subject, finding.event.id)
    data = FindingWithdrawn(corrects=finding.event.id, reason=reason)
    return Event(event_id, SHEETS, subject, datetime.now(UTC), data)


def is_withdrawn(workspace: Workspace, finding: Known) -> bool:
    """Tell whether a finding was withdrawn, as known now."""
    return any(
        isinstance(k.event.data, FindingWithdrawn) and k.event.data.corrects == finding.event.id
        for k in workspace.known.read(_TYPES)
    )
