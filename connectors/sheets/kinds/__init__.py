"""The kinds of sheets and every header that is understood in them, one module a kind."""

from connectors.sheets.kinds.accounts import ACCOUNTS
from connectors.sheets.kinds.assessment import ASSESSMENT
from connectors.sheets.kinds.duty import DUTY
from connectors.sheets.kinds.filings import FILINGS
from connectors.sheets.kinds.findings import FINDINGS
from connectors.sheets.kinds.flags import FLAGS
from connectors.sheets.kinds.looks import LOOKS
from connectors.sheets.kinds.people import PEOPLE
from connectors.sheets.kinds.posts import POSTS
from connectors.sheets.kinds.self_check import SELF_CHECK
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
    PEOPLE,
    DUTY,
    ASSESSMENT,
)

__all__ = [
    "ACCOUNTS",
    "ASSESSMENT",
    "DUTY",
    "FILINGS",
    "FINDINGS",
    "FLAGS",
    "KINDS",
    "LOOKS",
    "PEOPLE",
    "POSTS",
    "SELF_CHECK",
    "UNITS",
    "UPPER_CHECKS",
]
