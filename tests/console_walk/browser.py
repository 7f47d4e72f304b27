"""Debian's Chromium, driven by Playwright: one browser, windows without a common past, what pages are held to."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response, sync_playwright

DESK, PHONE = (1440, 900), (390, 844)
NARROW = (320, 390, 720, 1024)
"""Widths at which no page may scroll sideways."""

_WAIT_MS = 120_000  # for a page, however busy the machine is
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_VIOLATIONS = "async options => (await axe.run(options)).violations"  # of the rest nobody reads a word
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class MissingError(Exception):
    """There is no Chromium on this machine."""


class Chromium:
    """A browser for as long as it is open."""

    def __init__(self) -> None:
        found = shutil.which("chromium")
        if found is None:
            raise MissingError("no Chromium: apt-get install chromium")
        self._path = found
        self._coloured: set[tuple[str, int]] = set()

    def __enter__(self) -> Self:
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=self._path, args=list(_QUIET))
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._driver.stop()

    @contextmanager
    def window(
        self,
        base: str,
        size: tuple[int, int] = DESK,
        *,
        cookies: Sequence[tuple[str, str]] = (),
        script: bool = True,
    ) -> Iterator["Window"]:
        """Open a window that knows nothing of the others."""
        context = self._browser.new_context(
            base_url=base,
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(_WAIT_MS)
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies])
        try:
            yield Window(context, self._coloured)
        finally:
            context.close()


class Fault(NamedTuple):
    """Something that a page must not do."""

    url: str
    what: str

    def __str__(self) -> str:
        return f"{self.url}: {self.what}"


class Window:
    """A window with one page, which notes what goes wrong in it."""

    def __init__(self, context: BrowserContext, coloured: set[tuple[str, int]]) -> None:
        self.context = context
        self._coloured = coloured  # kinds of pages, and widths, whose colours were looked at in this browser
        self.page: Page = context.new_page()
        self.errors: list[Fault] = []
        self.expected: set[int] = set()
        """Answers of 400 and above that the walk asks for on purpose."""
        self.page.on("console", lambda m: self._note(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self._note(str(e)))
        self.page.on("response", self._answered)

    def _note(self, what: str) -> None:
        if not any(f"status of {status}" in what for status in self.expected):
            self.errors.append(Fault(self.page.url, what))

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.errors.append(Fault(response.url, f"answered {response.status}"))

    def open(self, path: str) -> Page:
        """Go to an address and return the page; one that is still reckoned comes back by itself as a list."""
        answer = self.page.goto(path)
        if answer is not None and answer.status == HTTPStatus.ACCEPTED:
            self.page.locator("#list").wait_for()
        return self.page

    def violations(self, kind: str = "") -> list[Fault]:
        """Return what axe finds wrong with the page as it stands, by the standards of design section 4.

        Contrast takes most of the time, and colours come from the one sheet: of pages of a named kind it is looked at
        once a width.
        """
        seen = (kind, self.page.evaluate("window.innerWidth"))
        rules = {"color-contrast": {"enabled": not kind or seen not in self._coloured}}
        self._coloured.add(seen)
        self.page.evaluate(Axe().axe_script)
        options = {"runOnly": _STANDARDS, "resultTypes": ["violations"], "rules": rules}
        found = self.page.evaluate(_VIOLATIONS, options)
        return [
            Fault(
                self.page.url, f"{v['id']} {v['help']}: {', '.join(str(n['target']) for n in v['nodes'][:3])}"
            )
            for v in found
        ]

    def scrolls_sideways(self, widths: Sequence[int] = NARROW) -> list[Fault]:
        """Return at which widths the page is wider than its window; the window is left as it was."""
        before = self.page.viewport_size
        found = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(Fault(self.page.url, f"{wide} px wide in a window of {width}"))
        if before is not None:
            self.page.set_viewport_size(before)
        return found

    def load_images(self) -> None:
        """Wait for every picture of the page, those far below, too."""
        self.page.evaluate(
            "Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().catch(() => null); }))"
        )

    def picture(self, path: Path) -> None:
        """Keep the whole page as a picture."""
        self.page.screenshot(path=path, full_page=True)
