"""Every page of each person, two people at a time."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.console_walk.browser import DESK, PHONE, Chromium
from tests.console_walk.crawl import access, crawl, every_demand
from tests.console_walk.ways import AUDITOR, CHECKER, COMPETENT, FIRM, OWNER, SIGNER, City, Walked

_MOST = 600  # pages of a person, more than there are
_BROWSERS = 2  # at a time


def look_at_all(city: City, say: Callable[[str], None]) -> None:
    """Follow every link of each person to its end, but those that order a list anew; two people at a time."""
    people = ("jing", AUDITOR, SIGNER, COMPETENT, CHECKER, "guan", FIRM, OWNER, "")
    with ProcessPoolExecutor(_BROWSERS, get_context("spawn")) as pool:
        asked = {
            pool.submit(
                _look_at, city.base, city.papers, login, size
            ): f"{login or 'the public'} at {size[0]}"
            for login in people
            for size in (DESK, PHONE)
        }
        for one in as_completed(asked):
            walked = one.result()
            city.add(walked)
            say(f"{asked[one]}: {walked.pages} pages, {len(walked.faults)} faults")
            for fault in walked.faults:
                say(f"  {fault}")


def _look_at(base: str, papers: Path, login: str, size: tuple[int, int]) -> Walked:
    """Look at the pages of one person: two of a kind at the desk, at each width, one on a phone."""
    look, same = (every_demand, 2) if size == DESK else (access, 1)
    with Chromium() as browser:
        city = City(browser, base, papers, looks=True)
        with city.somebody(login, size=size) as walker:
            begin = "/" if login else "/p"
            found = crawl(walker.window, begin, look=look, most=_MOST, same=same, leave=_orders_anew)
            walker.pages += found.pages
            walker.faults += found.faults
        return city.walked()


def _orders_anew(link: str) -> bool:
    return "sort=" in link
