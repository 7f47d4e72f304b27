"""Texts that tell of people are refused, wherever they were typed (design promise 11)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from docx import Document

from connectors.forms.docx_writing import docx_form
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import FACTS
from connectors.people.person import Caller, PersonGiven, Placed
from connectors.people.sqlite import SqlitePeople
from events.account import AccountOpened
from events.base import Payload
from events.catalogue import CATALOGUE
from events.codec import CODEC, Event
from events.finding import FindingWithdrawn
from events.ids import fact_id
from events.instants import EPOCH
from events.said import Said
from events.typed_texts import texts_of
from pipeline.home.folder import Home
from pipeline.home.given import Given
from pipeline.home.people import FILE_NAME
from pipeline.home.settings import NO_OVERRIDES
from pipeline.home.texts import PersonalDataError
from tests.connectors.forms.samples import form
from tests.events.golden_files import GOLDEN, plain
from tests.pipeline.inputs import sheet

NAME, SHORT, NUMBER = "濮阳植安", "苗植", "17300042217"
GOLDENS = [name for name in GOLDEN if not CATALOGUE.payloads[str(plain(name)["type"])].derived]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("home")
    EmbeddedLog.make(folder / "log.sqlite", partitions=2)
    store = SqlitePeople(folder / FILE_NAME)
    people = [PersonGiven(NAME, "科长", NUMBER), PersonGiven(SHORT)]
    store.put([Placed("某局", "contact", given) for given in people], Caller("test", "登记"))
    store.close()
    return Home(folder)


def told_in(given: Given, home: Home) -> Home:
    """Return the home as a command opens it that was given something."""
    return Home(home.path, NO_OVERRIDES, given)


def replaced(value: Any, path: tuple[str, ...], text: str) -> Any:
    """Return plain data with another text at a path; lists on the way are walked through."""
    match value:
        case list():
            return [replaced(inner, path, text) for inner in value]
        case dict() if path:
            return {**value, path[0]: replaced(value[path[0]], path[1:], text)}
        case dict():
            return dict.fromkeys([text], next(iter(value.values())))
    return text


def planted(event: dict[str, Any], field: str, text: str) -> Event[Payload]:
    if field == "subject":
        prefix = event["subject"].partition(":")[0]
        event = {**event, "subject": f"{prefix}:{text}"}
    else:
        event = {**event, "data": replaced(event["data"], tuple(field.split(".")), text)}
    return CODEC.decode(msgspec.json.encode(event))


FIELDS = [
    pytest.param(plain(name), told.field, told.said, id=f"{name}-{told.field}")
    for name in GOLDENS
    for told in {t.field: t for t in texts_of(CODEC.decode(GOLDEN[name]))}.values()
]


@pytest.mark.parametrize(("event", "field", "said"), FIELDS)
def test_no_field_of_any_fact_takes_a_person(home, event, field, said):
    """A number but in an id, a name of the store but in a name; what platforms show, and other texts, pass."""
    for text, exempt in (
        (f"请找{NAME}", Said.NAME),
        ("拨１７３-0004 ２２１７", Said.ID),
        (f"{SHORT}主任", Said.NAME),
    ):
        fact = planted(event, field, text)
        if said in (exempt, Said.SHOWN):
            home.texts.refuse_in_facts([fact])
        else:
            with pytest.raises(PersonalDataError) as e:
                home.texts.refuse_in_facts([fact])
            assert not any(told in str(e.value) for told in (NAME, SHORT, NUMBER, "2217", "２２１７"))
            assert field in str(e.value)
            assert "xuncha people" in str(e.value)
    home.texts.refuse_in_facts([planted(event, field, "责任编辑")])


def fact(**fields: Any) -> Event[Payload]:
    data = AccountOpened(given_id="1", name="甲", platform="抖音", **fields)
    return Event(fact_id("sheets", "douyin:1", str(fields)), "sheets", "douyin:1", EPOCH, data)


def test_nothing_of_an_append_with_a_person_is_written(home):
    """All of it or none, whichever door of the log it came through."""
    log = home.open_log()
    facts = [fact(), fact(section=f"综合科{NAME}")]
    with pytest.raises(PersonalDataError):
        log.append(facts)
    with pytest.raises(PersonalDataError), log.transaction():
        log.write_facts(facts)
    assert log.end_offsets(FACTS) == [0, 0]
    log.append(facts[:1])
    assert sum(log.end_offsets(FACTS)) == 1
    log.close()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_cell_with_a_person_is_named(home, tmp_path, ending):
    """Row, column and, in a workbook, the place; a header is a cell as well; unlike cells are not named."""
    rows = [
        ("a", "一切正常", "甲"),
        ("b", f"{NAME}已知", "乙"),
        ("c", "", "１７３ 0004-2217"),
        ("d", "如上", NAME),
    ]
    path = sheet(tmp_path / f"s.{ending}", ("账号ID", "管理科室", "备案栏"), *rows)
    facts = [
        fact(section=f"{NAME}已知"),
        fact(extra={"备案栏": "１７３ 0004-2217"}),
        fact(extra={"备案栏": NAME}),
    ]
    with pytest.raises(PersonalDataError) as e:
        told_in(Given(files=(path,)), home).texts.refuse_in_facts(facts)
    places = {"csv": ("", "", ""), "xlsx": (" (B3)", " (C4)", " (C5)")}[ending]
    mobile, name = (
        "a mobile number 手机号码 (1**********)",
        "a name of the people store 人员库中的姓名 (濮***)",
    )
    assert str(e.value).splitlines()[:-1] == [
        f"{path}, row 3, column 管理科室{places[0]}: holds {name}",
        f"{path}, row 4, column 备案栏{places[1]}: holds {mobile}",
        f"{path}, row 5, column 备案栏{places[2]}: holds {name}",
    ]


def test_a_header_with_a_person_is_named_by_its_place(home, tmp_path):
    """Its words are what must not be repeated."""
    path = sheet(tmp_path / "s.csv", ("账号ID", f"由{NAME}跟进"), ("a", "是"))
    with pytest.raises(PersonalDataError, match=r"s\.csv, row 1, column 2: holds a name") as e:
        told_in(Given(files=(path,)), home).texts.refuse_in_facts([fact(extra={f"由{NAME}跟进": "是"})])
    assert NAME not in str(e.value)


def test_the_option_is_named_that_holds_a_person(home):
    """Words of the program around it hide it as little as a longer option beside it does."""
    given = Given(texts=(("--finder", "成立"), ("--note", "无"), ("--reason", f"{SHORT}局长说明")))
    data = FindingWithdrawn(corrects=fact().id, reason=f"异议成立：{SHORT}局长说明")
    event = Event(fact_id("a", "b", "c"), "office", "douyin:1", EPOCH, data)
    with pytest.raises(PersonalDataError, match=r"^--reason: holds a name of the people store"):
        told_in(given, home).texts.refuse_in_facts([event])


def test_line_and_form_cell_are_named(home, tmp_path):
    """A plan or the extras of a bulletin by line, a DOCX form by the label beside the cell."""
    plan = tmp_path / "plan.toml"
    plan.write_text(f'name = "x"\ntitle = "{NAME}检查"\n', "utf-8")
    document = tmp_path / "form.docx"
    document.write_bytes(docx_form(form(section=f"{NAME}的科室")))
    assert Document(str(document)).tables
    for path, text, place in ((plan, f"{NAME}检查", "line 2"), (document, f"{NAME}的科室", "cell 管理科室")):
        with pytest.raises(PersonalDataError) as e:
            told_in(Given(files=(path,)), home).texts.refuse_in_facts([fact(description=text)])
        assert str(e.value).startswith(f"{path}, {place}: holds")


def test_a_text_that_was_not_handed_in_is_named_by_its_field(home, tmp_path):
    """The registry may hold a name from before its person was stored: then the fact says where."""
    path = sheet(tmp_path / "s.csv", ("账号ID",), ("a",))
    with pytest.raises(
        PersonalDataError, match=r"s\.csv, field section of account\.opened about douyin:1: holds"
    ):
        told_in(Given(files=(path,)), home).texts.refuse_in_facts([fact(section=NAME)])


def test_names_are_those_of_now_and_of_who_is_about_to_be_stored(tmp_path):
    """Without a people store only numbers are refused; no file is made by looking."""
    EmbeddedLog.make(tmp_path / "log.sqlite", partitions=1)
    home = Home(tmp_path)
    home.texts.refuse_in_facts([fact(section=NAME)])
    home.texts.refuse({"source": NAME})
    assert not (tmp_path / FILE_NAME).exists()
    with pytest.raises(PersonalDataError):
        home.texts.refuse_in_facts([fact(section=NAME)], [NAME])
    with pytest.raises(PersonalDataError, match=r"^source: holds a mobile number"):
        home.texts.refuse({"source": NUMBER})


def test_many_cells_are_named_up_to_a_number(home, tmp_path):
    """A column of names does not fill the terminal."""
    path = sheet(Path(tmp_path / "s.csv"), ("账号ID", "科室"), *((n, f"{NAME}{n}") for n in range(30)))
    facts = [fact(section=f"{NAME}{n}") for n in range(30)]
    with pytest.raises(PersonalDataError) as e:
        told_in(Given(files=(path,)), home).texts.refuse_in_facts(facts)
    lines = str(e.value).splitlines()
    assert len(lines) == 22
    assert lines[-2] == "10 more texts like these"
