"""Where hubs and webhooks push (WebSub): a signed notice is a hint, and everything else is nothing.

What looks outside is imported by the first push: it is large.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from pipeline.console.api.observing import WITHIN_S, Intake
from pipeline.console.api.problems import answer_problem
from pipeline.console.problems import no_such_page

_MOST_BYTES = 1 << 20  # of a notice; one that brings a whole feed has less


@get("/api/v1/push/{source:str}")
async def verify_subscription(source: FromPath[str], request: Request[Any, Any, Any]) -> Response[str]:
    """Answer a hub that asks whether a subscription is ours (WebSub, section 5.3)."""
    from pipeline.patrol.pushes import answer_hub  # noqa: PLC0415

    console, intake = request.app.state.console, request.app.state.intake
    query = {name: str(value) for name, value in request.query_params.multi_items()}
    challenge = await intake.in_turn(lambda: answer_hub(console.home(), source, query, console.now()))
    if challenge is None:
        raise no_such_page()
    return Response(challenge, media_type=MediaType.TEXT)


@post("/api/v1/push/{source:str}", status_code=HTTPStatus.ACCEPTED, request_max_body_size=_MOST_BYTES)
async def take_push_of_hub(source: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
    """Take a notice; one about an address that nobody looks at ends its subscription (WebSub, section 7)."""
    from pipeline.patrol.pushes import take_push  # noqa: PLC0415

    console = request.app.state.console
    intake: Intake = request.app.state.intake
    body = await asyncio.wait_for(request.body(), WITHIN_S)
    headers = dict(request.headers)
    accounts = await intake.in_turn(lambda: take_push(console.home(), source, headers, body, console.now()))
    if accounts is None:
        return answer_problem(HTTPStatus.FORBIDDEN, "not_signed", "签名缺失或不符，或未写明地址。")
    if not accounts:
        return answer_problem(HTTPStatus.GONE, "not_watched", "该地址不在检查范围内，请取消推送。")
    return Response({"accounts": len(accounts)}, status_code=HTTPStatus.ACCEPTED)
