"""The patrol of a home, against feeds on loopback."""

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.patrolstore.port import AccountNote, LeaseLostError
from connectors.sources.kind import Memory
from events.instants import to_micros
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.read_model import read_model_of
from pipeline.home.rulesets import ruleset_of
from pipeline.patrol import source_patrol
from pipeline.patrol.configured import configured
from pipeline.patrol.process import AskPatrol, patrol
from pipeline.patrol.records import SourceRecords
from pipeline.patrol.surroundings import Surroundings
from projections.rules.ladder import Ladder
from tests.pipeline.inputs import feed
from tests.pipeline.patrol.site import facts, look_at, site
from tests.pipeline.program import WITHIN_S, asked, command, environment, process, rows, xuncha

ONCE = AskPatrol(once=True)
NOW = datetime.now(UTC).replace(microsecond=0)
LOOKS = ("account.patrolled", "patrol.failed")


def ago(hours):
    return NOW - timedelta(hours=hours)


def once(home, now=None):
    """Make one pass at a moment."""
    clock = Surroundings() if now is None else Surroundings(clock=lambda: now)
    return patrol(Home(home), ONCE, surroundings=clock)


def test_a_pass_makes_facts_of_looks(new_home):
    """Posts, the look that proves silence with why it was made, and a sweep; what failed says why."""
    with site() as served:
        served.feeds = {
            "/a.xml": feed([ago(30), ago(20)]),
            "/b.xml": "<html><body>no</body></html>",
            "/c.xml": 503,
        }
        look_at(new_home, {f"test:{x}": served.url(f"/{x}.xml") for x in "abc"})
        did = once(new_home)
    assert (3, 1, 2, 2) == tuple(did.total(x) for x in ("looks", "good", "failed", "new_posts"))
    looks = {fact.subject: fact.data for fact in facts(new_home, *LOOKS)}
    assert (2, "never_looked", ago(20)) == (
        looks["test:a"].new_posts,
        looks["test:a"].why,
        looks["test:a"].alive_at,
    )
    assert ["no_feed", "answered"] == [looks[x].detail.partition(":")[0] for x in ("test:b", "test:c")]
    (sweep,) = facts(new_home, "sweep.completed")
    assert (3, 2, ["test:a"]) == (sweep.data.looked, sweep.data.failed, list(sweep.data.canaries))


def test_a_second_pass_asks_nothing_twice(new_home):
    """What was looked at is not due yet, and what failed waits."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)]), "/b.xml": 503}
        look_at(new_home, {f"test:{x}": served.url(f"/{x}.xml") for x in "ab"})
        assert 2 == once(new_home).total("looks")
        assert 0 == once(new_home).total("looks")
        assert (1, 1, 1) == tuple(served.looks_at(x) for x in ("/a.xml", "/b.xml", "/robots.txt"))


def test_a_later_look_is_conditional_and_304_is_a_look(new_home):
    """The validator of the last answer goes along, and an answer without content proves silence all the same."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        once(new_home)
        did = once(new_home, NOW + timedelta(hours=23))
    assert 1 == did.total("good")
    assert ["", True] == [tag and True for path, tag in served.asked if path == "/a.xml"]
    assert 2 == len(facts(new_home, *LOOKS))


def test_what_is_new_since_becomes_posts(new_home):
    """A later list brings its new posts alone."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        once(new_home)
        served.feeds["/a.xml"] = feed([ago(20), ago(1)])
        assert 1 == once(new_home, NOW + timedelta(hours=23)).total("new_posts")


def test_a_request_is_counted_before_it_goes_out_and_beyond_the_quota_none_does(new_home):
    """A quota of two a day: two looks, whatever is due, in this pass and in the next ones of the day."""
    now = NOW.replace(hour=1, minute=0, second=0)
    with site() as served:
        served.feeds = {f"/{x}.xml": feed([ago(20)]) for x in "abcd"}
        look_at(new_home, {f"test:{x}": served.url(f"/{x}.xml") for x in "abcd"}, "quota = 2")
        moments = [now + timedelta(hours=h) for h in (0, 7, 14)]
        looks = [once(new_home, moment).total("looks") for moment in moments]
    assert 2 == sum(looks)
    assert 2 == sum(served.looks_at(f"/{x}.xml") for x in "abcd")


def test_a_pass_records_its_last_looks_when_they_end(new_home, monkeypatch):
    """They wait for more of their batch only while there are looks that may join them."""
    monkeypatch.setattr(source_patrol, "_BATCH_S", 2.0 * WITHIN_S)
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        began = time.monotonic()
        assert 1 == once(new_home).total("good")
        assert time.monotonic() - began < WITHIN_S


def test_another_patrol_holds_a_source(new_home):
    """A second one makes no look and says so; once the first has ended it goes on."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        store = open_patrol_store(Home(new_home))
        lease = store.lease("feeds", "somebody", 60.0)
        answer = xuncha(new_home, "patrol", "--once", "--json")
        assert (1, ["feeds"], 0) == (answer.status, answer.json["held_elsewhere"], answer.json["looks"])
        store.release(lease)
        store.close()
        assert 1 == asked(new_home, "patrol", "--once")["looks"]


def test_a_kill_between_facts_and_memory_loses_nothing_and_doubles_nothing(new_home):
    """Facts and what the source has shown commit together; the next patrol takes up where they stand."""
    with site() as served:
        served.feeds = {f"/{x}.xml": feed([ago(20)], prefix=x) for x in "abc"}
        look_at(new_home, {f"test:{x}": served.url(f"/{x}.xml") for x in "abc"})
        for point in ("patrol.before_commit", "patrol.after_commit"):
            died = process(new_home, "patrol", "--once", env={"XUNCHA_FAIL_POINT": point})
            assert died.status < 0
            _forget_leases(new_home)  # those of the dead end by themselves, after a while
        assert 3 == len(facts(new_home, "post.published"))
        once(new_home)
    posts = facts(new_home, "post.published")
    assert 3 == len(posts)
    assert {"test:a", "test:b", "test:c"} == {fact.subject for fact in facts(new_home, *LOOKS)}


def _forget_leases(home):
    """Let the leases of patrols that were killed end."""
    db = sqlite3.connect(home / "patrol.sqlite")
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    lease = next(name for name in tables if "lease" in name)
    db.execute(f"DELETE FROM {lease}")
    db.commit()
    db.close()


def test_an_answer_that_rests_on_nothing_is_asked_for_again_in_full(new_home):
    """ "Unchanged" where the log knows no list, as after an older copy of it was put back, proves nothing."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        etag = f'"{hash(served.feeds["/a.xml"])}"'
        home = Home(new_home)
        store = open_patrol_store(home)
        lease = store.lease("feeds", "somebody", 60.0)
        store.keep(lease, {"test:a": AccountNote("", memory=Memory(etag=etag, full_at=NOW, digest="x"))})
        store.release(lease)
        store.close()
        once(new_home)
        assert [] == facts(new_home, *LOOKS)
        assert 1 == once(new_home).total("good")


@pytest.mark.slow
def test_the_process_loads_no_history(new_home):
    """The patrol runs beside the history, not in it: its libraries take 300 MB."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        code = (
            "import sys\nfrom pipeline.cli import main\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            "assert 'chdb' not in sys.modules, 'chdb'\nassert 'pyarrow' not in sys.modules, 'pyarrow'"
        )
        words = [sys.executable, "-c", code, "--home", str(new_home), "patrol", "--once", "--json"]
        ended = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert (0, True) == (ended.returncode, '"good": 1' in ended.stdout), ended.stderr


@pytest.mark.slow
def test_a_patrol_goes_on_until_it_is_asked_to_stop(new_home):
    """It looks by itself, and ends well on SIGTERM with what it has recorded."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        words = command(new_home, "patrol", "--json")
        with subprocess.Popen(
            words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            _until(lambda: facts(new_home, "account.patrolled"), running)
            running.terminate()
            out, err = running.communicate(timeout=60)
    assert (0, True) == (running.returncode, '"good": 1' in out), err
    assert "Traceback" not in err


def _until(holds, running):
    deadline = time.monotonic() + 60
    while not holds():
        assert running.poll() is None, running.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_run_shows_a_first_look_within_a_minute(new_home):
    """An empty home with one feed in its settings, as README has it: `xuncha run` patrols by itself."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)])}
        look_at(new_home, {"test:a": served.url("/a.xml")})
        began = time.monotonic()
        words = command(new_home, "run")
        with subprocess.Popen(
            words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as owner:
            _until(lambda: facts(new_home, "account.patrolled"), owner)
            took_s = time.monotonic() - began
            (row,) = rows(new_home, "sources")
            owner.terminate()
            _, err = owner.communicate(timeout=60)
    assert 0 == owner.returncode, err
    assert took_s < 60
    assert ("feeds", "feed", 1, False) == (row["source"], row["kind"], row["watched"], row["stalled"])
    assert row["last_good_look_at"] is not None


def test_run_refuses_settings_that_are_wrong(new_home):
    """Whoever runs a home reads what is wrong, instead of a patrol that ends again and again."""
    (new_home / "xuncha.toml").write_text('[[source]]\nname = "x"\nkind = "feeed"\n', "utf-8")
    answer = xuncha(new_home, "run")
    assert (2, True) == (answer.status, "did you mean feed?" in answer.complaint)
    with pytest.raises(UsageError, match="no kind of source"):
        patrol(Home(new_home), ONCE)


def test_sources_check_says_what_a_look_would_bring(new_home):
    """Accounts, canaries and a look at a few; nothing becomes a fact, and exit 1 tells that something is wrong."""
    with site() as served:
        served.feeds = {"/a.xml": feed([ago(20)]), "/b.xml": feed([ago(20)])}
        look_at(new_home, {f"test:{x}": served.url(f"/{x}.xml") for x in "ab"})
        fits = {row["what"]: row["fits"] for row in rows(new_home, "sources", "check")}
        assert {"settings": True, "accounts": True, "canaries": True, "answers": True} == fits
        served.feeds["/a.xml"] = 500
        answer = xuncha(new_home, "sources", "check", "--json")
        (row,) = (row for row in answer.rows if row["what"] == "answers")
        assert (1, False, "answered", "status 500") == (
            answer.status,
            row["fits"],
            row["reason"],
            row["told"],
        )
        shown = xuncha(new_home, "sources", "check", "--offline").out
        assert ("哨兵账号" in shown, "能否取数" in shown) == (True, False)
    assert [] == facts(new_home, *LOOKS)


def test_kinds_are_listed_in_the_order_of_preference(new_home):
    """The owner's own interface first, what borrows a personal log-in last."""
    listed = rows(new_home, "sources", "kinds")
    assert "wechat-own" == listed[0]["kind"]
    assert listed[-1]["borrows_login"]
    assert [row["preference"] for row in listed] == sorted(row["preference"] for row in listed)


class Held:
    """The thread of storage of a test: what a patrol of one source reads and writes, opened by hand."""

    def __init__(self, home):
        self.home = Home(home)
        self.log = self.home.open_log()
        self.store = open_patrol_store(self.home)
        self.opened = read_model_of(self.home, self.log)
        (source,) = configured(self.home.settings, self.home.path)
        self.records = SourceRecords(
            source,
            source.build(home),
            home,
            log=self.log,
            model=self.opened.__enter__(),
            store=self.store,
            ladder=Ladder(ruleset_of(self.home)),
        )

    def close(self):
        self.opened.__exit__(None, None, None)
        self.store.close()
        self.log.close()


def test_who_takes_a_source_again_plans_all_of_it(new_home):
    """A patrol that lost its lease and gets it back begins anew; without the lease it writes nothing."""
    look_at(new_home, {"test:a": "http://127.0.0.1:1/a", "test:b": "http://127.0.0.1:1/b"})
    held = Held(new_home)
    try:
        records = held.records
        with pytest.raises(LeaseLostError):
            records.record((), {}, {}, NOW, plan=True)
        assert records.take_lease("me", NOW) is not None
        assert 2 == len(records.read(NOW).plans)
        assert 0 == len(records.read(NOW).plans)  # nothing has changed since
        records.release()
        other = held.store.lease("feeds", "somebody", 60.0)
        assert records.take_lease("me", NOW) is None
        held.store.release(other)
        assert records.take_lease("me", NOW) is not None
        assert 2 == len(records.read(NOW).plans)
    finally:
        held.close()


def test_a_hint_pulls_a_look_forward_within_the_quota(new_home):
    """Hints for all accounts, and a quota of one request: one is looked at, and no hint became a fact."""
    later = NOW + timedelta(hours=2)
    with site() as served:
        served.feeds = {f"/{x}.xml": feed([ago(20)]) for x in "abc"}
        accounts = {f"test:{x}": served.url(f"/{x}.xml") for x in "abc"}
        look_at(new_home, accounts)
        assert 3 == once(new_home).total("looks")
        assert 0 == once(new_home, later).total("looks")
        look_at(new_home, accounts, "quota = 1")
        store = open_patrol_store(Home(new_home))
        store.hint({account: to_micros(later) - 1 for account in accounts}, to_micros(later))
        store.close()
        looks = [once(new_home, later + timedelta(minutes=m)).total("looks") for m in (0, 20, 40)]
    assert 1 == sum(looks)
