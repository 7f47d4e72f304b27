"""What was taken back stays so: the same sheet again does not undo it, and who takes back twice adds nothing."""

import json

import pytest

from events.codec import CODEC
from pipeline.home.appending import said_by
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha

ACCOUNTS = ("账号ID", "账号名称", "平台")
A, B = ("a1", "甲发布", "抖音"), ("b2", "乙发布", "抖音")
SPAN = ("--complete-from", "2023-02-01T00:00:00+08:00", "--complete-until", "2023-03-01T00:00:00+08:00")
REASON = ("--reason", "看错了账号")


@pytest.fixture
def town(home_model, made_homes, tmp_path):
    def build(home, folder):
        done(home, "accounts", "import", sheet(folder / "accounts.csv", ACCOUNTS, A, B))

    return made_homes.copy("taken-back", home_model, build, tmp_path / "town")


def looked(home, folder, *records):
    path = sheet(folder / "l.csv", ("账号ID", "检查时间", "最新发布时间", "最长间隔天数"), *records)
    return xuncha(home, "looks", "import", path, "--json")


def posted(home, folder, *records, words=()):
    path = sheet(folder / "p.csv", ("账号ID", "发布时间", "链接"), *records)
    return xuncha(home, "posts", "import", path, *words, "--json")


def facts(home, kind):
    return rows(home, "sql", f"SELECT toString(id) AS id, data FROM records WHERE type = '{kind}'")


@pytest.mark.slow
def test_the_same_look_again_is_refused_and_a_corrected_one_is_taken(town, tmp_path):
    """A running sheet still has the row: it is named, and nothing of the sheet is taken until it says other things."""
    wrong = ("a1", "2023-03-09 09:00", "2023-03-01 10:00", "")
    other = ("b2", "2023-03-09 09:00", "2023-03-02 10:00", "")
    assert 0 == looked(town, tmp_path, wrong).status
    done(town, "looks", "withdraw", "--account", "a1", "--at", "2023-03-09 09:00", *REASON)
    again = looked(town, tmp_path, wrong, other)
    assert 2 == again.status
    assert (
        "row 2, column 最新发布时间: “2023-03-01T10:00:00+08:00” is a look that was withdrawn"
        in again.complaint
    )
    assert 1 == len(facts(town, "account.patrolled"))
    counted = (*wrong[:3], "5")
    assert 0 == looked(town, tmp_path, counted, other).status
    assert 3 == len(facts(town, "account.patrolled"))
    done(town, "looks", "withdraw", "--account", "a1", "--at", "2023-03-09 09:00", *REASON)
    for known in (wrong, counted):
        assert "is a look that was withdrawn" in looked(town, tmp_path, known).complaint
    assert 3 == len(facts(town, "account.patrolled"))


def test_two_rows_of_one_look_that_count_otherwise_are_refused(town, tmp_path):
    """Neither is dropped for the other; the columns beside the newest post count, too."""
    row = ("a1", "2023-03-09 09:00", "2023-03-01 10:00")
    answer = looked(town, tmp_path, (*row, "3"), (*row, "9"))
    assert (2, True) == (answer.status, "stands beside other counts than in row 2" in answer.complaint)
    assert [] == facts(town, "account.patrolled")
    assert 0 == looked(town, tmp_path, (*row, "3"), (*row, "3")).status
    assert 1 == len(facts(town, "account.patrolled"))


@pytest.mark.parametrize(
    ("group", "kind"), [("looks", "account.patrolled"), ("posts", "post.published")], ids=["look", "post"]
)
def test_who_takes_back_again_adds_nothing(town, tmp_path, group, kind):
    """By the id a second time, with another reason: the same fact, and no record more."""
    assert 0 == looked(town, tmp_path, ("a1", "2023-03-09 09:00", "2023-03-01 10:00", "")).status
    (fact,) = facts(town, kind)
    told = [asked(town, group, "withdraw", fact["id"], "--reason", reason) for reason in ("一", "二")]
    assert told[0] == told[1]
    (withdrawn,) = facts(town, f"{group[:-1]}.withdrawn")
    assert ["一"] == [t["text"] for t in rows(town, "texts", "list", "--fact", withdrawn["id"])]


def test_one_post_at_most_follows_on_one_that_was_withdrawn(town, tmp_path):
    """The link of a withdrawn post with a second time is that post corrected; a third time is a question again."""
    link = "https://example.cn/1"
    assert 0 == posted(town, tmp_path, ("a1", "2023-03-01 10:00", link)).status
    done(town, "posts", "withdraw", "--account", "a1", "--at", "2023-03-01 10:00", *REASON)
    assert 0 == posted(town, tmp_path, ("a1", "2023-03-02 10:00", link)).status
    third = posted(town, tmp_path, ("a1", "2023-03-03 10:00", link))
    assert 2 == third.status
    assert "is another time than that of the same link or id handed in before" in third.complaint
    assert "2023-03-02T10:00:00+08:00" in third.complaint
    assert 2 == len(facts(town, "post.published"))


def test_a_span_that_was_withdrawn_holds_again_with_the_posts_that_were_missing(town, tmp_path):
    """Rows that were not complete are taken back; the same file declares nothing, the completed one does, once."""
    first = (("a1", "2023-02-03 10:00", "x1"), ("b2", "2023-02-03 10:00", "x2"))
    assert 0 == posted(town, tmp_path, *first, words=SPAN).status
    done(town, "looks", "withdraw", "--account", "a1", "--at", "2023-03-01 00:00:00", *REASON)
    again = posted(town, tmp_path, *first, words=SPAN)
    assert 2 == again.status
    assert "row 2, column 账号ID: “douyin:a1” was withdrawn for this span" in again.complaint
    completed = (*first, ("a1", "2023-02-20 10:00", "x3"))
    assert 2 == posted(town, tmp_path, *completed, words=SPAN).json["events"]  # the post, and the span
    assert 0 == posted(town, tmp_path, *completed, words=SPAN).json["events"]
    assert 3 == len(facts(town, "account.patrolled"))


def test_a_count_by_hand_says_the_same_after_an_earlier_look_came_to_light(town, tmp_path):
    """From which look a gap counts is reckoned from what is known at the time, and was not handed in."""
    assert 0 == looked(town, tmp_path, ("a1", "2023-03-01 09:00", "2023-02-28 10:00", "")).status
    counted = ("a1", "2023-03-15 09:00", "2023-03-14 10:00", "5")
    assert 0 == looked(town, tmp_path, counted).status
    assert 0 == looked(town, tmp_path, ("a1", "2023-03-10 09:00", "2023-03-09 10:00", "")).status
    told = looked(town, tmp_path, counted).json
    assert (0, 0) == (told["events"], told["conflicts"])


@pytest.mark.parametrize(
    ("shown", "newest"),
    [("无", None), ("2023-03-08 18:00", "2023-03-08T10:00:00Z"), ("2023-03-08", "2023-03-08T15:59:59Z")],
)
def test_a_look_by_hand_of_an_earlier_release_says_the_same(town, tmp_path, shown, newest):
    """The sheet is handed in again after an upgrade: nothing of it is new, though facts tell more today."""
    assert 0 == looked(town, tmp_path, ("a1", "2023-03-09 09:00", shown, "")).status
    (today,) = rows(
        town,
        "sql",
        "SELECT toString(id) AS id, source, subject, time, data FROM records WHERE type = 'account.patrolled'",
    )
    envelope = {key: today[key] for key in ("id", "source", "subject")} | {"time": "2023-03-09T01:00:00Z"}
    rest = {"type": "account.patrolled", "specversion": "1.0", "datacontenttype": "application/json"}

    def said(version, data):
        schema = f"urn:xuncha:account.patrolled:{version}"
        return said_by(
            CODEC.decode(json.dumps({**envelope, **rest, "dataschema": schema, "data": data}).encode())
        )

    before = {} if newest is None else {"newest_post_at": newest}
    assert said(2, json.loads(today["data"])) == said(1, before)
    assert said(1, before) != said(1, {"newest_post_at": "2023-03-07T10:00:00Z"})
