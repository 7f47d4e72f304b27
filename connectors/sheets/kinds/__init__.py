"""The kinds of sheets and every header that is understood in them, one module a kind."""

from connectors.sheets.kinds.accounts import ACCOUNTS
from connectors.sheets.kinds.assessment import ASSESSMENT
from connectors.sheets.kinds.duty import DUTY
from connectors.sheets.kinds.filings import FILINGS
from connectors.sheets.kinds.findings import FINDINGS
from connectors.sheets.kinds.flags import FLAGS
from connectors.sheets.kinds.interpretations import INTERPRETATIONS
from connectors.sheets.kinds.looks import LOOKS
from connectors.sheets.kinds.people import PEOPLE
from connectors.sheets.kinds.posts import POSTS
from connectors.sheets.kinds.reposts import REPOSTS
from connectors.sheets.kinds.self_check import SELF_CHECK
from connectors.sheets.kinds.sites import SITE_COLUMNS, SITE_LOOKS, SITES
from connectors.sheets.kinds.units import UNITS
from connectors.sheets.kinds.upper_checks import UPPER_CHECKS

KINDS = (
    ACCOUNTS,
    UNITS,
    FILINGS,
    FINDINGS,
    LOOKS,
    POSTS,
    FLAGS,
    SELF_CHECK,
    UPPER_CHECKS,
    INTERPRETATIONS,
    REPOSTS,
    PEOPLE,
    DUTY,
    SITES,
    SITE_COLUMNS,
    SITE_LOOKS,
    ASSESSMENT,
)

__all__ = [
    "ACCOUNTS",
    "ASSESSMENT",
    "DUTY",
    "FILINGS",
    "FINDINGS",
    "FLAGS",
    "INTERPRETATIONS",
    "KINDS",
    "LOOKS",
    "PEOPLE",
    "POSTS",
    "REPOSTS",
    "SELF_CHECK",
    "SITES",
    "SITE_COLUMNS",
    "SITE_LOOKS",
    "UNITS",
    "UPPER_CHECKS",
]
