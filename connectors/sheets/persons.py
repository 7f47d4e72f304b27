"""Columns about people: by their header, or by what stands in them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from connectors.people.mobile import holds_mobile
from connectors.people.person import PersonGiven
from connectors.sheets.cells import Cell, shown
from connectors.sheets.columns import header_key

_NUMBERED = re.compile("[0-9一二三四五六七八九十]+$")  # 联系人2
_HEADER = re.compile(
    "姓名|职务|职位|职称|人员|职员|干部|领导|同志|主任|书记|秘书|负责人|责任人|经办|管理员|编辑|主编|责编|编审"
    "|联系|电话|手机|座机|传真|邮箱|邮件|微信号|身份证|证件号|住址|工号|警号|签字|签名"
    "|人$|员$|者$|(?<![时增周])长$|^(?:校对|审核|审校|初审|复审|终审|复核|签发|值班|填报|分管)$"
    "|qq|phone|^tel|mobile|fax|mail|contact|leader|editor|person|staff|manager|director|responsible|idcard"
)
_IDENTITY = r"[1-9]\d{5} (?:19|20)\d{2} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01]) \d{3}[\dx]"
_IDENTITY_NUMBER = re.compile(rf"(?<![0-9a-z_]) {_IDENTITY} (?![0-9a-z_])", re.VERBOSE | re.ASCII)
_VALUE = re.compile(
    rf"""
    (?<![0-9a-z_])
    (?: {_IDENTITY}
      | \(? 0\d{{2,3}} [ )-]{{0,2}} [2-9]\d{{2,3}} [ -]? \d{{4}}                           # number with area code
    )
    (?![0-9a-z_])
    | [a-z0-9_.+-]+ @ [a-z0-9-]+ \. [a-z0-9.-]+                                        # e-mail address
    """,
    re.VERBOSE | re.ASCII,
)

_SPACES = re.compile(r"\s+")
_NO_DIGITS = re.compile(r"[^0-9]+")
_BETWEEN_NUMBERS = re.compile("[,;、/]")
_SHORTEST_NUMBER = 7
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_SIGNATURE = re.compile(
    rf"(?:^|[。;!.\s]) (?: (?:签名|签字|签章|负责人|经办人) [:\s]* )?"
    rf" (?: [{_SURNAMES}][\u4e00-\u9fff]{{1,2}} | (?:欧阳|上官|司马|诸葛|司徒|夏侯)[\u4e00-\u9fff]{{1,2}} ) $",
    re.VERBOSE,
)
"""A name by itself at the end, behind a full stop or a space; our assumption: the hundred most frequent surnames."""


def people_columns(headers: Iterable[str], rows: Iterable[Mapping[str, Cell]]) -> frozenset[str]:
    """Return those of the unknown columns that belong in no event (design, promise 11).

    One telling value makes the whole column one of people: names stand beside numbers, and the log forgets nothing.
    """
    named = {header for header in headers if names_people(header)}
    others = set(headers) - named
    revealing = {
        header
        for cells in rows
        for header in others & cells.keys()
        if holds_personal_data(shown(cells[header]))
    }
    return frozenset(named | revealing)


def names_people(header: str) -> bool:
    """Tell a header of a column about responsible people."""
    return _HEADER.search(_NUMBERED.sub("", header_key(header))) is not None


def holds_personal_data(text: str) -> bool:
    """Tell a text with a telephone number, an e-mail address or an identity number.

    An identity number is known by its date of birth: codes of units and ids of platforms may have 18 digits too.
    """
    return holds_mobile(text) or _VALUE.search(_plain(text)) is not None


def holds_own_number(text: str) -> bool:
    """Tell a text with a mobile or an identity number; a hotline or an address of a unit is none."""
    return holds_mobile(text) or _IDENTITY_NUMBER.search(_plain(text)) is not None


def names_one_of(text: str, people: Iterable[PersonGiven]) -> bool:
    """Tell a text that holds the name or the number of one of these people, however it is spaced."""
    letters = _SPACES.sub("", _plain(text))
    digits = _NO_DIGITS.sub("", letters)
    for person in people:
        name = _SPACES.sub("", _plain(person.name))
        if len(name) > 1 and name in letters:
            return True
        numbers = (_NO_DIGITS.sub("", part) for part in _BETWEEN_NUMBERS.split(_plain(person.phone)))
        if any(len(number) >= _SHORTEST_NUMBER and number in digits for number in numbers):
            return True
    return False


def ends_with_signature(text: str) -> bool:
    """Tell a text that closes with what looks like a name of its own, like 同意开设。张三."""
    return _SIGNATURE.search(_plain(text).strip()) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
