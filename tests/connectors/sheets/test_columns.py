from collections import Counter

import pytest

from connectors.sheets.columns import header_key
from connectors.sheets.kinds import ACCOUNTS, FINDINGS, KINDS


@pytest.mark.parametrize(
    "header",
    [
        "账号名称",
        " 账号 名称 ",
        "帐号名称",
        "账号名称（必填）",
        "*账号名称",
        "账号名称(必填)【文本】",
        "账号\u3000名称:",
    ],
)
def test_headers_are_compared_without_what_does_not_matter(header):
    """Spaces, stars, notes in brackets and the other 账 make no other column."""
    assert header_key(header) == "账号名称"


def test_case_and_width_of_letters_do_not_matter():
    """Account ID, ACCOUNT_ID and full-width letters are one header."""
    assert len({header_key(header) for header in ("Account ID", "ACCOUNT_ID", "ａｃｃｏｕｎｔ－ｉｄ")}) == 1


def test_a_header_in_brackets_keeps_its_text():
    """A note is only what follows a name."""
    assert header_key("（备注）") == "(备注)"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_header_means_two_columns(kind):
    """Within a kind of sheet each known header leads to one column."""
    meanings = {
        (header_key(header), column.key)
        for column in kind.columns
        for header in (column.key, column.title, *column.names)
    }
    assert [key for key, times in Counter(key for key, _ in meanings).items() if times > 1] == []


def test_needed_columns_are_named_as_in_the_template():
    """Where an account is meant, its id or name with platform will do."""
    assert ACCOUNTS.missing({"name"}) == ["平台"]
    assert FINDINGS.missing({"account_id", "rule", "found_at"}) == []
    assert FINDINGS.missing({"name", "platform", "rule", "found_at"}) == []
    assert FINDINGS.missing({"name", "rule", "found_at"}) == ["账号ID (or both 账号名称 and 平台)"]
