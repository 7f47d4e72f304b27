"""One request of somebody: who asks, about what, as known when, and how the answer goes back."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from litestar import MediaType, Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from events.office import OfficeDescribed
from pipeline.access.sessions import Session
from pipeline.access.store import Store
from pipeline.access.users import Grant, User
from pipeline.access.views import SavedView, views_of
from pipeline.console.api.views import view_of
from pipeline.console.badges import badges_of
from pipeline.console.browser import NO_BROWSER, Browser
from pipeline.console.csrf import masked
from pipeline.console.navigation import menu, tabs
from pipeline.console.notices import NOTICES, notice_of
from pipeline.console.rendering import render
from pipeline.console.rights import Reach, Right, right_of
from pipeline.home.actor import Actor
from pipeline.home.desk import Desk, Desks
from pipeline.home.folder import Home
from pipeline.home.read_model import ReadModel
from pipeline.office.example_files import as_example
from pipeline.office.own_office import office_now
from pipeline.office.scope import Scope
from pipeline.office.standing.kept_pasts import KeptPasts, Reckoning
from pipeline.office.standing.listing import Kept
from pipeline.office.standing.past import Past
from pipeline.office.standing.standings import KeptStandings, Standings
from projections.patrol.forecast import WORKING_DAYS

if TYPE_CHECKING:
    from pipeline.console.listing import Listing

_OFFICES = ("人民政府办公室", "人民政府办公厅", "政府办公室", "办公室")
_PAST = ("at", "known_at")
_OF_ONE_ANSWER = frozenset({"page", "done"})
"""What an address says of the answer that was shown, and not of the rows that are asked for."""
_EXAMPLE = "示例"

T = TypeVar("T")


__all__ = ["Asked", "Form", "SavedView", "Uploaded", "Visit"]


class Uploaded(msgspec.Struct, frozen=True):
    """A file that came with a form."""

    name: str  # without folders
    content: bytes
    field: str = ""  # of the form, that it came in


class Form(msgspec.Struct, frozen=True):
    """What a form sent."""

    fields: Mapping[str, Sequence[str]] = {}
    files: tuple[Uploaded, ...] = ()

    def text(self, name: str) -> str:
        """Return what a field says, without blanks around it; empty where it says nothing."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def texts(self, name: str) -> list[str]:
        """Return what every field of a name says."""
        return [text.strip() for text in self.fields.get(name, ())]

    def file(self, name: str) -> Uploaded | None:
        """Return the file that came in a field, None where none did."""
        return next((file for file in self.files if file.field == name), None)


class Visit:
    """A request. Rights are settled before there is one; `reach` says about what it may ask."""

    def __init__(
        self,
        home: Home,
        desks: Desks,
        kept_standings: KeptStandings,
        kept_pasts: KeptPasts,
        session: Session | None,
        right: Right,
        grant: Grant | None,
        path: str,
        query: Mapping[str, Sequence[str]],
        form: Form,
        now: datetime,
        at: datetime | None = None,
        known_at: datetime | None = None,
        browser: Browser = NO_BROWSER,
        signin: Callable[[], Store] | None = None,
        large: bool = False,
        as_json: bool = False,
    ) -> None:
        self.browser = browser
        self._signin = signin
        self.home = home
        self._desks = desks
        self._desk: Desk | None = None
        self._standings = kept_standings
        self._pasts = kept_pasts
        self.session = session
        self.right = right
        self.grant = grant
        self.path = path
        self.query = query
        self.form = form
        self.now = now
        self._at, self._known_at = at, known_at
        self._took_past = False  # the page asked for the moments of the address
        self.large = large
        """The reader asked for large print."""
        self.as_json = as_json
        """A program asks: it gets what the page shows, and no page."""

    @property
    def at(self) -> datetime | None:
        """The check point that the address names, None: now."""
        self._took_past = True
        return self._at

    @property
    def known_at(self) -> datetime | None:
        """The moment of knowledge that the address names, None: the newest."""
        self._took_past = True
        return self._known_at

    @property
    def signin(self) -> Store:
        """The store of users, sessions and tokens."""
        assert self._signin is not None  # noqa: S101 (an application always has one)
        return self._signin()

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self.session.user if self.session is not None else None

    @property
    def reader(self) -> str:
        """Return what tells a page whether it is still the same person who is signed in, empty where nobody is."""
        return hashlib.sha256(self.user.id.encode()).hexdigest()[:16] if self.user is not None else ""

    @property
    def actor(self) -> Actor:
        """Who stands beside the facts of this request; raises `AssertionError` where nobody is signed in."""
        assert self.user is not None  # noqa: S101 (a right without `everybody` lets nobody else in)
        return self.user.actor

    def views(self, path: str) -> list[SavedView]:
        """Return what the visitor keeps of a list under names."""
        return views_of(self.signin, self.user.id, path) if self.user is not None else []

    @property
    def reach(self) -> Reach:
        """About what this request may ask."""
        return self.right.who.get(self.grant.role, Reach.ALL) if self.grant is not None else Reach.ALL

    @property
    def scope(self) -> Scope:
        """What every query of this request is narrowed to."""
        if self.grant is not None and self.reach is Reach.AREA:
            return Scope(area=self.grant.scope, of_right=True)
        if self.grant is not None and self.reach is Reach.UNIT:
            return Scope(unit=self.grant.scope, of_right=True)
        return Scope()

    def may(self, method: str, path: str) -> bool:
        """Tell whether who is signed in may call a route, named as the table of rights does; only that is offered."""
        who = right_of(method, path).who
        return self.user is not None and any(grant.role in who for grant in self.user.grants)

    def ask(self, name: str) -> str:
        """Return what the address says under a name, empty where it says nothing."""
        return next(iter(self.query.get(name, ())), "").strip()

    @property
    def csrf(self) -> str:
        """Return the token that a form of this answer bears, empty where nobody is signed in."""
        return masked(self.session.csrf) if self.session is not None else ""

    @property
    def city(self) -> str:
        """Return what stands beside the name of the program: of which city, where the office said its name."""
        office = self._office.name
        city = next((office.removesuffix(end) for end in _OFFICES if office.endswith(end)), "")
        return f"{city}政务新媒体"

    @property
    def is_example(self) -> bool:
        """Tell whether what this home holds is invented, which every page says."""
        return self._office.example

    @cached_property
    def _office(self) -> OfficeDescribed:
        with self._desks.open(self.home) as desk:
            return office_now(desk)

    @property
    def done(self) -> str:
        """Return what this page says of the act that led to it, empty for none."""
        return notice_of(self.ask("done"))

    def asked_of(self, listing: "Listing") -> str:
        """Return what narrows and orders a list, as an address and a saved view have it: in one order, whoever asks."""
        beside = (pair for pair in self.kept(listing.query) if pair[0] not in _PAST)
        return urlencode([*listing.query.items(), *sorted(beside)])

    def link(self, path: str) -> str:
        """Return the address of another page that keeps the look at the past that this one has."""
        return f"{path}?{self._past_asked}" if self._past_asked else path

    @cached_property
    def _past_asked(self) -> str:
        """What the address says of the moments that are looked at; links of every row bear it."""
        return urlencode({name: value for name in _PAST if (value := self.ask(name))})

    def kept(self, shown: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what the address says that a form with the fields `shown` must carry along, as links do."""
        return [
            (name, value)
            for name in self.query
            if name not in shown and name not in _OF_ONE_ANSWER and (value := self.ask(name))
        ]

    def url(self, path: str = "", **changed: str | int | None) -> str:
        """Return an address with what this one says, some of it changed, and taken out where it is None."""
        asked = {name: list(values) for name, values in self.query.items() if name != "done"}
        for name, value in changed.items():
            asked.pop(name, None)
            if value is not None:
                asked[name] = [str(value)]
        query = urlencode(asked, doseq=True)
        return f"{path or self.path}?{query}" if query else path or self.path

    @contextmanager
    def model(self) -> Iterator[ReadModel]:
        """Open what pages over the present read."""
        with self.workspace() as desk:
            yield desk.model

    @contextmanager
    def workspace(self) -> Iterator[Desk]:
        """Open what services take: facts of the read model, and the history for who asks for it.

        Whoever asks while it is open gets the same: an embedded history is open once.
        """
        if self._desk is not None:
            yield self._desk
            return
        with self._desks.open(self.home) as desk:
            self._desk = desk
            try:
                yield desk
            finally:
                self._desk = None

    @property
    def is_proven(self) -> bool:
        """Tell whether somebody showed a moment ago who they are, as dangerous acts ask (`proof.py`)."""
        return self.session is not None and self.session.is_proven(self.now)

    @property
    def has_codes(self) -> bool:
        """Tell whether who is signed in shows one-time codes, and not the password, before dangerous acts."""
        return self.session is not None and self.session.has_codes

    def standings(self, desk: Desk, days: int = WORKING_DAYS) -> Standings:
        """Return who needs somebody now, in the whole city; who shows it narrows it by `scope`."""
        return self._standings.of(self.home, desk.model, self.now, days, self._desks.written)

    @property
    def is_past(self) -> bool:
        """Tell whether the address asks for what was, or was known, at another moment than now."""
        return self.at is not None or self.known_at is not None

    def past(self, desk: Desk, *, patient: bool = False) -> Past | Reckoning:
        """Return the accounts of the whole city as they stood at the moments of the address; see `KeptPasts.of`."""
        patient = patient or self.as_json
        return self._pasts.of(
            desk, lambda: self._desks.open(self.home), self.at, self.known_at, patient=patient
        )

    def keeper(self, standings: Standings) -> Kept:
        """Return what gives things that follow from standings, for whoever asks; keys say all of it."""
        return lambda key, make: self._standings.following(standings, key, make)

    def kept_by(self, standings: Standings, key: object, make: Callable[[], T]) -> T:
        """Return what follows from standings under a key, made once for as long as they are the newest."""
        return self._standings.following(standings, (key, self.path.partition(".")[0]), make)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[Any]:
        """Answer with a page, a program with what it shows; templates get `visit`, `menu`, `tabs` and `badges`, too."""
        if self.as_json:
            return self._as_json(context, status)
        shows_past = self._took_past  # before frame and template look at the moments
        html = render(template, {**self._frame(), "shows_past": shows_past, **context})
        return Response(html, status_code=status, media_type=MediaType.HTML)

    def _as_json(self, context: dict[str, Any], status: int) -> Response[Any]:
        view = view_of(self.path, context, example=self.is_example)
        return Response(view, status_code=status, media_type=MediaType.JSON)

    def _frame(self) -> dict[str, Any]:
        groups = menu(self)
        paths = {item.path for group in groups for item in group.items}
        return {"visit": self, "menu": groups, "tabs": tabs(self), "badges": badges_of(self, paths)}

    def go(self, url: str, *, done: str = "") -> Response[Any]:
        """Send the browser on after an act; `done` names what the next page says of it.

        Raises `KeyError` for a code that `notices.py` does not have.
        """
        if done:
            NOTICES[done]
            url += ("&" if "?" in url else "?") + urlencode({"done": done})
        return Redirect(url, status_code=303)

    def file(self, content: bytes, name: str, media_type: str) -> Response[bytes]:
        """Answer with a file that was made now; one of an invented city says so, in its name and above its pages."""
        content = as_example(content) if self.is_example else content
        return self.original(content, name, media_type)

    def original(self, content: bytes, name: str, media_type: str) -> Response[bytes]:
        """Answer with a file that is kept as it is, byte for byte; the name of one of an invented city says so."""
        headers = {"Content-Disposition": kept_as(name, example=self.is_example)}
        return Response(content, media_type=media_type, headers=headers)


def kept_as(name: str, *, example: bool) -> str:
    """Return the header by which a browser keeps a file under a name; that of one of an invented city says so."""
    return f"attachment; filename*=UTF-8''{quote(f'{_EXAMPLE}-{name}' if example else name)}"


Asked = NamedDependency[Visit]
"""What a handler takes: `def list_accounts(visit: Asked)`."""
