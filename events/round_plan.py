"""The plan of a sample, and what a draw of it took from each stratum."""

from typing import Annotated, Literal

import msgspec

from events.messages import message

StratumField = Literal["area", "platform", "tier", "line"]

MOST_INCLUDED = 10_000
"""Accounts that a plan may name: it is one record of the log, which takes none of unbounded size."""


class SamplePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who is checked: whole tiers, the focus list, named accounts, and a seeded random part of the rest.

    Strata by line take their share of each rounded up: a ministry asks a share of every line (应急管理部 2024Q1: 10 %).
    `number` is the size of the whole sample, `share` a share of the rest; at most one of them stands. With neither, and
    nothing else asked, every account is checked.
    """

    tiers_whole: tuple[str, ...] = ()
    strata: tuple[StratumField, ...] = ()
    number: Annotated[int, msgspec.Meta(ge=1)] | None = None
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    seed: int | None = None  # chosen by hand; None: it comes from the log when the sample is drawn
    include: tuple[str, ...] = ()  # account ids

    @property
    def everybody(self) -> bool:
        """Whether nothing is left out."""
        return self.number is None and self.share is None

    def __post_init__(self) -> None:
        if self.number is not None and self.share is not None:
            raise ValueError(message("a sample has a number or a share, not both"))
        if len(set(self.strata)) != len(self.strata):
            raise ValueError(message("a field of the strata stands twice"))
        if len(self.include) > MOST_INCLUDED:
            raise ValueError(
                message(
                    "{include_count} accounts are named, more than {most_included}; check whole"
                    " tiers, an area or a share instead",
                    include_count=len(self.include),
                    most_included=MOST_INCLUDED,
                )
            )
        if self.everybody and (self.tiers_whole or self.strata or self.include):
            raise ValueError(
                message(
                    "tiers, strata or accounts are named but neither a number nor a share; give one"
                    " (share 0: nobody beside those named)"
                )
            )


class Stratum(msgspec.Struct, frozen=True):
    """One stratum of the rest: its values in the order of the plan, how many it holds, how many were drawn."""

    key: tuple[str, ...]
    population: int
    drawn: int
