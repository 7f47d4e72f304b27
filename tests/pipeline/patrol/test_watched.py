"""Whom a source looks at, and where."""

from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import SheetError
from events.instants import to_micros
from pipeline.home.source_settings import PatrolSource
from pipeline.patrol.watched import watchlist
from projections.patrol.account_line import AccountLine
from tests.pipeline.inputs import sheet

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def line(account_id, name="某市发布", platform="微信公众号", owner="某局", closed=None):
    native = account_id.partition(":")[2]
    return AccountLine(
        account_id=account_id,
        given_id=native,
        name=name,
        platform=platform,
        owner=owner,
        supervisor="",
        tier="",
        area="",
        roles=(),
        opened_at=None,
        closed_at=closed,
        newest_at=None,
        newest_by_day=False,
        anchor=None,
        shown_at=0,
        looks=(),
        looked=False,
    )


LINES = [
    line("wechat:a b"),
    line("wechat:c", name="甲", owner="某委"),
    line("douyin:d", name="乙", platform="抖音"),
    line("wechat:old", name="丙", closed=to_micros(NOW) - 1),
]


def seen(tmp_path, **given):
    source = PatrolSource(name="s", kind="feed", **given)
    return watchlist(source, LINES, tmp_path, NOW)


def addresses(found):
    return {account: watched.address for account, watched in found.accounts.items()}


def test_a_template_gives_every_account_of_its_platforms_an_address(tmp_path):
    """The native id is quoted; a platform is known however it is written; closed accounts are left."""
    found = seen(tmp_path, platforms=("公众号",), template="https://x/{native_id}.xml")
    assert {"wechat:a b": "https://x/a%20b.xml", "wechat:c": "https://x/c.xml"} == addresses(found)


def test_units_narrow_it_further(tmp_path):
    """Accounts of these owners alone."""
    found = seen(tmp_path, platforms=("微信",), units=("某委",), template="https://x/{native_id}")
    assert ["wechat:c"] == list(found.accounts)


def test_settings_go_before_a_sheet_and_that_before_the_template(tmp_path):
    """And a sheet may name accounts by name and platform."""
    sheet(
        tmp_path / "a.csv",
        ("账号ID", "账号名称", "平台", "地址"),
        ("", "乙", "抖音", "https://sheet/d"),
        ("c", "", "", "https://sheet/c"),
        ("", "丁", "抖音", "https://sheet/none"),
    )
    given = {"accounts": {"c": "https://settings/c"}, "addresses": "a.csv"}
    found = seen(tmp_path, template="https://x/{native_id}", **given)
    assert ("https://settings/c", "https://sheet/d", "https://x/a%20b") == tuple(
        addresses(found)[account] for account in ("wechat:c", "douyin:d", "wechat:a b")
    )
    (problem,) = found.problems
    assert "a.csv, row 4" in problem


def test_a_sheet_that_cannot_be_read_is_refused(tmp_path):
    """With the file and what is missing."""
    sheet(tmp_path / "a.csv", ("账号ID", "别的"), ("c", "x"))
    with pytest.raises(SheetError, match=r"a\.csv"):
        seen(tmp_path, addresses="a.csv")


def test_an_account_that_is_not_in_the_registry_is_looked_at_all_the_same(tmp_path):
    """It is written in full; a word that may mean anything is a problem."""
    found = seen(
        tmp_path, accounts={"weibo:1": "https://x/1", "nobody": "https://x/2", "weibo:": "https://x"}
    )
    assert ("weibo:1",) == found.unregistered
    assert 2 == len(found.problems)


def test_canaries_are_among_those_looked_at(tmp_path):
    """One that is not shows nothing of its source."""
    found = seen(tmp_path, accounts={"c": "https://x/c"}, canaries=("c", "douyin:d"))
    assert (frozenset({"wechat:c"}), 1) == (found.canaries, len(found.problems))


def test_accounts_in_scope_without_an_address_are_named(tmp_path):
    """Where platforms or units say which accounts are meant."""
    found = seen(tmp_path, platforms=("微信公众号",), accounts={"c": "https://x/c"})
    assert ("wechat:a b",) == found.without_address
