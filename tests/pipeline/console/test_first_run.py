import re
import time

import pytest

from pipeline.home.new_home import make_home
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.own_office import office_now
from tests.pipeline.console.signed import CLERK, PASSWORD, door_of

FORM = {
    "admin_name": "张某",
    "admin_login": "zhang",
    "admin_password": PASSWORD,
    "clerk_name": "王某",
    "clerk_login": "wang",
    "clerk_password": "河灯 纸鸢 四月 木桥",
}


@pytest.fixture
def door(tmp_path):
    with door_of(make_home(tmp_path / "home").path) as opened:
        yield opened


def code_of(door):
    door.browser().get("/setup")
    return (door.home / "setup-code").read_text("ascii")


def test_an_empty_home_leads_from_the_first_page_to_the_office(door):
    """The clerk is signed in, names the office, and is led to the ledger; the setup is closed from then on."""
    browser = door.browser()
    assert browser.get("/").headers["location"] == "/setup"
    assert browser.get("/login").headers["location"] == "/setup"
    done = browser.fill("/setup", code=code_of(door).lower(), **FORM)
    assert (done.status_code, done.headers["location"]) == (303, "/setup/office")
    assert [(u.login, [g.role for g in u.grants]) for u in door.store.users()] == [
        ("wang", ["clerk"]),
        ("zhang", ["admin"]),
    ]
    named = browser.fill("/setup/office", name="江州市人民政府办公室", letterhead="", areas="市直、东江区")
    assert named.headers["location"] == "/setup/data?done=office-named"
    assert "导入示例数据" in browser.get("/setup/data").text
    assert "江州市人民政府办公室" in browser.get("/setup/office").text
    assert not (door.home / "setup-code").exists()
    for method in ("GET", "POST"):
        assert door.browser().request(method, "/setup").status_code == 404
    assert door.browser().get("/").headers["location"] == "/p"


def test_an_office_without_a_letterhead_is_offered_none(door):
    """What stands in the boxes is sent back as it is: an empty one stays empty, and no bulletin is headed None."""
    browser = door.browser()
    browser.fill("/setup", code=code_of(door), **FORM)
    boxes = dict(
        re.findall(
            r'name="(name|letterhead|areas)" type="text" value="([^"]*)"', browser.get("/setup/office").text
        )
    )
    assert boxes == {"name": "", "letterhead": "", "areas": ""}
    browser.fill("/setup/office", **{**boxes, "name": "澜港市人民政府办公室"})
    with open_workspace(door.console.home()) as workspace:
        assert (office_now(workspace).name, office_now(workspace).letterhead) == ("澜港市人民政府办公室", "")


def test_name_and_letterhead_are_changed_where_bulletins_are(door):
    """The page of the first run said that they can be: it is found again, with what stands, and leads back."""
    browser = door.browser()
    browser.fill("/setup", code=code_of(door), **FORM)
    assert "以后在“通报”中可以修改" in browser.get("/setup/office").text
    browser.fill("/setup/office", name="澜港市人民政府办公室", letterhead="澜港市政府文件", areas="市直")
    assert 'href="/setup/office">落款与版头' in browser.get("/bulletins").text
    page = browser.get("/setup/office").text
    assert ("导入台账" in page, 'value="澜港市政府文件"' in page) == (False, True)
    changed = browser.fill(
        "/setup/office", name="澜港市人民政府办公室", letterhead="澜港市人民政府办公室文件", areas="市直"
    )
    assert changed.headers["location"] == "/bulletins?done=office-named"
    assert 'value="澜港市人民政府办公室文件"' in browser.get("/setup/office").text


def test_whoever_finds_the_port_has_no_code(door):
    """A wrong code makes nobody, and is not guessed: after five it has to be waited for."""
    code, browser = code_of(door), door.browser()
    for wrong in ("", "AAAA-BBBB-CCCC", code[:-1], code + "A"):
        done = browser.fill("/setup", code=wrong, **FORM)
        assert (done.status_code, "安装码不正确" in done.text) == (422, True)
    browser.fill("/setup", code="x", **FORM)
    waiting = browser.fill("/setup", code=code, **FORM)
    assert (waiting.status_code, "请 5 秒后再试" in waiting.text) == (422, True)
    assert door.store.users() == []
    door.clock.pass_by(seconds=5)
    assert browser.fill("/setup", code=code, **FORM).status_code == 303


def test_the_code_stands_on_no_page(door):
    code = code_of(door)
    assert code not in door.browser().get("/setup").text


@pytest.mark.parametrize(
    "change",
    [
        {"admin_password": "short"},
        {"admin_password": ""},
        {"clerk_password": ""},
        {"clerk_login": "zhang"},
        {"admin_login": "a b"},
        {"admin_name": ""},
    ],
)
def test_what_cannot_be_a_user_is_said_and_nobody_is_made(door, change):
    """Both or none; no password comes back."""
    done = door.browser().fill("/setup", code=code_of(door), **{**FORM, **change})
    assert done.status_code == 422
    assert 'role="alert"' in done.text or 'class="err"' in done.text
    assert PASSWORD not in done.text
    assert door.store.users() == []


def test_one_person_may_be_both(door):
    """For a small office, said on the form."""
    form = {k: v for k, v in FORM.items() if k.startswith("admin")}
    browser = door.browser()
    assert browser.fill("/setup", code=code_of(door), same="1", **form).status_code == 303
    assert [g.role for g in door.store.users()[0].grants] == ["admin", "clerk"]
    assert browser.get("/users").status_code == 200
    assert browser.get("/setup/data").status_code == 200


def test_another_site_makes_no_first_user(door):
    code = code_of(door)
    assert door.browser().post("/setup", {"code": code, **FORM}).status_code == 403
    assert door.store.users() == []


@pytest.mark.long
def test_the_invented_city_comes_in_beside_the_requests(door):
    """The page tells that it is under way and then leads on; beside real accounts it is not offered."""
    door.add("wang", CLERK)
    browser = door.browser()
    browser.sign_in("wang")
    assert browser.fill("/setup/data").headers["location"] == "/setup/data"
    deadline = time.monotonic() + 240
    while "正在入库" in (page := browser.get("/setup/data").text):
        assert 'http-equiv="refresh"' in page
        assert time.monotonic() < deadline
        time.sleep(1)
    assert re.search(r"台账已有 40 个账号", page)
    with open_workspace(door.console.home()) as workspace:
        assert len(registry_now(workspace).entries) == 40
    assert browser.fill("/me", "/setup/data").status_code == 404
