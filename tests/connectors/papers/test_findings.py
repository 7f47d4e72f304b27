"""What one cell tells of several problems: none of them is lost, and none is counted under another's rule."""

import pytest

from connectors.papers.finding_words import Told, read_finding
from connectors.papers.vocabulary import vocabulary

WORDS = vocabulary()
BOTH = ("several_findings", "one_finding")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("留言3条未回复、推送商业广告1条", [("yellow-8-replies", 3), ("yellow-6-advertising", 1)]),
        ("商业广告、无互动功能", [("yellow-6-advertising", 1), ("red-7-no-interaction", 1)]),
        ("1.商业广告2处；2.未认证", [("yellow-6-advertising", 2), ("yellow-3-verification", 1)]),
    ],
)
def test_problems_of_two_rules_in_one_cell_are_two_findings_by_default(words, parts):
    """Each has the count that stands beside it."""
    finding, doubts = read_finding(Told(words), None, WORDS)
    assert [(part.rule, part.count) for part in finding.parts] == parts
    assert [(d.why.code, d.answers, d.default) for d in doubts] == [("several_problems", BOTH, BOTH[0])]


@pytest.mark.parametrize(
    ("words", "severity"),
    [("商业广告2条、视频卡顿3次", ""), ("商业广告、无互动功能", "是"), ("商业广告、错别字", "")],
)
def test_a_cell_of_which_a_part_is_not_sure_waits(words, severity):
    """A part that counts what no rule is known for, or stands on another line than the row says, is not left out."""
    _, doubts = read_finding(Told(words, severity=severity), None, WORDS)
    asked = [(d.answers, d.default) for d in doubts if d.why.code == "several_problems"]
    assert asked == [(("one_finding",), None)]


@pytest.mark.parametrize(
    ("words", "detail", "rule", "count"),
    [
        ("无互动功能，建议尽快开通", "", "red-7-no-interaction", 1),
        ("存在商业广告，影响形象", "", "yellow-6-advertising", 1),
        ("栏目打不开、链接无法访问", "", "yellow-9-functions", 1),
        ("留言3条未回复", "", "yellow-8-replies", 3),
        ("严重错别字", "1.“权利”应为“权力”；\n2.“截止”应为“截至”", "red-1-wording", 2),
        ("严重错别字", "2.“截止”应为“截至”", "red-1-wording", 1),
    ],
)
def test_words_about_one_problem_are_one_finding(words, detail, rule, count):
    """What only explains it is none of its own; a description that numbers its places from 1 on counts them."""
    finding, doubts = read_finding(Told(words, detail), None, WORDS)
    assert (finding.rule, finding.count, doubts) == (rule, count, [])


@pytest.mark.parametrize(
    ("words", "detail", "count"),
    [
        ("互动回应失当", "留言超过15个工作日未回复", 1),
        ("互动回应失当", "3条留言超过１５个工作日未回复", 3),
        ("互动回应失当", "留言2个多月未回复", 1),
        ("互动回应失当", "24个小时内未回复留言2条", 2),
        ("内容发布不当", "推文《港口利企12条措施》有错字2处", 2),
        ("内容发布不当", "推文《港口利企12条措施》有错字", 1),
        ("功能无法使用", "“办理5项证明”栏目连续3次无法打开", 1),
        ("功能无法使用", "3个栏目无法打开", 3),
    ],
)
def test_a_span_a_title_and_a_threshold_count_nothing(words, detail, count):
    """A wrong count takes points off, and is printed in the bulletin: 15个工作日 are no 15 places."""
    finding, _ = read_finding(Told(words, detail), None, WORDS)
    assert finding.count == count


def test_a_silence_of_some_days_offers_both_of_its_rules():
    """3 days are no red line, 20 no matter of weeks: posts and looks decide, nothing is recorded by itself."""
    finding, (doubt,) = read_finding(Told("连续3天未更新"), None, WORDS)
    assert (finding.take, doubt.why.code, doubt.answers, doubt.default) == (
        "told",
        "silence_told",
        ("yellow-4-updates", "red-5-silent"),
        None,
    )
