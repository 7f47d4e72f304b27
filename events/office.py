"""What the office says of itself: how its documents are signed and headed; the subject is `office`."""

from typing import ClassVar

from events.base import Payload

OFFICE_SUBJECT = "office"


class OfficeDescribed(Payload, frozen=True):
    """The office said at `time` how its documents look; the newest one counts, whole."""

    type: ClassVar[str] = "office.described"

    name: str = ""  # 落款; empty: not said
    letterhead: str | None = None  # 版头; empty: documents have none; None: not said
    areas: tuple[str, ...] = ()  # in the order of its tables; empty: that of the registry
    example: bool = False  # 示例: what this log holds is invented; said once it stays
