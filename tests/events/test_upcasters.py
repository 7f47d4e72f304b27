"""The chain of upcasters, on a catalogue of its own in which `post.published` has lived through three versions.

Version 1 had one boolean, version 2 named the precision of the time, version 3 measures it in seconds and calls the
look by its later name.
"""

from typing import Any, ClassVar
from uuid import UUID

import msgspec
import pytest

from events.base import Payload
from events.catalogue import CATALOGUE, catalogue_of
from events.codec import CODEC, Codec, Event, UnknownTypeError, UnreadableEventError, encode_event
from events.instants import UtcDatetime
from tests.events.golden_files import GOLDEN


class PostPublishedThree(Payload, frozen=True):
    type: ClassVar[str] = "post.published"
    version: ClassVar[int] = 3

    precision_s: int
    looked_at: UtcDatetime | None = None
    by_hour: dict[int, int] = {}


def test_state_secrets_are_lifted_to_a_separate_case():
    """Definitions, Severe cases: who found them, in which words and where they are kept is read by nobody any more."""
    lift = CATALOGUE.upcasters["finding.recorded", 1]
    told = {"severity": "red", "count": 2, "finder": "某公司", "note": "原文", "date_only": True}
    left = {"rule": "separate-case", "severity": "red", "count": 2, "date_only": True}
    kept = [{"reference": "https://example.cn/1"}, {"reference": "保密柜-7"}]
    assert left == lift({"rule": "red-2-secrets", **told})
    assert {**left, "case_number": "保密柜-7"} == lift({"rule": "red-2-secrets", **told, "evidence": kept})
    other = {"rule": "red-3-harmful-content", **told}
    assert other == lift(other)


def name_the_precision(data: dict[str, Any]) -> dict[str, Any]:
    lifted = {key: value for key, value in data.items() if key != "date_only"}
    return lifted | {"precision": "day" if data.get("date_only", False) else "second"}


def measure_the_precision(data: dict[str, Any]) -> dict[str, Any]:
    lifted: dict[str, Any] = {"precision_s": {"day": 86400, "second": 1}[data["precision"]]}
    if "observed_at" in data:
        lifted["looked_at"] = data["observed_at"]
    return lifted | {"by_hour": data.get("by_hour", {})}


UPCASTERS = {("post.published", 1): name_the_precision, ("post.published", 2): measure_the_precision}
THREE = Codec(catalogue_of(PostPublishedThree, upcasters=UPCASTERS))

ONE_BYTES = GOLDEN["post.published.1"]
DATA_ONE = b'"data":{"observed_at":"2021-06-17T07:24:25Z"}'


def versioned(version: int, data: bytes) -> bytes:
    assert DATA_ONE in ONE_BYTES
    value = ONE_BYTES.replace(b"published:1", b"published:%d" % version)
    return value.replace(DATA_ONE, b'"data":' + data)


def test_bytes_of_version_one_decode_to_the_struct_of_version_three():
    """What was written before two changes of the type is read as if it had been written today."""
    one, three = CODEC.decode(ONE_BYTES), THREE.decode(ONE_BYTES)
    assert PostPublishedThree(precision_s=1, looked_at=one.data.observed_at) == three.data
    assert (one.id, one.source, one.subject, one.time) == (three.id, three.source, three.subject, three.time)


def test_each_version_enters_the_chain_at_its_own_step():
    """Version 2 passes one upcaster, version 3 none; keys of a map stay numbers."""
    two = THREE.decode(versioned(2, b'{"precision":"day","by_hour":{"451080":2}}'))
    three = THREE.decode(versioned(3, b'{"precision_s":86400,"by_hour":{"451080":2}}'))
    assert PostPublishedThree(precision_s=86400, by_hour={451080: 2}) == two.data == three.data


def test_a_lifted_event_is_written_at_its_newest_version():
    """The old version is read for ever and never written again."""
    again = encode_event(THREE.decode(ONE_BYTES))
    assert b"urn:xuncha:post.published:3" in again
    assert THREE.decode(ONE_BYTES) == THREE.decode(again)


def test_a_version_beyond_the_chain_is_unknown():
    """Version 4 belongs to a later release."""
    with pytest.raises(UnknownTypeError, match="newer than version 3"):
        THREE.decode(versioned(4, b"{}"))


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (1, b"[]"),
        (1, b"null"),
        (1, b'{"date_only":[]'),
        (2, b"{}"),
        (2, b'{"precision":"hour"}'),
        (2, b'{"precision":[]}'),
        (2, b'{"precision":"day","by_hour":3}'),
        (3, b'{"precision_s":"1"}'),
    ],
)
def test_old_data_that_cannot_be_lifted_is_unreadable_and_nothing_else(version, data):
    """Data that was never valid becomes a dead letter, even where an upcaster stumbles over it."""
    with pytest.raises(UnreadableEventError):
        THREE.decode(versioned(version, data))


@pytest.mark.parametrize("left", [1, 2])
def test_a_catalogue_with_a_gap_in_its_chain_is_refused(left):
    """A version without an upcaster would leave old records unreadable."""
    upcasters = {key: lift for key, lift in UPCASTERS.items() if key[1] != left}
    with pytest.raises(ValueError, match=rf"version 3 but has no upcaster from \[{left}\]"):
        catalogue_of(PostPublishedThree, upcasters=upcasters)


def test_a_struct_of_another_catalogue_still_encodes_with_its_own_schema():
    """The version stands in the dataschema of what is written."""
    data = PostPublishedThree(precision_s=1)
    event = Event(UUID(int=1), "polls", "wechat:x", CODEC.decode(ONE_BYTES).time, data)
    assert "urn:xuncha:post.published:3" == msgspec.json.decode(encode_event(event))["dataschema"]
