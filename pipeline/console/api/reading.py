"""What programs read: every page, as JSON."""

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from pipeline.console.api.problems import Problem
from pipeline.console.problems import no_such_page


class View(msgspec.Struct, frozen=True):
    """What a page shows."""

    path: str  # of the page
    data: dict[
        str, Any
    ]  # by what its parts are called; a list has title, columns, rows, found, total, page, pages


@get(
    "/api/v1/{page:path}",
    sync_to_thread=False,
    operation_id="readPage",
    summary="Read what a page shows",
    description=(
        "The path of any page that lists or shows something: /accounts, /accounts/0042, /today, /rounds … The address"
        " narrows, sorts and turns pages as the page's own does; at and known_at ask as of a moment."
    ),
    responses={
        400: ResponseSpec(Problem, generate_examples=False, description="The address is no address."),
        401: ResponseSpec(
            Problem, generate_examples=False, description="No token, or one that may not read."
        ),
        404: ResponseSpec(
            Problem,
            generate_examples=False,
            description="There is no such page, or it is not for this token.",
        ),
        422: ResponseSpec(Problem, generate_examples=False, description="Something in the address is wrong."),
        503: ResponseSpec(Problem, generate_examples=False, description="Try again after Retry-After."),
    },
    security=[{"token": []}],
)
def read_page(page: Annotated[str, Parameter(description="Path of a page")]) -> View:
    """Answer what no page answers: the door leads to pages before a route is chosen."""
    del page
    raise no_such_page()
