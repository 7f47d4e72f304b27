"""What a quota carries: which looks of a lane will be late if nothing new happens."""

from collections.abc import Iterable

import msgspec

from projections.patrol.plan import Plan


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a source allows on each of its lanes; a lane is a host that is asked, or a log-in."""

    quota: int | None = None  # requests a Chinese day; None: as many as the pause lets through
    pause_us: int = 0  # at least so long between the beginnings of two looks
    at_once: int = 1  # looks under way
    first_hour: int = 0  # looks are made from this hour of a Chinese day on
    last_hour: int = 24


class Late(msgspec.Struct, frozen=True):
    """A look that the quota will not carry in time; microseconds."""

    plan: Plan
    by_us: int  # how late it will be at least


class QuotaOutlook(msgspec.Struct, frozen=True):
    """What a quota carries up to a moment."""

    late: tuple[
        Late, ...
    ] = ()  # late even with more quota than there is: these accounts need people or another log-in
    number: int = 0  # of late looks by the quota as it is
    least: int = 0  # with a quarter more of it, and with a fifth less
    most: int = 0
    needed: int = 0  # looks that fall due
    carried: int = 0  # looks that the quota leaves until then
    """`needed` and `carried` tell how overloaded a lane is."""


def quota_outlook(
    plans: Iterable[Plan], limits: Limits, now: int, until: int, *, used: int = 0
) -> QuotaOutlook:
    """Return what the quota of one lane carries up to a moment; `used`: requests of today so far."""
    raise NotImplementedError
