"""The filing desk by command: from application to forwarding, by options and sheets."""

import pytest

from tests.pipeline.filing_desk import APPLY, LATER, OWNER, case, opened
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha


def test_an_opening_goes_from_application_to_forwarding(home):
    """Each command moves the case on; the account stands in the registry with what was applied for."""
    filing = opened(home)
    found = case(home)
    assert ("filed", "on_time", "2023-01-29", []) == (
        found["state"],
        found["owner_deadline"]["state"],
        found["owner_deadline"]["due"],
        found["problems"],
    )
    done(home, "filings", "forward", filing[:8], "--at", "2023-01-30", "--receipt", "苏7")
    found = case(home)
    assert ("forwarded", "on_time") == (found["state"], found["office_deadline"]["state"])
    assert [] == rows(home, "filings", "late", *LATER)
    (account,) = rows(home, "accounts", "list")
    assert ("某市出行", OWNER, "2023-01-20T23:59:59+08:00") == (
        account["name"],
        account["owner"],
        account["opened_at"],
    )
    shown = asked(home, "accounts", "responsible", account["subject"], "--on", "2023-02-01")
    assert "一科" == shown["section"]


def test_late_filings_are_named(home):
    """162号 二(二): a day after the owner's two working days, and never forwarded by the office."""
    opened(home, filed="2023-01-30")
    (late,) = rows(home, "filings", "late", *LATER)
    assert ("late", "overdue") == (late["owner_deadline"]["state"], late["office_deadline"]["state"])
    told = done(home, "filings", "late", *LATER).out
    assert "逾期（2023-01-29）" in told
    assert "已逾期未办（2023-01-31）" in told


def test_an_opening_by_a_sheet_is_a_case_without_application(home, tmp_path):
    """`filings import` makes the filing, too; the year without a calendar is said."""
    headers = ("账号ID", "账号名称", "平台", "备案类别", "生效时间", "备案时间")
    path = sheet(
        tmp_path / "f.csv",
        headers,
        ("A1", "某市发布", "抖音", "开设", "2023-01-20", "2023-01-30"),
        ("A2", "某市政务", "抖音", "开设", "2023-01-20", "2023-01-29"),
    )
    told = {"rows": 2, "events": 4, "known": 0, "conflicts": 0, "late": 1, "notes": []}
    assert told == asked(home, "filings", "import", path)
    found = {c["account_id"]: c for c in rows(home, "filings", "late", *LATER)}
    assert {"douyin:A1", "douyin:A2"} == found.keys()
    assert {("no_application",)} == {tuple(c["problems"]) for c in found.values()}
    assert (True, "on_time") == (
        found["douyin:A1"]["late"],
        found["douyin:A2"]["owner_deadline"]["state"],
    )
    before = rows(home, "filings", "list", *LATER)
    done(home, "filings", "import", path)
    assert before == rows(home, "filings", "list", *LATER)


def test_a_change_is_filed_by_option(home):
    """What is new is named by field; the account reads so from its day on."""
    opened(home)
    (account,) = rows(home, "accounts", "list")
    changed = ("--kind", "变更", "--new", "section=二科", "--new", "owner=某市交通局")
    days = ("--effective", "2023-02-10", "--filed", "2023-02-13")
    done(home, "filings", "file", account["subject"], *changed, *days)
    told = [
        asked(home, "accounts", "responsible", account["subject"], "--on", day)
        for day in ("2023-02-09", "2023-02-10")
    ]
    assert [(OWNER, "一科"), ("某市交通局", "二科")] == [(t["owner"], t["section"]) for t in told]
    found = rows(home, "filings", "list", *LATER)
    assert {"section": "二科", "owner": "某市交通局"} == found[-1]["changes"]


@pytest.mark.slow
def test_who_was_responsible_is_answered_as_known_then(home):
    """A backdated filing changes what is known now, not what was known before; before the opening nobody was."""
    opened(home)
    (account,) = rows(home, "accounts", "list")
    who = ("accounts", "responsible", account["subject"], "--on", "2023-02-10")
    before = asked(home, "score", "--check-point", "2023-02-28T00:00:00+08:00")["known_at"]
    days = ("--effective", "2023-02-01", "--filed", "2023-02-02")
    done(home, "filings", "file", account["subject"], "--kind", "变更", "--new", "section=三科", *days)
    assert "三科" == asked(home, *who)["section"]
    assert "一科" == asked(home, *who, "--known-at", before)["section"]
    assert 1 == xuncha(home, *who[:3], "--on", "2023-01-19").status


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("filings", "apply", "--name", "甲"), "--platform"),
        (("filings", "file", "x"), "--effective"),
        (("filings", "opinion", "00000000", "--by", "office", "--approve"), "no filing or application"),
        (("filings", "opinion", "{c}", "--by", "somebody", "--approve"), "neither owner nor office"),
        (("filings", "opinion", "{c}", "--by", "office", "--approve", "--at", "2023-01-09"), "lies before"),
        (("filings", "forward", "{c}", "--at", "2023-01-28"), "before the filing"),
        (("filings", "forward", "{c}", "--system", "other"), "neither provincial nor national"),
        (("filings", "file", "x", "--kind", "搬家", "--effective", "2023-01-20"), "开设, 变更, 关停 or 注销"),
        (
            ("filings", "file", "x", "--kind", "变更", "--new", "size=1", "--effective", "2023-01-20"),
            "not FIELD=VALUE",
        ),
        (("filings", "list", "--on", "yesterday"), "yesterday"),
    ],
)
def test_wrong_use_is_refused_with_what_to_do(city_of_one, words, part):
    """Exit 2, and nothing is written."""
    home, filing = city_of_one
    before = rows(home, "filings", "list", *LATER)
    answer = xuncha(home, *(word.format(c=filing) for word in words))
    assert 2 == answer.status
    assert part in answer.complaint
    assert before == rows(home, "filings", "list", *LATER)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("file", "{c}", "--effective", "2023-01-20"), "filed already, as {c}"),
        (("file", "{c}", "--effective", "2023-01-21"), "filed already, as {c}"),
        (
            ("opinion", "{c}", "--by", "office", "--refuse", "--at", "2023-01-13"),
            "office on 某市出行 is 同意",
        ),
        (("opinion", "{c}", "--by", "owner", "--approve", "--replaces", "0000"), "owner on 某市出行 is 同意"),
    ],
)
def test_what_was_filed_or_decided_before_is_told_and_stays(city_of_one, words, part):
    """Exit 1 with the fact that stands; another opinion in its place has to name it."""
    home, filing = city_of_one
    before = rows(home, "filings", "list", *LATER)
    answer = xuncha(home, "filings", *(word.format(c=filing) for word in words))
    assert (1, True) == (answer.status, part.format(c=filing) in answer.complaint), answer
    assert before == rows(home, "filings", "list", *LATER)


def test_an_opinion_takes_the_place_of_the_one_that_it_names(home):
    """An office that refused may approve later, if it says which opinion it means to replace."""
    (applied,) = asked(home, *APPLY, "--at", "2023-01-10")["cases"]
    opinion = ("filings", "opinion", applied, "--by", "office", "--at")
    (first,) = asked(home, *opinion, "2023-01-11", "--refuse")["event_ids"]
    assert 1 == xuncha(home, *opinion, "2023-01-12", "--approve").status
    assert 1 == len(asked(home, *opinion, "2023-01-12", "--approve", "--replaces", first[:8])["event_ids"])
    assert "approved" == case(home)["state"]
    assert 1 == xuncha(home, *opinion, "2023-01-13", "--refuse", "--replaces", first[:8]).status
    assert [] == asked(home, *opinion, "2023-01-12", "--approve")["event_ids"]


def test_a_stop_is_filed_once_and_a_field_changes_once_a_day(home, tmp_path):
    """A second clerk with another day or another name is told of the first; a sheet corrects what was wrong."""
    opened(home)
    (account,) = rows(home, "accounts", "list")
    name = ("--kind", "变更", "--effective", "2023-02-10", "--filed", "2023-02-10", "--new")
    file = ("filings", "file", account["subject"])
    done(home, *file, *name, "name=某市出行网")
    assert 1 == xuncha(home, *file, *name, "name=某市行").status
    done(home, *file, *name, "section=三科")
    stop = ("--kind", "关停", "--filed", "2023-03-01", "--effective")
    done(home, *file, *stop, "2023-02-20")
    told = xuncha(home, *file, *stop, "2023-02-21")
    assert (1, True) == (told.status, "xuncha filings import" in told.complaint)
    headers = ("账号ID", "账号名称", "平台", "备案类别", "生效时间", "备案时间")
    row = (account["account_id"], "某市出行网", "抖音", "关停", "2023-02-21", "2023-03-01")
    done(home, "filings", "import", sheet(tmp_path / "f.csv", headers, row))


@pytest.fixture(scope="module")
def city_of_one(tmp_path_factory):
    """A home with one opening, for tests that change nothing."""
    home = tmp_path_factory.mktemp("one") / "home"
    done(home, "init", "--partitions", 4)
    return home, opened(home)


@pytest.mark.parametrize(
    "words",
    [
        (*APPLY, "--section", "综合科 13912345678"),
        (*APPLY, "--purpose", "详询13912345678"),
        ("filings", "opinion", "{c}", "--by", "office", "--approve", "--text", "同意。张三"),
        (
            "filings",
            "file",
            "某市出行",
            "--kind",
            "关停",
            "--effective",
            "2023-02-01",
            "--reason",
            "a@example.cn",
        ),
        (
            *("filings", "file", "某市出行", "--kind", "变更", "--effective", "2023-02-01"),
            *("--new", "section=综合科 13912345678"),
        ),
        ("counterfeits", "suspect", "--name", "甲", "--platform", "抖音", "--note", "来电13912345678"),
    ],
)
def test_texts_of_a_command_line_hold_nobody(city_of_one, words):
    """Design, promise 11: nothing in the log can be erased, so numbers and signatures stay out of it."""
    home, filing = city_of_one
    answer = xuncha(home, *(word.format(c=filing) for word in words))
    assert (2, True) == (
        answer.status,
        "of a person, or a signature, and the log forgets nothing" in answer.complaint,
    )
    sql = "SELECT count() AS n FROM records WHERE match(data, '13912345678|张三|a@example.cn')"
    assert [{"n": 0}] == rows(home, "sql", sql)
