"""Accounts and applications entered by mistake: what is taken back, what is left, and what is refused."""

import pytest

from pipeline.home.actor import OFFICE
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.withdrawals import FilingsRestOnError, WithdrawAccount, withdraw_account
from tests.pipeline.filing_desk import APPLY, LATER
from tests.pipeline.inputs import sheet
from tests.pipeline.kept_engine import kept_engine
from tests.pipeline.program import asked, done, rows, xuncha

COLUMNS = ("账号ID", "账号名称", "平台", "主办单位", "开设时间")
A = ("a1", "甲发布", "抖音", "甲局", "2022-01-01")
B = ("b2", "乙发布", "抖音", "乙局", "2022-01-01")
REASON = ("--reason", "与另一账号重复登记")
CHECK_POINT = "2023-03-31T23:59:59+08:00"


@pytest.fixture
def listed(tmp_path):
    return sheet(tmp_path / "accounts.csv", COLUMNS, A, B)


@pytest.fixture
def town(home_model, made_homes, tmp_path):
    return made_homes.copy("withdrawals", home_model, _build, tmp_path / "town")


def _build(home, folder):
    done(home, "accounts", "import", sheet(folder / "accounts.csv", COLUMNS, A, B))
    done(home, "accounts", "import", sheet(folder / "renamed.csv", COLUMNS, ("a1", "甲发布厅", *A[2:])))
    look = sheet(
        folder / "looks.csv",
        ("账号ID", "检查时间", "最新发布时间"),
        ("a1", "2023-03-30 09:00", "2023-03-29 10:00"),
    )
    done(home, "looks", "import", look)


def names(home):
    return sorted(row["name"] for row in rows(home, "accounts", "list"))


def scored(home, *words):
    run = asked(home, "score", "--check-point", CHECK_POINT, *words)
    return run["checked"], run["digest"], run["known_at"]


@pytest.mark.slow
def test_a_withdrawn_account_never_was_for_whoever_knows_it(town):
    """It leaves registry and population at every check point; asked at the earlier moment, the digest is the same."""
    checked, digest, known_at = scored(town)
    told = asked(town, "accounts", "withdraw", "a1", *REASON)
    assert (told["account_id"], told["name"]) == ("douyin:a1", "甲发布厅")
    assert len(told["withdrawn"]) == len(told["event_ids"]) == 2
    assert (told["looks"], told["posts"], told["findings"]) == (1, 1, [])
    assert names(town) == ["乙发布"]
    assert [b["name"] for b in rows(town, "sql", "SELECT name FROM accounts")] == ["乙发布"]
    assert (checked, scored(town)[0]) == (2, 1)
    assert scored(town, "--known-at", known_at)[:2] == (checked, digest)
    assert 2 == xuncha(town, "accounts", "withdraw", "a1", *REASON).status
    assert 2 == len(rows(town, "sql", "SELECT id FROM records WHERE type = 'fact.withdrawn'"))


@pytest.mark.slow
def test_an_account_that_is_listed_again_is_one_again(town, listed):
    """Filed again, its facts are new ones, and a third time they are known."""
    done(town, "accounts", "withdraw", "a1", *REASON)
    taken = asked(town, "accounts", "import", listed)
    assert (taken["events"], taken["known"]) == (1, 1)
    assert names(town) == ["乙发布", "甲发布"]
    assert asked(town, "accounts", "import", listed)["events"] == 0
    done(town, "accounts", "withdraw", "a1", *REASON)
    assert names(town) == ["乙发布"]


def test_an_account_that_was_filed_is_not_withdrawn(town, tmp_path):
    """Filings rest on it: the message names them, and nothing is written."""
    filing = sheet(
        tmp_path / "filings.csv",
        ("账号ID", "账号名称", "平台", "主办单位", "备案类别", "生效日期"),
        ("b2", "乙发布", "抖音", "乙局", "关停", "2023-03-01"),
    )
    done(town, "filings", "import", filing)
    (case,) = rows(town, "filings", "list")
    refused = xuncha(town, "accounts", "withdraw", "b2", *REASON)
    assert (refused.status, case["id"] in refused.complaint) == (2, True)
    with (
        kept_engine(),
        open_workspace(Home(town)) as workspace,
        pytest.raises(FilingsRestOnError) as raised,
    ):
        withdraw_account(workspace, WithdrawAccount("b2", "重复"), OFFICE)
    assert [str(i) for i in raised.value.cases] == [case["id"]]
    assert [] == rows(town, "sql", "SELECT id FROM records WHERE type = 'fact.withdrawn'")


@pytest.mark.parametrize(
    ("reason", "says"), [(" ", "--reason is empty"), ("请联系13900001111", "--reason holds a number")]
)
def test_a_reason_that_says_nothing_or_tells_of_people_is_refused(town, reason, says):
    """The log forgets nothing; the option is named, and nothing is written."""
    refused = xuncha(town, "accounts", "withdraw", "a1", "--reason", reason)
    assert (refused.status, says in refused.complaint) == (2, True)
    assert names(town) == ["乙发布", "甲发布厅"]


@pytest.mark.slow
def test_findings_of_a_withdrawn_account_are_named(town, tmp_path):
    """They stay on record and count in no score, for there is no account that they count for."""
    found = sheet(
        tmp_path / "findings.csv", ("账号ID", "问题", "发现时间"), ("a1", "red-1-wording", "2023-03-20 10:00")
    )
    done(town, "findings", "import", found)
    (finding,) = rows(town, "findings", "list")
    said = done(town, "accounts", "withdraw", "a1", *REASON).out
    assert "已撤回登记 withdrawn: 2 项事实 facts" in said
    assert f"问题 finding: {finding['finding_id']}" in said
    assert asked(town, "score", "--check-point", CHECK_POINT)["failed"] == 0


@pytest.mark.slow
def test_an_application_is_withdrawn_until_its_case_goes_on(home):
    """Entered by mistake it never was, and can be entered again; once somebody gave an opinion it stays."""
    apply = (*APPLY, "--purpose", "发布交通信息", "--at", "2023-01-10")
    for _ in range(2):
        (case,) = asked(home, *apply)["cases"]
        done(home, "filings", "withdraw", case, "--reason", "账号写错")
        assert [] == rows(home, "filings", "list", *LATER)
    (case,) = asked(home, *apply)["cases"]
    done(home, "filings", "opinion", case, "--by", "owner", "--approve", "--at", "2023-01-11")
    refused = xuncha(home, "filings", "withdraw", case, "--reason", "账号写错")
    assert (refused.status, "went on" in refused.complaint) == (2, True)
    assert [case[:8]] == [row["case"] for row in rows(home, "filings", "list", *LATER)]
