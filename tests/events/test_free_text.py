from typing import Any
from uuid import UUID

import msgspec
import pytest

from events.account import AccountChanged, AccountOpened
from events.base import Payload
from events.bulletin import BulletinDrafted, Extras, Practice
from events.catalogue import CATALOGUE
from events.codec import Event
from events.filing import FilingFiled
from events.free_text import SAID
from events.instants import EPOCH
from events.post import PostPublished
from events.round import RoundAnnounced
from events.round_plan import SamplePlan
from events.said import BY_FIELD, Said, text_places
from events.typed_texts import texts_of
from events.unit import UnitRegistered

ID = UUID(int=1)


def structs_with_texts(kind: Any, found: dict[type, set[str]]) -> bool:
    """Collect the fields that hold text of every struct below a type; tells whether the type itself is a text."""
    match kind:
        case msgspec.inspect.StrType():
            return True
        case msgspec.inspect.StructType():
            fields = {f.encode_name for f in kind.fields if structs_with_texts(f.type, found)}
            if fields:
                found[kind.cls] = fields
            return False
    inner = [getattr(kind, name) for name in ("item_type", "key_type", "value_type") if hasattr(kind, name)]
    inner += [*getattr(kind, "item_types", ()), *getattr(kind, "types", ())]
    told = [structs_with_texts(each, found) for each in inner]
    return any(told)


def every_text() -> dict[type, set[str]]:
    found: dict[type, set[str]] = {}
    for payload in CATALOGUE.payloads.values():
        structs_with_texts(msgspec.inspect.type_info(payload), found)
    return found


def test_every_text_of_every_event_has_its_entry():
    """Design promise 11: a new type or field is looked at before anybody can type a name into it."""
    missing = {
        f"{struct.__name__}.{field}"
        for struct, fields in every_text().items()
        for field in fields - SAID.get(struct, {}).keys()
    }
    assert not missing


def test_no_entry_is_left_of_a_field_that_is_gone():
    """The table names nothing that the events do not have."""
    assert SAID.keys() <= every_text().keys()
    assert not {
        f"{struct.__name__}.{field}"
        for struct, fields in SAID.items()
        for field in fields.keys() - set(struct.__struct_fields__)
    }


def test_every_text_is_looked_for():
    """A field is passed over by its declared type alone, and none that may hold text is."""
    assert {
        struct.__name__: fields
        for struct, names in every_text().items()
        if (fields := names - {*text_places(struct)})
    } == {}
    assert not {"observed_at", "stated_at", "date_only", "again"} & {*text_places(PostPublished)}


def told(data: Payload, subject: str = "wechat:gh_1") -> set[tuple[str, str, str]]:
    event = Event(ID, "sheets", subject, EPOCH, data)
    return {(t.field, t.said.value, t.text) for t in texts_of(event)}


def test_a_heading_of_an_unknown_column_is_a_text_as_its_cells_are():
    """A person may stand in the header as well as below it."""
    data = AccountOpened(
        given_id="gh_1", name="甲", platform="抖音", extra={"对接": "某某"}, people={"c": "x"}
    )
    assert {("extra", "text", "对接"), ("extra.对接", "text", "某某")} <= told(data)
    assert not [field for field, _, _ in told(data) if field.startswith("people")]


def test_what_is_new_of_an_account_is_what_its_field_is():
    """A new name is a name of an account, a new description a text."""
    data = FilingFiled(kind="changed", effective_at=EPOCH, changes={"name": "甲", "description": "乙"})
    assert {("changes.name", "name", "甲"), ("changes.description", "text", "乙")} <= told(data)


def test_texts_inside_other_structs_are_found():
    """Practices of a bulletin and tiers of a plan are typed by people."""
    extras = Extras(demands=("一",), practices=(Practice("二", accounts=("甲",)),))
    drafted = BulletinDrafted(run_id=ID, edition="public", extras=extras, files=())
    assert told(drafted) == {
        ("extras.demands", "term", "一"),
        ("extras.practices.text", "term", "二"),
        ("extras.practices.accounts", "name", "甲"),
    }
    plan = SamplePlan(tiers_whole=("市级",), number=3)
    announced = RoundAnnounced(title="检查", quarter="2023Q1", check_point=EPOCH, ruleset="r@1", sample=plan)
    assert told(announced, "round:某轮") == {
        ("subject", "term", "某轮"),
        ("title", "term", "检查"),
        ("sample.tiers_whole", "term", "市级"),
    }


def test_words_of_a_list_are_a_text_together():
    """A number with spaces is cut into keywords, and is none in any of them."""
    data = UnitRegistered(name="甲", kind="owner", duties=("176", "0005", "1123"))
    assert ("duties", "term", "176。0005。1123") in told(data, "unit:1")


@pytest.mark.parametrize("field", ["name", "owner", "description", "reason", "link"])
def test_a_field_that_was_not_told_is_no_text(field):
    """None and an empty text say nothing."""
    assert told(AccountChanged()) == set()
    assert SAID[AccountChanged][field] in (*Said, BY_FIELD)
