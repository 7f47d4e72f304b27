from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from connectors.notify.message import MESSAGE_TYPES, message_of, summary_of
from events.alert import (
    AlertCleared,
    AlertDelivered,
    AlertRaised,
    AlertSkipped,
    AlertUnreached,
    AlertWithdrawn,
)
from events.codec import Event
from events.emergency import EmergencyAnnounced
from events.ids import derived_id
from events.instants import SHANGHAI
from events.patrol import SourceImpaired, SourceRecovered, SourceRestored, SourceStalled
from events.rectification import RectificationAnnounced
from tests.connectors.notify.conftest import a_message

ID = UUID("11111111-1111-5111-8111-111111111111")
OPENER = UUID("22222222-2222-5222-8222-222222222222")
ANCHOR = datetime(2021, 6, 3, 17, 25, 22, tzinfo=SHANGHAI).astimezone(UTC)
LIMIT = ANCHOR + timedelta(days=14)
MORNING = datetime(2021, 6, 13, 9, tzinfo=SHANGHAI).astimezone(UTC)


def event_of(data, at=MORNING, subject="wechat:gh_1"):
    return Event(ID, "xuncha", subject, at, data)


def raised(kind=AlertRaised, at=MORNING, **changes):
    values = {
        "level": "day-10",
        "opener_id": OPENER,
        "anchor_at": ANCHOR,
        "deadline": MORNING,
        "audience": "operator",
        "name": "某市发布",
        "given_id": "gh_1",
        "owner": "某市某局",
        "ruleset": "national-2019-19/1",
    }
    return event_of(kind(**{**values, **changes}), at)


def message(event):
    found = message_of(event, limit_days=14)
    assert found is not None
    return found


def test_an_early_warning_tells_an_owner_unit_all_it_needs():
    """Account, silence in Chinese time and whole days, the end of the time left, and what to do."""
    assert message(raised()).text == (
        "【更新提醒】某市某局：您单位主办的账号“某市发布”已9天未更新，请于2021年6月16日前（含当日）发布。"
        "请按职责发布；确无更新需要的，可申请整合或关停。\n"
        "依据：自2021年6月3日17:25起未见新内容，截至2021年6月13日09:00；超过14天未更新的，检查时可能被单项否决。\n"
        "如近期已有更新，或账号已关停，请告知巡查人员核实，谢谢。"
    )


def test_the_limit_is_told_as_passed():
    """Known by its deadline, not by its name, which is data of the ruleset."""
    at = LIMIT + timedelta(hours=3)
    assert message(raised(level="最后", deadline=LIMIT, at=at)).text == (
        "【超期提醒】某市某局：您单位主办的账号“某市发布”已14天未更新，已于2021年6月17日超过更新时限。"
        "请按职责发布；确无更新需要的，可申请整合或关停。\n"
        "依据：自2021年6月3日17:25起未见新内容，截至2021年6月17日20:25；超过14天未更新的，检查时可能被单项否决。\n"
        "如近期已有更新，或账号已关停，请告知巡查人员核实，谢谢。"
    )


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        ("blue", "更新时限落在休息日，请安排好休息日的更新。"),
        ("before-holiday", "更新时限落在假期内，请在放假前发布更新。"),
    ],
)
def test_a_step_before_days_of_rest_says_what_it_asks(level, asked):
    """宜兴 休息日需更新, and one post before a holiday: the request names the rest, others do not."""
    assert asked in message(raised(level=level)).text
    assert asked not in message(raised(level="red")).text


def test_a_deadline_that_knew_no_holidays_says_so():
    """The holidays of a year are announced the November before; until then weekends alone are known."""
    text = message(raised(level="yellow", unannounced_year=2027)).text
    assert "2027年的节假日安排尚未公布，本提醒仅按周末推算" in text
    assert "尚未公布" not in message(raised(level="yellow")).text


def test_an_early_warning_that_is_proven_late_does_not_claim_the_limit():
    """Its look came after the limit, but nobody has proven that the limit was passed."""
    text = message(raised(at=LIMIT + timedelta(hours=1))).text
    assert text.startswith("【更新提醒】")
    assert "已14天未更新。请按职责发布" in text
    assert "超过" not in text


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(days=2), "请于2021年6月16日前（含当日）发布"),
        (timedelta(hours=17), "请于今日（2021年6月17日）17:25前发布"),
        (timedelta(hours=23, minutes=59), "请于今日（2021年6月16日）内发布"),
    ],
)
def test_whoever_posts_on_the_day_that_is_named_is_in_time(left, told):
    """Of a limit in the afternoon the day before is named, unless that day is over: the minute is no countdown."""
    assert told in message(raised(at=LIMIT - left)).text


def test_the_limit_of_the_ruleset_is_the_one_told():
    """A stricter ruleset gives an earlier end."""
    found = message_of(raised(), limit_days=12)
    assert found is not None
    assert "请于2021年6月14日前" in found.text
    assert "超过12天" in found.text


def test_an_alert_carries_its_facts_for_machines():
    """Id of the event, so that telling it again is a duplicate; times in UTC, in details in Chinese time."""
    found = message(raised(at=MORNING.astimezone(SHANGHAI)))
    assert (found.id, found.kind, found.account_id) == (ID, "alert", "wechat:gh_1")
    assert (found.name, found.owner, found.level, found.audience) == (
        "某市发布",
        "某市某局",
        "day-10",
        "operator",
    )
    assert (found.at, found.at.tzinfo, found.replay) == (MORNING, UTC, False)
    assert found.details == {
        "silent_since": "2021-06-03T17:25:22+08:00",
        "silent_days": "9",
        "deadline": "2021-06-13T09:00:00+08:00",
        "limit_at": "2021-06-17T17:25:22+08:00",
        "opener_id": str(OPENER),
        "given_id": "gh_1",
        "ruleset": "national-2019-19/1",
    }
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


@pytest.mark.parametrize(
    ("name", "given_id", "shown"),
    [
        ("", "gh_1", "账号“gh_1”"),
        ("", "", "账号“wechat:gh_1”"),
        (" 某市\n发布\t ", "", "账号“某市 发布”"),
        ("红\x1b[31m字\x07\u202e\u200b", "", "账号“红[31m字”"),
        ("长" * 61, "", "账号“" + "长" * 59 + "…”"),
    ],
)
def test_a_name_is_always_there_and_fit_to_print(name, given_id, shown):
    """Without a name the id; control, invisible and direction characters of sheets never reach a terminal."""
    found = message(raised(name=name, given_id=given_id, owner="某\x1b局"))
    assert shown in found.text
    assert "某局：" in found.text
    assert "\x1b" not in found.text + found.name + found.owner


def test_without_an_owner_nobody_is_addressed():
    """A sheet may lack the owner unit."""
    assert message(raised(owner="")).text.startswith("【更新提醒】账号“某市发布”已")


def test_a_replay_says_so_first():
    """Whoever sees it must not take it for news."""
    found = message(raised(replay=True))
    assert found.replay
    assert found.text.startswith("【历史回放】【更新提醒】")


def test_a_cleared_alert_asks_for_nothing():
    """The event tells neither post nor closing apart, so the text claims neither."""
    data = AlertCleared(
        level="day-12", opener_id=OPENER, by=ID, name="某市发布", given_id="gh_1", owner="某市某局"
    )
    found = message(event_of(data))
    assert found.text == (
        "【提醒解除】某市某局：您单位主办的账号“某市发布”已恢复更新或已关停，"
        "此前的第12天提醒于2021年6月13日09:00解除，无需再处理，谢谢配合。"
    )
    assert (found.kind, found.level) == ("cleared", "day-12")
    assert found.details == {"opener_id": str(OPENER), "cleared_by": str(ID), "given_id": "gh_1"}


def test_the_end_of_an_alert_of_an_account_that_never_was_says_so():
    """Nobody posted and nothing was closed: its registration was withdrawn."""
    data = AlertCleared(level="day-12", opener_id=OPENER, by=ID, name="某市发布", unregistered=True)
    assert message(event_of(data)).text.startswith(
        "【提醒解除】账号“某市发布”的登记已撤销，此前的第12天提醒于"
    )


def test_a_withdrawn_alert_asks_to_be_forgotten():
    """Its reader is told which alert was wrong; why is for machines and for those who ask."""
    data = AlertWithdrawn(
        corrects=ID,
        reason="follows from no fact",
        level="day-12",
        opener_id=OPENER,
        name="某市发布",
        given_id="gh_1",
        owner="某市某局",
    )
    found = message(event_of(data))
    assert found.text == (
        "【提醒撤回】某市某局：您单位主办的账号“某市发布”此前的第12天提醒经核对有误，现予撤回，无需据此处理，敬请谅解。"
    )
    assert (found.kind, found.level, found.owner) == ("withdrawn", "day-12", "某市某局")
    assert found.details == {"withdrawn_id": str(ID), "reason": "follows from no fact", "given_id": "gh_1"}


def test_a_withdrawn_end_says_that_the_alert_stands():
    """It is known by the id that an end has."""
    data = AlertWithdrawn(
        corrects=derived_id("alert.cleared", "wechat:gh_1", str(OPENER)),
        reason="follows from no fact",
        level="day-12",
        opener_id=OPENER,
        name="某市发布",
    )
    assert message(event_of(data)).text == (
        "【提醒撤回】账号“某市发布”此前的第12天提醒的解除通知经核对有误，现予撤回；该提醒仍然有效，请尽快发布更新。"
    )


def test_a_withdrawn_message_about_a_source_speaks_of_the_source():
    """It has no level, and nobody is its owner."""
    data = AlertWithdrawn(corrects=ID, reason="follows from no fact", replay=True)
    found = message(event_of(data, subject="rss-mirror"))
    assert (
        found.text
        == "【历史回放】【提醒撤回】此前关于采集源“rss-mirror”的通知经核对有误，现予撤回，请勿据此处理。"
    )
    assert (found.name, found.replay) == ("rss-mirror", True)


def test_a_stalled_source_is_told_to_those_who_patrol():
    """Since when, how much was to be expected, and that nothing will be held against accounts."""
    data = SourceStalled(since=ANCHOR, expected_posts=22.4, accounts=128)
    found = message(event_of(data, subject="rss-mirror"))
    assert found.text == (
        "【采集源异常】采集源“rss-mirror”自2021年6月3日17:25起没有任何新内容，按以往规律应有约22条（共128个账号）。\n"
        "请检查该采集源；恢复之前，它的巡查结果不作为账号未更新的依据。"
    )
    assert (found.kind, found.account_id, found.owner) == ("stalled", "rss-mirror", "")
    assert found.details == {"since": "2021-06-03T17:25:22+08:00", "expected_posts": "22.4"}


def test_a_recovered_source_is_told_with_its_gap():
    """From when to when looks prove nothing."""
    found = message(event_of(SourceRecovered(since=ANCHOR, replay=True), subject="rss-mirror"))
    assert found.text == (
        "【历史回放】【采集源恢复】采集源“rss-mirror”于2021年6月13日09:00重新取得新内容（自2021年6月3日17:25起异常）。\n"
        "异常期间的巡查结果不作为账号未更新的依据；现无需处理。"
    )
    assert (found.kind, found.replay) == ("recovered", True)


def test_canaries_that_tell_of_a_stall_are_named_as_such():
    """How many of the accounts that post daily should have posted."""
    data = SourceStalled(since=ANCHOR, expected_posts=11.0, accounts=12, canaries=True)
    assert "12个每日更新的哨兵账号中，按以往规律应有11个更新" in message(event_of(data, subject="s")).text


def test_what_is_wrong_with_a_source_is_told_with_what_to_do():
    """A refused log-in, and posts that come later than the settings say; once each, and once that it is over."""
    log_in = message(event_of(SourceImpaired(what="log_in", since=ANCHOR), subject="s"))
    assert log_in.text == (
        "【采集源异常】采集源“s”于2021年6月3日17:25被拒绝登录。\n"
        "请重新登录或更换凭证；恢复之前，依赖该登录的账号无法巡查。"
    )
    lag = message(
        event_of(SourceImpaired(what="lag", since=ANCHOR, lag_s=3600, seen_lag_s=25200), subject="s")
    )
    assert "估计约7小时，设置为1小时" in lag.text
    over = message(event_of(SourceRestored(what="log_in", since=ANCHOR), subject="s"))
    assert "登录已恢复" in over.text
    assert ("impaired", "impaired", "restored") == (log_in.kind, lag.kind, over.kind)


def test_skipped_levels_and_deliveries_are_told_to_nobody():
    """A skipped level is an alert by its type, and still no message."""
    assert message_of(raised(AlertSkipped), limit_days=14) is None
    assert (
        message_of(event_of(AlertDelivered(message_id=ID, channel="file", destination="file")), limit_days=14)
        is None
    )


def test_the_types_that_are_told_are_those_that_make_messages():
    """A reader may pass over all other types by their envelopes."""
    told = [
        raised(),
        event_of(AlertCleared(level="day-12", opener_id=OPENER, by=ID)),
        event_of(AlertWithdrawn(corrects=ID, reason="-")),
        event_of(AlertUnreached(message_id=ID, cause="nobody")),
        event_of(SourceStalled(since=ANCHOR, expected_posts=22.4, accounts=128)),
        event_of(SourceRecovered(since=ANCHOR)),
        event_of(SourceImpaired(what="lag", since=ANCHOR)),
        event_of(SourceRestored(what="lag", since=ANCHOR)),
        event_of(
            EmergencyAnnounced(
                emergency_id=ID,
                step="confirmed",
                rule="hijacked",
                problem="账号疑似被盗用",
                suspected_at=ANCHOR,
            )
        ),
        event_of(RectificationAnnounced(unit="某局", step="due", due=ANCHOR.date(), count=1, accounts=1)),
    ]
    assert all(message(event) for event in told)
    made = {event.type for event in told}
    assert made == MESSAGE_TYPES


def test_a_summary_counts_names_and_says_how_many_more():
    """Levels with the most alerts first, twenty names, newest first."""
    old = [a_message(n, at=MORNING - timedelta(minutes=n)) for n in range(20)]
    late = [a_message(n, level="limit", at=MORNING - timedelta(minutes=n)) for n in range(20, 27)]
    found = summary_of(old + late)
    assert found.text == (
        "【提醒汇总】共27条较早的提醒：第10天提醒20条、超期提醒7条。\n"
        f"涉及账号：{'、'.join(f'某市发布{n}' for n in range(20))}等，另有7个账号未列出。\n"
        "请通知相关主办单位核实并及时更新，谢谢。"
    )
    assert (found.kind, found.account_id, found.at) == ("summary", "", MORNING)
    assert (found.owner, found.audience) == ("某市某局", "operator")
    assert found.details == {"count": "27", "count.day-10": "20", "count.limit": "7"}


def test_up_to_twenty_accounts_are_all_named():
    """An account with two alerts is named once; owners that differ are not named."""
    alerts = [
        *(a_message(n) for n in range(20)),
        a_message(99, account_id="wechat:gh_0", name="某市发布0", owner=""),
    ]
    found = summary_of(alerts)
    assert "共21条" in found.text
    assert "未列出" not in found.text
    assert found.text.count("某市发布0") == 1
    assert found.owner == ""


def test_the_same_alerts_make_the_same_summary():
    """In any order and with repetitions; other alerts make another id."""
    alerts = [a_message(n) for n in range(5)]
    assert summary_of(alerts) == summary_of([*reversed(alerts), alerts[2]])
    assert summary_of(alerts).id != summary_of(alerts[:4]).id


@pytest.mark.parametrize(
    "messages",
    [[], [a_message(kind="cleared")], [a_message(1), a_message(2, replay=True)]],
    ids=["none", "no alert", "replays mixed in"],
)
def test_what_cannot_be_summed_up_is_refused(messages):
    """A replay in a live summary would reach people as news."""
    with pytest.raises(ValueError, match="alert"):
        summary_of(messages)
