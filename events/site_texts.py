"""What the texts of facts about websites are; they stand in the one table (`free_text.py`) with the others."""

from collections.abc import Mapping

import msgspec

from events import site, site_check
from events.said import ID, NAME, OWN, SHOWN, TERM, TEXT, Said

_SITE = {
    "name": NAME,
    "kind": OWN,
    "unit": NAME,
    "home_url": ID,
    "site_code": ID,
    "tier": TERM,
    "area": TERM,
}

SITE_TEXTS: Mapping[type[msgspec.Struct], Mapping[str, Said | str]] = {
    site.SiteRegistered: _SITE,
    site.SiteChanged: {**_SITE, "reason": TEXT},
    site.SiteEnded: {"reason": TEXT},
    site.ColumnDeclared: {"column_id": OWN, "name": TERM, "url": ID, "column_class": OWN},
    site.ColumnDropped: {"column_id": OWN, "reason": TEXT},
    site.ColumnEntries: {"column_id": OWN},
    site.AvailabilitySampled: {"causes": OWN},
    site.SiteMessageSampled: {"reference": ID, "quality": OWN},
    site.SiteFindingRecorded: {"rule": OWN, "finder": TEXT, "note": TEXT, "page": ID},
    site.SiteSuspected: {"what": OWN, "page": ID, "url": ID, "detail": SHOWN},
    site_check.SiteCharge: {"rule": OWN, "columns": TERM},
    site_check.SiteRow: {
        "site": OWN,
        "name": NAME,
        "kind": OWN,
        "unit": NAME,
        "tier": TERM,
        "area": TERM,
        "verdict": OWN,
        "not_judged": OWN,
        "overdue": TERM,
        "empty": TERM,
    },
    site_check.SiteCheckFrozen: {
        "name": TERM,
        "ruleset": OWN,
        "ruleset_sha256": OWN,
        "digest": OWN,
        "manifest_hash": OWN,
    },
}
"""By struct and field."""
