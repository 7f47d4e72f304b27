"""What every implementation of `PeopleStore` keeps; a test class of each inherits it and gives the fixtures.

`store` is an empty store, `reopen` opens the same one once more, and `all_bytes` returns what the store has in files.
"""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from connectors.people.intake_memory import IntakeMemory
from connectors.people.person import Action, Caller, PeopleError, Person, PersonGiven, Placed
from connectors.people.port import PeopleStore
from connectors.people.public_reports import PublicReports, ReportGiven

UNIT = "某市教育局"
ME = Caller("checker", "季度检查")
LEADER = PersonGiven("王小明", "局长", "13900001111")
EDITOR = PersonGiven("李晓华", "科员", "0512-55667788")


def placed(given: PersonGiven, role: str = "main_leader", unit: str = UNIT) -> Placed:
    return Placed(unit, role, given)


class PeopleContract:
    @pytest.fixture
    def store(self) -> PeopleStore:
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Callable[[], PeopleStore]:
        raise NotImplementedError

    @pytest.fixture
    def all_bytes(self) -> Callable[[], bytes]:
        raise NotImplementedError

    def test_a_person_is_found_by_the_id_that_storing_gave(self, store):
        """Every field comes back as it was given."""
        ids = store.put([placed(LEADER), placed(EDITOR, "chief_editor")], ME)
        assert store.find(ids[0], ME) == Person(ids[0], UNIT, "main_leader", *LEADER_FIELDS)
        assert store.find(ids[1], ME).name == "李晓华"

    def test_an_id_is_drawn_by_chance(self, store, reopen):
        """Design promise 11: an id from a name could be guessed; the same person erased and stored has another."""
        (first,) = store.put([placed(LEADER)], ME)
        store.erase(first, Caller("checker", "调离"))
        (second,) = reopen().put([placed(LEADER)], ME)
        assert [uuid.UUID(first).version, uuid.UUID(second).version] == [4, 4]
        assert first != second

    def test_the_same_name_in_a_role_is_the_same_person(self, store):
        """Handed in again, post and phone are brought up to date, and blank ones stay."""
        (first,) = store.put([placed(LEADER)], ME)
        (again,) = store.put([placed(PersonGiven("王小明", "", "13922223333"))], ME)
        assert first == again
        found = store.find(first, ME)
        assert (found.post, found.phone) == ("局长", "13922223333")

    def test_another_name_in_a_role_is_another_person_beside_the_former(self, store):
        """Who was responsible on an earlier day can be asked until the former person is erased."""
        (first,) = store.put([placed(LEADER)], ME)
        (second,) = store.put([placed(PersonGiven("赵前任"))], ME)
        assert first != second
        assert [p.name for p in store.list_unit(UNIT, ME)] == ["王小明", "赵前任"]

    def test_a_unit_lists_its_own_people_alone(self, store):
        """Nobody is read who was not asked for."""
        store.put([placed(LEADER), placed(EDITOR, unit="某市卫健委")], ME)
        assert [p.name for p in store.list_unit(UNIT, ME)] == ["王小明"]
        assert store.list_unit("没有这个单位", ME) == []

    def test_ids_are_listed_without_names_and_without_a_trace(self, store):
        """Whoever looks for an id reads nobody's data."""
        ids = store.put([placed(LEADER), placed(EDITOR, "chief_editor")], ME)
        before = store.accesses()
        expected = [(UNIT, "main_leader", ids[0]), (UNIT, "chief_editor", ids[1])]
        assert sorted(expected) == sorted(store.ids())
        assert before == store.accesses()

    def test_every_storing_reading_and_erasing_is_logged(self, store):
        """Who, when, why and which id, in order; a listing is a reading of each."""
        one, two = store.put([placed(LEADER), placed(EDITOR, "chief_editor")], Caller("clerk", "备案"))
        store.put([placed(LEADER)], Caller("clerk", "更新"))
        store.find(one, Caller("checker", "整改"))
        store.list_unit(UNIT, Caller("checker", "联络"))
        store.erase(two, Caller("clerk", "调离"))
        logged = [(a.by, a.action, a.reason, a.person_id) for a in store.accesses()]
        assert logged[:4] == [
            ("clerk", Action.STORED, "备案", one),
            ("clerk", Action.STORED, "备案", two),
            ("clerk", Action.CHANGED, "更新", one),
            ("checker", Action.READ, "整改", one),
        ]
        assert sorted(logged[4:6]) == sorted(("checker", Action.READ, "联络", i) for i in (one, two))
        assert logged[6:] == [("clerk", Action.ERASED, "调离", two), ("clerk", Action.WIPED, "调离", two)]
        times = [a.at for a in store.accesses()]
        assert times == sorted(times)

    def test_reading_in_vain_is_logged_too(self, store):
        """Whoever tries ids leaves a trace."""
        assert store.find("no-such-id", ME) is None
        assert [(a.action, a.person_id) for a in store.accesses()] == [(Action.READ, "no-such-id")]

    def test_an_erased_person_is_gone_and_the_access_log_remains(self, store, reopen):
        """The log outlives the erasure, and shows it."""
        one, two = store.put([placed(LEADER), placed(EDITOR, "chief_editor")], ME)
        assert store.erase(one, Caller("checker", "本人申请"))
        assert store.find(one, ME) is None
        assert [p.id for p in reopen().list_unit(UNIT, ME)] == [two]
        actions = [a.action for a in reopen().accesses(one)]
        assert actions == [Action.STORED, Action.ERASED, Action.WIPED, Action.READ]

    def test_erasing_who_is_not_there_says_so(self, store):
        """A second erasure erases nobody and logs nothing."""
        (one,) = store.put([placed(LEADER)], ME)
        assert store.erase(one, ME)
        assert not store.erase(one, ME)
        assert not store.erase("no-such-id", ME)
        assert [a.action for a in store.accesses()].count(Action.ERASED) == 1

    def test_an_erased_person_leaves_no_bytes(self, store, all_bytes):
        """Among many others, stored, changed and erased in any order: who stays is there, who goes is not."""
        chance = random.Random(5)
        people = {
            f"人员{n:04}某": PersonGiven(f"人员{n:04}某", f"职务{n:04}号", f"139{n:08}") for n in range(200)
        }
        ids = dict(zip(people, store.put([placed(p) for p in people.values()], ME), strict=True))
        store.put(
            [placed(PersonGiven(name, "", f"138{n:08}")) for n, name in enumerate(list(people)[:100])], ME
        )
        gone = chance.sample(sorted(people), 20)
        for name in gone:
            store.erase(ids[name], Caller("checker", "离职"))
        left = all_bytes()
        for name in gone:
            given = people[name]
            for text in (given.name, given.post, given.phone, f"138{given.phone[3:]}"):
                assert text.encode() not in left, text
        for name in people.keys() - gone:
            assert name.encode() in left

    @pytest.mark.parametrize("caller", [Caller("", "检查"), Caller("checker", " ")])
    def test_nobody_reads_without_who_and_why(self, store, caller):
        """Nothing is read, stored or erased where the log could not say who and why."""
        (one,) = store.put([placed(LEADER)], ME)
        for ask in (
            lambda: store.find(one, caller),
            lambda: store.list_unit(UNIT, caller),
            lambda: store.erase(one, caller),
            lambda: store.put([placed(EDITOR)], caller),
        ):
            with pytest.raises(PeopleError, match="say who asks for people, and why"):
                ask()
        assert [a.action for a in store.accesses()] == [Action.STORED]
        assert [p.id for p in store.list_unit(UNIT, ME)] == [one]

    @pytest.mark.parametrize(
        "reason", ["王小明要求", "来电13900001111", "王 小 明 要求", "来电１３９-0000-1111", "李曉華代办"]
    )
    def test_a_reason_may_not_tell_whom_it_is_about(self, store, reason):
        """The access log outlives name and number, so neither gets into it."""
        one, _ = store.put([placed(LEADER), placed(EDITOR, "chief_editor")], ME)
        for ask in (store.find, store.erase):
            with pytest.raises(PeopleError, match="names the person or the number"):
                ask(one, Caller("checker", reason))
        assert store.find(one, ME).name == "王小明"

    @pytest.mark.parametrize("by", ["王小明", "uid 13900001111"])
    def test_who_asks_may_not_be_whom_it_is_about(self, store, by):
        """A person's own name as the one who asks would outlive the erasure as well."""
        (one,) = store.put([placed(LEADER)], ME)
        for ask in (
            lambda: store.find(one, Caller(by, "本人查询")),
            lambda: store.list_unit(UNIT, Caller(by, "本人查询")),
            lambda: store.erase(one, Caller(by, "本人申请")),
            lambda: store.put([placed(LEADER)], Caller(by, "本人更新")),
        ):
            with pytest.raises(PeopleError, match="who asks is the person that is asked for"):
                ask()
        assert [(a.by, a.action) for a in store.accesses()] == [("checker", Action.STORED)]

    def test_an_erasure_that_was_cut_off_is_wiped_at_the_next_opening(self, store, reopen, all_bytes):
        """A crash between the commit and the wiping: the log lacks the line, and whoever opens the store makes good."""
        gone = PersonGiven("欧阳离职某", "", "13700009876")  # a name that no other test stores in this server
        one, two = store.put([placed(gone), placed(EDITOR, "chief_editor")], ME)

        class CutOffError(Exception):
            pass

        class CutOff(type(store)):
            def _wipe(self):
                raise CutOffError

        store.__class__ = CutOff
        with pytest.raises(CutOffError):
            store.erase(one, Caller("clerk", "调离"))
        assert [a.action for a in store.accesses(one)] == [Action.STORED, Action.ERASED]
        again = reopen()
        logged = [(a.by, a.action, a.reason) for a in again.accesses(one)]
        assert logged[1:] == [("clerk", Action.ERASED, "调离"), ("clerk", Action.WIPED, "调离")]
        assert gone.name.encode() not in all_bytes()
        assert [p.id for p in again.list_unit(UNIT, ME)] == [two]

    def test_people_are_stored_all_or_none(self, store):
        """One of them without a name and a number, and nobody is stored."""
        with pytest.raises(PeopleError, match="needs a unit, a role, and a name or a phone number"):
            store.put([placed(LEADER), placed(PersonGiven("", "科员"))], ME)
        assert store.ids() == []
        assert store.accesses() == []

    def test_two_connections_see_one_store(self, store, reopen):
        """What one stores and erases the other sees."""
        other = reopen()
        (one,) = store.put([placed(LEADER)], ME)
        assert other.find(one, ME).phone == "13900001111"
        other.erase(one, ME)
        assert store.find(one, ME) is None

    def test_undoing_an_intake_gives_back_what_was_before_it(self, store, reopen):
        """Definitions 3: a replaced number comes back, and whoever it stored first goes."""
        (leader,) = store.put([placed(LEADER)], ME)
        _, editor = store.put(
            [placed(PersonGiven("王小明", "", "13922223333")), placed(EDITOR, "chief_editor")],
            ME,
            "2026-0001",
        )
        again = reopen()
        assert again.restore("2026-0001", ME) == 2
        assert again.find(leader, ME).phone == "13900001111"
        assert again.find(editor, ME) is None
        assert again.restore("2026-0001", ME) == 0

    def test_undoing_an_intake_leaves_what_a_later_one_said(self, store):
        """Only the value of the intake that is undone goes; a newer number stays."""
        (leader,) = store.put([placed(LEADER)], ME)
        store.put([placed(PersonGiven("王小明", "", "13922223333"))], ME, "2026-0001")
        store.put([placed(PersonGiven("王小明", "", "13944445555"))], ME, "2026-0002")
        assert store.restore("2026-0001", ME) == 0
        assert store.find(leader, ME).phone == "13944445555"
        assert store.restore("2026-0002", ME) == 1
        assert store.find(leader, ME).phone == "13900001111"

    def test_an_intake_answers_for_the_people_of_the_one_it_replaces(self, store):
        """Whoever is named again stays, the others go; undone, it gives back what was before both."""
        changed = PersonGiven("王小明", "", "13922223333")
        (leader,) = store.put([placed(LEADER)], ME)
        _, editor = store.put([placed(changed), placed(EDITOR, "chief_editor")], ME, "2026-0001")
        store.put([placed(PersonGiven("王小明", "", "13944445555"))], ME, "2026-0002")
        assert store.take_over("2026-0001", "2026-0002", [leader], ME) == 1
        assert store.take_over("2026-0001", "2026-0002", [leader], ME) == 0
        assert (store.find(leader, ME).phone, store.find(editor, ME)) == ("13944445555", None)
        assert store.restore("2026-0002", ME) == 1
        assert store.find(leader, ME).phone == "13900001111"

    def test_an_erasure_takes_what_intakes_replaced_along(self, store, all_bytes):
        """Definitions 3: `erase` takes the present value and the former one."""
        (leader,) = store.put([placed(PersonGiven("司空轮换某", "科员", "13700008642"))], ME)
        store.put([placed(PersonGiven("司空轮换某", "", "13922223333"))], ME, "2026-0001")
        store.erase(leader, Caller("checker", "调离"))
        assert store.restore("2026-0001", ME) == 0
        assert b"13700008642" not in all_bytes()

    def test_plans_and_answers_are_remembered(self, store, reopen):
        """A plan that was begun is found again, and an answer is offered to the same cell."""
        memory = IntakeMemory(store)
        memory.keep_plan("a1", "{}")
        memory.keep_plan("a1", '{"files": 1}')
        memory.keep_answers({("platform", "订月号"): "微信订阅号"})
        again = IntakeMemory(reopen())
        assert (again.plan("a1"), again.plan("b2")) == ('{"files": 1}', None)
        assert again.answers() == {("platform", "订月号"): "微信订阅号"}
        again.forget_answer("platform", "订月号")
        again.drop_plan("a1")
        assert (again.answers(), again.plans()) == ({}, {})

    def test_what_columns_mean_is_remembered_by_sender(self, store, reopen):
        """The newest word of an intake counts; undone, the one before holds again; forgotten, none does."""
        memory = IntakeMemory(store)
        memory.keep_headers("2026-0001", {("甲局", "近况"): "newest_post_at", ("乙局", "近况"): "remark"})
        memory.keep_headers("2026-0002", {("甲局", "近况"): ""})
        memory.keep_headers("2026-0002", {("甲局", "近况"): "looked_at"})
        again = IntakeMemory(reopen())
        assert again.headers() == {("甲局", "近况"): "looked_at", ("乙局", "近况"): "remark"}
        again.forget_headers_of("2026-0002")
        assert again.headers()["甲局", "近况"] == "newest_post_at"
        again.forget_header("甲局", "近况")
        assert again.headers() == {("乙局", "近况"): "remark"}

    def test_reports_of_the_public_are_numbered_by_the_year_and_kept_once(self, store, reopen):
        """The same words within the span are the same report; the number begins anew with each Chinese year."""
        reports, again = PublicReports(store), PublicReports(reopen())
        last, first = datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
        given = ReportGiven(matter="content", called="某市发布", text="电话写错了", contact="a@x")
        assert reports.put(given, last).number == "2026-1"
        assert again.put(given, first).number == "2026-1"
        assert again.put(structs.replace(given, text="另一件"), first).number == "2027-1"
        assert reports.put(given, first + timedelta(days=2)).number == "2027-2"
        assert [one.number for one in reports.reports()] == ["2027-2", "2027-1", "2026-1"]
        assert reports.count_since(first) == 1
        for number in ("2026-2", "2026", "-1", "x-1", "2026-1 OR 1=1"):
            assert reports.find(number) is None

    def test_an_erased_report_is_in_no_file(self, store, all_bytes):
        """Number and matter stay, the erasure is logged, and the contact of a closed one goes by itself."""
        reports = PublicReports(store)
        at = datetime(2026, 5, 1, tzinfo=UTC)
        given = ReportGiven(
            matter="fake", called="太史账号某", text="太史说明某", contact="taishi@example.com"
        )
        one, two = reports.put(given, at), reports.put(structs.replace(given, text="太史留下某"), at)
        assert reports.contact(one.number, ME) == "taishi@example.com"
        assert reports.erase(one.number, ME)
        assert not reports.erase(one.number, ME)
        assert reports.settle(two.id, "handled", at, "u-1", "已办", "")
        assert reports.forget_contacts(at + timedelta(days=29)) == 0
        assert reports.forget_contacts(at + timedelta(days=31)) == 1
        stored = all_bytes()
        for gone in ("太史说明某", "taishi@example.com"):
            assert gone.encode() not in stored
        assert "太史留下某".encode() in stored
        with pytest.raises(PeopleError, match="say who asks"):
            reports.contact(two.number, Caller("checker", " "))


LEADER_FIELDS = (LEADER.name, LEADER.post, LEADER.phone)
