"""People name an account by what it is called, and never need an id that was made up here."""

import pytest

from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, rows, xuncha

HEADERS = ("账号ID", "账号名称", "平台", "主办单位")


@pytest.fixture(scope="module")
def registry(shared_home, tmp_path_factory):
    """Two accounts of one name on two platforms, two of one name and platform, and one without an id."""
    path = sheet(
        tmp_path_factory.mktemp("registry") / "a.csv",
        HEADERS,
        ("gh_0123456789ab", "江城文旅", "微信订阅号", "江城市文化和旅游局"),
        ("7700100201", "江城文旅", "新浪微博", "江城市文化和旅游局"),
        ("gh_1", "平安发布", "微信订阅号", "东区公安局"),
        ("gh_2", "平安发布", "微信订阅号", "西区公安局"),
        ("", "爱江城", "移动客户端", "江城市人民政府办公室"),
        ("", "江城发布（南区）", "抖音", "江城市人民政府办公室"),
    )
    assert 6 == asked(shared_home, "accounts", "import", path)["events"]
    return shared_home


@pytest.mark.parametrize(
    ("text", "name", "owner"),
    [
        ("gh_0123456789ab", "江城文旅", "江城市文化和旅游局"),
        ("gh_0123", "江城文旅", "江城市文化和旅游局"),
        ("wechat:gh_0123456789ab", "江城文旅", "江城市文化和旅游局"),
        ("爱江城", "爱江城", "江城市人民政府办公室"),
        ("@爱江城 ", "爱江城", "江城市人民政府办公室"),
        ("江城文旅（微博）", "江城文旅", "江城市文化和旅游局"),
        ("平安发布（公众号，西区公安局）", "平安发布", "西区公安局"),
        ("平安发布(东区公安局)", "平安发布", "东区公安局"),
        ("江城发布（南区）", "江城发布（南区）", "江城市人民政府办公室"),
        ("江城发布（南区）（抖音号）", "江城发布（南区）", "江城市人民政府办公室"),
    ],
)
def test_an_account_is_named_as_people_name_it(registry, text, name, owner):
    """By an id or its first letters, by its name, and with platform or owner behind it where that is not enough."""
    told = asked(registry, "accounts", "show", text)
    assert (name, owner) == (told["name"], told["owner"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "江城文旅",
            ("means 2 accounts", "江城文旅（微信订阅号，江城市文化和旅游局）", "江城文旅（新浪微博，"),
        ),
        ("平安发布（微信）", ("means 2 accounts", "东区公安局", "西区公安局", "名称（平台，主办单位）")),
        ("江城文侣", ("no account", "the nearest: 江城文旅（")),
        ("gh_01", ("no account",)),
    ],
)
def test_who_is_not_found_is_shown_the_nearest(registry, text, parts):
    """Accounts as people call them, and no id that was made up."""
    answer = xuncha(registry, "accounts", "show", text)
    assert 2 == answer.status
    for part in parts:
        assert part in answer.complaint
    assert "derived-" not in answer.complaint


def test_an_id_with_a_slip_is_answered_with_the_account_that_it_may_be(registry):
    """Two digits in the wrong order, or one left out; another id altogether names nobody."""
    for slip in ("gh_0123456798ab", "gh_012345678ab"):
        assert "the nearest: 江城文旅（微信订阅号，江城市文化和旅游局） gh_0123456789ab" in (
            xuncha(registry, "accounts", "show", slip).complaint
        )
    assert "the nearest" not in xuncha(registry, "accounts", "show", "gh_999999999999").complaint


def test_a_made_up_id_is_found_by_its_first_letters_and_shown_in_no_table(registry):
    """JSON keeps it for programs; a person sees a blank."""
    (made_up,) = (r["account_id"] for r in rows(registry, "accounts", "list") if r["name"] == "爱江城")
    assert made_up.startswith("derived-")
    assert "爱江城" == asked(registry, "accounts", "show", made_up[:15])["name"]
    table = xuncha(registry, "accounts", "list").out
    assert "gh_0123456789ab" in table
    assert "derived-" not in table
