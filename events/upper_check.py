"""Results of checks by those above the city office, and by itself, as the annual assessment counts them.

昆政办发〔2019〕162号 annex 3: the veto tells serious errors from other causes, the bonus counts pass rates.
"""

from typing import ClassVar, Literal

from events.base import Payload
from events.report import CheckOutcome

CheckLevel = Literal["state_council", "province", "city"]
FailureCause = Literal["serious_error", "other"]


class UpperCheckRecorded(Payload, frozen=True):
    """State Council, province or city checked an account at `time`."""

    type: ClassVar[str] = "upper_check.recorded"

    level: CheckLevel
    outcome: CheckOutcome
    cause: FailureCause | None = None  # None where it passed
    document: str = ""  # title or number of the bulletin that says so
    note: str = ""
    date_only: bool = False
