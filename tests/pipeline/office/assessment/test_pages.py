"""年度考核 on its pages: the office drafts and decides, units see their own once told, hand in and object."""

import re
from importlib import resources

import pytest

from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.notes import list_notes
from pipeline.office.assessment.schemes import FOLDER
from pipeline.office.assessment.years import list_years
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.signed_in import user_of

CLERK, SIGNER, AUDITOR = user_of(Role.CLERK), user_of(Role.SIGNER), user_of(Role.AUDITOR)
OWNER = user_of(Role.OWNER, "昆山市住房和城乡建设局", "u-owner")
OTHER = user_of(Role.OWNER, "昆山市水务局", "u-other")
COMPETENT = user_of(Role.COMPETENT, "昆山市", "u-competent")
ELSEWHERE = user_of(Role.COMPETENT, "太仓市", "u-elsewhere")
FIRM = user_of(Role.FIRM, "sheets")
USERS = (CLERK, SIGNER, AUDITOR, OWNER, OTHER, COMPETENT, ELSEWHERE, FIRM)
MINE, THEIRS = "/assessment/2020/KS27", "/assessment/2020/KS30"
PAPER = {"files": ("通报.pdf", b"%PDF-1.4 praise", "application/pdf")}


@pytest.fixture
def desk(home):
    with console_of(home, *USERS) as browser:
        yield browser


def test_a_draft_is_the_offices_until_units_are_told(desk):
    """The office sees all units with their points; a unit sees its own page, and nothing of the draft."""
    page = text_of(desk.sign_in(CLERK).get("/assessment").text)
    assert "昆山市水务局" in page
    assert "已起草" in page
    assert "逾期" not in text_of(desk.get(THEIRS).text)
    own = text_of(desk.sign_in(OWNER).get(MINE).text)
    assert "还没有结果" in own
    assert 404 == desk.get(f"{MINE}/sheet").status_code
    assert "没有考核结果" in text_of(desk.get("/assessment").text)
    for who, status in ((FIRM, 404), (AUDITOR, 200), (COMPETENT, 200)):
        assert status == desk.sign_in(who).get("/assessment").status_code
    assert 404 == desk.sign_in(ELSEWHERE).get(MINE).status_code
    assert 404 == desk.sign_in(OWNER).get("/assessment/draft").status_code
    assert 404 == desk.post("/assessment/tell", {"year": "2020", "until": "2100-01-01"}).status_code


def test_told_units_see_their_points_object_and_are_heard(desk):
    """A unit objects with evidence; the office decides; what is another unit's is not there."""
    desk.sign_in(CLERK)
    assert 422 == desk.post("/assessment/tell", {"year": "2020", "until": "很快"}).status_code
    assert 303 == desk.post("/assessment/tell", {"year": "2020", "until": "2100-01-01"}).status_code
    own = text_of(desk.sign_in(OWNER).get(MINE).text)
    assert "2020-04-01 报送，期限 2020-03-31" in own
    assert 200 == desk.get(f"{MINE}/sheet?as=xlsx").status_code
    assert 404 == desk.get(f"{MINE}/sheet?as=pdf").status_code
    assert 404 == desk.get(THEIRS).status_code
    assert 404 == desk.post(f"{THEIRS}/object", {"reason": "不认同"}).status_code
    assert 422 == desk.post(f"{MINE}/object", {"item": "checks", "reason": ""}).status_code
    said = {"item": "checks", "reason": "三月三十一日已寄出"}
    assert 303 == desk.post(f"{MINE}/object", said, PAPER).status_code
    page = desk.sign_in(CLERK).get(MINE).text
    objection = page.split('name="objection" value="')[1].split('"')[0]
    evidence = page.split(f"{MINE}/evidence/")[1].split('"')[0]
    assert b"%PDF-1.4 praise" == desk.get(f"{MINE}/evidence/{evidence}").content
    assert 404 == desk.get(f"{THEIRS}/evidence/{evidence}").status_code
    asked = {"objection": objection, "outcome": "rejected", "reason": "签收日为四月一日"}
    assert 404 == desk.post(f"{THEIRS}/decide", asked).status_code
    assert 404 == desk.sign_in(OWNER).post(f"{MINE}/decide", asked).status_code
    assert 303 == desk.sign_in(SIGNER).post(f"{MINE}/decide", asked).status_code
    assert "签收日为四月一日" in text_of(desk.sign_in(OWNER).get(MINE).text)
    assert 404 == desk.post("/assessment/finalize", {"year": "2020"}).status_code
    refused = desk.sign_in(SIGNER).post("/assessment/finalize", {"year": "2020"})
    assert 422 == refused.status_code
    assert "2100-01-01 前仍可提出异议" in text_of(refused.text)


def test_what_was_told_or_objected_by_mistake_is_taken_back(desk):
    """The telling while nobody objected to it, an objection while nobody decided; that of another unit never."""
    desk.sign_in(CLERK)
    assert 303 == desk.post("/assessment/tell", {"year": "2020", "until": "2100-01-01"}).status_code
    back = {"year": "2020", "reason": "还没有发出"}
    assert 404 == desk.sign_in(OWNER).post("/assessment/withdraw-telling", back).status_code
    desk.sign_in(CLERK)
    assert 422 == desk.post("/assessment/withdraw-telling", {"year": "2020", "reason": ""}).status_code
    assert "撤回告知" in desk.get("/assessment").text
    assert 303 == desk.post("/assessment/withdraw-telling", back).status_code
    assert "还没有结果" in text_of(desk.sign_in(OWNER).get(MINE).text)
    desk.sign_in(CLERK).post("/assessment/tell", {"year": "2020", "until": "2100-01-01"})
    desk.sign_in(OWNER).post(f"{MINE}/object", {"item": "checks", "reason": "三月三十一日已寄出"}, PAPER)
    page = desk.get(MINE).text
    asked = {"objection": page.split('name="objection" value="')[1].split('"')[0], "reason": "提错了项目"}
    assert 404 == desk.sign_in(OTHER).post(f"{THEIRS}/withdraw-objection", asked).status_code
    assert "撤回告知" not in desk.sign_in(CLERK).get("/assessment").text
    assert 409 == desk.post("/assessment/withdraw-telling", back).status_code
    desk.sign_in(OWNER)
    assert 422 == desk.post(f"{MINE}/withdraw-objection", {**asked, "reason": ""}).status_code
    assert 303 == desk.post(f"{MINE}/withdraw-objection", asked).status_code
    assert "没有异议" in text_of(desk.get(MINE).text)


def test_a_unit_hands_in_material_and_another_person_accepts_it(desk, home):
    """附件3 表彰表扬: units hand in material, the office reviews it; it counts in the next draft."""
    sent = {"measure": "praise_city", "on": "2020年9月17日", "count": "1", "document": "市级表扬通报己"}
    desk.sign_in(OTHER)
    assert 422 == desk.post(f"{THEIRS}/note", {**sent, "on": "某天"}, PAPER).status_code
    assert 422 == desk.post(f"{THEIRS}/note", {**sent, "measure": "left"}, PAPER).status_code
    assert 303 == desk.post(f"{THEIRS}/note", sent, PAPER).status_code
    assert "待复核" in text_of(desk.get(THEIRS).text)
    with open_workspace(Home(home)) as workspace:
        (row,) = list_notes(workspace, 2020, {"KS30"})
    assert ("unit", 1) == (row.said.by, len(row.said.evidence))
    assert 404 == desk.post(f"{THEIRS}/review", {"row": str(row.id), "outcome": "accepted"}).status_code
    desk.sign_in(CLERK)
    assert "市级表扬通报己" in text_of(desk.get("/assessment").text)
    assert 422 == desk.post(f"{THEIRS}/review", {"row": str(row.id), "outcome": "refused"}).status_code
    assert 303 == desk.post(f"{THEIRS}/review", {"row": str(row.id), "outcome": "accepted"}).status_code
    drafted = desk.post("/assessment/draft", {"year": "2020", "on": "2021-01-31"})
    assert 303 == drafted.status_code
    assert "市级表彰 1 起（次）" in text_of(desk.get(THEIRS).text)
    assert 422 == desk.post("/assessment/draft", {"year": "2020", "on": "年底"}).status_code
    assert 303 == desk.post(f"{THEIRS}/withdraw", {"row": str(row.id), "reason": "另有所指"}).status_code
    assert "没有报送材料" in text_of(desk.get(THEIRS).text)


def test_the_list_says_what_its_files_say(desk):
    """Results by outcome; the files hold exactly the rows of the page."""
    listed = desk.sign_in(CLERK).get("/assessment.csv?outcome=failed").text
    assert "锦溪镇人民政府" not in listed
    assert "柏庐城市管理办事处" in listed


@pytest.mark.slow
def test_each_year_is_shown_by_its_own_scheme(home):
    """A scheme of the office's own beside the released one: a drafted year keeps its units, a new one has its own."""
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    released = resources.files("infra") / "assessments" / "kunshan-2019-162.toml"
    own = (
        released.read_text("utf-8")
        .replace("kunshan-2019-162", "own-2025")
        .replace("2020-01-01T", "2025-01-01T")
    )
    own = own.replace("昆山市政务新媒体监管工作年度考核指标", "本市考核指标")
    (folder / "own-2025.toml").write_text(own, "utf-8")
    units = '[{ code = "KS30", name = "昆山市水务局", kind = "department" }]'
    text = f'name = "own-2025"\ndocument = "本市名单"\nunits = {units}\n'
    (folder / "own-2025.units.toml").write_text(text, "utf-8")
    with console_of(home, *USERS) as desk:
        page = text_of(desk.sign_in(CLERK).get("/assessment").text)
        assert "昆山市住房和城乡建设局" in page
        assert "昆山市政务新媒体监管工作年度考核指标" in page
        assert [200, 200] == [desk.get(path).status_code for path in (MINE, THEIRS)]
        assert 404 == desk.get("/assessment/2025/KS27").status_code
        row = {"measure": "praise_city", "on": "2025-09-17", "document": "表扬通报"}
        assert 303 == desk.post("/assessment/2025/KS30/note", row).status_code
        assert "昆山市水务局 ：市级表彰，表扬通报" in text_of(desk.get("/assessment").text)
        form = desk.get("/assessment/draft").text
        options = re.findall(r'<option value="([^"]+)"( selected)?>', form)
        assert options == [("own-2025", " selected"), ("kunshan-2019-162", "")]
        for scheme, count in (("own-2025", 1), ("kunshan-2019-162", 50)):
            asked = {"year": "2025", "on": "2026-01-31", "scheme": scheme}
            assert 303 == desk.post("/assessment/draft", asked).status_code
            with open_workspace(Home(home)) as workspace:
                assert count == len(list_years(workspace)[2025].newest.data.rows)
        refused = desk.post("/assessment/draft", {"year": "2025", "on": "2026-01-31", "scheme": "none"})
        assert 422 == refused.status_code
        assert "none" in text_of(refused.text)
