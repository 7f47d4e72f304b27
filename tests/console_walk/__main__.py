"""`make console-walk`: the console in a browser, as each of its people, over a real process; then every page of each.

Closes with `walked N pages N errors N violations N`; exits 1 where a page erred, or was not accessible, or too wide.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from tests.console_walk.browser import DESK, PHONE, Chromium
from tests.console_walk.crawl import access, crawl, every_demand
from tests.console_walk.on_kafka import Servers, kafka_and_postgres
from tests.console_walk.program import serving
from tests.console_walk.ways import (
    AUDITOR,
    CHECKER,
    COMPETENT,
    FIRM,
    OWNER,
    SIGNER,
    WAYS,
    City,
    Walked,
    first_run,
)
from tests.pipeline.program import xuncha

_MOST = 600  # pages of a person, more than there are
_BROWSERS = 2  # at a time


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    words = argparse.ArgumentParser(prog="make console-walk")
    words.add_argument("--pictures", type=Path, help="folder for a picture of every page")
    words.add_argument("--ways-only", action="store_true", help="do not look at every page of each person")
    words.add_argument(
        "--kafka", action="store_true", help="on Kafka, with PostgreSQL, instead of in a folder"
    )
    asked = words.parse_args()
    if asked.pictures is not None:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        servers = stack.enter_context(kafka_and_postgres()) if asked.kafka else Servers("", {})
        browser = stack.enter_context(Chromium())
        papers = Path(folder) / "云汀"
        assert xuncha(Path(folder) / "none", "sample", papers).status == 0
        with serving(Path(folder) / "home", *servers) as served:
            city = City(browser, served.base, papers, looks=True, pictures=asked.pictures)
            first_run(city, served.code)
            for way in WAYS:
                _say(way.__name__.replace("_", " "))
                way(city)
            if not asked.ways_only:
                _look_at_all(city)
    for way, clicks in city.clicks.items():
        _say(f"{way}: {clicks} clicks")
    for fault in (*city.errors, *city.faults):
        _say(f"{fault}")
    _say(f"walked {len(WAYS) + 1} pages {city.pages} errors {len(city.errors)} violations {len(city.faults)}")
    return 1 if city.errors or city.faults else 0


def _look_at_all(city: City) -> None:
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
            _say(f"{asked[one]}: {walked.pages} pages, {len(walked.faults)} faults")
            for fault in walked.faults:
                _say(f"  {fault}")


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


if __name__ == "__main__":
    sys.exit(main())
