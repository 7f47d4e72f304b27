"""The firm's own quality: false alarms, misses, delay and coverage, each at its edge."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.codec import Event
from events.finding import FindingRechecked, FindingRecorded, FindingWithdrawn
from events.instants import to_micros
from events.known import Known
from events.quarters import parse_quarter
from projections.counts.firm import Coverage, FirmQuality, finders, firm_quality

QUARTER = parse_quarter("2023Q1")
AT = datetime(2023, 2, 1, tzinfo=UTC)
FIRM, OFFICE = "某监测公司", "检查组"
HOUR = timedelta(hours=1)


def found(n: int, by: str, *, at=AT, rule="red-1", account="wechat:a", delay=HOUR) -> Known:
    data = FindingRecorded(rule=rule, severity="red", finder=by, handed_in_at=at + delay)
    return Known(0, n, to_micros(at + delay), Event(UUID(int=n), "sheets", account, at, data))


def told(n: int, data) -> Known:
    return Known(0, n, to_micros(AT), Event(UUID(int=n), "sheets", "wechat:a", AT, data))


def quality(*known: Known) -> FirmQuality:
    (one,) = firm_quality(known, [FIRM], QUARTER)
    return one


def test_a_withdrawn_or_refuted_finding_is_a_false_alarm():
    """核减 and a second check that does not hold; the newest check counts."""
    one = quality(
        found(1, FIRM),
        found(2, FIRM, rule="red-2"),
        found(3, FIRM, rule="red-3"),
        told(4, FindingWithdrawn(corrects=UUID(int=1), reason="误报")),
        told(5, FindingRechecked(finding_id=UUID(int=2), holds=False, by="C2")),
        told(6, FindingRechecked(finding_id=UUID(int=3), holds=False, by="C2")),
        told(7, FindingRechecked(finding_id=UUID(int=3), holds=True, by="C1")),
    )
    assert (3, 2, 1) == (one.findings, one.false_alarms, one.withdrawn)


@pytest.mark.parametrize(("later", "missed"), [(timedelta(), 0), (HOUR, 1)])
def test_what_others_found_before_the_firm_is_missed(later, missed):
    """Found at the same moment it is not; one hour later it is."""
    assert missed == quality(found(1, OFFICE), found(2, FIRM, at=AT + later)).missed


def test_a_false_alarm_of_others_is_nothing_to_miss():
    """Nobody can find what is not there."""
    void = told(2, FindingWithdrawn(corrects=UUID(int=1), reason="误报"))
    assert 0 == quality(found(1, OFFICE), void).missed


def test_a_finding_counts_in_the_quarter_of_its_time():
    """The quarter's first moment is the quarter before."""
    assert 0 == quality(found(1, FIRM, at=QUARTER.start)).findings
    assert 1 == quality(found(1, FIRM, at=QUARTER.end)).findings


def test_the_delay_is_told_in_whole_hours():
    """From the finding to its hand-in: the middle one, and the longest."""
    known = [found(n, FIRM, rule=f"r{n}", delay=n * HOUR + timedelta(minutes=59)) for n in (1, 2, 9)]
    one = quality(*known)
    assert (2, 9) == (one.delay_median_h, one.delay_longest_h)


@pytest.mark.parametrize(
    ("planned", "looked", "share"),
    [(0, 0, None), (1000, 999, "99.9%"), (3000, 2999, "99.9%"), (4, 4, "100.0%")],
)
def test_nearly_all_is_not_all(planned, looked, share):
    """Shares are rounded down, as those of self-checks are."""
    assert share == Coverage(planned, looked).share


def test_who_found_something_is_named():
    """Findings that name nobody are nobody's."""
    assert [FIRM, OFFICE] == sorted(finders([found(1, OFFICE), found(2, FIRM), found(3, "")], QUARTER))
