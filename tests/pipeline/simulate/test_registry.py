"""Made-up registries: numbers by tier and platform, one account of a unit on a platform."""

from collections import Counter

import pytest

from events.platforms import platform_slug
from pipeline.home.errors import UsageError
from pipeline.simulate.place import load_place, load_vocabulary, parse_place
from pipeline.simulate.registry import SimRegistry, build_registry
from tests.pipeline.simulate.small_place import TOML, small_place


def built(seed: int = 1) -> SimRegistry:
    return build_registry(small_place(), load_vocabulary(), seed)


@pytest.mark.parametrize("seed", [1, 2, 77])
@pytest.mark.parametrize("name", ["suzhou", "wuxi", "xiangtan"])
def test_a_place_has_the_accounts_that_its_file_says(name, seed):
    """By tier and platform, named accounts among them and unfiled ones apart; whatever the seed."""
    place = load_place(name)
    accounts = build_registry(place, load_vocabulary(), seed).accounts
    counted = Counter((a.tier, a.platform) for a in accounts if a.filed)
    assert {(e.tier, p): n for e in place.exists for p, n in e.platforms.items()} == counted
    assert len(accounts) == len({a.account_id for a in accounts})
    assert {n.name for n in place.named} <= {a.name for a in accounts}


@pytest.mark.parametrize("name", ["suzhou", "wuxi", "xiangtan"])
def test_a_unit_runs_one_account_on_a_platform(name):
    """昆政办发〔2019〕162号 二: one unit, one account on a platform; 订阅号 and 服务号 are one platform."""
    accounts = build_registry(load_place(name), load_vocabulary(), 1).accounts
    runs = Counter((a.owner, platform_slug(a.platform)) for a in accounts)
    assert 1 == max(runs.values())


def test_a_name_belongs_to_one_owner():
    """The same name on two platforms is the same unit's, so the registry checks find nothing to say."""
    owners: dict[str, set[str]] = {}
    for account in build_registry(load_place("suzhou"), load_vocabulary(), 1).accounts:
        owners.setdefault(account.name, set()).add(account.owner)
    assert all(len(units) == 1 for units in owners.values())


def test_every_area_has_a_representative_account():
    """Suzhou 2023Q1, 一(二): each of the ten areas named the account that stands for its government."""
    registry = build_registry(load_place("suzhou"), load_vocabulary(), 1)
    offices = {u.code for u in registry.units if u.kind == "competent_office"}
    assert 10 == len(offices)
    assert offices | {"office"} == registry.representatives.keys()
    ids = {a.account_id for a in registry.accounts}
    assert set(registry.representatives.values()) <= ids


def test_units_stand_below_units_that_exist():
    """The tree has one root, the city office, and no unit twice."""
    units = built().units
    codes = [u.code for u in units]
    assert len(codes) == len(set(codes))
    assert len(units) == len({u.name for u in units})
    assert ["office"] == [u.code for u in units if not u.parent]
    assert {u.parent for u in units if u.parent} <= set(codes)


def test_the_same_seed_makes_the_same_registry_and_another_one_other_accounts():
    """A seed is all that a made-up city depends on."""
    assert built(1) == built(1)
    assert not {a.account_id for a in built(1).accounts} & {a.account_id for a in built(2).accounts}


def test_more_accounts_than_units_are_refused():
    """One unit has one account on a platform, so there may be too few of them."""
    place = parse_place(TOML.replace('"微信订阅号" = 5', '"微信订阅号" = 500').encode(), origin="x")
    with pytest.raises(UsageError, match=r"only \d+ units are left"):
        build_registry(place, load_vocabulary(), 1)
