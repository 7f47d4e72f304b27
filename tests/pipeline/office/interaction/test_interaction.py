"""Commands of interaction tests: planned, asked, answered, judged, taken back."""

import pytest

from tests.pipeline.program import asked, done, rows, xuncha

OLD, NEW = "2021-06-01T10:00:00+08:00", "2021-06-02T10:00:00+08:00"


@pytest.mark.slow
def test_a_test_goes_from_plan_to_finding(city):
    """Asked of everybody once; no answer becomes a suggestion, and a finding where a person confirms it."""
    plan = ("interaction", "plan", "--by", "2021-06-30", "--channel", "私信")
    planned = asked(city, *plan)
    assert planned["events"] == len(planned["ids"]) > 1
    assert asked(city, *plan)["events"] == 0
    first, second, *_ = planned["ids"]
    (test,) = asked(city, "interaction", "asked", first, "--at", OLD)["ids"]
    done(city, "interaction", "asked", second, "--at", OLD)
    listed = {row["test_id"]: row for row in rows(city, "interaction", "tests", "--state", "疑似互动回应差")}
    assert len(listed) == 2
    assert listed[test]["channel"] == "message"
    other = next(i for i in listed if i != test)
    done(city, "interaction", "answered", other, "--quality", "答复到位", "--at", NEW)
    assert [row["test_id"] for row in rows(city, "interaction", "tests", "--state", "suspected")] == [test]
    ended = asked(city, "interaction", "confirm", test, "--rule", "互动回应失当", "--at", "2021-06-20")
    assert ended["finding"] is not None
    assert asked(city, "interaction", "confirm", test, "--rule", "互动回应失当")["events"] == 0
    assert xuncha(city, "interaction", "dismiss", test, "--reason", "x").status == 1


def test_a_function_is_suspected_unless_it_was_announced(city):
    """A notice that stands before exempts; what was recorded wrongly is taken back."""
    account = rows(city, "accounts", "list")[0]["account_id"]
    done(
        city,
        "interaction",
        "noticed",
        account,
        "--function",
        "办事大厅",
        "--at",
        OLD,
        "--until",
        "2021-06-01",
    )
    late = asked(city, "interaction", "broken", account, "--function", "办事大厅", "--at", NEW)["ids"]
    fine = asked(
        city, "interaction", "broken", account, "--function", "办事大厅", "--at", "2021-06-01T12:00:00+08:00"
    )
    states = {row["failure_id"]: row["state"] for row in rows(city, "interaction", "functions")}
    assert states == {late[0]: "suspected", fine["ids"][0]: "announced"}
    done(city, "interaction", "withdraw", late[0], "--reason", "登记错了账号")
    assert [row["state"] for row in rows(city, "interaction", "functions")] == ["announced"]


def test_an_answer_before_its_question_is_refused(city):
    """Nothing is written, and the message says when the question was put."""
    account = rows(city, "accounts", "list")[0]["account_id"]
    (test,) = asked(city, "interaction", "asked", account, "--at", NEW)["ids"]
    refused = xuncha(city, "interaction", "answered", test, "--quality", "good", "--at", OLD)
    assert (refused.status, "2021-06-02" in refused.complaint) == (2, True)
