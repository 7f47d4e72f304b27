"""Where programs hand observations in."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Request, Response, post
from litestar.openapi.datastructures import ResponseSpec
from msgspec.structs import replace

from events.fields import shown
from events.messages import message
from pipeline.console.api.batches import MOST_BYTES, WrongTypeError, read_batch
from pipeline.console.api.kept import kept_workspace
from pipeline.console.api.limits import Throttle
from pipeline.console.api.problems import Problem
from pipeline.console.api.programs import NoTokenError, ProgramToken, allowed_by
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import BusyError
from pipeline.home.workspace import Workspace
from pipeline.office.observations import Observation, Refused, Taken, Unreadable, take_observations

T = TypeVar("T")
R = TypeVar("R")

WITHIN_S = 20.0
"""In which a body has to have come."""

_AT_ONCE, _WAITING = 4, 12
_PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that may not.",
    HTTPStatus.REQUEST_TIMEOUT: "The body came too slowly.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is above 4 MiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Neither application/json nor application/x-ndjson.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The body is no list of rows, or has too many.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too fast; Retry-After says how many seconds to wait.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Try again after Retry-After; what was taken counts once.",
}
PROBLEMS = {
    int(status): ResponseSpec(Problem, generate_examples=False, description=text)
    for status, text in _PROBLEMS.items()
}


class Intake:
    """What takes batches of one application: a few at once, a few that wait, and the rest is told to come again."""

    def __init__(self, throttle: Throttle) -> None:
        self.throttle = throttle
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="observations")
        self._waiting = 0

    async def take(
        self,
        request: Request[Any, Any, Any],
        read: Callable[[bytes, str], Sequence[T]],
        taken: Callable[[Workspace, Sequence[T], ProgramToken, datetime], R],
    ) -> R:
        """Take the body of a program with the service that it is for; raises what `problems.py` tells."""
        console, token = request.app.state.console, program_of(request)
        self.throttle.request(token.id)
        if request.headers.get("content-encoding", "identity") != "identity":
            raise WrongTypeError
        body = await asyncio.wait_for(request.body(), WITHIN_S)
        batch = read(body, request.headers.get("content-type", ""))
        self.throttle.rows(token.id, len(batch))

        def take_in_workspace() -> R:
            with kept_workspace(console.home()) as workspace:
                return taken(workspace, batch, token, console.now())

        return await self.in_turn(take_in_workspace)

    async def in_turn(self, work: Callable[[], R]) -> R:
        """Do something in a thread when it is its turn; raises `BusyError` where too much waits."""
        if self._waiting >= _AT_ONCE + _WAITING:
            raise BusyError(message("too many batches wait; try it again"))
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def program_of(request: Request[Any, Any, Any]) -> ProgramToken:
    """Return the program that asks; raises `NoTokenError` where none does."""
    token: ProgramToken | None = request.state.admitted.program
    if token is None:
        raise NoTokenError
    return token


@post(
    "/api/v1/events",
    status_code=HTTPStatus.OK,
    request_max_body_size=MOST_BYTES,
    responses=PROBLEMS,
    operation_id="takeObservations",
    summary="Hand in observations",
    description=(
        "At most 1,000 rows as a JSON array, or a JSON object a line. Every row is answered, in order: accepted with"
        " the id of its fact, or refused with what to do. The same rows again are the same facts, and the answer is"
        " the same."
    ),
    security=[{"token": []}],
)
async def take_events(request: Request[Any, Any, Any]) -> Response[Taken]:
    """Take a batch of a program."""
    intake: Intake = request.app.state.intake
    taken = await intake.take(request, read_batch, _taken)
    return Response(Taken(tuple(map(in_words, taken.rows))))


def _taken(
    workspace: Workspace, batch: Sequence[Observation | Unreadable], token: ProgramToken, now: datetime
) -> Taken:
    return take_observations(workspace, batch, allowed_by(token), token.actor, now)


def in_words(row: T) -> T:
    """Return the answer to a row as people read it who look after the program."""
    if isinstance(row, Refused):
        return replace(row, problem=_written(row.problem), remedy=_written(row.remedy))
    return row


def _written(text: str) -> str:
    return shown(in_chinese(text), str)
