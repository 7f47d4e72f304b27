"""Objections, their decision, and second checks."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.codec import Event
from events.ids import fact_id
from events.post import PostDeleted, PostWithdrawn
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import FREEZE, NAME, fill, frozen, put, row_of
from tests.pipeline.program import asked, by_account, done, rows, xuncha

SILENT = ("--account", c.SILENT, "--silence", "--reason", "视频号有更新")
POST = ("--post-link", "https://example.cn/1", "--post-at")


def finding_of(home, account):
    return next(r["finding_id"] for r in rows(home, "findings", "list") if r["account_id"] == account)


def facts(home, type_):
    return rows(
        home,
        "sql",
        f"SELECT toString(id) AS id, subject, source, data FROM records WHERE type = '{type_}' AND NOT repeats",
    )


def objected(home, *words):
    return asked(home, "round", "object", NAME, *words)["objection_id"]


def against_finding(home, *words):
    return objected(
        home,
        "--account",
        c.SERVICE,
        "--finding",
        finding_of(home, c.SERVICE)[:8],
        "--reason",
        "非广告",
        *words,
    )


def test_an_upheld_objection_withdraws_the_finding(frozen_city, tmp_path):
    """核减: the decision names the withdrawal, which carries its reason; the evidence is kept."""
    (tmp_path / "说明.pdf").write_bytes(b"%PDF")
    objection = against_finding(frozen_city, "--evidence", tmp_path / "说明.pdf")
    decision = asked(frozen_city, "round", "decide", objection[:8], "--upheld", "--reason", "属实")
    (told,) = asked(frozen_city, "round", "show", NAME)["objections"]
    assert ("finding", "upheld", "属实") == (told["ground"], told["outcome"], told["decision"])
    withdrawn = rows(
        frozen_city, "sql", "SELECT toString(id) AS id FROM records WHERE type = 'finding.withdrawn'"
    )
    assert [{"id": decision["correction_id"]}] == withdrawn
    assert [True] == [
        r["withdrawn"] for r in rows(frozen_city, "findings", "list") if r["account_id"] == c.SERVICE
    ]
    assert asked(frozen_city, "evidence", "verify")["holds"]
    assert [
        "application/pdf" in r["data"]
        for r in rows(frozen_city, "sql", "SELECT data FROM records WHERE type = 'objection.raised'")
    ] == [True]


def test_the_same_objection_twice_is_one(frozen_city):
    """Handing it in again changes nothing."""
    assert against_finding(frozen_city) == against_finding(frozen_city)
    assert 1 == len(asked(frozen_city, "round", "show", NAME)["objections"])


def test_a_rejected_objection_changes_nothing_and_is_decided_for_good(frozen_city):
    """The finding stands; another decision is refused."""
    objection = against_finding(frozen_city)
    done(frozen_city, "round", "decide", objection, "--rejected", "--reason", "确为广告")
    assert [False] == [
        r["withdrawn"] for r in rows(frozen_city, "findings", "list") if r["account_id"] == c.SERVICE
    ]
    answer = xuncha(frozen_city, "round", "decide", objection, "--upheld", "--reason", "改判")
    assert "was rejected already" in answer.complaint
    assert [] == asked(frozen_city, "round", "revise", NAME)["rows"]


def test_an_upheld_objection_to_silence_brings_the_overlooked_post(frozen_city):
    """The post becomes a fact, and the account is not silent any more."""
    done(
        frozen_city, "round", "decide", objected(frozen_city, *SILENT), "--upheld", "--reason", "确有更新",
        *POST, "2021-06-15T09:00:00+08:00",
    )  # fmt: skip
    (change,) = asked(frozen_city, "round", "revise", NAME)["rows"]
    assert (c.SILENT, "fail (red-5-silent)") == (change["account_id"], change["before"])
    assert change["after"].startswith("pass")
    assert "post.published" in [e["type"] for e in change["causes"]]


def test_a_post_that_does_not_break_the_silence_is_refused(frozen_city):
    """国办秘函〔2019〕19号, red line 5: it must lie in the 14 days before the check point; the objection waits on."""
    objection = objected(frozen_city, *SILENT)
    words = ("round", "decide", objection, "--upheld", "--reason", "确有更新", *POST)
    for at in ("2021-06-03T11:59:59+08:00", "2021-06-17T12:00:01+08:00"):
        answer = xuncha(frozen_city, *words, at)
        assert (2, True) == (answer.status, "does not break the silence" in answer.complaint)
    (told,) = asked(frozen_city, "round", "show", NAME)["objections"]
    assert told["outcome"] is None


@pytest.mark.slow
@pytest.mark.parametrize("at", ["2021-06-03T12:00:00+08:00", "2021-06-17T12:00:00+08:00"])
def test_a_post_at_the_edge_of_the_two_weeks_breaks_the_silence(frozen_city, at):
    """At exactly 14 days, and at the check point itself, the account was fresh."""
    done(
        frozen_city,
        "round",
        "decide",
        objected(frozen_city, *SILENT),
        "--upheld",
        "--reason",
        "确有更新",
        *POST,
        at,
    )
    asked(frozen_city, "round", "revise", NAME)
    status = by_account(rows(frozen_city, "status", "--check-point", c.CHECK_POINT))
    assert "fresh" == status[c.SILENT]["verdict"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--account", c.POSTING, "--silence", "--reason", "有更新"), "does not call QTE= silent"),
        (("--account", c.SILENT, "--reason", "有更新"), "write --finding ID or --silence"),
        (("--account", c.SILENT, "--silence", "--reason", " "), "--reason is empty"),
        (("--account", "nobody", "--silence", "--reason", "有更新"), "no account with name or id 'nobody'"),
        (("--account", c.SILENT, "--finding", "ffff", "--reason", "有误"), "no finding has an id"),
    ],
)
def test_an_objection_to_nothing_is_refused(frozen_to_look_at, words, message):
    """An objection is to a finding of the account, or to a silence that the round has found."""
    answer = xuncha(frozen_to_look_at, "round", "object", NAME, *words)
    assert 2 == answer.status
    assert message in answer.complaint


def test_objections_are_about_the_sample_and_their_own_account(city):
    """Neither an account that was not checked nor a finding of another account."""
    frozen(city, "--share", 0, "--include", c.POSTING)
    finding = finding_of(city, c.SERVICE)
    for account, message in ((c.SERVICE, "is not in the sample"), (c.POSTING, "not about wechat:QTE=")):
        answer = xuncha(
            city, "round", "object", NAME, "--account", account, "--finding", finding, "--reason", "有误"
        )
        assert message in answer.complaint


def test_a_round_with_an_open_objection_is_not_closed(frozen_city):
    """Whoever waits for a decision is named."""
    objection = against_finding(frozen_city)
    answer = xuncha(frozen_city, "round", "close", NAME)
    assert 2 == answer.status
    assert f"objections that nobody decided: {objection[:8]}" in answer.complaint


@pytest.mark.slow
def test_a_second_check_is_another_checkers_and_takes_nothing_back(drawn_city, checked):
    """复核: the finder cannot confirm himself; a finding that fails still counts until it is withdrawn."""
    by_hand = {"looked_at": "2021-06-17 10:00", "rule": "发布商业广告"}
    fill(checked, lambda page: put(page, row_of(page, f"wechat:{c.POSTING}"), **by_hand))
    (finding,) = asked(drawn_city, "round", "read", NAME, checked, "--checker", "C1")["findings"]
    done(drawn_city, *FREEZE)
    words = ("round", "recheck", "--finding", finding, "--fails", "--by")
    himself = xuncha(drawn_city, *words, "C1")
    assert 2 == himself.status
    assert f"C1 recorded finding {finding}; a second check is another checker's" in himself.complaint
    assert 2 == xuncha(drawn_city, *words, "张三").status
    assert [] == facts(drawn_city, "finding.rechecked")
    done(drawn_city, *words, "C2", "--note", "系公益广告")
    (fact,) = facts(drawn_city, "finding.rechecked")
    assert f"wechat:{c.POSTING}" == fact["subject"]
    assert '"holds":false,"by":"C2"' in fact["data"]
    assert [] == asked(drawn_city, "round", "revise", NAME)["rows"]


@pytest.mark.slow
def test_a_rejected_objection_comes_again_with_new_evidence(frozen_city, tmp_path):
    """Other files are another objection, for the same reason; the same files are the same one."""
    first = against_finding(frozen_city)
    done(frozen_city, "round", "decide", first, "--rejected", "--reason", "确为广告")
    (tmp_path / "证明.pdf").write_bytes(b"%PDF proof")
    again = against_finding(frozen_city, "--evidence", tmp_path / "证明.pdf")
    assert first != again
    assert again == against_finding(frozen_city, "--evidence", tmp_path / "证明.pdf")
    done(frozen_city, "round", "decide", again, "--upheld", "--reason", "证明属实")
    told = asked(frozen_city, "round", "show", NAME)["objections"]
    assert ["rejected", "upheld"] == [o["outcome"] for o in told]


@pytest.mark.slow
def test_an_objection_to_a_finding_that_was_withdrawn_since_is_upheld(frozen_city):
    """A rejection would say that the finding stands, which it does not."""
    objection = against_finding(frozen_city)
    done(
        frozen_city,
        "findings",
        "withdraw",
        finding_of(frozen_city, c.SERVICE),
        "--reason",
        "误报",
        "--second",
        "分管主任",
    )
    answer = xuncha(frozen_city, "round", "decide", objection, "--rejected", "--reason", "确为广告")
    assert "is withdrawn already, and that stays; uphold objection" in answer.complaint
    done(frozen_city, "round", "decide", objection, "--upheld", "--reason", "误报")
    assert 1 == len(facts(frozen_city, "finding.withdrawn"))


def imported_post(home, folder, at):
    """Hand the post of an objection in by a list, as published then."""
    path = sheet(folder / "posts.csv", ("账号ID", "发布时间", "链接"), (c.SILENT, at, POST[1]))
    done(home, "posts", "import", path)


def test_a_post_known_with_another_time_does_not_uphold_anything(frozen_city, tmp_path):
    """A link is one post for ever: what is recorded of it stays, and the answer says so."""
    imported_post(frozen_city, tmp_path, "2021-05-01 09:00")
    objection = objected(frozen_city, *SILENT)
    words = ("round", "decide", objection, "--upheld", "--reason", "确有更新", *POST)
    answer = xuncha(frozen_city, *words, "2021-06-15T09:00:00+08:00")
    assert 2 == answer.status
    assert "recorded before as published at 2021-05-01T09:00:00+08:00, and that stays" in answer.complaint
    assert [] == facts(frozen_city, "objection.decided")


def test_a_post_known_with_the_same_time_upholds_as_any_other(frozen_city, tmp_path):
    """It came in by a list after the freeze; the decision names it."""
    imported_post(frozen_city, tmp_path, "2021-06-15 09:00")
    (post,) = [f["id"] for f in facts(frozen_city, "post.published") if f["source"] == "sheets"]
    decided = asked(
        frozen_city, "round", "decide", objected(frozen_city, *SILENT), "--upheld", "--reason", "确有更新",
        *POST, "2021-06-15T09:00:00+08:00",
    )  # fmt: skip
    assert post == decided["correction_id"]


@pytest.mark.slow
@pytest.mark.parametrize("deleted", [False, True])
def test_a_post_that_does_not_count_does_not_uphold_anything(frozen_city, tmp_path, deleted):
    """Withdrawn, or deleted before the check point: the account would stay silent."""
    imported_post(frozen_city, tmp_path, "2021-06-15 09:00")
    (post,) = [UUID(f["id"]) for f in facts(frozen_city, "post.published") if f["source"] == "sheets"]
    void = PostDeleted(post_id=post) if deleted else PostWithdrawn(corrects=post, reason="误录")
    subject, at = f"wechat:{c.SILENT}", datetime(2021, 6, 16, tzinfo=UTC)
    with open_workspace(Home(frozen_city)) as workspace:
        workspace.log.append([Event(fact_id("sheets", subject, "void"), "sheets", subject, at, void)])
    objection = objected(frozen_city, *SILENT)
    words = ("round", "decide", objection, "--upheld", "--reason", "确有更新", *POST)
    answer = xuncha(frozen_city, *words, "2021-06-15T09:00:00+08:00")
    assert 2 == answer.status
    assert "deleted before the check point, and does not count" in answer.complaint
    assert [] == facts(frozen_city, "objection.decided")


@pytest.mark.slow
def test_no_word_about_secrets_or_harmful_content_enters_the_log(drawn_city, checked):
    """Domain section 2, red lines 2 and 3: objection, decision and second check name a reference alone."""
    by_hand = {"looked_at": "2021-06-17 09:00", "rule": "泄露国家秘密", "reference": "保密柜-2021-07"}
    fill(checked, lambda page: put(page, row_of(page, f"wechat:{c.POSTING}"), **by_hand))
    (finding,) = asked(drawn_city, "round", "read", NAME, checked, "--checker", "C1")["findings"]
    recheck = ("round", "recheck", "--finding", finding, "--fails", "--by", "C2")
    to_object = ("round", "object", NAME, "--account", c.POSTING, "--finding", finding)
    kept = ("--reference", "保密柜-2021-08")
    refused(drawn_city, *recheck, "--note", "原文如下")
    refused(drawn_city, *to_object, "--reason", "原文如下")
    refused(drawn_city, *recheck, "--reference", "原文 如下")
    done(drawn_city, *recheck, *kept)
    decide = ("round", "decide", objected(drawn_city, *to_object[3:], *kept), "--upheld")
    refused(drawn_city, *decide, "--reason", "原文如下")
    done(drawn_city, *decide, *kept)
    told = {"finding.rechecked", "objection.raised", "objection.decided"}
    kept = [(t["type"], t["text"]) for t in rows(drawn_city, "texts", "list") if t["type"] in told]
    assert dict.fromkeys(told, "见保密柜-2021-08") == dict(kept)
    assert 3 == len(kept)


def test_a_reference_is_for_secret_or_harmful_content_alone(frozen_city):
    """Elsewhere the reason is said."""
    words = ("round", "recheck", "--finding", finding_of(frozen_city, c.SERVICE), "--fails", "--by", "C2")
    answer = xuncha(frozen_city, *words, "--reference", "保密柜-2021-07")
    assert "--reference is for findings of secret or harmful content alone" in answer.complaint


def refused(home, *words):
    """Run a command that has to be refused, without repeating what was written."""
    answer = xuncha(home, *words)
    assert 2 == answer.status
    assert "原文" not in answer.complaint
    assert [] == rows(home, "sql", "SELECT id FROM records WHERE data LIKE '%原文%'")
