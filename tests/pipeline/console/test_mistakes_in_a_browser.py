"""What people do wrong in a browser: a button pressed twice, the way back, a session that ended under a form."""

import shutil

import pytest

from pipeline.access.sessions import end_sessions
from pipeline.access.users import Grant, Role
from pipeline.home.new_home import make_home
from tests.console_walk.serving import served
from tests.pipeline.console.signed import ADMIN, PASSWORD, door_of

OTHER = "dou"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("mistakes") / "home").path


@pytest.fixture
def door(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with door_of(home) as opened:
        yield opened


def signed_in(window, login):
    page = window.open("/login?next=/users/new")
    page.fill("[name=username]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/users/new")
    return page


def filled(page):
    page.fill("[name=name]", "豆某")
    page.fill("[name=login]", OTHER)
    page.select_option("[name=role]", "auditor")


@pytest.mark.slow
def test_a_button_that_is_pressed_twice_acts_once(chromium, door):
    """The second answer would be that there is such a user already, in the place of the link that is shown once."""
    door.add("zhang", ADMIN)
    with served(door.app) as base, chromium.window(base) as window:
        page = signed_in(window, "zhang")
        filled(page)
        sent = []
        page.on("request", lambda request: sent.append(request.method))
        page.get_by_role("button", name="添加").dblclick()
        page.wait_for_selector("#link")
        assert sent.count("POST") == 1
        assert not window.errors


@pytest.mark.slow
def test_what_was_typed_stays_where_the_session_ended(chromium, door):
    """Nothing is sent without a session; after signing in elsewhere the same page sends what stands in it."""
    user = door.add("zhang", ADMIN)
    with served(door.app) as base, chromium.window(base) as window:
        window.page.clock.install()
        page = signed_in(window, "zhang")
        filled(page)
        with door.store.transaction():
            end_sessions(door.store, user.id, door.clock.now)
        page.clock.fast_forward("05:00")
        page.get_by_role("button", name="添加").click()
        page.get_by_role("alert").wait_for()
        assert "填写的内容还在" in page.inner_text("main")
        assert page.input_value("[name=login]") == OTHER
        assert door.store.user_called(OTHER) is None
        with page.expect_popup() as opened:
            page.get_by_role("link", name="在新窗口登录").click()
        other = opened.value
        other.fill("[name=username]", "zhang")
        other.fill("[name=password]", PASSWORD)
        other.click("main button[type=submit]")
        other.wait_for_url("**/me")
        page.clock.fast_forward("00:30")
        page.get_by_role("button", name="添加").click()
        page.wait_for_selector("#link")
        assert door.store.user_called(OTHER).name == "豆某"


@pytest.mark.slow
def test_a_form_is_not_sent_in_the_name_of_who_signed_in_since(chromium, door):
    """In another tab somebody else signed in: the page shows whose it is, and sends nothing."""
    user = door.add("zhang", ADMIN)
    door.add("li", Grant(Role.ADMIN))
    with served(door.app) as base, chromium.window(base) as window:
        window.page.clock.install()
        page = signed_in(window, "zhang")
        filled(page)
        with door.store.transaction():
            end_sessions(door.store, user.id, door.clock.now)
        other = window.context.new_page()
        other.goto("/login")
        other.fill("[name=username]", "li")
        other.fill("[name=password]", PASSWORD)
        other.click("main button[type=submit]")
        other.wait_for_url("**/users")
        window.expected = {404}
        page.clock.fast_forward("05:00")
        page.get_by_role("button", name="添加").click()
        page.get_by_role("alert").wait_for()
        assert door.store.user_called(OTHER) is None


@pytest.mark.slow
def test_the_way_back_shows_the_form_which_acts_once_more_when_it_is_sent_again(chromium, door):
    """Behind an act lies the form that made it; it works, and says what is there already."""
    door.add("zhang", ADMIN)
    with served(door.app) as base, chromium.window(base) as window:
        page = signed_in(window, "zhang")
        filled(page)
        page.get_by_role("button", name="添加").click()
        page.wait_for_selector("#link")
        page.go_back()
        page.wait_for_url("**/users/new")
        filled(page)
        window.expected = {422}
        page.get_by_role("button", name="添加").click()
        page.get_by_role("alert").first.wait_for()
        assert not window.errors
