"""`python -m tests.console_walk.album FOLDER`: every page of each person as pictures: desk, phone, paper.

Of three invented cities: 江州 in the middle of its quarter with the year of its office, 湘潭 with its websites, and
昆山 with its yearly assessment. Nobody judges a picture but who looks at it.
"""

import argparse
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.access.users import Role, User
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.browser import DESK, PHONE, Chromium, Fault, Window
from tests.console_walk.crawl import crawl, kind_of
from tests.console_walk.serving import served
from tests.pipeline.console.city import NOW, USERS, city_in
from tests.pipeline.console.signed_in import FixedSessions, user_of
from tests.pipeline.console.whole_city import add_year
from tests.pipeline.inputs import at
from tests.pipeline.program import done

_SAY = sys.stdout.write
_MOST = 120  # pages of a person
_PAPER_PX = 1032  # 273 mm


class Shown(NamedTuple):
    """A city, who looks at it, and when."""

    name: str
    home: Path
    users: tuple[User | None, ...]
    now: datetime


def main() -> None:
    """Write the pictures, of the people whose roles are named or of all."""
    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--city", action="append", help="jiangzhou, xiangtan, kunshan-2020; default: all")
    words.add_argument("--role", action="append", help="clerk, owner, …, public; default: all")
    words.add_argument("--paper", action="store_true", help="on paper, too")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in asked.city or ("jiangzhou", "xiangtan", "kunshan-2020"):
            shown = _city(name, Path(scratch))
            sessions = FixedSessions({user.id: user for user in shown.users if user})
            app = make_app(Console(shown.home, sessions, now=lambda at=shown.now: at))
            with Chromium() as browser, served(app) as base:
                for user in shown.users:
                    role = str(user.grants[0].role) if user else "public"
                    if asked.role and role not in asked.role:
                        continue
                    for size in (DESK, PHONE):
                        _walk(
                            browser,
                            base,
                            user,
                            size,
                            asked.folder / name / f"{role}-{size[0]}",
                            paper=asked.paper,
                        )


def _city(name: str, scratch: Path) -> Shown:
    if name == "jiangzhou":
        return Shown(name, add_year(city_in(scratch), scratch), (*USERS.values(), None), NOW)
    home = scratch / name
    done(home, "simulate", name)
    office = tuple(map(user_of, (Role.CLERK, Role.SIGNER, Role.AUDITOR)))
    if name == "xiangtan":
        return Shown(name, home, (*office, user_of(Role.COMPETENT, "湘乡市"), None), at("2022-10-08 09:12"))
    done(home, "assessment", "draft", 2020, "--check-point", "2021-01-31")
    done(home, "assessment", "tell", 2020, "--until", "2100-02-10")
    return Shown(name, home, (*office, user_of(Role.OWNER, "昆山市统计局"), None), at("2021-02-01 09:12"))


def _walk(
    browser: Chromium, base: str, user: User | None, size: tuple[int, int], folder: Path, *, paper: bool
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cookies = [(SESSION_COOKIE, user.id)] if user else []
    with browser.window(base, size, cookies=cookies) as window:
        taken: list[str] = []

        def look(seen: Window) -> list[Fault]:
            name = f"{len(taken):03}-{_stem(seen.page.url)}"
            taken.append(name)
            seen.load_images()
            seen.picture(folder / f"{name}.png")
            if paper and size == DESK:
                _on_paper(seen, folder / f"{name}-paper.png")
            return []

        found = crawl(window, "/" if user else "/p", look=look, most=_MOST)
        errors = "".join(f"  {error}\n" for error in window.errors)
    _SAY(f"{folder}: {found.pages} pages\n{errors}")
    sys.stdout.flush()


def _on_paper(window: Window, path: Path) -> None:
    """Keep a page as it is printed, as wide as A4 across within its margins."""
    before = window.page.viewport_size
    window.page.emulate_media(media="print")
    window.page.set_viewport_size({"width": _PAPER_PX, "height": 720})
    window.picture(path)
    window.page.emulate_media(media="screen")
    if before is not None:
        window.page.set_viewport_size(before)


def _stem(url: str) -> str:
    return re.sub(r"[^\w*-]+", "_", kind_of(url)).strip("_")[:60] or "first"


if __name__ == "__main__":
    main()
