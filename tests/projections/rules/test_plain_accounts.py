"""Law: the row of a plain account, which follows at once, is the row that the whole scorer gives it."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.facts import AccountFacts
from projections.rules.period import quarter_of
from projections.rules.scorer import Scorer, score
from tests.projections.facts import CHECK_POINT, DAY, HOUR, US, covered, facts, finding
from tests.projections.rulebooks import FILES, KUNSHAN, released

RELEASED = [released(name.removesuffix(".toml")) for name in sorted(FILES)]
CLASSES = replace(KUNSHAN, freshness=replace(KUNSHAN.freshness, classes=("publishing",)))
RULESETS = [
    *RELEASED,
    *(ruleset.red_lines_only() for ruleset in RELEASED),
    CLASSES,
    replace(KUNSHAN, pass_mark=101),  # nobody passes
    replace(KUNSHAN, pass_mark=100),
]
EVERY_WEEK = (1 << 13) - 1
PERIODS = [quarter_of(CHECK_POINT - days * DAY) for days in (0, 1, 9, 40, 84)]
LIMIT = timedelta(days=14)
WHEN = st.sampled_from(
    [None, *(CHECK_POINT - LIMIT + shift for shift in (-US, 0 * US, US)), CHECK_POINT, CHECK_POINT - 3 * HOUR]
)
SHOWN = st.sampled_from([None, CHECK_POINT - DAY, CHECK_POINT - 15 * DAY])
ANYTHING = st.fixed_dictionaries(
    {},
    optional={
        "newest_post_at": WHEN,
        "newest_post_id": st.sampled_from([None, UUID(int=2), UUID(int=9)]),
        "newest_by_day": st.booleans(),
        "opened_at": st.sampled_from([None, CHECK_POINT - 5 * DAY, CHECK_POINT - 400 * DAY]),
        "contradicted_until": SHOWN,
        "proven_until": SHOWN,
        "last_trusted_look_at": SHOWN,
        "look_id": st.sampled_from([None, UUID(int=3)]),
        "looked": st.booleans(),
        "in_stall": st.booleans(),
        "damaged": st.booleans(),
        "covered": st.sampled_from([(), covered(CHECK_POINT - 30 * DAY)]),
        "weeks_with_posts": st.sampled_from([0, 1, 0b111111, EVERY_WEEK, EVERY_WEEK & ~2, EVERY_WEEK << 1]),
        "updates": st.integers(0, 5),
        "findings": st.sampled_from(
            [(), (finding("red-1-wording"),), (finding("yellow-4-updates", 2),), (finding("elsewhere"),)]
        ),
        "platform": st.sampled_from(["微信订阅号", "微信服务号", "抖音"]),
        "account_class": st.sampled_from(["", "publishing", "service", "transaction"]),
        "ruleset": st.sampled_from(["", "other@2"]),
        "originals": st.sampled_from([(), (("2021-05", 0),), (("2021-04", 1), ("2021-05", 2))]),
        "name": st.sampled_from(["", "甲"]),
        "area": st.sampled_from(["", "某区"]),
    },
)


@pytest.mark.slow
@settings(max_examples=400)
@given(st.builds(lambda told: facts(**told), ANYTHING), st.sampled_from(PERIODS))
@example(facts(), PERIODS[0])
def test_a_plain_row_is_the_row_of_the_scorer(one: AccountFacts, period):
    """Under every released ruleset, as a round of red lines, too, and under marks that nobody passes."""
    for ruleset in RULESETS:
        assert Scorer(ruleset, period).score(one) == score(one, ruleset, period), ruleset.label


def test_plain_accounts_are_plain(monkeypatch):
    """An account without anything to judge is not judged: else the short way would be no shorter."""
    monkeypatch.setattr("projections.rules.scorer.judge", None)
    for ruleset in (KUNSHAN, KUNSHAN.red_lines_only(), CLASSES, released("national-2019-19")):
        assert Scorer(ruleset, PERIODS[0]).score(facts()).evidence == (UUID(int=2),)
