"""The pages for the public as files: links lead somewhere, bytes are the same again, reports come back."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline.home.folder import Home
from pipeline.office.publicity.reports import open_reports
from tests.pipeline.console.public_city import HOSTILE, build_public_city
from tests.pipeline.inputs import sheet
from tests.pipeline.program import done, xuncha

pytestmark = pytest.mark.slow

AT = ("--at", "2023-03-01T09:00:00+08:00")
FORM = ("账号", "情况", "评价", "说明", "链接", "联系方式", "提交时间")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return build_public_city(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def site(home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal") / "xmt"
    done(home, "site", folder, *AT, "--url", "https://www.example.gov.cn/xmt")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.found += [said[name] for name in ("href", "src", "action") if name in said]
        self.scripts += tag == "script" and "src" not in said


def test_every_link_of_every_page_leads_to_a_file_of_the_site(site):
    """Under any path, from a disk too: nothing is absolute but links of accounts and the mail of the office."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        reader = _Links()
        reader.feed(page.read_text("utf-8"))
        assert reader.scripts == 0
        for link in reader.found:
            if link.startswith(
                ("https://mp.weixin.qq.com/", "https://www.example.com/", "mailto:", "#", "data:")
            ):
                continue
            assert not link.startswith(("/", "http", "javascript")), (page, link)
            assert (page.parent / unquote(link)).is_file(), (page, link)


def test_the_same_day_gives_the_same_bytes_and_nothing_of_before_stays(home, site, tmp_path):
    """Written again over itself, too; a page of an account that is gone does not stay."""
    again = tmp_path / "again"
    done(home, "site", again, *AT, "--url", "https://www.example.gov.cn/xmt")
    assert files(again) == files(site)
    (again / "a" / "9999.html").write_text("old")
    done(home, "site", again, *AT, "--url", "https://www.example.gov.cn/xmt")
    assert files(again) == files(site)
    assert [p.name for p in tmp_path.iterdir()] == ["again"]


def test_a_write_that_was_cut_off_is_done_again(home, site, tmp_path):
    """What a kill left beside the folder goes; the folder itself was whole all the time."""
    folder = tmp_path / "xmt"
    done(home, "site", folder, *AT, "--url", "https://www.example.gov.cn/xmt")
    (tmp_path / ".xmt.new" / "a").mkdir(parents=True)
    (tmp_path / ".xmt.new" / ".xuncha-site").write_text("xuncha site\n")
    done(home, "site", folder, *AT, "--url", "https://www.example.gov.cn/xmt")
    assert files(folder) == files(site)
    assert [p.name for p in tmp_path.iterdir()] == ["xmt"]


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_what_is_no_site_is_not_written_over(home, tmp_path, what):
    """A folder with other files, a file, a link to somewhere else."""
    target = tmp_path / "target"
    if what == "folder":
        target.mkdir()
        (target / "important.txt").write_text("x")
    elif what == "file":
        target.write_text("x")
    else:
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    answer = xuncha(home, "site", target, *AT)
    assert answer.status == 2
    assert str(target) in answer.complaint.replace(" ", "") or "target" in answer.complaint


def test_pages_say_what_the_served_ones_say(site):
    """The answers, escaped names, the code of each page's own address, the day of the data."""
    checked = (site / "check.html").read_text("utf-8")
    for says in ("已备案官方账号", "未在本市备案，不是政务新媒体", "已移交网信、公安", "已停止运维或注销"):
        assert says in checked
    assert "江州悬疑" not in checked
    assert HOSTILE not in checked
    assert "dy.example" not in "".join(p.read_text("utf-8") for p in site.rglob("*.html"))
    assert 'class="qr"' in (site / "a" / "0001.html").read_text("utf-8")
    assert "2023年3月1日" in checked
    assert not re.search(r"T\d\d:\d\d", checked)
    assert json.loads((site / "accounts.json").read_bytes())["as_of"] == "2023-03-01"
    everything = (site / "index.html").read_text("utf-8")
    assert "area/1.html" in everything
    assert "platform/1.html" in everything


def test_reports_come_back_as_files_once(home, site, tmp_path):
    """The form of the site, filled in, and what a portal exports; the same file again brings nothing."""
    form = (site / "report.csv").read_text("utf-8-sig")
    assert tuple(form.strip().split(",")) == FORM
    rows = [
        ("0001", "内容有误", "", "'=2+3 是错的", "https://x.example/1", "a@example.com", "2023-02-01 10:00"),
        ("江州商务", "服务评价", "不满意", "", "", "", ""),
    ]
    path = sheet(tmp_path / "back.csv", FORM, *rows)
    first = done(home, "public-reports", "take-in", path, "--json").json
    assert first["new"] == 2
    assert done(home, "public-reports", "take-in", path, "--json").json == {**first, "new": 0}
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert done(home, "public-reports", "take-in", gbk, "--json").json["new"] == 0
    exported = tmp_path / "portal.json"
    exported.write_text(json.dumps([{"matter": "other", "text": "其他事项"}], ensure_ascii=False), "utf-8")
    assert done(home, "public-reports", "take-in", exported, "--json").json["new"] == 1
    with open_reports(Home(home)) as reports:
        texts = {one.text for one in reports.reports()}
    assert "=2+3 是错的" in texts
    listed = done(home, "public-reports", "list", "--json").rows
    assert len(listed) == 3


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "账号,情况,说明\n0001,不知道,x\n", "情况"),
        ("a.csv", "账号,说明\n0001,x\n", "情况"),
        ("a.csv", "账号,情况,说明,提交时间\n0001,内容有误,x,2099-01-01\n", "提交时间"),
        ("a.csv", "账号,情况,说明,提交时间\n0001,内容有误,x,昨天\n", "提交时间"),
        ("a.csv", "账号,情况,说明\n0001,内容有误," + "字" * 1001 + "\n", "1000"),
        ("a.csv", "", "情况"),
        ("a.json", "[1]", "a.json"),
        ("a.json", "[" * 100_000, "a.json"),
    ],
)
def test_a_file_with_a_wrong_row_brings_nothing(home, tmp_path, name, content, says):
    """All or none; the row and the column are named."""
    path = tmp_path / name
    path.write_text(content, "utf-8")
    before = len(done(home, "public-reports", "list", "--json").rows)
    answer = xuncha(home, "public-reports", "take-in", path)
    assert answer.status == 2
    assert says in answer.complaint
    assert len(done(home, "public-reports", "list", "--json").rows) == before


def test_reports_are_closed_and_erased_by_command(home, tmp_path):
    """Closed once; erased with a reason, and again changes nothing."""
    path = sheet(tmp_path / "one.csv", FORM, ("0002", "内容有误", "", "重复发布", "", "", ""))
    (number,) = done(home, "public-reports", "take-in", path, "--json").json["reports"]
    done(home, "public-reports", "close", number, "--dismissed", "--reason", "不属实")
    assert xuncha(home, "public-reports", "close", number, "--reason", "再次").status == 1
    assert done(home, "public-reports", "erase", number, "--reason", "提交人要求", "--json").json["erased"]
    assert not done(home, "public-reports", "erase", number, "--reason", "提交人要求", "--json").json[
        "erased"
    ]
    assert xuncha(home, "public-reports", "erase", "2020-1", "--reason", "x").status == 2
