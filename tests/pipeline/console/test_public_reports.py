"""What the office does with reports of the public: a report is no fact until a person records one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from connectors.people.public_reports import ReportGiven
from events.known import Known
from events.public_report import PublicReportClosed, public_report_subject
from pipeline.access.users import Role
from pipeline.home.actor import Actor
from pipeline.home.desk import Desks
from pipeline.home.errors import ConflictError
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.home.workspace import open_workspace
from pipeline.office.publicity import reports as service
from pipeline.office.publicity.reports import Close, close_report, list_reports, open_reports, take_report
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.public_city import NOW, build_public_city
from tests.pipeline.console.signed_in import user_of

LIST = "/reports-from-public"
RULE = "yellow-5-improper-content"
SAID = "页面上的电话是错的<script>alert(1)</script>"
CONTACT = "someone@example.com"
OTHER = user_of(Role.CLERK, id_="u-other")
"""Closes one report alone: the trail tells closings of one person within one second on one line."""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return build_public_city(tmp_path_factory.mktemp("reports"))


@pytest.fixture
def clerk(city):
    """A clerk at work; every test reports anew, so they share one city."""
    user = user_of(Role.CLERK)
    with console_of(city, user, OTHER, user_of(Role.AUDITOR), user_of(Role.SIGNER), now=NOW) as browser:
        yield browser.sign_in(user)


@pytest.fixture
def number(city, request):
    given = ReportGiven(matter="content", called="0001", text=f"{SAID} {request.node.name}", contact=CONTACT)
    return take_report(Home(city), given, NOW)


def findings(city) -> list[Known]:
    with open_workspace(Home(city)) as workspace:
        return workspace.known.read(("finding.recorded",))


def closings(city, number):
    """Return the facts that a report was closed, with who did it."""
    with open_workspace(Home(city)) as workspace:
        known = workspace.known.read((PublicReportClosed.type,))
        mine = [k.event for k in known if k.event.subject == public_report_subject(number)]
        actors = workspace.actors_of([event.id for event in mine])
    return [(event.data, actors[event.id]) for event in mine]


def report(city, number):
    with open_reports(Home(city)) as reports:
        return reports.find(number)


@pytest.mark.slow
def test_a_report_is_shown_as_text_with_the_account_that_is_meant(clerk, number):
    """The list says nothing of what was typed, the page does, and no mark-up of it comes through."""
    listed = clerk.get(LIST)
    assert listed.status_code == 200
    assert number in listed.text
    assert SAID[:6] not in listed.text
    shown = clerk.get(f"{LIST}/{number}")
    assert SAID[:8] in shown.text
    assert "<script>alert" not in shown.text
    assert "江州" in text_of(shown.text)
    assert CONTACT not in shown.text
    for ending in ("xlsx", "csv"):
        assert clerk.get(f"{LIST}.{ending}").status_code == 200


@pytest.mark.slow
def test_a_person_records_a_report_as_a_finding_once(clerk, city, number):
    """The finding bears the words of the person and the number of the report; a second one is told who was first."""
    before = len(findings(city))
    form = {"account": "0001", "rule": RULE, "found": "2023-02-27", "note": "电话号码与官网不一致"}
    answer = clerk.post(f"{LIST}/{number}/finding", form)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{LIST}/{number}?done=public-report-taken",
    )
    found = findings(city)
    assert len(found) == before + 1
    data = found[-1].event.data
    assert (data.rule, data.finder, data.note, data.date_only) == (
        RULE,
        f"公众反映 {number}",
        "电话号码与官网不一致",
        True,
    )
    assert report(city, number).fact == str(found[-1].event.id)
    ((closed, _),) = closings(city, number)
    assert ("taken", found[-1].event.id) == (closed.outcome, closed.became)
    again = clerk.post(f"{LIST}/{number}/finding", {**form, "note": "另一种说法"})
    assert again.status_code == 409
    assert len(findings(city)) == before + 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"account": "没有这个号"}, "没有"),
        ({"rule": "red-9-nothing"}, "red-9"),
        ({"found": "昨天"}, "昨天"),
        ({"note": "请打 13900001111"}, "手机号码"),
    ],
)
def test_what_is_refused_leaves_the_report_open(clerk, city, number, changed, says):
    """The form comes back with the reason and what was typed; nothing is recorded."""
    before = len(findings(city))
    form = {"account": "0001", "rule": RULE, "found": "2023-02-27", "note": "说明", **changed}
    answer = clerk.post(f"{LIST}/{number}/finding", form)
    assert answer.status_code in (404, 422)
    assert says in answer.text
    assert report(city, number).state == "open"
    assert len(findings(city)) == before


def test_an_act_that_was_cut_off_can_be_done_again(clerk, city, number, monkeypatch):
    """Where the program died behind the closing and before the fact, the page says so and lets it be done."""

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    form = {"account": "0001", "rule": RULE, "found": "2023-02-27", "note": "断电"}
    monkeypatch.setattr(service, "append_new", die)
    with open_workspace(Home(city)) as workspace, pytest.raises(Killed):
        service.record_finding(
            workspace,
            service.AsFinding(number, "0001", RULE, service.Moment(NOW, date_only=True), "断电"),
            Actor("u-1"),
        )
    monkeypatch.undo()
    assert report(city, number).state == "taken"
    assert clerk.post(f"{LIST}/{number}/finding", form).status_code == 409  # it may still be under way
    monkeypatch.setattr(service, "_WRITTEN_WITHIN", timedelta())
    assert "上次登记没有完成" in clerk.get(f"{LIST}/{number}").text
    assert clerk.post(f"{LIST}/{number}/finding", form).status_code == 303
    assert findings(city)[-1].event.data.note == "断电"
    assert "上次登记没有完成" not in clerk.get(f"{LIST}/{number}").text


def test_a_report_becomes_a_suspicion(clerk, city, number):
    """A person names account and platform; the public hears nothing of it before it was verified."""
    form = {"name": "江州疑号", "platform": "抖音", "imitates": "江州发布"}
    assert clerk.post(f"{LIST}/{number}/counterfeit", form).status_code == 303
    assert report(city, number).state == "taken"
    assert "江州疑号" not in clerk.get("/p/check?q=江州疑号").text.replace("“江州疑号”", "").replace(
        '"江州疑号"', ""
    )


def test_two_who_close_at_once_are_told_apart(city, number):
    """One closes it, the other hears that it is closed."""

    desks = Desks()

    def close(code):
        try:
            with desks.open(Home(city)) as desk:
                return close_report(
                    desk, Close(number, f"由{code}办理", handled=True), Actor(code)
                ).settled_by
        except ConflictError:
            return "conflict"

    with ThreadPoolExecutor(4) as pool:
        ended = sorted(pool.map(close, ["u-1", "u-2", "u-3", "u-4"]))
    assert ended.count("conflict") == 3
    assert report(city, number).settled_by in ended
    assert [report(city, number).settled_by] == [actor for _, actor in closings(city, number)]


def test_a_report_is_dismissed_with_an_answer_that_tells_of_nobody(clerk, city, number):
    """A blank answer and one with a number are refused; the list tells it by its state, and the trail who did it."""
    clerk.sign_in(OTHER)
    for reason in ("", "已电话 13900001111"):
        answer = clerk.post(f"{LIST}/{number}/close", {"outcome": "dismissed", "answer": reason})
        assert answer.status_code == 422
    assert (
        clerk.post(f"{LIST}/{number}/close", {"outcome": "dismissed", "answer": "经核实不属实"}).status_code
        == 303
    )
    assert (report(city, number).state, report(city, number).reason) == ("dismissed", "经核实不属实")
    ((data, actor),) = closings(city, number)
    assert ("dismissed", "content", "经核实不属实", OTHER.id) == (
        data.outcome,
        data.matter,
        data.answer,
        actor,
    )
    assert f">{number}<" in clerk.get(f"{LIST}?state=dismissed").text
    assert f">{number}<" not in clerk.get(f"{LIST}?state=open").text
    assert f"公众纠错 {number}" in text_of(clerk.get("/audit").text)


def test_a_contact_is_read_for_a_reason_and_the_reading_is_logged(clerk, city, number):
    """Without a reason nobody reads it; it stands in no list and no export."""
    assert clerk.post(f"{LIST}/{number}/contact", {"reason": ""}).status_code == 422
    assert CONTACT in clerk.post(f"{LIST}/{number}/contact", {"reason": "答复"}).text
    with closing(open_people(Home(city))) as store:
        rows = store.run("SELECT by_whom, action, reason FROM text_accesses ORDER BY seq DESC LIMIT 1", {})
    assert rows == [("u-clerk", "read", "答复")]
    clerk.sign_in(user_of(Role.AUDITOR))
    assert clerk.post(f"{LIST}/{number}/contact", {"reason": "答复"}).status_code == 404
    assert "查看一次" not in clerk.get(f"{LIST}/{number}").text
    for ending in ("xlsx", "csv"):
        assert CONTACT.encode() not in clerk.get(f"{LIST}.{ending}").content


def test_a_contact_goes_thirty_days_after_its_report_was_closed(city, number):
    """So the privacy notice says; whoever opens the list then sees to it."""
    home = Home(city)
    with open_workspace(home) as workspace:
        close_report(workspace, Close(number, "已更正", handled=True), Actor("u-1"))
    settled = report(city, number).settled_at
    list_reports(home, settled + timedelta(days=29))
    assert report(city, number).has_contact
    list_reports(home, settled + timedelta(days=31))
    assert not report(city, number).has_contact
    assert report(city, number).text


def test_an_erased_report_is_out_of_the_file(clerk, city):
    """Number, matter and state stay; what was typed is in no byte of the store, and erasing again changes nothing."""
    typed, answer = "独一无二的说明文字在此", "独一无二的答复在此"
    number = take_report(Home(city), ReportGiven(matter="other", text=typed, contact="q@x.example"), NOW)
    closing = {"outcome": "handled", "answer": answer}
    assert clerk.post(f"{LIST}/{number}/close", closing).status_code == 303
    assert typed.encode() in (city / "people.sqlite").read_bytes()
    assert clerk.post(f"{LIST}/{number}/erase", {"reason": "提交人要求"}).status_code == 303
    stored = b"".join(path.read_bytes() for path in city.glob("people.sqlite*"))
    assert typed.encode() not in stored
    assert b"q@x.example" not in stored
    assert answer.encode() not in stored
    ((data, actor),) = closings(city, number)
    assert ("handled", "u-clerk") == (data.outcome, actor)
    assert answer not in data.answer
    assert report(city, number).erased
    assert "（已删除）" in clerk.get(f"{LIST}/{number}").text
    assert clerk.post(f"{LIST}/{number}/erase", {"reason": "再次"}).status_code == 303


@pytest.mark.parametrize("number", ["2023-999999", "1-1", "x", "2023-", "-1", "２０２３-１"])
def test_numbers_of_no_report_are_no_page(clerk, number):
    """Whoever guesses learns nothing."""
    assert clerk.get(f"{LIST}/{number}").status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.CHECKER, Role.FIRM, Role.COMPETENT])
def test_others_have_no_such_page(city, number, role):
    """Reports are the office's alone."""
    user = user_of(role, "某局")
    with console_of(city, user, now=NOW) as browser:
        browser.sign_in(user)
        assert browser.get(LIST).status_code == 404
        assert browser.get(f"{LIST}/{number}").status_code == 404
        assert browser.post(f"{LIST}/{number}/close", {"reason": "x"}).status_code == 404
