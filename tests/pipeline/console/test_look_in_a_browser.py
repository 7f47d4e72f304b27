"""Lists in a real browser: they change in place with the script, and do the same without it; and on paper."""

import pytest

from pipeline.access.users import Role
from pipeline.console.app import SESSION_COOKIE, Console, make_app
from tests.console_walk.crawl import every_demand
from tests.console_walk.serving import served
from tests.pipeline.console.city import NOW, USERS
from tests.pipeline.console.signed_in import FixedSessions

ADMIN = USERS[Role.ADMIN]
pytestmark = pytest.mark.usefixtures("city")  # made before the browser, whose loop runs in this thread


@pytest.fixture(scope="module")
def address(city):
    with served(make_app(Console(city, FixedSessions({ADMIN.id: ADMIN}), now=lambda: NOW))) as base:
        yield base


@pytest.fixture
def window(chromium, address):
    with chromium.window(address, cookies=[(SESSION_COOKIE, ADMIN.id)]) as opened:
        opened.open("/parts")
        yield opened


@pytest.mark.slow
def test_a_filter_changes_the_list_in_place_and_back_undoes_it(window):
    page = window.page
    page.evaluate("window.kept = 1")
    page.select_option("#l-state", "red")
    page.click("form.filt button")
    page.wait_for_url("**/parts?*state=red*")
    page.wait_for_selector(".chips")
    assert page.evaluate("window.kept") == 1
    assert page.locator("tbody tr", has_text="示例账号").count() == 12
    assert page.locator("main").count() == 1
    page.go_back()
    page.wait_for_selector(".chips", state="detached")
    assert page.locator("#list tbody tr").count() == 50
    assert not window.errors


@pytest.mark.slow
def test_sorting_and_paging_change_the_list_in_place(window):
    page = window.page
    page.evaluate("window.kept = 1")
    page.click("thead >> text=账号")
    page.wait_for_url("**/parts?*sort=name*")
    page.wait_for_selector("th[aria-sort=ascending]")
    page.click(".pager >> text=下一页")
    page.wait_for_url("**/parts?*page=2*")
    page.wait_for_selector("text=第 51–60 条")
    assert page.evaluate("window.kept") == 1
    assert not window.errors


def test_lists_do_the_same_without_script(chromium, address):
    with chromium.window(address, cookies=[(SESSION_COOKIE, ADMIN.id)], script=False) as window:
        window.open("/parts")
        window.page.select_option("#l-state", "red")
        window.page.click("form.filt button")
        assert "state=red" in window.page.url
        assert window.page.locator("#list tbody tr").count() == 12
        assert not window.page.locator("[data-print]").first.is_visible()


def test_the_menu_of_a_phone_opens_without_script(chromium, address):
    with chromium.window(address, (390, 844), cookies=[(SESSION_COOKIE, ADMIN.id)], script=False) as window:
        window.open("/parts")
        assert not window.page.locator("#menu").is_visible()
        window.page.click(".tabs >> text=更多")
        assert window.page.locator("#menu").is_visible()
        window.page.click("text=关闭菜单")
        assert not window.page.locator("#menu").is_visible()


@pytest.mark.slow
def test_paper_has_heads_on_each_page_and_no_controls(window):
    page = window.page
    page.emulate_media(media="print")
    for hidden in (".bar", ".side", ".filt", ".pager", ".tabs"):
        assert not page.locator(hidden).first.is_visible()
    shown = "e => getComputedStyle(e).display"
    assert page.locator("#list thead").evaluate(shown) == "table-header-group"
    assert page.locator("#list td.pd").first.is_visible()


@pytest.mark.slow
def test_large_print_is_larger_and_fits(chromium, address):
    cookies = [(SESSION_COOKIE, ADMIN.id), ("large", "1")]
    with chromium.window(address, (390, 844), cookies=cookies) as window:
        window.open("/parts")
        size = window.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size >= 18
        assert not every_demand(window)
