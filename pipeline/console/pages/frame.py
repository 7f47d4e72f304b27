"""The frame of the pages: where somebody begins, the assets, and the sign of life."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from pipeline.access.user_care import is_empty
from pipeline.console.navigation import first_page
from pipeline.console.problems import no_such_page
from pipeline.console.rendering import assets
from pipeline.console.visit import Asked


@get("/", sync_to_thread=False)
def begin(visit: Asked) -> Response[Any]:
    """Send whoever is signed in to where they begin, everybody else to the public's pages.

    Where nobody can sign in yet, the first run is begun.
    """
    if visit.user is not None:
        return Redirect(first_page(visit.user), status_code=303)
    return Redirect("/setup" if is_empty(visit.signin) else "/p", status_code=303)


@get("/assets/{name:str}", sync_to_thread=False)
def asset(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give a file of the pages; its name tells what it holds, so it is kept for ever."""
    found = next((one for one in assets().values() if one.name == name), None)
    if found is None:
        raise no_such_page()
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.packed if packed else found.content, media_type=found.media_type, headers=headers)


@get("/healthz", sync_to_thread=False)
def health() -> Response[str]:
    """Say that the process answers."""
    return Response("ok\n", media_type="text/plain")


HANDLERS = [begin, asset, health]
