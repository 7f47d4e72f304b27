"""Samples: certain members, exact numbers, and nothing that depends on order or on a generator of chance."""

from collections import Counter
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.facts import RegistryEntry
from events.round_plan import SamplePlan
from projections.rounds.sampling import SampleError, draw_sample, largest_remainder, seed_of
from projections.rules.digest import accounts_hash

CITY, COUNTY = "市级部门和单位", "县级市（区）"
AREAS, PLATFORMS = ("姑苏区", "昆山市", "吴江区"), ("微信订阅号", "新浪微博", "抖音")


def entry(tier=COUNTY, area="昆山市", platform="微信订阅号"):
    return RegistryEntry("1", "某市发布", platform, "某单位", tier, area, None, UUID(int=1))


def city(accounts=634, whole=109):
    """A registry of the size of seed 000: 109 accounts of the city tier, the rest of counties."""
    return {
        f"wechat:{n}": entry(CITY if n < whole else COUNTY, AREAS[n % 3], PLATFORMS[n % 7 % 3])
        for n in range(accounts)
    }


entries = st.builds(
    entry,
    tier=st.sampled_from([CITY, COUNTY]),
    area=st.sampled_from(AREAS),
    platform=st.sampled_from(PLATFORMS),
)
populations = st.dictionaries(st.text("abc:0", min_size=1, max_size=6), entries, min_size=1, max_size=60)
strata = st.lists(st.sampled_from(["area", "platform", "tier"]), unique=True, max_size=3).map(tuple)


@st.composite
def draws(draw):
    population = draw(populations)
    focus = frozenset([*draw(st.lists(st.sampled_from(sorted(population)))), "gone:1"])
    whole = draw(st.sampled_from([(), tuple({next(iter(population.values())).tier})]))
    plan = SamplePlan(
        tiers_whole=whole,
        strata=draw(strata),
        share=draw(st.floats(0, 1)),
        seed=draw(st.integers(0, 9)),
        include=tuple(draw(st.lists(st.sampled_from(sorted(population)), max_size=2))),
    )
    return population, focus, plan


@given(draws())
def test_a_sample_is_of_the_population_and_holds_all_that_is_certain(drawn):
    """Domain section 7: the focus list is always part of the next sample; whole tiers and named accounts too."""
    population, focus, plan = drawn
    sample = draw_sample(population, focus, plan)
    members = set(sample.accounts)
    assert members <= population.keys()
    assert focus & population.keys() <= members
    assert set(plan.include) <= members
    assert {a for a, e in population.items() if e.tier in plan.tiers_whole} <= members
    assert sample.accounts == tuple(sorted(members))
    assert sample.sha256 == accounts_hash(members)


@given(draws(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(drawn, chance):
    """The same registry, however it was read, gives the same sample."""
    population, focus, plan = drawn
    shuffled = list(population.items())
    chance.shuffle(shuffled)
    assert draw_sample(population, focus, plan) == draw_sample(dict(shuffled), focus, plan)


@given(draws())
def test_another_seed_draws_others_in_the_same_numbers(drawn):
    """The numbers of the strata follow from their sizes; the seed says only who."""
    population, focus, plan = drawn
    other = SamplePlan(
        tiers_whole=plan.tiers_whole,
        strata=plan.strata,
        share=plan.share,
        seed=plan.seed + 1,
        include=plan.include,
    )
    one, two = draw_sample(population, focus, plan), draw_sample(population, focus, other)
    assert one.strata == two.strata
    assert len(one.accounts) == len(two.accounts)


@given(
    st.dictionaries(st.text("abc", max_size=3).map(lambda t: (t,)), st.integers(1, 50), min_size=1), st.data()
)
def test_shares_by_largest_remainder_add_up_and_stay_within_one_of_the_quota(sizes, data):
    """No stratum gets more than it holds, and none is a whole account away from its quota."""
    total = sum(sizes.values())
    wanted = data.draw(st.integers(0, total))
    numbers = largest_remainder(sizes, wanted)
    assert wanted == sum(numbers.values())
    for key, size in sizes.items():
        assert 0 <= numbers[key] <= size
        assert abs(numbers[key] - wanted * size / total) < 1


def test_a_number_is_the_whole_sample_certain_members_included():
    """Seed 000: 381 checked, of them the 109 of the city tier; the focus list is among them."""
    population = city()
    focus = frozenset(f"wechat:{n}" for n in range(100, 116))
    plan = SamplePlan(tiers_whole=(CITY,), number=381, strata=("area", "platform"), seed=1)
    sample = draw_sample(population, focus, plan)
    tiers = Counter(population[a].tier for a in sample.accounts)
    assert {CITY: 109, COUNTY: 272} == tiers
    assert 16 == sample.focus
    assert 381 - 109 - 7 == sum(s.drawn for s in sample.strata)
    assert 634 - 109 - 7 == sum(s.population for s in sample.strata)


def test_another_seed_is_another_sample():
    """Of 525 accounts of the rest, two seeds do not draw the same 272."""
    plans = [SamplePlan(number=381, seed=seed) for seed in (1, 2)]
    one, two = (set(draw_sample(city(), frozenset(), plan).accounts) for plan in plans)
    assert one != two
    assert 381 == len(one) == len(two)


def test_the_seed_of_the_log_goes_before_that_of_the_plan():
    """Without either, a plan draws as it did when its seed was 0."""
    plan = SamplePlan(number=381)
    of_log = [draw_sample(city(), frozenset(), p, "ab" * 32) for p in (plan, SamplePlan(number=381, seed=3))]
    assert of_log[0] == of_log[1] != draw_sample(city(), frozenset(), plan)
    assert draw_sample(city(), frozenset(), SamplePlan(number=381, seed=0)) == draw_sample(
        city(), frozenset(), plan
    )


def test_the_seed_follows_from_the_last_record_of_every_partition():
    """In whatever order they are told; another last record of one partition is another seed."""
    last = [(0, UUID(int=1)), (1, UUID(int=1)), (2, UUID(int=3))]
    others = [last[:2], [*last[:2], (2, UUID(int=4))], [(0, UUID(int=3)), *last[1:2], (2, UUID(int=1))]]
    assert seed_of(last) == seed_of(reversed(last))
    assert 4 == len({seed_of(last), *map(seed_of, others)})


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (0.5, 3), (0.25, 1), (0.1, 1), (0.6, 3), (1.0, 5)])
def test_a_share_of_the_rest_is_rounded_half_up(share, expected):
    """Half of five accounts are three; a tenth of five, exactly a half, is one."""
    sample = draw_sample(city(5, 0), frozenset(), SamplePlan(share=share))
    assert expected == len(sample.accounts)


def test_without_number_and_share_everybody_is_checked():
    """A round of the whole registry needs no plan."""
    assert tuple(sorted(city())) == draw_sample(city(), frozenset(), SamplePlan()).accounts


def test_no_plan_leaves_the_focus_list_out():
    """Issue 5: always the focus list; a plan has no word against it."""
    assert ("wechat:3",) == draw_sample(city(), frozenset({"wechat:3"}), SamplePlan(share=0.0)).accounts
    with pytest.raises(msgspec.ValidationError, match="unknown field `always_focus`"):
        msgspec.convert({"share": 0.5, "always_focus": False}, SamplePlan)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (SamplePlan(number=635), "a sample of 635 was asked for, but the population has 634 accounts"),
        (SamplePlan(number=100, tiers_whole=(CITY,)), "named accounts are 109 already"),
        (
            SamplePlan(share=0.5, tiers_whole=("省级",)),
            f"no account has the tier 省级; there are: {COUNTY}, {CITY}",
        ),
        (SamplePlan(share=0.5, include=("wechat:x",)), "wechat:x is to be checked but not in the population"),
    ],
)
def test_a_plan_that_the_population_cannot_fulfil_is_refused(plan, message):
    """Nothing is drawn silently smaller or larger than it was planned."""
    with pytest.raises(SampleError, match=message):
        draw_sample(city(), frozenset(), plan)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": 3, "share": 0.5}, "a number or a share, not both"),
        ({"tiers_whole": (CITY,)}, "neither a number nor a share"),
        ({"number": 3, "strata": ("area", "area")}, "stands twice"),
        (
            {"share": 0.0, "include": tuple(map(str, range(10_001)))},
            "10001 accounts are named, more than 10000",
        ),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(fields, message):
    """A plan says one thing."""
    with pytest.raises(ValueError, match=message):
        SamplePlan(**fields)


@pytest.mark.slow
def test_a_national_sample_is_drawn_whole():
    """100,000 accounts, by area and platform."""
    population = city(100_000, 2_000)
    sample = draw_sample(population, frozenset(), SamplePlan(share=0.6, strata=("area", "platform")))
    assert 60_000 == len(sample.accounts)
