"""Observations that programs hand in: posts, looks, findings and spotted accounts, and nothing else."""

from pipeline.office.observations.hinting import take_hints
from pipeline.office.observations.taking import take_observations
from pipeline.office.observations.told import (
    MOST_ROWS,
    Accepted,
    Allowed,
    FindingTold,
    HintTold,
    LookTold,
    NamedAccount,
    Noted,
    Observation,
    PostTold,
    Refused,
    SpottedTold,
    Taken,
    TakenHints,
    Unreadable,
)

__all__ = [
    "MOST_ROWS",
    "Accepted",
    "Allowed",
    "FindingTold",
    "HintTold",
    "LookTold",
    "NamedAccount",
    "Noted",
    "Observation",
    "PostTold",
    "Refused",
    "SpottedTold",
    "Taken",
    "TakenHints",
    "Unreadable",
    "take_hints",
    "take_observations",
]
