"""The pages for the public, as a server gives them and as files hold them: the same templates, other links."""

from typing import Any, Protocol
from urllib.parse import urlencode

import segno
from markupsafe import Markup

from pipeline.console.rendering import asset_url, render
from pipeline.home.public_settings import Public
from pipeline.office.publicity.directory import Answer, Directory, PublicAccount, Verified, counted
from pipeline.office.publicity.open_data import FIELDS
from pipeline.office.publicity.texts import PublicTexts

LARGE = "large"
"""In an address, 1: large print."""


class Links(Protocol):
    """Where a page of the site leads to; empty: nowhere."""

    large: bool

    def asset(self, name: str) -> str: ...
    def home(self) -> str: ...
    def check(self) -> str: ...
    def account(self, number: str) -> str: ...
    def report(self, number: str = "") -> str: ...
    def report_form(self) -> str: ...
    def counts(self) -> str: ...
    def data(self) -> str: ...
    def csv(self) -> str: ...
    def json(self) -> str: ...
    def privacy(self) -> str: ...
    def other_size(self) -> str: ...


class ServedLinks:
    """Addresses of the console; who reads in large print goes on doing so."""

    def __init__(self, *, reports: bool, large: bool = False) -> None:
        self._reports = reports
        self.large = large

    def to(self, path: str, **asked: str) -> str:
        """Return an address with what it says."""
        query = {name: value for name, value in asked.items() if value} | ({LARGE: "1"} if self.large else {})
        return f"{path}?{urlencode(query)}" if query else path

    def asset(self, name: str) -> str:
        return asset_url(name)

    def home(self) -> str:
        return self.to("/p")

    def check(self) -> str:
        return self.to("/p/check")

    def account(self, number: str) -> str:
        return self.to(f"/p/{number}")

    def report(self, number: str = "") -> str:
        return self.to("/p/report", account=number) if self._reports else ""

    def report_form(self) -> str:
        return ""

    def counts(self) -> str:
        return self.to("/p/counts")

    def data(self) -> str:
        return self.to("/p/open")

    def csv(self) -> str:
        return "/p/open/accounts.csv"

    def json(self) -> str:
        return "/p/open/accounts.json"

    def privacy(self) -> str:
        return self.to("/p/privacy")

    def other_size(self) -> str:
        """Return the first page in the other size of print."""
        return ServedLinks(reports=self._reports, large=not self.large).home()


class Site:
    """What every page of the public knows."""

    def __init__(
        self,
        public: Public,
        texts: PublicTexts,
        links: Links,
        directory: Directory,
        *,
        is_static: bool = False,
    ) -> None:
        self.public = public
        self.texts = texts
        self.links = links
        self.is_static = is_static
        self.title = public.title
        self.publisher = directory.office
        self.directory = directory

    @property
    def menu(self) -> list[tuple[str, str, str]]:
        """Return title, address and key of what stands at the top."""
        items = [
            ("名录", self.links.home(), "directory"),
            ("核验", self.links.check(), "check"),
            ("纠错与评价", self.links.report(), "report"),
            ("统计", self.links.counts(), "counts"),
            ("开放数据", self.links.data(), "data"),
        ]
        return [item for item in items if item[1]]

    def page(self, template: str, here: str = "", **context: Any) -> str:
        """Return a page."""
        return render(f"public/{template}", {"site": self, "here": here, "on": self.directory.on, **context})

    def account_page(self, account: PublicAccount, own_address: str, rate: str = "") -> str:
        """Return the page of an account, with the code of its own address where that is known."""
        one = Verified(
            Answer.GENUINE if account.open else Answer.STOPPED,
            account.name,
            account.platform,
            account.owner,
            link=account.link if account.open else "",
            on=account.closed_on,
        )
        qr = qr_code(own_address, account.name) if own_address else ""
        return self.page("account.html", "directory", account=account, one=one, qr=qr, rate=rate)

    def counts_page(self) -> str:
        """Return how many accounts there are."""
        platforms, areas = counted(self.directory.open_accounts)
        return self.page("counts.html", "counts", platforms=platforms, areas=areas)

    def data_page(self) -> str:
        """Return what the open data hold."""
        return self.page("data.html", "data", fields=FIELDS, count=len(self.directory.accounts))

    def privacy_page(self) -> str:
        """Return the privacy notice."""
        return self.page("privacy.html")


def qr_code(address: str, name: str) -> Markup:
    """Return the QR code of an address as SVG, with a name for who does not see it."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=4,
        border=2,
        omitsize=True,
        dark="#1a212a",
        svgclass="qr",
        lineclass=None,
        title=f"{name}公开页的二维码",
    )
    return Markup(drawn)  # noqa: S704 (drawn here; the title is escaped by the library)
