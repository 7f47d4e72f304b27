from functools import cache

import jsonschema
import pytest

from events.catalogue import CATALOGUE
from events.schema import event_schemas
from tests.events.golden_files import plain

SCHEMAS = event_schemas()
NEWEST = {f"{p.type}.{p.version}": p for p in CATALOGUE.payloads.values()}


@cache
def validator_of(name):
    schema = SCHEMAS[NEWEST[name].schema_uri()]
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", NEWEST)
def test_the_schema_of_a_type_takes_its_golden_event(name):
    """Producers that are not written in Python can check what they send."""
    validator_of(name).validate(plain(name))


@pytest.mark.parametrize("name", NEWEST)
@pytest.mark.parametrize(
    "broken",
    [
        {"type": "post.liked"},
        {"dataschema": "urn:xuncha:other:1"},
        {"id": 7},
        {"specversion": "0.3"},
        {"data": []},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_the_schema_of_a_type_refuses_a_broken_envelope(name, broken):
    """The schema is the whole event, envelope and all."""
    with pytest.raises(jsonschema.ValidationError):
        validator_of(name).validate(plain(name) | broken)


@pytest.mark.parametrize("name", NEWEST)
def test_the_schema_of_a_type_refuses_an_event_without_a_required_attribute(name):
    """No attribute of the envelope that CloudEvents requires may be missing."""
    for required in ("id", "source", "type", "subject", "time", "dataschema", "data"):
        event = plain(name)
        del event[required]
        with pytest.raises(jsonschema.ValidationError, match=required):
            validator_of(name).validate(event)


@pytest.mark.parametrize("name", [n for n in NEWEST if plain(n)["data"]])
def test_the_schema_of_a_type_refuses_data_of_another_kind(name):
    """Each field of the golden data is typed: a list in its place is refused."""
    for field in plain(name)["data"]:
        event = plain(name)
        event["data"] = event["data"] | {field: [0]}
        with pytest.raises(jsonschema.ValidationError):
            validator_of(name).validate(event)


def test_every_type_has_one_schema_under_its_dataschema():
    """The catalogue and the schemas know the same types."""
    assert {p.schema_uri() for p in CATALOGUE.payloads.values()} == set(SCHEMAS)
