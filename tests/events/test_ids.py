from uuid import UUID

import pytest

from events.ids import _murmur2, account_id, database_order, derived_id, fact_id, partition_of

KAFKA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""Values of the test of Kafka's own `Utils.murmur2`."""


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
