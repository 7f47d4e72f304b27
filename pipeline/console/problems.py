"""What goes wrong, as a page: in Chinese, with what to do, and with a number where the program is at fault."""

import re
import secrets
import tempfile
import traceback
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, NotFoundException
from litestar.response import Redirect

from events.fields import marked, shown
from pipeline.console.field_labels import label_of
from pipeline.console.rendering import render
from pipeline.console.slow_bodies import TooSlowError
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import Kind, UnreachableError, kind_of

_STATUS = {
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.DAMAGED: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_TITLES = {
    HTTPStatus.NOT_FOUND: "没有这一页，或您没有权限",
    HTTPStatus.CONFLICT: "已由他人办理",
    HTTPStatus.UNPROCESSABLE_ENTITY: "没有办成",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时无法办理",
    HTTPStatus.FORBIDDEN: "页面已过期",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "文件过大",
    HTTPStatus.TOO_MANY_REQUESTS: "请稍后再试",
}
_LATER = "数据正被占用或暂时读不到，没有办理任何事项。请过几分钟再试；仍不行的，请告诉系统管理员。"
_CHINESE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\+08:00")
"""An instant as messages have it (`local_iso`); people read it to the minute, and know where they are."""

_SCRATCH = re.compile(re.escape(tempfile.gettempdir()) + r"/[^/\s]+/")
"""The folder in which a file that was handed in is read; nobody who handed it in knows of it."""

_log = structlog.get_logger(__name__)


class NotSignedInError(Exception):
    """Nobody is signed in, and the page is not for everybody."""


class ForgedError(Exception):
    """A form came without the token of its session."""


def no_such_page() -> NotFoundException:
    """Return the answer to who may not see something, the same as to who asks for what is not there."""
    return NotFoundException("no such page")


def said_by(error: BaseException) -> str:
    """Return the message of an error of a service as pages show it: Chinese, with labels of fields, Beijing time.

    Of a file its name alone.
    """
    if isinstance(error, UnreachableError):  # it speaks of folders and processes, to whoever runs them
        _log.warning("unreachable", said=str(error))
        return _LATER
    return _SCRATCH.sub("", _CHINESE_TIME.sub(r"\1 \2", shown(in_chinese(marked(error)), label_of)))


def status_of(kind: Kind) -> HTTPStatus:
    """Return the status of the answer to an error of a kind."""
    return _STATUS[kind]


def _not_signed_in(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    path = request.url.path
    if request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return Redirect(f"/login?next={quote(path + query, safe='')}", status_code=303)
    said = "没有办理任何事项。请重新登录，再从原来的页面提交。"
    return _problem(HTTPStatus.UNAUTHORIZED, "登录已失效", said, login=True)


def _forged(_: Request[Any, Any, Any], __: Exception) -> Response[Any]:
    return _problem(HTTPStatus.FORBIDDEN, "页面已过期", "请返回上一页，刷新后重新提交。没有办理任何事项。")


def _too_slow(_: Request[Any, Any, Any], __: Exception) -> Response[Any]:
    return _problem(HTTPStatus.REQUEST_TIMEOUT, "上传超时", "网络过慢，没有收到全部内容。请重新提交。")


def _of_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = HTTPStatus(error.status_code)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return _problem(status, _TITLES[HTTPStatus.NOT_FOUND], "请检查地址，或从菜单进入。")
    return _problem(status, _TITLES.get(status, "请求有误"), "请返回上一页，检查后重新提交。")


def _of_service(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    kind = kind_of(error)
    if kind is None:
        return _fault(request, error)
    status = _STATUS[kind]
    return _problem(status, _TITLES.get(status, "没有办成"), said_by(error))


def _fault(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Say that the program is at fault; the log has places alone, for a message may hold what people typed."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    at = [f"{'/'.join(f.filename.split('/')[-3:])}:{f.lineno} {f.name}" for f in frames]
    _log.error("unforeseen", number=number, error=type(error).__name__, at=at)
    text = f"程序出错，编号 {number}。请把编号告诉系统管理员；办理是否完成请先查看再重试。"
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "页面加载失败", text)


def _problem(status: HTTPStatus, title: str, text: str, *, login: bool = False) -> Response[str]:
    html = render("problem.html", {"title": title, "said": text, "login": login})
    return Response(html, status_code=status, media_type=MediaType.HTML)


REFUSED: dict[Any, Any] = {
    NotSignedInError: _not_signed_in,
    ForgedError: _forged,
    TooSlowError: _too_slow,
    HTTPException: _of_http,
    Exception: _of_service,
}
"""Handlers by class of error."""
