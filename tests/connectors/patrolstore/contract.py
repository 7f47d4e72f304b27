"""What every implementation of `PatrolStore` keeps; a test class of each inherits it and gives the fixtures.

`store` is an empty store, `reopen` opens the same one once more.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from connectors.patrolstore.hints import KEPT_US
from connectors.patrolstore.port import (
    AccountNote,
    BackOff,
    Breaker,
    Lease,
    LeaseLostError,
    PatrolStore,
)
from connectors.patrolstore.site_notes import LinkNote, VisitNote
from connectors.sources.kind import Memory, Probe

DAY = 20_000
LONG_S, SHORT_S = 600.0, 0.05
DEADLINE_S = 20.0


def lease(store: PatrolStore, source: str = "wechat", holder: str = "a", ttl_s: float = LONG_S) -> Lease:
    """Take a source that is free."""
    taken = store.lease(source, holder, ttl_s)
    assert taken is not None
    return taken


def lease_in_time(store: PatrolStore, holder: str) -> Lease:
    """Take a source whose lease is about to end."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if (taken := store.lease("wechat", holder, LONG_S)) is not None:
            return taken
        time.sleep(SHORT_S)
    raise AssertionError(f"not within {DEADLINE_S} s")


class PatrolStoreContract:
    @pytest.fixture
    def store(self) -> PatrolStore:
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Callable[[], PatrolStore]:
        raise NotImplementedError

    def test_one_patrol_holds_a_source(self, store, reopen):
        """A second one gets none until the first gives it back; another source is free."""
        first = lease(store)
        assert reopen().lease("wechat", "b", LONG_S) is None
        assert lease(reopen(), "feeds", "b").source == "feeds"
        store.release(first)
        assert lease(reopen(), holder="b").fence > first.fence

    def test_who_asks_again_has_the_source_anew(self, store):
        """No answer came, so the same patrol asks once more: it is not locked out by itself."""
        first, again = lease(store), lease(store)
        assert again.fence > first.fence

    def test_a_lease_that_nobody_renews_ends(self, store, reopen):
        """The source of a patrol that died is taken by another one, and nothing of the dead one is written any more."""
        dead = lease(store, ttl_s=SHORT_S)
        living = lease_in_time(reopen(), "b")
        assert living.fence > dead.fence
        for write in (
            lambda: store.renew(dead, LONG_S),
            lambda: store.spend(dead, "log-in", DAY),
            lambda: store.keep(dead, {"wechat:1": AccountNote("log-in")}),
            lambda: store.watch(dead, b"{}", {}),
            lambda: store.probed(dead, Probe(True, ""), 1),
        ):
            with pytest.raises(LeaseLostError, match="another patrol looks at the source 'wechat'"):
                write()
        store.release(dead)
        assert (store.notes("wechat"), store.spent("wechat", DAY)) == ({}, {})
        assert reopen().lease("wechat", "c", LONG_S) is None

    def test_a_lease_that_is_renewed_goes_on(self, store, reopen):
        """Also after its time, as long as nobody else took the source."""
        held = lease(store, ttl_s=SHORT_S)
        time.sleep(2 * SHORT_S)
        store.renew(held, LONG_S)
        assert reopen().lease("wechat", "b", LONG_S) is None
        assert store.spend(held, "log-in", DAY)

    def test_of_many_patrols_one_gets_the_source(self, reopen):
        """They ask at the same moment."""
        stores, taken = [reopen() for _ in range(4)], []
        barrier = threading.Barrier(len(stores))

        def _ask(store: PatrolStore, holder: str) -> None:
            barrier.wait()
            taken.append(store.lease("wechat", holder, LONG_S))

        threads = [threading.Thread(target=_ask, args=(s, f"p{n}")) for n, s in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one is not None for one in taken) == 1

    def test_a_quota_is_never_overspent(self, store, reopen):
        """Requests are counted by source, lane and day, and none goes out beyond the quota."""
        held = lease(store)
        assert [store.spend(held, "log-in", DAY, quota=3) for _ in range(4)] == [True, True, True, False]
        assert not store.spend(held, "other", DAY, requests=4, quota=3)
        assert store.spend(held, "other", DAY, requests=2, quota=3)
        assert not store.spend(held, "other", DAY, requests=2, quota=3)
        assert store.spend(held, "log-in", DAY + 1, quota=3)
        assert store.spend(held, "free", DAY, requests=10_000)
        assert reopen().spent("wechat", DAY) == {"log-in": 3, "other": 2, "free": 10_000}
        assert reopen().spent("feeds", DAY) == {}

    def test_notes_come_back_as_they_were(self, store, reopen):
        """Back-off, validators and breakers are those of the newest note."""
        held, at = lease(store), datetime(2026, 11, 29, 12, 0, 0, 5, tzinfo=UTC)
        note = AccountNote(
            "host", BackOff(3, 17), 9, Memory('W/"1"', "Sun, 29 Nov 2026 12:00:00 GMT", at, "ab")
        )
        store.keep(held, {"wechat:1": AccountNote(), "wechat:2": note}, {"host": Breaker(5, 1, 99)})
        store.keep(held, {"wechat:1": AccountNote("host", BackOff(1, 2))}, {"host": Breaker(6, 2, 199)})
        store.keep(held)
        assert reopen().notes("wechat") == {"wechat:1": AccountNote("host", BackOff(1, 2)), "wechat:2": note}
        assert reopen().breakers("wechat") == {"host": Breaker(6, 2, 199)}
        assert reopen().notes("feeds") == {}

    def test_what_a_server_sends_too_long_is_not_kept(self, store):
        """The next request is then not conditional."""
        held = lease(store)
        store.keep(held, {"wechat:1": AccountNote(memory=Memory("x" * 2000, "y", None, "z"))})
        assert store.notes("wechat")["wechat:1"].memory == Memory()

    def test_the_watched_accounts_are_those_told_last(self, store, reopen):
        """Who is watched no more is forgotten; of the others what was remembered stays."""
        held = lease(store)
        store.watch(held, b'{"quota":200}', {"wechat:1": "a", "wechat:2": "a"})
        store.keep(held, {"wechat:2": AccountNote("a", BackOff(1, 2), 3)})
        store.watch(held, b'{"quota":100}', {"wechat:2": "b", "wechat:3": "b"})
        (watched,) = reopen().watched()
        assert (watched.source, watched.rules) == ("wechat", b'{"quota":100}')
        assert abs(watched.alive_at / 1e6 - time.time()) < 3600
        assert 0 <= watched.idle_us < 3600e6
        assert reopen().notes("wechat") == {
            "wechat:2": AccountNote("b", BackOff(1, 2), 3),
            "wechat:3": AccountNote("b"),
        }

    def test_the_last_probe_of_a_log_in_counts(self, store, reopen):
        """What was stored before is replaced; without a log-in there is none."""
        held = lease(store)
        assert store.last_probe("wechat") is None
        store.probed(held, Probe(True, "", 180), 1)
        store.probed(held, Probe(False, "expired"), 2)
        told = reopen().last_probe("wechat")
        assert (told.at, told.probe) == (2, Probe(False, "expired"))

    def test_a_source_that_is_gone_is_forgotten(self, store, reopen):
        """Not while a patrol holds it; and the lease of before never counts again."""
        old = lease(store)
        store.spend(old, "log-in", DAY)
        store.watch(old, b"{}", {"wechat:1": "a"})
        assert not reopen().forget("wechat")
        store.release(old)
        assert reopen().forget("wechat")
        assert (store.watched(), store.notes("wechat"), store.spent("wechat", DAY)) == ([], {}, {})
        with pytest.raises(LeaseLostError):
            store.spend(old, "log-in", DAY)
        assert lease(store).fence > old.fence

    def test_a_part_of_a_day_has_one_visit(self, store, reopen):
        """A visit that was made before a crash is not made over by another one; a day is forgotten as a whole."""
        first = VisitNote("site:a", DAY, 3, 1_000, "timeout")
        assert store.keep_visit(first)
        assert not reopen().keep_visit(VisitNote("site:a", DAY, 3, 2_000, ""))
        assert store.keep_visit(VisitNote("site:a", DAY + 1, 0, 3_000, ""))
        assert store.keep_visit(VisitNote("site:b", DAY, 3, 1_500, ""))
        assert [v.site for v in reopen().visits()] == ["site:a", "site:a", "site:b"]
        assert store.visits("site:a")[0] == first
        store.drop_visits("site:a", DAY)
        assert [v.day for v in reopen().visits("site:a")] == [DAY + 1]

    def test_a_link_that_failed_is_kept_until_it_opens(self, store, reopen):
        """The first failure in a row stays known beside the last."""
        store.keep_links(
            "site:a", {"http://x": LinkNote(1, 1, "dns"), "http://y": LinkNote(1, 1, "status")}, ()
        )
        store.keep_links("site:a", {"http://x": LinkNote(1, 9, "connect")}, ("http://y", "http://z"))
        assert reopen().failed_links("site:a") == {"http://x": LinkNote(1, 9, "connect")}
        assert reopen().failed_links("site:b") == {}

    def test_the_latest_hint_of_an_account_counts(self, store, reopen):
        """The same one again, or an older one that comes late, changes nothing."""
        now = DAY * 86_400_000_000
        assert store.hint({"wechat:1": now - 5, "wechat:2": now - 1}, now) == {"wechat:1", "wechat:2"}
        assert store.hint({"wechat:1": now - 3}, now) == {"wechat:1"}
        assert reopen().hint({"wechat:1": now - 9, "wechat:2": now - 1}, now) == {"wechat:1", "wechat:2"}
        assert reopen().hints(now) == {"wechat:1": now - 3, "wechat:2": now - 1}

    def test_a_hint_is_forgotten_after_two_days(self, store):
        """The look that it would have pulled forward has come by itself."""
        now = DAY * 86_400_000_000
        store.hint({"wechat:1": now, "wechat:2": now + 5}, now)
        assert store.hints(now + KEPT_US) == {"wechat:2": now + 5}

    def test_a_flood_of_hints_is_bounded(self, store, monkeypatch):
        """Accounts beyond the bound wait for their own looks; those that have a hint may get a later one."""
        monkeypatch.setattr("connectors.patrolstore.hints.MOST_HINTS", 2)
        assert store.hint({f"wechat:{n}": n + 1 for n in range(3)}, 9) == {"wechat:0", "wechat:1"}
        assert store.hint({"wechat:1": 8, "wechat:3": 8}, 9) == {"wechat:1"}
        assert store.hints(9) == {"wechat:0": 1, "wechat:1": 8}
