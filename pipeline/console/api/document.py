"""The description of the API: OpenAPI 3.1, of its routes alone."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from pipeline.console.api.batches import JSON, LINES, row_schemas
from pipeline.console.api.routes import DESCRIBED
from pipeline.office.observations import MOST_ROWS

_ABOUT = (
    "Programs hand observations in (posts, looks, findings, spotted accounts), hint at accounts that may show something"
    " new, and read what pages show. Who may what is said by the token, in the header Authorization: Bearer."
)


@get("/openapi.json", sync_to_thread=False)
def openapi() -> Response[bytes]:
    """Give the description of the API."""
    return Response(msgspec.json.format(msgspec.json.encode(document())), media_type="application/json")


@cache
def document() -> dict[str, Any]:
    """Return the description: routes and answers by Litestar, rows of a batch by the structs that read them."""
    config = OpenAPIConfig(
        title="巡查 xuncha",
        version="1",
        description=_ABOUT,
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer", description="xct_…")}
        ),
    )
    described: dict[str, Any] = Litestar(DESCRIBED, openapi_config=config).openapi_schema.to_schema()
    row, hint, components = row_schemas()
    described["components"]["schemas"] = {**components, **described["components"].get("schemas", {})}
    rows = {"type": "array", "maxItems": MOST_ROWS, "items": row}
    hints = {"anyOf": [hint, {"type": "array", "maxItems": MOST_ROWS, "items": hint}]}
    for path, body in (("/api/v1/events", rows), ("/api/v1/hints", hints)):
        described["paths"][path]["post"]["requestBody"] = {
            "required": True,
            "content": {
                JSON: {"schema": body},
                LINES: {"schema": {"type": "string", "description": "A row a line."}},
            },
        }
    return described
