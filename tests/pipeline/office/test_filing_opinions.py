"""An opinion is one fact, whether a form or a command gives it."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from connectors.forms.form import FormOpinion
from connectors.sheets.times import end_of_day
from events.filing import FilingOpinionGiven
from pipeline.office.filings.desk import desk_opinion
from pipeline.office.filings.opinions import opinion_events
from projections.registry.filing_case import CaseState, FilingCase, Opinion
from tests.connectors.forms.samples import form
from tests.pipeline.filing_desk import LATER, filled, opened_account
from tests.pipeline.program import asked, done, rows

DAY = date(2023, 1, 12)
CASE = FilingCase(
    id=UUID(int=1),
    account_id="wechat:gh_1",
    kind="opened",
    name="某市出行",
    platform="微信订阅号",
    owner="某市交通运输局",
    reason="",
    state=CaseState.APPLIED,
    application_id=UUID(int=1),
    applied_at=datetime(2023, 1, 10, tzinfo=UTC),
)


def by_form(case, text, *, approved=True):
    """Return what a form that says this of the office makes of a case."""
    said = form(owner_opinion=None, office_opinion=FormOpinion(text, approved, DAY))
    return opinion_events(said, case.account_id, case.id, case)


def by_command(case, text, at, *, approved=True, date_only=True):
    """Return what the desk makes of the same."""
    data = FilingOpinionGiven(
        about=case.id, by="office", approved=approved, opinion=text, date_only=date_only
    )
    return desk_opinion(case, data, at)


@pytest.mark.parametrize(("text", "approved"), [("同意开设。", True), ("不同意，请先整合。", False)])
def test_form_and_command_make_one_fact(text, approved):
    """The same words on the same day have the same id and the same fields."""
    (told,) = by_form(CASE, text, approved=approved)
    assert told == by_command(CASE, text, end_of_day(DAY).at, approved=approved)


@pytest.mark.parametrize("known_text", ["", "同意"])
@pytest.mark.parametrize("text", ["", "同意"])
@pytest.mark.parametrize("hour", [1, 15])
def test_an_opinion_given_again_is_the_fact_that_stands(known_text, text, hour):
    """Without words it says 同意, as a form would, and a day is the same as a time of that day."""
    known = Opinion(True, known_text, end_of_day(DAY).at, UUID(int=7))
    case = replace(CASE, office_opinion=known)
    at = datetime(2023, 1, 12, hour, 59, 59, tzinfo=UTC)
    assert known.id == by_command(case, text, at, date_only=False).id
    assert [] == by_form(case, text or "同意")


@pytest.mark.parametrize(("text", "approved", "day"), [("同意。", True, 12), ("", False, 12), ("", True, 13)])
def test_another_opinion_is_another_fact(text, approved, day):
    """Other words, another decision or another day do not hide behind the one that stands."""
    known = Opinion(True, "", end_of_day(DAY).at, UUID(int=7))
    case = replace(CASE, office_opinion=known)
    at = end_of_day(date(2023, 1, day)).at
    assert known.id != by_command(case, text, at, approved=approved).id


@pytest.mark.slow
def test_a_command_repeats_the_opinion_of_a_form(home, tmp_path):
    """Nothing is recorded a second time, and nobody is told that another opinion stands."""
    account = opened_account(home)
    path = tmp_path / "f.docx"
    done(home, "filings", "form", "--account", account, path)
    texts = {"账号ID": "GJ1", "账号ID/生效日期": "", "账号名称": "某市公交", "主办单位意见": "年 月 日"}
    filled(path, texts | {"市政府办公室意见": "同意\n2023年1月12日"})
    done(home, "filings", "apply", "--form", path, "--at", "2023-01-10")
    (applied,) = [c for c in rows(home, "filings", "list", *LATER) if c["name"] == "某市公交"]
    given = ("filings", "opinion", applied["id"], "--by", "office", "--approve", "--at", "2023-01-12")
    assert [] == asked(home, *given)["event_ids"]
    assert [] == asked(home, *given, "--text", "同意")["event_ids"]
