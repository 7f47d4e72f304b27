"""The public's pages as files with relative links: for a column of the city's portal, or a folder opened by hand.

The same directory of the same day gives the same bytes. The folder is written beside its place and then put there, so
nobody sees half of it, and whatever stood there before has to be a site of this program.
"""

import posixpath
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from events.fields import field
from events.messages import message
from pipeline.console.public_site import Site
from pipeline.console.rendering import assets
from pipeline.home.errors import UsageError
from pipeline.home.public_settings import Public
from pipeline.office.publicity.directory import Directory, PublicAccount, all_verified
from pipeline.office.publicity.open_data import as_csv, as_json
from pipeline.office.publicity.report_files import COLUMNS, report_form
from pipeline.office.publicity.texts import PublicTexts, public_texts

MARK = ".xuncha-site"
"""A file of a site: only a folder that has it, or is empty, is written over."""

PAGE_ROWS = 200
_ASSETS = ("console.css", "public-search.js")


class StaticLinks:
    """Links from one page of the site to the others, relative to it."""

    large = False

    def __init__(self, page: str, *, reports: bool) -> None:
        self._folder = posixpath.dirname(page)
        self._reports = reports

    def to(self, path: str) -> str:
        """Return the way to a file of the site."""
        return posixpath.relpath(path, self._folder or ".")

    def asset(self, name: str) -> str:
        return self.to(f"assets/{assets()[name].name}")

    def home(self) -> str:
        return self.to("index.html")

    def check(self) -> str:
        return self.to("check.html")

    def account(self, number: str) -> str:
        return self.to(account_file(number))

    def report(self, number: str = "") -> str:
        del number
        return self.to("report.html") if self._reports else ""

    def report_form(self) -> str:
        return self.to("report.csv")

    def counts(self) -> str:
        return self.to("counts.html")

    def data(self) -> str:
        return self.to("data.html")

    def csv(self) -> str:
        return self.to("accounts.csv")

    def json(self) -> str:
        return self.to("accounts.json")

    def privacy(self) -> str:
        return self.to("privacy.html")

    def other_size(self) -> str:
        return ""


class Written(msgspec.Struct, frozen=True):
    """What was written."""

    files: int
    accounts: int


class _Group(msgspec.Struct, frozen=True):
    """Accounts under one heading, on one or more pages."""

    title: str
    stem: str
    accounts: Sequence[PublicAccount]

    def file(self, page: int) -> str:
        return f"{self.stem}.html" if page == 1 else f"{self.stem}-{page}.html"


def account_file(number: str) -> str:
    """Return the file of an account's page."""
    return f"a/{number}.html"


def write_site(public: Public, directory: Directory, folder: Path, url: str = "") -> Written:
    """Write the site into a folder; `url` is where everybody will reach it, for QR codes.

    Raises `UsageError` for a folder that holds something else.
    """
    folder = folder.absolute()
    _require_ours(folder)
    beside = folder.with_name(f".{folder.name}.new")
    former = folder.with_name(f".{folder.name}.old")
    for left in (beside, former):
        if left.exists():
            _require_ours(left)
            shutil.rmtree(left)
    count = 0
    (beside / "a").mkdir(parents=True)
    (beside / MARK).write_text("xuncha site\n", "utf-8")
    for name, content in site_files(public, directory, url):
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        count += 1
    if folder.exists():
        folder.replace(former)
    beside.replace(folder)
    shutil.rmtree(former, ignore_errors=True)
    return Written(count, len(directory.accounts))


def site_files(public: Public, directory: Directory, url: str = "") -> Iterator[tuple[str, bytes]]:
    """Give every file of the site by its path in it."""
    texts = public_texts(public)
    groups = _groups(public, directory)

    def site(page: str) -> Site:
        return _site(public, texts, directory, page)

    for group in groups:
        yield from _group_pages(site, group, groups)
    for account in directory.accounts:
        if account.number:
            name = account_file(account.number)
            own = f"{url.rstrip('/')}/{name}" if url else ""
            yield name, site(name).account_page(account, own).encode()
    checked = site("check.html").page("check_table.html", "check", all=all_verified(directory))
    yield "check.html", checked.encode()
    yield "counts.html", site("counts.html").counts_page().encode()
    yield "data.html", site("data.html").data_page().encode()
    yield "privacy.html", site("privacy.html").privacy_page().encode()
    if public.reports:
        yield "report.html", site("report.html").page("report_paper.html", "report", fields=COLUMNS).encode()
        yield "report.csv", report_form()
    yield "accounts.csv", as_csv(directory)
    yield "accounts.json", as_json(directory, texts.licence)
    for name in _ASSETS:
        asset = assets()[name]
        yield f"assets/{asset.name}", asset.content


def _site(public: Public, texts: PublicTexts, directory: Directory, page: str) -> Site:
    return Site(public, texts, StaticLinks(page, reports=public.reports), directory, is_static=True)


def _groups(public: Public, directory: Directory) -> list[_Group]:
    """Return all accounts, those of each area, and those of each platform."""
    accounts = directory.open_accounts
    groups = [_Group(public.title, "index", accounts)]
    for n, area in enumerate(directory.areas(), 1):
        groups.append(_Group(area, f"area/{n}", [a for a in accounts if a.area == area]))
    for n, platform in enumerate(directory.platforms(), 1):
        groups.append(_Group(platform, f"platform/{n}", [a for a in accounts if a.platform == platform]))
    return groups


def _group_pages(
    site: Callable[[str], Site], group: _Group, groups: Sequence[_Group]
) -> Iterator[tuple[str, bytes]]:
    last = max(1, -(-len(group.accounts) // PAGE_ROWS))
    for page in range(1, last + 1):
        name = group.file(page)
        links = StaticLinks(name, reports=False)
        html = site(name).page(
            "directory.html",
            "directory",
            heading=group.title,
            accounts=group.accounts[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
            found=len(group.accounts),
            by_area=[(g.title, links.to(g.file(1))) for g in groups if g.stem.startswith("area/")],
            by_platform=[(g.title, links.to(g.file(1))) for g in groups if g.stem.startswith("platform/")],
            page=page,
            last=last,
            pages=[(n, links.to(group.file(n))) for n in range(1, last + 1)],
        )
        yield name, html.encode()


def _require_ours(folder: Path) -> None:
    """Refuse to write over what is no site of this program."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(message("{folder} is no folder; name another one", folder=folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(
            message(
                "{folder} holds other files, and all of it would be replaced; name an empty {name}",
                folder=folder,
                name=field("folder"),
            )
        )
