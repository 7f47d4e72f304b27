"""What every implementation of `SigninStore` keeps; a test class of each inherits it and gives the fixtures.

`store` is an empty store, `reopen` opens the same one once more.
"""

import threading
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from connectors.signin.port import (
    Failures,
    SigninAct,
    SigninStore,
    StoredGrant,
    StoredInvitation,
    StoredSession,
    StoredToken,
    StoredUser,
    StoredView,
)

USER = StoredUser("u-1", "wang", "王某", "hash", made_at=7)
SESSION = StoredSession("s-1", "digest", "u-1", "csrf", 10, 10, address="10.0.0.1", client="Firefox")
TOKEN = StoredToken("t-1", "digest", "监测平台", "u-1", ("look", "post"), (("source", "m'2"),), 5, 99)


class SigninStoreContract:
    @pytest.fixture
    def store(self) -> SigninStore:
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Callable[[], SigninStore]:
        raise NotImplementedError

    def test_a_user_is_found_by_id_and_login_with_grants(self, store, reopen):
        """What is stored is there for another connection, as it was stored."""
        store.add_user(USER)
        grant = StoredGrant("owner", "某市'; DROP TABLE signin_users; --", "office", 3, "office")
        store.grant("u-1", grant)
        expected = replace(USER, grants=(grant,))
        assert reopen().user("u-1") == expected
        assert reopen().user_called("wang") == expected
        assert reopen().users() == [expected]
        assert store.user("u-2") is None
        assert store.user_called("Wang") is None

    def test_a_grant_is_replaced_and_taken(self, store):
        """One role with one scope is one grant."""
        store.add_user(USER)
        store.grant("u-1", StoredGrant("admin", "", "u-9", 3))
        store.grant("u-1", StoredGrant("admin", "", "u-9", 3, "u-8"))
        store.grant("u-1", StoredGrant("owner", "甲", "u-9", 3, "u-9"))
        assert [g.agreed_by for g in store.user("u-1").grants] == ["u-8", "u-9"]
        assert store.ungrant("u-1", "admin", "")
        assert not store.ungrant("u-1", "admin", "")
        assert not store.ungrant("u-1", "owner", "乙")
        assert [g.role for g in store.user("u-1").grants] == ["owner"]

    def test_a_user_changes_and_keeps_grants(self, store):
        """Everything but the id may change."""
        store.add_user(USER)
        store.grant("u-1", StoredGrant("clerk", "", "office", 3, "office"))
        changed = replace(USER, login="li", name="李", password="x", disabled=True, code_key="K", code_step=9)  # noqa: S106
        store.change_user(changed)
        assert replace(store.user("u-1"), grants=()) == changed
        assert len(store.user("u-1").grants) == 1

    def test_a_session_is_seen_proven_and_ended(self, store):
        """An ended one stays ended at its first end, and is still listed."""
        store.add_session(SESSION)
        assert store.session_of("digest") == SESSION
        store.change_session(replace(SESSION, seen_at=20, proven_at=21))
        store.end_sessions(["s-1"], 30)
        store.end_sessions(["s-1"], 40)
        assert store.sessions("u-1") == [replace(SESSION, seen_at=20, proven_at=21, ended_at=30)]
        store.forget_sessions(20)
        assert store.session_of("digest") is not None
        store.forget_sessions(21)
        assert store.session_of("digest") is None

    def test_failures_are_counted_and_forgotten(self, store):
        """By key, or because they are old."""
        for key, at in (("a", 5), ("b", 6), ("c", 7)):
            store.fail(key, Failures(1, at))
        store.fail("a", Failures(2, 8))
        assert store.failures(["a", "b", "x"]) == {"a": Failures(2, 8), "b": Failures(1, 6)}
        store.forget_failures(["b"], before=8)
        assert store.failures(["a", "b", "c"]) == {"a": Failures(2, 8)}

    def test_an_invitation_takes_the_place_of_one_that_nobody_used(self, store):
        """One that was used stays as a mark that it was."""
        store.add_invitation(StoredInvitation("one", "u-1", "office", 50))
        store.add_invitation(StoredInvitation("two", "u-1", "office", 60))
        assert store.invitation_of("one") is None
        store.use_invitation("two", 55)
        store.add_invitation(StoredInvitation("three", "u-1", "office", 70))
        assert store.invitation_of("two") == StoredInvitation("two", "u-1", "office", 60, 55)

    def test_a_token_is_kept_whole(self, store, reopen):
        """Kinds and scopes come back in their order; use and revocation are written."""
        store.add_token(TOKEN)
        assert reopen().token_of("digest") == TOKEN
        store.change_token(replace(TOKEN, used_at=8, revoked_at=9))
        assert store.tokens() == [replace(TOKEN, used_at=8, revoked_at=9)]
        assert store.token_of("other") is None

    def test_acts_are_listed_newest_first(self, store):
        """Between two moments, those of one moment in the order in which they came."""
        for at, act in ((1, "a"), (2, "b"), (2, "c"), (3, "d")):
            store.note(SigninAct(at, "u-1", act, "u-2", "clerk"))
        assert [one.act for one in store.acts()] == ["d", "c", "b", "a"]
        assert [one.act for one in store.acts(2, 3)] == ["c", "b"]

    def test_views_are_of_one_user_and_the_newest_of_a_name_counts(self, store, reopen):
        """By list and name; what is dropped is gone, and nobody else's."""
        for one in (
            ("u1", "/tasks", "急", "a=1"),
            ("u1", "/accounts", "红", "s=red"),
            ("u2", "/tasks", "急", "b=2"),
        ):
            store.keep_view(StoredView(*one))
        store.keep_view(StoredView("u1", "/tasks", "急", "a=3"))
        assert [(v.path, v.query) for v in reopen().views("u1")] == [
            ("/accounts", "s=red"),
            ("/tasks", "a=3"),
        ]
        store.drop_view("u1", "/tasks", "急")
        assert [v.name for v in store.views("u1")] == ["红"]
        assert [v.query for v in store.views("u2")] == ["b=2"]

    def test_a_transaction_is_whole_or_not_at_all(self, store, reopen):
        """What an exception cut off is not there."""
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.add_user(USER)
            _ = 1 // 0
        assert reopen().users() == []
        with store.transaction():
            store.add_user(USER)
        assert len(reopen().users()) == 1

    def test_writers_take_turns(self, store, reopen):
        """Who reads in a transaction and writes what follows from it is never overtaken: ten times one makes ten."""
        stores = [store, reopen()]

        def count(own: SigninStore) -> None:
            for _ in range(20):
                with own.transaction():
                    before = own.failures(["k"]).get("k", Failures(0, 0))
                    own.fail("k", Failures(before.failures + 1, 1))

        threads = [threading.Thread(target=count, args=(one,)) for one in stores for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert store.failures(["k"])["k"].failures == 80

    def test_a_snapshot_sees_one_state(self, store, reopen):
        """What others write meanwhile is not seen within it, and is behind it."""
        other = reopen()
        with store.snapshot():
            assert store.users() == []
            done = threading.Thread(target=other.add_user, args=(USER,))
            done.start()
            done.join(20)
            assert store.users() == []
        assert len(store.users()) == 1
