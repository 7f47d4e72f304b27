"""Grounds of an assessment as sentences: what a leader reads, without codes."""

from datetime import date

from events.assessment import Ground
from pipeline.office.assessment.words import ground_words


def test_a_quarter_and_a_share_are_written_out():
    """No 2020Q3 and no 3/4 in a paper that somebody signs."""
    share = Ground(measure="share", day=date(2020, 9, 30), how="3/4", about=("2020Q3",))
    assert "2020年第三季度检查账号 3 个，共 4 个" == ground_words(share, {})
    unchecked = Ground(measure="quarter_unchecked", day=date(2020, 12, 31), about=("2020Q4",))
    assert "2020年第四季度没有检查任何账号" == ground_words(unchecked, {})


def test_an_account_keeps_its_name():
    """Also one that is called like no quarter at all."""
    late = Ground(measure="not_covered", day=date(2020, 12, 31), about=("wechat:a", "wechat:b"))
    assert "全年没有检查：玉山发布、wechat:b" == ground_words(late, {"wechat:a": "玉山发布"})
