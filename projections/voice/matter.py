"""What somebody is told about: an alert, its end, a source, an emergency; without channel, address or words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from events.instants import to_micros
from projections.rules.ladder import Ladder

Kind = Literal[
    "alert", "cleared", "withdrawn", "stalled", "recovered", "summary", "emergency", "unreached", "task"
]
Step = Literal["early", "last", "limit"]
"""A step of the ladder as routing sees it: the last one before the limit and the limit itself wait for nothing."""


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell."""

    id: UUID
    kind: str  # of Kind
    at: datetime  # when it was true
    account_id: str = ""
    corrects: str = ""  # of a withdrawal: the message that it takes back
    opener_id: str = ""  # of the silence; what is about one silence is one story
    name: str = ""
    owner: str = ""
    level: str = ""
    audience: str = ""  # as the ladder says: operator, leader
    step: Step = "early"  # of an alert
    silent_since: datetime | None = None
    limit_at: datetime | None = None
    text: str = ""  # what is told where it stands alone

    @property
    def is_urgent(self) -> bool:
        """Tell what neither quiet hours nor the limit of a day hold back."""
        return self.kind == "emergency" or (self.kind == "alert" and self.step != "early")

    @property
    def about_source(self) -> bool:
        return self.kind in ("stalled", "recovered", "impaired", "restored")


def step_of(ladder: Ladder, level: str, silent_since: datetime) -> Step:
    """Return which step an alert is; a level that the ladder does not have comes from another one, and is early."""
    steps = [step.level for step in ladder.steps]
    if level not in steps:
        return "limit" if level == "limit" else "early"
    index = steps.index(level)
    if ladder.steps[index].is_limit:
        return "limit"
    anchor = to_micros(silent_since)
    return "last" if ladder.next_due(anchor, index) >= anchor + ladder.limit_us else "early"


Roles = Mapping[str, str]
"""Role to person id."""
