"""`make console-walk`: the console in a browser, as each of its people, over a real process; then every page of each.

Closes with `walked N pages N errors N violations N`; exits 1 where a page erred, or was not accessible, or too wide.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.console_walk.browser import DESK, PHONE, Chromium, Window
from tests.console_walk.crawl import crawl, every_demand
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
    first_run,
)
from tests.pipeline.program import xuncha

_SAY = sys.stdout.write
_MOST = 600  # pages of a person, more than there are


def main() -> int:
    words = argparse.ArgumentParser(prog="make console-walk")
    words.add_argument("--pictures", type=Path, help="folder for a picture of every page")
    words.add_argument("--ways-only", action="store_true", help="do not look at every page of each person")
    asked = words.parse_args()
    if asked.pictures is not None:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Chromium() as browser:
        papers = Path(folder) / "云汀"
        assert xuncha(Path(folder) / "none", "sample", papers).status == 0
        with serving(Path(folder) / "home") as served:
            city = City(browser, served.base, papers, looks=True, pictures=asked.pictures)
            first_run(city, served.code)
            for way in WAYS:
                _SAY(f"{way.__name__.replace('_', ' ')}\n")
                way(city)
            if not asked.ways_only:
                _look_at_all(city)
    for way, clicks in city.clicks.items():
        _SAY(f"{way}: {clicks} clicks\n")
    for fault in (*city.errors, *city.faults):
        _SAY(f"{fault}\n")
    _SAY(
        f"walked {len(WAYS) + 1} pages {city.pages} errors {len(city.errors)} violations {len(city.faults)}\n"
    )
    return 1 if city.errors or city.faults else 0


def _look_at_all(city: City) -> None:
    """Follow every link of each person to its end, but those that order a list anew.

    At the desk two pages of a kind, at each width; on a phone one of a kind, for what is otherwise there.
    """
    for login in (COMPETENT, AUDITOR, "guan", "", FIRM, CHECKER, OWNER, SIGNER, "jing"):
        for size, look, same in ((DESK, every_demand, 2), (PHONE, Window.violations, 1)):
            with city.somebody(login, size=size) as walker:
                begin = "/" if login else "/p"
                found = crawl(walker.window, begin, look=look, most=_MOST, same=same, leave=_orders_anew)
                walker.pages += found.pages
                walker.faults += found.faults
            _SAY(f"{login or 'the public'} at {size[0]}: {found.pages} pages, {len(found.faults)} faults\n")
            for fault in found.faults:
                _SAY(f"  {fault}\n")
            sys.stdout.flush()


def _orders_anew(link: str) -> bool:
    return "sort=" in link


if __name__ == "__main__":
    sys.exit(main())
