"""Titles break between words, into lines that are alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.documents.title import title_lines


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于第一季度检查情况的通报", 1),
        ("云岭市2026年度政务新媒体考核结果", 1),
        ("关于2026年第一季度政务新媒体检查情况的通报", "关于2026年第一季度|政务新媒体检查情况的通报"),
        (
            "云岭市人民政府办公室关于2026年第三季度全市政府网站与政务新媒体检查及政策解读情况的通报",
            "云岭市人民政府办公室关于|2026年第三季度全市政府网站与政务新媒体|检查及政策解读情况的通报",
        ),
        ("国庆节期间政务新媒体监测日报（2026年10月3日）", "国庆节期间政务新媒体监测|日报（2026年10月3日）"),
        ("关于云政督办〔2026〕15号工单办理情况的答复", "关于云政督办〔2026〕15号|工单办理情况的答复"),
    ],
)
def test_a_title_breaks_between_words(title, lines):
    """GB/T 9704-2012, 7.3.1: whole words, fitting lengths."""
    assert title_lines(title) == (lines.split("|") if isinstance(lines, str) else [title])


@given(st.text("关于云岭市2026年第一季度政府网站与政务新媒体检查、情况的通报（）《》Ab ，", max_size=64))
def test_nothing_of_a_title_is_lost_and_marks_stay_with_their_words(title):
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(line[0] not in "的、，）》" and line[-1] not in "（《" for line in lines if len(lines) > 1)
