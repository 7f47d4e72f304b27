import re
import shutil

import pytest

from pipeline.access.one_time_codes import code_at
from pipeline.access.user_care import SYSTEM, disable_user, invite
from pipeline.access.users import Grant, Role
from pipeline.console.local_paths import local_path
from pipeline.console.rights import RIGHTS
from pipeline.home.new_home import make_home
from tests.pipeline.console.signed import ADMIN, CLERK, PASSWORD, door_of

OWNER = Grant(Role.OWNER, "江州市教育局")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("signin") / "home").path


@pytest.fixture
def door(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with door_of(home) as opened:
        opened.add("wang", CLERK)
        yield opened


def test_a_right_password_signs_in_and_leads_on(door):
    """The browser holds a token out of reach of scripts, and goes to where it wanted to."""
    browser = door.browser()
    asked = browser.get("/me?x=1")
    assert asked.headers["location"] == "/login?next=%2Fme%3Fx%3D1"
    done = browser.fill(asked.headers["location"], "/login", username="Wang", password=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, "/me?x=1")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "Max-Age" not in cookie
    assert "wang某" in browser.get("/me").text


def test_cookies_go_over_https_alone_where_browsers_speak_it(made, tmp_path):
    """By the scheme, and behind a proxy by the option; then browsers are told to come back that way."""
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with door_of(home) as door:
        door.add("wang", CLERK)
        browser = door.browser("https://testserver.local")
        done = browser.sign_in("wang")
        assert "Secure" in done.headers["set-cookie"]
        assert done.headers["strict-transport-security"].startswith("max-age=")
    with door_of(home, secure=True) as door:
        browser = door.browser()
        page = browser.get("/login")
        assert "Secure" in page.headers["set-cookie"]


def test_a_session_that_the_browser_brings_along_opens_nothing(door):
    """Fixation: what somebody put into the browser before is not what is signed in."""
    browser = door.browser()
    browser.cookies.set("xuncha_session", "put-there-by-a-stranger", "testserver.local")
    browser.sign_in("wang")
    first = browser.session
    assert first != "put-there-by-a-stranger"
    assert len(first) >= 43
    browser = door.browser()
    browser.cookies.set("xuncha_session", "put-there-by-a-stranger", "testserver.local")
    assert browser.get("/me").status_code == 303


def test_signing_in_again_ends_the_session_before(door):
    """One browser holds one session, and its token is another one."""
    browser = door.browser()
    browser.sign_in("wang")
    first = browser.session
    page = browser.get("/me").text
    csrf = re.search(r'name="_csrf" value="([^"]+)"', page)[1]
    begun = browser.cookies["xuncha_begun"]
    data = {"username": "wang", "password": PASSWORD, "_begun": begun, "_csrf": csrf}
    assert browser.post("/login", data).status_code == 303
    second = browser.session
    assert first != second
    assert door.console.sessions.find(first, door.clock.now) is None
    assert door.console.sessions.find(second, door.clock.now) is not None


def test_another_site_signs_nobody_in(door):
    """A form without what the browser holds is refused: else somebody would work under a stranger's name."""
    browser = door.browser()
    data = {"username": "wang", "password": PASSWORD}
    for begun in ({}, {"_begun": ""}, {"_begun": "x" * 43}):
        assert browser.post("/login", {**data, **begun}).status_code == 403
    browser.get("/login")
    assert browser.post("/login", {**data, "_begun": "x" * 43}).status_code == 403


@pytest.mark.parametrize("login", ["wang", "nobody"])
def test_a_wrong_name_and_a_wrong_password_read_alike(door, login):
    """The same page, but for the name that was typed; the password never comes back."""
    browser = door.browser()
    done = browser.sign_in(login, "my secret guess")
    assert done.status_code == 422
    assert "登录名或密码不正确" in done.text
    assert "my secret guess" not in done.text
    assert 'aria-invalid="true"' in done.text
    assert browser.session is None


@pytest.mark.slow
def test_the_wait_is_told_in_seconds(door):
    """With the header for programs, and it passes."""
    browser = door.browser()
    for _ in range(5):
        browser.sign_in("wang", "wrong wrong")
    done = browser.sign_in("wang")
    assert done.status_code == 429
    assert "请 5 秒后再试" in done.text
    assert done.headers["retry-after"] == "5"
    door.clock.pass_by(seconds=5)
    assert browser.sign_in("wang").status_code == 303


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/ok\nSet-Cookie: a=b",
        "/\t/evil.example",
        " /today",
        "\\/evil.example",
        "/login",
        "/oidc/login",
        "/" + "a" * 3000,
    ],
)
def test_a_link_leads_nobody_to_strangers(door, next_):
    """Whatever stands behind `next`, one goes on within this server."""
    assert local_path(next_, "/me") == "/me"
    browser = door.browser()
    browser.get("/login")
    begun = browser.cookies["xuncha_begun"]
    data = {"username": "wang", "password": PASSWORD, "_begun": begun, "next": next_}
    done = browser.post("/login", data)
    assert done.status_code == 303
    assert re.fullmatch(r"/[a-z]+", done.headers["location"])


@pytest.mark.parametrize("next_", ["/today", "/accounts?q=江州&page=2", "/rounds/jiangzhou-2026Q3"])
def test_a_path_of_ours_is_kept(next_):
    assert local_path(next_, "/me") == next_


def test_signing_out_ends_the_session_on_the_server(door):
    """The token opens nothing, wherever a copy of it lies; the browser forgets its pages."""
    browser = door.browser()
    browser.sign_in("wang")
    token = browser.session
    done = browser.fill("/me", "/logout")
    assert done.headers["location"] == "/login?done=signed-out"
    assert done.headers["clear-site-data"] == '"cache"'
    assert browser.session is None
    browser.cookies.set("xuncha_session", token, "testserver.local")
    assert browser.get("/me").status_code == 303


def test_a_session_that_is_ended_elsewhere_is_out_at_once(door):
    """Of two browsers of one person, one ends the other; that of somebody else it can't."""
    door.add("li", CLERK)
    desk = door.browser()
    phone = door.browser()
    other = door.browser()
    desk.sign_in("wang")
    phone.sign_in("wang")
    other.sign_in("li")
    ids = re.findall(r"/me/sessions/(s-[0-9a-f]+)/end", desk.get("/me").text)
    assert len(ids) == 1
    foreign = door.store.sessions(door.store.user_called("li").id)[0].id
    assert desk.fill("/me", f"/me/sessions/{foreign}/end").status_code == 404
    assert other.get("/me").status_code == 200
    assert desk.fill("/me", f"/me/sessions/{ids[0]}/end").headers["location"] == "/me?done=session-ended"
    assert phone.get("/me").status_code == 303
    assert desk.get("/me").status_code == 200


def test_a_disabled_user_is_out_at_once(door):
    """The next click finds nobody signed in."""
    browser = door.browser()
    browser.sign_in("wang")
    assert browser.get("/me").status_code == 200
    disable_user(door.store, door.store.user_called("wang").id, SYSTEM, door.clock.now)
    assert browser.get("/me").status_code == 303


@pytest.mark.slow
def test_every_form_that_writes_wants_the_token_of_its_session(door):
    """Of every route, whoever is signed in: without it, or with that of another session, nothing is done."""
    door.add("zhang", ADMIN)
    door.add("li", *[Grant(role) for role in (Role.CLERK, Role.SIGNER, Role.AUDITOR)], OWNER)
    before = [door.store.users(), len(door.store.acts())]
    walked = 0
    for login in ("zhang", "li"):
        browser = door.browser()
        browser.sign_in(login)
        for method, path in RIGHTS:
            if method == "GET" or RIGHTS[method, path].unsigned:
                continue
            url = re.sub(r"\{[^}]+\}", "x-1", path)
            for data in ({}, {"_csrf": "x"}, {"_csrf": "m." + "A" * 88}):
                status = browser.request(method, url, data=data).status_code
                assert status in (403, 404, 401), (method, url, status)
                walked += status == 403
    assert walked > 30
    assert [door.store.users(), len(door.store.acts())] == before


def test_an_invitation_sets_the_password_once(door):
    """Then one signs in with it; the link is over, and says what to do."""
    user = door.add("chen", CLERK, password="")
    link = invite(door.store, user.id, SYSTEM, door.clock.now)
    url = f"/invite/{link.token}"
    browser = door.browser()
    differs = browser.fill(url, password=PASSWORD, again=PASSWORD + "x")
    assert (differs.status_code, "两次输入的密码不一致" in differs.text) == (422, True)
    weak = browser.fill(url, password="1234567890", again="1234567890")  # noqa: S106
    assert (weak.status_code, "容易被猜中" in weak.text) == (422, True)
    done = browser.fill(url, password=PASSWORD, again=PASSWORD)
    assert done.headers["location"] == "/login?done=password-set"
    assert browser.get(url).status_code == 404
    again = {"password": PASSWORD, "again": PASSWORD, "_begun": browser.cookies["xuncha_begun"]}
    assert "链接已失效" in browser.post(url, again).text
    assert browser.sign_in("chen").status_code == 303


def test_an_unknown_invitation_is_told_like_one_that_is_over(door):
    browser = door.browser()
    assert browser.get("/invite/none").status_code == 404
    assert "链接已失效" in browser.get("/invite/none").text


def test_ones_own_password_is_changed_with_the_old_one(door):
    """Errors stand beside their fields; no other form of the page is touched."""
    browser = door.browser()
    browser.sign_in("wang")
    wrong = browser.fill(
        "/me",
        "/me/password",
        old="wrong",
        password="别的 一句 话 好长",  # noqa: S106
        again="别的 一句 话 好长",
    )
    assert (wrong.status_code, "现用密码不正确" in wrong.text) == (422, True)
    done = browser.fill(
        "/me",
        "/me/password",
        old=PASSWORD,
        password="别的 一句 话 好长",  # noqa: S106
        again="别的 一句 话 好长",
    )
    assert done.headers["location"] == "/me?done=password-changed"
    assert browser.get("/me").status_code == 200


def test_large_print_is_kept_by_the_browser(door):
    browser = door.browser()
    browser.sign_in("wang")
    assert 'class="large"' not in browser.get("/me").text
    browser.fill("/me", "/me/large", large="1")
    assert 'class="large"' in browser.get("/me").text
    browser.fill("/me", "/me/large", large="")
    assert 'class="large"' not in browser.get("/me").text


def test_one_time_codes_are_enrolled_with_a_code(door):
    """A key counts once a code of it was shown; from then on dangerous acts ask for codes."""
    browser = door.browser()
    browser.sign_in("wang")
    assert browser.fill("/me/codes", code="000000").status_code == 422
    page = browser.get("/me/codes").text
    key = re.search(r'name="key" value="([A-Z2-7]{32})"', page)[1]
    assert "<svg" in page
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    code = code_at(key, int(door.clock.now.timestamp()) // 30)
    done = browser.post("/me/codes", {**hidden, "code": code})
    assert done.headers["location"] == "/me?done=codes-on"
    assert "已启用" in browser.get("/me").text
    assert browser.post("/me/codes", {**hidden, "key": "<x>"}).status_code == 404
