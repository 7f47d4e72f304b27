"""Sheets of flags, self-checks and upper-level checks as people really write them."""

from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import SheetErrors
from connectors.sheets.flags import read_flags
from connectors.sheets.self_checks import CheckedWithin, read_self_checks
from connectors.sheets.upper_checks import read_upper_checks
from tests.pipeline.inputs import at, sheet

NOW = datetime(2023, 3, 1, tzinfo=UTC)
QUARTER = CheckedWithin(at("2023-01-01 00:00"), at("2023-03-01 08:00"))


def self_checks(path):
    return read_self_checks(path, {"严重表述错误": "red-1-wording"}.get, QUARTER)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_real_self_check_is_read(tmp_path, suffix):
    """Titles above the header, other header words, text dates, full-width digits and invisible characters."""
    path = sheet(
        tmp_path / f"z.{suffix}",
        ("2023年第一季度自查情况表",),
        ("填报单位：某区", ""),
        ("账号名称", "平台", "自查日期", "是否合格", "存在问题", "次数", "整改情况（是否）"),
        ("某区发布\u200b", "微信订阅号", "２０２３年２月１５日", " 不合格 ", "严重表述错误", "２", "已整改"),
        ("某区文旅", "抖音", "2023-02-16 10:30", "是", "", "", ""),
        ("某区教育", "抖音", "", "未检查", "", "", ""),
    )
    failed, passed, unchecked = self_checks(path)
    assert ("某区发布", "failed", "red-1-wording", 2, True) == (
        failed.account.name,
        failed.outcome,
        failed.rule,
        failed.count,
        failed.rectified,
    )
    assert (at("2023-02-15 23:59:59"), True) == (failed.checked_at, failed.date_only)
    assert ("passed", at("2023-02-16 10:30"), None) == (passed.outcome, passed.checked_at, passed.rule)
    assert ("not_checked", None) == (unchecked.outcome, unchecked.checked_at)


@pytest.mark.parametrize(
    ("checked", "refused"),
    [
        ("2023-01-01 00:00", True),
        ("2023-01-01 00:01", False),
        ("2023-03-01 08:00", False),
        ("2023-03-01 08:01", True),
    ],
)
def test_a_check_lies_in_the_time_of_its_report(tmp_path, checked, refused):
    """After the quarter began, up to when the report came."""
    path = sheet(tmp_path / "z.csv", ("账号ID", "检查时间", "检查结果"), ("a1", checked, "合格"))
    if refused:
        with pytest.raises(
            SheetErrors, match="does not lie in the time of the report, 2023-01-01 to 2023-03-01"
        ):
            self_checks(path)
    else:
        assert 1 == len(self_checks(path))


@pytest.mark.parametrize(("checked", "read"), [("2023-03-01", True), ("2023-03-02", False)])
def test_a_check_of_the_day_of_the_report_needs_no_time_of_day(tmp_path, checked, read):
    """A day alone is its end, which comes after a report of that morning; the next day is refused."""
    path = sheet(tmp_path / "z.csv", ("账号ID", "检查时间", "检查结果"), ("a1", checked, "合格"))
    if read:
        (row,) = self_checks(path)
        assert (at("2023-03-01 23:59:59"), True) == (row.checked_at, row.date_only)
    else:
        with pytest.raises(SheetErrors, match="2023-01-01 to 2023-03-01"):
            self_checks(path)


def test_the_day_after_the_quarter_is_refused(tmp_path):
    """The midnight with which a quarter ends belongs to its last day."""
    quarter = CheckedWithin(at("2023-01-01 00:00"), at("2023-04-01 00:00"))
    path = sheet(tmp_path / "z.csv", ("账号ID", "检查时间", "检查结果"), ("a1", "2023-04-01", "合格"))
    with pytest.raises(SheetErrors, match="2023-01-01 to 2023-03-31"):
        read_self_checks(path, lambda _: None, quarter)


def test_a_newest_post_of_the_day_of_the_check_stands_at_the_check(tmp_path):
    """A date alone means the end of the day, but nobody sees a post that comes after the look."""
    headers = ("账号ID", "检查时间", "检查结果", "最新发布时间")
    path = sheet(tmp_path / "z.csv", headers, ("a1", "2023-02-15 10:00", "合格", "2023-02-15"))
    (row,) = self_checks(path)
    assert (at("2023-02-15 10:00"), True) == (row.newest_post_at, row.newest_post_date_only)


def test_words_of_levels_and_causes_are_understood(tmp_path):
    """An office writes 国办 or 省政府办公厅, and 严重表述错误 for a serious error."""
    headers = ("账号ID", "抽查层级", "通报时间", "抽查结果", "原因", "文号")
    path = sheet(
        tmp_path / "u.xlsx",
        headers,
        ("a1", "国办", "2023-01-12", "不合格", "严重表述错误", "某函〔2023〕1号"),
        ("a2", "省政府办公厅", "2023-01-12", "通过", "", ""),
    )
    one, other = read_upper_checks(path, NOW)
    assert ("state_council", "failed", "serious_error", "某函〔2023〕1号") == (
        one.level,
        one.outcome,
        one.cause,
        one.document,
    )
    assert ("province", "passed", None) == (other.level, other.outcome, other.cause)


def test_a_flag_of_the_future_is_refused(tmp_path):
    """Later than tomorrow nobody flagged anything."""
    headers = ("账号ID", "提示日期", "监测机构")
    assert 1 == len(read_flags(sheet(tmp_path / "f.csv", headers, ("a1", "2023-03-02", "甲公司")), NOW))
    with pytest.raises(SheetErrors, match="lies in the future"):
        read_flags(sheet(tmp_path / "g.csv", headers, ("a1", "2023-03-03", "甲公司")), NOW)


def test_text_of_harmful_content_is_refused_and_not_repeated(tmp_path):
    """Red line 3: the log forgets nothing, so only a reference may go into it."""
    path = sheet(
        tmp_path / "z.csv",
        ("账号ID", "检查时间", "检查结果", "问题", "备注"),
        ("a1", "2023-02-15 10:00", "不合格", "传播有害内容", "有害原文"),
    )
    with pytest.raises(SheetErrors, match="must stay empty") as refused:
        read_self_checks(path, {"传播有害内容": "red-3-harmful-content"}.get, QUARTER)
    assert "有害原文" not in str(refused.value)


def test_a_unit_reports_no_state_secrets_on_a_sheet(tmp_path):
    """Definitions, Severe cases: the office alone records them, as separate cases; the words are not repeated."""
    row = ("a1", "2023-02-15 10:00", "不合格", "泄露国家秘密")
    path = sheet(tmp_path / "z.csv", ("账号ID", "检查时间", "检查结果", "问题"), row)
    with pytest.raises(SheetErrors, match="另案处理") as refused:
        read_self_checks(path, {"泄露国家秘密": "red-2-secrets"}.get, QUARTER)
    assert "泄露国家秘密" not in str(refused.value)
