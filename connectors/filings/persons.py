"""Columns about people: by their header, or by what stands in them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from connectors.filings.cells import Cell, shown
from connectors.filings.columns import header_key

_NUMBERED = re.compile("[0-9一二三四五六七八九十]+$")  # 联系人2
_HEADER = re.compile(
    "姓名|职务|职位|职称|人员|职员|干部|领导|同志|主任|书记|秘书|负责人|责任人|经办|管理员|编辑|主编|责编|编审"
    "|联系|电话|手机|座机|传真|邮箱|邮件|微信号|身份证|证件号|住址|工号|警号|签字|签名"
    "|人$|员$|者$|(?<![时增周])长$|^(?:校对|审核|审校|初审|复审|终审|复核|签发|值班|填报|分管)$"
    "|qq|phone|^tel|mobile|fax|mail|contact|leader|editor|person|staff|manager|director|responsible|idcard"
)
_VALUE = re.compile(
    r"""
    (?<![0-9a-z_])
    (?: (?: \+?86[ -]? )? 1[3-9]\d [ -]? \d{4} [ -]? \d{4}                             # mobile number
      | \(? 0\d{2,3} [ )-]{0,2} [2-9]\d{2,3} [ -]? \d{4}                               # number with area code
      | [1-9]\d{5} (?:19|20)\d{2} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01]) \d{3}[\dx] # identity number
    )
    (?![0-9a-z_])
    | [a-z0-9_.+-]+ @ [a-z0-9-]+ \. [a-z0-9.-]+                                        # e-mail address
    """,
    re.VERBOSE | re.ASCII,
)


def people_columns(headers: Iterable[str], rows: Iterable[Mapping[str, Cell]]) -> frozenset[str]:
    """Return those of the unknown columns that belong in no event (design, promise 11).

    One telling value makes the whole column one of people: names stand beside numbers, and the log forgets nothing.
    """
    named = {header for header in headers if names_people(header)}
    others = set(headers) - named
    told = {
        header
        for cells in rows
        for header in others & cells.keys()
        if tells_of_a_person(shown(cells[header]))
    }
    return frozenset(named | told)


def names_people(header: str) -> bool:
    """Tell a header of a column about responsible people."""
    return _HEADER.search(_NUMBERED.sub("", header_key(header))) is not None


def tells_of_a_person(text: str) -> bool:
    """Tell a text with a telephone number, an e-mail address or an identity number.

    An identity number is known by its date of birth: codes of units and ids of platforms may have 18 digits too.
    """
    return _VALUE.search(unicodedata.normalize("NFKC", text).casefold()) is not None
