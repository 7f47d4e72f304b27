"""The sheet of the national system, written and read back."""

import pytest

from connectors.sheets.errors import SheetErrors
from connectors.sheets.national import read_national, write_national
from events.national import RUNNING, STOPPED, NationalEntry

FULL = NationalEntry(
    given_id="gh_1",
    name="某市出行",
    platform="微信订阅号",
    owner="某局",
    supervisor="某办",
    tier="市级部门和单位",
    area="某市",
    link="https://example.cn/1",
    opened_on="2020-01-01",
    state=RUNNING,
)
BARE = NationalEntry(name="某市教育", platform="抖音", state=STOPPED)


def test_what_is_written_is_read_back(tmp_path):
    """Long ids stay texts, days stay days."""
    path = tmp_path / "national.xlsx"
    write_national(path, [FULL, BARE])
    assert [FULL, BARE] == read_national(path)
    first = path.read_bytes()
    write_national(path, [FULL, BARE])
    assert first == path.read_bytes()


def test_words_of_the_other_side_are_understood(write_csv):
    """已注销 is a stop, 运行 is running, a blank state says nothing."""
    path = write_csv("账号名称,平台,运行状态", "甲,抖音,已注销", "乙,抖音,运行", "丙,抖音,")
    assert [STOPPED, RUNNING, ""] == [entry.state for entry in read_national(path)]


def test_an_account_twice_is_refused(write_csv):
    """By its id, or by its name where it has none."""
    path = write_csv("账号名称,平台,账号ID", "甲,抖音,1", "乙,抖音,1", "丙,抖音,", "丙,抖音,")
    with pytest.raises(SheetErrors) as caught:
        read_national(path)
    assert [(3, "账号ID"), (5, "账号名称")] == [(e.row, e.column) for e in caught.value.errors]
