import threading
from datetime import timedelta

import pytest

from pipeline.access import passwords, signing_in
from pipeline.access.one_time_codes import code_at
from pipeline.access.sessions import StoredSessions, list_sessions
from pipeline.access.signing_in import (
    SignIn,
    WaitError,
    WrongError,
    change_password,
    prove,
    sign_in,
    sign_in_known,
)
from pipeline.access.user_care import SYSTEM, disable_user, enrol_codes, set_password
from tests.pipeline.access.people import CLERK, NOW, PASSWORD, add, later

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def wrong(store, login="wang", address="10.0.0.1", now=NOW):
    with pytest.raises(WrongError):
        sign_in(store, SignIn(login, "wrong", address), now)


def test_a_session_is_found_by_its_token_alone(store):
    """The store keeps the hash; neither it nor the id opens anything."""
    add(store, "wang", CLERK)
    done = sign_in(store, SignIn(" ＷＡＮＧ ", PASSWORD, "10.0.0.1", "Firefox\n"), NOW)
    found = StoredSessions(store).find(done.token, NOW)
    assert found is not None
    assert (found.user.login, found.client, found.user.grants) == ("wang", "Firefox", (CLERK,))
    stored = store.sessions(done.user.id)[0]
    for other in (stored.token, stored.id, stored.csrf, "", done.token[:-1]):
        assert StoredSessions(store).find(other, NOW) is None


@pytest.mark.parametrize("login", ["wang", "nobody", "gone", "invited"])
def test_wrong_and_unknown_are_one_answer(store, login):
    """A wrong password, an unknown name, a disabled user and one without a password are told alike."""
    add(store, "wang", CLERK)
    disable_user(store, add(store, "gone", CLERK).id, SYSTEM, NOW)
    add(store, "invited", CLERK, password="")
    password = PASSWORD if login in ("gone", "nobody") else "wrong"
    with pytest.raises(WrongError, match=r"^$"):
        sign_in(store, SignIn(login, password), NOW)
    with pytest.raises(WrongError):
        sign_in(store, SignIn(login, ""), NOW)


@pytest.mark.parametrize("login", ["wang", "nobody", "gone", "invited"])
def test_every_answer_hashes_once(store, login, monkeypatch):
    """An unknown name takes as long as a known one: the password is held against a hash that nobody has."""
    add(store, "wang", CLERK)
    disable_user(store, add(store, "gone", CLERK).id, SYSTEM, NOW)
    add(store, "invited", CLERK, password="")
    checked = []
    verify = passwords._HASHER.verify

    def counted(stored, given):
        checked.append(stored)
        return verify(stored, given)

    class Counting:
        verify = staticmethod(counted)
        hash = passwords._HASHER.hash
        check_needs_rehash = passwords._HASHER.check_needs_rehash

    monkeypatch.setattr(passwords, "_HASHER", Counting)
    wrong(store, login)
    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$")


def test_failures_make_wait_longer_and_never_for_good(store):
    """Five are free; then it doubles up to a quarter of an hour, which passes."""
    add(store, "wang", CLERK)
    waits, now = [], NOW
    for _ in range(16):
        try:
            sign_in(store, SignIn("wang", "wrong", "10.0.0.1"), now)
        except WrongError:
            pass
        except WaitError as e:
            waits.append(e.seconds)
            now += timedelta(seconds=e.seconds)
    assert waits[:4] == [5, 10, 20, 40]
    assert max(waits) <= 900
    with pytest.raises(WaitError) as told:
        for _ in range(2):
            wrong(store, now=now)
    done = sign_in(store, SignIn("wang", PASSWORD, "10.0.0.1"), now + timedelta(seconds=told.value.seconds))
    assert done.user.login == "wang"


def test_a_wait_holds_for_the_right_password_too(store):
    """Else a guess would tell that it is right."""
    add(store, "wang", CLERK)
    for _ in range(5):
        wrong(store)
    with pytest.raises(WaitError):
        sign_in(store, SignIn("wang", PASSWORD, "10.0.0.1"), NOW)


def test_many_names_from_one_address_wait(store):
    """A list of names is tried no faster than one; a network of IPv6 is one address."""
    now = NOW
    with pytest.raises(WaitError):
        for n in range(40):
            wrong(store, f"name-{n}", f"2001:db8::{n}", now)
    wrong(store, "name-x", "2001:db8:0:1::1", now)


@pytest.mark.slow
def test_a_stranger_keeps_nobody_out_who_came_from_here_before(store):
    """Tries from everywhere hold up the name, and not its owner at the usual desk."""
    add(store, "wang", CLERK)
    sign_in(store, SignIn("wang", PASSWORD, "10.0.0.1"), NOW)
    with pytest.raises(WaitError):
        for n in range(60):
            wrong(store, address=f"198.51.100.{n}")
    with pytest.raises(WaitError):
        sign_in(store, SignIn("wang", PASSWORD, "10.0.0.2"), NOW)
    assert sign_in(store, SignIn("wang", PASSWORD, "10.0.0.1"), NOW).token


def test_many_tries_at_once_are_no_way_around(store):
    """Each is counted before it is judged: of twenty at once no more than five are judged."""
    add(store, "wang", CLERK)
    outcomes = []

    def guess():
        try:
            sign_in(store, SignIn("wang", "wrong", "10.0.0.1"), NOW)
        except (WrongError, WaitError) as e:
            outcomes.append(type(e))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes.count(WrongError) == 5
    assert outcomes.count(WaitError) == 15


def test_a_session_ends_by_itself(store):
    """After eight hours without a click, and after seven days with them."""
    add(store, "wang", CLERK)
    sessions = StoredSessions(store)
    idle = sign_in(store, SignIn("wang", PASSWORD), NOW).token
    assert sessions.find(idle, later(hours=7, minutes=59)) is not None
    assert sessions.find(idle, later(hours=15, minutes=58)) is not None
    assert sessions.find(idle, later(hours=24)) is None
    busy = sign_in(store, SignIn("wang", PASSWORD), NOW).token
    for hour in range(6, 7 * 24, 6):
        assert sessions.find(busy, later(hours=hour)) is not None
    assert sessions.find(busy, later(days=7)) is None


def test_what_changes_a_user_counts_at_once(store):
    """Disabled, or given another password: the next click finds no session."""
    user = add(store, "wang", CLERK)
    sessions = StoredSessions(store)
    first = sign_in(store, SignIn("wang", PASSWORD), NOW).token
    set_password(store, user.id, "另一 句话 很长 很长", SYSTEM, NOW)
    assert sessions.find(first, NOW) is None
    second = sign_in(store, SignIn("wang", "另一 句话 很长 很长"), NOW).token
    disable_user(store, user.id, SYSTEM, NOW)
    assert sessions.find(second, NOW) is None
    disable_user(store, user.id, SYSTEM, NOW, disabled=False)
    assert sessions.find(second, NOW) is None


def test_a_password_changed_by_its_owner_leaves_this_browser_alone(store):
    """All others are out; the old one has to be right."""
    add(store, "wang", CLERK)
    sessions = StoredSessions(store)
    here, there = (sign_in(store, SignIn("wang", PASSWORD), NOW).token for _ in range(2))
    session = sessions.find(here, NOW)
    with pytest.raises(WrongError):
        change_password(store, session, "wrong", "另一 句话 很长 很长", NOW)
    change_password(store, session, PASSWORD, "另一 句话 很长 很长", NOW)
    assert sessions.find(here, NOW) is not None
    assert sessions.find(there, NOW) is None
    assert len(list_sessions(store, session.user.id, NOW)) == 1


def test_a_dangerous_act_asks_for_the_password_again_after_a_while(store):
    """Ten minutes after it was shown it is asked again."""
    add(store, "wang", CLERK)
    sessions = StoredSessions(store)
    token = sign_in(store, SignIn("wang", PASSWORD), NOW).token
    assert sessions.find(token, NOW).is_proven(NOW)
    now = later(minutes=11)
    session = sessions.find(token, now)
    assert not session.is_proven(now)
    with pytest.raises(WrongError):
        prove(store, session, "wrong", now)
    prove(store, session, PASSWORD, now)
    assert sessions.find(token, now).is_proven(now)


def test_who_enrolled_codes_shows_one_and_no_password(store):
    """Even right behind signing in; one code counts once, and one that is older than it never."""
    user = add(store, "wang", CLERK)
    enrol_codes(store, user.id, KEY, 1, NOW)
    sessions = StoredSessions(store)
    session = sessions.find(token := sign_in(store, SignIn("wang", PASSWORD), NOW).token, NOW)
    assert session.has_codes
    assert not session.is_proven(NOW)
    step = int(NOW.timestamp()) // 30
    with pytest.raises(WrongError):
        prove(store, session, PASSWORD, NOW)
    prove(store, session, f" {code_at(KEY, step)[:3]} {code_at(KEY, step)[3:]}", NOW)
    assert sessions.find(token, NOW).is_proven(NOW)
    for again in (step, step - 1):
        with pytest.raises(WrongError):
            prove(store, session, code_at(KEY, again), NOW)


def test_codes_are_not_guessed(store):
    """Wrong ones make wait."""
    user = add(store, "wang", CLERK)
    enrol_codes(store, user.id, KEY, 1, NOW)
    session = StoredSessions(store).find(sign_in(store, SignIn("wang", PASSWORD), NOW).token, NOW)
    for _ in range(5):
        with pytest.raises(WrongError):
            prove(store, session, "000000", NOW)
    with pytest.raises(WaitError):
        prove(store, session, code_at(KEY, int(NOW.timestamp()) // 30), NOW)


def test_another_service_signs_in_whom_this_one_knows(store):
    """A name that is no user, or a disabled one, opens nothing."""
    add(store, "wang", CLERK)
    disable_user(store, add(store, "gone", CLERK).id, SYSTEM, NOW)
    assert sign_in_known(store, "WANG", "", "", NOW).user.login == "wang"
    for login in ("gone", "nobody"):
        with pytest.raises(WrongError):
            sign_in_known(store, login, "", "", NOW)


def test_a_user_disabled_while_the_password_is_checked_stays_out(store, monkeypatch):
    """What was read before the slow part is read again behind it."""
    user = add(store, "wang", CLERK)

    def meanwhile(stored, given):
        disable_user(store, user.id, SYSTEM, NOW)
        return passwords.fits(stored, given)

    monkeypatch.setattr(signing_in, "fits", meanwhile)
    wrong_password = SignIn("wang", PASSWORD)
    with pytest.raises(WrongError):
        sign_in(store, wrong_password, NOW)
    assert store.sessions(user.id) == []
