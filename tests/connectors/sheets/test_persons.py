import pytest

from connectors.people.person import PersonGiven
from connectors.sheets.persons import (
    ends_with_signature,
    holds_own_number,
    holds_personal_data,
    names_one_of,
    names_people,
)
from connectors.sheets.readers import read_accounts

HEADER = "账号ID,账号名称,平台"


@pytest.mark.parametrize(
    "header",
    [
        *("填报人", "联络员", "审核人", "发布人", "值班人", "法定代表人", "运营人", "管理人", "校对", "局长"),
        *("分管领导", "分管同志", "办公室主任", "姓名", "职务", "QQ", "微信号", "传真", "身份证号码"),
        *(
            "联系电话（必填）",
            "办公电话",
            "手机号",
            "电子邮箱",
            "E-mail",
            "Fax No.",
            "Tel",
            "填报人2",
            "审核人（签字）",
        ),
    ],
)
def test_headers_of_people_are_known(header):
    """Design, promise 11: responsible people are not in the log."""
    assert names_people(header)


@pytest.mark.parametrize(
    "header",
    [
        "粉丝数",
        "备案号",
        "主体",
        "认证主体",
        "运营单位",
        "视频时长",
        "粉丝增长",
        "审核状态",
        "hotel",
        "微信公众号",
    ],
)
def test_headers_of_things_stay(header):
    """A column about the account is kept with its opening."""
    assert not names_people(header)


@pytest.mark.parametrize(
    "text",
    [
        *("13800001234", "１３８００００１２３４", "138-0000-1234", "+86 138 0000 1234", "某某13800001234"),
        *("0512-65550123", "(0512) 65550123", "051265550123", "010 6555 0123", "电话:0512-65550123-801"),
        *("a.b@example.cn", "邮箱 A@EXAMPLE.CN"),
        *("320500199001011234", "32050019900101123x"),
    ],
)
def test_values_of_people_are_known(text):
    """Numbers and addresses tell of a person under any header."""
    assert holds_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "12345",
            "2021-06-16 17:05",
            "2021-06-16",
            "gh_0123456789ab",
            "苏ICP备05012345号-1",
            "@某市发布",
            "65550123",
        ),
        *(
            "11320500014151234X",
            "113205000141512345",
            "2247483650138000012345",
            "https://example.cn/13800001234567",
        ),
    ],
)
def test_values_of_things_stay(text):
    """Dates, licences, codes of units and ids of platforms are no numbers of people."""
    assert not holds_personal_data(text)


@pytest.mark.parametrize("number", [13800001234, "a@example.cn", "0512-65550123", "320500199001011234"])
def test_one_telling_value_makes_a_column_one_of_people(write_xlsx, number):
    """A name above a number in one column is no less a name; other unknown columns stay."""
    path = write_xlsx(
        (*HEADER.split(","), "备用", "备案号"),
        ("1", "甲", "抖音", "张三丰", "备1"),
        ("2", "乙", "抖音", number, "备2"),
    )
    first, second = read_accounts(path)
    assert ({"备案号": "备1"}, {"备用": "张三丰"}) == (first.extra, first.people)
    assert ({"备案号": "备2"}, {"备用": str(number)}) == (second.extra, second.people)


def test_known_columns_are_no_columns_of_people(write_csv):
    """A description that names the hotline of a unit is still the description."""
    (row,) = read_accounts(write_csv(f"{HEADER},简介", "1,甲,抖音,热线 0512-65550123"))
    assert ("热线 0512-65550123", {}) == (row.description, row.people)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("综合科 13800001234", True),
        ("320500199001011234", True),
        ("热线 0512-65550123", False),
        ("a@example.cn", False),
    ],
)
def test_own_numbers_are_told_from_those_of_units(text, own):
    """A mobile number is a person's; a hotline or an address may be a unit's."""
    assert own is holds_own_number(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("综合科 张 三", True),
        ("请拨１３８-0000-1234", True),
        ("6555 0123 转", True),
        ("综合科", False),
        ("李四", False),
        ("第 801 号", False),
    ],
)
def test_people_are_found_however_they_are_spaced(text, named):
    """By name, or by one of several numbers in a cell; an extension alone is no number."""
    people = [PersonGiven("张三", "", "13800001234；65550123、801"), PersonGiven("李")]
    assert named is names_one_of(text, people)


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("同意开设。张三", True),
        ("同意 李建国", True),
        ("同意；负责人：司马某", True),
        ("张三", True),
        ("同意。", False),
        ("同意开设", False),
        ("同意。方便群众", False),
        ("同意，请整合", False),
    ],
)
def test_signatures_are_known_by_the_surname(text, signed):
    """A short text by itself at the end that begins with a surname."""
    assert signed is ends_with_signature(text)
