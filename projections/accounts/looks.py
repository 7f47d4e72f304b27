"""Looks at one account reduced to what the scorer needs: what proves silence, and over what posts are known."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from events.facts import LookMeasures, PostMeasures
from events.ids import database_order
from events.instants import DAY_US, SECOND_US, from_micros, to_micros
from events.looks import Contradiction, FailedLook, Look, Stretch, joined
from projections.rules.period import Period
from projections.rules.rulesets import Ruleset

COVERED_DAYS = 100
"""How far back from the check point coverage is told; no period of weeks is longer."""

_WEEK_US = 7 * DAY_US


def measure_looks(
    looks: Sequence[Look],
    failed: Sequence[FailedLook],
    contradictions: Sequence[Contradiction],
    *,
    voids: Callable[[str, int], bool],
    ruleset: Ruleset,
    period: Period,
    posted: bool,
    coverage: bool,
) -> LookMeasures:
    """Reduce looks that were not withdrawn.

    `voids` tells whether a stall of a source takes a look at a moment, `posted` whether a live post is known, and
    `coverage` whether a week lacks its update, so that it has to be known over what posts are known.
    """
    t = to_micros(period.check_point)
    limit_start = t - ruleset.freshness.limit_days * DAY_US
    trusted = [look for look in looks if look.trusted and not is_contradicted(look, contradictions)]
    void = [look.at for look in trusted if voids(look.source, look.at) and _proves(look, limit_start)]
    valid = [look for look in trusted if not voids(look.source, look.at)]
    proving = [look for look in valid if _proves(look, limit_start) and not (look.empty and posted)]
    best = max(
        proving,
        key=lambda look: (min(look.proves_until, t), -look.at, database_order(look.id)),
        default=None,
    )
    by_hand = [look for look in looks if look.by_hand]
    return LookMeasures(
        proven_until=from_micros(min(best.proves_until, t)) if best else None,
        look_id=best.id if best else None,
        last_trusted_at=_instant(max((look.at for look in proving), default=None)),
        looked=bool(looks or failed),
        void_at=_instant(max(void, default=None)),
        damaged_at=_instant(_newest(failed, "damaged_feed")),
        emptied_at=_instant(_newest(failed, "emptied")),
        covered=covered_at((look.covers for look in valid), t) if coverage else (),
        weeks=weeks_without_gap(
            ((look.gap_since, look.at) for look in by_hand if look.gap_since is not None), t, period.weeks
        ),
        counted=newest_count(((look.at, look.updates) for look in by_hand if look.updates is not None), t),
    )


def is_contradicted(look: Look, contradictions: Iterable[Contradiction]) -> bool:
    """Tell whether a post showed that a look had left it out."""
    begin = look.shows_from
    if look.complete_from is not None:
        begin = -(-look.complete_from // SECOND_US)
    return any(c.takes(look.source, look.at, begin) for c in contradictions)


def covered_at(stretches: Iterable[Stretch | None], t: int) -> tuple[Stretch, ...]:
    """Return joined stretches as far as they lie in the 100 days before a check point."""
    last, first = t // SECOND_US, t // SECOND_US - COVERED_DAYS * 86400
    within = ((max(s[0], first), min(s[1], last)) for s in stretches if s is not None)
    return tuple(joined((begin, end) for begin, end in within if begin < end))


def needs_coverage(
    posts: PostMeasures, platform: str, ruleset: Ruleset, period: Period, account_class: str = ""
) -> bool:
    """Tell whether a week, or the month of a service account, lacks its update by posts alone."""
    if ruleset.weeks is None:
        return False
    if ruleset.by_updates(platform, account_class):
        return posts.updates < ruleset.weeks.service_account_updates
    return posts.weeks != (1 << period.weeks) - 1


def weeks_without_gap(gaps: Iterable[tuple[int, int]], t: int, weeks: int) -> int:
    """Return the weeks, as bits, that lie inside a span over which a person saw no gap of more than a week.

    A span goes from seconds to microseconds: from the look before to the look that tells.
    """
    seen = 0
    for since, until in gaps:
        for week in range(weeks):
            end = t - week * _WEEK_US
            if since * SECOND_US <= end - _WEEK_US and end <= until:
                seen |= 1 << week
    return seen


def newest_count(counts: Iterable[tuple[int, int]], t: int) -> tuple[datetime, int] | None:
    """Return the newest count of updates up to a check point that is no older than what it counts."""
    at, updates = max(((at, n) for at, n in counts if t - 28 * DAY_US < at <= t), default=(0, 0))
    return (from_micros(at), updates) if at else None


def _proves(look: Look, limit_start: int) -> bool:
    return look.complete_from is None or look.complete_from <= limit_start


def _newest(failed: Iterable[FailedLook], reason: str) -> int | None:
    return max((f.at for f in failed if f.reason == reason), default=None)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
