"""Templates and assets: Jinja with strict names and escaping, and files that are named by what they hold."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.console import words
from pipeline.console.marks import mark_of
from pipeline.console.navigation import may_open
from pipeline.console.table_rows import table_rows

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """A file that pages load."""

    name: str  # with the first letters of its hash
    media_type: str
    content: bytes
    packed: bytes  # by gzip


@cache
def assets() -> dict[str, Asset]:
    """Return the assets by the plain name of their files."""
    found = {}
    for path in sorted(p for p in ASSETS.iterdir() if p.suffix in _TYPES):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        found[path.name] = Asset(
            f"{path.stem}.{digest}{path.suffix}",
            _TYPES[path.suffix],
            content,
            gzip.compress(content, mtime=0),
        )
    return found


def asset_url(name: str) -> str:
    """Return where a page loads an asset."""
    return f"/assets/{assets()[name].name}"


@cache
def templates() -> Environment:
    """Return the templates of the console."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    environment.globals.update(asset=asset_url, may_open=may_open, table_rows=table_rows)
    environment.filters.update(words.FILTERS, mark_of=mark_of)
    return environment


def _shown(value: Any) -> Any:
    """Return what a page shows of a value: of None nothing, or a box would offer, and send back, the word None."""
    return "" if value is None else value


def render(template: str, context: dict[str, Any]) -> str:
    """Return a page."""
    return templates().get_template(template).render(context)
