"""A round by clicks alone: planned, drawn, checked, rechecked, frozen by two persons, objected to, revised, closed."""

import hashlib
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from openpyxl import load_workbook

from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.check_sheets.writer import HEADER_ROW
from pipeline.access.users import Role
from pipeline.office.audit import AskActs, list_acts
from pipeline.office.rounds import load_round
from pipeline.scores.scoring import find_run, kept_by_one_person
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import NOW, USERS, copy_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.program import done, opened, rows

NAME = "2026Q3"
CLERK, SIGNER, CHECKER = USERS[Role.CLERK], USERS[Role.SIGNER], USERS[Role.CHECKER]
OTHER = user_of(Role.CLERK, id_="u-other")
STRANGER = user_of(Role.OWNER, "江州市公安局", id_="u-stranger")
BOTH = user_of(Role.SIGNER, id_="u-both")
PICTURE = b"\x89PNG\r\n\x1a\n picture"
PLAN = {
    "check_point": "2026年9月15日20时",
    "scheme": "number",
    "size": "6",
    "include": "江州教育（微信订阅号，江州市教育局）",
    "basis": "国办秘函〔2019〕19号",
}
COLUMN = {column.key: number for number, column in enumerate(CHECKS.columns, start=1)}


class Office:
    """A browser that is handed from desk to desk."""

    def __init__(self, browser):
        self.browser = browser

    def done(self, user, url, data=None, files=None):
        answer = self.browser.sign_in(user).post(url, data, files)
        assert 303 == answer.status_code, text_of(answer.text)[-900:]
        return answer.headers["location"]

    def refused(self, user, url, said, data=None, files=None):
        answer = self.browser.sign_in(user).post(url, data, files)
        assert answer.status_code in (409, 422), text_of(answer.text)[-900:]
        assert said in text_of(answer.text)

    def page(self, user, url):
        answer = self.browser.sign_in(user).get(url)
        assert 200 == answer.status_code, (url, answer.status_code, text_of(answer.text)[-600:])
        return answer


@contextmanager
def office_of(home):
    with console_of(home, *USERS.values(), OTHER, BOTH, STRANGER, now=NOW) as browser:
        yield Office(browser)


@pytest.fixture(scope="module")
def drawn_city(city, tmp_path_factory):
    """The city with a round of six accounts whose sheets are out, drawn by clicks."""
    home = copy_of(city, tmp_path_factory.mktemp("drawn"))
    with office_of(home) as office:
        office.done(CLERK, "/rounds/new", {**PLAN, "confirmed": "1"})
        office.done(CLERK, f"/rounds/{NAME}/draw")
        office.done(CLERK, f"/rounds/{NAME}/sheets", {"checkers": "2"})
    return home


@pytest.fixture
def home(request, city, tmp_path):
    """A copy of the city, for a test of what is drawn with its round."""
    is_drawn = "drawn" in request.fixturenames
    return copy_of(request.getfixturevalue("drawn_city") if is_drawn else city, tmp_path)


@pytest.fixture
def office(home):
    with office_of(home) as opened:
        yield opened


@pytest.fixture
def drawn(office):
    return office


def filled(content):
    """Fill a sheet in as its checker would in Excel."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for number in range(HEADER_ROW + 1, page.max_row + 1):
        if page.cell(number, COLUMN["account_id"]).value is not None:
            page.cell(number, COLUMN["looked_at"]).value = "2026-09-15 19:00"
            page.cell(number, COLUMN["newest_post_at"]).value = "2026-09-15 08:00"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_plan_is_read_back_before_anything_is_announced(office, home):
    """The moment in words, the title of the office's own indicators; a wrong size is said beside the form."""
    answer = office.browser.sign_in(CLERK).post("/rounds/new", PLAN)
    said = text_of(answer.text)
    assert 200 == answer.status_code
    for words in ("2026年9月15日20时（星期二）", "江州市政务新媒体检查指标", "共 6 个账号", "江州教育"):
        assert words in said
    office.refused(CLERK, "/rounds/new", "抽样数量", {**PLAN, "size": "很多"})
    office.refused(CLERK, "/rounds/new", "监测时间点", {**PLAN, "check_point": "改天"})
    with opened(home) as workspace:
        assert f"round:{NAME}" not in [act.subject for act in list_acts(workspace, AskActs(actor=CLERK.id))]


def test_what_is_checked_may_begin_before_the_quarter(office, home):
    """甘肃省 2022年第一季度: a window with a first day of its own; what is no day, or too long ago, is refused."""
    answer = office.browser.sign_in(CLERK).post("/rounds/new", {**PLAN, "start": "2026年6月20日"})
    assert "2026年6月20日至监测时间点" in text_of(answer.text)
    office.refused(CLERK, "/rounds/new", "检查起始日", {**PLAN, "start": "上个月"})
    office.refused(CLERK, "/rounds/new", "98", {**PLAN, "start": "2026-01-01"})
    office.done(CLERK, "/rounds/new", {**PLAN, "start": "2026-06-20", "confirmed": "1"})
    with opened(home) as workspace:
        assert load_round(workspace, NAME).announced.quarter == "2026Q3@2026-06-20"
    assert "2026年6月20日至监测时间点" in text_of(office.page(CLERK, f"/rounds/{NAME}/plan").text)


@pytest.mark.slow
def test_a_round_from_plan_to_close_by_clicks(drawn, home):
    """Every step by the right person, and each of the two-person steps refused to the wrong one first."""
    archive = zipfile.ZipFile(io.BytesIO(drawn.page(CLERK, f"/rounds/{NAME}/sheets.zip").content))
    assert [f"{NAME}-C1.xlsx", f"{NAME}-C2.xlsx"] == archive.namelist()
    sheet = drawn.page(CLERK, f"/rounds/{NAME}/sheets/C1").content
    upload = {"files": ("检查单.xlsx", filled(sheet))}
    drawn.refused(CLERK, f"/rounds/{NAME}/sheets/C2", "检查组", files=upload)
    drawn.done(CLERK, f"/rounds/{NAME}/sheets/C1", files=upload)
    form = drawn.page(CHECKER, f"/rounds/{NAME}/sheets/C2/form").text
    rows = len(set(re.findall(r'name="looked_at-(\d+)"', form)))
    seen = {f"looked_at-{n}": "2026-09-15 19:00" for n in range(rows)}
    seen |= {f"newest_post_at-{n}": "2026-09-15 08:00" for n in range(rows)}
    drawn.refused(CHECKER, f"/rounds/{NAME}/sheets/C2/form", "填写有误", {**seen, "looked_at-0": "昨天"})
    drawn.done(CHECKER, f"/rounds/{NAME}/sheets/C2/form", seen)

    told = {
        "account": "江州教育（微信订阅号，江州市教育局）",
        "rule": "严重表述错误",
        "found_at": "2026-09-14 10:00",
    }
    at = drawn.done(CLERK, "/findings/new", told, {"files": ("截图.png", PICTURE)})
    finding = at.partition("?")[0]
    assert re.fullmatch(r"/findings/2026-\d+", finding)
    page = drawn.page(CLERK, finding).text
    evidence = re.search(rf"{finding}/evidence/[0-9a-f]{{64}}", page)[0]
    file = drawn.page(CLERK, evidence)
    assert (PICTURE, "image/png", "nosniff") == (
        file.content,
        file.headers["content-type"],
        file.headers["x-content-type-options"],
    )
    assert file.headers["content-disposition"].startswith("attachment")
    for other in ("0" * 64, "..%2f..%2fxuncha.toml"):
        assert 404 == drawn.browser.sign_in(CLERK).get(f"{finding}/evidence/{other}").status_code
    assert "问题 1 个待复核" in text_of(drawn.page(CLERK, f"/rounds/{NAME}").text)
    drawn.refused(CLERK, f"{finding}/recheck", "须由另一人办理", {"holds": "1"})
    drawn.refused(OTHER, f"{finding}/recheck", "请选择", {})
    drawn.done(OTHER, f"{finding}/recheck", {"holds": "1", "note": "属实"})

    assert 404 == drawn.browser.sign_in(USERS[Role.OWNER]).get(finding).status_code
    drawn.done(CLERK, f"/rounds/{NAME}/serve", {"how": "书面告知", "days": "3"})
    drawn.refused(CLERK, f"/rounds/{NAME}/freeze", "仍在答复期")
    drawn.refused(CLERK, f"/rounds/{NAME}/propose", "仍要定稿的理由", {"although": ""})
    drawn.done(CLERK, f"/rounds/{NAME}/propose", {"although": "单位已书面表示无异议"})
    drawn.refused(CLERK, f"/rounds/{NAME}/freeze", "须由另一人办理")
    assert "单位已书面表示无异议" in text_of(drawn.page(SIGNER, f"/rounds/{NAME}").text)
    assert "缺项定稿待同意 1" in text_of(drawn.page(SIGNER, "/today").text)
    assert "缺项定稿待同意" not in drawn.page(CLERK, "/today").text
    drawn.done(SIGNER, f"/rounds/{NAME}/freeze")
    assert "缺项定稿待同意" not in drawn.page(SIGNER, "/today").text
    assert "一致" in text_of(drawn.page(USERS[Role.AUDITOR], f"/rounds/{NAME}/verify").text)

    owner, stranger = USERS[Role.OWNER], STRANGER
    assert 404 == drawn.browser.sign_in(stranger).get(finding).status_code
    assert 404 == drawn.browser.sign_in(stranger).post(f"{finding}/object", {"reason": "不服"}).status_code
    assert "严重表述错误" in drawn.page(owner, finding).text
    drawn.done(owner, f"{finding}/object", {"reason": "引用原文"})
    listed = drawn.page(owner, "/objections").text
    objection = re.findall(r"/objections/2026-\d+", listed)[0]
    assert "江州水务" not in listed
    assert 404 == drawn.browser.sign_in(stranger).get(objection).status_code
    upheld = {"outcome": "upheld", "reason": "引用有据"}
    drawn.refused(SIGNER, f"{objection}/decide", "须先由另一人提请", upheld)
    drawn.done(CLERK, f"{objection}/propose", upheld)
    assert 404 == drawn.browser.sign_in(CLERK).post(f"{objection}/decide", upheld).status_code
    drawn.done(SIGNER, f"{objection}/decide", upheld)
    assert "round-revised" in drawn.done(CLERK, f"/rounds/{NAME}/revise")
    compared = text_of(drawn.page(USERS[Role.AUDITOR], f"/compare?round={NAME}").text)
    assert "核减" in compared
    assert "结果改变 1" in compared
    drawn.page(CLERK, f"/compare.xlsx?round={NAME}")
    assert "round-unchanged" in drawn.done(CLERK, f"/rounds/{NAME}/revise")
    drawn.done(CLERK, f"/rounds/{NAME}/close", {"reason": "办结"})
    with opened(home) as workspace:
        state = load_round(workspace, NAME)
        assert ("answer_open",) == state.frozen.unmet
        frozen = [
            act
            for act in list_acts(workspace, AskActs(types=("round.frozen",)))
            if act.subject == f"round:{NAME}"
        ]
        assert [(SIGNER.id, False)] == [(act.actor, act.one_person) for act in frozen]


@pytest.mark.slow
def test_a_sheet_filled_in_on_the_page_takes_evidence(drawn, home):
    """A picture beside a finding is kept by its hash, shown to whoever may see the finding, and can be erased."""
    form = f"/rounds/{NAME}/sheets/C2/form"
    assert 'name="evidence-0"' in drawn.page(CHECKER, form).text
    said = {
        "looked_at-0": "2026-09-15 19:00",
        "newest_post_at-0": "2026-09-15 08:00",
        "rule-0": "严重表述错误",
    }
    drawn.refused(CHECKER, form, "不是可作证据", said, {"evidence-0": ("截图.png", b"MZ\x90")})
    drawn.refused(
        CHECKER, form, "填写有误", {"looked_at-0": "2026-09-15 19:00"}, {"evidence-0": ("1.png", PICTURE)}
    )
    assert not (home / "evidence" / hashlib.sha256(PICTURE).hexdigest()).exists()
    drawn.done(CHECKER, form, said, {"evidence-0": ("张三 的截图.png", PICTURE)})
    listed = drawn.page(CHECKER, "/findings").text
    finding = re.findall(r"/findings/2026-\d+", listed)[0]
    digest = hashlib.sha256(PICTURE).hexdigest()
    picture = f"{finding}/evidence/{digest}"
    assert f'<img src="{picture}"' in drawn.page(CLERK, finding).text
    assert PICTURE == drawn.page(CHECKER, picture).content
    assert 404 == drawn.browser.sign_in(USERS[Role.OWNER]).get(picture).status_code
    assert done(home, "evidence", "erase", digest, "--reason", "截图含个人信息").status == 0
    assert "已删除" in text_of(drawn.page(CLERK, finding).text)
    assert 404 == drawn.browser.sign_in(CLERK).get(picture).status_code
    assert ["erased"] == [row["state"] for row in rows(home, "evidence", "verify") if row["sha256"] == digest]


@pytest.mark.slow
def test_a_small_office_freezes_alone_and_says_so(drawn, home):
    """一人办理: the switch asks for a reason; the run's manifest and the trail bear it."""
    drawn.refused(SIGNER, "/two-persons", "理由", {"rule": "freeze", "reason": " "})
    drawn.done(SIGNER, "/two-persons", {"rule": "freeze", "reason": "全办仅一人"})
    assert 404 == drawn.browser.sign_in(CLERK).post("/two-persons", {"rule": "freeze"}).status_code
    drawn.done(CLERK, f"/rounds/{NAME}/propose", {"although": "试点", "alone": "1"})
    drawn.done(SIGNER, "/two-persons", {"rule": "freeze", "restore": "1"})
    with opened(home) as workspace:
        state = load_round(workspace, NAME)
        assert ("freeze",) == kept_by_one_person(find_run(workspace, str(state.frozen.run_id)))


def test_a_wrong_round_is_cancelled_and_stays_in_the_list(drawn):
    """With a reason; its name is free, and the list shows both."""
    drawn.refused(CLERK, f"/rounds/{NAME}/cancel", "理由", {"reason": ""})
    drawn.done(CLERK, f"/rounds/{NAME}/cancel", {"reason": "监测时间点写错"})
    drawn.done(CLERK, "/rounds/new", {**PLAN, "confirmed": "1"})
    listed = text_of(drawn.page(CLERK, "/rounds").text)
    assert "已取消" in listed
    assert 2 == listed.count("2026年第三季度全市政务新媒体检查") - 1


@pytest.mark.slow
def test_two_who_freeze_at_once_store_one_run(drawn, home):
    """Whoever comes second gets the same run, or hears who did it."""
    drawn.done(CLERK, f"/rounds/{NAME}/propose", {"although": "试点"})
    with (
        console_of(home, SIGNER, now=NOW) as one,
        console_of(home, BOTH, now=NOW) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        answers = pool.map(
            lambda pair: pair[0].sign_in(pair[1]).post(f"/rounds/{NAME}/freeze").status_code,
            ((one, SIGNER), (other, BOTH)),
        )
        assert 303 in (codes := list(answers)), codes
        assert set(codes) <= {303, 409, 422, 503}
    with opened(home) as workspace:
        assert load_round(workspace, NAME).frozen is not None
        frozen = [
            a for a in list_acts(workspace, AskActs(types=("round.frozen",))) if a.subject == f"round:{NAME}"
        ]
        assert 1 == len(frozen)


@pytest.mark.parametrize(
    ("data", "files", "said"),
    [
        ({"account": "没有这个账号"}, None, "没有这个账号"),
        ({"count": "零"}, None, "数量"),
        ({"found_at": "2999-01-01 00:00"}, None, "还没有到"),
        ({"rule": "红二"}, None, "指标"),
        ({}, {"files": ("a.exe", b"MZ\x90")}, "不是可作证据"),
        ({"note": "请找王某13812345678"}, None, "号码"),
    ],
)
def test_a_finding_that_cannot_be_taken_is_shown_again(office, data, files, said):
    """With what was typed, and why; nothing is recorded."""
    told = {
        "account": "江州教育（微信订阅号，江州市教育局）",
        "rule": "严重表述错误",
        "found_at": "2026-09-14 10:00",
    }
    office.refused(CLERK, "/findings/new", said, {**told, **data}, files)


def test_a_finding_shows_what_was_typed_and_no_markup(office):
    """What people type is text on a page."""
    told = {
        "account": "江州教育（微信订阅号，江州市教育局）",
        "rule": "严重表述错误",
        "found_at": "2026-09-14 10:00",
    }
    at = office.done(CLERK, "/findings/new", {**told, "note": "<script>alert(1)</script>"})
    page = office.page(CLERK, at.partition("?")[0]).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
