"""Documents against 《整治形式主义为基层减负若干规定》, at each edge, with the articles that were read."""

from importlib import resources

import pytest

from projections.bulletin.burden import burden_advice, characters, parse_burden

RULES = parse_burden((resources.files("infra") / "bulletin" / "burden.toml").read_bytes())


def codes(text, of="general"):
    return [(advice.code, advice.article) for advice in burden_advice(RULES, text, of)]


@pytest.mark.parametrize(("of", "most"), [("general", 5000), ("single", 4000)])
def test_a_document_of_exactly_the_most_characters_is_not_too_long(of, most):
    """Article 2: general documents at most 5,000 characters, those of a single matter 4,000; spaces are none."""
    assert [] == codes("字 \n" * most, of)
    assert [("length", "第二条")] == codes("字" * (most + 1), of)
    assert most == characters("字 \n" * most)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("各单位请于月底前报送贯彻落实情况。", [("report", "第三条")]),
        ("请将落实情况书面报市政府办公室", [("report", "第三条")]),
        ("不得要求报送落实情况。", []),
        ("各单位要抓好落实。请于月底前报送名单。", []),  # two sentences
        (
            "请于9月8日前将整改情况报本办公室。",
            [],
        ),  # what was found is mended: no implementation of the document
    ],
)
def test_a_document_in_general_asks_for_no_report_of_its_implementation(text, found):
    """Article 3."""
    assert found == codes(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("对逾期未改的实行一票否决。", [("veto", "第三条")]),
        ("对逾期未改的实行 一票 否决。", [("veto", "第三条")]),
        ("出现单项否决指标问题的判定为不合格。", []),  # 国办秘函〔2019〕19号, its own term
        ("单项否决", []),
        ("取消一票否决事项。", []),
    ],
)
def test_a_document_sets_no_veto(text, found):
    """Article 3: 一票否决 stands in special documents alone; 单项否决 of the indicator table is another word."""
    assert found == codes(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("各县区每月开展一次督查。", [("inspections", "第七条")]),
        ("新增专项考核。", [("inspections", "第七条")]),
        ("各县区每季度检查一次。", []),  # as the national table asks
        ("各单位要每周自查。", []),
        ("减少每月督查。", []),
    ],
)
def test_a_document_of_a_department_sets_no_new_inspection(text, found):
    """Article 7."""
    assert found == codes(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("各单位每周填报统计表格。", [("forms", "第八条")]),
        ("各单位每季度填报一次。", []),
        ("不再要求每周填报。", []),
    ],
)
def test_a_document_asks_for_no_frequent_forms(text, found):
    """Article 8."""
    assert found == codes(text)


def test_each_clause_that_is_named_was_read_and_what_was_not_is_said():
    """Never a clause that nobody read: rankings have none."""
    articles = {rule.article for rule in (*RULES.length, *RULES.words)}
    assert {"第二条", "第三条", "第七条", "第八条"} == articles
    assert "rankings" in {one.name for one in RULES.assumptions}


def test_advice_shows_the_sentence_cut_where_it_is_long():
    """So that whoever reads it finds the place."""
    (advice,) = burden_advice(RULES, f"{'甲' * 80}一票否决。乙。", "single")
    assert advice.excerpt == "甲" * 60 + "…"
