"""The console in a real browser: the short form of `make console-walk`."""

import pytest

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.browser import DESK, PHONE
from tests.console_walk.crawl import every_demand
from tests.console_walk.program import serving
from tests.console_walk.serving import served
from tests.console_walk.ways import WAYS, City, first_run
from tests.pipeline.console.city import LAST_ROUND, NOW, ROUND, USERS
from tests.pipeline.console.signed_in import FixedSessions
from tests.pipeline.program import xuncha

pytestmark = pytest.mark.usefixtures("city")  # made before a browser has a loop in this thread
PAGES = {
    Role.CLERK: (
        "/today",
        "/accounts?sort=-newest",
        "/accounts/0015",
        "/in",
        "/filings",
        "/focus",
        f"/rounds/{ROUND}",
        "/findings",
        "/reports/2026Q3",
        f"/bulletins/{LAST_ROUND}",
        "/tasks",
        f"/compare?round={LAST_ROUND}&a=frozen&b=now",
        "/units",
        "/sources",
        "/audit",
    ),
    Role.OWNER: ("/my",),
    None: ("/p", "/p/0001", "/p/check?q=江州", "/p/report", "/login"),
}
"""One page of each kind; `make console-walk` follows every link of everybody."""


@pytest.fixture(scope="module")
def address(city):
    sessions = FixedSessions({user.id: user for user in USERS.values()})
    with served(make_app(Console(city, sessions, now=lambda: NOW))) as base:
        yield base


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", PAGES, ids=lambda role: str(role or "nobody"))
def test_pages_are_accessible_and_fit_every_width(chromium, address, role, size):
    """No violation by axe, no sideways scrolling, no error of a script, at the desk and on a phone."""
    cookies = [(SESSION_COOKIE, USERS[role].id)] if role else []
    faults = []
    with chromium.window(address, size, cookies=cookies) as window:
        for path in PAGES[role]:
            window.open(path)
            faults += every_demand(window)
    assert not faults
    assert not window.errors


@pytest.mark.slow
def test_lists_and_forms_work_without_script(chromium, address):
    """A filter, the other order, and a form that is refused, of a browser that runs no script."""
    with chromium.window(address, cookies=[(SESSION_COOKIE, USERS[Role.CLERK].id)], script=False) as window:
        page = window.open("/accounts")
        page.locator("select[name=area]").select_option(label="东江区")
        page.get_by_role("button", name="筛选").click()
        assert "area=" in page.url
        assert page.locator("tbody tr").count() == 12
        page.get_by_role("link", name="最近发布").click()
        assert {"area", "sort"} <= {pair.partition("=")[0] for pair in page.url.partition("?")[2].split("&")}
        window.expected = {422}
        page = window.open("/rounds/new")
        page.get_by_role("textbox", name="监测时间点").fill("十三月")
        page.get_by_role("button", name="核对方案").click()
        assert "十三月" in page.inner_text("main")
    assert not window.errors


@pytest.mark.slow
def test_a_quarter_by_clicks_alone(chromium, tmp_path):
    """From an empty folder to an issued bulletin and its correction, by everybody who has a hand in it."""
    papers = tmp_path / "云汀"
    assert xuncha(tmp_path / "none", "sample", papers).status == 0
    with serving(tmp_path / "home") as program:
        city = City(chromium, program.base, papers, looks=False)
        first_run(city, program.code)
        for way in WAYS:
            way(city)
    assert not city.errors
