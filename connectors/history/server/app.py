"""The HTTP side: from a request to a Query, from an Answer to a response."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from contextlib import nullcontext

import msgspec
import structlog
from aiohttp import BodyPartReader, web

from connectors.history.server.auth import Tokens, User
from connectors.history.server.connections import Connections
from connectors.history.server.encoding import MAX_BODY_BYTES, pack, unpack
from connectors.history.server.engine import Answer, Engine, Query
from connectors.history.server.errors import (
    AUTHENTICATION_FAILED,
    NOT_IMPLEMENTED,
    SYNTAX_ERROR,
    TOO_MANY_BYTES,
    QueryError,
)
from connectors.history.server.limits import Limits, Pace, Quota, Slots, too_slow
from connectors.history.server.settings import engine_settings
from connectors.history.server.statement import insert_head

_PIECE_BYTES = 256 * 1024
_END_EVERY_S = 0.2
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_CONTENT_TYPES = {
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
}

log = structlog.get_logger()


def build_app(
    engine: Engine,
    tokens: Tokens,
    workers: Executor,
    limits: Limits,
    connections: Connections,
    bi_port: int | None = None,
) -> web.Application:
    """Build the application; `workers` need a thread for each slot of `limits`, and one to end queries.

    Through `bi_port` nobody is let in but BI tools, and those through no other port.
    """
    door = _Door(engine, tokens, workers, limits, connections, bi_port)
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_errors])
    app.router.add_get("/ping", _alive)
    app.router.add_get("/", door.handle)
    app.router.add_post("/", door.handle)
    return app


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")


@web.middleware
async def _errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge as raised:
        error = QueryError.refused(TOO_MANY_BYTES, f"{raised.text}; send smaller batches.")
    except QueryError as raised:
        error = raised
    headers = {"X-ClickHouse-Exception-Code": str(error.code), "Content-Type": "text/plain; charset=UTF-8"}
    return web.Response(status=error.status, body=error.body, headers=headers)


class _Door:
    """The handler of `/` and what it needs."""

    def __init__(
        self,
        engine: Engine,
        tokens: Tokens,
        workers: Executor,
        limits: Limits,
        connections: Connections,
        bi_port: int | None,
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self._workers = workers
        self._limits = limits
        self._slots = Slots(limits)
        self._connections = connections
        self._bi_port = bi_port
        self._quota = Quota(limits)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request; its slot is held until the last byte of the answer is taken."""
        if request.method != "POST" and "query" not in request.query:
            return await _alive(request)
        user = self._user_of(request)
        counted = self._quota.counted(time.monotonic) if user is User.BI else nullcontext()
        with self._connections.busy(request, user), counted:
            async with self._slots.held(user):
                params = dict(request.query)
                most = self._limits.reader_body_bytes if user.reads_only else MAX_BODY_BYTES
                body = await _read(request, params, Pace(self._limits), most)
                answer = await self._worked(request, user, params, body, most)
                return await self._send(request, answer)

    def _user_of(self, request: web.Request) -> User:
        """Return who asks; QueryError 516 for a wrong token, and for a right one at a door that is not theirs."""
        user = self._tokens.user_of(request.headers, request.query)
        name = request.transport.get_extra_info("sockname") if request.transport is not None else None
        is_at_bi_door = name is not None and name[1] == self._bi_port
        if (user is User.BI) != is_at_bi_door:
            raise QueryError.refused(
                AUTHENTICATION_FAILED,
                f"{user.value}: Authentication failed: password is incorrect, or there is no user with such name.",
            )
        return user

    async def _worked(
        self, request: web.Request, user: User, params: dict[str, str], body: bytes, most: int
    ) -> web.Response:
        """Work in a thread; a query whose client goes away is ended, and awaited, for it needs its slot so long."""
        loop = asyncio.get_running_loop()
        mark = secrets.token_hex(8)
        work = loop.run_in_executor(self._workers, self._serve, request, user, params, body, most, mark)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            while not work.done():
                await loop.run_in_executor(self._workers, self._engine.end, mark)
                await asyncio.wait([work], timeout=_END_EVERY_S)
            if not work.cancelled():
                work.exception()  # nobody is left to be told
            raise

    def _serve(
        self, request: web.Request, user: User, params: dict[str, str], body: bytes, most: int, mark: str
    ) -> web.Response:
        """Do all that takes time, in a worker: unpack, run, pack."""
        body = unpack(body, request.headers.get("Content-Encoding", "").strip().lower(), most)
        answer = self._engine.run(_query(request, user, params, body, mark))
        accepted = (
            request.headers.get("Accept-Encoding", "") if params.get("enable_http_compression") != "0" else ""
        )
        return self._response(answer, accepted, params.get("query_id", ""))

    async def _send(self, request: web.Request, answer: web.Response) -> web.StreamResponse:
        """Send an answer piece by piece; a client that does not take it in time loses its connection."""
        body = answer.body
        if request.method == "HEAD" or not isinstance(body, bytes) or len(body) <= _PIECE_BYTES:
            return answer
        response = web.StreamResponse(headers=answer.headers)
        response.content_length = len(body)
        pace, sent = Pace(self._limits), 0
        try:
            async with pace.running():
                await response.prepare(request)
                while sent < len(body):
                    await response.write(body[sent : sent + _PIECE_BYTES])
                    sent += _PIECE_BYTES
                    pace.passed(sent)
                await response.write_eof()
        except TimeoutError:
            log.warning("an answer was not taken in time", bytes=len(body), sent=sent)
            if request.transport is not None:
                request.transport.abort()
        return response

    def _response(self, answer: Answer, accepted: str, query_id: str) -> web.Response:
        headers = {
            "X-ClickHouse-Summary": msgspec.json.encode(answer.summary).decode(),
            "X-ClickHouse-Timezone": self._engine.timezone,
            "X-ClickHouse-Query-Id": "".join(c for c in query_id if c.isprintable()),
            "Content-Type": _CONTENT_TYPES.get(answer.format or "", "application/octet-stream"),
        }
        if answer.format is not None:
            headers["X-ClickHouse-Format"] = answer.format
        body, encoding = pack(answer.body, accepted)
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        return web.Response(body=body, headers=headers)


async def _read(request: web.Request, params: dict[str, str], pace: Pace, most: int) -> bytes:
    """Read the body; fields of a form go to `params`, for a long query with parameters comes as a form.

    Raises HTTPRequestEntityTooLarge above `most` bytes, QueryError 209 for a body that does not come.
    """
    if request.content_length is not None and request.content_length > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length)
    is_form = request.content_type == "multipart/form-data"
    values: defaultdict[str, bytearray] = defaultdict(bytearray)
    size = 0
    try:
        async with pace.running():
            async for name, piece in _fields(request) if is_form else _pieces(request):
                size += len(piece)
                if size > most:
                    raise web.HTTPRequestEntityTooLarge(most, size)
                pace.passed(size)
                values[name] += piece
    except TimeoutError:
        raise too_slow(size) from None
    if not is_form:
        return bytes(values[""])
    try:
        params.update({name: value.decode() for name, value in values.items()})
    except UnicodeDecodeError as error:
        raise QueryError.refused(SYNTAX_ERROR, f"A field of the form is not UTF-8: {error}.") from None
    return b""


async def _pieces(request: web.Request) -> AsyncIterator[tuple[str, bytes]]:
    async for piece in request.content.iter_any():
        yield "", piece


async def _fields(request: web.Request) -> AsyncIterator[tuple[str, bytes]]:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.filename or not part.name:
            raise QueryError.refused(
                NOT_IMPLEMENTED, "External data tables are not offered; insert them into a table."
            )
        yield part.name, b""
        while piece := await part.read_chunk():
            yield part.name, bytes(piece)


def _query(request: web.Request, user: User, params: dict[str, str], body: bytes, mark: str) -> Query:
    """Put the statement together: text in the URL comes before text or data in the body."""
    headers = request.headers
    text = params.get("query", "").encode()
    head = insert_head(text or body)
    if head is not None:
        text, data = (text, text[head.data_at :] + body) if text else (body, body[head.data_at :])
        text = text[: head.data_at]
    else:
        text, data = text + b"\n" + body if text and body else text or body, b""
    if not text.strip():
        raise QueryError.refused(SYNTAX_ERROR, "The query is empty.")
    return Query(
        sql=text,
        user=user,
        insert=head,
        data=data,
        default_format=params.get("default_format", headers.get("X-ClickHouse-Format", "TabSeparated")),
        database=params.get("database", headers.get("X-ClickHouse-Database", "")),
        settings=engine_settings(params, user),
        params={
            name.removeprefix("param_"): value for name, value in params.items() if name.startswith("param_")
        },
        read_only=request.method != "POST",
        mark=mark,
    )
