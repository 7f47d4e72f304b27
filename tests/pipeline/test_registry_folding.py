"""A sheet that names an account in other characters means the account that is known."""

import pytest

from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, rows, xuncha

HEADERS = ("账号ID", "账号名称", "平台", "主办单位", "层级")


@pytest.fixture
def registry(home, tmp_path):
    """Accounts with ids, and one without."""
    path = sheet(
        tmp_path / "a.csv",
        HEADERS,
        ("n1", "江城文旅", "微信订阅号", "江城市文化和旅游局", ""),
        ("n2", "江城·民政", "新浪微博", "江城市人民政府办公室", ""),
        ("n3", "江城服务", "微信服务号", "江城市政务办", ""),
        ("", "龙门发布", "抖音", "龙门镇人民政府", ""),
    )
    assert 4 == asked(home, "accounts", "import", path)["events"]
    return home


def test_no_twin_comes_of_a_printed_list(registry, tmp_path):
    """The same accounts without their ids, as a PDF gives them: only what is new is taken, names stay as they are."""
    path = sheet(
        tmp_path / "b.csv",
        HEADERS,
        ("", "江城⽂旅", "微信订阅号", "江城市⽂化和旅游局", "市级"),
        ("", "江城・⺠政（官方微博）", "微博", "江城市府办", "市级"),
        ("", "⻰⻔发布", "抖音", "⻰⻔镇人民政府", "镇级"),
    )
    told = asked(registry, "accounts", "import", path)
    assert (3, 0) == (told["events"], told["derived_ids"])
    listed = by_account(rows(registry, "accounts", "list"))
    assert 4 == len(listed)
    assert ("江城文旅", "江城市文化和旅游局", "市级") == tuple(
        listed["n1"][k] for k in ("name", "owner", "tier")
    )
    assert ("江城·民政", "新浪微博", "市级") == tuple(listed["n2"][k] for k in ("name", "platform", "tier"))
    assert 0 == asked(registry, "accounts", "import", path)["events"]


@pytest.mark.parametrize(
    "row",
    [
        ("", "江城文旅", "微信订阅号", "江城市教育局", ""),  # of another owner
        ("", "江城文旅", "抖音", "江城市文化和旅游局", ""),  # on another platform
        ("", "江城服务", "微信订阅号", "江城市政务办", ""),  # a subscription account beside a service account
        ("x9", "江城⽂旅", "微信订阅号", "江城市文化和旅游局", ""),  # with an id of its own
    ],
)
def test_another_account_stays_another_account(registry, tmp_path, row):
    """Only name, platform and owner together say that it is the known one."""
    asked(registry, "accounts", "import", sheet(tmp_path / "b.csv", HEADERS, row))
    assert 5 == len(rows(registry, "accounts", "list"))


def test_rows_about_accounts_find_them_by_a_name_in_other_characters(registry, tmp_path):
    """Posts and closings, too; a name that nobody bears is refused as before."""
    headers = ("账号名称", "平台", "发布时间")
    path = sheet(tmp_path / "p.csv", headers, ("江城⽂旅", "微信公众号", "2023-01-02 09:00"))
    assert 1 == asked(registry, "posts", "import", path)["events"]
    path = sheet(tmp_path / "q.csv", headers, ("江城文体", "微信公众号", "2023-01-02 09:00"))
    answer = xuncha(registry, "posts", "import", path)
    assert 2 == answer.status
    assert "江城文体" in answer.complaint
