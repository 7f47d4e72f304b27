"""Rulesets for websites: what a file must say."""

import msgspec
import pytest

from projections.rules.measures import Measure
from projections.rules.rulesets import RulesetError
from projections.sites.judging import judge_site
from projections.sites.measures import MEASURES, ChargeOfSite
from projections.sites.parsing import parse_site_ruleset, site_ruleset_hash
from tests.projections.sites.facts import FILE, RULES, T, column, facts_of, registered

TEXT = FILE.read_text("utf-8")


def test_the_released_ruleset_is_the_one_that_was_released():
    """Released data is never edited: results carry its hash."""
    assert RULES.label == "national-2019-19-sites@1"
    assert (
        site_ruleset_hash(FILE.read_bytes())
        == "c8b7a1af0dcb55930f43a7f2fb9976f3531917abeba9d0dfe27a17b98eb8ce3e"
    )


class FewTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many columns a site has at the least."""

    at_least: int


FEW = """
[[rules]]
code = "site-few-columns"
name = "栏目过少"
clause = "toy"
effect = "fail"
by = "few_columns"

[rules.measure]
at_least = 2
"""


def _few(case):
    return ChargeOfSite() if len(case.facts.columns) < case.told.at_least else None


@pytest.mark.parametrize(("columns", "broken"), [(0, True), (1, True), (2, False)])
def test_a_rule_judged_from_facts_is_a_row_and_one_function(monkeypatch, columns, broken):
    """Of websites as of accounts: the registry of measures takes a toy measure, and a ruleset names it."""
    monkeypatch.setitem(MEASURES, "few_columns", Measure(_few, title="栏目数", told=FewTold))
    rules = parse_site_ruleset((TEXT + FEW).encode(), origin="toy.toml")
    facts = facts_of(registered(), *(column(str(number)) for number in range(columns)))
    charges = judge_site(facts, rules, T).row.charges
    assert ("site-few-columns" in {charge.rule for charge in charges}) is broken


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        (
            'by = "home_page"\nlimit = { days = 14 }',
            'by = "home_page"',
            "site-veto-home-page.*missing required field .limit",
        ),
        ('code = "site-deduct-policy"', 'code = "site-veto-columns"', "site-veto-columns stands twice"),
        ("points = 5", "points = 0", "points above 0"),
        ("policy = { months = 6 }", "", "has none for policy"),
        ("pass_mark = 60", "pass_mark = 101", "pass_mark"),
        ("policy = { months = 6 }", "policy = { months = 6, days = 1 }", "one of the two"),
        ('by = "availability"', 'by = "weather"', "weather.*which is no measure"),
        ('by = "finding"\n\n', 'by = "finding"\nmeasure = { days = 1 }\n\n', "finding takes nothing"),
        ("version = 1", "version = 1\nweather = 1", "weather"),
    ],
)
def test_a_file_that_is_no_ruleset_is_told_what_is_wrong(said, instead, fault):
    """Each fault names the rule or the field."""
    assert said in TEXT
    with pytest.raises(RulesetError, match=fault):
        parse_site_ruleset(TEXT.replace(said, instead).encode(), origin="own.toml")


@pytest.mark.parametrize("text", ["site-veto-columns", "栏目不更新", " 栏目 不更新", "未提供互动渠道"])
def test_people_name_a_rule_by_code_name_or_alias(text):
    """Blanks do not matter."""
    assert RULES.resolve(text)
    assert RULES.resolve("无此规则") is None
