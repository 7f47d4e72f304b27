"""What a freeze waits for: sheets, objections, accounts that nobody could judge, units that were not told in time."""

from datetime import UTC, datetime

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import FREEZE, NAME, drawn, sheet_of
from tests.pipeline.office.rounds.test_freeze import finding_of
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

SERVE = ("round", "serve", NAME, "--at", "2021-06-18T09:00:00+08:00", "--how", "书面告知")
PLAIN = ("round", "freeze", NAME)


@pytest.fixture
def small(city_model, made_homes, tmp_path):
    """A drawn round of a silent account and one that posts."""

    def draw(home, _):
        drawn(home, "--share", 0, "--include", c.SILENT, "--include", c.POSTING)

    return made_homes.copy("round-of-two", city_model / "home", draw, tmp_path / "small")


def test_a_freeze_names_all_that_it_waits_for(drawn_city):
    """A sheet that is out, an objection, unknown accounts, and a failing row of which nobody was told, each by name."""
    finding = finding_of(drawn_city, c.POSTING)
    words = ("--account", c.POSTING, "--finding", finding, "--reason", "转载有出处")
    done(drawn_city, "round", "object", NAME, *words)
    answer = xuncha(drawn_city, *PLAIN)
    assert 2 == answer.status
    for told in (
        "check sheets are out",
        f"{NAME}/C1/",
        "objections are open",
        "accounts are unknown",
        c.NAMES[c.UNSEEN],
        "units were not told of failing rows",
    ):
        assert told in answer.complaint
    assert c.NAMES[c.SILENT] in answer.complaint
    assert [] == facts(drawn_city, "round.frozen")
    assert [] == asked(drawn_city, "claims", "list", "--waiting")["rows"]


def test_the_round_and_its_run_say_what_a_freeze_went_on_without(drawn_city):
    """--although freezes all the same; `round show`, the run and the manifest say so, and the run verifies."""
    run = asked(drawn_city, *FREEZE)
    guards = ["sheet_out", "account_unknown", "not_served"]
    assert guards == run["although"]
    shown = asked(drawn_city, "round", "show", NAME)
    assert (guards, "试点") == (shown["unmet"], shown["although"])
    assert "check sheets are out" in (told := done(drawn_city, "round", "show", NAME).out)
    assert "试点" in told
    assert guards == rows(drawn_city, "rounds")[0]["although"]
    assert asked(drawn_city, "verify", run["run_id"])["holds"]


@pytest.mark.slow
def test_a_round_whose_units_were_told_and_whose_rows_are_judged_is_frozen(small):
    """Told on a Friday before a weekend, the unit may answer for three working days; they are past."""
    told = asked(small, *SERVE)
    assert [c.NAMES[c.SILENT]] == [row["name"] for row in told["rows"]]
    assert "2021-06-24T00:00:00+08:00" == told["answer_until"]
    run = asked(small, *PLAIN)
    assert [] == run["although"]
    assert ("", []) == tuple(asked(small, "round", "show", NAME)[k] for k in ("although", "unmet"))


@pytest.mark.slow
def test_units_are_told_once_and_may_answer_first(small):
    """Told just now, the window is open: the freeze waits, and names its end. Told again nothing is added."""
    now = datetime.now(UTC).isoformat()
    assert "答复期至" in done(small, "round", "serve", NAME, "--at", now).out
    assert (1, []) == tuple(asked(small, *SERVE)[k] for k in ("told_before", "rows"))
    assert 1 == len(facts(small, "finding.served"))
    answer = xuncha(small, *PLAIN)
    assert (2, True) == (answer.status, "units may still answer" in answer.complaint)
    assert "units were not told of failing rows" not in answer.complaint
    assert ["answer_open"] == asked(small, *FREEZE)["although"]


@pytest.mark.slow
def test_a_finding_that_came_after_the_notice_has_to_be_told(small, tmp_path):
    """What the unit was not told of does not count as told, though it was told something."""
    done(small, *SERVE)
    found = tmp_path / "findings.csv"
    found.write_text(
        f"账号ID,账号名称,问题,发现时间,次数\n{c.SILENT},{c.NAMES[c.SILENT]},严重表述错误,2021-06-16 10:00,1\n",
        "utf-8",
    )
    done(small, "findings", "import", found)
    answer = xuncha(small, *PLAIN)
    assert (2, True) == (answer.status, "units were not told of failing rows" in answer.complaint)
    assert [c.NAMES[c.SILENT]] == [row["name"] for row in asked(small, *SERVE)["rows"]]
    asked(small, *PLAIN)


@pytest.mark.slow
def test_days_to_answer_are_a_setting(small):
    """`answer_working_days` of xuncha.toml, or --days; nobody is told in the future, nor of nothing."""
    settings = small / "xuncha.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("answer_working_days = 3", "answer_working_days = 5")
    )
    for words, says in (
        (("--at", "2100-01-01T00:00:00+08:00"), "is still to come"),
        (("--account", c.POSTING + "x"), "no account"),
        (("--account", c.UNSEEN), "holds nothing against it"),
    ):
        answer = xuncha(small, "round", "serve", NAME, *words)
        assert (2, True) == (answer.status, says in answer.complaint)
    assert "2021-06-26T00:00:00+08:00" == asked(small, *SERVE)["answer_until"]


@pytest.mark.slow
def test_an_unknown_account_may_stay_so_with_a_reason(drawn_city, checked):
    """Overridden at the freeze it is no obstacle, and the fact says why."""
    done(drawn_city, "round", "read", NAME, checked, "--checker", "C1")
    done(drawn_city, *SERVE)
    unknown = [
        r["account_id"]
        for r in asked(drawn_city, "score", "--check-point", c.CHECK_POINT)["rows"]
        if r["verdict"] == "unknown"
    ]
    answer = xuncha(drawn_city, *PLAIN, "--override", f"{unknown[0]}=")
    assert (2, True) == (answer.status, "has no reason" in answer.complaint)
    words = [word for account in unknown for word in ("--override", f"{account}=平台故障")]
    assert [] == asked(drawn_city, *PLAIN, *words)["although"]


@pytest.mark.slow
def test_another_deal_takes_the_place_of_sheets_that_are_out(drawn_city, tmp_path):
    """Sheets dealt anew among other checkers: those of the deal before are waited for no more."""
    done(
        drawn_city,
        "round",
        "read",
        NAME,
        sheet_of(drawn_city, tmp_path / "two", "C7,C8", "C7"),
        "--checker",
        "C7",
    )
    answer = xuncha(drawn_city, *PLAIN)
    assert f"{NAME}/C8/" in answer.complaint
    assert f"{NAME}/C1/" not in answer.complaint


@pytest.mark.slow
def test_serving_that_is_killed_goes_on(small):
    """Before and behind its facts: the same again tells who was not told, and nobody twice."""
    killed_at(small, ("serve.before_facts", "serve.after_facts"), *SERVE)
    assert 1 == asked(small, *SERVE)["told_before"]
    assert 1 == len(facts(small, "finding.served"))
