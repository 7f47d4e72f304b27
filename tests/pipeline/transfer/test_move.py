"""A home that moves, loses its history, or loses its log: old rounds verify, new ones agree, nobody is told twice."""

import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from connectors.log.embedded import EmbeddedLog
from connectors.log.placement import Placed
from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed_file, polls, sheet
from tests.pipeline.program import asked, done, process, rows, xuncha
from tests.pipeline.transfer.moving import exported, facts, scored, told

AS_LOOKED = ("--account", c.SILENT, "--looked-at", "2021-06-17T11:00:00+08:00")


@pytest.fixture(scope="module")
def scored_city(city_model, tmp_path_factory):
    """The small city with a round, the round, and both as a folder."""
    folder = tmp_path_factory.mktemp("scored")
    home = copied(city_model / "home", folder / "home")
    return home, scored(home), exported(home, folder / "export")


@pytest.fixture
def city(scored_city, tmp_path):
    """A copy of that city, to change."""
    return copied(scored_city[0], tmp_path / "city")


@pytest.fixture
def run(scored_city):
    """The round, scored before the city moves."""
    return scored_city[1]


@pytest.fixture
def export(scored_city, tmp_path):
    """A copy of the folder, to change."""
    return shutil.copytree(scored_city[2], tmp_path / "export")


@pytest.fixture
def empty(tmp_path):
    """An empty home of more partitions than the city's four."""
    done(tmp_path / "new", "init", "--partitions", 7)
    return tmp_path / "new"


@pytest.fixture(params=[2, 7])
def new(request, tmp_path):
    """An empty home of fewer, or of more partitions, for what depends on where they lie."""
    done(tmp_path / "new", "init", "--partitions", request.param)
    return tmp_path / "new"


@pytest.mark.slow
def test_a_moved_home_is_the_same(city, run, export, new, tmp_path):
    """Old round, new round, facts, alerts, memory and dead letters; the registry goes on from where it stood."""
    alerts = rows(city, "alerts")
    answer = asked(new, "import", export)
    assert answer["rounds"] == 1
    assert asked(new, "verify", run["run_id"])["holds"]
    assert 0 == asked(new, "run", "--until-idle")["delivered"]
    assert [] == told(new)
    assert run["digest"] == scored(new)["digest"]
    assert facts(city) == facts(new)
    assert alerts == rows(new, "alerts")
    assert rows(city, "dead-letters") == rows(new, "dead-letters")
    again = asked(new, "polls", "replay", c.recorded_polls(tmp_path), "--as-history")
    assert (0, 3) == (again["polls"], again["taken_before"])
    names = {i: f"新{i}" for i in c.NAMES}
    filed = [(i, "变更", "2021-06-20 10:00", "2021-06-20 10:00", "x", n) for i, n in names.items()]
    headers = ("账号ID", "备案类别", "生效时间", "备案时间", "原因", "新名称")
    done(new, "filings", "import", sheet(tmp_path / "filings.csv", headers, *filed))
    found = {row["account_id"]: row["name"] for row in rows(new, "accounts", "list")}
    assert names == {i: found[i] for i in names}
    later = scored(new)
    assert asked(new, "verify", later["run_id"])["holds"]
    done(new, "status", "--check-point", c.CHECK_POINT, "--known-at", run["known_at"])


@pytest.mark.slow
def test_a_home_may_move_twice(city, run, tmp_path):
    """Rows of both lives go on; facts that were appended in the second one, too."""
    first, second = tmp_path / "first", tmp_path / "second"
    done(first, "init", "--partitions", 7)
    done(first, "import", exported(city, tmp_path / "export-1"))
    feed = feed_file(tmp_path / "feed.xml", at("2021-06-16 20:00"))
    done(first, "feed", "read", feed, *AS_LOOKED)
    done(first, "run", "--until-idle")
    later = scored(first)
    assert run["digest"] != later["digest"]
    done(second, "init", "--partitions", 3)
    done(second, "import", exported(first, tmp_path / "export-2"))
    for old in (run, later):
        assert asked(second, "verify", old["run_id"])["holds"]
    alerts = rows(first, "alerts")
    assert 0 == asked(second, "run", "--until-idle")["delivered"]
    assert later["digest"] == scored(second)["digest"]
    assert alerts == rows(second, "alerts")
    assert facts(first) == facts(second)


@pytest.mark.slow
def test_what_was_raised_and_not_told_is_told_by_the_new_home(city, tmp_path):
    """An alert of the last moments of the old home is not lost with it."""
    (city / "alerts.jsonl").unlink()
    later = polls(tmp_path / "later", [(at("2021-06-30 08:00"), {c.POSTING: [at("2021-06-16 08:30")]})])
    done(city, "polls", "replay", later)
    killed = process(city, "run", "--until-idle", env={"XUNCHA_FAIL_POINT": "notify.before_send"})
    assert -signal.SIGKILL == killed.status
    done(tmp_path / "new", "init")
    done(tmp_path / "new", "import", exported(city, tmp_path / "export"))
    done(tmp_path / "new", "run", "--until-idle")
    done(city, "run", "--until-idle")
    assert told(city) == told(tmp_path / "new") != []


@pytest.mark.slow
def test_a_lost_history_is_made_anew_from_the_log(city, run):
    """Nothing to do but to start: the digest is the same. The rounds themselves are lost with it."""
    shutil.rmtree(city / "history")
    (city / "history").mkdir()
    assert (
        run["digest"]
        == asked(city, "score", "--check-point", c.CHECK_POINT, "--known-at", run["known_at"])["digest"]
    )
    assert asked(city, "verify", run["run_id"])["holds"]


def lose_history(home):
    shutil.rmtree(home / "history")
    (home / "history").mkdir()


@pytest.mark.slow
def test_an_export_brings_back_what_a_lost_history_held(city, run, export):
    """Rounds are not in the log: what was exported is taken in again, whether or not the rows are back already."""
    lose_history(city)
    answer = asked(city, "import", export)
    assert (True, 1, 0) == (answer["records"] > 0, answer["rounds"], answer["facts"])
    assert asked(city, "verify", run["run_id"])["holds"]
    lose_history(city)
    done(city, "feed", "read", feed_file(city / "f.xml", at("2021-06-16 20:00")), *AS_LOOKED)
    assert [] == rows(city, "rounds")
    assert {"records": 0, "rounds": 1, "facts": 0, "told": 0} == asked(city, "import", export)
    assert asked(city, "verify", run["run_id"])["holds"]
    doubled = "SELECT count() - uniqExact((topic, partition, incarnation, offset)) AS n FROM records"
    assert [{"n": 0}] == rows(city, "sql", doubled)


@pytest.mark.slow
def test_the_past_of_a_moved_home_comes_back_from_the_export_of_its_move(run, export, new):
    """Rows of the old life are not in the new log; they come first, then the sink goes on."""
    done(new, "import", export)
    done(new, "run", "--until-idle")
    lose_history(new)
    answer = asked(new, "import", export)
    assert (True, 1, 0, 0) == (answer["records"] > 0, answer["rounds"], answer["facts"], answer["told"])
    assert asked(new, "verify", run["run_id"])["holds"]
    assert run["digest"] == scored(new)["digest"]


@pytest.mark.slow
def test_a_lost_log_is_restored_out_of_the_history(city, run, tmp_path):
    """In the home whose history still stands: only the facts are appended again, as repeats."""
    alerts, known = rows(city, "alerts"), facts(city)
    count = rows(city, "sql", "SELECT count() AS n FROM records")[0]["n"]
    for file in city.glob("log.sqlite*"):
        file.unlink()
    done(city, "init", "--partitions", 5)
    export = exported(city, tmp_path / "export", "--from-history")
    answer = asked(city, "import", export)
    assert (0, 0) == (answer["records"], answer["rounds"])
    before = told(city)
    assert 0 == asked(city, "run", "--until-idle")["delivered"]
    assert before == told(city)
    assert asked(city, "verify", run["run_id"])["holds"]
    assert run["digest"] == scored(city)["digest"]
    assert alerts == rows(city, "alerts")
    assert known == facts(city)
    late = (
        "SELECT count() AS n FROM records WHERE topic = 'facts' AND type = 'post.published' AND NOT repeats"
    )
    posts = "SELECT count() AS n FROM posts"
    assert rows(city, "sql", late) == rows(city, "sql", posts)
    assert count < rows(city, "sql", "SELECT count() AS n FROM records")[0]["n"]
    again = asked(city, "polls", "replay", c.recorded_polls(tmp_path), "--as-history")
    assert 3 == again["polls"], "what the connectors knew may be newer than what was saved"
    assert known == facts(city), "items that are shown again are the same facts"
    assert run["digest"] == scored(city)["digest"]


@pytest.mark.slow
def test_an_import_that_was_done_changes_nothing_when_done_again(export, empty):
    """Also after the home went on: everything is found to be there."""
    done(empty, "import", export)
    done(empty, "run", "--until-idle")
    scored(empty)
    counted = "SELECT topic, count() AS n FROM records GROUP BY topic ORDER BY topic"
    before = rows(empty, "sql", counted)
    assert {"records": 0, "rounds": 0, "facts": 0, "told": 0} == asked(empty, "import", export)
    assert before == rows(empty, "sql", counted)


@pytest.mark.slow
def test_what_could_not_be_read_moves_too(city, tmp_path):
    """A fact that nobody can read stays a dead letter, from the log as from the history; a replayed one is done."""
    with closing(EmbeddedLog(city / "log.sqlite")) as log:
        log.append_placed({1: [Placed("wechat:x", b"not an event")]})
    bad_feed = tmp_path / "bad.xml"
    bad_feed.write_text("<rss><channel><item><guid>x</guid></item></channel></rss>", "utf-8")
    xuncha(city, "feed", "read", bad_feed, *AS_LOOKED)
    done(city, "run", "--until-idle")
    letters = [(row["origin"], row["place"], row["reason"]) for row in rows(city, "dead-letters")]
    assert 2 == len(letters)
    for options, wanted in (((), letters), (("--from-history",), [x for x in letters if x[0] == "facts"])):
        home = tmp_path / f"new{len(options)}"
        done(home, "init", "--partitions", 3)
        export = exported(city, tmp_path / f"export{len(options)}", *options)
        for _ in range(2):
            done(home, "import", export)
        found = [(row["origin"], row["place"], row["reason"]) for row in rows(home, "dead-letters")]
        assert sorted(wanted) == sorted(found)
        assert 0 == asked(home, "run", "--until-idle")["delivered"]


def refused(home, *words):
    answer = xuncha(home, *words)
    assert 2 == answer.status, answer.err
    return answer.err


@pytest.mark.slow
def test_a_home_that_is_in_use_is_refused(export, tmp_path):
    """A log with facts of its own, and a history with rows of another log."""
    done(tmp_path / "used", "init")
    done(tmp_path / "used", "accounts", "import", c.registry(tmp_path))
    assert "holds another fact" in refused(tmp_path / "used", "import", export)
    done(tmp_path / "used", "accounts", "list")  # which brings them into the history
    for file in (tmp_path / "used").glob("log.sqlite*"):
        file.unlink()
    done(tmp_path / "used", "init")
    assert "of another log already" in refused(tmp_path / "used", "import", export)


@pytest.mark.slow
def test_a_home_that_remembers_other_things_is_refused(export, empty):
    """It would never emit the items that it takes for seen; the log is left empty."""
    with sqlite3.connect(empty / "log.sqlite") as db:
        db.execute("INSERT INTO seen_items (source, account_id, item) VALUES ('feed', 'wechat:x', x'00')")
    assert "would never emit" in refused(empty, "import", export)
    with sqlite3.connect(empty / "log.sqlite") as db:
        assert (1, 0) == db.execute(
            "SELECT (SELECT count(*) FROM seen_items), (SELECT count(*) FROM records)"
        ).fetchone()


@pytest.mark.slow
def test_a_damaged_export_is_refused_before_anything_is_done(export, empty):
    """A byte that changed on the way is found by its file."""
    file = next(export.glob("facts-*-001.parquet"))
    file.write_bytes(file.read_bytes()[:-1])
    assert f"{file} is not what was exported" in refused(empty, "import", export)
    assert [] == rows(empty, "sql", "SELECT * FROM records LIMIT 1")


@pytest.mark.slow
def test_an_export_needs_a_name_of_its_own_and_something_to_hold(city, empty, tmp_path):
    """Nothing is written over, and nothing is made of an empty home."""
    assert "exists already" in refused(city, "export", tmp_path)
    assert "nothing to export" in refused(empty, "export", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
