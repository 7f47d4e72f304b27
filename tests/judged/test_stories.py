"""Design section 3, Looks, coverage, weeks: each definition lived through by an account, asked for in every way."""

from collections.abc import Callable

import pytest

from events.facts import UnknownReason, Verdict
from events.instants import SHANGHAI
from events.patrol import AccountPatrolled, LookContradicted, LookWithdrawn, PatrolFailed
from events.post import PostPublished, PostWithdrawn
from tests.judged.town import DAY, HOUR, RULESET, WEEK, Item, Outcome, Town, at, hours_of, item

T = at("04-01 00:00")
"""The end of the first quarter of 2023; its weeks begin and end on Saturdays at 00:00, the first on 7 January."""

STORIES: dict[str, Callable[[Town], object]] = {}
FAIL, PASS, UNKNOWN = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN


def story(tell: Callable[[Town], object]) -> Callable[[Town], object]:
    STORIES[tell.__name__] = tell
    return tell


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, Outcome]:
    """Tell all stories to one log, and ask at the end of the quarter."""
    town = Town(tmp_path_factory.mktemp("town"))
    for tell in STORIES.values():
        tell(town)
    town.tick(at("04-03 18:00"))
    asked = town.ask(T)
    town.close()
    return asked


def look_by_hand(town, account, when, newest, *, by_day=False, **counted):
    """Hand in a row of a weekly sheet: the newest post, and the look."""
    end = newest.replace(hour=0) + DAY if by_day else newest
    shown = end - HOUR / 3600 if by_day else newest
    looked = when.replace(hour=0) + DAY - HOUR / 3600 if by_day else when
    town.tell(account, shown, PostPublished(observed_at=looked, date_only=by_day), "sheets")
    data = AccountPatrolled(newest_post_at=shown, shows_from=end, by_hand=True, date_only=by_day, **counted)
    return town.tell(account, looked, data, "sheets")


def weekly_sheets(town, account, *, by_day=False):
    """Posts on Fridays, but for four weeks from 3 February on; a sheet each Monday, the last one after the quarter."""
    newest = at("01-06 16:00")
    for monday in (at("01-09 10:00") + n * WEEK for n in range(13)):
        friday = (monday - 3 * DAY).replace(hour=16)
        newest = friday if not at("02-04 00:00") < friday < at("03-03 00:00") else newest
        look_by_hand(town, account, monday, newest, by_day=by_day)


@story
def sheets(town):
    weekly_sheets(town, town.open("sheets", None))


@story
def sheets_by_day(town):
    weekly_sheets(town, town.open("sheets_by_day", None), by_day=True)


@pytest.mark.parametrize("name", ["sheets", "sheets_by_day"])
def test_a_sheet_that_tells_the_newest_post_covers_what_lies_behind_it(outcomes, name):
    """Three weeks hold no post and lie between the newest post and a later look; every other week has its Friday."""
    asked = outcomes[name]
    assert (PASS, 90, 0) == (asked.row.verdict, asked.row.points, asked.row.weeks_not_judged)
    assert [d.count for d in asked.row.deductions] == [3]
    assert asked.alerts == [("raised", "day-10"), ("raised", "limit"), ("cleared", "limit")]


@story
def sheets_at_a_noon(town):
    """The same newest post, looked at by days alone: the last hours of a week stay unknown."""
    account = town.open("sheets_at_a_noon", None)
    look_by_hand(town, account, at("03-20 10:00"), at("03-17 00:00"), by_day=True)
    look_by_hand(town, account, at("03-24 10:00"), at("03-17 00:00"), by_day=True)
    look_by_hand(town, account, at("03-31 10:00"), at("03-31 00:00"), by_day=True)


def test_days_alone_settle_fewer_weeks(outcomes):
    """A look known by its day counts from 00:00 of it: the week up to 25 March is not held."""
    asked = outcomes["sheets_at_a_noon"]
    assert (PASS, 100, 10) == (asked.row.verdict, asked.row.points, asked.row.weeks_not_judged)


@story
def no_gap(town):
    """A person says that no gap was longer than a week: the weeks inside have their update."""
    account = town.open("no_gap", None)
    look_by_hand(
        town,
        account,
        at("03-31 10:00"),
        at("03-30 10:00"),
        gap_since=at("03-03 10:00"),
        longest_gap_s=7 * 86400,
    )


def test_a_longest_gap_of_a_week_settles_the_weeks_inside(outcomes):
    """(4 March, 25 March] are three weeks inside 3 to 31 March; the last one has the post itself."""
    asked = outcomes["no_gap"]
    assert (100, 8) == (asked.row.points, asked.row.weeks_not_judged)


DAILY = [item(f"d{n}", at("03-31 12:00") - n * DAY) for n in range(10)]


@story
def ten(town):
    town.show(town.open("ten", None), at("03-31 20:00"), DAILY)


@story
def short(town):
    town.show(town.open("short", None), at("03-31 20:00"), DAILY, list_length=20)


@story
def full(town):
    town.show(town.open("full", None), at("03-31 20:00"), DAILY, list_length=10)


@story
def pinned(town):
    town.show(town.open("pinned", None), at("03-31 20:00"), [item("pin", at("01-02 09:00")), *DAILY])


@story
def ascending(town):
    town.show(town.open("ascending", None), at("03-31 20:00"), DAILY[::-1])


@pytest.mark.parametrize(
    ("name", "points", "not_judged"),
    [("ten", 100, 10), ("short", 90, 0), ("full", 100, 10), ("pinned", 100, 10), ("ascending", 100, 10)],
)
def test_a_list_covers_what_it_shows_and_all_only_if_it_is_shorter_than_declared(
    outcomes, name, points, not_judged
):
    """Ten items of ten days: the ten weeks before are unknown, unless the source holds twenty and shows ten."""
    asked = outcomes[name]
    assert (points, not_judged) == (asked.row.points, asked.row.weeks_not_judged)


@story
def opened_in_the_quarter(town):
    account = town.open("opened_in_the_quarter", at("03-10 00:00"))
    items = [item("b", at("03-31 09:00")), item("a", at("03-12 09:00"))]
    town.show(account, at("04-01 00:30"), items, list_length=20)


def test_weeks_before_the_opening_are_neither_judged_nor_open(outcomes):
    """Of the three weeks of its life the second has no post."""
    asked = outcomes["opened_in_the_quarter"]
    assert (95, 0) == (asked.row.points, asked.row.weeks_not_judged)


SERVICE_ITEMS = [item(f"s{n}", at("03-31 09:00") - n * 3 * DAY) for n in range(3)]


@story
def service(town):
    town.show(town.open("service", None, "微信服务号"), at("04-01 00:30"), SERVICE_ITEMS, list_length=20)


@story
def service_unknown(town):
    town.show(town.open("service_unknown", None, "微信服务号"), at("04-01 00:30"), SERVICE_ITEMS)


@story
def service_counted(town):
    account = town.open("service_counted", None, "微信服务号")
    look_by_hand(town, account, at("03-31 10:00"), at("03-31 09:00"), updates_28d=3)
    town.show(account, at("04-01 00:30"), [], source="other", list_length=20)
    look_by_hand(town, account, at("04-01 09:00"), at("03-31 09:00"))


@pytest.mark.parametrize(
    ("name", "points"), [("service", 95), ("service_unknown", 100), ("service_counted", 95)]
)
def test_a_service_account_is_slow_only_where_nothing_is_unknown(outcomes, name, points):
    """Three updates in 28 days: all of them known, or counted by a person and all known since."""
    assert points == outcomes[name].row.points


@story
def two_sources(town):
    """The busy source stalls on 24 March; until that is known, one of its looks proves the limit."""
    account = town.open("two_sources", None)
    items = [item("last", at("03-10 12:00")), item("first", at("03-01 12:00"))]
    town.show(account, at("03-20 10:00"), items)
    for when in (at("03-22 08:00"), at("03-24 08:00")):
        town.show(account, when, items, source="busy")
    since = at("03-24 00:00")
    town.sweep("busy", since, looked=30, posts=dict.fromkeys(hours_of(since - WEEK, since), 5))
    town.show(account, at("03-24 20:00"), items, source="busy")
    town.sweep("busy", at("03-25 00:00"), looked=30, posts={})
    town.show(account, at("03-31 20:00"), items, source="busy")


def test_a_stall_takes_back_an_alert_that_only_its_looks_proved(outcomes):
    """Early steps stay, they claim no silence; at the check point nobody knows."""
    asked = outcomes["two_sources"]
    assert (UNKNOWN, UnknownReason.SOURCE_STALLED) == (asked.row.verdict, asked.row.reason)
    assert asked.alerts[-2:] == [("raised", "limit"), ("withdrawn", "limit")]


@story
def late(town):
    """Thirteen hours late under a lag of a day: nobody is contradicted."""
    account = town.open("late", None)
    before = [item("b", at("03-18 10:00")), item("a", at("03-10 10:00"))]
    town.show(account, at("03-20 15:00"), before, lag=DAY)
    shown = town.show(account, at("03-20 23:00"), [item("c", at("03-20 10:00")), *before], lag=DAY)
    assert not [e for e in shown if isinstance(e.data, LookContradicted)]
    town.show(account, at("04-02 20:00"), [item("c", at("03-20 10:00")), *before], lag=DAY)


def test_a_post_within_the_lag_contradicts_nobody(outcomes):
    """Its week has its update, and the account is fresh."""
    assert (PASS, UnknownReason.CONTRADICTED) != (outcomes["late"].row.verdict, outcomes["late"].row.reason)
    assert outcomes["late"].facts.contradicted_until is None
    assert outcomes["late"].row.verdict is PASS


@story
def contradicted(town):
    """An article scheduled for 2 March shows up on 24 March, dated 2 March."""
    account = town.open("contradicted", None)
    before = [item("b", at("02-25 10:00")), item("a", at("02-01 10:00"))]
    for when in ("02-26 10:00", "03-13 10:00", "03-20 10:00"):
        town.show(account, at(when), before)
    town.show(account, at("03-24 10:00"), [item("late", at("03-02 10:00")), *before])
    town.show(account, at("03-31 20:00"), [item("late", at("03-02 10:00")), *before])


def test_looks_that_left_a_post_out_prove_nothing_and_their_alert_is_taken_back(outcomes):
    """Until the limit has passed since its first showing, nobody knows what else was left out."""
    asked = outcomes["contradicted"]
    assert (UNKNOWN, UnknownReason.CONTRADICTED) == (asked.row.verdict, asked.row.reason)
    assert asked.alerts == [("raised", "limit"), ("withdrawn", "limit"), ("raised", "day-14")]


@story
def contradiction_withdrawn(town):
    """The post was an error: what it contradicted holds again."""
    account = town.open("contradiction_withdrawn", None)
    before = [item("b", at("02-25 10:00")), item("a", at("02-01 10:00"))]
    town.show(account, at("03-30 10:00"), before)
    shown = town.show(account, at("03-31 10:00"), [item("late", at("03-02 10:00")), *before])
    (post,) = [e for e in shown if isinstance(e.data, PostPublished)]
    town.tell(account, at("04-02 09:00"), PostWithdrawn(corrects=post.id, reason="x"), "sheets")


def test_a_contradiction_falls_with_its_post(outcomes):
    """The look of 30 March proves the silence since 25 February."""
    assert (FAIL, "red-5-silent") == (
        outcomes["contradiction_withdrawn"].row.verdict,
        outcomes["contradiction_withdrawn"].row.reason,
    )


@story
def read_out_of_order(town):
    """The list of 13 March is read after that of 24 March, which shows a post of 2 March."""
    account = town.open("read_out_of_order", None)
    before = [item("b", at("02-25 10:00")), item("a", at("02-01 10:00"))]
    town.show(account, at("03-24 10:00"), [item("late", at("03-02 10:00")), *before])
    shown = town.show(account, at("03-13 10:00"), before)
    assert [e for e in shown if isinstance(e.data, LookContradicted)]


def test_a_look_that_is_read_late_is_contradicted_too(outcomes):
    """What the later look knows takes back the earlier one, whenever that is read."""
    assert outcomes["read_out_of_order"].facts.contradicted_until == at("03-24 10:00")


@story
def withdrawn(town):
    """The look that proved the limit was at another account; later ones prove it again."""
    account = town.open("withdrawn", None)
    look_by_hand(town, account, at("02-20 18:00"), at("02-20 10:00"))
    wrong = town.tell(
        account, at("03-10 10:00"), AccountPatrolled(by_hand=True, shows_from=at("02-20 10:00")), "sheets"
    )
    data = LookWithdrawn(corrects=wrong.id, source="sheets", looked_at=wrong.time, reason="看错了账号")
    town.tell(account, at("03-11 10:00"), data, "sheets")
    town.tell(
        account, at("03-31 20:00"), AccountPatrolled(by_hand=True, shows_from=at("02-20 10:00")), "sheets"
    )


def test_a_withdrawn_look_takes_its_alert_back_and_a_later_one_raises_it_anew(outcomes):
    """Under an id that also names the withdrawal; the account fails by the later look."""
    asked = outcomes["withdrawn"]
    assert (FAIL, "red-5-silent") == (asked.row.verdict, asked.row.reason)
    assert asked.alerts == [("raised", "limit"), ("withdrawn", "limit"), ("raised", "limit")]


@story
def all_taken_back(town):
    """The only look at an account was at another one."""
    account = town.open("all_taken_back", at("02-01 00:00"))
    wrong = look_by_hand(town, account, at("03-10 10:00"), at("02-20 10:00"))
    data = LookWithdrawn(corrects=wrong.id, source="sheets", looked_at=wrong.time, reason="看错了账号")
    town.tell(account, at("03-11 10:00"), data, "sheets")


def test_an_account_whose_looks_were_all_withdrawn_was_never_looked_at(outcomes):
    """Undoing gives back the reason, too: a look that was withdrawn never was."""
    asked = outcomes["all_taken_back"]
    assert (UNKNOWN, "never_looked") == (asked.row.verdict, asked.row.reason)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>e</id><title>{title}</title>
<published>2023-02-01T10:00:00+08:00</published><updated>{updated}</updated></entry></feed>"""
EDITS = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>e</id><title>{title}</title>
<updated>{updated}</updated></entry></feed>"""


@story
def edited(town):
    account = town.open("edited", None)
    town.show_document(
        account, at("02-02 10:00"), ATOM.format(title="一", updated="2023-02-01T10:00:00+08:00")
    )
    town.show_document(
        account, at("03-31 20:00"), ATOM.format(title="二", updated="2023-03-31T10:00:00+08:00")
    )


@story
def edits_alone(town):
    account = town.open("edits_alone", None)
    town.show_document(
        account, at("02-02 10:00"), EDITS.format(title="一", updated="2023-02-01T10:00:00+08:00")
    )
    town.show_document(
        account, at("03-31 20:00"), EDITS.format(title="二", updated="2023-03-31T10:00:00+08:00")
    )


@story
def moving(town):
    """A list that dates every item by the moment at which it is fetched."""
    account = town.open("moving", None)
    for when in (at("02-02 10:00"), at("02-10 10:00"), at("03-31 20:00")):
        town.show(account, when, [item("m", when)])


@pytest.mark.parametrize(
    ("name", "newest"), [("edited", "02-01"), ("edits_alone", "02-01"), ("moving", "02-02")]
)
def test_neither_an_edit_nor_a_moving_date_is_a_post(outcomes, name, newest):
    """One post, as first seen: the account is silent since."""
    asked = outcomes[name]
    assert (FAIL, "red-5-silent") == (asked.row.verdict, asked.row.reason)
    assert asked.facts.newest_post_at.astimezone(SHANGHAI).strftime("%m-%d") == newest


@story
def reused(town):
    """A platform re-uses the id of an article for the next one."""
    account = town.open("reused", None)
    town.show(account, at("02-02 10:00"), [item("g", at("02-01 10:00"), "一")])
    town.show(account, at("03-15 10:00"), [item("g", at("03-14 10:00"), "二")])
    town.show(account, at("03-31 20:00"), [item("g", at("03-31 10:00"), "二")])
    town.show(account, at("03-31 22:00"), [item("g", at("03-30 10:00"), "三")])


def test_a_known_key_with_a_later_time_is_another_post(outcomes):
    """Later than the last look that showed the old time; an earlier time is a conflict and no post."""
    asked = outcomes["reused"]
    assert asked.row.verdict is PASS
    assert asked.facts.newest_post_at == at("03-31 10:00")


@story
def undated(town):
    """A pinned guide without a date stands in every list."""
    account = town.open("undated", None)
    for when in (at("03-20 10:00"), at("03-31 20:00")):
        town.show(account, when, [Item("guide", "不定期", "使用说明"), item("a", at("03-01 10:00"))])


def test_a_bad_item_is_told_once_and_hides_nothing_afterwards(outcomes):
    """The second look proves the silence."""
    assert (FAIL, "red-5-silent") == (outcomes["undated"].row.verdict, outcomes["undated"].row.reason)


@story
def emptied(town):
    account = town.open("emptied", None)
    town.show(account, at("03-02 10:00"), [item("a", at("03-01 10:00"))])
    shown = town.show(account, at("03-31 20:00"), [])
    assert [e.data.reason for e in shown if isinstance(e.data, PatrolFailed)] == ["emptied"]


@story
def never_posted(town):
    account = town.open("never_posted", at("02-01 00:00"))
    town.show(account, at("03-31 20:00"), [])


@story
def empty_elsewhere(town):
    """A second source shows no item of an account whose posts are known."""
    account = town.open("empty_elsewhere", None)
    town.show(account, at("03-02 10:00"), [item("a", at("03-01 10:00"))])
    town.show(account, at("03-31 20:00"), [], source="other")


@pytest.mark.parametrize(
    ("name", "verdict", "reason"),
    [
        ("emptied", UNKNOWN, UnknownReason.EMPTIED),
        ("never_posted", FAIL, "red-5-silent"),
        ("empty_elsewhere", UNKNOWN, UnknownReason.NOT_LOOKED_SINCE),
    ],
)
def test_an_empty_list_proves_silence_only_of_an_account_that_never_posted(outcomes, name, verdict, reason):
    """A list does not lose its items by silence."""
    asked = outcomes[name]
    assert (verdict, reason) == (asked.row.verdict, asked.row.reason)
    assert "limit" not in [level for _, level in asked.alerts] or verdict is FAIL


@pytest.mark.slow
def test_a_post_known_by_its_day_counts_at_every_check_point_of_that_day(tmp_path):
    """00:00 < t <= 24:00: seen at half past four, it makes the account fresh at five, and at one in the night."""
    town = Town(tmp_path)
    account = town.open("day", None)
    day = "<rss version='2.0'><channel><item><guid>d</guid><title>日</title><pubDate>2023-03-31</pubDate></item>"
    old = "<item><guid>o</guid><pubDate>Wed, 01 Mar 2023 10:00:00 +0800</pubDate></item></channel></rss>"
    town.show_document(account, at("03-31 16:30"), day + old)
    town.tick(at("03-31 18:00"))
    for when in (at("03-31 01:00"), at("03-31 17:00"), at("04-01 00:00")):
        assert town.ask(when)["day"].row.verdict is PASS, when
        assert town.ask(when)["day"].row.whole_days_silent == 0
    assert town.ask(at("03-31 00:00"))["day"].row.verdict is not PASS
    town.close()


def test_every_story_is_asked_about(outcomes):
    """A story that nobody registers would compare nothing."""
    assert outcomes.keys() == STORIES.keys()
    assert RULESET == "jiangsu-kunshan-2019-162"
