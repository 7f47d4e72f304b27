"""Original pieces of an account, as somebody counted them: a post does not tell whether it is one."""

from typing import ClassVar

from events.base import Payload


class OriginalsCounted(Payload, frozen=True):
    """Somebody counted at `time` how many original pieces (原创) an account had in a month; the last count stands.

    A count of 0 before the month is over settles nothing.
    """

    type: ClassVar[str] = "originals.counted"

    month: str  # 2025-04, of Chinese time
    count: int
    finder: str = ""  # who counted
