"""Commands that judge: status, score, explain, verify, diff, rounds."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.program import asked, by_account, done, rows, xuncha

STATUS_COLUMNS = [
    "number",
    "account_id",
    "name",
    "verdict",
    "newest_post_at",
    "whole_days_silent",
    "proven_until",
    "last_trusted_look_at",
    "reason",
]


@pytest.fixture(scope="module")
def run(shared_city):
    return asked(shared_city, "score", "--check-point", c.CHECK_POINT)


def test_status_has_the_columns_of_the_issue_and_ids_as_given(shared_city):
    """One row an account: fresh, stale and unknown, with newest post, whole days and reason."""
    answer = asked(shared_city, "status", "--check-point", c.CHECK_POINT)
    assert {"check_point", "known_at", "behind", "ruleset", "rows"} == answer.keys()
    assert all(list(row) == STATUS_COLUMNS for row in answer["rows"])
    row = by_account(answer["rows"])[c.SILENT]
    assert {
        "number": None,
        "account_id": c.SILENT,
        "name": c.NAMES[c.SILENT],
        "verdict": "stale",
        "newest_post_at": "2021-05-20T09:00:00+08:00",
        "whole_days_silent": 28,
        "proven_until": c.CHECK_POINT,
        "last_trusted_look_at": c.CHECK_POINT,
        "reason": "",
    } == row
    verdicts = {i: (r["verdict"], r["reason"]) for i, r in by_account(answer["rows"]).items()}
    assert (("fresh", ""), ("unknown", "never_looked")) == (verdicts[c.POSTING], verdicts[c.UNSEEN])


def test_status_of_one_kind_only(shared_city):
    """--only keeps the rows of one verdict."""
    listed = rows(shared_city, "status", "--check-point", c.CHECK_POINT, "--only", "stale")
    assert [c.SILENT] == [row["account_id"] for row in listed]


def test_status_at_a_closed_moment_of_knowledge_is_what_was_known_then(city, tmp_path):
    """--known-at before anything was recorded knows no account at all."""
    known_at = asked(city, "status", "--check-point", c.CHECK_POINT)["known_at"]
    path = tmp_path / "more.csv"
    path.write_text("账号ID,账号名称,平台\nNEW,某市新号,抖音\n", "utf-8")
    done(city, "accounts", "import", path)
    words = ("status", "--check-point", c.CHECK_POINT, "--known-at")
    assert 5 == len(rows(city, *words, known_at))
    assert [] == rows(city, *words, "2021-06-17T12:00:00+08:00")
    assert 6 == len(rows(city, "status", "--check-point", c.CHECK_POINT))


def test_a_round_has_counts_rate_digest_and_a_row_for_each_account(run):
    """`checked` includes unknown, the rate does not; each failed row names its red line."""
    assert {
        "checked": 5,
        "passed": 2,
        "failed": 1,
        "unknown": 2,
        "pass_rate": "66.7%",
        "quarter": "2021Q2",
    } == {k: run[k] for k in ("checked", "passed", "failed", "unknown", "pass_rate", "quarter")}
    assert {"run_id", "digest", "check_point", "known_at", "ruleset"} <= run.keys()
    listed = by_account(run["rows"])
    assert ("fail", "red-5-silent") == (listed[c.SILENT]["verdict"], listed[c.SILENT]["reason"])
    assert [("yellow-6-advertising", 10)] == [
        (d["rule"], d["points"]) for d in listed[c.SERVICE]["deductions"]
    ]
    assert 90 == listed[c.SERVICE]["points"]
    assert all(d["clause"] and d["evidence"] for row in run["rows"] for d in row["deductions"])


def test_the_same_question_is_the_same_run(shared_city, run):
    """Design promise 3: check point, known at and ruleset give the same run and digest, stored once."""
    again = asked(shared_city, "score", "--check-point", c.CHECK_POINT, "--known-at", run["known_at"])
    assert (run["run_id"], run["digest"], run["rows"]) == (again["run_id"], again["digest"], again["rows"])
    assert 1 == [row["run_id"] for row in rows(shared_city, "rounds")].count(run["run_id"])


def test_rounds_by_several_rulesets(shared_city, run):
    """Suzhou's practice and the national red lines score the same facts under their own name."""
    for name in ("national-2019-19", "suzhou-practice-2023@1"):
        other = asked(shared_city, "score", "--check-point", c.CHECK_POINT, "--ruleset", name)
        assert other["ruleset"].startswith(name.partition("@")[0])
        assert "fail" == by_account(other["rows"])[c.SILENT]["verdict"]
        assert other["run_id"] != run["run_id"]


def test_a_quarter_can_be_named(shared_city):
    """A check shortly after the end of a quarter may name the quarter."""
    words = ("score", "--check-point", "2021-07-02T00:00:00+08:00", "--quarter", "2021Q2")
    assert "2021Q2" == asked(shared_city, *words)["quarter"]


def test_a_run_is_proven_again(shared_city, run):
    """verify recomputes the digest; the run may be named by the beginning of its id."""
    proof = asked(shared_city, "verify", run["run_id"][:8])
    assert proof["holds"]
    assert [run["digest"]] * 3 == [proof[k] for k in ("digest", "stored_digest", "recomputed_digest")]
    assert "一致" in done(shared_city, "verify", run["run_id"]).out


def test_a_run_whose_rows_were_touched_does_not_hold(city):
    """verify exits 1 where the stored rows are no longer those of the digest."""
    run = asked(city, "score", "--check-point", c.CHECK_POINT)
    from connectors.history.client import open_embedded

    client = open_embedded(city / "history")
    client.command("DELETE FROM verdict_rows WHERE given_id = {i:String}", parameters={"i": c.SILENT})
    client.close()
    answer = xuncha(city, "verify", run["run_id"], "--json")
    assert (1, False) == (answer.status, answer.json["holds"])


def test_explain_shows_what_a_verdict_rests_on(shared_city):
    """Posts, looks, weeks, findings, and each deduction with clause and the ids of its events."""
    told = asked(shared_city, "explain", c.SERVICE, "--check-point", c.CHECK_POINT)
    assert (c.SERVICE, f"wechat:{c.SERVICE}", "pass", "fresh", 90) == tuple(
        told[k] for k in ("account_id", "subject", "verdict", "freshness", "points")
    )
    assert 4 == len(told["posts"])
    assert 3 == len(told["looks"])
    (finding,) = told["findings"]
    (deduction,) = told["deductions"]
    assert [finding["finding_id"]] == deduction["evidence"]
    assert deduction["clause"]
    assert (
        "某市旅游" in done(shared_city, "explain", f"wechat:{c.SERVICE}", "--check-point", c.CHECK_POINT).out
    )


def test_diff_of_equal_runs_says_so(shared_city, run):
    """Two runs over the same facts differ in nothing but what was asked."""
    other = asked(shared_city, "score", "--check-point", c.CHECK_POINT)
    answer = asked(shared_city, "diff", run["run_id"], other["run_id"])
    assert ([], {"known_at"}) == (answer["rows"], set(answer["asked_differently"]))
    assert "没有变化" in done(shared_city, "diff", run["run_id"], other["run_id"]).out


def test_rounds_are_listed_with_their_counts(shared_city, run):
    """A row of `rounds` repeats the head of its run."""
    listed = {row["run_id"]: row for row in rows(shared_city, "rounds")}
    row = listed[run["run_id"]]
    assert row == {k: run[k] for k in row}
