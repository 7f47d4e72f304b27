"""The duty table: who is on duty on which days, by ids."""

from contextlib import closing
from datetime import date

import pytest

from connectors.people.duty import DutyTable
from connectors.people.person import Caller, Duty, PersonGiven, Placed
from connectors.people.sqlite import SqlitePeople
from connectors.sheets.errors import SheetErrors
from pipeline.home.folder import Home
from pipeline.home.people import open_people
from pipeline.office.duty import import_duty, list_duty
from tests.pipeline.program import rows

ME = Caller("clerk", "值班")
UNIT = "某市教育局"
TODAY = date(2026, 9, 20)
HEADER = "单位,值班日期,结束日期,值班人员,替班人员\n"


@pytest.fixture
def ids(new_home):
    """Return the ids of two people of a unit."""
    with closing(open_people(Home(new_home))) as store:
        people = [
            PersonGiven("章值班甲", mail="a@example.org"),
            PersonGiven("李替班乙", phone="13900001111"),
        ]
        return store.put([Placed(UNIT, f"staff_{n + 1}", given) for n, given in enumerate(people)], ME)


def test_a_duty_table_names_people_of_the_store_and_is_listed_by_ids(new_home, ids, tmp_path):
    """Days without an end are one day; who is on duty is told by id and role, and nobody is read by it."""
    sheet = tmp_path / "duty.csv"
    sheet.write_text(
        f"{HEADER}{UNIT},2026-10-01,2026-10-07,章值班甲,李替班乙\n{UNIT},2026-10-08,,李替班乙,\n", "utf-8"
    )
    home = Home(new_home)
    before = _accesses(home)
    assert (2, 1) == ((done := import_duty(home, sheet, "clerk", TODAY)).rows, done.units)
    shown = list_duty(home, date(2026, 10, 7), 2)
    assert [(ids[0], ids[1], "工作人员1"), (ids[1], "", "工作人员2")] == [
        (row.person_id, row.substitute_id, row.role) for row in shown
    ]
    assert before == _accesses(home)
    (listed,) = rows(new_home, "people", "duty", "list", "--from", "2026-10-08", "--days", "1")
    assert (ids[1], "2026-10-08") == (listed["person_id"], listed["first_day"])


@pytest.mark.usefixtures("ids")
def test_a_row_about_nobody_of_the_unit_is_refused_with_all_of_its_file(new_home, tmp_path):
    """Promise 10: all of a file or none of it."""
    sheet = tmp_path / "duty.csv"
    sheet.write_text(
        f"{HEADER}{UNIT},2026-10-01,,章值班甲,\n{UNIT},2026-10-02,,没有此人,\n{UNIT},2026-10-03,2026-09-01,章值班甲,\n",
        "utf-8",
    )
    with pytest.raises(SheetErrors) as refused:
        import_duty(Home(new_home), sheet, "clerk", TODAY)
    assert [3, 4] == [error.row for error in refused.value.errors]
    assert [] == list_duty(Home(new_home), date(2026, 10, 1), 7)


def test_a_later_table_stands_in_the_place_of_the_former_and_the_erased_leave_it(tmp_path):
    """Of the units and days that it tells; an erased substitute leaves a blank."""
    with closing(SqlitePeople(tmp_path / "people.sqlite")) as store:
        one, two = store.put([Placed(UNIT, "contact", PersonGiven(n)) for n in ("章值班甲", "李替班乙")], ME)
        table = DutyTable(store)
        day = date(2026, 10, 1)
        table.replace([Duty(UNIT, day, day, one, two), Duty("某局", day, day, two)])
        table.replace([Duty(UNIT, day, day, two, one)])
        assert [Duty("某局", day, day, two), Duty(UNIT, day, day, two, one)] == table.between(day, day)
        store.erase(one, ME)
        assert [Duty("某局", day, day, two), Duty(UNIT, day, day, two)] == table.between(day, day)
        store.erase(two, ME)
        assert [] == table.between(day, day)


def test_days_of_a_cell_and_people_of_a_cell_are_each_on_duty(new_home, ids, tmp_path):
    """A stretch, a holiday and two names: all of it as the clerk wrote it; one name that is nobody refuses the file."""
    sheet = tmp_path / "duty.csv"
    lines = [
        f"{UNIT},10月8日、10日,,章值班甲、李替班乙,",
        f"{UNIT},国庆期间,,章值班甲,李替班乙",
    ]
    sheet.write_text("2026年10月值班表\n" + HEADER + "\n".join(lines) + "\n", "utf-8")
    home = Home(new_home)
    assert import_duty(home, sheet, "clerk", date(2026, 12, 1)).rows == 5
    shown = [(str(d.first_day), str(d.last_day), d.person_id) for d in list_duty(home, date(2026, 10, 1), 31)]
    assert sorted(shown) == sorted(
        [
            ("2026-10-01", "2026-10-07", ids[0]),
            *[(day, day, one) for day in ("2026-10-08", "2026-10-10") for one in ids],
        ]
    )
    sheet.write_text(
        f"{HEADER}{UNIT},10月8日-9日,10月20日,章值班甲,\n{UNIT},10月9日,,章值班甲、没有此人,\n", "utf-8"
    )
    with pytest.raises(SheetErrors) as refused:
        import_duty(home, sheet, "clerk", TODAY)
    assert [(error.row, error.column) for error in refused.value.errors] == [(2, "结束日期"), (3, "值班人员")]


def _accesses(home):
    with closing(open_people(home)) as store:
        return len(store.accesses())
