"""Somebody at a console: fills boxes, presses buttons, counts the presses, and has every page looked at."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.console_walk.browser import Fault, Window
from tests.console_walk.crawl import every_demand

_WAIT_MS = 60_000


class Walker:
    """One person in one window."""

    def __init__(
        self, window: Window, *, looks: bool = True, pictures: Path | None = None, first: int = 0
    ) -> None:
        self.window = window
        self.clicks = 0  # since the way began
        self.pages = first  # looked at so far, by others before
        self.faults: list[Fault] = []
        self._looks = looks
        self._pictures = pictures

    @property
    def page(self) -> Page:
        return self.window.page

    @property
    def said(self) -> str:
        """What the main part of the page says."""
        return self.page.inner_text("main")

    def begin(self, path: str) -> None:
        """Begin a way: open a page by its address, as a bookmark or a link does."""
        self.window.open(path)
        self.clicks = 0
        self._look()

    def press(self, name: str, *, within: Locator | None = None, nth: int = 0) -> None:
        """Press a button or follow a link of this name; the page that comes is looked at."""
        place = within or self.page.locator("body")
        found = place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        )
        found.nth(nth).click()
        self.page.wait_for_load_state("load")
        self.clicks += 1
        self._look()

    def fill(self, name: str, text: str) -> None:
        """Type into the box of this name."""
        self.page.locator(f"[name='{name}']").first.fill(text)

    def choose(self, name: str, label: str) -> None:
        """Choose from the list of this name."""
        self.page.locator(f"select[name='{name}']").first.select_option(label=label)

    def hand_in(self, name: str, files: Sequence[Path]) -> None:
        """Choose files for the box of this name."""
        self.page.locator(f"input[type=file][name='{name}']").first.set_input_files([str(f) for f in files])

    def sees(self, *texts: str) -> None:
        """Demand that the page says all of these."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text, timeout=_WAIT_MS)

    def box(self, heading: str) -> Locator:
        """Return the part of the page under a heading."""
        return self.page.locator("section", has=self.page.get_by_role("heading", name=heading)).first

    def _look(self) -> None:
        self.pages += 1
        if self._pictures is not None:
            self.window.picture(self._pictures / f"{self.pages:03}.png")
        if self._looks:
            self.faults += every_demand(self.window)
