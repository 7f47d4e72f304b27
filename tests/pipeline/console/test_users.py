import re

import pytest

from pipeline.access.users import Grant, Role
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.signed import ADMIN, AUDITOR, CLERK, PASSWORD, door_of

TEACHERS = Grant(Role.OWNER, "江州市教育局")
EAST = Grant(Role.COMPETENT, "东江区")
EASTERN = Grant(Role.OWNER, "东江区交通运输局")


@pytest.fixture(scope="module")
def city_copy(city, tmp_path_factory):
    return copy_of(city, tmp_path_factory.mktemp("users"))


@pytest.fixture
def door(city_copy):
    (city_copy / "signin.sqlite").unlink(missing_ok=True)
    with door_of(city_copy) as opened:
        opened.add("zhang", ADMIN)
        opened.add("lisi", TEACHERS)
        yield opened


def id_of(door, login):
    return door.store.user_called(login).id


def roles_of(door, login):
    return {(g.role, g.scope) for g in door.store.user_called(login).grants if g.agreed_by}


def signed(door, login):
    browser = door.browser()
    assert browser.sign_in(login).status_code == 303
    return browser


def test_an_administrator_adds_somebody_who_then_signs_in(door):
    """The link is shown once, on the page that answers; the new user chooses a password by it."""
    admin = signed(door, "zhang")
    made = admin.fill("/users/new", "/users", name="王五", login="wangwu", role="owner", scope="江州市教育局")
    assert made.status_code == 200
    link = re.search(r'value="http://testserver\.local(/invite/[^"]+)"', made.text)[1]
    assert link not in admin.get(f"/users/{id_of(door, 'wangwu')}").text
    other = door.browser()
    other.fill(link, password=PASSWORD, again=PASSWORD)
    assert other.sign_in("wangwu").status_code == 303
    assert roles_of(door, "wangwu") == {("owner", "江州市教育局")}


@pytest.mark.parametrize(
    "given",
    [
        {"role": "owner", "scope": ""},
        {"role": "king", "scope": ""},
        {"role": "", "scope": ""},
        {"role": "clerk", "login": "a b"},
        {"role": "clerk", "login": "lisi"},
        {"role": "clerk", "name": ""},
    ],
)
def test_what_cannot_be_a_user_is_said_on_the_form(door, given):
    """Nothing is added, and what was typed stands there still."""
    admin = signed(door, "zhang")
    form = {"name": "王五", "login": "wangwu", **given}
    done = admin.fill("/users/new", "/users", **form)
    assert done.status_code == 422
    assert 'role="alert"' in done.text
    assert len(door.store.users()) == 2


def test_a_dangerous_act_asks_who_one_is_after_a_while(door):
    """Ten minutes after signing in the forms are behind a question; what is sent without an answer does nothing."""
    admin = signed(door, "zhang")
    page = f"/users/{id_of(door, 'lisi')}"
    door.clock.pass_by(minutes=11)
    assert "请确认本人身份" in admin.get(page).text
    assert 'action="/users' not in admin.get(page).text
    refused = admin.fill(page, f"{page}/disable")
    assert refused.status_code == 422
    assert not door.store.user_called("lisi").disabled
    assert admin.fill(page, "/me/proof", proof="wrong").status_code == 422
    assert admin.fill(page, "/me/proof", proof=PASSWORD).headers["location"].startswith(page)
    assert admin.fill(page, f"{page}/disable").headers["location"] == f"{page}?done=user-disabled"


def test_nobody_gives_himself_a_role(door):
    """The page of oneself has no form for it, and one that is sent is refused."""
    door.add("li", ADMIN)
    admin = signed(door, "zhang")
    page = f"/users/{id_of(door, 'zhang')}"
    assert "授予角色" not in admin.get(page).text
    done = admin.fill("/users/new", f"{page}/grant", role="clerk")
    assert done.status_code == 422
    assert "不能给自己授予角色" in done.text
    assert roles_of(door, "zhang") == {("admin", "")}


def test_an_administrator_is_made_by_two(door):
    """Proposed by one, agreed to by another; until then the page and the role say that it waits."""
    door.add("li", ADMIN)
    door.add("chen", CLERK)
    first, second, third = signed(door, "zhang"), signed(door, "li"), signed(door, "chen")
    page = f"/users/{id_of(door, 'chen')}"
    assert first.fill(page, f"{page}/grant", role="admin").headers["location"] == f"{page}?done=role-waits"
    assert "待另一名管理员同意" in first.get(page).text
    assert f"{page}/agree" not in first.get(page).text
    assert first.fill(page, f"{page}/agree", role="admin", scope="").status_code == 422
    assert third.get("/users").status_code == 404
    assert f"{page}/agree" in second.get(page).text
    assert (
        second.fill(page, f"{page}/agree", role="admin", scope="").headers["location"].endswith("role-agreed")
    )
    assert third.get("/users").status_code == 200


def test_a_role_that_is_taken_counts_from_the_next_click(door):
    door.add("chen", CLERK, AUDITOR)
    admin, other = signed(door, "zhang"), signed(door, "chen")
    assert other.get("/users").status_code == 200
    page = f"/users/{id_of(door, 'chen')}"
    done = admin.fill(page, f"{page}/revoke", role="auditor", scope="")
    assert done.headers["location"].endswith("role-taken")
    assert other.get("/users").status_code == 404


def test_an_auditor_sees_users_and_does_nothing(door):
    """No buttons, and what is sent all the same is not there."""
    door.add("shenji", AUDITOR)
    auditor = signed(door, "shenji")
    page = f"/users/{id_of(door, 'lisi')}"
    assert "lisi某" in auditor.get("/users").text
    assert "<form" not in auditor.get(page).text.partition("<main")[2]
    for act in ("grant", "revoke", "disable", "invite", "sessions/end", "codes/drop"):
        assert auditor.fill("/me", f"{page}/{act}", role="clerk").status_code == 404
    assert auditor.get("/users/new").status_code == 404
    assert auditor.get("/users.xlsx").status_code == 200


def test_a_competent_office_cares_for_the_owners_of_its_area(door):
    """Others are not there for it, in the list or by address; it gives no role but that of an owner."""
    door.add("east", EAST)
    door.add("traffic", EASTERN)
    east = signed(door, "east")
    listed = east.get("/users").text
    assert "traffic某" in listed
    assert "lisi某" not in listed
    assert east.get(f"/users/{id_of(door, 'lisi')}").status_code == 404
    assert east.fill("/me", f"/users/{id_of(door, 'lisi')}/disable").status_code == 404
    mine = f"/users/{id_of(door, 'traffic')}"
    assert east.fill(mine, f"{mine}/disable").headers["location"].endswith("user-disabled")
    for role, scope in (("owner", "江州市教育局"), ("clerk", ""), ("admin", ""), ("competent", "东江区")):
        done = east.fill("/users/new", "/users", name="某", login="neu", role=role, scope=scope)
        assert done.status_code == 422
    done = east.fill("/users/new", "/users", name="某", login="neu", role="owner", scope="东江区交通运输局")
    assert done.status_code == 200
    assert east.fill("/me", f"{mine}/grant", role="owner", scope="东江区交通运输局").status_code == 404


def test_an_owner_invites_a_second_colleague_and_no_third(door):
    """Of its own unit alone."""
    owner = signed(door, "lisi")
    refused = owner.fill(
        "/users/new", "/users", name="某", login="x1", role="owner", scope="江州市卫生健康委员会"
    )
    assert refused.status_code == 422
    done = owner.fill(
        "/users/new", "/users", name="同事", login="tongshi", role="owner", scope="江州市教育局"
    )
    assert done.status_code == 200
    assert owner.get("/users/new").status_code == 404
    assert (
        owner.fill("/me", "/users", name="三", login="san", role="owner", scope="江州市教育局").status_code
        == 404
    )
    assert owner.fill("/me", f"/users/{id_of(door, 'tongshi')}/disable").status_code == 404


def test_names_are_shown_as_text(door):
    """A name with markup in it is a name."""
    admin = signed(door, "zhang")
    name = "<script>alert(1)</script>"
    admin.fill("/users/new", "/users", name=name, login="evil", role="clerk")
    for url in ("/users", f"/users/{id_of(door, 'evil')}"):
        assert name not in admin.get(url).text
        assert "&lt;script&gt;" in admin.get(url).text


def test_a_token_is_shown_once_and_revoked(door):
    """By an administrator; the firm sees and revokes those of its source, and no other."""
    door.add("firm", Grant(Role.FIRM, "monitor-2"))
    admin, firm = signed(door, "zhang"), signed(door, "firm")
    made = admin.fill("/tokens/new", "/tokens", title="监测平台", kind="look", source="monitor-2", days="90")
    secret = re.search(r'value="(xct_[^"]+)"', made.text)[1]
    other = admin.fill("/tokens/new", "/tokens", title="别家", kind="look", source="monitor-9", days="90")
    assert other.status_code == 200
    listed = firm.get("/tokens").text
    assert "监测平台" in listed
    assert "别家" not in listed
    assert secret not in admin.get("/tokens").text
    ids = {one.title: one.id for one in door.store.tokens()}
    assert firm.fill("/tokens", f"/tokens/{ids['别家']}/revoke").status_code == 404
    assert (
        firm.fill("/tokens", f"/tokens/{ids['监测平台']}/revoke")
        .headers["location"]
        .endswith("token-revoked")
    )
    assert firm.get("/tokens/new").status_code == 404


@pytest.mark.parametrize("given", [{"kind": ""}, {"days": "9999"}, {"days": "x"}, {"title": ""}])
def test_a_token_that_says_too_little_is_refused(door, given):
    admin = signed(door, "zhang")
    form = {"title": "监测平台", "kind": "look", "source": "m", "days": "90", **given}
    assert admin.fill("/tokens/new", "/tokens", **form).status_code == 422
    assert door.store.tokens() == []


def test_the_trail_names_people_and_what_they_did(door):
    """Acts about users stand beside facts; each by the name of who did it."""
    door.add("shenji", AUDITOR)
    admin, auditor = signed(door, "zhang"), signed(door, "shenji")
    page = f"/users/{id_of(door, 'lisi')}"
    admin.fill(page, f"{page}/grant", role="checker", scope="甲组")
    trail = auditor.get("/audit?span=year").text
    assert re.search(r"zhang某.*?授予角色.*?lisi某.*?检查组（甲组）", trail, re.DOTALL)
    assert "检查通知" in trail
    assert not re.search(r"u-[0-9a-f]{16}", trail)
    sheet = auditor.get("/audit.csv?span=year")
    assert "zhang某" in sheet.content.decode("utf-8-sig")
    assert auditor.get("/audit?span=today&who=zhang某").status_code == 200


def test_the_trail_of_a_unit_is_about_its_accounts(door):
    """No users, no other units."""
    owner = signed(door, "lisi")
    trail = owner.get("/audit?span=year").text
    assert "江州教育" in trail
    assert "东江交通" not in trail
    assert "添加用户" not in trail


def test_an_act_by_a_competent_office_is_noted(door):
    door.add("east", EAST)
    door.add("traffic", EASTERN)
    east = signed(door, "east")
    page = f"/users/{id_of(door, 'traffic')}"
    east.fill(page, f"{page}/sessions/end")
    assert ("session.ended", id_of(door, "east")) in {(a.act, a.actor) for a in door.store.acts()}
