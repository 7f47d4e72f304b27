"""Pages as JSON: `/api/v1/accounts` is `/accounts` for programs, with the same rights, filters and moments."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pipeline.console.api.problems import AS_JSON

PREFIX = "/api/v1"
_OWN = ("/events", "/hints", "/push/", "/api/")
"""What is no page below the prefix."""


class PagesAsJson:
    """Leads what programs ask below the prefix to the pages, before a route is chosen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == ScopeType.HTTP and scope["method"] in ("GET", "HEAD"):
            path = scope["path"]
            page = path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else ""
            if page and not page.startswith(_OWN):
                scope["path"], scope["raw_path"] = page, page.encode()
                scope["state"][AS_JSON] = True
            elif path.startswith("/") and _prefers_json(scope):
                scope["state"][AS_JSON] = True
        await self._app(scope, receive, send)


def _prefers_json(scope: Scope) -> bool:
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return accepted.strip().lower().startswith(b"application/json")
