"""Tasks of rectification: they begin with an issued bulletin, and units answer them."""

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

ON = ("--on", "2021-07-20")


def due(home, *words):
    return {(row["account_id"], row["rule"]): row for row in rows(home, "rectification", "due", *ON, *words)}


def test_an_issued_bulletin_asks_for_answers_by_account_and_problem(issued, frozen_model):
    """Each problem of its rows is a task with the last day of the bulletin; before the issue there is none."""
    assert {} == due(frozen_model)
    tasks = due(issued)
    assert {(c.SILENT, "red-5-silent"), (c.POSTING, "yellow-5-improper-content")} <= tasks.keys()
    silent = tasks[c.SILENT, "red-5-silent"]
    assert (c.OFFICE, "2021-07-15", 5) == tuple(silent[k] for k in ("unit", "due", "days_late"))
    assert tasks == due(issued, "--unit", c.OFFICE)
    assert {} == due(issued, "--unit", "某局")
    assert c.NAMES[c.SILENT] in done(issued, "rectification", "due").out


def test_an_answer_settles_the_open_tasks_of_an_account(issued, tmp_path):
    """With words and a file that is kept; the same again adds nothing, and --all still shows the task."""
    report = tmp_path / "整改.pdf"
    report.write_bytes(b"%PDF-1.4 report")
    words = (
        "rectification",
        "answer",
        c.SILENT,
        "--text",
        "已恢复更新",
        "--file",
        report,
        "--at",
        "2021-07-14",
    )
    told = asked(issued, *words)
    assert 1 == len(told["tasks"])
    assert told["evidence"][0] in [row["sha256"] for row in rows(issued, "evidence", "verify")]
    assert (c.SILENT, "red-5-silent") not in due(issued)
    answered = due(issued, "--all")[c.SILENT, "red-5-silent"]
    assert "2021-07-14" == answered["answered_at"][:10]
    again = xuncha(issued, *words)
    assert (2, True) == (again.status, "nothing waits for an answer" in again.complaint)
    by_task = ("rectification", "answer", answered["task_id"][:8], *words[3:])
    done(issued, *by_task)
    assert 1 == len(facts(issued, "rectification.answered"))


def test_an_answer_that_is_killed_is_given_once(issued, tmp_path):
    """Behind its files and before its fact: the same again completes it."""
    report = tmp_path / "1.pdf"
    report.write_bytes(b"%PDF-1.4 report")
    words = ("rectification", "answer", c.SILENT, "--file", report)
    killed_at(issued, ("answer.before_fact",), *words)
    assert (c.SILENT, "red-5-silent") in due(issued)
    done(issued, *words)
    assert 1 == len(facts(issued, "rectification.answered"))


def test_an_empty_answer_and_one_of_the_future_are_refused(issued):
    """And an account that nobody knows."""
    for words, says in (
        ((c.SILENT,), "the answer is empty"),
        ((c.SILENT, "--text", "已更新", "--at", "2100-01-01"), "is still to come"),
        (("无此账号", "--text", "已更新"), "no account"),
        ((c.SILENT, "--text", "已更新", "--reference", "档1"), "alone"),
    ):
        answer = xuncha(issued, "rectification", "answer", *words)
        assert (2, True) == (answer.status, says in answer.complaint), answer.err


def test_a_withdrawn_finding_asks_for_nothing(issued):
    """核减: its task is gone; the answer to it was not needed."""
    finding = next(r for r in rows(issued, "findings", "list") if r["account_id"] == c.POSTING)
    done(issued, "findings", "withdraw", finding["finding_id"], "--reason", "误报", "--second", "分管主任")
    assert (c.POSTING, "yellow-5-improper-content") not in due(issued)


def test_the_office_orders_what_no_bulletin_names(issued, tmp_path):
    """Once; what a bulletin asks about already is not ordered again."""
    found = ("账号ID", "问题", "发现时间"), (c.SERVICE, "严重表述错误", "2021-07-10 10:00")
    (finding,) = asked(issued, "findings", "import", sheet(tmp_path / "f.csv", *found))["findings"]
    order = ("rectification", "order", finding, "--due", "2021-07-18")
    assert asked(issued, *order) == asked(issued, *order)
    task = due(issued)[c.SERVICE, "red-1-wording"]
    assert ("", "2021-07-18", 2) == (task["basis"], task["due"], task["days_late"])
    assert "办公室交办" in done(issued, "rectification", "due").out
    listed = next(r for r in rows(issued, "findings", "list") if r["account_id"] == c.POSTING)
    assert 1 == xuncha(issued, "rectification", "order", listed["finding_id"]).status
    done(issued, "rectification", "answer", c.SERVICE, "--text", "已更正")
    assert (c.SERVICE, "red-1-wording") not in due(issued)
    assert c.NAMES[c.SERVICE] not in str(
        [w for w in asked(issued, "today")["waiting"] if w["what"] == "finding"]
    )


def test_a_twin_that_was_merged_is_asked_under_the_account_that_it_is(issued):
    """Its tasks stay, and are answered under the name of either."""
    asked_before = {task["task_id"] for (account, _), task in due(issued).items() if account == c.SILENT}
    merge = ("accounts", "merge", c.SILENT, "--into", c.POSTING, "--reason", "同一账号", "--although")
    done(issued, *merge, "--second", "head")
    now = {row["task_id"]: row for row in rows(issued, "rectification", "due", *ON)}
    assert {c.NAMES[c.POSTING]} == {now[task]["name"] for task in asked_before}
    told = asked(issued, "rectification", "answer", c.SILENT, "--text", "已恢复更新")
    assert asked_before <= set(told["tasks"])


def test_an_answer_is_taken_back_and_its_task_waits_again(issued):
    """By its account, with a reason; given once more afterwards it is an answer again."""
    words = ("rectification", "answer", c.SILENT, "--text", "已恢复更新", "--at", "2021-07-14")
    done(issued, *words)
    back = ("rectification", "withdraw-answer", c.SILENT, "--reason", "报错了单位")
    assert 1 == len(asked(issued, *back)["withdrawn"])
    assert (c.SILENT, "red-5-silent") in due(issued)
    assert "no answer" in xuncha(issued, *back).complaint
    done(issued, *words)
    answered = due(issued, "--all")[c.SILENT, "red-5-silent"]
    assert "2021-07-14" == answered["answered_at"][:10]
    done(issued, "rectification", "withdraw-answer", answered["task_id"][:8], *back[3:])
    assert (c.SILENT, "red-5-silent") in due(issued)


def test_an_order_is_taken_back_unless_it_was_answered(issued, tmp_path):
    """The answer goes first; ordered again it asks anew."""
    found = ("账号ID", "问题", "发现时间"), (c.SERVICE, "严重表述错误", "2021-07-10 10:00")
    (finding,) = asked(issued, "findings", "import", sheet(tmp_path / "f.csv", *found))["findings"]
    done(issued, "rectification", "order", finding)
    done(issued, "rectification", "answer", c.SERVICE, "--text", "已更正")
    back = ("rectification", "withdraw-order", finding[:8], "--reason", "交办有误")
    answer = xuncha(issued, *back)
    assert (1, True) == (answer.status, "take the answer back first" in answer.complaint)
    done(issued, "rectification", "withdraw-answer", c.SERVICE, "--reason", "误记")
    done(issued, *back)
    assert (c.SERVICE, "red-1-wording") not in due(issued)
    done(issued, "rectification", "order", finding)
    assert (c.SERVICE, "red-1-wording") in due(issued)


def test_an_order_about_a_twins_finding_stays_when_the_twin_is_merged(issued, tmp_path):
    """Its finding moved to the account, and so did the order; taken apart it is the twin's again."""
    found = ("账号ID", "问题", "发现时间"), (c.SILENT, "严重表述错误", "2021-07-10 10:00")
    (finding,) = asked(issued, "findings", "import", sheet(tmp_path / "f.csv", *found))["findings"]
    order = asked(issued, "rectification", "order", finding)
    merge = ("accounts", "merge", c.SILENT, "--into", c.POSTING, "--reason", "同一账号", "--although")
    done(issued, *merge, "--second", "head")
    assert "" == due(issued)[c.POSTING, "red-1-wording"]["basis"]
    moved = next(
        r
        for r in rows(issued, "findings", "list")
        if r["account_id"] == c.POSTING and r["rule"] == "red-1-wording"
    )
    assert order == asked(issued, "rectification", "order", moved["finding_id"])
    done(issued, "accounts", "separate", c.SILENT, "--reason", "确为两个账号", "--second", "head")
    assert (c.SILENT, "red-1-wording") in due(issued)


def test_today_names_tasks_that_were_not_answered_in_time(issued):
    """Behind the last day of the bulletin, until the answer; the rows of its run are kept by the read model."""

    def overdue():
        told = asked(issued, "today", "--on", "2021-07-20")["waiting"]
        return {one["about"] for one in told if one["what"] == "rectification"}

    assert not [
        w for w in asked(issued, "today", "--on", "2021-07-15")["waiting"] if w["what"] == "rectification"
    ]
    before = overdue()
    assert len(before) == len(due(issued))
    assert any(c.NAMES[c.SILENT] in about for about in before)
    done(issued, "rectification", "answer", c.SILENT, "--text", "已恢复更新")
    assert len(overdue()) == len(before) - 1
    assert "整改逾期未答复" in done(issued, "today", "--on", "2021-07-20").out
