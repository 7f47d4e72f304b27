"""`make console-walk`: the console in a browser, as each of its people, over a real process; then every page of each.

Closes with `walked N pages N errors N violations N`; exits 1 where a page erred, or was not accessible, or too wide.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.console_walk.browser import Chromium
from tests.console_walk.everybody import look_at_all
from tests.console_walk.on_kafka import Servers, kafka_and_postgres
from tests.console_walk.program import serving
from tests.console_walk.ways import WAYS, City, first_run
from tests.pipeline.program import xuncha


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
                look_at_all(city, _say)
    for way, clicks in city.clicks.items():
        _say(f"{way}: {clicks} clicks")
    for fault in (*city.errors, *city.faults):
        _say(f"{fault}")
    _say(f"walked {len(WAYS) + 1} pages {city.pages} errors {len(city.errors)} violations {len(city.faults)}")
    return 1 if city.errors or city.faults else 0


if __name__ == "__main__":
    sys.exit(main())
