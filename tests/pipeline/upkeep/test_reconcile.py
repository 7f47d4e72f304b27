"""`xuncha reconcile`: what the folds must have told against what stands in the history, on real homes."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.log.port import DERIVED
from events.alert import AlertRaised, AlertWithdrawn
from events.codec import Event
from events.ids import derived_id
from events.instants import SHANGHAI
from events.patrol import SourceStalled
from events.round import ScoreProjected
from pipeline.office.fact_words import FACTS
from projections.accounts.reconciliation import RECONCILED, lost_among
from tests.copied import copied
from tests.pipeline import generated_home as g
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed_file, polls, sheet
from tests.pipeline.program import asked, done, rows, xuncha
from tests.pipeline.runtime.test_owner import running
from tests.projections.rulebooks import KUNSHAN

ACCOUNT = "wechat:QTE="


@pytest.fixture(scope="module")
def generated_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("generated") / "home"
    g.build(home, g.generated_facts(9), partitions=3)
    return home


@pytest.fixture
def generated(generated_model: Path, tmp_path: Path) -> Path:
    """A copy of a home with generated facts, to change."""
    copied(generated_model, tmp_path / "generated")
    return tmp_path / "generated"


def differing(home: Path, *words: object) -> list[dict[str, Any]]:
    """Return the differences that a reconciliation ends with."""
    answer = xuncha(home, "reconcile", *words, "--json")
    assert answer.status == (0 if answer.json["settled"] else 1)
    return answer.json["rows"]


def kinds(differences: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(d["difference"], d["type"]) for d in differences}


def told(home: Path) -> list[dict[str, Any]]:
    """Return the alerts that stand, without the time at which the log took them."""
    return [
        {k: v for k, v in row.items() if k != "recorded_at"}
        for row in rows(home, "alerts")
        if not row["withdrawn"]
    ]


def lose(home: Path, lost: Callable[[int], bool]) -> int:
    """Take derived events out of log and history as if they had never been written; returns how many."""
    gone = 0
    with g.opened(home) as log, log.transaction():
        kept: dict[int, list[bytes]] = {}
        for partition in range(log.partitions):
            values = [r.value for r in log.read(DERIVED, partition, 0, 1_000_000)]
            kept[partition] = [value for n, value in enumerate(values) if not lost(n)]
            gone += len(values) - len(kept[partition])
        for table in ("records", "heads"):
            log.db.execute(f"DELETE FROM {table} WHERE topic = 'derived'")
        log.db.execute("DELETE FROM meta WHERE key LIKE 'notified:%'")
        log.write(DERIVED, kept)
    shutil.rmtree(home / "history")
    (home / "history").mkdir()
    return gone


def invented(level: str = "day-10", ruleset: str = KUNSHAN.label) -> Event[AlertRaised]:
    """Return an alert about an account that posts every day."""
    opener = derived_id("nobody's post")
    when = at("2021-06-17 09:00")
    data = AlertRaised(
        level=level, opener_id=opener, anchor_at=when, deadline=when, name="某市发布", ruleset=ruleset
    )
    return Event(derived_id("alert", ACCOUNT, str(opener), level), "xuncha", ACCOUNT, when, data)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_nothing_differs_after_a_run(tmp_path, seed):
    """Stalls, late facts, deletions, withdrawals and repeated records: each type exists, just as it must."""
    g.build(tmp_path / "home", g.generated_facts(seed), partitions=1 + seed)
    answer = asked(tmp_path / "home", "reconcile")
    assert (True, []) == (answer["settled"], answer["rows"])
    assert list(RECONCILED) == [row["type"] for row in answer["counts"]]
    assert all(row["expected"] == row["told"] > 0 for row in answer["counts"])


def test_nothing_differs_in_the_city(city):
    """As a table: counts by type, and that all is well."""
    answer = done(city, "reconcile")
    assert "nothing differs" in answer.out
    assert all(FACTS[type_] in answer.out for type_ in RECONCILED)


@pytest.mark.slow
def test_all_that_was_lost_is_told_again(generated):
    """Without one derived event the history is made whole: the same alerts under the same ids, and nothing else."""
    before, derived = told(generated), list(g.derived(generated))
    lost = lost_among(derived)  # told and withdrawn again: nobody misses them
    events = {str(e.id) for e in derived if e.type in RECONCILED and e.id not in lost}
    assert lose(generated, lambda _: True) > len(events)
    assert [] == told(generated)
    answer = asked(generated, "reconcile", "--repair")
    assert events == {d["event_id"] for d in answer["rows"]}
    assert {("missing", type_) for type_ in RECONCILED} == kinds(answer["rows"])
    assert len(events) == answer["written"]
    assert [] == differing(generated)
    assert [{**row, "delivered": []} for row in before] == told(generated)


@pytest.mark.slow
def test_some_that_were_lost_are_told_again(city):
    """Those that are left stay as they are; without --repair it is only said."""
    before = told(city)
    assert 0 < lose(city, lambda n: n % 2 == 0)
    found = differing(city)
    assert {"missing"} == {d["difference"] for d in found}
    assert any(e.type in RECONCILED for e in g.derived(city))
    assert found == asked(city, "reconcile", "--repair")["rows"]
    assert [] == differing(city)
    assert [row["alert_id"] for row in before] == [row["alert_id"] for row in told(city)]


@pytest.mark.slow
def test_a_lost_alert_is_delivered_once_it_is_told(city):
    """An alert that nobody heard of, because it never got into the log, reaches its owner after the repair."""
    (alert,) = [row for row in rows(city, "alerts") if row["type"] == "alert.raised"]
    lose(city, lambda _: True)
    with g.opened(city) as log, log.transaction():
        log.db.execute("DELETE FROM deliveries")
    (city / "alerts.jsonl").unlink()
    done(city, "reconcile", "--repair")
    done(city, "run", "--until-idle")
    assert c.NAMES[c.SILENT] in (city / "alerts.jsonl").read_text("utf-8")
    (again,) = [row for row in rows(city, "alerts") if row["type"] == "alert.raised"]
    assert (alert["alert_id"], ["console", "file"]) == (again["alert_id"], again["delivered"])


@pytest.mark.slow
def test_what_follows_from_nothing_is_withdrawn(city):
    """An alert, a score and a message of a source that no fact supports; a second reconciliation finds all well."""
    when = at("2021-06-17 00:00")
    score = ScoreProjected(ruleset=KUNSHAN.label, verdict="fail", reason="red-5", points=None)
    stall = SourceStalled(since=when, expected_posts=30.0, accounts=128)
    alert = invented()
    g.tell(
        city,
        alert,
        Event(derived_id("score"), "xuncha", ACCOUNT, when, score),
        Event(derived_id("stall"), "polls", "polls", when, stall),
    )
    found = differing(city)
    assert {("wrong", t) for t in ("alert.raised", "score.projected", "source.stalled")} == kinds(found)
    (wrong,) = [d for d in found if d["type"] == "alert.raised"]
    assert (str(alert.id), ACCOUNT, "day-10") == (wrong["event_id"], wrong["account_id"], wrong["level"])
    assert 3 == asked(city, "reconcile", "--repair")["written"]
    assert [] == differing(city)
    shown = {row["alert_id"]: row["withdrawn"] for row in rows(city, "alerts")}
    assert shown.pop(str(alert.id))
    assert shown.pop(str(derived_id("stall")))
    assert [False] * 4 == list(shown.values())
    corrections = [e.data for e in g.derived(city) if isinstance(e.data, AlertWithdrawn)]
    assert {alert.id: "day-10", derived_id("stall"): ""} == {d.corrects: d.level for d in corrections}


@pytest.mark.slow
def test_an_alert_that_says_something_else_is_told_anew(city):
    """The same id, raised where it must be skipped: it is withdrawn, and the next record of the id counts."""
    before = told(city)
    skipped = next(e for e in g.derived(city) if e.type == "alert.skipped")
    lose(city, lambda _: True)
    data = AlertRaised(**msgspec.structs.asdict(skipped.data))
    g.tell(city, Event(skipped.id, skipped.source, skipped.subject, skipped.time, data))
    found = differing(city)
    assert [str(skipped.id)] == [d["event_id"] for d in found if d["difference"] == "altered"]
    done(city, "reconcile", "--repair")
    assert [] == differing(city)
    assert [(r["alert_id"], r["type"]) for r in before] == [(r["alert_id"], r["type"]) for r in told(city)]


def test_what_must_exist_and_was_withdrawn_is_told_again(city):
    """A withdrawal without ground, by whatever mistake, is undone by a record of the id behind it."""
    before = told(city)
    alert = next(e for e in g.derived(city) if e.type == "alert.raised")
    withdrawal = AlertWithdrawn(corrects=alert.id, reason="误撤", level=alert.data.level)
    g.tell(
        city,
        Event(derived_id("alert.withdrawn", str(alert.id)), "xuncha", alert.subject, alert.time, withdrawal),
    )
    assert [("withdrawn", str(alert.id))] == [(d["difference"], d["event_id"]) for d in differing(city)]
    assert len(before) - 1 == len(told(city))
    done(city, "reconcile", "--repair")
    assert [] == differing(city)
    assert before == told(city)


@pytest.mark.slow
def test_an_alert_that_came_too_early_may_come_in_its_time(home, tmp_path):
    """It is withdrawn while nothing supports it; when the fold raises it, under the same id, it stands."""
    last = at("2021-06-03 12:00")
    registry = sheet(tmp_path / "accounts.csv", ("账号ID", "账号名称", "平台"), ("A", "甲", "抖音"))
    done(home, "accounts", "import", registry)
    first = polls(tmp_path / "first", [(last + timedelta(days=1), {"A": [last]})])
    done(home, "polls", "replay", first)
    done(home, "run", "--until-idle")
    (post,) = rows(
        home, "sql", "SELECT toString(id) AS id, subject FROM records WHERE type = 'post.published'"
    )
    early = derived_id("alert", post["subject"], post["id"], "day-10")
    g.tell(home, Event(early, "xuncha", post["subject"], last + timedelta(days=1), invented().data))
    assert [("wrong", str(early))] == [(d["difference"], d["event_id"]) for d in differing(home)]
    done(home, "reconcile", "--repair")
    assert [] == told(home)
    later = polls(tmp_path / "later", [(last + timedelta(days=11), {"A": [last]})])
    done(home, "polls", "replay", later)
    done(home, "run", "--until-idle")
    assert [str(early)] == [row["alert_id"] for row in told(home)]
    assert [] == differing(home)


@pytest.mark.slow
def test_what_came_after_the_moment_changes_nothing(city, tmp_path):
    """The alert is cleared after K: as known at K, and as known now, all is as it must be."""
    then = asked(city, "reconcile")
    feed = feed_file(tmp_path / "f.xml", at("2021-06-17 12:30"))
    done(city, "feed", "read", feed, "--account", c.SILENT, "--looked-at", "2021-06-17T13:00:00+08:00")
    done(city, "run", "--until-idle")
    again, now = asked(city, "reconcile", "--known-at", then["known_at"]), asked(city, "reconcile")
    expected = {row["type"]: row["expected"] for row in then["counts"]}
    assert expected == {row["type"]: row["expected"] for row in again["counts"]}
    assert 1 == sum(row["expected"] for row in now["counts"]) - sum(expected.values())
    assert (True, True) == (again["settled"], now["settled"])


@pytest.mark.slow
def test_an_alert_recorded_by_the_moment_may_follow_from_a_fact_after_it(registered, city, tmp_path):
    """Two brokers tell two times: it is no error if the facts that the history holds by now lead to it."""
    done(registered, "run", "--until-idle")
    g.tell(registered, *(e for e in g.derived(city) if e.subject == f"wechat:{c.SILENT}"))
    early = xuncha(registered, "reconcile", "--json")
    assert (1, {"wrong"}) == (early.status, {d["difference"] for d in early.json["rows"]})
    done(registered, "polls", "replay", c.recorded_polls(tmp_path))
    done(registered, "findings", "import", c.findings(tmp_path))
    done(registered, "run", "--until-idle")
    assert [] == differing(registered, "--known-at", early.json["known_at"])


def test_folds_that_are_behind_are_said(city, tmp_path):
    """What the facts lead to cannot be judged before the folds have taken them; a later moment than K is no matter."""
    then = asked(city, "reconcile")["known_at"]
    feed = feed_file(tmp_path / "f.xml", at("2021-06-17 12:30"))
    done(city, "feed", "read", feed, "--account", c.SILENT, "--looked-at", "2021-06-17T13:00:00+08:00")
    answer = xuncha(city, "reconcile", "--repair")
    assert (2, "") == (answer.status, answer.out)
    assert "folds have not got to" in answer.complaint
    assert "run `xuncha run --until-idle`" in answer.complaint
    assert [] == differing(city, "--known-at", then)


def test_a_moment_that_is_not_closed_is_refused(city):
    """Later records may still fall into it."""
    answer = xuncha(city, "reconcile", "--known-at", "2199-01-01T00:00:00+08:00")
    assert 2 == answer.status
    assert "not closed" in answer.complaint


def test_a_change_of_the_ruleset_makes_nothing_wrong(city):
    """What the old rules told is theirs; under the new ones the folds begin anew, and are behind until they ran."""
    (city / "xuncha.toml").write_text('ruleset = "national-2019-19"\n', "utf-8")
    assert "folds have not got to" in xuncha(city, "reconcile").complaint
    done(city, "run", "--until-idle")
    answer = asked(city, "reconcile")
    assert (True, "national-2019-19@1") == (answer["settled"], answer["ruleset"])
    g.tell(city, invented("limit", "national-2019-19@1"), invented("day-12", KUNSHAN.label))
    assert ["limit"] == [d["level"] for d in differing(city)]


@pytest.mark.slow
@pytest.mark.parametrize("partitions", [1, 6])
def test_a_log_that_was_moved_is_reconciled_with_its_first_life(tmp_path, partitions):
    """Facts and alerts of a log with four partitions stay in the history; the next log has all facts again."""
    facts = g.generated_facts(9)
    g.build(tmp_path / "first", facts, partitions=4)
    g.build(tmp_path / "next", facts[:1], partitions=partitions)
    shutil.rmtree(tmp_path / "next" / "history")
    copied(tmp_path / "first" / "history", tmp_path / "next" / "history")
    with g.opened(tmp_path / "next") as log:
        log.append(facts)
    done(tmp_path / "next", "run", "--until-idle")
    answer = asked(tmp_path / "next", "reconcile")
    assert [] == answer["rows"]
    assert {e.id for e in g.derived(tmp_path / "first") if e.type in RECONCILED} == {
        e.id for e in g.derived(tmp_path / "next") if e.type in RECONCILED
    }
    assert all(row["expected"] == row["told"] > 0 for row in answer["counts"])


@pytest.mark.slow
def test_the_home_of_a_running_owner_is_reconciled(city, tmp_path):
    """Facts that have just come are waited for; what the owner tells is found."""
    (city / "xuncha.toml").write_text("tick_minutes = 1440\n")
    with running(city):
        feed = feed_file(tmp_path / "f.xml", at("2021-06-17 12:30"))
        looked_at = at("2021-06-17 13:00").astimezone(SHANGHAI).isoformat()
        done(city, "feed", "read", feed, "--account", c.SILENT, "--looked-at", looked_at)
        answer = asked(city, "reconcile")
        assert [] == answer["rows"]
        assert {"type": "alert.cleared", "expected": 1, "told": 1} == {
            k: v for k, v in answer["counts"][2].items() if k in ("type", "expected", "told")
        }
        g.tell(city, invented())
        assert [("wrong", "alert.raised")] == [(d["difference"], d["type"]) for d in differing(city)]
        done(city, "reconcile", "--repair")
        assert [] == differing(city)
        deadline = time.monotonic() + 30
        while not any(row["withdrawn"] for row in rows(city, "alerts")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
