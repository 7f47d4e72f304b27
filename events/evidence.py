"""Evidence of a finding: a file known by its hash, or a reference where nothing may be kept."""

import msgspec

from events.instants import UtcDatetime
from events.messages import message

SECRETS = "red-2-secrets"
"""The rule about state secrets: the log does not name it of any account, see `events/finding.py`."""

REFERENCE_ONLY = frozenset({SECRETS, "red-3-harmful-content"})
"""Rules whose evidence is never copied: state secrets, and content that must not be spread (domain section 2)."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file kept under its SHA-256, or the reference under which another system keeps what may not be copied.

    The file's own name is left out: it may hold a person's (design promise 11).
    """

    sha256: str = ""
    media_type: str = ""
    taken_at: UtcDatetime | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if bool(self.sha256) == bool(self.reference):
            raise ValueError(message("evidence has the hash of a file or a reference, and not both"))
        if self.reference and self.media_type:
            raise ValueError(message("evidence by reference says nothing about a file"))
