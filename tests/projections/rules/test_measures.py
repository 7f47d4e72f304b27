"""Measures: a rule names one, tells it what it takes, and a charge costs what the rule says."""

import re

import msgspec
import pytest

from projections.rules.account_measures import MEASURES
from projections.rules.measures import Case, Charge, Measure, NotJudged, deduction, outcome_of
from projections.rules.reading import parse_ruleset
from projections.rules.rulesets import Rule, RulesetError
from projections.rules.scorer import score
from tests.projections.facts import PERIOD, facts
from tests.projections.rulebooks import FILES, KUNSHAN

TEXT = FILES["jiangsu-kunshan-2019-162.toml"].decode()
RULE = """\
[[rules]]
code = "yellow-toy"
line = "yellow"
name = "玩具规则"
clause = "某市政办〔2026〕1号 附件 1"
effect = "deduct"
by = "long_name"
points_each = 3
max_points = 5
[rules.measure]
characters = 3

"""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the toy rule says."""

    characters: int


def long_name(case):
    """Charge each character above the number that the rule tells; a blank name settles nothing."""
    if not case.facts.name:
        return NotJudged("no_name")
    over = len(case.facts.name) - case.told.characters
    return Charge(over) if over > 0 else None


@pytest.fixture
def toy(monkeypatch):
    """Return Kunshan's rules with one that a toy measure judges."""
    monkeypatch.setitem(MEASURES, "long_name", Measure(long_name, title="名称", told=Told))
    before, mark, after = TEXT.partition("[[rules]]")
    return parse_ruleset(f"{before}{RULE}{mark}{after}".encode(), origin="toy.toml")


@pytest.mark.parametrize(
    ("name", "points"), [("三个字", 100), ("四个字了", 97), ("六个字的名称", 95), ("", 100)]
)
def test_a_measured_rule_costs_its_points_for_each_and_no_more_than_its_most(toy, name, points):
    """What the measure cannot judge counts neither way."""
    row = score(facts(name=name, weeks_with_posts=(1 << PERIOD.weeks) - 1), toy, PERIOD)
    assert points == row.points


@pytest.mark.parametrize(
    ("pattern", "put", "says"),
    [
        (
            'by = "long_name"',
            'by = "short_name"',
            "is judged by 'short_name', which is no measure; there are:",
        ),
        ("characters = 3", 'characters = "3"', "yellow-toy [rules.measure] of long_name: "),
        ("characters = 3", "letters = 3", "yellow-toy [rules.measure] of long_name: "),
        ('by = "long_name"', 'by = "finding"', "[rules.measure], but finding takes nothing"),
    ],
)
def test_a_rule_that_its_measure_does_not_understand_is_refused(toy, pattern, put, says):
    """A typing error is found when the file is read, and names the rule."""
    del toy
    before, mark, after = TEXT.partition("[[rules]]")
    text = f"{before}{RULE.replace(pattern, put)}{mark}{after}"
    with pytest.raises(RulesetError, match=re.escape(says)):
        parse_ruleset(text.encode(), origin="toy.toml")


def test_measures_of_other_subjects_have_a_table_of_their_own():
    """A case holds whatever facts its table judges."""
    rule = Rule("red-x", "red", "n", "c", "fail", by="grown")
    measures = {"grown": Measure(lambda case: Charge(case.facts) if case.facts > 1 else None, title="x")}
    assert outcome_of(Case(1, rule, KUNSHAN, PERIOD), measures) is None
    outcome = outcome_of(Case(2, rule, KUNSHAN, PERIOD), measures)
    assert (2, 0) == (outcome.count, deduction(rule, outcome).points)
