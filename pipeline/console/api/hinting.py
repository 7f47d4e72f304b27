"""Where programs hint that an account may show something new."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import Request, Response, post

from pipeline.console.api.batches import MOST_BYTES, read_hints
from pipeline.console.api.observing import PROBLEMS, Intake, in_words, program_of
from pipeline.console.api.programs import HINT, NoTokenError, ProgramToken, allowed_by
from pipeline.home.workspace import Workspace
from pipeline.office.observations import HintTold, TakenHints, Unreadable, take_hints


@post(
    "/api/v1/hints",
    status_code=HTTPStatus.OK,
    request_max_body_size=MOST_BYTES,
    responses=PROBLEMS,
    operation_id="takeHints",
    summary="Hint that accounts may show something new",
    description=(
        "One hint as a JSON object, at most 1,000 as an array, or one a line. No fact comes of a hint: the patrol looks"
        " at the account sooner, within the quota of its sources. Every hint is answered, in order, and the same hint"
        " again changes nothing."
    ),
    security=[{"token": []}],
)
async def take_hints_of_program(request: Request[Any, Any, Any]) -> Response[TakenHints]:
    """Take hints of a program whose token lets it give them."""
    if HINT not in program_of(request).kinds:
        raise NoTokenError
    intake: Intake = request.app.state.intake
    taken = await intake.take(request, read_hints, _taken)
    return Response(TakenHints(tuple(map(in_words, taken.rows))))


def _taken(
    workspace: Workspace, batch: Sequence[HintTold | Unreadable], token: ProgramToken, now: datetime
) -> TakenHints:
    return take_hints(workspace, batch, allowed_by(token), now)
