"""Design section 3, Weeks: posts are known without a gap from `covered_from` up to the proof of silence."""

from events.coverage import FOREVER, covered_since


def test_a_feed_covers_from_its_oldest_post_on():
    """The first trusted look of a feed shows how far back its posts are known."""
    assert covered_since([(10, FOREVER)], 100) == 10


def test_rows_of_an_earlier_month_do_not_cover_the_gap_behind_them():
    """Rows handed in: only the span they declare."""
    assert covered_since([(0, 30), (80, FOREVER)], 100) == 80


def test_spans_that_touch_make_one_stretch():
    """The end of one span is the beginning of the next."""
    assert covered_since([(0, 30), (30, 60), (55, 100)], 100) == 0


def test_nothing_is_covered_without_a_proof_or_up_to_it():
    """A span that ends before the proof says nothing about the days between."""
    assert covered_since([(0, 90)], None) is None
    assert covered_since([(0, 90)], 100) is None
    assert covered_since([], 100) is None
