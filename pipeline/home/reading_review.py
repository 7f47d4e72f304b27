"""The lexicon of a home over texts: what is read becomes suggestions, which name an entry by an id and a keyed hash.

The key lies in a file that only the owner of the home can read; where several machines share the work, settings name
one for all. Nothing that is read is kept but what stands around a hit, in the text store.
"""

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from connectors.wording.entry import Entry
from events import wording_ids
from events.codec import Event
from events.instants import EPOCH
from events.messages import message
from events.wording import Where, WordingSuspected
from pipeline.home.errors import UsageError, kind_of
from pipeline.home.folder import Home
from pipeline.home.settings import secret_value
from pipeline.home.wording_texts import forget_old_snippets

if TYPE_CHECKING:
    from connectors.wording.scanner import Hit, Scanner

KEY_FILE = "wording.key"
_LEAST = 32
_DAY = timedelta(days=1)


class Passage(msgspec.Struct, frozen=True):
    """A text of an account, on its way through the lexicon; it is dropped behind it."""

    account_id: str
    post: str  # what names the post: its link, its key, or file and row
    where: Where
    text: str
    link: str = ""

    def __repr__(self) -> str:
        """Show no text: a representation ends up in logs."""
        return f"Passage({self.account_id!r}, {self.where!r}, {len(self.text)} characters)"


class Reader:
    """A lexicon and its key; reads the file again once it has changed."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._forgot_at = EPOCH
        self._path = lexicon_path(home)
        self._key = _key(home)
        self._stamp = _stamp(self._path)
        self._scanner = _scanner(self._path)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries, for whoever counts them."""
        return self._scanner.entries

    def refresh(self) -> None:
        """Take a lexicon that has changed, unless it is not in order: that is told, and the former stays."""
        stamp = _stamp(self._path)
        self._forget(datetime.now(UTC))
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._scanner = _scanner(self._path)
        except Exception as e:  # sorted by what it means; a fault is raised again
            if kind_of(e) is None:
                raise
            _warn("the lexicon was not read, it stays as it was", e)

    def _forget(self, now: datetime) -> None:
        """Forget once a day what was read around hits of ninety days ago."""
        if now - self._forgot_at >= _DAY:
            self._forgot_at = now
            forget_old_snippets(self._home, now)

    def suspected(self, passage: Passage, source: str, read_at: datetime) -> list[Event[WordingSuspected]]:
        """Return what is suspected in a text, as facts of who read it; the same text again gives the same ones."""
        if not passage.text:
            return []
        return [self._suspicion(hit, passage, source, read_at) for hit in self._scanner.scan(passage.text)]

    def _suspicion(
        self, hit: "Hit", passage: Passage, source: str, read_at: datetime
    ) -> Event[WordingSuspected]:
        entry, post = hit.entry, self._hash("post", passage.post)[:32]
        data = WordingSuspected(
            entry=entry.id,
            commitment=self._hash("entry", msgspec.json.encode(entry).decode()),
            kind=entry.kind,
            severity=entry.severity,
            near=hit.near,
            where=passage.where,
            post=post,
            context=self._hash("context", hit.context)[:32],
            snippet=hit.snippet,
            link=passage.link,
        )
        event_id = wording_ids.wording_suspected(passage.account_id, post, passage.where, entry.id)
        return Event(event_id, source, passage.account_id, read_at, data)

    def _hash(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def reader_of(home: Home) -> Reader | None:
    """Return the reader of a home, None where its settings name no lexicon; raises for one that is not in order."""
    return Reader(home) if home.settings.reading_review.lexicon else None


def reader_or_none(home: Home) -> Reader | None:
    """Return the reader of a home for a patrol, which looks on without it where the lexicon is not in order."""
    try:
        return reader_of(home)
    except Exception as e:  # as above
        if kind_of(e) is None:
            raise
        _warn("texts are not read: the lexicon is not in order", e)
        return None


def lexicon_path(home: Home) -> Path:
    """Return where the lexicon lies; raises `UsageError` where settings name none."""
    named = home.settings.reading_review.lexicon
    if not named:
        raise UsageError(
            message(
                '{path} names no lexicon: write [reading_review] and lexicon = "FILE" into its xuncha.toml',
                path=home.path,
            )
        )
    return home.path / named


def _scanner(path: Path) -> "Scanner":
    from connectors.wording.lexicon_file import read_lexicon  # noqa: PLC0415 (most looks are made without one)
    from connectors.wording.scanner import Scanner  # noqa: PLC0415

    return Scanner(read_lexicon(path))


def _warn(what: str, error: Exception) -> None:
    import structlog  # noqa: PLC0415 (slow to import, seldom needed)

    structlog.get_logger(__name__).warning(what, reason=str(error))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _key(home: Home) -> bytes:
    """Return the key of the hashes, which is made at the first use."""
    if reference := home.settings.reading_review.key:
        named = secret_value(reference)
        if named is None or len(named) < _LEAST:
            raise UsageError(
                message(
                    "[reading_review] key: {reference} holds no key of {least} characters or more",
                    reference=reference,
                    least=_LEAST,
                )
            )
        return named.encode()
    path = home.path / KEY_FILE
    if not path.exists():
        _begin(path)
    key = path.read_text("ascii", "replace").strip()
    if len(key) < _LEAST:
        raise UsageError(
            message(
                "{path} is damaged; take it from a copy of the home, or remove it: what was read before is"
                " then suggested again",
                path=path,
            )
        )
    return key.encode()


def _begin(path: Path) -> None:
    """Make the file, unless another process was faster."""
    temporary = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(_LEAST))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
