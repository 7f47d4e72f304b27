"""Posts that were observed wrongly: withdrawn by id, or by account and time."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha

REASON = ("--reason", "时间看错")


def scored(home):
    return by_account(asked(home, "score", "--check-point", c.CHECK_POINT)["rows"])


def looked(home, path, newest):
    """Hand in a look by hand at the account that no poll shows."""
    cells = (c.UNSEEN, "2021-06-17 09:00", newest)
    return xuncha(
        home, "looks", "import", sheet(path, ("账号ID", "检查时间", "最新发布时间"), cells), "--json"
    )


@pytest.mark.slow
def test_a_withdrawn_post_counts_for_nobody_who_knows_of_it(city, tmp_path):
    """Design section 3, live post: withdrawn by K, it is void from the start; the run before stays as it was."""
    assert 0 == looked(city, tmp_path / "l.csv", "2021-06-16 10:00").status
    before = asked(city, "score", "--check-point", c.CHECK_POINT)
    told = asked(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-16 10:00", *REASON)
    assert by_account(before["rows"])[c.UNSEEN]["evidence"].count(told["withdrawn"]) == 1
    assert ("pass", "fail") == (
        by_account(before["rows"])[c.UNSEEN]["verdict"],
        scored(city)[c.UNSEEN]["verdict"],
    )
    assert asked(city, "verify", before["run_id"])["holds"]


def test_a_post_is_withdrawn_once_by_its_id(city):
    """The same command again is the same fact; posts of feeds can be withdrawn as well."""
    (post,) = rows(
        city,
        "sql",
        "SELECT toString(event_id) AS id FROM posts WHERE published_at = '2021-06-16 00:30:00'",
    )
    told = [asked(city, "posts", "withdraw", post["id"], *REASON) for _ in range(2)]
    assert told[0] == told[1]
    assert (post["id"], f"wechat:{c.POSTING}") == (told[0]["withdrawn"], told[0]["account_id"])
    assert 1 == len(rows(city, "sql", "SELECT data FROM records WHERE type = 'post.withdrawn'"))
    assert ["时间看错"] == [t["text"] for t in rows(city, "texts", "list") if t["type"] == "post.withdrawn"]


@pytest.mark.slow
def test_a_day_with_several_posts_asks_for_the_id(city, tmp_path):
    """Nothing is guessed: the posts of the day are named, from its first second to its last."""
    days = ("2021-06-14 23:59:59", "2021-06-15 00:00", "2021-06-15", "2021-06-16 00:00")
    path = sheet(tmp_path / "p.csv", ("账号ID", "发布时间"), *((c.UNSEEN, day) for day in days))
    done(city, "posts", "import", path)
    answer = xuncha(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-15", *REASON)
    assert 2 == answer.status
    assert f"{c.UNSEEN} has 2 posts on 2021-06-15" in answer.complaint
    assert "2021-06-15T00:00:00+08:00" in answer.complaint
    assert "2021-06-15T23:59:59+08:00" in answer.complaint
    asked(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-15 00:00", *REASON)
    asked(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-15", *REASON)
    answer = xuncha(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-15", *REASON)
    assert "has no post on 2021-06-15 that still counts" in answer.complaint


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "name the post by its id, or by --account and --at together"),
        (("--account", c.POSTING), "name the post by its id, or by --account and --at together"),
        (("--at", "2021-06-16"), "name the post by its id, or by --account and --at together"),
        (("88a5e2df", "--account", c.POSTING, "--at", "2021-06-16"), "name the post by its id, or by"),
        (("88a5e2df",), "no post '88a5e2df'; write its whole id"),
        (("88a5e2df-d18e-5dec-bd81-ccecc9c5e58f",), "no post"),
        (("--account", "nobody", "--at", "2021-06-16"), "no account with name or id 'nobody'"),
        (("--account", c.POSTING, "--at", "2021-06-16 09:00"), "has no post at 2021-06-16T09:00:00+08:00"),
    ],
)
def test_what_names_no_post_is_refused(shared_city, words, problem):
    """Exit 2 with what to do; nothing is written."""
    answer = xuncha(shared_city, "posts", "withdraw", *words, *REASON)
    assert (2, True) == (answer.status, problem in answer.complaint), answer.complaint


def test_a_withdrawal_needs_a_reason(shared_city):
    """A blank one is none."""
    answer = xuncha(
        shared_city, "posts", "withdraw", "--account", c.POSTING, "--at", "2021-06-16", "--reason", " "
    )
    assert (2, True) == (answer.status, "--reason is empty" in answer.complaint)


@pytest.mark.slow
def test_a_corrected_look_by_hand_is_refused_until_its_post_is_withdrawn(city, tmp_path):
    """Else both posts would stand, and the wrong one would go on counting in silence."""
    looked(city, tmp_path / "l.csv", "2021-06-16 10:00")
    answer = looked(city, tmp_path / "l.csv", "2021-05-16 10:00")
    assert 2 == answer.status
    assert "was 2021-06-16T10:00:00+08:00 when this look was handed in before" in answer.complaint
    done(city, "posts", "withdraw", "--account", c.UNSEEN, "--at", "2021-06-16 10:00", *REASON)
    assert 0 == looked(city, tmp_path / "l.csv", "2021-05-16 10:00").status
    assert "fail" == scored(city)[c.UNSEEN]["verdict"]
