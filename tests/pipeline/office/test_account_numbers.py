"""Numbers of accounts for people: given once, shown in lists, and taken wherever an account is named."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

NUMBER = ("accounts", "number")


def numbers(home):
    """Return the numbers of the accounts by name."""
    return {row["name"]: row["number"] for row in rows(home, "accounts", "list")}


@pytest.mark.slow
def test_each_account_gets_a_number_once(city, tmp_path):
    """In the order of the registry; again nothing changes, and a new account gets the next one as it comes in."""
    assert {None} == set(numbers(city).values())
    assert ["0001", "0002", "0003", "0004", "0005"] == [row["number"] for row in rows(city, *NUMBER)]
    before = numbers(city)
    assert [] == rows(city, *NUMBER)
    done(
        city,
        "accounts",
        "import",
        sheet(tmp_path / "n.csv", c.HEADERS[:4], ("n1", "某市新号", "抖音", "某局")),
    )
    assert {**before, "某市新号": "0006"} == numbers(city)
    assert [] == rows(city, *NUMBER)
    assert "0006" in done(city, "accounts", "list").out


def test_an_account_is_named_by_its_number(city):
    """Wherever a command takes an account; a number that nobody has names nobody."""
    done(city, *NUMBER)
    number = numbers(city)[c.NAMES[c.SERVICE]]
    assert c.NAMES[c.SERVICE] == asked(city, "accounts", "show", number)["name"]
    assert number == next(r for r in rows(city, "findings", "list") if r["account_id"] == c.SERVICE)["number"]
    done(city, "focus", "flag", "--account", number, "--by", "某公司", "--at", c.CHECK_POINT)
    assert 2 == xuncha(city, "accounts", "show", "0099").status


@pytest.mark.slow
def test_an_upgrade_numbers_the_accounts_that_are_there(city):
    """Once, in the order of the registry; a second time there is nothing to do."""
    assert 5 == asked(city, "migrate")["numbered"]
    assert ["0001", "0002", "0003", "0004", "0005"] == sorted(numbers(city).values())
    assert 0 == asked(city, "migrate")["numbered"]
    assert [] == asked(city, "claims", "list", "--waiting")["rows"]


@pytest.mark.slow
def test_lists_for_people_have_the_number_once_there_is_one(city):
    """What a clerk reads daily; the column is not there before."""
    lists = (
        ("status", "--check-point", c.CHECK_POINT),
        ("today", "--on", "2021-06-17"),
        ("accounts", "show", c.SILENT),
    )
    assert "编号" not in done(city, *lists[0]).out
    done(city, *NUMBER)
    number = numbers(city)[c.NAMES[c.SILENT]]
    assert all(number in done(city, *words).out for words in lists)
    assert number in {row["number"] for row in asked(city, "today", "--on", "2021-06-17")["needs"]}


@pytest.mark.slow
def test_the_number_of_a_withdrawn_account_is_nobody_elses(city):
    """An account that never was takes its number with it; listed again it has it back."""
    done(city, *NUMBER)
    number = numbers(city)[c.NAMES[c.UNSEEN]]
    done(city, "accounts", "withdraw", c.UNSEEN, "--reason", "重复登记")
    assert number not in numbers(city).values()
    assert [] == rows(city, *NUMBER)
    again = (c.UNSEEN, c.NAMES[c.UNSEEN], "新浪微博", c.OFFICE)
    done(city, "accounts", "import", sheet(city.parent / "again.csv", c.HEADERS[:4], again))
    assert number == numbers(city)[c.NAMES[c.UNSEEN]]


@pytest.mark.slow
def test_numbering_that_is_killed_goes_on_under_its_claim(city):
    """Between claim and act, and behind it: each account has one number, and nothing waits."""
    killed_at(city, ("claim.after_claim", "number.before_fact", "number.after_fact"), *NUMBER)
    assert [] == rows(city, *NUMBER)
    assert 1 == len(facts(city, "numbers.given"))
    assert sorted(numbers(city).values()) == ["0001", "0002", "0003", "0004", "0005"]
    assert [] == asked(city, "claims", "list", "--waiting")["rows"]
