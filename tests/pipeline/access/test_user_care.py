import threading

import pytest

from pipeline.access.first_run import is_code, setup_code
from pipeline.access.passwords import require_good
from pipeline.access.signing_in import SignIn, sign_in
from pipeline.access.user_care import (
    SYSTEM,
    AddUser,
    accept,
    add_first_users,
    add_user,
    agree_to_role,
    disable_user,
    find_login,
    find_user,
    grant_role,
    invite,
    invited,
    revoke_role,
)
from pipeline.access.users import Grant, Role, user_of
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from tests.pipeline.access.people import ADMIN, CLERK, NOW, PASSWORD, add, later

OWNER = Grant(Role.OWNER, "江州市教育局")


def roles(store, login):
    return {(g.role, g.scope) for g in user_of(find_login(store, login)).grants}


def at_once(*acts):
    """Do several things at once; returns what each of them raised."""
    raised = []

    def run(act):
        try:
            act()
        except (UsageError, ConflictError) as e:
            raised.append(e)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_nobody_gives_himself_a_role(store):
    """Not even an administrator."""
    admin = add(store, "zhang", ADMIN)
    with pytest.raises(UsageError, match="nobody gives himself a role"):
        grant_role(store, admin.id, CLERK, admin.id, NOW)
    assert roles(store, "zhang") == {(Role.ADMIN, "")}


def test_an_administrator_is_made_by_two(store):
    """Until another one agrees, the role counts nowhere; neither who proposed it nor who gets it agrees."""
    first, second = add(store, "zhang", ADMIN), add(store, "li", ADMIN)
    third = add(store, "wang", CLERK)
    assert grant_role(store, third.id, ADMIN, first.id, NOW).waits
    assert (Role.ADMIN, "") not in roles(store, "wang")
    for by in (first.id, third.id):
        with pytest.raises(UsageError, match="two persons give this role"):
            agree_to_role(store, third.id, ADMIN, by, NOW)
    agree_to_role(store, third.id, ADMIN, second.id, NOW)
    assert (Role.ADMIN, "") in roles(store, "wang")
    with pytest.raises(NotFoundError):
        agree_to_role(store, third.id, ADMIN, second.id, NOW)


def test_a_small_office_lets_one_do_it_and_the_trail_says_so(store):
    """The switch of the office; the act is noted as one of a single person."""
    first, third = add(store, "zhang", ADMIN), add(store, "wang", CLERK)
    assert not grant_role(store, third.id, ADMIN, first.id, NOW, alone=True).waits
    assert (Role.ADMIN, "") in roles(store, "wang")
    assert [a.act for a in store.acts() if a.actor == first.id] == ["role.alone"]


def test_an_administrator_added_by_another_waits_too(store):
    """A new user is no way around."""
    first = add(store, "zhang", ADMIN)
    add_user(store, AddUser("wang", "王", (ADMIN, CLERK)), first.id, NOW)
    assert roles(store, "wang") == {(Role.CLERK, "")}


def test_the_last_administrator_stays(store):
    """Neither disabled nor without the role; two at once leave one."""
    first = add(store, "zhang", ADMIN)
    with pytest.raises(UsageError, match="nobody would be left"):
        revoke_role(store, first.id, ADMIN, SYSTEM, NOW)
    with pytest.raises(UsageError, match="nobody would be left"):
        disable_user(store, first.id, SYSTEM, NOW)
    second = add(store, "li", ADMIN)
    raised = at_once(
        lambda: disable_user(store, first.id, second.id, NOW),
        lambda: disable_user(store, second.id, first.id, NOW),
    )
    assert len(raised) == 1
    assert sorted(find_user(store, u.id).disabled for u in (first, second)) == [False, True]


def test_nobody_disables_themself(store):
    """It would be the last click."""
    admin = add(store, "zhang", ADMIN)
    add(store, "li", ADMIN)
    with pytest.raises(UsageError, match="nobody disables themself"):
        disable_user(store, admin.id, admin.id, NOW)


def test_the_first_users_are_made_once(store):
    """Two browsers at once: one is told that there are users."""
    pair = (AddUser("zhang", "张", (ADMIN,), PASSWORD), AddUser("wang", "王", (CLERK,), PASSWORD))
    other = (AddUser("evil", "他", (ADMIN,), PASSWORD),)
    raised = at_once(lambda: add_first_users(store, pair, NOW), lambda: add_first_users(store, other, NOW))
    assert len(raised) == 1
    assert len(store.users()) in (1, 2)


def test_one_login_is_one_user(store):
    """However it is written; two at once are one."""
    add(store, "wang", CLERK)
    for login in ("Wang", "ｗａｎｇ", " wang "):
        with pytest.raises(ConflictError, match="already"):
            add(store, login, CLERK)
    raised = at_once(*[lambda: add(store, "li", CLERK)] * 3)
    assert len(raised) == 2


@pytest.mark.parametrize("login", ["", "a", "a b", "a/b", "x" * 65, "a'b", "<b>", "王\n五"])
def test_what_is_no_login_is_refused(store, login):
    with pytest.raises(UsageError, match="is no login"):
        add(store, login, CLERK)


@pytest.mark.parametrize("grant", [Grant(Role.OWNER), Grant(Role.CLERK, "甲区"), Grant(Role.COMPETENT, " ")])
def test_a_role_says_what_it_is_about_and_no_other_does(store, grant):
    with pytest.raises(UsageError, match="what the role is about"):
        add(store, "wang", grant)


@pytest.mark.parametrize(
    "password", ["short", "1234567890", "aaaaaaaaaaaa", "wangwang12", "Password123456", "ab" * 8, "x" * 201]
)
def test_a_password_that_is_guessed_first_is_refused(password):
    """And the message does not repeat it."""
    with pytest.raises(UsageError) as told:
        require_good(password, "wang")
    assert password not in str(told.value)


@pytest.mark.parametrize("password", [PASSWORD, "correct horse battery", "9Kd-eWq2mZ"])
def test_a_good_password_passes(password):
    require_good(password, "wang")


def test_an_invitation_opens_once(store):
    """Also for two at once; a newer one takes its place, and three days end it."""
    user = add(store, "wang", OWNER, password="")
    first = invite(store, user.id, SYSTEM, NOW)
    second = invite(store, user.id, SYSTEM, NOW)
    assert invited(store, first.token, NOW) is None
    assert invited(store, second.token, later(days=3)) is None
    assert invited(store, second.token, later(days=2)).login == "wang"
    raised = at_once(
        lambda: accept(store, second.token, PASSWORD, NOW),
        lambda: accept(store, second.token, "别人 设的 密码 很长", NOW),
    )
    assert [type(e) for e in raised] == [NotFoundError]
    with pytest.raises(NotFoundError, match="was used"):
        accept(store, second.token, PASSWORD, NOW)


def test_an_invitation_of_a_disabled_user_opens_nothing(store):
    """Whatever its time."""
    user = add(store, "wang", OWNER, password="")
    link = invite(store, user.id, SYSTEM, NOW)
    disable_user(store, user.id, SYSTEM, NOW)
    assert invited(store, link.token, NOW) is None
    with pytest.raises(NotFoundError):
        accept(store, link.token, PASSWORD, NOW)


def test_a_weak_password_leaves_the_invitation_open(store):
    """It is told, and the link still works."""
    user = add(store, "wang", OWNER, password="")
    link = invite(store, user.id, SYSTEM, NOW)
    with pytest.raises(UsageError):
        accept(store, link.token, "short", NOW)
    accept(store, link.token, PASSWORD, NOW)
    assert sign_in(store, SignIn("wang", PASSWORD), NOW).token


def test_acts_hold_ids_and_no_names(store):
    """What the trail keeps names nobody."""
    user = add(store, "wang-secret", OWNER)
    revoke_role(store, user.id, OWNER, SYSTEM, NOW)
    said = repr(store.acts())
    assert "wang-secret" not in said
    assert "某人" not in said
    assert user.id in said


def test_the_code_of_the_first_run_is_one_until_somebody_signs_in(home, store):
    """It lies in a file of its owner, is compared whatever case, and goes with the first user."""
    code = setup_code(home, store)
    assert setup_code(home, store) == code
    assert (home.path / "setup-code").stat().st_mode & 0o777 == 0o600
    assert is_code(home, store, f" {code.lower().replace('-', ' ')} ")
    assert not is_code(home, store, "")
    assert not is_code(home, store, code[:-1])
    add(store, "zhang", ADMIN)
    assert setup_code(home, store) is None
    assert not (home.path / "setup-code").exists()
    assert not is_code(home, store, code)
