"""Rules of accounts and places, from the command to the frozen round that names each."""

import msgspec
import pytest

from connectors.history.rounds import find_runs, load_rows
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import frozen
from tests.pipeline.program import asked, done, rows, xuncha

MINHOU = "minhou-practice-2025@1"
BASIS = ("--basis", "某政办〔2021〕9号")
SINCE = ("--since", "2021-06-01", *BASIS)


@pytest.fixture
def city(home_model, made_homes, tmp_path):
    """Return a copy of the home of the small city, with its facts."""
    return made_homes.copy("city-without-findings", home_model, _build, tmp_path / "city")


def _build(home, folder):
    done(home, "accounts", "import", c.registry(folder))
    done(home, "polls", "replay", c.recorded_polls(folder))


@pytest.mark.slow
def test_a_round_judges_each_account_by_its_rules_and_names_them(city):
    """The manifest has the ruleset beside its own with hash and accounts; `verify` judges again by both."""
    before = asked(city, "score", "--check-point", c.CHECK_POINT)
    assert all("ruleset" not in row for row in before["rows"])
    assigned = asked(city, "rulesets", "assign", "minhou-practice-2025", "--account", c.SILENT, *SINCE)
    assert (MINHOU, 1) == (assigned["ruleset"], len(assigned["accounts"]))
    again = asked(city, "rulesets", "assign", "minhou-practice-2025", "--account", c.SILENT, *SINCE)
    assert [] == again["accounts"]
    frozen(city)
    assert "red-9-silent-10-days" == reason_of(city, c.SILENT)
    with open_workspace(Home(city)) as workspace:
        run = find_runs(workspace.client)[-1]
        (silent,) = [r for r in load_rows(workspace.client, run.run_id) if r.name == c.NAMES[c.SILENT]]
    (named,) = msgspec.json.decode(run.manifest)["ruled_by"]
    assert (MINHOU, MINHOU, 1) == (silent.ruleset, named["ruleset"], named["accounts"])
    done(city, "verify", run.run_id)


def reason_of(home, account):
    explained = asked(home, "explain", account, "--check-point", c.CHECK_POINT)
    return explained["reason"]


@pytest.mark.slow
def test_as_known_before_nobody_is_ruled_otherwise(city):
    """A ruling is known from its record on: a run with an earlier K has the digest that it had."""
    first = asked(city, "score", "--check-point", c.CHECK_POINT)
    done(city, "rulesets", "assign", "minhou-practice-2025", "--account", c.SILENT, *SINCE)
    again = asked(city, "score", "--check-point", c.CHECK_POINT, "--known-at", first["known_at"])
    now = asked(city, "score", "--check-point", c.CHECK_POINT)
    assert first["digest"] == again["digest"] != now["digest"]


@pytest.mark.slow
def test_accounts_that_come_to_a_place_are_ruled_as_the_place(city, tmp_path):
    """The unit's accounts now, one that is registered later, and none that leaves; single rulings stay."""
    laid = asked(city, "rulesets", "assign", "yangling-practice-2025", "--unit", c.OFFICE, *SINCE)
    assert 4 == len(laid["accounts"])
    done(city, "rulesets", "assign", "minhou-practice-2025", "--account", c.POSTING, *SINCE)
    more = sheet(
        tmp_path / "more.csv",
        c.HEADERS,
        ("B1", "某市文旅", "抖音", c.OFFICE, "2021-06-02", "", ""),
        (c.UNSEEN, c.NAMES[c.UNSEEN], "新浪微博", "某市体育局", "2020-01-01", "", ""),
    )
    done(city, "accounts", "import", more)
    ruled = {row["name"]: row["ruleset"] for row in rows(city, "rulesets", "assigned")}
    assert {
        c.NAMES[c.POSTING]: MINHOU,
        c.NAMES[c.SILENT]: "yangling-practice-2025@1",
        c.NAMES[c.SERVICE]: "yangling-practice-2025@1",
        "某市文旅": "yangling-practice-2025@1",
    } == ruled
    done(city, "rulesets", "unassign", "--unit", c.OFFICE, "--since", "2021-06-10", *BASIS)
    assert [c.NAMES[c.POSTING]] == [row["name"] for row in rows(city, "rulesets", "assigned")]


@pytest.mark.slow
def test_alerts_follow_the_rules_of_the_account_in_a_home(city):
    """The account that fell silent is past ten days and past fourteen: what is raised names its ruleset."""
    done(city, "rulesets", "assign", "minhou-practice-2025", "--account", c.SILENT, *SINCE)
    done(city, "run", "--until-idle")
    alerts = rows(city, "alerts")
    assert any(row["name"] == c.NAMES[c.SILENT] for row in alerts)
    done(city, "reconcile")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("minhou-practice-2025", *SINCE), "one of them"),
        (("minhou-practice-2025", "--area", "某县", "--unit", "某局", *SINCE), "one of them"),
        (("minhou-practice-2025", "--unit", "没有的单位", *SINCE), "没有的单位"),
        (("no-such-rules", "--unit", c.OFFICE, *SINCE), "no-such-rules"),
        (("minhou-practice-2025", "--unit", c.OFFICE, "--since", "2999-01-01", *BASIS), "2999-01-01"),
        (("minhou-practice-2025", "--unit", c.OFFICE, "--since", "2021-06-01", "--basis", " "), "--basis"),
    ],
)
def test_what_cannot_be_laid_down_is_refused(shared_city, words, says):
    """Nothing is written, and the message names the word."""
    refused = xuncha(shared_city, "rulesets", "assign", *words)
    assert 2 == refused.status
    assert says in refused.complaint
    assert [] == rows(shared_city, "rulesets", "assigned")


@pytest.mark.slow
def test_a_class_and_original_pieces_are_what_people_say(city):
    """A service account is not held to two weeks by rules for accounts that publish; a count of none fails a month."""
    done(city, "accounts", "class", "服务类", c.SILENT, *SINCE)
    words = ("--check-point", c.CHECK_POINT)
    verdicts = {
        row["name"]: row["verdict"]
        for row in asked(city, "score", *words, "--ruleset", "national-publishing-2023")["rows"]
    }
    assert "pass" == verdicts[c.NAMES[c.SILENT]]
    done(city, "accounts", "originals", c.POSTING, "--month", "2021-05", "--count", "0", "--at", "2021-06-01")
    found = {
        row["name"]: row["reason"]
        for row in asked(city, "score", *words, "--ruleset", "yangling-practice-2025")["rows"]
    }
    assert "red-10-no-original" == found[c.NAMES[c.POSTING]]
    refused = xuncha(city, "accounts", "originals", c.POSTING, "--month", "2021-13", "--count", "0")
    assert 2 == refused.status
    assert "2021-13" in refused.complaint


@pytest.mark.slow
def test_papers_are_recorded_listed_and_missed(city):
    """What is said of a paper stands in the list; a number of a paper that is lacking is refused."""
    done(city, "accounts", "paper", c.POSTING, "编制部门证书", "--number", "11320500014149520K")
    done(city, "accounts", "paper", c.SILENT, "视听许可", "--lacking")
    listed = {(row["name"], row["credential"], row["has"]) for row in rows(city, "accounts", "papers")}
    assert {
        (c.NAMES[c.POSTING], "establishment_certificate", "held"),
        (c.NAMES[c.SILENT], "audiovisual_licence", "lacking"),
    } == listed
    missed = xuncha(city, "registry", "check", "--only", "papers_missing", "--json").rows
    assert 1 == len(missed)
    refused = xuncha(city, "accounts", "paper", c.SILENT, "IPv6", "--lacking", "--number", "1")
    assert 2 == refused.status
