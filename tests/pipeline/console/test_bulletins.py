"""通报 on its pages: drafted, checked, handed over, signed by another person, issued; who sees what."""

import re

import pytest

from pipeline.access.users import Grant, Role, User
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.two_persons import waive_rule
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.city import BULLETIN, LAST_ROUND, NOW, OWNER_UNIT, ROUND, copy_of
from tests.pipeline.console.signed_in import user_of

CLERK, SIGNER = user_of(Role.CLERK), user_of(Role.SIGNER)
BOTH = User("u-both", "both", "赵六", (Grant(Role.CLERK), Grant(Role.SIGNER)))
OWNER, AUDITOR = user_of(Role.OWNER, OWNER_UNIT), user_of(Role.AUDITOR)
FIRM = user_of(Role.FIRM, "sheets")
USERS = (CLERK, SIGNER, BOTH, OWNER, AUDITOR, FIRM)
PAGE = f"/bulletins/{LAST_ROUND}"
INNER = {"edition": "internal"}


@pytest.fixture(scope="module")
def looking(city):
    with console_of(city, *USERS, now=NOW) as browser:
        yield browser


@pytest.fixture
def desk(city, tmp_path):
    """The pages over a copy of the city, to write into."""
    home = copy_of(city, tmp_path)
    with console_of(home, *USERS, now=NOW) as browser:
        browser.home = home
        yield browser


def test_the_office_sees_drafts_and_others_what_went_out(looking):
    assert BULLETIN in looking.sign_in(CLERK).get("/bulletins").text
    assert BULLETIN in looking.sign_in(OWNER).get("/bulletins").text
    page = looking.sign_in(OWNER).get(PAGE)
    assert page.status_code == 200
    assert "结果摘要" not in page.text
    assert "签发与印发" not in page.text
    assert 'class="fig"' not in page.text


def test_the_internal_edition_and_the_source_of_a_figure_are_the_office_s(looking):
    for user in (OWNER, FIRM):
        looking.sign_in(user)
        assert looking.get(f"{PAGE}?edition=internal").status_code == 404
        assert looking.get(f"{PAGE}/figures/failed").status_code == 404
        assert looking.post(f"{PAGE}/draft").status_code == 404
    assert looking.sign_in(AUDITOR).get(f"{PAGE}?edition=internal").status_code == 200
    assert looking.post(f"{PAGE}/submit").status_code == 404


def test_each_figure_leads_to_the_accounts_behind_it(looking):
    page = looking.sign_in(CLERK).get(PAGE).text
    links = dict(re.findall(rf'<a class="fig" href="({PAGE}/figures/[^"]+)">([^<]*)</a>', page))
    assert int(links[f"{PAGE}/figures/failed"]) > 0
    behind = looking.get(f"{PAGE}/figures/failed").text
    assert f"{links[f'{PAGE}/figures/failed']} 个账号得出" in text_of(behind)
    assert all(looking.get(link).status_code == 200 for link in list(links)[:4])
    for wrong in ("nothing", "failed.0", "checked_by_area.99", "checked_by_area.x", "checked_by_area.-1"):
        assert looking.get(f"{PAGE}/figures/{wrong}").status_code == 404


def test_a_round_that_is_not_frozen_has_no_bulletin_yet(looking):
    assert "检查尚未定稿" in looking.sign_in(CLERK).get(f"/bulletins/{ROUND}").text
    assert looking.sign_in(OWNER).get(f"/bulletins/{ROUND}").status_code == 404
    assert looking.sign_in(CLERK).get("/bulletins/nowhere").status_code == 404


def test_documents_are_given_and_nothing_beside_them(looking):
    looking.sign_in(OWNER)
    docx = looking.get(f"{PAGE}/files/docx")
    assert (docx.status_code, docx.content[:2]) == (200, b"PK")
    assert "attachment" in docx.headers["content-disposition"]
    for wrong in ("exe", "..%2F..%2Fxuncha.toml", "final"):
        assert looking.get(f"{PAGE}/files/{wrong}").status_code == 404


def drafted(desk, user, **edition):
    made = desk.sign_in(user).post(f"{PAGE}/draft", edition)
    assert made.status_code == 303, text_of(made.text)
    return desk


@pytest.mark.slow
def test_a_bulletin_goes_out_by_the_hands_of_two(desk):
    """The clerk drafts and hands over, the leader signs, the clerk issues, and nobody does the other's part."""
    drafted(desk, CLERK, **INNER)
    assert desk.post(f"{PAGE}/sign", {**INNER, "role": "主任"}).status_code == 404
    refused = desk.post(f"{PAGE}/issue", {**INNER, "number": "江府办〔2026〕30号"})
    assert (refused.status_code, "请先送签" in refused.text) == (422, True)
    assert desk.sign_in(SIGNER).post(f"{PAGE}/sign", {**INNER, "role": "主任"}).status_code == 422
    assert desk.sign_in(CLERK).post(f"{PAGE}/submit", INNER).status_code == 303
    assert "通报待签发" not in desk.get("/today").text
    assert "待签发" in text_of(desk.sign_in(SIGNER).get("/bulletins").text)
    assert "通报待签发 1 2026年第二季度全市政务新媒体检查" in text_of(desk.get("/today").text)
    assert 'action="/bulletins/jiangzhou-2026Q2/sign' in desk.get(f"{PAGE}?edition=internal").text
    assert desk.post(f"{PAGE}/sign", INNER).status_code == 422
    assert desk.post(f"{PAGE}/sign", {**INNER, "role": "主任"}).status_code == 303
    assert "通报待签发" not in desk.get("/today").text
    again = desk.sign_in(CLERK).post(f"{PAGE}/issue", {**INNER, "number": BULLETIN})
    assert (again.status_code, BULLETIN in again.text) == (409, True)
    assert desk.post(f"{PAGE}/issue", {**INNER, "number": ""}).status_code == 422
    assert desk.post(f"{PAGE}/issue", {**INNER, "number": "江府办〔2026〕30号"}).status_code == 303
    page = text_of(desk.get(f"{PAGE}?edition=internal").text)
    assert "已印发" in page
    assert "一人办理" not in page


def test_who_drafted_may_not_sign_and_sees_why(desk):
    """One who is clerk and signer at once drafts, and is told that another one signs."""
    drafted(desk, BOTH, **INNER)
    assert desk.post(f"{PAGE}/submit", INNER).status_code == 303
    page = desk.get(f"{PAGE}?edition=internal").text
    assert "您是起草人，须由他人签发" in page
    assert "/sign" not in page
    refused = desk.post(f"{PAGE}/sign", {**INNER, "role": "主任"})
    assert (refused.status_code, "须由另一人办理" in refused.text) == (422, True)
    assert desk.sign_in(SIGNER).post(f"{PAGE}/sign", {**INNER, "role": "主任"}).status_code == 303


@pytest.mark.slow
def test_a_draft_made_anew_loses_its_signature(desk):
    drafted(desk, CLERK, **INNER).post(f"{PAGE}/submit", INNER)
    desk.sign_in(SIGNER).post(f"{PAGE}/sign", {**INNER, "role": "主任"})
    words = {**INNER, "demands": "逐项整改。\n强化审核。", "deadline": "2026年10月15日"}
    assert desk.sign_in(CLERK).post(f"{PAGE}/words", words).status_code == 303
    assert "逐项整改。" in text_of(desk.get(f"{PAGE}?edition=internal").text)
    refused = desk.post(f"{PAGE}/issue", {**INNER, "number": "江府办〔2026〕31号"})
    assert (refused.status_code, "请先送签" in refused.text) == (422, True)


def test_what_is_wrong_in_the_words_stands_beside_its_field(desk):
    """Nothing is drafted, and nothing that was typed is lost."""
    wrong = {
        "demands": "逐项整改。",
        "deadline": "下周",
        "practice_topic": "x",
        "practice_text": "",
        "practice_accounts": "",
        "practice_reads": "很多",
    }
    page = desk.sign_in(CLERK).post(f"{PAGE}/words", wrong)
    assert page.status_code == 422
    assert "日期这样写" in page.text
    assert "逐项整改。" in page.text
    stranger = {
        "practice_topic": "",
        "practice_text": "好。",
        "practice_accounts": "没有这个号",
        "practice_reads": "",
    }
    refused = desk.post(f"{PAGE}/words", stranger)
    assert (refused.status_code, "没有这个号" in refused.text) == (422, True)


@pytest.mark.slow
def test_a_stamped_file_that_says_something_else_is_refused(desk):
    drafted(desk, CLERK, **INNER).post(f"{PAGE}/submit", INNER)
    desk.sign_in(SIGNER).post(f"{PAGE}/sign", {**INNER, "role": "主任"})
    other = desk.sign_in(CLERK).get(f"{PAGE}/files/docx").content  # the public edition
    sent = {**INNER, "number": "江府办〔2026〕32号"}
    files = {"final": ("../定稿.docx", other)}
    refused = desk.post(f"{PAGE}/issue", sent, files)
    assert (refused.status_code, "核对不符" in refused.text) == (422, True)
    no_document = desk.post(f"{PAGE}/issue", sent, {"final": ("x.exe", b"MZ")})
    assert no_document.status_code == 422
    assert "已签发" in text_of(desk.get(f"{PAGE}?edition=internal").text)


def test_a_correction_goes_the_same_way_as_its_bulletin(desk):
    """It names words that stand there, is signed by another person, and goes out under a number of its own."""
    correction = f"{PAGE}/correction"
    refused = desk.sign_in(CLERK).post(correction, {"wrong": "没有这句话", "right": "有"})
    assert (refused.status_code, "没有这句话" in refused.text) == (422, True)
    assert desk.post(correction, {"wrong": "合格率", "right": "达标率"}).status_code == 303
    early = desk.post(f"{correction}/issue", {"number": "江府办〔2026〕40号"})
    assert (early.status_code, "还没有签发" in early.text) == (422, True)
    assert f"更正（{BULLETIN}）" in desk.sign_in(SIGNER).get("/bulletins").text
    assert desk.sign_in(BOTH).post(f"{correction}/sign", {"role": "主任"}).status_code == 303
    assert desk.sign_in(CLERK).post(f"{correction}/issue", {"number": BULLETIN}).status_code == 409
    assert desk.post(f"{correction}/issue", {"number": "江府办〔2026〕40号"}).status_code == 303
    assert "已更正：江府办〔2026〕40号" in text_of(desk.get(PAGE).text)
    assert desk.get(f"{correction}/files/docx").content[:2] == b"PK"
    assert desk.sign_in(OWNER).get(correction).status_code == 404


def test_who_drafted_a_correction_does_not_sign_it(desk):
    correction = f"{PAGE}/correction"
    desk.sign_in(BOTH).post(correction, {"wrong": "合格率", "right": "达标率"})
    assert "您是起草人，须由他人签发" in desk.get(correction).text
    assert desk.post(f"{correction}/sign", {"role": "主任"}).status_code == 422


@pytest.mark.slow
def test_a_small_office_may_let_one_person_do_both_and_the_internal_edition_says_so(desk):
    """The rule is switched off with a reason; nothing is hidden (design, 5.2)."""
    with open_workspace(Home(desk.home)) as workspace:
        waive_rule(workspace, "sign", "只有一名工作人员", CLERK.actor)
    drafted(desk, BOTH, **INNER).post(f"{PAGE}/submit", INNER)
    assert "停用这项两人办理规则" in desk.get(f"{PAGE}?edition=internal").text
    assert desk.post(f"{PAGE}/sign", {**INNER, "role": "主任"}).status_code == 303
    assert desk.post(f"{PAGE}/issue", {**INNER, "number": "江府办〔2026〕33号"}).status_code == 303
    assert "一人办理：拟稿与签发" in text_of(desk.get(f"{PAGE}?edition=internal").text)
    assert "一人办理" in desk.get(f"{PAGE}/files/html?edition=internal").text
    assert "一人办理" not in desk.get(f"{PAGE}/files/html").text
