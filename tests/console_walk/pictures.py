"""`python -m tests.console_walk.pictures FOLDER`: the pictures of the readme, of an invented city, each marked 示例."""

import sys
import tempfile
from pathlib import Path

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.browser import DESK, PHONE, Chromium
from tests.console_walk.serving import served
from tests.pipeline.console.city import LAST_ROUND, NOW, ROUND, USERS, city_in
from tests.pipeline.console.signed_in import FixedSessions

PICTURES = (
    ("today", Role.CLERK, "/today", DESK),
    ("account", Role.CLERK, "/accounts/0015", DESK),
    ("round", Role.CLERK, f"/rounds/{ROUND}", DESK),
    ("bulletin", Role.CLERK, f"/bulletins/{LAST_ROUND}", DESK),
    ("my", Role.OWNER, "/my", PHONE),
    ("public", None, "/p/check?q=江州健康", PHONE),
)
_MARK = """() => {
  const mark = document.createElement('div');
  mark.textContent = '示例';
  Object.assign(mark.style, {position: 'fixed', right: '12px', bottom: '64px', padding: '2px 12px', zIndex: 99,
    font: '600 18px sans-serif', color: '#ad1419', background: '#fff', border: '2px solid #ad1419'});
  document.body.append(mark);
}"""


def main(folder: Path) -> None:
    """Write a picture of each page as somebody sees it first."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        sessions = FixedSessions({user.id: user for user in USERS.values()})
        app = make_app(Console(city_in(Path(home)), sessions, now=lambda: NOW))
        with Chromium() as browser, served(app) as base:  # the city first: a browser has a loop of its own
            for name, role, path, size in PICTURES:
                cookies = [(SESSION_COOKIE, USERS[role].id)] if role else []
                with browser.window(base, size, cookies=cookies) as window:
                    page = window.open(path)
                    page.wait_for_load_state("networkidle")
                    page.evaluate(_MARK)
                    page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
