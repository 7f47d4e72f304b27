"""The ids of facts about websites, each by its recipe, like those of `fact_ids.py`."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from events.fact_ids import values_digest
from events.ids import SEPARATOR, fact_id
from events.sources import OFFICE, SHEETS


def site_registered(site: str, at: datetime, values: Mapping[str, Any]) -> UUID:
    """Name a registration by its time and what it says."""
    return fact_id(SHEETS, site, f"registered:{at.isoformat()}:{values_digest(values)}")


def site_changed(site: str, at: datetime, values: Mapping[str, Any]) -> UUID:
    """Name a change by its time and what is new."""
    return fact_id(SHEETS, site, f"changed:{at.isoformat()}:{values_digest(values)}")


def site_ended(site: str, at: datetime) -> UUID:
    """Name the end of a site by its time."""
    return fact_id(SHEETS, site, f"ended:{at.isoformat()}")


def column_declared(site: str, column: str, at: datetime, values: Mapping[str, Any]) -> UUID:
    """Name a declaration of a column by its time and what it says."""
    return fact_id(SHEETS, site, f"column:{column}:{at.isoformat()}:{values_digest(values)}")


def column_dropped(site: str, column: str, at: datetime) -> UUID:
    """Name the end of a column by its time."""
    return fact_id(SHEETS, site, f"dropped:{column}:{at.isoformat()}")


def site_patrolled(source: str, site: str, looked_at: datetime) -> UUID:
    """Name a look by its time."""
    return fact_id(source, site, f"look:{looked_at.isoformat()}")


def site_looked(site: str, looked_at: datetime, values: Mapping[str, Any]) -> UUID:
    """Name what a person saw by the time and what was seen: of one moment several sheets may tell."""
    return fact_id(SHEETS, site, f"seen:{looked_at.isoformat()}:{values_digest(values)}")


def column_key(site: str, url: str) -> str:
    """Return the id of a column for ever: by the site, and the address under which it was declared first."""
    return hashlib.sha256(SEPARATOR.join((site, url)).encode()).hexdigest()[:12]


def availability_sampled(source: str, site: str, day: date) -> UUID:
    """Name the visits of a day: they are told once by a source, whatever crashed in between."""
    return fact_id(source, site, f"availability:{day.isoformat()}")


def site_message_sampled(site: str, reference: str, looked_at: datetime) -> UUID:
    """Name a look at a message by the message and the time."""
    return fact_id(SHEETS, site, f"message:{reference}:{looked_at.isoformat()}")


def site_finding_recorded(site: str, rule: str, found_at: datetime, told: str) -> UUID:
    """Name a finding by rule, time and what tells two of one moment apart."""
    return fact_id(SHEETS, site, f"finding:{rule}:{found_at.isoformat()}:{values_digest({'told': told})}")


def site_suspected(site: str, what: str, page: str, url: str) -> UUID:
    """Name a suggestion by what is meant where: seen again, by whatever look, it is the same one."""
    return fact_id(OFFICE, site, f"suspected:{what}:{values_digest({'page': page, 'url': url})}")


def site_check_frozen(subject: str, claim: UUID) -> UUID:
    """Name a frozen check by the claim under which it was frozen."""
    return fact_id(OFFICE, subject, f"frozen:{claim}")
