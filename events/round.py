"""Scores that follow from facts: the provisional one of every day, and the round of a quarter."""

from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class ScoreProjected(Payload, frozen=True):
    """The provisional verdict of an account changed; `time` is the whole hour that it holds for."""

    type: ClassVar[str] = "score.projected"
    derived: ClassVar[bool] = True

    ruleset: str
    verdict: str
    reason: str = ""
    points: int | None = None


class ScoreWithdrawn(Payload, frozen=True):
    """The provisional verdict `corrects` does not follow from the facts; the next record of that id counts instead."""

    type: ClassVar[str] = "score.withdrawn"
    derived: ClassVar[bool] = True

    corrects: UUID
    reason: str


class RoundScored(Payload, frozen=True):
    """A round was scored and its rows stored; `time` is the check point."""

    type: ClassVar[str] = "round.scored"
    derived: ClassVar[bool] = True

    run_id: UUID
    known_at: UtcDatetime
    ruleset: str
    checked: int
    failed: int
    unknown: int
    digest: str
    manifest_hash: str
