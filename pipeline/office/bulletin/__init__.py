"""The bulletin of a round: composed, written, drafted, checked, signed, issued."""

from connectors.publish.templates import write_templates
from pipeline.office.bulletin.check import Examination, check, check_file
from pipeline.office.bulletin.compose import Bulletin, compose, templates_of
from pipeline.office.bulletin.draft import bulletin_state, draft
from pipeline.office.bulletin.extras import read_extras
from pipeline.office.bulletin.imprint import unsaid_of
from pipeline.office.bulletin.issue import RefusedError, issue
from pipeline.office.bulletin.listing import list_bulletins
from pipeline.office.bulletin.signing import sign, submit
from pipeline.office.bulletin.written import Written, write

__all__ = [
    "Bulletin",
    "Examination",
    "RefusedError",
    "Written",
    "bulletin_state",
    "check",
    "check_file",
    "compose",
    "draft",
    "issue",
    "list_bulletins",
    "read_extras",
    "sign",
    "submit",
    "templates_of",
    "unsaid_of",
    "write",
    "write_templates",
]
