import msgspec
import pytest

from events.catalogue import CATALOGUE
from events.codec import CODEC, UnknownTypeError, UnreadableEventError, encode_event
from tests.events.golden_files import GOLDEN, plain

POST = GOLDEN["post.published.3"]


@pytest.mark.parametrize("payload", CATALOGUE.payloads.values(), ids=lambda p: p.type)
def test_each_version_of_each_type_has_a_golden_file(payload):
    """A type, or a version of it, cannot be released without an example that pins its bytes."""
    expected = {f"{payload.type}.{version}" for version in range(1, payload.version + 1)}
    assert expected == {name for name in GOLDEN if name.rpartition(".")[0] == payload.type}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_decodes_and_its_newest_version_encodes_to_the_same_bytes(name):
    """Bytes that were once written are read for ever, and are written the same way."""
    event = CODEC.decode(GOLDEN[name])
    assert name.rpartition(".")[0] == event.type
    assert type(event.data) is CATALOGUE.payloads[event.type]
    if name == f"{event.type}.{event.data.version}":
        assert GOLDEN[name] == encode_event(event)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_leaves_no_field_at_its_default_unless_it_must(name):
    """A golden file shows a realistic event: every field of its data that it writes is read back as it stands."""
    event = CODEC.decode(GOLDEN[name])
    if name == f"{event.type}.{event.data.version}":
        assert plain(name)["data"] == msgspec.json.decode(msgspec.json.encode(event.data))


def test_an_unknown_type_is_told_apart_from_broken_bytes():
    """Unknown types are kept and passed over (design section 5), so they have an error of their own."""
    with pytest.raises(UnknownTypeError, match=r"post\.liked is not in the catalogue"):
        CODEC.decode(POST.replace(b"post.published", b"post.liked"))


def test_a_newer_version_is_an_unknown_type():
    """A release reads past what a later release wrote."""
    with pytest.raises(UnknownTypeError, match="newer than version 3"):
        CODEC.decode(POST.replace(b"post.published:3", b"post.published:4"))


@pytest.mark.parametrize(
    "dataschema",
    [
        b"urn:xuncha:post.deleted:1",
        b"urn:xuncha:post.published",
        b"urn:xuncha:post.published:0",
        b"urn:xuncha:post.published:01",
        b"urn:xuncha:post.published:-1",
        b"urn:xuncha:post.published:one",
        b"urn:xuncha:post.published:" + b"9" * 5000,
        "urn:xuncha:post.published:١".encode(),
        b"post.published:1",
        b"",
    ],
    ids=lambda text: text[-24:].decode(),
)
def test_a_dataschema_of_another_type_or_without_a_version_is_unreadable(dataschema):
    """Type and dataschema name the same thing, or nobody knows what the data is."""
    with pytest.raises(UnreadableEventError, match=r"does not belong|no object of a released") as raised:
        CODEC.decode(POST.replace(b"urn:xuncha:post.published:3", dataschema))
    assert not isinstance(raised.value, UnknownTypeError)


@pytest.mark.parametrize("wrong_type", [b"", b"post", b"post.publishe"])
def test_the_beginning_of_a_type_is_not_the_type(wrong_type):
    """A type that is cut short does not pass for the whole one."""
    with pytest.raises(UnreadableEventError):
        CODEC.decode(POST.replace(b'"type":"post.published"', b'"type":"' + wrong_type + b'"'))


@pytest.mark.parametrize(
    ("found", "put", "says"),
    [
        (b'"specversion":"1.0"', b'"specversion":"0.3"', "specversion"),
        (b'"time":"2021-06-17T07:24:25Z"', b'"time":"2021-06-17T00:30:00"', "time"),
        (b'"time":"2021-06-17T07:24:25Z"', b'"time":"0001-01-01T00:00:00+08:00"', "calendar"),
        (b'"time":"2021-06-17T07:24:25Z"', b'"time":"9999-12-31T23:59:59-08:00"', "calendar"),
        (b'"observed_at":"2021-06-17T07:24:25Z"', b'"observed_at":"2021-06-17T07:24:25"', "observed_at"),
        (b'"observed_at":"2021-06-17T07:24:25Z"', b'"date_only":1', "date_only"),
        (b'"subject":', b'"topic":', "subject"),
        (b'"id":"', b'"id":"x', "id"),
        (b'"data":{', b'"data":[{', "no event"),
    ],
)
def test_unreadable_bytes_say_what_is_wrong(found, put, says):
    """A dead letter carries a reason that names the field."""
    assert found in POST
    with pytest.raises(UnreadableEventError, match=says):
        CODEC.decode(POST.replace(found, put))


def test_the_time_of_an_event_is_utc_inside_whatever_zone_it_was_written_in():
    """All times are stored in UTC (design section 5), so that equal instants are equal bytes."""
    local = POST.replace(b'"time":"2021-06-17T07:24:25Z"', b'"time":"2021-06-17T15:24:25+08:00"')
    assert POST != local
    assert POST == encode_event(CODEC.decode(local))


def test_a_field_that_this_release_does_not_know_is_passed_over():
    """CloudEvents producers may add attributes, and a later release may add a field without a new version."""
    extended = POST.replace(b'"specversion"', b'"traceparent":"00-1","specversion"').replace(
        b'"data":{', b'"data":{"likes":3,'
    )
    assert CODEC.decode(POST) == CODEC.decode(extended)
