"""What people hand in: gapless spans up to each check point, and sheets that name every account."""

import itertools
from datetime import timedelta

import pytest

from pipeline.simulate.handed_in import flag_rows, hand_ins, post_rows, posts_handed_in, unit_rows
from pipeline.simulate.place import load_place, load_vocabulary
from pipeline.simulate.registry import build_registry
from pipeline.simulate.rhythm import posting_of
from tests.pipeline.simulate.small_place import small_place


@pytest.mark.parametrize("name", ["suzhou", "wuxi", "xiangtan"])
def test_spans_leave_no_gap_and_end_at_each_check_point(name):
    """Rows prove silence only where they are complete over two weeks before a check point (design section 3)."""
    place = load_place(name)
    spans = hand_ins(place)
    assert place.begins == spans[0].start
    assert all(a.until == b.start for a, b in itertools.pairwise(spans))
    ends = {span.until: span.start for span in spans}
    for planned in place.rounds:
        assert ends[planned.check_point] <= planned.check_point - timedelta(days=14)


def test_a_sheet_of_posts_names_every_account():
    """An account that posted nothing has a row that says so: its silence is proven and not unknown."""
    span = hand_ins(small_place())[-1]
    inside, outside = span.until - timedelta(days=1), span.start
    rows = post_rows({"a": [outside, inside], "b": [outside]}, span)
    assert [("a", inside), ("b", None)] == [(r.account.given_id, r.published_at) for r in rows]
    assert [1, 2] == [r.row for r in rows]


def test_early_posts_are_those_of_flagged_accounts():
    """The firm watches whom it flagged before it watches everybody."""
    place = small_place()
    posting = posting_of(place, build_registry(place, load_vocabulary(), 1).accounts, 1)
    for span, rows in posts_handed_in(place, posting, 1):
        named = {row.account.given_id for row in rows}
        flagged = {a for a, how in posting.items() if how.flagged_at is not None}
        assert (set(posting) if span.start >= place.records_from else flagged) == named


def test_the_firm_flags_the_accounts_that_its_habits_say():
    """Each flag names the account, the moment and the firm."""
    place = small_place()
    posting = posting_of(place, build_registry(place, load_vocabulary(), 1).accounts, 1)
    rows = flag_rows(place, posting)
    assert 2 == len(rows)
    assert {("某监测公司", place.habits[0].flagged_at)} == {(r.by, r.flagged_at) for r in rows}


def test_the_sheet_of_units_has_those_above_first():
    """A parent is known when its units come."""
    seen: set[str] = {""}
    place = small_place()
    for row in unit_rows(build_registry(place, load_vocabulary(), 1), place.records_from):
        assert row.parent in seen
        seen.add(row.code)
