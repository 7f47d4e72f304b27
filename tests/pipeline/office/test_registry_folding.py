"""A sheet that names an account in other characters means the account that is known."""

import pytest

from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, by_account, rows, xuncha

HEADERS = ("账号ID", "账号名称", "平台", "主办单位", "层级")


@pytest.fixture
def registry(home_model, made_homes, tmp_path):
    """Accounts with ids, and one without."""
    return made_homes.copy("folding", home_model, _build, tmp_path / "registry")


def _build(home, folder):
    path = sheet(
        folder / "a.csv",
        HEADERS,
        ("n1", "江城文旅", "微信订阅号", "江城市文化和旅游局", ""),
        ("n2", "江城·民政", "新浪微博", "江城市人民政府办公室", ""),
        ("n3", "江城服务", "微信服务号", "江城市政务办", ""),
        ("", "龙门发布", "抖音", "龙门镇人民政府", ""),
    )
    assert 4 == asked(home, "accounts", "import", path)["events"]


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


def test_a_mended_list_makes_no_twin(registry, tmp_path):
    """An owner one slip away, an owner left blank, a platform in other words, an id that was lacking: all are known."""
    first = sheet(
        tmp_path / "a.csv",
        HEADERS,
        ("", "江城普法", "微信订阅号", "江城市司发局", ""),
        ("", "爱江城", "客户端APP", "江城市人民政府办公室", ""),
        ("", "江城交警", "微信", "江城市公安局", ""),
    )
    assert 3 == asked(registry, "accounts", "import", first)["events"]
    mended = sheet(
        tmp_path / "b.csv",
        HEADERS,
        ("", "江城普法", "微信订阅号", "江城市司法局", ""),
        ("", "爱江城", "移动客户端", "", ""),
        ("gh_77", "江城交警", "微信服务号", "江城市公安局", ""),
        ("n1", "江城文旅发布", "微信订阅号", "江城市文化和旅游局", ""),
    )
    told = asked(registry, "accounts", "import", mended)
    assert (5, 0, []) == (told["events"], told["derived_ids"], told["notes"])
    listed = {r["name"]: r for r in rows(registry, "accounts", "list")}
    assert 7 == len(listed)
    assert "江城市司法局" == listed["江城普法"]["owner"]
    assert ("移动客户端", "江城市人民政府办公室") == (listed["爱江城"]["platform"], listed["爱江城"]["owner"])
    assert "微信服务号" == listed["江城交警"]["platform"]
    assert "gh_77" == listed["江城交警"]["account_id"]
    assert asked(registry, "accounts", "show", "gh_77")["account_id"] == listed["江城交警"]["subject"]
    assert 0 == asked(registry, "accounts", "import", mended)["events"]


@pytest.mark.slow
def test_a_renamed_unit_keeps_its_accounts(registry, tmp_path):
    """The tree knows both names of the unit; the account takes the new one, and an old list takes nothing back."""
    units = ("单位代码", "单位名称", "类型", "地区")
    for name in ("江城市文化和旅游局", "江城市文化广电和旅游局"):
        path = sheet(tmp_path / "u.csv", units, ("U1", name, "主办单位", "江城市"))
        asked(registry, "units", "import", path)
    for owner, events in (("江城市文化广电和旅游局", 1), ("江城市文化和旅游局", 0)):
        path = sheet(tmp_path / "b.csv", HEADERS, ("", "江城文旅", "微信订阅号", owner, ""))
        assert events == asked(registry, "accounts", "import", path)["events"]
    assert "江城市文化广电和旅游局" == by_account(rows(registry, "accounts", "list"))["n1"]["owner"]


def test_a_new_account_beside_a_known_one_is_told(registry, tmp_path):
    """Nobody can be asked: it is taken, and a note names the account that comes near."""
    path = sheet(tmp_path / "b.csv", HEADERS, ("", "江城文侣", "微信订阅号", "江城市文化和旅游局", ""))
    (note,) = asked(registry, "accounts", "import", path)["notes"]
    assert "new_beside_known" == note["kind"]
    for part in ("row 2", "江城文侣（微信订阅号）", "名称相近", "江城文旅（微信订阅号，江城市文化和旅游局）"):
        assert part in note["text"]


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
