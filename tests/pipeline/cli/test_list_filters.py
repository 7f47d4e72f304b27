"""Lists narrowed by unit, area, tier, platform and state; what is not known is answered with the nearest."""

import pytest

from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.today import office
from tests.pipeline.program import done, rows, xuncha


@pytest.fixture(scope="module")
def offices(home_model, tmp_path_factory):
    """Six accounts of three areas, with their units, looked at by hand; nobody changes it."""
    folder = tmp_path_factory.mktemp("offices")
    copied(home_model, folder / "home")
    office.build(folder / "home", folder)
    units = sheet(
        folder / "units.csv",
        ("单位代码", "单位名称", "单位类别", "上级单位", "地区"),
        ("JQ", "甲区人民政府办公室", "主管单位", "", "甲区"),
        ("JQ-SW", "甲区水务局", "主办单位", "JQ", "甲区"),
    )
    done(folder / "home", "units", "import", units)
    return folder / "home"


def names(home, *words):
    return {row["name"] for row in rows(home, *words)}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--area", "甲区"), {"甲区发布", "甲区水务"}),
        (("--platform", "抖音"), {"甲区水务", "乙区文旅"}),
        (("--platform", "douyin"), {"甲区水务", "乙区文旅"}),
        (("--platform", "微博"), {"江城教育"}),
        (("--unit", "JQ"), {"甲区发布", "甲区水务"}),
        (("--unit", "甲区政府办"), {"甲区发布", "甲区水务"}),
        (("--unit", "甲区水务局"), {"甲区水务"}),
        (("--area", "甲区", "--platform", "抖音"), {"甲区水务"}),
        (("--area", "甲区", "--platform", "微博"), set()),
        (("--state", "关停"), set()),
    ],
)
def test_the_registry_is_narrowed_by_what_people_call_things(offices, words, found):
    """A platform by any of its names or its short form, a unit by name or code with the units below it."""
    assert found == names(offices, "accounts", "list", *words)


def test_a_state_is_said_in_chinese_or_by_its_code(offices):
    """Several are one list."""
    at = ("status", "--check-point", "2025-09-26 12:00")
    stale = names(offices, *at, "--state", "超期未更新")
    unknown = names(offices, *at, "--only", "unknown")
    assert ({"甲区水务"}, True) == (stale, "乙区民政" in unknown)
    assert stale | unknown == names(offices, *at, "--state", "stale", "--state", "无法判定")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("accounts", "list", "--area", "甲曲"), "no account has --area '甲曲'; the nearest: 甲区"),
        (("accounts", "list", "--unit", "甲区水物局"), "the nearest: 甲区水务局"),
        (("today", "--platform", "斗音"), "the nearest: 抖音"),
        (("status", "--check-point", "today", "--state", "超期"), "the nearest: 超期未更新"),
        (("round", "show", "jiangcheng"), "no round 'jiangcheng'"),
        (("rulesets", "show", "suzhou-2023"), "the nearest: suzhou-practice-2023@1"),
        (("findings", "list", "--rule", "功能不能使用"), "the nearest: 功能无法使用"),
        (("registry", "check", "--only", "unfilled"), "the nearest: unfiled"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_nothing_has_is_answered_with_the_nearest(offices, words, told):
    """Nothing is printed that could be taken for an answer."""
    answer = xuncha(offices, *words)
    assert (2, "") == (answer.status, answer.out)
    assert told in answer.complaint


def test_findings_are_told_in_words(shared_city):
    """The rule by its name, the account with platform and owner; JSON keeps the codes."""
    table = done(shared_city, "findings", "list", "--rule", "发布商业广告").out
    assert ("发布商业广告" in table, "yellow-6" in table) == (True, False)
    assert c.OFFICE in table
    (found,) = rows(shared_city, "findings", "list", "--rule", "发布商业广告")
    assert found["rule"] == "yellow-6-advertising"
    assert "subject" not in found
