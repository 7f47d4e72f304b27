"""Emergencies: the story of one, two people at once, kills between steps, and what never passes here."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from events.codec import CODEC, Event
from events.ids import fact_id
from events.post import PostDeleted
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.home.workspace import open_workspace
from pipeline.office.emergencies import acts
from pipeline.office.emergencies.desk import find_emergency, list_emergencies
from pipeline.runtime.embedded.owner import run_until_idle
from projections.registry.emergencies import EmergencyState
from tests.pipeline import small_city as c
from tests.pipeline.claims.conftest import lone_office  # noqa: F401 (a fixture)
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

SECOND = Actor("section_head")
NAME = c.NAMES[c.POSTING]
HARMFUL = "red-3-harmful-content"
GRAVE = "red-1-wording"
SUSPECT = ("emergencies", "suspect", NAME, "--problem", "严重表述错误")


def told(home):
    """Return the messages about emergencies that went out: step and text."""
    lines = [json.loads(line) for line in (home / "alerts.jsonl").read_text("utf-8").splitlines()]
    return [(line["details"]["step"], line["text"]) for line in lines if line["kind"] == "emergency"]


@pytest.mark.slow
def test_the_story_of_an_emergency(city, tmp_path, capsys):
    """From the suspicion to the review: who is informed when, what is measured, and that no score knows of it."""
    before = rows(city, "status", "--check-point", c.CHECK_POINT)
    (tmp_path / "1.png").write_bytes(b"picture")
    home = Home(city)
    done(
        city,
        "people",
        "add",
        "--unit",
        c.OFFICE,
        "--role",
        "分管领导",
        "--name",
        "张三丰",
        "--phone",
        "13800000001",
    )
    with open_workspace(home) as workspace:
        asked_for = acts.Suspect(account=NAME, problem=GRAVE, note="标题写错", files=(tmp_path / "1.png",))
        case = acts.suspect(workspace, asked_for, OFFICE)
        assert EmergencyState.SUSPECTED is case.state
        with pytest.raises(UsageError, match="second person"):
            acts.confirm(workspace, acts.Confirm(NAME), OFFICE)
        with pytest.raises(ConflictError, match="is open for the same"):
            acts.suspect(workspace, asked_for, SECOND)
    run_until_idle(home)
    assert [] == told(city)
    with open_workspace(home) as workspace:
        acts.confirm(workspace, acts.Confirm(NAME), SECOND)
    run_until_idle(home)
    assert ["confirmed"] == [step for step, _ in told(city)]
    assert "13800000001" not in (city / "alerts.jsonl").read_text("utf-8")
    assert "分管领导 张三丰 13800000001" in capsys.readouterr().err
    with closing(open_people(home)) as store:
        assert "notifier" in {line.by for line in store.accesses()}
    with open_workspace(home) as workspace:
        acts.take_down(workspace, acts.TakeDown(NAME), OFFICE)
        with pytest.raises(NotFoundError, match="no look shows"):
            acts.verify(workspace, acts.Verify(NAME), OFFICE)
        acts.verify(workspace, acts.Verify(NAME, gone=False), OFFICE)
        acts.take_down(workspace, acts.TakeDown(NAME), OFFICE)
        acts.verify(workspace, acts.Verify(NAME, gone=True), OFFICE)
        acts.hand_over(workspace, acts.HandOver(NAME, "cyberspace", "1号"), OFFICE)
        with pytest.raises(ConflictError, match="公安"):
            acts.close(workspace, acts.Close(NAME, "已完善审核"), OFFICE)
        acts.hand_over(workspace, acts.HandOver(NAME, "police"), OFFICE)
        case = acts.close(workspace, acts.Close(NAME, "已完善审核"), OFFICE)
        assert EmergencyState.CLOSED is case.state
        assert {"confirmed", "taken_down", "verified", "handed_over_police", "ended"} <= case.minutes.keys()
        assert ["已完善审核"] == [s.told for s in case.steps if s.type == "emergency.closed"]
        assert [] == list_emergencies(workspace, ended=False)
    run_until_idle(home)
    assert ["confirmed", "still_there", "verified"] == [step for step, _ in told(city)]
    with closing(home.open_log()) as log:
        values = [r.value for p in range(log.partitions) for r in log.read("facts", p, 0, 1 << 30)]
    facts_of_it = [e for e in map(CODEC.decode, values) if e.type.startswith("emergency.")]
    assert Counter({"office": 8, "section_head": 1}) == Counter(e.origin.actor for e in facts_of_it)
    assert not any("标题写错".encode() in v or "已完善审核".encode() in v for v in values)
    assert before == rows(city, "status", "--check-point", c.CHECK_POINT)
    assert 0 == xuncha(city, "reconcile").status
    (found,) = [row for row in rows(city, "doctor") if row["name"] == "emergencies"]
    assert "ok" == found["state"]


@pytest.mark.slow
def test_commands_of_an_emergency(city, tmp_path):
    """A list with what each step took, a case step by step, and words for people."""
    suspected = done(city, *SUSPECT)
    assert "不是问题认定" in suspected.out
    assert "待第二人核实" in done(city, "emergencies", "list").out
    (row,) = rows(city, "emergencies", "list", "--state", "待第二人核实")
    done(city, "emergencies", "list", "--xlsx", tmp_path / "list.xlsx")
    short = row["emergency_id"][:8]
    assert 2 == xuncha(city, "emergencies", "confirm", short).status
    done(city, "emergencies", "confirm", short, "--second", "section_head")
    assert 1 == xuncha(city, "emergencies", "confirm", short, "--second", "section_head").status
    shown = asked(city, "emergencies", "show", NAME)
    assert ["emergency.suspected", "emergency.confirmed"] == [step["type"] for step in shown["rows"]]
    assert ["office", "section_head"] == [step["by"] for step in shown["rows"]]
    assert [f"{NAME}（{c.OFFICE}）"] == [one["about"] for one in asked(city, "today")["urgent"]]
    assert "应急处置" in done(city, "today").out
    done(city, "emergencies", "dismiss", NAME, "--reason", "转载旧闻")
    assert [] == asked(city, "today")["urgent"]
    done(city, "run", "--until-idle")
    assert ["confirmed", "dismissed"] == [step for step, _ in told(city)]
    assert "it was dismissed" in xuncha(city, "emergencies", "close", NAME, "--review", "x").err


@pytest.mark.slow
@pytest.mark.parametrize("problem", ["red-2-secrets", "泄露国家秘密", "separate-case", "泄密"])
def test_state_secrets_never_pass_here(shared_city, problem):
    """Definitions 4: nothing of them is written, not even that somebody suspected it."""
    with (
        open_workspace(Home(shared_city)) as workspace,
        pytest.raises(UsageError, match="state secrets are no emergency"),
    ):
        acts.suspect(workspace, acts.Suspect(account=NAME, problem=problem, note="x"), OFFICE)


def test_only_what_rulesets_call_urgent_is_an_emergency(shared_city):
    """Red lines 1, 3 and 4, and a hijacked account; anything else is a finding, and the text says how."""
    with open_workspace(Home(shared_city)) as workspace:
        with pytest.raises(UsageError, match="xuncha findings import") as refused:
            acts.suspect(workspace, acts.Suspect(account=NAME, problem="red-5-silent"), OFFICE)
        for code in (GRAVE, HARMFUL, "red-4-public-opinion", "hijacked"):
            assert code in str(refused.value)
        with pytest.raises(UsageError, match="not copied"):
            acts.suspect(workspace, acts.Suspect(account=NAME, problem=HARMFUL, link="http://x.cn"), OFFICE)


@pytest.mark.slow
def test_a_look_verifies_that_the_post_is_gone(city):
    """Where the suspicion names its post, its deletion says so, and the verification names that fact."""
    home = Home(city)
    (post,) = rows(
        city, "sql", "SELECT toString(id) AS id FROM records WHERE type = 'post.published' LIMIT 1"
    )
    with open_workspace(home) as workspace:
        account = next(r["subject"] for r in _posts(workspace, post["id"]))
        asked_for = acts.Suspect(account=account, problem="hijacked", post=post["id"])
        case = acts.suspect(workspace, asked_for, OFFICE)
        acts.confirm(workspace, acts.Confirm(str(case.id)), SECOND)
        acts.take_down(workspace, acts.TakeDown(str(case.id)), OFFICE)
        assert [] == acts.verify_by_looks(workspace, OFFICE)
        workspace.log.append([_deletion(case)])
        workspace.catch_up()
        (verified,) = acts.verify_by_looks(workspace, OFFICE)  # `emergencies verify` without an account
        assert EmergencyState.VERIFIED is verified.state
        assert _deletion(case).id == verified.seen_by
        assert [] == acts.verify_by_looks(workspace, OFFICE)


def test_no_score_and_no_bulletin_reads_an_emergency():
    """Definitions 4: in public editions nothing of it appears, for nothing that makes them knows of it."""
    root = Path(__file__).parents[3]
    rooms = ("pipeline/office/bulletin", "pipeline/office/rounds", "pipeline/scores", "projections/bulletin")
    rooms = (
        *rooms,
        "projections/rules",
        "projections/rounds",
        "connectors/publish",
        "events/bulletin_content.py",
    )
    paths = [p for room in rooms for p in (root / room).rglob("*.py") or [root / room]]
    assert paths
    readers = [p.name for p in paths if "emergenc" in p.read_text("utf-8").lower()]
    assert ["rulesets.py"] == readers  # where a rule says that its suspicions cannot wait


def _posts(workspace, post):
    found = "SELECT subject FROM records WHERE id = {id:UUID}"
    return workspace.client.query(found, parameters={"id": post}).named_results()


def _deletion(case):
    event_id = fact_id("polls", case.account_id, f"deleted:{case.post_id}")
    return Event(event_id, "polls", case.account_id, case.steps[-1].at, PostDeleted(post_id=case.post_id))


@pytest.mark.slow
def test_steps_that_are_killed_go_on(city):
    """Between any two durable steps: the same command ends it, nothing is done twice, nothing waits."""
    killed_at(city, ("claim.after_claim", "emergency.before_fact"), *SUSPECT)
    done(city, *SUSPECT)
    confirm = ("emergencies", "confirm", NAME, "--second", "section_head")
    killed_at(city, ("claim.before_claim", "claim.before_act", "emergency.after_fact"), *confirm)
    assert 1 == xuncha(city, *confirm).status  # it was done
    assert (1, 1) == (len(facts(city, "emergency.suspected")), len(facts(city, "emergency.confirmed")))
    waiting = asked(city, "claims", "list", "--waiting")
    assert ([], []) == (waiting["rows"], waiting["void_acts"])
    killed_at(city, ("notify.before_send", "notify.after_send"), "run", "--until-idle")
    done(city, "run", "--until-idle")
    assert ["confirmed"] == [step for step, _ in told(city)]


@pytest.mark.slow
def test_two_people_decide_at_once(lone_office):  # noqa: F811 (the fixture)
    """One confirms, the other dismisses: one does it and the other hears who, or what was confirmed is dismissed."""
    home = lone_office.home
    done(home, *SUSPECT)
    confirmed, dismissed = lone_office.race(
        ("emergencies", "confirm", NAME, "--second", "section_head"),
        ("emergencies", "dismiss", NAME, "--reason", "转载旧闻"),
    )
    lone_office.assert_nothing_is_left()
    with open_workspace(Home(home)) as workspace:
        state = find_emergency(workspace, NAME).state
    assert (EmergencyState.CONFIRMED if dismissed.status else EmergencyState.DISMISSED) is state
    done(home, "run", "--until-idle")
    steps = [] if confirmed.status else ["confirmed"] if dismissed.status else ["confirmed", "dismissed"]
    assert steps == [step for step, _ in told(home)]
