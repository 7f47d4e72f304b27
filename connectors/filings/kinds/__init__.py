"""The kinds of sheets and every header that is understood in them, one module a kind."""

from connectors.filings.kinds.accounts import ACCOUNTS
from connectors.filings.kinds.filings import FILINGS
from connectors.filings.kinds.findings import FINDINGS
from connectors.filings.kinds.flags import FLAGS
from connectors.filings.kinds.looks import LOOKS
from connectors.filings.kinds.people import PEOPLE
from connectors.filings.kinds.posts import POSTS
from connectors.filings.kinds.self_check import SELF_CHECK
from connectors.filings.kinds.units import UNITS
from connectors.filings.kinds.upper_checks import UPPER_CHECKS

KINDS = (ACCOUNTS, UNITS, FILINGS, FINDINGS, LOOKS, POSTS, FLAGS, SELF_CHECK, UPPER_CHECKS, PEOPLE)

__all__ = [
    "ACCOUNTS",
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
