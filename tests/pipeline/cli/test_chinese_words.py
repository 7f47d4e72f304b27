"""Who reads Chinese reads no English words: a walk over wrong input of every kind, in a Chinese locale."""

import re

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.cli.test_wrong_input import REFUSED
from tests.pipeline.cli.test_wrong_sheets import CASES
from tests.pipeline.inputs import sheet
from tests.pipeline.program import xuncha

NAMES = {
    "xuncha",
    "home",
    "history",
    "rulesets",
    "console",
    "file",
    "fresh",
    "stale",
    "unknown",
    "CSV",
    "XLSX",
    "JSON",
    "ISO",
    "UTC",
    "ID",
    "Excel",
    "WPS",
    "URL",
    "SQL",
    "MiB",
    "ClickHouse",
    "Kafka",
    "OPTIONS",
    "ARGS",
    "COMMAND",
}
"""What is called so in Chinese, too."""
SAID_BY_THE_DATABASE = {
    case for case in REFUSED if "sql" in case or "two statements" in case or "write behind" in case
}
"""Messages of the history's server stay English (docs/design.md, Messages)."""
_NAMED = re.compile(
    r"`[^`]*`"  # a command to type
    r"|“[^”]*”|'[^']*'|\"[^\"]*\""  # what somebody wrote
    r"|--[\w-]+"  # an option
    r"|[!-~]*[/@_=.\d][!-~]*|[a-z]+(?:-[a-z0-9]+)+"  # a path, a code, a field, an id
)


@pytest.fixture(autouse=True)
def in_chinese(monkeypatch):
    for name, value in {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""}.items():
        monkeypatch.setenv(name, value)


def english_in(told, *words):
    """Return the English words of a text that are neither names nor what was typed."""
    left = re.sub("用法.*?错误", "", told)
    for path in (str(word) for word in words if "/" in str(word)):
        left = left.replace(path, " ")
    typed = {part for word in words for part in re.findall("[A-Za-z]+", str(word))}
    return sorted(set(re.findall(r"[A-Za-z]{2,}", _NAMED.sub(" ", left))) - NAMES - typed)


def _listed(found):
    return "\n".join(f"{case}: {', '.join(english)}: {told}" for case, (english, told) in found.items())


@pytest.fixture(scope="module")
def shared(city_model):
    return city_model / "home"


def test_wrong_commands_are_told_in_chinese_alone(shared, tmp_path, monkeypatch):
    """Unknown names, wrong times, missing files."""
    monkeypatch.chdir(tmp_path)
    found = {}
    for case, (words, _) in REFUSED.items():
        if case not in SAID_BY_THE_DATABASE:
            told = xuncha(shared, *words).complaint
            if english := english_in(told, *words):
                found[case] = (english, told)
    assert not found, _listed(found)


def test_wrong_sheets_are_told_in_chinese_alone(shared, tmp_path):
    """Every bad cell: where it is, what is there, what was expected, what to do."""
    found = {}
    for case, (kind, headers, rows, _) in CASES.items():
        path = sheet(tmp_path / "表.csv", headers, *rows)
        told = xuncha(shared, kind, "import", path).complaint
        cells = [cell for row in rows for cell in row]
        if english := english_in(told, path, *cells):
            found[case] = (english, told)
    assert not found, _listed(found)


@pytest.mark.parametrize(
    "words",
    [
        ("doctor",),
        ("rectification", "answer", "无此账号", "--text", "已更新"),
        ("rectification", "order", "ffffffff"),
        ("rectification", "withdraw-order", "ffffffff", "--reason", "错"),
        ("rectification", "withdraw-answer", c.SILENT, "--reason", "错"),
        ("round", "serve", "无此检查"),
        ("round", "withdraw-notice", "无此检查", "--account", c.SILENT, "--reason", "错"),
        ("intake", "undo", "2026-0001", "--reason", "错"),
        ("accounts", "separate", "无此账号", "--reason", "错"),
        ("rulesets", "adopt", "mars-2030"),
        ("texts", "erase", "ffff", "--reason", "错"),
        ("topics", "status"),
    ],
    ids=" ".join,
)
def test_what_the_office_is_told_is_chinese_alone(shared, words):
    """Acts of the desk on what is not there, and what `doctor` found."""
    answer = xuncha(shared, *words)
    told = answer.complaint + answer.out
    assert english_in(told, *words, shared) == [], told
