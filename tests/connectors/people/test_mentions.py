import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.people.mentions import Mention, Names, fold, mention_in
from connectors.people.mobile import holds_mobile

NUMBER = "15200037719"


@pytest.mark.parametrize(
    "text",
    [
        *(
            NUMBER,
            f"致电{NUMBER}联系",
            f"x{NUMBER}y",
            "１５２０００３７７１９",
            "152 0003 7719",
            "152-0003-7719",
        ),
        *("152.0003.7719", "(152)00037719", "【152】0003〔7719〕", "+86 15200037719", "0086-152-00037719"),
        *("8615200037719", "015200037719", "152\u200b0003\u2060\u00ad7719", "1 5 2 0 0 0 3 7 7 1 9"),
        *("١٥٢٠٠٠٣٧٧١٩", "१५२०००३७७१९", "一五二〇〇〇三七七一九", "壹伍贰零零零叁柒柒壹玖"),
        *("幺五二零零零三七七幺九", "①⑤②⓪⓪⓪③⑦⑦①⑨", "❶⑤②０00三7柒壹玖", "1️⃣5️⃣200037719", "𝟏𝟓𝟐𝟎𝟎𝟎𝟑𝟕𝟕𝟏𝟗"),
        *(
            "电话1:152000 37719",
            "备用号码 15200037719 13600090014",
            "1520003771913600090014",
            "\u202a152\u202c0003\u200e7719",
        ),
        *("152—0003–7719", "152_0003_7719", "152・0003・7719", "(1)5(2)0(0)0(3)7(7)1(9)", "152\t0003\n7719"),
    ],
)
def test_a_mobile_number_is_known_in_every_form(text):
    """Definitions: in any script, with anything between its digits that a person reads over."""
    assert holds_mobile(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "12345678901", "1520003771", "152000377190", "320500199001011234", "2247483650138000012345"),
        *(
            "0512-65550123",
            "2023-01-13 18:12:34",
            "2023年1月13日18时",
            "1、3、5、7、9、11、13、15、17日未更新",
        ),
        *(
            "一是加强管理，二是落实责任",
            "二〇二三年一月十三日",
            "13:45:12、15:20:33",
            "13,812,345,678 次阅读",
        ),
        *(
            "第13、14、15、16、17、8期",
            "江府办〔2023〕12号",
            "2023.1.13—2023.3.31",
            "13.5%、14.6%、15.7%、16.8%",
        ),
    ],
)
def test_other_numbers_are_none(text):
    """Dates, lists, amounts, ids of platforms, identity numbers and numbers of offices are no mobile numbers."""
    assert not holds_mobile(text)


DIGITS = [
    [chr(first + n) for n in range(10)]
    for first in range(0x110000)
    if unicodedata.decimal(chr(first), None) == 0
    and [unicodedata.decimal(chr(min(first + n, 0x10FFFF)), None) for n in range(10)] == list(range(10))
]
PARTING = st.text(st.sampled_from(" -–—.·()[]（）〔〕\u3000\u200b\u200d\ufeff\u2028_"), max_size=3)


@given(
    st.sampled_from(("13", "14", "15", "16", "17", "18", "19")),
    st.text("0123456789", min_size=9, max_size=9),
    st.lists(st.tuples(st.sampled_from(DIGITS), PARTING), min_size=11, max_size=11),
    st.sampled_from(("", "电话", "x", "。")),
)
def test_no_script_and_no_sign_hides_a_mobile_number(begin, rest, forms, beside):
    """Every set of decimal digits that Unicode has, each digit in another one, with signs between."""
    hidden = "".join(digits[int(d)] + sign for d, (digits, sign) in zip(begin + rest, forms, strict=True))
    assert holds_mobile(beside + hidden + beside)


PEOPLE = Names(
    [
        "尉迟恭礼",
        "陈露",
        "司徒静安（兼）",
        "Ada Lovelace",
        "迪丽·努尔",
        "办公室",
        "简宁、向彤云",
        "陈露副科长",
        "",
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        *(("请联系尉迟恭礼。", "尉***"), ("尉 遲\u3000恭-禮", "尉***"), ("尉\u200b迟恭\u00ad礼", "尉***")),
        *(("司徒静安", "司***"), ("努尔迪丽努尔", "迪***"), ("迪丽•努尔", "迪***"), ("责编：向彤云", "向**")),
        *(("ADA  LOVELACE", "a***********"), ("ａｄａ　ｌｏｖｅｌａｃｅ", "a***********")),
        *(("陈露主任", "陈*"), ("陳露（科長）", "陈*"), ("联系人：陈 露", "陈*"), ("责任编辑陈露", "陈*")),
        *(("副局长、陈露", "陈*"), ("陈露副局长", "陈*"), ("值班员 简宁", "简*"), ("办公室主任陈露", "陈*")),
    ],
)
def test_a_name_of_the_store_is_found_in_every_form(text, masked):
    """Definitions: three characters by themselves, two beside a word for a post; what is shown repeats none of them."""
    found = mention_in(text, PEOPLE)
    assert found is not None
    assert found.kind == "name"
    assert len(found.masked) == len(masked) or "lovelace" in fold(text)
    assert found.masked[0] == masked[0]
    assert set(found.masked[1:]) == {"*"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "陈露",
            "陈露出现错误",
            "恭礼",
            "尉迟",
            "市政府办公室",
            "办公室主任",
            "adage",
            "Lovelace",
            "简宁",
            "",
        ),
        *("迪丽，努尔", "尉迟。恭礼", "责任编辑未署名", "管理员离职"),
    ],
)
def test_other_words_are_no_names_of_the_store(text):
    """Two characters alone are a word as well; an office or a post that stands where a name should is nobody."""
    assert mention_in(text, PEOPLE) is None


def test_only_numbers_are_looked_for_without_names():
    """Names of accounts and units are exempt from names, and from names alone."""
    assert mention_in("尉迟恭礼", None) is None
    assert mention_in(f"热线{NUMBER}", None) == Mention("mobile", "1**********")
    assert mention_in(NUMBER, PEOPLE, numbers=False) is None
    assert mention_in("尉迟恭礼", PEOPLE, numbers=False) is not None
