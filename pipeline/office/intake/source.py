"""The papers of one intake as sources of facts: what makes their ids, and where each fact comes from."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from connectors.papers.paper import ReadFile
from events import fact_ids
from pipeline.office.intake.plan import Address


class Source(msgspec.Struct, frozen=True):
    """Files of an intake, each with how often its bytes were taken, undone ones counted."""

    files: Sequence[ReadFile]
    attempts: Mapping[str, int]  # SHA-256 to attempt, from 1

    def digest(self, at: Address) -> str:
        """Return the digest of the file that an address lies in."""
        return self.files[at.file].sha256

    def attempt(self, at: Address) -> int:
        """Return how often the bytes of the file were taken, with this time."""
        return self.attempts[self.digest(at)]

    def fact_id(self, subject: str, at: Address, what: str) -> UUID:
        """Return the id of a fact that this paper alone tells: the same row of another attempt is another fact."""
        return fact_ids.stated_by_paper(subject, self.digest(at), self.attempt(at), at.page, at.row, what)
