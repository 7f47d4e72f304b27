"""What an office says of itself: how its documents are signed and headed; subject `office`, or `office:<area>`."""

from typing import ClassVar

from events.base import Payload

OFFICE_SUBJECT = "office"


def office_subject(area: str = "") -> str:
    """Return the subject of what the city's office says of itself, or the competent office of an area."""
    return f"{OFFICE_SUBJECT}:{area}" if area else OFFICE_SUBJECT


class OfficeDescribed(Payload, frozen=True):
    """The office said at `time` how its documents look; the newest one counts, whole."""

    type: ClassVar[str] = "office.described"

    name: str = ""  # 落款; empty: not said
    letterhead: str | None = None  # 版头; empty: documents have none; None: not said
    areas: tuple[str, ...] = ()  # in the order of its tables; empty: that of the registry
    example: bool = False  # 示例: what this log holds is invented; said once it stays
