"""Who reads: errors and help in Chinese where the settings or the locale say so."""

import os
import subprocess
import sys

import pytest

from events.messages import Message
from pipeline.cli.library_texts import as_message
from tests.pipeline.program import in_process, xuncha

CHINESE_LOCALES = [
    {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""},
    {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": ""},
    {"LANG": "C.UTF-8", "LC_MESSAGES": "C", "LC_ALL": "zh_HK.UTF-8"},
]
ENGLISH_LOCALES = [
    {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C", "LC_ALL": ""},
    {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"},
    {"LANG": "", "LC_MESSAGES": "", "LC_ALL": ""},
]


@pytest.fixture
def in_chinese(monkeypatch):
    for name, value in CHINESE_LOCALES[0].items():
        monkeypatch.setenv(name, value)


def complaint(folder, *words):
    return " ".join(in_process(folder, *words).complaint.split())


@pytest.mark.parametrize("locale", CHINESE_LOCALES)
def test_errors_are_chinese_where_the_locale_is(tmp_path, monkeypatch, locale):
    """LC_ALL counts before LC_MESSAGES and that before LANG."""
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert "不是巡查目录" in complaint(tmp_path, "accounts", "list")


@pytest.mark.parametrize("locale", ENGLISH_LOCALES)
def test_errors_are_english_elsewhere(tmp_path, monkeypatch, locale):
    """A locale of another language, or none, gives English."""
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert "is no xuncha home" in complaint(tmp_path, "accounts", "list")


@pytest.mark.usefixtures("in_chinese")
def test_the_settings_of_the_home_count_before_the_locale(tmp_path):
    """`language` in xuncha.toml says the language whatever the locale is."""
    (tmp_path / "xuncha.toml").write_text('language = "en"\n')
    assert "is no xuncha home" in complaint(tmp_path, "accounts", "list")


def test_settings_may_ask_for_chinese(tmp_path):
    """With `language = "zh"` a home answers in Chinese where the locale is another one."""
    (tmp_path / "xuncha.toml").write_text('language = "zh"\n')
    assert "不是巡查目录" in complaint(tmp_path, "accounts", "list")
    assert "用法" in in_process(tmp_path, "--help").out or "选项" in in_process(tmp_path, "--help").out


def test_an_unknown_language_is_refused(home):
    """Another language is named as wrong, in the language of the locale."""
    (home / "xuncha.toml").write_text('language = "fr"\n')
    assert "language" in xuncha(home, "accounts", "list").err


@pytest.mark.usefixtures("in_chinese")
def test_damaged_settings_are_told_in_chinese(home):
    """A settings file that cannot be read says nothing of a language, and its error is told all the same."""
    (home / "xuncha.toml").write_text('language = "en\n')
    assert "请" in xuncha(home, "accounts", "list").err


@pytest.mark.usefixtures("in_chinese")
def test_every_cell_of_a_sheet_is_told_in_chinese(home, tmp_path):
    """Row, column, what is there, what is wrong and what to do are one Chinese line a cell; file and value stay."""
    sheet = tmp_path / "posts.csv"
    sheet.write_text("账号名称,平台,发布时间\n甲,微信公众号,昨天\n", "utf-8")
    told = xuncha(home, "posts", "import", sheet)
    assert 2 == told.status
    assert str(sheet) in told.err
    assert "第2行" in told.err
    assert "“昨天”" in told.err
    assert "row" not in told.err


@pytest.mark.usefixtures("in_chinese")
def test_options_are_put_into_chinese_texts(home):
    """Fields of a service are shown as options in Chinese, too."""
    told = xuncha(home, "looks", "withdraw", "甲", "--reason", "x").err
    assert "--at" in told
    assert "⟦" not in told


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("accounts", "lst"), "没有"),
        (("accounts", "list", "--platfrm", "x"), "没有"),
        (("accounts", "show"), "缺少"),
        (("accounts", "list", "x"), "多写"),
        (("accounts", "list", "--platform"), "--platform"),
        (("status", "--check-point", "2021-13-01"), "--check-point"),
        (("status", "--check-point", "2021-06-17T1"), "无效"),
        (("nothing",), "没有"),
        (("intake", "no-such.xlsx"), "不存在"),
    ],
)
@pytest.mark.usefixtures("in_chinese")
def test_wrong_use_is_told_in_chinese(tmp_path, words, wanted):
    """What the library of the command line says is Chinese, with heading and hint."""
    told = complaint(tmp_path, *words)
    assert wanted in told
    assert "错误" in told
    assert "Error" not in told
    assert not {"Usage:", "Missing", "No", "Invalid", "Got", "Option", "exist."} & set(told.split())


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "lst"),
        ("nothing",),
        ("accounts", "list", "--platfrm", "x"),
        ("accounts", "list", "--nothing"),
        ("accounts", "show"),
        ("accounts", "list", "x"),
        ("accounts", "list", "--platform"),
        ("accounts", "list", "--json=x"),
        ("simulate", "x", "--seed", "y"),
        ("polls", "replay", "no-such-folder"),
        ("rectification", "answer"),
    ],
)
def test_sentences_of_the_library_are_known(tmp_path, words):
    """Every sentence that the library says of a wrong line is one of the table."""
    told = complaint(tmp_path, *words)
    said = told.partition("Error ")[2]
    assert said, told
    assert isinstance(as_message(said), Message), said


@pytest.mark.usefixtures("in_chinese")
def test_help_of_a_command_is_chinese(tmp_path):
    """Help, options, arguments and headings of a command are told in Chinese."""
    page = in_process(tmp_path, "accounts", "list", "--help").out
    assert "选项" in page
    assert "Options" not in page
    assert "Show this message and exit." not in page


@pytest.mark.usefixtures("in_chinese")
def test_help_of_a_group_is_chinese(tmp_path):
    """The commands of a group are told with their Chinese first line."""
    page = in_process(tmp_path, "round", "--help").out
    assert "命令" in page
    assert "Announce" not in page


def test_help_is_english_again(tmp_path, monkeypatch):
    """The texts of commands stay as they are: another reader in the same process reads English."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = in_process(tmp_path, "round", "draw", "--help").out
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "Options" in in_process(tmp_path, "round", "draw", "--help").out
    assert "选项" in chinese


def test_english_loads_no_catalogue():
    """Who reads English does not wait for the catalogue and its library."""
    code = (
        "import sys; sys.argv = ['xuncha', '--help']; from pipeline.cli import main; main();"
        " print('polib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.endswith("False\n")
