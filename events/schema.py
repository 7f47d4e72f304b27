"""JSON Schema of every event type, for producers that are not written in Python."""

from typing import Any

import msgspec

from events.catalogue import CATALOGUE
from events.envelope import Envelope


def event_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema (2020-12) of each type's whole event, by `dataschema`."""
    schemas = {}
    for payload in CATALOGUE.payloads.values():
        (envelope, data), definitions = msgspec.json.schema_components(
            [Envelope, payload], ref_template="#/$defs/{name}"
        )
        del envelope
        properties = dict(definitions["Envelope"]["properties"])
        properties["type"] = {"const": payload.type}
        properties["dataschema"] = {"const": payload.schema_uri()}
        properties["data"] = data
        schemas[payload.schema_uri()] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": payload.schema_uri(),
            "title": payload.type,
            "description": (payload.__doc__ or "").strip(),
            **{k: v for k, v in definitions["Envelope"].items() if k not in ("title", "description")},
            "properties": properties,
            "$defs": {k: v for k, v in definitions.items() if k != "Envelope"},
        }
    return schemas
