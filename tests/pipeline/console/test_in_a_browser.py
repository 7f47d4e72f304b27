"""The console in a real browser: pages by role, at the desk and on a phone, and without script."""

import pytest

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.browser import DESK, PHONE
from tests.console_walk.crawl import crawl, every_demand
from tests.console_walk.serving import served
from tests.pipeline.console.browsing import FixedSessions, user_of
from tests.pipeline.console.city import NOW

pytestmark = pytest.mark.usefixtures("city")  # made before the browser, whose loop runs in this thread
USERS = {user.id: user for user in (user_of(Role.CLERK),)}


@pytest.fixture(scope="module")
def address(city):
    with served(make_app(Console(city, FixedSessions(USERS), now=lambda: NOW))) as base:
        yield base


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_every_page_of_a_clerk_is_accessible_and_fits(chromium, address, size):
    with chromium.window(address, size, cookies=[(SESSION_COOKIE, "u-clerk")]) as window:
        window.expected = {404}
        window.open("/nowhere")
        found = crawl(window, "/nowhere", look=every_demand)
    assert found.pages
    assert not found.faults
    assert not window.errors
