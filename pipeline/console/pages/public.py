"""The pages for everybody: 名录, 账号核验, 纠错和好差评, 统计, 开放数据. No session, no cookie, kept by caches."""

import hashlib
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from pipeline.console.kept_directory import KEPT
from pipeline.console.listing import PAGE_ROWS
from pipeline.console.problems import no_such_page
from pipeline.console.public_site import LARGE, ServedLinks, Site
from pipeline.console.visit import Asked, Visit, kept_as
from pipeline.home.public_settings import Public
from pipeline.home.typed_numbers import typed_number
from pipeline.office.publicity.directory import (
    MOST_ASKED,
    Directory,
    Narrowing,
    narrowed,
    public_directory,
    verify,
)
from pipeline.office.publicity.given import MATTERS, RATINGS, WrittenReport, read_report
from pipeline.office.publicity.open_data import as_csv, as_json
from pipeline.office.publicity.reports import TooManyError, take_report
from pipeline.office.publicity.texts import public_texts
from pipeline.office.publicity.throttle import Throttle

Caller = Request[Any, Any, Any]
_KEPT_BY_CACHES = "public, max-age=300"
_TRAP = "website"  # a field that no person sees; what fills it in is no person
_throttle = Throttle()


@get("/p", sync_to_thread=True)
def directory(visit: Asked, request: Caller) -> Response[Any]:
    """Show the accounts, and ask which one is to be verified."""
    site = _site(visit)
    asked = Narrowing(visit.ask("q")[:MOST_ASKED], visit.ask("area"), visit.ask("platform"))
    rows = narrowed(site.directory, asked)
    last = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(max(typed_number(visit.ask("page")) or 1, 1), last)
    links = _links(visit)
    narrowing = {"q": asked.words, "area": asked.area, "platform": asked.platform}
    html = site.page(
        "directory.html",
        "directory",
        heading=site.title,
        asked=asked,
        accounts=rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        found=len(rows),
        areas=site.directory.areas(),
        platforms=site.directory.platforms(),
        page=page,
        last=last,
        pages=[(n, links.to("/p", **narrowing, page=str(n))) for n in _near(page, last)],
    )
    return _kept(request, html)


@get("/p/check", sync_to_thread=True)
def check(visit: Asked, request: Caller) -> Response[Any]:
    """Answer whether an account is one of the city."""
    site = _site(visit)
    q = visit.ask("q")[:MOST_ASKED]
    return _kept(request, site.page("check.html", "check", q=q, found=verify(site.directory, q)))


@get("/p/{number:str}", sync_to_thread=True)
def account(visit: Asked, request: Caller, number: FromPath[str]) -> Response[Any]:
    """Show an account by its number for people, with the code of this page."""
    site = _site(visit)
    found = site.directory.find(number)
    if found is None:
        raise no_such_page()
    own = f"{site.public.url.rstrip('/')}/p/{number}" if site.public.url else ""
    may_rate = found.open and site.public.reports
    rate = _links(visit).to("/p/report", account=number, matter="service") if may_rate else ""
    return _kept(request, site.account_page(found, own, rate))


@get("/p/counts", sync_to_thread=True)
def counts(visit: Asked, request: Caller) -> Response[Any]:
    """Show how many accounts there are."""
    return _kept(request, _site(visit).counts_page())


@get("/p/open", sync_to_thread=True)
def data(visit: Asked, request: Caller) -> Response[Any]:
    """Say what the open data hold."""
    return _kept(request, _site(visit).data_page())


@get("/p/open/accounts.csv", sync_to_thread=True)
def data_csv(visit: Asked, request: Caller) -> Response[Any]:
    """Give the directory as CSV."""
    directory = _site(visit).directory
    answer = _kept(request, as_csv(directory), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = kept_as("政务新媒体名录.csv", example=directory.example)
    return answer


@get("/p/open/accounts.json", sync_to_thread=True)
def data_json(visit: Asked, request: Caller) -> Response[Any]:
    """Give the directory as JSON."""
    site = _site(visit)
    return _kept(request, as_json(site.directory, site.texts.licence), "application/json")


@get("/p/privacy", sync_to_thread=True)
def privacy(visit: Asked, request: Caller) -> Response[Any]:
    """Show the privacy notice."""
    return _kept(request, _site(visit).privacy_page())


@get("/p/report", sync_to_thread=True)
def write_report(visit: Asked, request: Caller) -> Response[Any]:
    """Show the form for 纠错 and 好差评."""
    site = _site(visit, reports=True)
    meant = site.directory.find(visit.ask("account"))
    called = f"{meant.number} {meant.name}（{meant.platform}）" if meant is not None else ""
    matter = visit.ask("matter") if visit.ask("matter") in MATTERS else ""
    return _kept(request, _form(site, WrittenReport(called=called, matter=matter), {}))


@post("/p/report", sync_to_thread=True)
def take(visit: Asked, request: Caller) -> Response[Any]:
    """Take a report; one of a program is thanked for and forgotten."""
    site = _site(visit, reports=True)
    written = WrittenReport(**{name: visit.form.text(name) for name in WrittenReport.__struct_fields__})
    if visit.form.text(_TRAP):
        return _answer(site.page("received.html", "report", number=""))
    given, wrong = read_report(written)
    if given is None:
        return _answer(_form(site, written, wrong), HTTPStatus.UNPROCESSABLE_ENTITY)
    address = request.client.host if request.client is not None else ""
    if not _throttle.admit(address, visit.now, site.public.reports_an_hour):
        return _too_many(site, "您提交得过于频繁，请一小时后再试。刚才的内容没有提交。")
    try:
        number = take_report(visit.home, given, visit.now)
    except TooManyError:
        return _too_many(site, "今日提交已满，请明日再试，或通过其他方式联系我们。刚才的内容没有提交。")
    return _answer(site.page("received.html", "report", number=number))


def _site(visit: Visit, *, reports: bool = False) -> Site:
    public: Public = visit.home.settings.public
    if reports and not public.reports:
        raise no_such_page()

    def read() -> Directory:
        with visit.workspace() as workspace:
            return public_directory(workspace, visit.now)

    directory = KEPT.get(visit.home.path, read)
    return Site(public, public_texts(public), _links(visit), directory)


def _links(visit: Visit) -> ServedLinks:
    return ServedLinks(reports=visit.home.settings.public.reports, large=visit.ask(LARGE) == "1")


def _form(site: Site, written: WrittenReport, wrong: dict[str, str]) -> str:
    return site.page(
        "report.html",
        "report",
        given=written,
        errors=wrong,
        matters=list(MATTERS.items()),
        ratings=list(RATINGS.items()),
    )


def _too_many(site: Site, text: str) -> Response[Any]:
    return _answer(
        site.page("said.html", "report", title="请稍后再试", said=text), HTTPStatus.TOO_MANY_REQUESTS
    )


def _answer(html: str, status: int = HTTPStatus.OK) -> Response[Any]:
    return Response(html, status_code=status, media_type=MediaType.HTML)


def _kept(request: Caller, content: str | bytes, media_type: str = MediaType.HTML) -> Response[Any]:
    """Answer with what caches may keep; who has it already hears that alone."""
    body = content.encode() if isinstance(content, str) else content
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"Cache-Control": _KEPT_BY_CACHES, "ETag": tag}
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)


def _near(page: int, last: int) -> list[int]:
    """Return the pages that a pager leads to: the first, the last and those around the present one."""
    return sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})


HANDLERS = [directory, check, counts, data, data_csv, data_json, privacy, write_report, take, account]
