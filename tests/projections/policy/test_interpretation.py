"""Policy interpretation at a check point: forms, what is missing, and the words of the annex (湘潭 2022Q3)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events import policy_ids
from events.beside import BesideAccounts
from events.codec import Event
from events.interpretation import DocumentPublished, InterpretationPublished, document_subject
from events.known import Known
from pipeline.office.interpretation.rule import interpretation_rule
from projections.bulletin.contradictions import contradictions
from projections.policy.interpretation import documents_at, short_of
from projections.policy.interpretation_part import interpretation_part

RULE = interpretation_rule()
CHECK_POINT = datetime(2022, 9, 30, 10, tzinfo=UTC)
START = datetime(2022, 6, 30, 16, tzinfo=UTC)
UNIT = "市水利局"
WATER = (
    ("潭市水字〔2021〕66号", "湘潭市市本级水利建设资金使用管理实施细则（试行）", date(2021, 12, 1), ()),
    ("潭市水字〔2022〕57号", "关于印发《某工作实施细则》的通知", date(2022, 7, 18), ("questions",)),
    ("潭市水字〔2022〕58号", "关于公布《某免罚清单（第一批）》的通知", date(2022, 7, 19), ("questions",)),
)


def known(*documents, unit=UNIT, normative=True):
    """Return facts of documents: number, title, day, forms on the same day."""
    facts = []
    for number, title, on, forms in documents:
        subject = document_subject(number)
        data = DocumentPublished(number=number, title=title, unit=unit, published_on=on, normative=normative)
        at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
        facts.append(Event(policy_ids.document_published(subject), "sheets", subject, at, data))
        for form in forms:
            told = InterpretationPublished(form=form, published_on=on)
            event_id = policy_ids.interpretation_published(subject, form, "", on)
            facts.append(Event(event_id, "sheets", subject, at, told))
    return [Known(0, i, i, event) for i, event in enumerate(facts)]


def test_the_annex_of_xiangtan_is_worded_as_it_was():
    """湘潭 2022Q3, annex 2: no form at all lacks two of five, 问答 alone lacks one of the other four."""
    documents = documents_at(known(*WATER), CHECK_POINT)
    assert [(d.told.number, d.problem(RULE)) for d in short_of(documents, RULE)] == [
        ("潭市水字〔2021〕66号", "缺问答、访谈、图解、音频、H5等其中2种形式的政策解读"),
        ("潭市水字〔2022〕57号", "缺访谈、图解、音频、H5等其中1种形式的政策解读"),
        ("潭市水字〔2022〕58号", "缺访谈、图解、音频、H5等其中1种形式的政策解读"),
    ]


@pytest.mark.parametrize(
    ("forms", "missing"),
    [
        ((), 2),
        (("audio",), 1),
        (("audio", "audio"), 1),
        (("audio", "h5"), 0),
        (("audio", "h5", "graphic"), 0),
    ],
)
def test_two_different_forms_are_enough(forms, missing):
    """湘潭 2022Q3 二(二): 解读形式不得低于2种; twice in one form is one form."""
    (document,) = documents_at(known(("甲〔2022〕1号", "标题", date(2022, 8, 1), forms)), CHECK_POINT)
    assert document.missing(RULE) == missing


def test_a_document_that_is_not_normative_needs_none():
    """The rule is for 规范性文件."""
    (document,) = documents_at(
        known(("甲〔2022〕1号", "标题", date(2022, 8, 1), ()), normative=False), CHECK_POINT
    )
    assert (document.missing(RULE), document.problem(RULE)) == (0, "")


def test_what_is_published_behind_the_check_point_does_not_count():
    """The day of the check point counts as a whole, the day after it does not."""
    on = date(2022, 9, 30)
    facts = known(
        ("甲〔2022〕1号", "标题", on, ("audio",)), ("甲〔2022〕2号", "标题", on + timedelta(days=1), ())
    )
    (document,) = documents_at(facts, CHECK_POINT)
    assert (document.told.number, document.missing(RULE)) == ("甲〔2022〕1号", 1)
    assert documents_at(facts, CHECK_POINT - timedelta(days=1)) == []
    midnight = datetime(2022, 9, 30, 16, tzinfo=UTC)
    assert [document] == documents_at(facts, midnight)
    assert 2 == len(documents_at(facts, midnight + timedelta(microseconds=1)))


def test_a_number_is_one_document_however_its_brackets_are_written():
    """[2022] and 〔2022〕 are one number."""
    assert document_subject("潭市水字[2022] 57号") == document_subject("潭市水字〔2022〕57号")


def part(*facts) -> BesideAccounts:
    told = interpretation_part(documents_at(facts, CHECK_POINT), RULE, START, 1)
    assert told is not None
    return told


def test_the_part_of_the_bulletin_counts_names_and_praises():
    """Figures agree with one another; a unit whose documents of the quarter have four forms is praised."""
    many = ("questions", "audio", "graphic", "h5")
    others = known(("财〔2022〕1号", "办法", date(2022, 8, 8), many), unit="市财政局")
    told = part(*known(*WATER), *others)
    values = {f.name: f.value for f in told.figures}
    assert values == {
        "documents_normative": 4,
        "documents_in_quarter": 3,
        "documents_met": 1,
        "documents_short": 3,
        "share_documents_met": "25.0%",
    }
    texts = {p.section: p.text for p in told.paragraphs}
    assert texts["practices"] == "市财政局采用问答、图解、音频、H5等多种形式进行政策解读。"
    assert texts["problems"].startswith("市水利局未按要求完成规范性文件解读工作")
    (annex,) = told.annexes
    assert annex.numbered[0][:2] == ("1", "潭市水字〔2021〕66号")
    assert annex.header == ("序号", "文号", "标题", "问题", "牵头起草部门")


def test_figures_of_documents_that_contradict_one_another_are_found():
    """Met and short sum to all, the share is what they give."""
    from msgspec.structs import replace

    from events.figures import Figures

    told = part(*known(*WATER))
    assert contradictions(Figures(told.figures), 1) == []
    for name, wrong in (
        ("documents_short", 2),
        ("share_documents_met", "50.0%"),
        ("documents_in_quarter", 9),
    ):
        figures = tuple(replace(f, value=wrong) if f.name == name else f for f in told.figures)
        assert contradictions(Figures(figures), 1) != [], name


def test_without_a_normative_document_there_is_no_part():
    """An office that tells of none has the bulletin that it had."""
    assert interpretation_part([], RULE, START, 1) is None
