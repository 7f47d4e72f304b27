"""Reading a lexicon: protected, in two forms, and no error repeats a word of it."""

import pytest
from openpyxl import Workbook

from connectors.wording.entry import LexiconError
from connectors.wording.lexicon_file import read_lexicon
from tests.connectors.wording.words import LONG, WRONG, write

GOOD = f"""
[[entry]]
id = "w1"
wrong = ["{WRONG}"]
right = "{LONG}"
kind = "错别字"
severity = "red-1"
match = "near"
exceptions = ["甲{WRONG}乙"]

[[entry]]
id = "w2"
wrong = ["砻砾"]
kind = "banned"
"""


def test_a_lexicon_in_toml(tmp_path):
    """Kinds by code or Chinese word; without severity yellow line 5, without match exact."""
    first, second = read_lexicon(write(tmp_path / "l.toml", GOOD)).entries
    assert ("w1", "typo", "red", "near", (WRONG,), LONG) == (
        first.id, first.kind, first.severity, first.match, first.wrong, first.right,
    )  # fmt: skip
    assert ("banned", "yellow", "exact") == (second.kind, second.severity, second.match)


def test_a_lexicon_as_a_workbook(tmp_path):
    """The same columns by their Chinese headings; forms are parted by ；."""
    book = Workbook()
    book.active.append(["条目编号", "错误写法", "正确写法", "类别", "严重程度", "匹配方式", "例外"])
    book.active.append(["w1", f"{WRONG}；砻砾", LONG, "机构名称", "红线1", "近似", ""])
    path = tmp_path / "l.xlsx"
    book.save(path)
    path.chmod(0o600)
    (one,) = read_lexicon(path).entries
    assert ((WRONG, "砻砾"), "organ", "red", "near") == (one.wrong, one.kind, one.severity, one.match)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    """SECURITY.md, Lexicon: its owner alone; read before its mode is right it would be open all the same."""
    path = write(tmp_path / "l.toml", GOOD)
    path.chmod(mode)
    with pytest.raises(LexiconError, match="others may read the lexicon"):
        read_lexicon(path)


ENTRY = f'[[entry]]\nid = "w1"\nwrong = ["{WRONG}"]\nkind = "typo"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY + ENTRY, "entry 2: an entry before it has its id"),
        (ENTRY.replace("w1", WRONG), "entry 1: the id is not"),
        (ENTRY.replace("typo", WRONG), "entry 1: the kind is none of"),
        (ENTRY + f'severity = "{WRONG}"\n', "entry 1: the severity"),
        (ENTRY + f'match = "{WRONG}"\n', "entry 1: the match"),
        (ENTRY + f'{"x"} = "{WRONG}"\n', "entry 1: 1 fields that no entry has"),
        (ENTRY + f'right = ["{WRONG}"]\n', "entry 1: id, right"),
        (ENTRY + f'right = "{WRONG}"\n', "entry 1: a wrong form is the right one"),
        (ENTRY + f'exceptions = ["{WRONG}"]\n', "entry 1: an exception is a wrong form"),
        (ENTRY.replace(f'["{WRONG}"]', '["砼"]'), "entry 1: a wrong form of fewer than 2"),
        (ENTRY.replace(f'["{WRONG}"]', "[]") + 'right = "砼砹"\nmatch = "near"\n', "entry 1: no wrong form"),
        (ENTRY.replace(WRONG, "W1"), "entry 1: the id is one of its forms"),
        (ENTRY.replace(WRONG, WRONG * 14), "entry 1: a form or exception of more than 40"),
        (f'title = "{WRONG}"\n' + ENTRY, "a lexicon holds"),
        (ENTRY + f'note = "{WRONG}\n', "no TOML in UTF-8 at line 5"),
        ("", "a lexicon holds"),
    ],
)
def test_an_error_names_the_entry_and_no_word(tmp_path, text, said):
    """A malformed entry is told by its number and field: errors end up in logs and on screens."""
    with pytest.raises(LexiconError, match=said) as raised:
        read_lexicon(write(tmp_path / "l.toml", text))
    assert not set("砼砹砺砻砾") & set(str(raised.value))
    assert raised.value.__cause__ is None


def test_a_bad_row_of_a_workbook_is_named_by_its_number(tmp_path):
    """As the person sees it in the sheet; a page without the headings repeats none of its cells."""
    book = Workbook()
    book.active.append(["条目编号", "错误写法", "类别"])
    book.active.append(["w1", WRONG, "错别字"])
    book.active.append(["w2", WRONG, WRONG])
    path = tmp_path / "l.xlsx"
    book.save(path)
    path.chmod(0o600)
    with pytest.raises(LexiconError, match="row 3: the kind is none of") as raised:
        read_lexicon(path)
    assert WRONG not in str(raised.value)
    book = Workbook()
    book.active.append([WRONG, LONG])
    book.save(path)
    with pytest.raises(LexiconError, match="no workbook with rows") as raised:
        read_lexicon(path)
    assert WRONG not in str(raised.value)
