"""The way of one step reads what the two steps read."""

import json
import os
import random
from typing import Any

import msgspec
import pytest

from events.catalogue import CATALOGUE
from events.codec import CODEC, Event, Origin, UnreadableEventError, encode_event
from events.whole import NOT_WHOLE
from tests.events.golden_files import GOLDEN
from tests.events.test_unreadable import mutate, swap_a_value

pytestmark = pytest.mark.larger

COUNT = int(os.environ.get("XUNCHA_FUZZ", "25000")) // 5
CURRENT = {
    n: v for n, v in GOLDEN.items() if n in {f"{p.type}.{p.version}" for p in CATALOGUE.payloads.values()}
}
POST = GOLDEN["post.published.3"]
OTHER = GOLDEN["account.patrolled.3"]


def outcome(decode: Any, value: bytes) -> Event[Any] | tuple[str, str]:
    """Return what a way makes of bytes: an event, or the error and its words."""
    try:
        event: Event[Any] = decode(value)
    except UnreadableEventError as e:
        return type(e).__name__, str(e)
    return event


def same(value: bytes) -> Event[Any] | tuple[str, str]:
    read = outcome(CODEC.decode, value)
    assert read == outcome(CODEC._decode_in_steps, value), value
    return read


@pytest.mark.parametrize("name", GOLDEN)
def test_every_golden_event_reads_alike(name):
    """Those of current schemas in one step, and older ones as before."""
    same(GOLDEN[name])
    if name in CURRENT:
        assert CODEC.whole(GOLDEN[name]).dataschema.endswith(name.replace(".", ":")[-2:])
    else:
        with pytest.raises(NOT_WHOLE):
            CODEC.whole(GOLDEN[name])


def test_bytes_that_were_changed_at_random_read_alike():
    """To the same event, or to a dead letter for the same reason."""
    rng = random.Random(20261130)
    seeds = list(GOLDEN.values())
    events = 0
    for _ in range(COUNT):
        value = rng.choice(seeds)
        if rng.random() < 0.3:
            value = swap_a_value(rng, value)
        else:
            for _ in range(rng.choice([1, 1, 2])):
                value = mutate(rng, value)
        events += isinstance(same(value), Event)
    assert events > COUNT // 100


@pytest.mark.parametrize("name", json.loads(POST))
def test_a_field_that_stands_there_twice_reads_alike(name):
    """In either order, alike or not, before all others or behind them: the last one counts."""
    values = [json.loads(POST)[name], json.loads(OTHER)[name], "", "urn:xuncha:post.published:2", None]
    for one in values:
        for value in (POST, OTHER):
            doubled = json.dumps({name: one}).encode()[1:-1]
            same(b"{" + doubled + b"," + value[1:])
            same(value[:-1] + b"," + doubled + b"}")
            at = value.index(b'"data":')
            same(value[:at] + doubled + b"," + value[at:])


@pytest.mark.parametrize("name", json.loads(POST))
def test_a_field_that_is_missing_or_whose_name_is_escaped_reads_alike(name):
    """A tag that the one step does not find is found by the two, or by neither."""
    plain = json.loads(POST)
    same(POST.replace(b'"%s":' % name.encode(), b'"\\u%04x%s":' % (ord(name[0]), name[1:].encode()), 1))
    del plain[name]
    same(json.dumps(plain).encode())


@pytest.mark.parametrize(
    "at", ["2021-06-17T15:24:25+08:00", "0001-01-01T00:00:00+23:59", "2021-06-17T07:24:25"]
)
def test_times_of_other_zones_read_alike(at):
    """They are turned to UTC, and refused where they have no place there or no zone."""
    same(POST.replace(b'"time":"2021-06-17T07:24:25Z"', b'"time":"%s"' % at.encode()))


def test_where_a_fact_comes_from_reads_alike():
    """Extensions stand in the envelope of either way."""
    event = CODEC.decode(POST)
    told = msgspec.structs.replace(event, origin=Origin("p1", "7", "a.xlsx, row 3"))
    assert told == same(encode_event(told))
    assert Origin("p1") == same(POST[:-1] + b',"actor":"p1","other":{"origin":1}}').origin
