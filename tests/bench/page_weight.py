"""What a page weighs in a browser, beside the budgets of the console: bytes, requests, elements, first paint."""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.browser import Chromium
from tests.console_walk.serving import served
from tests.pipeline.console.city import LAST_ROUND, NOW, ROUND, city_in
from tests.pipeline.console.signed_in import FixedSessions, user_of

PAGES = (
    "/today",
    "/accounts",
    "/accounts/0015",
    "/in",
    f"/rounds/{ROUND}",
    f"/bulletins/{LAST_ROUND}",
    "/p",
)
SLOWED = 4  # times, as a phone is
_TURNS = 3
_SEEN = """() => {
  const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return {
    bytes: loaded.reduce((sum, one) => sum + one.encodedBodySize, 0),
    html: performance.getEntriesByType('navigation')[0].encodedBodySize,
    requests: loaded.filter(one => one.transferSize > 0).length,
    elements: document.querySelectorAll('*').length,
    paint_ms: paint ? paint.startTime : 0,
  };
}"""


def main() -> None:
    """Print the figures of each page as JSON."""
    user = user_of(Role.CLERK)
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Console(city_in(Path(folder)), FixedSessions({user.id: user}), now=lambda: NOW))
        with Chromium() as browser, served(app) as base:  # the city first: a browser has a loop of its own
            cookies = [(SESSION_COOKIE, user.id)]
            told = {path: _measured(browser, base, path, cookies) for path in PAGES}
    sys.stdout.write(msgspec.json.encode(told).decode())


def _measured(browser: Chromium, base: str, path: str, cookies: list[tuple[str, str]]) -> dict[str, Any]:
    first: list[dict[str, Any]] = []
    with browser.window(base, cookies=cookies) as window:  # what is reckoned once is reckoned
        window.open(path)
    for _ in range(_TURNS):
        with browser.window(base, cookies=cookies) as window:
            session = window.context.new_cdp_session(window.page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            first.append(_seen(window.open(path)))
            again = _seen(window.open(path))
    told = first[-1]
    told["paint_ms"] = statistics.median(one["paint_ms"] for one in first)
    told["later_requests"] = again["requests"]
    return told


def _seen(page: Page) -> dict[str, Any]:
    page.wait_for_load_state("load")
    seen: dict[str, Any] = page.evaluate(_SEEN)
    while not seen["paint_ms"]:  # the page may be there before it is painted
        page.wait_for_timeout(20)
        seen = page.evaluate(_SEEN)
    return seen


if __name__ == "__main__":
    main()
