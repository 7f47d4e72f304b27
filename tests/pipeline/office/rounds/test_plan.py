"""Announcing and drawing: a plan does not change, and a sample can be drawn again at any time."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from events.codec import Event
from events.focus import FocusEntered
from events.ids import fact_id
from events.round import SampleDrawn
from events.round_ids import sample_drawn
from pipeline.office.rounds.state import load_round, round_event
from projections.rounds.state import subject_of
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import NAME, announced, drawn
from tests.pipeline.program import asked, done, opened, rows, xuncha

PLAN = """
name = "city-2021Q2"
check_point = 2021-06-17T12:00:00+08:00
ruleset = "national-2019-19"
kind = "red_lines"
title = "第二季度检查"
basis = ["国办秘函〔2019〕19号"]

[sample]
share = 0.5
strata = ["platform"]
seed = 7
include = ["QTI="]
"""


def facts(home, type_):
    return rows(home, "sql", f"SELECT id FROM records WHERE type = '{type_}'")


def test_announcing_the_same_again_changes_nothing(city):
    """The second time the round is shown, and no fact is written."""
    first = announced(city, "--share", 0.5, "--by", "platform", "--seed", 3)
    assert first == announced(city, "--share", 0.5, "--by", "platform", "--seed", 3)
    assert 1 == len(facts(city, "round.announced"))
    assert ("announced", "2021Q2", "jiangsu-kunshan-2019-162@1") == (
        first["stage"],
        first["quarter"],
        first["ruleset"],
    )


def test_another_plan_under_the_same_name_is_refused(city):
    """What differs is named; the first plan stands."""
    announced(city, "--share", 0.5)
    answer = xuncha(city, "round", "announce", NAME, "--check-point", c.CHECK_POINT, "--share", 0.6)
    assert 1 == answer.status
    assert "announced already with another sample" in answer.complaint


def test_a_plan_from_a_file_is_the_plan_of_the_command_line(city, tmp_path):
    """Offices keep their plans; accounts are named there as their sheets write them."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, "utf-8")
    by_file = asked(city, "round", "announce", "--plan", path)
    by_words = announced(
        city, "--ruleset", "national-2019-19", "--kind", "red_lines", "--title", "第二季度检查",
        "--basis", "国办秘函〔2019〕19号", "--share", 0.5, "--by", "platform", "--seed", 7, "--include", "QTI=",
    )  # fmt: skip
    assert by_file == by_words


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (PLAN + "colour = 3", "colour"),
        (PLAN.replace("0.5", "1.5"), "share"),
        (PLAN.replace("share = 0.5", ""), "neither a number nor a share"),
        (PLAN.replace("QTI=", "nobody"), "no account with name or id 'nobody'"),
        (PLAN.replace("city-2021Q2", "a b"), "is no name of a round"),
        (PLAN.replace("national-2019-19", "mine"), "no ruleset 'mine'"),
    ],
)
def test_a_plan_with_a_mistake_is_refused_with_the_field(shared_city, tmp_path, broken, message):
    """Nothing is announced that could not be drawn as it stands."""
    path = tmp_path / "plan.toml"
    path.write_text(broken, "utf-8")
    answer = xuncha(shared_city, "round", "announce", "--plan", path)
    assert 2 == answer.status
    assert message in answer.complaint


def test_drawing_again_gives_the_same_sample(city):
    """The first draw is the draw, whatever was learnt since; its hash is in the log."""
    announced(city, "--share", 0.5, "--by", "platform", "--include", c.SILENT)
    first = asked(city, "round", "draw", NAME)
    path = sheet(city / "more.csv", ("账号ID", "账号名称", "平台"), ("NEW", "某市新号", "抖音"))
    done(city, "accounts", "import", path)
    again = asked(city, "round", "draw", NAME)
    assert first == again
    assert f"wechat:{c.SILENT}" in first["accounts"]
    assert (5, 3) == (first["population"], len(first["accounts"]))
    assert 1 == len(facts(city, "sample.drawn"))


@pytest.mark.slow
def test_the_focus_list_is_always_in_the_sample(city):
    """Domain section 7, Suzhou: accounts on the focus list are part of the next sample."""
    subject, at = "weibo:A3", datetime(2021, 6, 1, tzinfo=UTC)
    cause = fact_id("office", subject, "flag")
    entered = FocusEntered(cause="flag", cause_id=cause, reason="监测机构风险提示")
    with opened(city) as workspace:
        workspace.log.append([Event(fact_id("office", subject, "entered"), "office", subject, at, entered)])
    sample = drawn(city, "--share", 0)
    assert [subject] == sample["accounts"]
    assert 1 == sample["focus"]


def test_a_sample_that_the_facts_do_not_give_is_refused(city):
    """Whoever works with a sample draws it again and holds it against the log."""
    announced(city)
    with opened(city) as workspace:
        forged = SampleDrawn(
            known_at=datetime.now(UTC) - timedelta(seconds=5),
            population=5,
            population_sha256="0" * 64,
            sample=5,
            sample_sha256="0" * 64,
        )
        event_id = sample_drawn(subject_of(NAME))
        workspace.log.append([round_event(NAME, event_id, datetime.now(UTC), forged)])
    for command in ("draw", "freeze"):
        answer = xuncha(city, "round", command, NAME)
        assert 2 == answer.status
        assert "recorded are 5 with 000000000000" in answer.complaint


@pytest.mark.slow
def test_the_seed_comes_from_the_log_and_one_chosen_by_hand_is_said(city):
    """Nobody knew it when the round was planned; whoever has the log reckons it again, and a forged one differs."""
    of_log = drawn(city, "--share", 0.5)
    announced(city, "--share", 0.5, "--seed", 3, name="by-hand")
    by_hand = asked(city, "round", "draw", "by-hand")
    assert (64, None) == (len(of_log["seed"]), of_log["seed_by_hand"])
    assert ("3", 3) == (by_hand["seed"], by_hand["seed_by_hand"])
    runs = [asked(city, "round", "freeze", name, "--although", "试点") for name in (NAME, "by-hand")]
    assert [None, 3] == [run["seed_by_hand"] for run in runs]
    for run, said in zip(runs, (False, True), strict=True):
        told = done(city, "verify", run["run_id"]).out
        assert said is ("抽样种子 3 由人工指定" in told)
    for command in ("draw", "freeze", "show"):
        assert "抽样种子 3 由人工指定" in done(city, "round", command, "by-hand").out
    announced(city, "--share", 0.5, name="forged")
    with opened(city) as workspace:
        state = load_round(workspace, NAME)
        forged = replace(state.drawn, seed="0" * 64, claims=())
        event_id = sample_drawn(subject_of("forged"))
        workspace.log.append([round_event("forged", event_id, datetime.now(UTC), forged)])
    answer = xuncha(city, "round", "draw", "forged")
    assert (2, True) == (answer.status, "recorded is 000000000000" in answer.complaint)


@pytest.mark.slow
def test_a_round_of_an_area_is_about_its_accounts(city):
    """--area narrows the population; an area without accounts is refused with those that there are."""
    path = sheet(
        city / "areas.csv",
        ("账号ID", "账号名称", "平台", "地区"),
        (c.SILENT, c.NAMES[c.SILENT], "微信订阅号", "某区"),
    )
    done(city, "accounts", "import", path)
    now = datetime.now(UTC).isoformat()
    words = ("--check-point", now, "--area")
    asked(city, "round", "announce", "district", *words, "某区")
    assert [f"wechat:{c.SILENT}"] == asked(city, "round", "draw", "district")["accounts"]
    answer = xuncha(city, "round", "announce", "elsewhere", *words, "他区")
    assert (
        "no account of the population has the area '他区'; the nearest: 某区; there are: 某区"
        in answer.complaint
    )


def test_a_plan_that_could_not_be_drawn_does_not_use_up_its_name(city):
    """A slip is told when the round is announced, and the name is free for the right plan."""
    for words, message in (
        (("--share", 0.5, "--all-of-tier", "市极"), "no account has the tier 市极"),
        (("--sample", 6), "a sample of 6 was asked for, but the population has 5 accounts"),
        (("--area", "某曲"), "no account of the population has the area '某曲'"),
    ):
        answer = xuncha(city, "round", "announce", NAME, "--check-point", c.CHECK_POINT, *words)
        assert (2, True) == (answer.status, message in answer.complaint)
    assert [] == facts(city, "round.announced")
    assert 5 == drawn(city)["sample"]


@pytest.mark.slow
def test_a_round_can_be_announced_before_its_accounts_are_known(home, tmp_path):
    """With an empty registry there is nothing to hold the plan against; the draw does."""
    announced(home, "--sample", 1)
    assert 2 == xuncha(home, "round", "draw", NAME).status
    done(
        home,
        "accounts",
        "import",
        sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台"), ("A", "甲", "抖音")),
    )
    assert 1 == asked(home, "round", "draw", NAME)["sample"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("freeze", NAME), "is announced and cannot be frozen; draw its sample first: xuncha round draw"),
        (("sheets", NAME), "is announced and cannot be handed out; draw its sample first"),
        (("revise", NAME), "is announced and cannot be revised; draw its sample first"),
        (("close", NAME), "is announced and cannot be closed; draw its sample first"),
        (("draw", "nothing"), "no round 'nothing'; `xuncha round list` shows them"),
    ],
)
def test_a_step_out_of_order_is_refused_with_what_to_do(announced_city, words, message):
    """Each stage names the next step."""
    answer = xuncha(announced_city, "round", *words)
    assert 2 == answer.status
    assert message in answer.complaint


def test_rounds_are_listed_and_shown(drawn_city):
    """`round list` shows stages, `runs` the runs."""
    (row,) = rows(drawn_city, "round", "list")
    assert (NAME, "drawn", 5, 5) == (row["round"], row["stage"], row["population"], row["sample"])
    assert "已抽样" in done(drawn_city, "round", "show", NAME).out
