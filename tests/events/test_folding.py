"""Names that are one name, whatever characters they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.folding import fold, fold_name, fold_owner


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("江\u2f12", "江力"),  # Kangxi radical
        ("江城⽂旅", "江城文旅"),
        ("江城⺠政", "江城民政"),  # CJK radicals supplement, which NFKC leaves
        ("⻓江⻔户", "长江门户"),
        ("⾦⻰⻥", "金龙鱼"),
        ("㎡江城", "m2江城"),
        ("江城・文旅", "江城·文旅"),
        ("江城•文旅", "江城·文旅"),
        ("江城‧文旅", "江城·文旅"),
        ("江城——文旅", "江城-文旅"),
        ("江城－文旅", "江城-文旅"),
        ("江城“文旅”", '江城"文旅"'),
        ("江城〔文旅〕", "江城[文旅]"),
        ("❤\ufe0f江城", "❤江城"),
        ("葛\U000e0100城", "葛城"),
        ("江\u200b城\xad文 旅\u3000", "江城文旅"),
        ("ＪＣ发布", "jc发布"),
        ("帐号发布", "账号发布"),
        ("@江城文旅", "江城文旅"),
        ("＠江城文旅", "江城文旅"),
        ("江城文旅（订阅号）", "江城文旅"),
        ("江城文旅(官方微博)", "江城文旅"),
        ("江城文旅【视频号】", "江城文旅"),
    ],
)
def test_one_name_in_other_characters_is_one_name(written, name):
    """As a PDF, a phone, or another keyboard writes it."""
    assert name == fold_name(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江城文旅", "江城文体"),
        ("江城文旅（南区）", "江城文旅"),
        ("江城1号", "江城2号"),
        ("江城文旅", "江城文旅2"),
        ("（订阅号）", ""),
    ],
)
def test_other_names_stay_other_names(one, other):
    """A bracket that names no platform, a digit, a whole name in brackets: nothing of it may vanish."""
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize(
    "names",
    [
        ("江城市人民政府办公室", "江城市政府办公室", "江城市政府办", "江城市府办"),
        ("江城市发展和改革委员会", "江城市发展和改革委"),
        ("江城市文化广电旅游局（体育局）", "江城市文化广电旅游局(体育局)"),
    ],
)
def test_a_unit_is_known_by_its_short_name(names):
    """Offices write 府办 for 人民政府办公室 and 委 for 委员会."""
    assert 1 == len({fold_owner(name) for name in names})


@pytest.mark.parametrize(
    ("one", "other"),
    [("江城市委办公室", "江城市府办"), ("江城市人民政府", "江城市府办"), ("江城街道办事处", "江城街道办")],
)
def test_other_units_stay_other_units(one, other):
    """The party's office is not the government's, and a street is none of both."""
    assert fold_owner(one) != fold_owner(other)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    """What was folded is in its form: comparing never depends on how often."""
    assert fold(fold(text)) == fold(text)
