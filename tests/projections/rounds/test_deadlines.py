"""Last days of answers: from the bulletin, else from the rules; 24:00 of the last day is in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.instants import SHANGHAI
from projections.rounds.deadlines import is_in_time, last_day, remind_first_on
from projections.rules.calendar import Days
from projections.rules.reading import parse_ruleset
from projections.rules.rulesets import AnswerWithin
from tests.projections.rulebooks import FILES, KUNSHAN, NATIONAL

ISSUED = date(2021, 7, 5)
DUE = date(2021, 7, 15)


def test_ten_days_from_the_publication_of_the_bulletin():
    """昆政办发〔2019〕162号 附件3 通报整改: within 10 days from the day of publication, which does not count."""
    assert KUNSHAN.rectification is not None
    assert "附件3" in KUNSHAN.rectification.clause
    assert DUE == last_day(ISSUED, KUNSHAN.rectification)


def test_rules_that_set_no_time_give_none():
    """国办秘函〔2019〕19号 sets none: without a day of its own its bulletin has no last day."""
    assert last_day(ISSUED, NATIONAL.rectification) is None


@pytest.mark.parametrize(
    ("at", "in_time"),
    [
        (datetime(2021, 7, 15, 23, 59, 59, tzinfo=SHANGHAI), True),
        (datetime(2021, 7, 16, 0, 0, 0, tzinfo=SHANGHAI), True),
        (datetime(2021, 7, 16, 0, 0, 0, 1, tzinfo=SHANGHAI), False),
        (datetime(2021, 7, 15, 16, 0, tzinfo=UTC), True),
    ],
)
def test_the_last_day_counts_until_twenty_four(at, in_time):
    """昆政办发〔2019〕162号 附件3: an answer at 24:00 of the tenth day is in time, a moment later it is not."""
    assert in_time is is_in_time(at, DUE)


def test_without_a_last_day_nothing_is_late():
    """Where none was set every answer is in time."""
    assert is_in_time(datetime(2030, 1, 1, tzinfo=UTC), None)


def test_working_days_leave_out_holidays_and_an_unannounced_year_is_not_guessed():
    """Two working days over 国庆 of 2021 end on 9 October, a swapped working day."""
    within = AnswerWithin(days=2, clause="c", counted="working")
    assert date(2021, 10, 9) == last_day(date(2021, 9, 30), within)
    assert last_day(date(2099, 1, 1), within) is None


def test_a_ruleset_of_an_office_may_count_working_days():
    """昆政办发〔2019〕162号 附件3 says 10日; where a place says 10个工作日, its own ruleset does."""
    text = FILES["jiangsu-kunshan-2019-162.toml"]
    own = parse_ruleset(
        text.replace(b"[rectification]", b'[rectification]\ncounted = "working"'), origin="own"
    )
    assert (date(2021, 7, 19), DUE) == (
        last_day(ISSUED, own.rectification),
        last_day(ISSUED, KUNSHAN.rectification),
    )


def test_the_first_reminder_comes_three_working_days_before():
    """Over a weekend that is five days before, and never on a day of rest."""
    assert date(2021, 7, 12) == remind_first_on(DUE, Days())
    assert date(2021, 7, 14) == remind_first_on(date(2021, 7, 19), Days())
    assert timedelta(days=5) == date(2021, 7, 19) - remind_first_on(date(2021, 7, 19), Days())
