"""Signing in and the first run in a real browser: with and without script, at the desk and on a phone."""

import shutil

import pytest

from pipeline.access.user_care import SYSTEM, invite
from pipeline.home.new_home import make_home
from tests.console_walk.browser import DESK, PHONE
from tests.console_walk.crawl import every_demand
from tests.console_walk.serving import served
from tests.pipeline.console.signed import ADMIN, CLERK, PASSWORD, door_of

PAGES = (
    "/me",
    "/me/codes",
    "/me/proof",
    "/users",
    "/users/new",
    "/tokens",
    "/tokens/new",
    "/setup/office",
    "/setup/data",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("signin") / "home").path


@pytest.fixture
def door(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with door_of(home) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, pytest.param(PHONE, marks=pytest.mark.long)])
def test_pages_before_and_behind_the_door_are_accessible_and_fit(chromium, door, size):
    """From the page of signing in to those of one's own, users and tokens."""
    user = door.add("zhang", ADMIN, CLERK)
    link = invite(door.store, door.add("chen", CLERK, password="").id, SYSTEM, door.clock.now)
    with served(door.app) as base, chromium.window(base, size) as window:
        faults = []
        for url in ("/login", f"/invite/{link.token}"):
            window.open(url)
            faults += every_demand(window)
        page = window.open("/login?next=/users")
        window.expected = {422}
        for password in ("not the one", PASSWORD):
            page.fill("[name=username]", "zhang")
            page.fill("[name=password]", password)
            page.click("main button[type=submit]")
            faults += every_demand(window)
        assert page.url == f"{base}/users"
        for url in (*PAGES, f"/users/{user.id}", f"/users/{door.store.user_called('chen').id}"):
            window.open(url)
            faults += every_demand(window)
        assert not faults
        assert not window.errors


@pytest.mark.slow
def test_the_first_run_is_done_by_clicks_without_script(chromium, door):
    """Code, two people, the name of the office: then the ledger waits."""
    with served(door.app) as base, chromium.window(base, script=False) as window:
        page = window.open("/")
        for name, text in {
            "code": (door.home / "setup-code").read_text("ascii"),
            "admin_name": "张某",
            "admin_login": "zhang",
            "admin_password": PASSWORD,
            "clerk_name": "王某",
            "clerk_login": "wang",
            "clerk_password": PASSWORD,
        }.items():
            page.fill(f"[name={name}]", text)
        page.click("main button[type=submit]")
        assert page.url == f"{base}/setup/office"
        page.fill("[name=name]", "江州市人民政府办公室")
        page.click("main form button[type=submit]")
        assert page.url.startswith(f"{base}/setup/data")
        page.get_by_text("导入示例数据").first.wait_for()
        assert not window.errors
