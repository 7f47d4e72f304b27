"""Observations of programs: row by row, within the scope of their token, by the services that take sheets."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.office.observations import (
    MOST_ROWS,
    Allowed,
    FindingTold,
    LookTold,
    NamedAccount,
    PostTold,
    SpottedTold,
    Unreadable,
    take_observations,
)
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at
from tests.pipeline.program import asked, done, opened, rows

NOW = at("2021-06-17 13:00")
ALL = Allowed(frozenset({"post", "look", "finding", "account"}))
PROGRAM = Actor("t-1")
POSTING, SILENT = NamedAccount(id=c.POSTING), NamedAccount(name=c.NAMES[c.SILENT], platform="微信订阅号")
RULE = "yellow-5-improper-content"


def take(home: Path, *batch, allowed: Allowed = ALL):
    with opened(home) as workspace:
        return take_observations(workspace, batch, allowed, PROGRAM, NOW).rows


def facts(home: Path) -> int:
    return int(asked(home, "sql", "SELECT count() AS n FROM records WHERE topic = 'facts'")["rows"][0]["n"])


def told(answers) -> list[tuple[str, str]]:
    """Return field and problem of each refused row, and nothing of the others."""
    return [(a.field, a.problem) if hasattr(a, "problem") else ("", "") for a in answers]


def test_a_batch_of_every_kind_is_taken_once(city):
    """Definitions, API: the same batch again gives the same answer and no new fact."""
    batch = (
        PostTold(POSTING, "2021-06-17T12:30:00+08:00", key="p-1"),
        LookTold(SILENT, "2021-06-17 12:40", newest_post_at="2021-06-17 12:10"),
        FindingTold(NamedAccount(id=c.SERVICE), "2021-06-16", RULE, finder="某监测公司"),
        SpottedTold("zz-9", "某市假日", "抖音", "2021-06-17", finder="某监测公司"),
    )
    first = take(city, *batch)
    known = facts(city)
    assert [("", "")] * 4 == told(first)
    assert first == take(city, *batch)
    assert known == facts(city)
    (actors,) = asked(city, "sql", "SELECT groupUniqArray(actor) AS a FROM records WHERE actor != ''")["rows"]
    assert "t-1" in actors["a"]


def test_the_look_counts_as_one_by_hand(city):
    """An account that was silent is fresh once a program says what a look showed."""
    take(city, LookTold(SILENT, "2021-06-17 12:40", newest_post_at="2021-06-17 12:10"))
    states = {
        r["name"]: r["verdict"] for r in rows(city, "status", "--check-point", "2021-06-17T13:00:00+08:00")
    }
    assert "fresh" == states[c.NAMES[c.SILENT]]


WRONG = (
    (PostTold(NamedAccount(id="nobody"), "2021-06-17 12:00"), "account", "no account with id"),
    (PostTold(NamedAccount(), "2021-06-17 12:00"), "account", "does not say which account"),
    (
        PostTold(NamedAccount(number="0999"), "2021-06-17 12:00"),
        "account",
        "is no account of the registry",
    ),
    (PostTold(POSTING, "yesterday"), "at", "not a date"),
    (PostTold(POSTING, "2021-06-17T13:30:00+08:00"), "at", "lies in the future"),
    (PostTold(POSTING, "2021-06-18"), "at", "lies in the future"),
    (
        LookTold(POSTING, "2021-06-17 12:00", newest_post_at="2021-06-17 12:30"),
        "newest_post_at",
        "later than the look",
    ),
    (LookTold(POSTING, "2021-06-17 12:00"), "newest_post_at", "says nothing"),
    (
        LookTold(POSTING, "2021-06-17 12:00", newest_post_at="2021-06-17", shows="none"),
        "newest_post_at",
        "beside",
    ),
    (FindingTold(POSTING, "2021-06-17", "没有的规则"), "rule", "is no rule"),
    (FindingTold(POSTING, "2021-06-17", "red-3-harmful-content", note="原文"), "note", "must stay empty"),
    (FindingTold(POSTING, "2021-06-17", RULE, note="联系13800138000"), "note", "tells of a person"),
    (FindingTold(POSTING, "2021-06-17", RULE, severity="red"), "severity", "is a yellow line"),
    (Unreadable("count", "is no number"), "count", "is no number"),
)
"""Rows that are refused, with the field and what is said of it."""


def test_rows_that_are_wrong_are_refused_alone(city):
    """Index, field and what to do; what stands beside them is taken, and a number of a person is never repeated."""
    good = [
        PostTold(POSTING, f"2021-06-17T12:{n}:00+08:00", key=f"p-{n}") for n in range(10, 11 + len(WRONG))
    ]
    batch = [one for pair in zip(good, (row for row, _, _ in WRONG), strict=False) for one in pair]
    answers = take(city, *batch, good[-1])
    assert [("", "")] * len(good) == told(answers[::2])
    for n, (_, field, says) in enumerate(WRONG):
        refused = answers[2 * n + 1]
        assert (2 * n + 1, field) == (refused.index, refused.field)
        assert says in refused.problem
        assert refused.remedy
        assert "13800138000" not in repr(refused)


def test_a_key_has_one_time(city):
    """Definitions §1: a second time for one key is a question, never a second post; in a batch and over two."""
    early, late = "2021-06-17T11:00:00+08:00", "2021-06-17T11:30:00+08:00"
    first, second = take(city, PostTold(POSTING, early, key="k"), PostTold(POSTING, late, key="k"))
    assert (True, True) == (hasattr(first, "id"), hasattr(second, "problem"))
    (again,) = take(city, PostTold(POSTING, late, key="k"))
    assert ("at", True) == (again.field, "another time" in again.problem)


def test_a_token_tells_of_its_own_alone(city):
    """By kind, by unit and by finder; an account beyond reach is answered like one that nobody knows."""
    own = Allowed(
        frozenset({"post", "finding"}), units=frozenset({"某市教育局"}), finders=frozenset({"甲公司"})
    )
    education = NamedAccount(name=c.DERIVED_NAME, platform="抖音")
    answers = take(
        city,
        PostTold(education, "2021-06-17 12:00"),
        PostTold(POSTING, "2021-06-17 12:00"),
        LookTold(education, "2021-06-17 12:00", shows="none"),
        FindingTold(education, "2021-06-17", RULE, finder="乙公司"),
        FindingTold(education, "2021-06-17", RULE),
        allowed=own,
    )
    assert ["", "account", "type", "finder", ""] == [field for field, _ in told(answers)]
    nobody = take(city, PostTold(NamedAccount(number="0998"), "2021-06-17 12:00"), allowed=own)
    assert answers[1].problem == nobody[0].problem
    (finding,) = (r for r in rows(city, "findings", "list") if r["finder"] == "甲公司")
    assert c.DERIVED_NAME == finding["name"]
    reach = Allowed(ALL.kinds, areas=frozenset({"没有的地区"}))
    assert ["account"] == [
        field for field, _ in told(take(city, PostTold(POSTING, "2021-06-17 12:00"), allowed=reach))
    ]


def test_a_batch_is_bounded(city):
    """One row more than may be is refused as a whole, and nothing is taken."""
    known = facts(city)
    post = PostTold(POSTING, "2021-06-17 12:00")
    with pytest.raises(UsageError, match="at most 1000"):
        take(city, *[post] * (MOST_ROWS + 1))
    assert known == facts(city)


def test_what_was_undone_can_be_told_again(city):
    """A post that was withdrawn is refused under its time, and taken under another one."""
    row = PostTold(POSTING, "2021-06-17T10:00:00+08:00", key="w")
    (taken,) = take(city, row)
    done(city, "posts", "withdraw", taken.id, "--reason", "看错")
    (refused,) = take(city, row)
    assert "withdrawn" in refused.problem
    (other,) = take(city, PostTold(POSTING, "2021-06-17T10:05:00+08:00", key="w"))
    assert other.id != taken.id


def test_an_account_that_is_registered_meanwhile_is_found(city, tmp_path):
    """The registry is kept between batches, and read anew as soon as something was said of it."""
    newcomer = NamedAccount(id="new-1")
    row = PostTold(newcomer, str((NOW - timedelta(hours=1)).isoformat()))
    assert ["account"] == [field for field, _ in told(take(city, row))]
    listed = tmp_path / "new.csv"
    listed.write_text("账号ID,账号名称,平台,主办单位\nnew-1,某市新号,抖音,某市教育局\n", "utf-8")
    done(city, "accounts", "import", listed)
    assert [""] == [field for field, _ in told(take(city, row))]
