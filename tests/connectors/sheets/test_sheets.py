from datetime import UTC, datetime

import pytest

from connectors.sheets.errors import EmptySheetError, MissingColumnsError, SheetError, SheetErrors
from connectors.sheets.readers import read_accounts, read_filings, read_findings, read_looks, read_posts
from connectors.sheets.rows import AccountRef, AccountRow, FilingRow, FindingRow, LookRow, PostRow

NOW = datetime(2021, 6, 20, 4, 0, tzinfo=UTC)  # noon in China
AT = datetime(2021, 6, 16, 9, 5, tzinfo=UTC)
DAY_END = datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC)
REF = AccountRef("gh_1", None, None, None)
RULES = {"发布商业广告": "yellow-6", "yellow-6": "yellow-6"}


def errors_of(read, *arguments):
    """The bad cells as row, column, problem."""
    with pytest.raises(SheetErrors) as caught:
        read(*arguments)
    return [(error.row, error.column, error.problem) for error in caught.value.errors]


def findings(path):
    return read_findings(path, RULES.get, NOW)


def looks(path):
    return read_looks(path, NOW)


def posts(path):
    return read_posts(path, NOW)


def test_accounts_come_with_every_column(write_csv):
    """Unknown columns are kept by their headers, those about people apart."""
    path = write_csv(
        "账号ID,账号名称,平台,主办单位,主管单位,层级,地区,开设时间,简介,粉丝数,联系电话",
        "ｇｈ＿1,某市（发布）,微信 订阅号,某局,某办,市级部门和单位,某市,2021-06-16,政务,12,123",
    )
    assert read_accounts(path) == [
        AccountRow(
            row=2,
            given_id="gh_1",
            name="某市（发布）",
            platform="微信订阅号",
            owner="某局",
            supervisor="某办",
            tier="市级部门和单位",
            area="某市",
            opened_at=DAY_END,
            opened_at_date_only=True,
            description="政务",
            extra={"粉丝数": "12"},
            people={"联系电话": "123"},
        )
    ]


def test_accounts_may_lack_what_is_not_needed(write_csv):
    """Without id and opening date an account is still an account; an unknown platform stays as written."""
    (row,) = read_accounts(write_csv("name,platform,owner,opened_at", "a,某平台,b,"))
    assert (row.given_id, row.opened_at, row.platform, row.tier, row.extra) == (None, None, "某平台", "", {})


def test_every_bad_cell_is_named_and_nothing_returned(write_xlsx):
    """All errors come in one exception, in the order of the rows, with place and value."""
    path = write_xlsx(
        ("账号ID", "账号名称", "平台", "主办单位", "开设时间"),
        ("gh_1", "甲", "抖音", "某局", "2021-06-16"),
        (1.23e15, None, "抖音", "某局", "2021-13-45"),
        ("gh_3", "丙", None, "某局", "昨天", "多余"),
    )
    with pytest.raises(SheetErrors) as caught:
        read_accounts(path)
    found = {(error.row, error.column, error.place, error.value) for error in caught.value.errors}
    assert found == {
        (3, "账号ID", "A3", "1230000000000000"),
        (3, "账号名称", "B3", ""),
        (3, "开设时间", "E3", "2021-13-45"),
        (4, "平台", "C4", ""),
        (4, "开设时间", "E4", "昨天"),
        (4, "F", "F4", "多余"),
    }
    assert [error.row for error in caught.value.errors] == [3, 3, 3, 4, 4, 4]
    assert (
        f"{path}, row 3, column 开设时间 (E3): “2021-13-45” is a date or time that does not exist; "
        "correct it; write it like 2021-06-16 17:05 or 2021-06-16"
    ) in str(caught.value).splitlines()


def test_the_message_shows_twenty_errors_and_counts_the_rest(write_csv):
    """A sheet that is wrong everywhere does not flood the screen; long values are cut."""
    path = write_csv("name,platform,owner,opened_at", *(f"n{n},抖音,b,{'x' * 100}" for n in range(23)))
    with pytest.raises(SheetErrors) as caught:
        read_accounts(path)
    lines = str(caught.value).splitlines()
    assert len(caught.value.errors) == 23
    assert (len(lines), lines[-1]) == (21, f"{path}: 3 more bad cells; correct these first and try again")
    assert f"“{'x' * 60}…” is not a date" in lines[0]


def test_an_account_twice_names_the_first_row(write_csv):
    """The same id on the same platform is one account; on another platform it is another."""
    path = write_csv(
        "账号ID,名称,平台,主办单位", "1,甲,抖音,某局", "1,甲,快手,某局", "１,乙,抖音,某局", "1,丙,抖音,某局"
    )
    assert errors_of(read_accounts, path) == [
        (4, "账号ID", "is the account of row 2 again"),
        (5, "账号ID", "is the account of row 2 again"),
    ]


def test_accounts_without_id_are_told_apart_by_name_and_platform(write_csv):
    """Two rows without ids and with one name cannot be told apart; with ids they can."""
    path = write_csv(
        "账号ID,名称,平台,主办单位", ",甲,抖音,某局", "5,甲,抖音,某局", ",甲,抖音,某办", ",甲,快手,某局"
    )
    assert errors_of(read_accounts, path) == [(4, "名称", "has the name and platform of row 2")]


def test_accounts_without_id_are_told_apart_by_what_a_person_reads(write_csv):
    """A radical out of a PDF makes no second account."""
    path = write_csv("账号ID,名称,平台,主办单位", ",新江⽂旅,抖音,某局", ",新江文旅,抖音,某局")
    assert errors_of(read_accounts, path) == [(3, "名称", "has the name and platform of row 2")]


@pytest.mark.parametrize("value", ["#REF!", "=1/0"])
def test_broken_cells_are_errors_wherever_they_are_kept(write_xlsx, value):
    """An error cell is bad in known and unknown columns of the registry alike."""
    path = write_xlsx(
        ("名称", "平台", "主办单位", "粉丝"), ("甲", "抖音", value, 1), ("乙", "抖音", "某局", value)
    )
    assert [error[:2] for error in errors_of(read_accounts, path)] == [(2, "主办单位"), (3, "粉丝")]


def test_filings_of_each_kind_are_read(write_csv):
    """Only a change carries new values; filing time and reason may be missing."""
    path = write_csv(
        "账号名称,平台,主办单位,备案类别,生效时间,备案时间,原因,新名称,新主办单位",
        "甲,抖音,某局,开设,2021-06-16 17:05,2021年6月16日,新设,,",
        "甲,抖音,,变更,2021-06-16,,改革,乙,某办",
        "乙,抖音,,关停,2021-06-16 17:05,,,,",
    )
    assert read_filings(path) == [
        FilingRow(2, AccountRef(None, "甲", "抖音", "某局"), "opened", AT, False, DAY_END, True, "新设", {}),
        FilingRow(
            3, AccountRef(None, "甲", "抖音", None), "changed", DAY_END, True, None, False, "改革",
            {"name": "乙", "owner": "某办"},
        ),
        FilingRow(4, AccountRef(None, "乙", "抖音", None), "stopped", AT, False, None, False, "", {}),
    ]  # fmt: skip


def test_bad_filings_are_named(write_csv):
    """A change must change something, other filings must not, and kind and time must be given."""
    path = write_csv(
        "账号ID,备案类别,注销时间,新名称",
        "1,变更,2021-06-16,",
        "1,注销,2021-06-16,乙",
        "1,迁移,,",
        "1,,2021-06-31,",
        ",注销,2021-06-16,",
    )
    assert errors_of(read_filings, path) == [
        (2, "备案类别", "is a change without a new value"),
        (3, "备案类别", "is no change but has new values"),
        (4, "注销时间", "is empty"),
        (4, "备案类别", "is not a known value here"),
        (5, "备案类别", "is empty"),
        (5, "注销时间", "is a date or time that does not exist"),
        (6, "账号ID", "does not say which account"),
    ]


def test_findings_are_read_with_their_rule_resolved(write_csv):
    """The rule is the ruleset's, the text is the sheet's; count is one where blank."""
    path = write_csv(
        "账号ID,问题/指标,性质 (单项否决/扣分),数量,发现时间,发现单位,备注",
        "gh_1,发布商业广告,扣分,３,2021-06-16 17:05,某公司,首页",
        "gh_1,yellow-6,单项否决,,2021-06-16,,",
        "gh_1,yellow-6,,,2021-06-16,,",
    )
    assert findings(path) == [
        FindingRow(2, REF, "yellow-6", "发布商业广告", "yellow", 3, AT, False, "某公司", "首页"),
        FindingRow(3, REF, "yellow-6", "yellow-6", "red", 1, DAY_END, True, "", ""),
        FindingRow(4, REF, "yellow-6", "yellow-6", None, 1, DAY_END, True, "", ""),
    ]


def test_bad_findings_are_named(write_csv):
    """Unknown rules, severities, counts and times to come are refused together."""
    path = write_csv(
        "账号名称,平台,问题,性质,数量,发现时间",
        "甲,抖音,没有的指标,严重,0,2021-06-22",
        "甲,,发布商业广告,扣分,1,",
        "甲,抖音,,扣分,1,2021-06-16",
    )
    assert errors_of(findings, path) == [
        (2, "问题", "is no rule of the ruleset"),
        (2, "性质", "is not a known value here"),
        (2, "数量", "is not a whole number from 1 up"),
        (2, "发现时间", "lies in the future"),
        (3, "发现时间", "is empty"),
        (3, "账号名称", "does not say which account"),
        (4, "问题", "is empty"),
    ]


@pytest.mark.parametrize(
    ("read", "header"),
    [
        (findings, "账号ID,发现时间,问题"),
        (looks, "账号ID,检查时间,最新发布时间"),
        (posts, "账号ID,发布时间,链接"),
    ],
)
def test_observations_may_lie_in_tomorrow_and_no_later(write_csv, read, header):
    """The day after tomorrow in China is a slip of the pen; tomorrow may be a clock that runs ahead."""
    third = "无" if read is looks else "发布商业广告"
    assert len(read(write_csv(header, f"1,2021-06-21,{third}"))) == 1
    assert errors_of(read, write_csv(header, f"1,2021-06-22 00:00,{third}")) == [
        (2, header.split(",")[1], "lies in the future")
    ]


def test_the_wall_clock_bounds_observations_where_no_time_is_given(write_csv):
    """Without `now` the year 2990 is still refused."""
    headers = ((read_looks, "账号ID,检查时间,最新发布时间"), (read_posts, "账号ID,发布时间,备注"))
    for read, header in headers:
        assert [error[2] for error in errors_of(read, write_csv(header, "1,2990-01-01,无"))] == [
            "lies in the future"
        ]


def test_filings_and_openings_may_lie_ahead(write_csv):
    """A closing is filed before its day."""
    (row,) = read_filings(write_csv("账号ID,备案类别,生效时间", "1,注销,2099-01-01"))
    assert row.effective_at.year == 2099


def test_looks_are_read(write_csv):
    """A look that saw no post says so; a date alone for both is one day."""
    path = write_csv(
        "账号ID,检查时间,最新发布时间",
        "gh_1,2021-06-16 17:05,2021-06-16 17:05",
        "gh_1,2021-06-16, 无 ",
        "gh_1,2021-06-16 17:05,2021-06-16",
    )
    assert looks(path) == [
        LookRow(2, REF, AT, False, AT, False),
        LookRow(3, REF, DAY_END, True, None, False),
        LookRow(4, REF, AT, False, AT, True),
    ]


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_a_blank_newest_post_says_nothing(write_csv, blank):
    """Definitions of weeks: the row is refused, and the word for no post at all is named."""
    path = write_csv("账号ID,检查时间,最新发布时间,备注", f"1,2021-06-16 17:05,{blank},看过")
    with pytest.raises(
        SheetErrors, match=r"column 最新发布时间: is empty, which says nothing; write .* or 无"
    ):
        looks(path)


def test_looks_without_the_column_of_the_newest_post_are_refused(write_csv):
    """Every row of such a sheet would say nothing."""
    with pytest.raises(MissingColumnsError, match="lacks the column 最新发布时间"):
        looks(write_csv("账号ID,检查时间", "1,2021-06-16 17:05"))


@pytest.mark.parametrize(
    ("month", "read", "header"),
    [
        ("2021年6月", posts, "账号ID,发布时间"),
        ("2021-06", looks, "账号ID,检查时间,最新发布时间"),
        ("6月份", findings, "账号ID,发现时间,问题"),
        ("2021年第二季度", posts, "账号ID,发布时间"),
        ("２０２１．６", posts, "账号ID,发布时间"),
    ],
)
def test_a_month_is_no_day(write_csv, month, read, header):
    """Its last day or its first would move a verdict; the day has to be found out."""
    rest = {findings: ",发布商业广告", looks: ",无", posts: ""}[read]
    problems = errors_of(read, write_csv(header, f"1,{month}{rest}"))
    assert problems == [(2, header.split(",")[1], "names a month or a year and no day")]


def test_bad_looks_are_named(write_csv):
    """A look cannot see a later post, and a look without time is none."""
    path = write_csv(
        "账号ID,检查时间,最新发布时间",
        "1,2021-06-16 17:05,2021-06-16 17:06",
        "1,,2021-06-16",
        "1,2021-06-16 17:05,2021-06-17",
    )
    assert errors_of(looks, path) == [
        (2, "最新发布时间", "is later than the look"),
        (3, "检查时间", "is empty"),
        (4, "最新发布时间", "is later than the look"),
    ]


def test_posts_are_read(write_csv):
    """The id goes before the link; a row without a time says that there was no post."""
    path = write_csv(
        "账号ID,发布时间,链接,文章ID",
        "gh_1,2021-06-16 17:05,https://example.cn/1,",
        "gh_1,2021-06-16,https://example.cn/2,2_1",
        "gh_1,2021-06-16,,",
        "gh_2,,,",
    )
    silent = AccountRef("gh_2", None, None, None)
    assert posts(path) == [
        PostRow(2, REF, AT, False, "https://example.cn/1"),
        PostRow(3, REF, DAY_END, True, "2_1"),
        PostRow(4, REF, DAY_END, True, None),
        PostRow(5, silent, None, False, None),
    ]


def test_bad_posts_are_named(write_csv):
    """A link without a time is no statement of silence, and an account has posts or none."""
    path = write_csv(
        "账号名称,平台,主办单位,发布时间,链接",
        "甲,抖音,,2021-06-16,",
        "甲,抖音,某局,,",
        "乙,抖音,,,https://example.cn/1",
        "丙,抖音,,,",
        "丙,抖音,,2021-06-16,1.2E+18",
        "丙,抖音,,2021-06-16,",
        ",抖音,,2021-06-16,",
    )
    assert errors_of(posts, path) == [
        (3, "发布时间", "contradicts row 2: posts and no post of one account"),
        (4, "发布时间", "is empty though the row names a post"),
        (6, "链接", "is an id that was turned into a number and has lost digits"),
        (7, "发布时间", "contradicts row 5: posts and no post of one account"),
        (8, "账号名称", "does not say which account"),
    ]


@pytest.mark.parametrize("read", [read_accounts, read_filings, findings, looks, posts])
def test_every_reader_refuses_a_sheet_of_another_kind(write_csv, read):
    """A wrong file is an error of the same tree."""
    with pytest.raises(SheetError):
        read(write_csv("甲,乙", "1,2"))


@pytest.mark.parametrize("read", [read_accounts, read_filings, findings, looks, posts])
def test_every_reader_refuses_an_empty_sheet(write_csv, read):
    """No content, no rows."""
    with pytest.raises(EmptySheetError):
        read(write_csv("", ""))
