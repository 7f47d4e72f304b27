"""数据报送, 无法识别, 数据来源, 自查报送, 巡查清单: the pages over what comes in, by role."""

import csv
import io
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.access.users import Role
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.intake.inbox import find_paper
from pipeline.office.intake.sender import Sender
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import EAST, FIRM, WEST, copy_of
from tests.pipeline.console.forms import fields_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.kept_engine import kept_engine

CLERK, SIGNER, AUDITOR = user_of(Role.CLERK), user_of(Role.SIGNER), user_of(Role.AUDITOR)
ADMIN, CHECKER = user_of(Role.ADMIN), user_of(Role.CHECKER, "1")
COMPETENT, OTHER = user_of(Role.COMPETENT, EAST), user_of(Role.COMPETENT, WEST, "u-other")
FIRM_USER, OTHER_FIRM = user_of(Role.FIRM, FIRM), user_of(Role.FIRM, "另一公司", "u-firm2")
OWNER = user_of(Role.OWNER, f"{EAST}教育局")
EVERYBODY = (CLERK, SIGNER, AUDITOR, ADMIN, CHECKER, COMPETENT, OTHER, FIRM_USER, OTHER_FIRM, OWNER)
LISTS = (
    "/in",
    "/in.csv",
    "/in.xlsx",
    "/in/letters",
    "/in/letters.csv",
    "/in/letters.xlsx",
    "/sources",
    "/sources.csv",
    "/sources.xlsx",
    "/suggestions",
    "/suggestions.csv",
    "/reports/2026Q3",
    "/reports/2026Q3/list.csv",
    "/reports/2026Q3/list.xlsx",
    "/looks",
    "/looks.csv",
    "/looks.xlsx",
)


@pytest.fixture
def own(city, tmp_path):
    """The city, to write into."""
    return copy_of(city, tmp_path)


def sheet(*rows: tuple[object, ...], title: str = "表") -> bytes:
    book = Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def looks(*rows: tuple[str, str, str, str], at: str = "2026-09-18 09:00") -> bytes:
    """Return a sheet of looks: name, platform, owner, newest post."""
    header = ("账号名称", "平台", "主办单位", "检查时间", "最新发布时间")
    return sheet(header, *((name, platform, owner, at, newest) for name, platform, owner, newest in rows))


def ledger(*rows: tuple[object, ...]) -> bytes:
    header = ("序号", "账号名称", "平台", "主办单位", "账号ID", "地区", "开设时间", "负责人", "联系电话")
    return sheet(header, *rows, title="台账")


EAST_LOOK = looks(("东江教育", "微信订阅号", f"{EAST}教育局", "2026-09-17 10:00"))
NEW_ACCOUNT = (
    1,
    "东江应急",
    "微信订阅号",
    f"{EAST}应急管理局",
    "east-yj",
    EAST,
    "2026-03-01",
    "张三丰",
    "16112345678",
)


def sent(browser, content: bytes, name: str = "表.xlsx"):
    return browser.post("/in", files={"files": (name, content)})


def planned(browser, content: bytes, name: str = "表.xlsx") -> str:
    """Hand a paper in; return the address of its preview."""
    answer = sent(browser, content, name)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


def confirmed(browser, plan: str, **changed):
    page = browser.get(plan)
    assert page.status_code == 200, text_of(page.text)
    return browser.post(f"{plan}/confirm", data=fields_of(page.text, "plan", **changed))


@pytest.mark.parametrize("path", LISTS)
def test_every_list_answers_a_clerk(city, path):
    """Each list page and its files open."""
    with console_of(city, CLERK, now=NOW) as browser:
        found = browser.sign_in(CLERK).get(path)
        assert found.status_code == 200, text_of(found.text)
        assert "T01:12" not in found.text


def test_who_sees_which_lists(city):
    """The table of rights, tried for each role: what is not theirs is not there."""
    hidden = {
        SIGNER: ("/looks/record?account=0001",),
        AUDITOR: ("/looks",),
        ADMIN: ("/in", "/suggestions", "/reports/2026Q3", "/looks"),
        CHECKER: ("/in", "/in/letters", "/sources", "/suggestions", "/reports/2026Q3", "/looks"),
        COMPETENT: ("/in/letters", "/sources"),
        FIRM_USER: ("/suggestions", "/reports/2026Q3"),
        OWNER: ("/in/letters", "/sources", "/suggestions", "/looks"),
    }
    with console_of(city, *EVERYBODY, now=NOW) as browser:
        for user, paths in hidden.items():
            browser.sign_in(user)
            assert [browser.get(path).status_code for path in paths] == [404] * len(paths), user
        browser.sign_in(None)
        assert {browser.get(path).status_code for path in LISTS} == {303}


@pytest.mark.slow
def test_a_sheet_of_looks_is_seen_first_and_confirmed_once(own):
    """Upload, preview, confirm; nothing before the yes, and the receipt says what came of it."""
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        before = len(_rows(browser.get("/in.csv?stage=taken")))
        plan = planned(browser, EAST_LOOK, "巡查表.xlsx")
        page = text_of(browser.get(plan).text)
        assert "还没有写入任何内容" in page
        assert "记录 1 次检查" in page
        done = confirmed(browser, plan)
        assert done.status_code == 303
        receipt = browser.get(done.headers["location"])
        assert "已确认入库" in text_of(receipt.text)
        assert "东江教育" in text_of(receipt.text)
        again = browser.get(plan)
        assert again.status_code == 303
        assert len(_rows(browser.get("/in.csv?stage=taken"))) == before + 1


def test_a_preview_masks_people_and_a_log_has_none_of_them(own):
    """Names and numbers are masked on the page, and stand in no file of the log."""
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(NEW_ACCOUNT), "台账.xlsx")
        page = browser.get(plan).text
        assert "张**" in page
        assert "161****5678" in page
        assert "张三丰" not in page
        assert "16112345678" not in page
        confirmed(browser, plan)
    held = b"".join(path.read_bytes() for path in own.glob("log.sqlite*"))
    assert "张三丰".encode() not in held
    assert b"16112345678" not in held


def test_a_wrong_cell_is_mended_in_place(own):
    """A date that does not exist is set aside; mended on the page it is taken, and the manifest says where."""
    wrong = (*NEW_ACCOUNT[:6], "2016.13.5", *NEW_ACCOUNT[7:])
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(wrong), "台账.xlsx")
        page = browser.get(plan).text
        assert "2016.13.5" in page
        name = next(name for name in fields_of(page, "plan") if name.startswith("cell:"))
        assert name.endswith("!G2")
        changed = browser.post(plan, data=fields_of(page, "plan", **{name: "2016-03-05"}))
        assert changed.status_code == 303
        assert "2016.13.5" not in browser.get(plan).text
        done = confirmed(browser, plan)
        assert done.status_code == 303
    with kept_engine(), open_workspace(Home(own)) as workspace:
        opened = [
            k.event.data for k in workspace.known.read(("account.opened",)) if k.event.data.name == "东江应急"
        ]
        assert [str(data.opened_at.date()) for data in opened] == ["2016-03-05"]
        number = done.headers["location"].partition("?")[0].rpartition("/")[2]
        state = find_paper(workspace, Sender(), number)
        manifest = (own / "evidence" / state.opened.manifest).read_text("utf-8")
        assert "台账!G2" in manifest
        assert "2016-03-05" not in manifest


def test_a_change_in_the_form_is_shown_before_it_is_confirmed(own):
    """A yes that comes with a change shows the plan anew: nobody confirms what they have not seen."""
    wrong = (*NEW_ACCOUNT[:6], "2016.13.5", *NEW_ACCOUNT[7:])
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(wrong))
        page = browser.get(plan).text
        name = next(name for name in fields_of(page, "plan") if name.startswith("cell:"))
        answer = browser.post(f"{plan}/confirm", data=fields_of(page, "plan", **{name: "2016-03-05"}))
        assert answer.status_code == 422
        assert "请核对后再确认入库" in text_of(answer.text)
        assert confirmed(browser, plan).status_code == 303


def test_a_row_set_aside_by_name_is_left_out(own):
    """One row is set aside, the other one is taken."""
    second = (2, "东江民兵", "微信订阅号", f"{EAST}应急管理局", "east-mb", EAST, "2026-03-01", "", "")
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(NEW_ACCOUNT, second))
        page = browser.get(plan).text
        key = next(k for k in fields_of(page, "plan")["rows"] if k.endswith("!3"))
        browser.post(plan, data=fields_of(page, "plan", aside=[key]))
        page = browser.get(plan).text
        assert "本次不入库的行" in page
        assert confirmed(browser, plan).status_code == 303
        rows = _accounts(own)
        assert "东江应急" in rows
        assert "东江民兵" not in rows


def test_what_was_shown_is_what_is_written(own):
    """Where the registry moves between preview and yes, the plan has to be looked through again."""
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(NEW_ACCOUNT), "甲.xlsx")
        seen = fields_of(browser.get(plan).text, "plan")
        other = planned(browser, ledger((*NEW_ACCOUNT[:6], "2026-03-02", "", "")), "乙.xlsx")
        assert confirmed(browser, other).status_code == 303
        answer = browser.post(f"{plan}/confirm", data=seen)
        assert answer.status_code == 409
        assert "请重新核对" in text_of(answer.text)


def test_two_people_on_one_plan_one_confirms(own):
    """Both press the button at once: one intake, and both are led to it."""
    second = user_of(Role.CLERK, id_="u-clerk2")
    with console_of(own, CLERK, now=NOW) as one, console_of(own, second, now=NOW) as two:
        plan = planned(one.sign_in(CLERK), EAST_LOOK)
        data = fields_of(one.get(plan).text, "plan")
        two.sign_in(second)
        answers: list[tuple[int, str]] = []

        def press(browser) -> None:
            answer = browser.post(f"{plan}/confirm", data=data)
            answers.append((answer.status_code, answer.headers.get("location", "").partition("?")[0]))

        threads = [threading.Thread(target=press, args=(browser,)) for browser in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        led = {where for status, where in answers if status == 303}
        assert len(led) == 1, answers
        assert {status for status, _ in answers} <= {303, 409, 422, 503}
        numbers = [row["入库编号"] for row in _rows(one.get("/in.csv"))]
        assert numbers.count(f"收{led.pop().rpartition('/')[2]}") == 1


def test_an_intake_is_undone_with_a_reason_and_once(own):
    """Without a reason nothing is done; with one the facts go, and the page says so."""
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, ledger(NEW_ACCOUNT))
        where = confirmed(browser, plan).headers["location"].partition("?")[0]
        assert "东江应急" in _accounts(own)
        refused = browser.post(f"{where}/undo", data={"reason": ""})
        assert refused.status_code == 422
        assert "请写明撤销原因" in text_of(refused.text)
        assert browser.post(f"{where}/undo", data={"reason": "报错了表"}).status_code == 303
        assert "东江应急" not in _accounts(own)
        assert "已撤销" in text_of(browser.get(where).text)
        assert browser.post(f"{where}/undo", data={"reason": "报错了表"}).status_code == 303


def test_a_mended_paper_takes_the_place_of_an_intake(own):
    """更正: the facts that are stated alike stay, the others change."""
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        where = (
            confirmed(browser, planned(browser, ledger(NEW_ACCOUNT))).headers["location"].partition("?")[0]
        )
        mended = ledger((*NEW_ACCOUNT[:1], "东江应急管理", *NEW_ACCOUNT[2:]))
        answer = browser.post(
            f"{where}/replace", data={"reason": "名称写错"}, files={"files": ("改.xlsx", mended)}
        )
        assert answer.status_code == 303, text_of(answer.text)
        plan = answer.headers["location"]
        assert "确认后替换" in text_of(browser.get(plan).text)
        assert confirmed(browser, plan).status_code == 303
        assert "已更正" in text_of(browser.get(where).text)
        assert "东江应急管理" in _accounts(own)


def test_of_several_files_one_is_mended_by_its_name(own):
    """The form offers each file, and does not guess which is meant; the accounts of the other file stay."""
    other = (2, "东江水利", "微信订阅号", f"{EAST}水利局", "e-sl", EAST, "2026-03-01", "", "")
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        files = [
            ("files", (name, content))
            for name, content in (("甲.xlsx", ledger(NEW_ACCOUNT)), ("乙.xlsx", ledger(other)))
        ]
        where = (
            confirmed(browser, browser.post("/in", files=files).headers["location"])
            .headers["location"]
            .partition("?")[0]
        )
        offered = re.findall(
            r'<option value="(\w*)"[^>]*>([^<]+)', browser.get(where).text.partition('name="mends"')[2]
        )
        assert offered[:4] == [("", "请选择"), ("1", "甲.xlsx"), ("2", "乙.xlsx"), ("all", "全部文件")]
        brought = [
            line.split(",")[:3:2] for line in browser.get(f"{where}/records.csv").text.splitlines()[1:]
        ]
        assert [(place.split()[0], name) for place, name in brought] == [
            ("甲.xlsx", "东江应急"),
            ("乙.xlsx", "东江水利"),
        ]
        mended = {"files": ("改.xlsx", ledger((*NEW_ACCOUNT[:1], "东江应急管理", *NEW_ACCOUNT[2:])))}
        refused = browser.post(f"{where}/replace", data={"reason": "名称写错"}, files=mended)
        assert (refused.status_code, "1 甲.xlsx、2 乙.xlsx" in text_of(refused.text)) == (422, True)
        answer = browser.post(f"{where}/replace", data={"reason": "名称写错", "mends": "1"}, files=mended)
        assert confirmed(browser, answer.headers["location"]).status_code == 303
        assert {"东江应急管理", "东江水利"} <= _accounts(own)
        assert "东江应急" not in _accounts(own)


@pytest.mark.parametrize(
    ("user", "content", "said"),
    [
        (FIRM_USER, ledger(NEW_ACCOUNT), "这类表不由您单位报送"),
        (OWNER, EAST_LOOK, "这类表不由您单位报送"),
        (COMPETENT, EAST_LOOK, "这类表不由您单位报送"),
        (
            COMPETENT,
            ledger((1, "西山应急", "微信订阅号", f"{WEST}应急管理局", "w-yj", WEST, "2026-03-01", "", "")),
            "不在您的范围内",
        ),
    ],
)
def test_what_somebody_may_not_hand_in_is_refused_with_why(own, user, content, said):
    """Kinds and scopes of the rights table; nothing of it is kept."""
    kept = {path.name for path in (own / "uploads").glob("*")}
    with console_of(own, CLERK, user, now=NOW) as browser:
        answer = sent(browser.sign_in(user), content)
        assert answer.status_code == 422
        assert said in text_of(answer.text)
        assert "待确认 报送" not in text_of(browser.get("/in").text)
    assert {path.name for path in (own / "uploads").glob("*")} == kept


def test_a_firm_hands_in_sees_its_own_and_confirms_looks(own):
    """A firm sees what it handed in and nothing else; who sent it stands in the facts."""
    with console_of(own, *EVERYBODY, now=NOW) as browser:
        browser.sign_in(FIRM_USER)
        plan = planned(browser, EAST_LOOK)
        browser.sign_in(OTHER_FIRM)
        assert browser.get(plan).status_code == 404
        assert _rows(browser.get("/in.csv")) == []
        browser.sign_in(FIRM_USER)
        where = confirmed(browser, plan).headers["location"].partition("?")[0]
        assert [row["报送单位"] for row in _rows(browser.get("/in.csv"))] == [f"监测单位 {FIRM}"]
        assert browser.get(where).status_code == 200
        assert browser.sign_in(OTHER_FIRM).get(where).status_code == 404
        assert browser.sign_in(COMPETENT).get(where).status_code == 404
        assert browser.sign_in(AUDITOR).get(where).status_code == 200
    with kept_engine(), open_workspace(Home(own)) as workspace:
        state = find_paper(workspace, Sender(), where.rpartition("/")[2])
        assert state.opened.on_behalf == f"firm:{FIRM}"


def test_a_firm_undoes_on_the_same_day_alone(own):
    """The next day the office has to undo it."""
    with console_of(own, FIRM_USER, now=NOW) as browser:
        browser.sign_in(FIRM_USER)
        where = confirmed(browser, planned(browser, EAST_LOOK)).headers["location"].partition("?")[0]
    with console_of(own, FIRM_USER, now=_written_at(own, where) + timedelta(days=1)) as browser:
        browser.sign_in(FIRM_USER)
        assert browser.post(f"{where}/undo", data={"reason": "报错"}).status_code == 404
    with console_of(own, FIRM_USER, now=_written_at(own, where)) as browser:
        browser.sign_in(FIRM_USER)
        assert browser.post(f"{where}/undo", data={"reason": "报错"}).status_code == 303


def test_a_ledger_of_a_competent_office_goes_to_the_clerk(own):
    """It may not confirm it; the clerk confirms or gives it back, and it sees the reason."""
    with console_of(own, *EVERYBODY, now=NOW) as browser:
        browser.sign_in(COMPETENT)
        plan = planned(browser, ledger(NEW_ACCOUNT))
        assert "由市政府办公室核对后入库" in text_of(browser.get(plan).text)
        assert (
            browser.post(f"{plan}/confirm", data=fields_of(browser.get(plan).text, "plan")).status_code == 404
        )
        assert browser.sign_in(OTHER).get(plan).status_code == 404
        browser.sign_in(CLERK)
        assert "待确认" in [row["状态"] for row in _rows(browser.get("/in.csv"))]
        assert browser.post(f"{plan}/back", data={"reason": ""}).status_code == 422
        assert browser.post(f"{plan}/back", data={"reason": "缺少认证主体"}).status_code == 303
        browser.sign_in(COMPETENT)
        assert "缺少认证主体" in text_of(browser.get(plan).text)
        browser.sign_in(CLERK)
        assert confirmed(browser, plan).status_code == 303
        assert "东江应急" in _accounts(own)


def test_a_self_check_of_an_owner_unit_is_confirmed_by_its_competent_office(own):
    """The unit hands it in for itself and may not confirm it; the office of its area does, another sees none."""
    unit = f"{EAST}教育局"
    content = sheet(
        (f"{unit}2026年第三季度政务新媒体自查表",),
        (f"填报单位：{unit}", "", "", "", "填报日期：2026年9月17日"),
        ("序号", "账号名称", "平台", "主办单位", "检查时间", "检查结果", "存在问题"),
        (1, "东江教育", "微信订阅号", unit, "2026-09-16", "合格", ""),
        title="自查表",
    )
    with console_of(own, *EVERYBODY, now=NOW) as browser:
        plan = planned(browser.sign_in(OWNER), content, "自查表.xlsx")
        page = browser.get(plan).text
        assert "登记 1 份自查报送" in page
        assert "passed" not in text_of(page)
        assert browser.post(f"{plan}/confirm", data=fields_of(page, "plan")).status_code == 404
        assert browser.sign_in(OTHER).get(plan).status_code == 404
        done = confirmed(browser.sign_in(COMPETENT), plan)
        assert done.status_code == 303, text_of(done.text)
        where = done.headers["location"].partition("?")[0]
        assert f"主办单位 {unit}" in text_of(browser.sign_in(OWNER).get(where).text)
    with kept_engine(), open_workspace(Home(own)) as workspace:
        received = [k.event.data.unit for k in workspace.known.read(("report.received",))]
        state = find_paper(workspace, Sender(), where.rpartition("/")[2])
        assert unit in received
        assert (state.opened.handed_in_by, state.opened.on_behalf) == (OWNER.id, f"owner:{unit}")


def test_an_original_is_given_to_the_office_with_a_reason_that_is_logged(own):
    """A paper holds names: whoever of the office reads it says why, and the access log has it."""
    content = ledger(NEW_ACCOUNT)
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        plan = planned(browser, content)
        refused = browser.post(f"{plan}/original", data={"file": "0", "reason": ""})
        assert refused.status_code == 422
        given = browser.post(f"{plan}/original", data={"file": "0", "reason": "核对开设时间"})
        assert given.content == content
        assert "attachment" in given.headers["content-disposition"]
        assert browser.post(f"{plan}/original", data={"file": "7", "reason": "看看"}).status_code == 404
    from pipeline.office.people import list_accesses

    assert ("u-clerk", "核对开设时间") in [(a.by, a.reason) for a in list_accesses(Home(own), None)]


def test_a_look_is_read_back_before_it_is_taken(own):
    """The form says what it understood; the second press takes it, and a time that is none stands beside its box."""
    said = {"account": "0001", "looked_at": "2026-09-18 09:00", "seen": "post", "newest": "2026.9.17 10:00"}
    with console_of(own, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        page = browser.post("/looks/record", data=said)
        assert page.status_code == 200
        assert "2026-09-17 10:00" in page.text
        done = browser.post("/looks/record", data={**said, "sure": "1"})
        assert done.status_code == 303, text_of(done.text)
        wrong = browser.post("/looks/record", data={**said, "newest": "后天", "sure": "1"})
        assert wrong.status_code == 422
        assert 'id="f-newest-e"' in wrong.text
        assert browser.post("/looks/record", data={**said, "looked_at": ""}).status_code == 422
        assert browser.get("/looks/record?account=9999").status_code == 404


def test_a_competent_office_looks_at_its_own_area_alone(own):
    """An account of another area is not there."""
    with console_of(own, CLERK, COMPETENT, now=NOW) as browser:
        numbers = {row["账号名称"]: row["编号"] for row in _rows(browser.sign_in(CLERK).get("/looks.csv"))}
        west = next(number for name, number in numbers.items() if name.startswith("西山"))
        browser.sign_in(COMPETENT)
        assert browser.get(f"/looks/record?account={west}").status_code == 404
        assert not any(row["账号名称"].startswith("西山") for row in _rows(browser.get("/looks.csv")))


def test_a_firm_sees_names_and_no_states_on_the_look_list(city):
    """It is to look unprejudiced."""
    with console_of(city, FIRM_USER, now=NOW) as browser:
        browser.sign_in(FIRM_USER)
        assert list(_rows(browser.get("/looks.csv"))[0]) == ["编号", "账号名称", "平台", "主办单位"]


def test_a_self_check_is_prefilled_read_back_and_taken(own):
    """What is known stands beside each account; the unit confirms and adds, and the list says that it reported."""
    with console_of(own, CLERK, COMPETENT, OTHER, now=NOW) as browser:
        browser.sign_in(COMPETENT)
        form = browser.get("/reports/2026Q3/fill")
        assert form.status_code == 200, text_of(form.text)
        assert "已掌握的最新发布" in form.text
        assert "国家秘密" not in form.text
        fields = fields_of(form.text, "/reports/2026Q3/fill")
        for name in [name for name in fields if name.startswith("outcome:")]:
            fields[name] = ["合格"]
        fields["checked_at"] = ["2026-09-17"]
        back = browser.post("/reports/2026Q3/fill", data=fields)
        assert back.status_code == 200
        assert "请核对" in back.text
        done = browser.post("/reports/2026Q3/fill", data={**fields, "sure": ["1"]})
        assert done.status_code == 303, text_of(done.text)
        rows = _rows(browser.get("/reports/2026Q3/list.csv"))
        assert [row["单位"] for row in rows if row["报送"] == "按时"] == [EAST] or rows[0]["报送"] == "按时"
        browser.sign_in(OTHER)
        assert browser.get(f"/reports/2026Q3/fill?unit={EAST}").status_code == 404


def test_a_wrong_box_of_a_self_check_stands_beside_its_account(own):
    """A failed account without a problem, and a time later than the check, come back by account."""
    with console_of(own, COMPETENT, now=NOW) as browser:
        browser.sign_in(COMPETENT)
        fields = fields_of(browser.get("/reports/2026Q3/fill").text, "/reports/2026Q3/fill")
        outcome = next(name for name in fields if name.startswith("outcome:"))
        key = outcome.partition(":")[2]
        fields |= {outcome: ["不合格"], f"rule1:{key}": [""], "checked_at": ["2026-09-17"], "sure": ["1"]}
        answer = browser.post("/reports/2026Q3/fill", data=fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert browser.post("/reports/2026Q3/fill", data={"checked_at": "2026-09-17"}).status_code == 422


def test_quarters_that_are_none_are_not_there(city):
    """A path that names no quarter is no page."""
    with console_of(city, CLERK, now=NOW) as browser:
        browser.sign_in(CLERK)
        assert browser.get("/reports/2026Q5").status_code == 404
        assert browser.get("/reports").headers["location"] == "/reports/2026Q3"


def _rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, text_of(answer.text)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def _accounts(home: Path) -> set[str]:
    from pipeline.home.registry import registry_now

    with kept_engine(), open_workspace(Home(home)) as workspace:
        return {entry.name for entry in registry_now(workspace).entries.values()}


def _written_at(home: Path, where: str):
    with kept_engine(), open_workspace(Home(home)) as workspace:
        return find_paper(workspace, Sender(), where.rpartition("/")[2]).opened_at


def test_the_look_list_is_a_sheet_to_fill_in(city):
    """Its workbook comes back through 数据报送."""
    with console_of(city, CLERK, now=NOW) as browser:
        content = browser.sign_in(CLERK).get("/looks.xlsx").content
        page = load_workbook(io.BytesIO(content)).worksheets[0]
        assert "检查时间" in [cell.value for row in page.iter_rows(max_row=3) for cell in row]
