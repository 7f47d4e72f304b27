"""Saved views 我的视图: lists with their filters under names of one's own."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response, post

from pipeline.access.views import remove_view, save_view
from pipeline.console.local_paths import local_path
from pipeline.console.problems import no_such_page
from pipeline.console.visit import Asked, SavedView, Visit

_NOT_KEPT = ("page", "at", "known_at", "done")


@post("/views", sync_to_thread=True)
def save(visit: Asked) -> Response[Any]:
    """Keep what a list shows under a name, and show it."""
    asked = [(k, v) for k, v in parse_qsl(visit.form.text("query")) if k not in _NOT_KEPT]
    view = SavedView(visit.actor.code, _path(visit), visit.form.text("name"), urlencode(asked))
    save_view(visit.signin, view)
    return visit.go(f"{view.path}?{view.query}" if view.query else view.path, done="view-saved")


@post("/views/remove", sync_to_thread=True)
def remove(visit: Asked) -> Response[Any]:
    """Forget a view."""
    path = _path(visit)
    remove_view(visit.signin, visit.actor.code, path, visit.form.text("name"))
    return visit.go(path, done="view-removed")


def _path(visit: Visit) -> str:
    """Return the list that a form is about; raises 404 for what is no path of this server."""
    path = visit.form.text("path")
    if not path or "?" in path or local_path(path, "") != path:
        raise no_such_page()
    return path


HANDLERS = [save, remove]
