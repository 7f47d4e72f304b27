"""An office's own WeChat account by its own interface: what was published through it (freepublish/batchget).

It leaves out what was sent to all followers, so it shows posts and never proves silence.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import msgspec

from connectors.feeds.gather import Document, Entry, gather
from connectors.sources.answers import as_failure, failed, read_answer, refused
from connectors.sources.kind import Answer, Failure, KindError, LookError, Memory, Page, Probe, Watched, Web
from events.instants import SHANGHAI
from events.messages import message

_PAGE = 20  # messages that one request brings at most
_SPARE = timedelta(minutes=5)  # before its end a token is fetched anew
_TOKEN_FAULTS = frozenset({40001, 40014, 41001, 42001})


class OwnAccountOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the interface."""

    address: str = "https://api.weixin.qq.com"
    pages: int = 1  # of 20 messages; each is a request


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int


class _Article(msgspec.Struct):
    title: str = ""
    digest: str = ""
    url: str = ""
    is_deleted: bool = False


class _Content(msgspec.Struct):
    news_item: list[_Article] = []
    create_time: int | None = None  # unix seconds


class _Message(msgspec.Struct):
    article_id: str
    update_time: int  # unix seconds
    content: _Content | None = None  # without the texts of articles, where these are not asked for


class _Published(msgspec.Struct):
    total_count: int
    item_count: int
    item: list[_Message] = []


class _Code(msgspec.Struct):
    errcode: int = 0


class OwnAccount:
    """Looks at accounts of which the office holds app id and secret; an account is known by its app id."""

    name = "wechat-own"

    def __init__(self, options: OwnAccountOptions, app_secrets: str) -> None:
        """Take the secrets, one `APP_ID,SECRET` a line; raises `KindError` for another line."""
        self._options = options
        self._secrets = dict(_secrets(app_secrets))
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def lane(self, watched: Watched) -> str:
        """Return the app: its requests of a day are counted for itself."""
        return watched.address

    async def look(self, watched: Watched, memory: Memory, web: Web, now: datetime) -> Answer:
        """Ask for the newest messages; a list with the same articles and times as before is unchanged."""
        messages: list[_Message] = []
        spent = 0
        for number in range(self._options.pages):
            answer, cost = await self._published(watched.address, number * _PAGE, web, now)
            spent += cost
            if isinstance(answer, Failure):
                return refused(answer, memory, requests=spent)
            messages += answer.item
            if not answer.item or (number + 1) * _PAGE >= answer.total_count:
                break
        digest = hashlib.sha256(msgspec.json.encode(messages)).hexdigest()
        kept = Memory(full_at=now, digest=digest)
        if messages and digest == memory.digest:
            return Answer(unchanged=True, memory=kept, requests=spent)
        feed = gather(Document(_entries(messages), ""), looked_at=now, zone=SHANGHAI)
        gone = tuple(key for key, _, article in _articles(messages) if article.is_deleted)
        return Answer(feed=feed, memory=kept, requests=spent, deleted=gone)

    async def probe(self, web: Web, now: datetime) -> Probe | None:
        """Fetch a token for each app; what does not get one is named by its id."""
        dead = []
        for app_id in self._secrets:
            self._tokens.pop(app_id, None)
            token, _ = await self._token(app_id, web, now)
            if isinstance(token, Failure):
                if token.reason != "log_in":
                    return None
                dead.append(f"{app_id}: {token.detail}")
        return Probe(works=not dead, detail="; ".join(dead)[:200] or "every app got its token")

    async def _published(
        self, app_id: str, offset: int, web: Web, now: datetime
    ) -> tuple[_Published | Failure, int]:
        """Return a page of messages and how many requests it took; a token that is refused is fetched anew once."""
        asked = {"offset": offset, "count": _PAGE, "no_content": 1}
        spent = 0
        for attempt in (1, 2):
            token, cost = await self._token(app_id, web, now, forced=attempt == 2)
            spent += cost
            if isinstance(token, Failure):
                return token, spent
            page = await self._post(f"/cgi-bin/freepublish/batchget?access_token={token}", asked, web)
            spent += 1
            if isinstance(page, Failure):
                return page, spent
            if attempt == 1 and _code(page) in _TOKEN_FAULTS:
                self._tokens.pop(app_id, None)
                continue
            return read_answer(page.body, _Published), spent
        raise AssertionError

    async def _token(
        self, app_id: str, web: Web, now: datetime, *, forced: bool = False
    ) -> tuple[str | Failure, int]:
        """Return a token and how many requests it took; one that is at hand costs none until it nears its end."""
        if (secret := self._secrets.get(app_id)) is None:
            return failed("log_in", "no secret is given for this app id"), 0
        token, until = self._tokens.get(app_id, ("", now))
        if token and now < until - _SPARE:
            return token, 0
        asked = {
            "grant_type": "client_credential",
            "appid": app_id,
            "secret": secret,
            "force_refresh": forced,
        }
        page = await self._post("/cgi-bin/stable_token", asked, web)
        if isinstance(page, Failure):
            return page, 1
        answer = read_answer(page.body, _Token)
        if isinstance(answer, Failure):
            return msgspec.structs.replace(answer, raw=b""), 1
        self._tokens[app_id] = (answer.access_token, now + timedelta(seconds=answer.expires_in))
        return answer.access_token, 1

    async def _post(self, path: str, asked: object, web: Web) -> Page | Failure:
        try:
            return await web.post(self._options.address.rstrip("/") + path, json=asked)
        except LookError as error:
            return as_failure(error)


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        app_id, comma, secret = (part.strip() for part in line.partition(","))
        if not line.strip() or line.startswith("#"):
            continue
        if not (app_id and comma and secret):
            raise KindError(message("app_secrets, line {number}: write APP_ID,SECRET", number=number))
        yield app_id, secret


def _code(page: Page) -> int:
    try:
        return msgspec.json.decode(page.body, type=_Code).errcode
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return 0


def _articles(messages: list[_Message]) -> Iterator[tuple[str, _Message, _Article]]:
    """Yield each article with its key; one message may hold several, which bear one time."""
    for item in messages:
        articles = item.content.news_item if item.content else []
        for number, article in enumerate(articles or [_Article()], 1):
            yield f"{item.article_id}_{number}", item, article


def _entries(messages: list[_Message]) -> Iterator[Entry]:
    for key, item, article in _articles(messages):
        if article.is_deleted:
            continue
        made = item.content.create_time if item.content else None
        yield Entry(
            keys=(key,),
            dates=(str(made),) if made else (),
            edits=(str(item.update_time),),
            title=article.title,
            link=article.url,
            text=partial(str, article.digest),
            source=partial(msgspec.json.encode, item),
        )
