from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.ids import (
    NAMESPACE,
    SEPARATOR,
    _murmur2,
    account_id,
    database_order,
    derived_id,
    fact_id,
    is_made_up,
    mint_subject,
    partition_of,
)

KAFKA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""Values of the test of Kafka's own `Utils.murmur2`."""


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_ids_are_uuids_of_version_5(parts):
    """Whoever knows the namespace can name a fact with the standard library of any language."""
    assert uuid5(NAMESPACE, SEPARATOR.join(parts)) == fact_id(*parts)
    assert uuid5(NAMESPACE, SEPARATOR.join(("derived", *parts))) == derived_id(*parts)


@pytest.mark.parametrize(("key", "expected"), KAFKA.items())
def test_murmur2_is_kafkas(key, expected):
    """The same key goes to the same partition, whichever producer sends it (design promise 2)."""
    assert expected & 0xFFFF_FFFF == _murmur2(key)
    assert (expected & 0x7FFF_FFFF) % 16 == partition_of(key.decode(), 16)


def test_a_key_is_hashed_as_utf8():
    """Platforms outside the known ones stand as they are written, so keys may hold Chinese."""
    assert (_murmur2("小红书:1".encode()) & 0x7FFF_FFFF) % 16 == partition_of("小红书:1", 16)


def test_keys_spread_over_all_partitions():
    """A nation's accounts leave no partition empty."""
    spread = [partition_of(f"wechat:{i}", 16) for i in range(1600)]
    assert set(range(16)) == set(spread)
    assert max(spread.count(p) for p in range(16)) < 150


def test_an_id_is_pinned_for_ever():
    """An id that changed would make every old fact a new one (design promise 2)."""
    assert UUID("8ab1c7e1-a112-58c4-ba6e-49ee98f35cab") == fact_id("polls", "wechat:x", "post:1")
    assert UUID("ce2dee84-0e40-53ce-ad4d-28099acaa47d") == derived_id("alert", "wechat:x", "day-10")


def test_an_id_follows_from_each_of_its_parts_and_from_nothing_else():
    """The same three parts are the same fact; another part, or the same letters cut elsewhere, is another."""
    assert fact_id("polls", "wechat:x", "post:1") == fact_id("polls", "wechat:x", "post:1")
    different = {
        fact_id("polls", "wechat:x", "post:1"),
        fact_id("polls2", "wechat:x", "post:1"),
        fact_id("polls", "wechat:y", "post:1"),
        fact_id("polls", "wechat:x", "post:2"),
        fact_id("pollswechat:x", "", "post:1"),
        fact_id("polls", "wechat:xpost:1", ""),
        derived_id("polls", "wechat:x", "post:1"),
    }
    assert 7 == len(different)
    assert {5} == {i.version for i in different}


def test_an_account_id_is_platform_and_native_id():
    """The subject of an account's events is `platform:native-id` (design section 5)."""
    assert "wechat:MzA3" == account_id("wechat", "MzA3")


def test_ids_are_ordered_by_their_second_half_first():
    """ClickHouse compares UUIDs so, and ties must break alike on both sides."""
    low = UUID("ffffffff-ffff-5fff-8000-000000000000")
    high = UUID("00000000-0000-5000-8000-000000000001")
    assert database_order(low) < database_order(high)
    assert low > high


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        (("微信订阅号", "gh_0123456789ab", "d1", 1, "市直部门", 5), "wechat:gh_0123456789ab"),
        (("微信订阅号", "wechat:gh_0123456789ab", "d1", 1, "市直部门", 5), "wechat:gh_0123456789ab"),
        (("客户端APP", "wxa-1", "d1", 1, "市直部门", 5), "app:wxa-1"),
        (("微信", None, "d1", 1, "市直部门", 5), "wechat:x-4ca0579dde93acd0"),
        (("微信公众号", "", "d1", 1, "市直部门", 5), "wechat:x-4ca0579dde93acd0"),
        (("微信", None, "d1", 1, "市直部门", 6), "wechat:x-5e6b164cd1bd10d1"),
        (("微信", None, "d1", 2, "市直部门", 5), "wechat:x-a7a3da0be799f6a5"),
        (("抖音短视频", None, "d2", 1, "Sheet1", 11), "douyin:x-442472dc8e13dd9f"),
    ],
)
def test_a_subject_is_minted_once_for_ever(given, subject):
    """By the id of the platform, else by digest of the intake, attempt, page and row: a recipe that never changes."""
    assert subject == mint_subject(*given)


def test_ids_that_were_made_here_are_known_as_such():
    """They are shown to nobody; what a platform gave is never taken for one."""
    minted = mint_subject("微信", None, "d1", 1, "市直部门", 5).partition(":")[2]
    assert is_made_up(minted)
    assert is_made_up("derived-0123456789abcdef")
    assert not any(
        is_made_up(given) for given in ("x-sport", "gh_0123456789ab", "x-0123456789ABCDEF", "derived-1", "")
    )
