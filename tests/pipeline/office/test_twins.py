"""Twins: one account registered twice becomes one, its verdicts as if it had never been two; and back again."""

import pytest

from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, done, environment, process, rows, xuncha

COLUMNS = ("账号ID", "账号名称", "平台", "主办单位", "开设时间")
LOOKS = ("账号名称", "平台", "检查时间", "最新发布时间")
CHECK_POINT = "2023-03-31T09:00:00+08:00"
REASON = ("--reason", "台账录错一个字")
TWIN, ACCOUNT = "江城水务发步", "江城水务发布"


def looks(path, name, *pairs):
    return sheet(path, LOOKS, *((name, "抖音", at, newest) for at, newest in pairs))


@pytest.fixture
def town(home_model, made_homes, tmp_path):
    """An account seen until January, and its twin, under which posts and a finding of March were told."""
    return made_homes.copy("twins", home_model, _build, tmp_path / "town")


def _build(home, folder):
    listed = sheet(
        folder / "accounts.csv",
        COLUMNS,
        ("", ACCOUNT, "抖音", "水务局", "2022-01-01"),
        ("", TWIN, "抖音", "水务局", "2022-01-01"),
        ("c3", "江城公安", "抖音", "公安局", "2022-01-01"),
    )
    done(home, "accounts", "import", listed)
    done(
        home,
        "looks",
        "import",
        looks(folder / "1.csv", ACCOUNT, ("2023-03-30 09:00", "2023-01-05 10:00")),
    )
    done(
        home,
        "looks",
        "import",
        looks(
            folder / "2.csv",
            TWIN,
            ("2023-03-27 09:00", "2023-03-26 10:00"),
            ("2023-03-30 10:00", "2023-03-29 10:00"),
        ),
    )
    found = sheet(
        folder / "findings.csv",
        ("账号名称", "平台", "问题", "发现时间"),
        (TWIN, "抖音", "red-1-wording", "2023-03-20 10:00"),
    )
    done(home, "findings", "import", found)


def names(home):
    return sorted(row["name"] for row in rows(home, "accounts", "list"))


def verdicts(home, *words):
    listed = rows(home, "status", "--check-point", CHECK_POINT, *words)
    return {row["name"]: row["verdict"] for row in by_account(listed).values()}


def scored(home, *words):
    run = asked(home, "score", "--check-point", CHECK_POINT, *words)
    return run["checked"], run["failed"], run["digest"], run["known_at"]


def merged(home, *words):
    return asked(home, "accounts", "merge", TWIN, "--into", ACCOUNT, *REASON, *words)


@pytest.mark.slow
def test_what_was_seen_of_a_twin_counts_for_the_account_that_it_is(town):
    """Posts, looks and findings move; asked at the earlier moment, the digest is the same."""
    before = scored(town)
    assert verdicts(town) == {ACCOUNT: "stale", TWIN: "fresh", "江城公安": "unknown"}
    told = merged(town)
    assert (told["name"], told["moved"], told["withdrawn"], told["left"]) == (TWIN, 5, 6, {})
    assert names(town) == ["江城公安", ACCOUNT]
    assert verdicts(town) == {ACCOUNT: "fresh", "江城公安": "unknown"}
    (finding,) = [row for row in rows(town, "findings", "list") if not row["withdrawn"]]
    assert finding["name"] == ACCOUNT
    assert scored(town, "--known-at", before[3])[:3] == before[:3]
    assert [row["name"] for row in rows(town, "accounts", "twins")] == [TWIN]


@pytest.mark.slow
def test_a_merge_done_again_adds_nothing(town):
    """The same command finds its end, also by the name that now means the other account."""
    merged(town)
    records = len(rows(town, "sql", "SELECT id FROM records"))
    assert merged(town)["done_before"]
    marks = rows(
        town, "sql", "SELECT count() AS n FROM records WHERE type NOT IN ('log.marked', 'clock.ticked')"
    )
    assert int(marks[0]["n"]) <= records


@pytest.mark.slow
def test_lists_that_name_the_twin_mean_the_account(town, tmp_path):
    """The next weekly sheet under the wrong name is a look at the account, by single import and by intake alike."""
    merged(town)
    done(town, "looks", "import", looks(tmp_path / "3.csv", TWIN, ("2023-03-31 08:00", "2023-03-30 20:00")))
    late = "2023-04-13T09:00:00+08:00"
    found = rows(town, "status", "--check-point", late)
    assert {row["name"]: row["verdict"] for row in found}[ACCOUNT] != "stale"
    paper = looks(tmp_path / "4.csv", TWIN, ("2023-04-02 08:00", "2023-04-01 20:00"))
    plan = asked(town, "intake", paper, "--received", "2023-04-03")
    assert plan["doubtful"] == []
    assert {record["account"]["name"] for record in plan["records"]} == {ACCOUNT}


@pytest.mark.slow
def test_separated_everything_is_as_before(town):
    """Verdicts, findings and names come back; and they can be merged once more."""
    before = (names(town), verdicts(town), scored(town)[:2])
    merged(town)
    told = asked(town, "accounts", "separate", TWIN, "--reason", "确为两个账号")
    assert (told["moved"], told["withdrawn"]) == (5, 6)
    assert (names(town), verdicts(town), scored(town)[:2]) == before
    assert [] == rows(town, "accounts", "twins")
    assert not merged(town)["done_before"]
    assert verdicts(town) == {ACCOUNT: "fresh", "江城公安": "unknown"}


@pytest.mark.slow
def test_what_was_withdrawn_meanwhile_does_not_come_back(town):
    """A finding of the twin that was withdrawn under the account stays withdrawn."""
    merged(town)
    (finding,) = [row for row in rows(town, "findings", "list") if not row["withdrawn"]]
    done(town, "findings", "withdraw", finding["finding_id"], "--reason", "误报")
    done(town, "accounts", "separate", TWIN, "--reason", "确为两个账号")
    assert all(row["withdrawn"] for row in rows(town, "findings", "list"))
    assert asked(town, "score", "--check-point", CHECK_POINT)["failed"] == 1  # the silent account alone


@pytest.mark.slow
@pytest.mark.parametrize("point", ["merge.after_fact", "merge.after_copies"])
def test_a_merge_that_was_cut_off_is_ended_by_the_same_command(town, point):
    """Whenever it dies, once more gives what an undisturbed merge gives."""
    words = ("accounts", "merge", TWIN, "--into", ACCOUNT, *REASON)
    assert process(town, *words, env=environment(XUNCHA_FAIL_POINT=point)).status not in (0, 2)
    assert not merged(town)["done_before"]
    assert names(town) == ["江城公安", ACCOUNT]
    assert verdicts(town) == {ACCOUNT: "fresh", "江城公安": "unknown"}


@pytest.mark.slow
def test_a_separation_that_was_cut_off_is_ended_by_the_same_command(town):
    """What came back stays, and the rest follows."""
    before = (names(town), verdicts(town))
    merged(town)
    words = ("accounts", "separate", TWIN, "--reason", "确为两个账号")
    ended = process(town, *words, env=environment(XUNCHA_FAIL_POINT="separate.after_facts"))
    assert ended.status not in (0, 2)
    done(town, *words)
    assert (names(town), verdicts(town)) == before


@pytest.mark.parametrize(
    ("twin", "into", "says"),
    [
        (TWIN, TWIN, (2, "is one account already")),
        ("江城消防", ACCOUNT, (2, "no account with name or id '江城消防'")),
        (TWIN, "江城消防", (2, "no account with name or id '江城消防'")),
        (TWIN, "江城微博", (2, "are on two platforms")),
        ("c3", "d4", (1, "bear two ids of the platform")),
    ],
)
def test_pairs_that_are_no_twins_are_refused(town, tmp_path, twin, into, says):
    """What is wrong is named, and nothing is written."""
    more = sheet(
        tmp_path / "more.csv",
        COLUMNS,
        ("d4", "江城公安局", "抖音", "公安局", "2022-01-01"),
        ("w5", "江城微博", "新浪微博", "水务局", "2022-01-01"),
    )
    done(town, "accounts", "import", more)
    before = names(town)
    refused = xuncha(town, "accounts", "merge", twin, "--into", into, *REASON)
    assert (refused.status, says[1] in refused.complaint) == (says[0], True), refused.complaint
    assert names(town) == before


def test_nothing_is_separated_that_was_not_merged(town):
    """The message names what was merged."""
    refused = xuncha(town, "accounts", "separate", "江城公安", "--reason", "两个账号")
    assert (refused.status, "merged are: none" in refused.complaint) == (2, True)


@pytest.mark.slow
def test_after_a_freeze_a_second_person_agrees(town):
    """A frozen round knew the twin: nobody merges it alone, and the revision that is due is named."""
    done(town, "round", "announce", "r1", "--check-point", CHECK_POINT, "--ruleset", "suzhou-practice-2023")
    done(town, "round", "draw", "r1")
    done(town, "round", "freeze", "r1", "--although", "试点")
    refused = xuncha(town, "accounts", "merge", TWIN, "--into", ACCOUNT, *REASON)
    assert (refused.status, "--second" in refused.complaint, "r1" in refused.complaint) == (2, True, True)
    assert TWIN in names(town)
    assert merged(town, "--second", "leader")["revisions_due"] == [{"round": "r1", "closed": False}]
    assert TWIN not in names(town)


@pytest.mark.slow
def test_a_twin_is_named_by_its_number_and_today_counts_no_withdrawal(town):
    """The number of a twin leads to the account, and takes the merge back; the page of the day answers after it."""
    done(town, "accounts", "number")
    number = next(row["number"] for row in rows(town, "accounts", "list") if row["name"] == TWIN)
    done(town, "accounts", "merge", number, "--into", ACCOUNT, *REASON)
    assert [number] == [row["number"] for row in rows(town, "accounts", "twins")]
    assert ACCOUNT == asked(town, "accounts", "show", number)["name"]
    recent = asked(town, "today", "--on", "2023-03-31")["came_in"]
    assert 1 == {row["what"]: row["count"] for row in recent}["findings"]
    done(town, "accounts", "separate", number, *REASON)
    assert [] == rows(town, "accounts", "twins")


@pytest.mark.slow
def test_a_twin_on_the_focus_list_is_watched_under_the_account_that_it_is(town):
    """The entry stays where it was recorded and counts for the account; taken apart the twin's flag waits again."""
    done(town, "focus", "flag", "--account", TWIN, "--by", "某监测公司", "--at", "2023-03-28T10:00:00+08:00")
    done(town, "focus", "update", "--check-point", CHECK_POINT)

    def watched():
        return [row["name"] for row in rows(town, "focus", "list", "--on", "2023-04-01")]

    assert TWIN in watched()
    merged(town)
    assert (ACCOUNT in watched(), TWIN in watched(), "" in watched()) == (True, False, False)
    done(town, "accounts", "separate", TWIN, *REASON)
    done(town, "focus", "update", "--check-point", CHECK_POINT)
    assert TWIN in watched()
