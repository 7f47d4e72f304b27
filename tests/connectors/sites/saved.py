"""Saved sites of our own making in the habits of site builders, read as a visit reads them."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.sites.visit import Bounds, SiteSeen, SiteVisit
from tests.connectors.sources.site import PlainWeb, Site, at

BUILDERS = Path(__file__).with_name("builders")
LOOKED_AT = datetime(2026, 10, 14, 2, tzinfo=UTC)
_TAG = re.compile(
    rb'<meta[^>]*name="(?:Site|Column|Article|PubDate|ContentSource|Keywords)[^>]*>', re.IGNORECASE
)


class Count(msgspec.Struct):
    """How the entries of one saved site were dated."""

    right: int = 0
    unknown: int = 0
    wrong: int = 0
    unknowable: int = 0  # nothing tells their day for certain; none may be told


async def _still(_seconds: float) -> None:
    pass


def visited(builder: str, *, tagged: bool) -> tuple[SiteSeen, dict[str, str]]:
    """Visit a saved site over a server; without its tags its column is asked for by its address."""
    folder = BUILDERS / builder
    truth = tomllib.loads((folder / "truth.toml").read_text("utf-8"))
    says = {path: (folder / file).read_bytes() for path, file in truth["pages"].items()}
    if not tagged:
        says = {path: _TAG.sub(b"", body) for path, body in says.items()}
    column = list(truth["pages"])[1]

    async def act(site: Site, web: PlainWeb) -> SiteSeen:
        visit = SiteVisit(web, Bounds(), sleep=_still)
        seen = await visit.discover(f"{site.origin}/", LOOKED_AT)
        if not tagged:
            assert seen.columns == ()
            seen = msgspec.structs.replace(
                seen, columns=(await visit.column(site.origin + column, LOOKED_AT),)
            )
        return seen

    return at(says, act), truth["days"]


def counted(seen: SiteSeen, truth: dict[str, str]) -> Count:
    """Count how the entries of the list were dated; one that the reader missed is unknown."""
    count = Count()
    (column,) = seen.columns
    found = {
        "/" + one.entry.address.split("/", 3)[3]: one.published.day.isoformat() if one.published else ""
        for one in column.entries
    }
    assert found.keys() <= truth.keys()
    for address, day in truth.items():
        told = found.get(address, "")
        if not day:
            count.unknowable += 1
            count.wrong += told != ""
        elif not told:
            count.unknown += 1
        else:
            count.right += told == day
            count.wrong += told != day
    return count
