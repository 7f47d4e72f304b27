"""Apps in Apple's store: can it be downloaded in China, which version, and since when."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlsplit

import msgspec

from connectors.feeds.gather import Document, Entry, gather
from connectors.sources.answers import as_failure, failed, memory_of, read_answer, refused, sign, unchanged
from connectors.sources.kind import Answer, Failure, LookError, Memory, Probe, Sign, Watched, Web
from events.folding import fold_name, fold_owner
from events.instants import SHANGHAI


class AppStoreOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the store."""

    address: str = "https://itunes.apple.com"
    country: str = "cn"  # of the store


class _App(msgspec.Struct, rename="camel"):
    track_id: int
    version: str = ""
    current_version_release_date: str = ""
    track_name: str = ""
    seller_name: str = ""
    release_notes: str = ""


class _Found(msgspec.Struct, rename="camel"):
    result_count: int
    results: list[_App] = []


class AppStore:
    """Looks apps up by their number in the store, as `id414478124` or the number alone.

    A new version is an update of the app. What the app shows inside is not seen, so it never proves silence.
    """

    name = "app-store"

    def __init__(self, options: AppStoreOptions) -> None:
        """Take which store is asked."""
        self._options = options

    def lane(self, watched: Watched) -> str:
        """Return the store, which bears some 20 requests a minute from one address."""
        del watched
        return urlsplit(self._options.address).netloc.lower()

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Look an app up; one that the store does not give is unavailable, which is a sign and a failed look."""
        number = watched.address.rpartition("/")[2].removeprefix("id")
        if not (number.isascii() and number.isdigit()):
            return refused(failed("no_feed", "the address is no number of an app"), memory, requests=0)
        url = f"{self._options.address.rstrip('/')}/lookup?id={number}&country={quote(self._options.country)}"
        try:
            page = await web.get(url, memory=memory)
        except LookError as error:
            return refused(as_failure(error), memory)
        if (kept := unchanged(page, memory, now)) is not None:
            return Answer(unchanged=True, memory=kept)
        found = read_answer(page.body, _Found)
        if isinstance(found, Failure):
            return refused(found, memory)
        if not found.result_count or not found.results:
            gone = failed("gone", "the store does not give this app", raw=page.body)
            return Answer(failure=gone, signs=(sign("unavailable", f"id{number}"),))
        app = found.results[0]
        feed = gather(Document(iter([_entry(app)]), ""), looked_at=now, zone=SHANGHAI)
        return Answer(feed=feed, memory=memory_of(feed, page, now), signs=tuple(_signs(app, watched)))

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Return None: the store has no log-in."""
        del web, now
        return None


def _entry(app: _App) -> Entry:
    return Entry(
        keys=(f"{app.track_id}:{app.version}",),
        dates=(app.current_version_release_date,),
        edits=(),
        title=f"{app.track_name} {app.version}",
        link="",
        text=lambda: app.release_notes,
        source=lambda: msgspec.json.encode(app),
    )


def _signs(app: _App, watched: Watched) -> Iterator[Sign]:
    """Say what differs from what is known of the account; a version is an update, and no sign."""
    if watched.name and app.track_name and fold_name(app.track_name) != fold_name(watched.name):
        yield sign("title", app.track_name)
    if watched.owner and app.seller_name and fold_owner(app.seller_name) != fold_owner(watched.owner):
        yield sign("owner", app.seller_name)
