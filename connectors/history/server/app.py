"""The HTTP side: from a request to a Query, from an Answer to a response."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor

import msgspec
from aiohttp import BodyPartReader, web

from connectors.history.server.auth import Tokens, User
from connectors.history.server.encoding import MAX_BODY_BYTES, pack, unpack
from connectors.history.server.engine import Answer, Engine, Query
from connectors.history.server.errors import NOT_IMPLEMENTED, SYNTAX_ERROR, TOO_MANY_BYTES, QueryError
from connectors.history.server.settings import engine_settings
from connectors.history.server.statement import insert_head

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_CONTENT_TYPES = {
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
}


def build_app(engine: Engine, tokens: Tokens, workers: Executor, *, slots: int) -> web.Application:
    """Build the application; `slots` requests at most hold a body or a query, the others wait unread."""
    door = _Door(engine, tokens, workers, asyncio.Semaphore(slots))
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
    except web.HTTPRequestEntityTooLarge:
        error = QueryError.refused(
            TOO_MANY_BYTES, f"The body is larger than {MAX_BODY_BYTES} bytes; send smaller batches."
        )
    except QueryError as raised:
        error = raised
    headers = {"X-ClickHouse-Exception-Code": str(error.code), "Content-Type": "text/plain; charset=UTF-8"}
    return web.Response(status=error.status, body=error.body, headers=headers)


class _Door:
    """The handler of `/` and what it needs."""

    def __init__(self, engine: Engine, tokens: Tokens, workers: Executor, slots: asyncio.Semaphore) -> None:
        self._engine = engine
        self._tokens = tokens
        self._workers = workers
        self._slots = slots

    async def handle(self, request: web.Request) -> web.Response:
        if request.method != "POST" and "query" not in request.query:
            return await _alive(request)
        user = self._tokens.user_of(request.headers, request.query)
        async with self._slots:
            params = dict(request.query)
            body = await _read(request, params)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._workers, self._serve, request, user, params, body)

    def _serve(self, request: web.Request, user: User, params: dict[str, str], body: bytes) -> web.Response:
        """Do all that takes time, in a worker: unpack, run, pack."""
        body = unpack(body, request.headers.get("Content-Encoding", "").strip().lower())
        answer = self._engine.run(_query(request, user, params, body))
        accepted = (
            request.headers.get("Accept-Encoding", "") if params.get("enable_http_compression") != "0" else ""
        )
        return self._response(answer, accepted, params.get("query_id", ""))

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


async def _read(request: web.Request, params: dict[str, str]) -> bytes:
    """Read the body; fields of a form go to `params`, for a long query with parameters comes as a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.filename or not part.name:
            raise QueryError.refused(
                NOT_IMPLEMENTED, "External data tables are not offered; insert them into a table."
            )
        value = bytearray()
        while chunk := await part.read_chunk():
            value += chunk
            if len(value) > MAX_BODY_BYTES:
                raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, len(value))
        params[part.name] = value.decode()
    return b""


def _query(request: web.Request, user: User, params: dict[str, str], body: bytes) -> Query:
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
    )
