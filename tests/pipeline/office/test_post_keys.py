"""In sheets a second time for one key is a question, never a second post."""

import pytest

from connectors.sheets.errors import SheetErrors
from connectors.sheets.readers import read_posts
from pipeline.home.registry import Registry, title_key
from pipeline.office.imports import post_events
from tests.pipeline.inputs import at, sheet
from tests.pipeline.program import asked, done, rows, xuncha

HEADERS = ("账号ID", "账号名称", "平台", "发布时间", "链接", "文章ID")
A, B = ("a1", "甲发布", "抖音"), ("b2", "乙发布", "抖音")
LINK = "https://example.cn/1"
NOW = at("2023-04-01 00:00")
REGISTRY = Registry(
    {},
    {account[0]: [f"douyin:{account[0]}"] for account in (A, B)},
    {title_key(name, platform): [f"douyin:{given_id}"] for given_id, name, platform in (A, B)},
)


@pytest.fixture
def town(home_model, made_homes, tmp_path):
    def build(home, folder):
        done(home, "accounts", "import", sheet(folder / "accounts.csv", HEADERS[:3], A, B))

    return made_homes.copy("post-keys", home_model, build, tmp_path / "town")


def posts(home):
    """The posts that are known, as account and time."""
    found = rows(
        home, "sql", "SELECT account_id, toString(published_at) AS at FROM posts ORDER BY at, account_id"
    )
    return [(row["account_id"], row["at"]) for row in found]


def handed_in(home, path, *records, headers=HEADERS):
    return xuncha(home, "posts", "import", sheet(path, headers, *records), "--json")


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ((*A, "2023-02-01 09:00", LINK, ""), (*A, "2023-02-08 09:00", LINK, ""), LINK),
        ((*A, "2023-02-01 09:00", "查看原文", ""), (*A, "2023-02-08 09:00", "查看原文", ""), "查看原文"),
        ((*A, "2023-02-01 09:00", "", "1"), (*A, "2023-02-08 09:00", "", "1"), "1"),
        ((*A, "2023-02-01 09:00", LINK, "7"), (*A, "2023-02-01 09:01", f"{LINK}2", "7"), "7"),
        ((*A, "2023-02-01", LINK, ""), (*A, "2023-02-02 00:00", LINK, ""), LINK),
        ((*A, "2023-02-01 09:00", LINK, ""), ("", *A[1:], "2023-02-08 09:00", LINK, ""), LINK),
    ],
)
def test_rows_with_one_key_and_two_times_are_refused(tmp_path, first, second, named):
    """Links that show the same words, numbers of rows, an account named in two ways: both rows are named."""
    path = sheet(tmp_path / "p.csv", HEADERS, first, second)
    with pytest.raises(SheetErrors) as caught:
        post_events(path, read_posts(path, NOW), REGISTRY, None)
    (error,) = caught.value.errors
    assert (3, "发布时间") == (error.row, error.column)
    assert f"is not the time of row 2, which has the same link or id ({named})" == error.problem


@pytest.mark.parametrize(
    "records",
    [
        [(*A, "2023-02-01 09:00", "", "1"), (*B, "2023-02-08 09:00", "", "1")],  # numbered by account
        [(*A, "2023-02-01 09:00", "", ""), (*A, "2023-02-08 09:00", "", "")],  # told apart by time
        [
            (*A, "2023-02-01 09:00", LINK, "1"),
            (*A, "2023-02-08 09:00", LINK, "2"),
        ],  # the id goes before the link
    ],
)
def test_two_posts_are_two_posts(tmp_path, records):
    """Nothing is taken for the same that the sheet tells apart."""
    path = sheet(tmp_path / "p.csv", HEADERS, *records)
    assert 2 == len(post_events(path, read_posts(path, NOW), REGISTRY, None))


@pytest.mark.parametrize("order", [1, -1])
def test_a_day_against_a_time_of_that_day_is_one_post(tmp_path, order):
    """The time counts, in whatever order the rows stand."""
    records = [(*A, "2023-02-01", LINK, ""), (*A, "2023-02-01 09:00", LINK, "")][::order]
    path = sheet(tmp_path / "p.csv", HEADERS, *records)
    (event,) = post_events(path, read_posts(path, NOW), REGISTRY, None)
    assert (at("2023-02-01 09:00"), False) == (event.time, event.data.date_only)


@pytest.mark.slow
def test_a_key_of_an_earlier_sheet_with_another_time_is_refused(town, tmp_path):
    """Row numbers begin anew in each sheet, and the posts of March would be those of February."""
    key = ("", "1")
    assert 0 == handed_in(town, tmp_path / "2.csv", (*A, "2023-02-01 09:00", *key)).status
    answer = handed_in(town, tmp_path / "3.csv", (*A, "2023-03-01 09:00", *key))
    assert 2 == answer.status
    assert "row 2, column 发布时间: “2023-03-01T09:00:00+08:00” is another time" in answer.complaint
    assert "2023-02-01T09:00:00+08:00" in answer.complaint
    assert 0 == handed_in(town, tmp_path / "2.csv", (*A, "2023-02-01", *key)).status
    assert [("douyin:a1", "2023-02-01 01:00:00.000000")] == posts(town)


def test_a_post_that_was_withdrawn_may_be_told_with_its_right_time(town, tmp_path):
    """The id of the first is void for ever, so the right time is a fact of its own, and may be withdrawn again."""
    for month in ("02", "03"):
        path = tmp_path / f"{month}.csv"
        answer = handed_in(town, path, (*A, f"2023-{month}-01 09:00", LINK, ""))
        assert 1 == answer.json["events"], answer.complaint
        done(
            town,
            "posts",
            "withdraw",
            "--account",
            "a1",
            "--at",
            f"2023-{month}-01 09:00",
            "--reason",
            "时间看错",
        )
    again = handed_in(town, tmp_path / "02.csv", (*A, "2023-02-01 09:00", LINK, ""))
    assert 2 == again.status
    assert "is a post that was withdrawn" in again.complaint


def test_a_span_over_a_page_that_was_not_read_is_refused(town, tmp_path):
    """A page that lacks a column may hold the posts that are missing: nothing is proven over it."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.append(HEADERS)
    page.append((*A, "2023-02-01 09:00", LINK))
    other = book.create_sheet("3月")
    other.append((*HEADERS[:3], "发布时问"))
    other.append((*A, "2023-03-01 09:00"))
    book.save(tmp_path / "p.xlsx")
    span = ("--complete-from", "2023-01-01T00:00:00+08:00", "--complete-until", "2023-03-31T00:00:00+08:00")
    answer = xuncha(town, "posts", "import", tmp_path / "p.xlsx", *span)
    assert 2 == answer.status
    assert (
        "page 3月: was not read: row 1 lacks the column 发布时间; “发布时问” may be 发布时间, written"
        " otherwise; so its rows cannot be complete" in answer.complaint
    )
    assert [] == posts(town)
    told = asked(town, "posts", "import", tmp_path / "p.xlsx")
    assert (1, ["page_not_understood"]) == (told["events"], [note["kind"] for note in told["notes"]])


def test_an_account_whose_only_row_is_known_already_keeps_its_span(town, tmp_path):
    """What a sheet says of a span holds for each account in it."""
    span = ("--complete-from", "2023-01-01T00:00:00+08:00", "--complete-until", "2023-03-31T00:00:00+08:00")
    done(town, "posts", "import", sheet(tmp_path / "p.csv", HEADERS, (*A, "2023-02-01 09:00", LINK, "")))
    done(town, "posts", "import", sheet(tmp_path / "q.csv", HEADERS, (*A, "2023-02-01", LINK, "")), *span)
    looks = rows(town, "sql", "SELECT DISTINCT subject FROM records WHERE type = 'account.patrolled'")
    assert ["douyin:a1"] == [look["subject"] for look in looks]
