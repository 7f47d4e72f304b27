"""The pages for everybody: what they say of an account, what caches get, and what a report costs whoever sends many."""

import csv
import io
import json
import re
import shutil
from datetime import timedelta

import pytest

from pipeline.access.users import Role
from pipeline.console.kept_directory import KEPT, KeptDirectories
from pipeline.console.pages import public
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.publicity.directory import public_directory
from pipeline.office.publicity.reports import open_reports
from pipeline.office.publicity.throttle import Throttle
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.public_city import FORMULA, HOSTILE, NOW, build_public_city
from tests.pipeline.console.signed_in import user_of

GENUINE, FAKE, STOPPED, UNLISTED = (
    "已备案官方账号",
    "未在本市备案，不是政务新媒体",
    "已停止运维或注销",
    "未在名录中找到",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build_public_city(tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def seen(made):
    """The city for tests that only look."""
    with console_of(made, now=NOW) as browser:
        yield browser


@pytest.fixture(scope="module")
def directory(made):
    with open_workspace(Home(made)) as workspace:
        return public_directory(workspace, NOW)


@pytest.fixture
def written(made, directory, tmp_path, monkeypatch):
    """The city without its history, for tests that report: a report needs the directory alone."""
    home = tmp_path / "home"
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("history*", "run"))
    monkeypatch.setattr(public, "_throttle", Throttle())
    monkeypatch.setattr(KEPT, "get", lambda *_: directory)
    with console_of(home, user_of(Role.CLERK), now=NOW) as browser:
        browser.home = home
        yield browser


def check(seen, question: str) -> str:
    answer = seen.get("/p/check", params={"q": question})
    assert answer.status_code == 200
    return text_of(answer.text)


def report(browser, **said):
    form = {"called": "江州发布", "matter": "content", "text": "电话写错了", **said}
    return browser.client.post("/p/report", data=form, follow_redirects=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "says", "never"),
    [
        ("江州商务", [GENUINE, "主办单位：江州市商务局"], []),
        ("江州商务服务中心", [FAKE, "已移交网信、公安"], [GENUINE]),
        ("江州便民", [FAKE], [GENUINE, "已移交"]),
        ("江州商务之窗", [STOPPED], [GENUINE]),
        ("江州悬疑", [UNLISTED, "名录未收录不等于假冒"], [FAKE, GENUINE]),
        ("江州清白", [UNLISTED], [FAKE]),
        ("江州未来", [UNLISTED], [GENUINE]),
        ("没有这个号", [UNLISTED, "不等于假冒"], [FAKE]),
    ],
)
def test_an_account_gets_one_of_four_answers(seen, question, says, never):
    """Genuine, counterfeit as far as it was handed over, stopped, or not listed, which is not "fake"."""
    page = check(seen, question)
    for text in says:
        assert text in page
    for text in never:
        assert text not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("link", "answer"),
    [
        ("https://example.com/u/1", GENUINE),
        ("http://m.example.com/u/1/?from=share", GENUINE),
        ("https://mp.weixin.qq.com/mp/home?scene=1&__biz=AA==", GENUINE),
        ("https://mp.weixin.qq.com/mp/home?__biz=BB==", UNLISTED),
        ("https://dy.example/2023-01-03", FAKE),
        ("https://dy.example/2023-01-05", UNLISTED),
        ("https://example.com/u/10", UNLISTED),
    ],
)
def test_a_link_means_the_account_that_bears_it(seen, link, answer):
    """Host and path with what names the account, however somebody came there."""
    assert answer in check(seen, link)


def test_no_link_of_a_counterfeit_is_shown(seen):
    """Nobody is to follow it, and nothing of a suspicion is told at all."""
    for path in ("/p/check?q=江州商务服务中心", "/p/open/accounts.csv", "/p/open/accounts.json", "/p"):
        page = seen.get(path).text
        assert "dy.example" not in page
        assert "悬疑" not in page.replace("q=江州悬疑", "")


def test_what_a_registry_holds_is_text_and_never_markup(seen):
    """A name with a script in it, and a link that is one, stay text on every page."""
    number = next(r["number"] for r in data(seen) if r["name"] == HOSTILE)
    for path in ("/p", "/p/check?q=江州", f"/p/{number}", f"/p/report?account={number}"):
        page = seen.get(path).text
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
    reflected = seen.get("/p/check", params={"q": '"><img src=x onerror=alert(1)>'}).text
    assert "<img" not in reflected


def data(seen):
    return json.loads(seen.get("/p/open/accounts.json").content)["accounts"]


def test_open_data_say_the_same_in_both_forms_and_no_cell_is_a_formula(seen):
    """Columns are those that the page names, and nothing else of the registry."""
    found = data(seen)
    rows = list(csv.reader(io.StringIO(seen.get("/p/open/accounts.csv").content.decode("utf-8-sig"))))
    assert rows[0] == ["编号", "账号名称", "平台", "主办单位", "地区", "链接", "状态", "停止日期"]
    assert [row[0] for row in rows[1:]] == [one["number"] for one in found]
    assert {tuple(one) for one in found} == {
        ("number", "name", "platform", "owner", "area", "link", "state", "closed_on")
    }
    assert f"'{FORMULA}" in [row[1] for row in rows[1:]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "javascript" not in str(found)


def test_counts_are_those_of_the_rows_that_everybody_sees(seen):
    """Nothing can be told of an account by taking listed rows from a count: they are equal, group by group."""
    found = [one for one in data(seen) if one["state"] == "正常运维"]
    page = text_of(seen.get("/p/counts").text)
    for area in {one["area"] for one in found}:
        assert f"{area} {sum(one['area'] == area for one in found)}" in page
    assert page.count(f"合计 {len(found)}") == 2
    assert f"{len(found)} 个账号" in text_of(seen.get("/p").text)


def test_pages_are_kept_by_caches_and_know_nobody(made):
    """Whoever is signed in gets the same bytes, no cookie is set, and who has a page hears that it is the same."""
    clerk = user_of(Role.CLERK)
    with console_of(made, clerk, now=NOW) as browser:
        for path in (
            "/p",
            "/p/check?q=江州发布",
            "/p/0001",
            "/p/counts",
            "/p/open",
            "/p/open/accounts.csv",
            "/p/report",
        ):
            browser.sign_in(None)
            plain = browser.get(path)
            signed = browser.sign_in(clerk).get(path)
            assert plain.status_code == 200, path
            assert plain.content == signed.content
            assert plain.headers["cache-control"] == "public, max-age=300"
            assert "set-cookie" not in plain.headers
            again = browser.get(path, headers={"If-None-Match": plain.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        assert browser.get("/p/0001", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_code_of_a_page_names_the_address_of_the_settings(seen):
    """Whoever asks under another host poisons no cache: the address is the one that the office wrote."""
    page = seen.get("/p/0001", headers={"Host": "evil.example"}).text
    assert "evil.example" not in page
    assert 'class="qr"' in page
    assert "公开页的二维码" in page


@pytest.mark.parametrize(
    "number", ["0000", "9999", "1", "00001", "..%2f0001", "%00", "jz-fb", "wechat:jz-fb", "０００１"]
)
def test_numbers_that_nobody_has_are_no_page(seen, number):
    """Neither ids nor other spellings of a number lead anywhere."""
    assert seen.get(f"/p/{number}").status_code == 404


def test_who_reads_in_large_print_goes_on_doing_so(seen):
    """Every link and form of a page keeps it, without a cookie; the page in the other size is a page of its own."""
    page = seen.get("/p?large=1").text
    assert '<html lang="zh-CN" class="large">' in page
    assert page.count('name="large" value="1"') == 2
    links = re.findall(r'<a [^>]*href="(/p[^"]*)"[^>]*>([^<]*)', page)
    small = {word for link, word in links if "large=1" not in link}
    assert len(links) > 8
    assert small == {"CSV", "JSON", "标准字号"}
    assert 'class="large"' not in seen.get("/p").text


def test_an_account_of_tomorrow_is_not_there_yet(seen):
    """Nothing of what is only planned is public."""
    assert "江州未来" not in seen.get("/p").text
    assert "江州未来" not in seen.get("/p/open/accounts.csv").content.decode()


def test_a_report_is_kept_and_numbered(written):
    """The form takes it without signing in; said twice it is one."""
    first, again = report(written, contact="a@example.com"), report(written, contact="a@example.com")
    assert (first.status_code, again.status_code) == (200, 200)
    assert "2023-1" in text_of(first.text)
    with open_reports(home_of(written)) as reports:
        (kept,) = reports.reports()
    assert (kept.text, kept.has_contact, kept.state) == ("电话写错了", True, "open")


def home_of(browser):
    return Home(browser.home)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"text": ""}, "请写明情况"),
        ({"called": ""}, "请写明账号"),
        ({"matter": "nonsense"}, "请选择一项"),
        ({"matter": "service", "text": ""}, "请选择一项评价"),
        ({"text": "字" * 1001}, "最多 1000 字"),
        ({"link": "javascript:alert(1)"}, "请填写以 http"),
        ({"contact": "1" * 101}, "最多 100 字"),
        ({"called": "\x00\x07"}, "请写明账号"),
    ],
)
def test_a_form_that_is_refused_says_what_is_wrong_and_keeps_what_was_typed(written, said, wrong):
    """Nothing is kept, and the words stand in the form again."""
    answer = report(written, **said)
    assert answer.status_code == 422
    assert wrong in text_of(answer.text)
    assert 'aria-invalid="true"' in answer.text
    with open_reports(home_of(written)) as reports:
        assert reports.reports() == []


def test_who_fills_in_the_field_that_nobody_sees_is_thanked_and_forgotten(written):
    """A program learns nothing from the answer."""
    assert report(written, website="http://spam.example").status_code == 200
    with open_reports(home_of(written)) as reports:
        assert reports.reports() == []


def test_one_address_may_report_so_often_and_all_together_so_often(written, monkeypatch):
    """Settings say how often; whoever comes too often hears when to try again, and nothing is kept."""
    codes = [report(written, text=f"第{n}件").status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    monkeypatch.setattr(public, "_throttle", Throttle())
    settings = written.home / "xuncha.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("reports_a_day = 20", "reports_a_day = 4"), "utf-8"
    )
    codes = [report(written, text=f"又{n}件").status_code for n in range(2)]
    assert codes == [200, 429]


def test_no_form_where_the_office_takes_no_reports(written):
    """The page, the form and every link to it are gone."""
    settings = written.home / "xuncha.toml"
    settings.write_text(settings.read_text("utf-8") + "reports = false\n", "utf-8")
    assert report(written).status_code == 404
    assert written.get("/p/report").status_code == 404
    assert "/p/report" not in written.get("/p").text


def test_texts_are_those_that_the_office_has_approved(written):
    """Settings change a wording; a misspelt name or a brace that is not filled in is refused with its name."""
    settings = written.home / "xuncha.toml"
    before = settings.read_text("utf-8")
    settings.write_text(before + '[public.texts]\nunlisted = "名录未载"\n', "utf-8")
    assert "名录未载" in check(written, "没有这个号")
    for wrong in ('genuin = "x"', 'genuine_note = "{owner.__class__}"', 'licence = "{x}"', 'stopped = " "'):
        settings.write_text(before + f"[public.texts]\n{wrong}\n", "utf-8")
        answer = written.get("/p")
        assert answer.status_code == 422
        assert wrong.partition(" ")[0] in answer.text


def test_a_neighbourhood_of_addresses_counts_as_one():
    """Everybody has 2**64 addresses of IPv6; an address of IPv4 in them is that address."""
    throttle = Throttle()
    assert throttle.admit("2001:db8::1", NOW, 1)
    assert not throttle.admit("2001:db8::2", NOW, 1)
    assert throttle.admit("2001:db8:0:1::2", NOW, 1)
    assert throttle.admit("192.0.2.1", NOW, 1)
    assert not throttle.admit("::ffff:192.0.2.1", NOW, 1)
    assert throttle.admit("192.0.2.1", NOW + timedelta(hours=1), 1)


def test_strangers_in_any_number_cost_one_reading(made, directory):
    """The directory is read once and kept, until it is to be forgotten."""
    reads = []

    def read():
        reads.append(1)
        return directory

    kept = KeptDirectories()
    assert [kept.get(made, read) for _ in range(100)] == [directory] * 100
    assert len(reads) == 1
    kept.forget(made)
    kept.get(made, read)
    assert len(reads) == 2
