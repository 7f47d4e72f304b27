"""Observations that programs hand in: posts, looks, findings and spotted accounts, and nothing else."""

from pipeline.office.observations.taking import take_observations
from pipeline.office.observations.told import (
    MOST_ROWS,
    Accepted,
    Allowed,
    FindingTold,
    LookTold,
    NamedAccount,
    Observation,
    PostTold,
    Refused,
    SpottedTold,
    Taken,
    Unreadable,
)

__all__ = [
    "MOST_ROWS",
    "Accepted",
    "Allowed",
    "FindingTold",
    "LookTold",
    "NamedAccount",
    "Observation",
    "PostTold",
    "Refused",
    "SpottedTold",
    "Taken",
    "Unreadable",
    "take_observations",
]
