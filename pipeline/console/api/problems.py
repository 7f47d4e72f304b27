"""What goes wrong, for programs: one shape, with a code that stays and a text for people."""

import math
import secrets
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from pipeline.console.api.batches import WrongTypeError
from pipeline.console.api.limits import Overrun
from pipeline.console.api.programs import NoTokenError
from pipeline.console.problems import NotSignedInError, said_by
from pipeline.home.errors import Kind, kind_of

AS_JSON = "as_json"
"""Name in the state of a request that is to be answered with JSON."""

_log = structlog.get_logger(__name__)
_BUSY_S = 2
_OF_KIND = {
    Kind.NOT_FOUND: (HTTPStatus.NOT_FOUND, "not_found"),
    Kind.CONFLICT: (HTTPStatus.CONFLICT, "conflict"),
    Kind.INVALID: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    Kind.BUSY: (HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    Kind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
    Kind.DAMAGED: (HTTPStatus.INTERNAL_SERVER_ERROR, "damaged"),
}
_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: ("invalid", "请求格式有误。"),
    HTTPStatus.NOT_FOUND: ("not_found", "没有这一页，或您没有权限。"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("not_found", "没有这一页，或您没有权限。"),
    HTTPStatus.REQUEST_TIMEOUT: ("slow", "请求发送过慢，已中止。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "请求过大，请分几批报送。"),
}


class Problem(msgspec.Struct, frozen=True):
    """Why nothing was done."""

    problem: str  # a code that stays
    said: str  # for people


Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]


def for_programs(handlers: Mapping[Any, Handler]) -> dict[Any, Handler]:
    """Return handlers of errors that answer programs with JSON, and everybody else as before."""

    def answering(handler: Handler) -> Handler:
        def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
            return _problem_of(error) if wants_json(request) else handler(request, error)

        return answer

    return {kind: answering(handler) for kind, handler in handlers.items()}


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Tell whether a request is a program's."""
    return bool(request.scope["state"].get(AS_JSON)) or request.url.path.startswith("/api/")


def _problem_of(error: Exception) -> Response[Any]:
    for kind, answer in _OF_ERROR:
        if isinstance(error, kind):
            return answer(error)
    kind_of_it = kind_of(error)
    if kind_of_it is None:
        return _fault(error)
    status, code = _OF_KIND[kind_of_it]
    wait = {"Retry-After": str(_BUSY_S)} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return answer_problem(status, code, said_by(error), wait)


def _no_token(_: Any) -> Response[Any]:
    ask = {"WWW-Authenticate": 'Bearer realm="xuncha"'}
    return answer_problem(HTTPStatus.UNAUTHORIZED, "no_token", "没有可用的令牌，或令牌无此权限。", ask)


def _overrun(error: Overrun) -> Response[Any]:
    wait = {"Retry-After": str(max(1, math.ceil(error.wait_s)))}
    return answer_problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many", "报送过快，请稍后再试。", wait)


def _wrong_type(_: Any) -> Response[Any]:
    text = "只收 application/json 或 application/x-ndjson，不收压缩内容。"
    return answer_problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "wrong_type", text)


def _of_http(error: HTTPException) -> Response[Any]:
    status = HTTPStatus(error.status_code)
    return answer_problem(status, *_OF_STATUS.get(status, ("invalid", "请求有误。")))


def _fault(error: Exception) -> Response[Any]:
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    at = [f"{'/'.join(f.filename.split('/')[-3:])}:{f.lineno} {f.name}" for f in frames]
    _log.error("unforeseen", number=number, error=type(error).__name__, at=at)
    text = f"程序出错，编号 {number}。同一批可以再报一次，已收下的不会重复。"
    return answer_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", text)


def answer_problem(
    status: HTTPStatus, code: str, text: str, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """Return a problem as an answer."""
    return Response(Problem(code, text), status_code=status, headers=dict(headers or {}))


_OF_ERROR: tuple[tuple[Any, Callable[[Any], Response[Any]]], ...] = (
    ((NoTokenError, NotSignedInError), _no_token),
    (Overrun, _overrun),
    (WrongTypeError, _wrong_type),
    (
        TimeoutError,
        lambda _: answer_problem(HTTPStatus.REQUEST_TIMEOUT, *_OF_STATUS[HTTPStatus.REQUEST_TIMEOUT]),
    ),
    (HTTPException, _of_http),
)
