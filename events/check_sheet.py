"""Check sheets of a round: handed out to checkers, and read back."""

from typing import ClassVar

from events.base import Payload


class SheetHandedOut(Payload, frozen=True):
    """A checker got the sheet of these accounts; the accounts follow from the sample and the list of checkers."""

    type: ClassVar[str] = "sheet.handed_out"

    sheet_id: str
    checker: str  # a code or a person id, never a name
    checkers: tuple[str, ...]  # among whom the sample was dealt
    accounts: int
    accounts_sha256: str


class SheetRead(Payload, frozen=True):
    """A sheet came back with findings and looks, which stand as events of their own."""

    type: ClassVar[str] = "sheet.read"

    sheet_id: str
    checker: str
    looks: int
    findings: int
    content_sha256: str  # over the rows, not over the bytes of the file
