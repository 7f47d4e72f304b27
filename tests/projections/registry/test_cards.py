"""Cards of accounts: every field of annex 4 as of a moment, open or closed."""

from datetime import timedelta
from typing import Any

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.codec import Event
from projections.registry.cards import AccountCard, cards_at
from projections.registry.population import registry_at
from tests.projections.facts import ACCOUNT, CHECK_POINT, DAY, event, known


def card(*events: Event[Any], at: Any = CHECK_POINT) -> AccountCard | None:
    return cards_at(known(*events), at).get(ACCOUNT)


def opened(**fields: Any) -> Event[Any]:
    at = CHECK_POINT - 100 * DAY
    return event(AccountOpened(given_id="1", name="甲", platform="抖音", opened_at=at, **fields), at)


def changed(days_before: int, **fields: Any) -> Event[Any]:
    return event(AccountChanged(**fields), CHECK_POINT - days_before * DAY, name=str(fields))


def test_descriptions_links_and_sections_change_from_their_time_on():
    """Annex 4 of 162号: what changes is recorded, and the day before still reads as it was."""
    events = (
        opened(description="旧", link="https://a.cn", section="一科"),
        changed(10, description="新", section="二科", operator="某公司", verified_as="某局"),
    )
    before = card(*events, at=CHECK_POINT - 10 * DAY - timedelta(microseconds=1))
    after = card(*events)
    assert before is not None
    assert after is not None
    assert ("旧", "一科", "") == (before.description, before.section, before.operator)
    assert ("新", "二科", "某公司", "某局") == (
        after.description,
        after.section,
        after.operator,
        after.verified_as,
    )
    assert "https://a.cn" == after.link


def test_people_stand_on_a_card_by_id():
    """A change tells the whole of them as from its time on."""
    events = (opened(people={"main_leader": "p1"}), changed(5, people={"main_leader": "p2"}))
    found = [card(*events, at=CHECK_POINT - n * DAY) for n in (6, 5)]
    assert [{"main_leader": "p1"}, {"main_leader": "p2"}] == [c.people for c in found if c]


def test_a_closed_account_keeps_its_card():
    """The population leaves it out; the card says since when it is closed."""
    closing = CHECK_POINT - 3 * DAY
    events = known(opened(), event(AccountClosed(), closing))
    assert {} == registry_at(events, CHECK_POINT)
    assert closing == cards_at(events, CHECK_POINT)[ACCOUNT].closed_at


def test_an_account_that_was_opened_again_says_so():
    """A closed account must stay closed: the card tells the day of the second opening."""
    again = CHECK_POINT - 2 * DAY
    data = AccountOpened(given_id="1", name="甲", platform="抖音", opened_at=again)
    found = card(opened(), event(AccountClosed(), CHECK_POINT - 3 * DAY), event(data, again))
    assert found is not None
    assert (None, again) == (found.closed_at, found.reopened_at)


def test_a_supervisor_that_older_sheets_told_in_a_column_of_its_own_is_read():
    """Before it was a field, the competent office stood among the unknown columns."""
    found = card(opened(extra={"主管单位": "某办"}))
    assert found is not None
    assert "某办" == found.supervisor
    found = card(opened(extra={"主管单位": "某办"}), changed(1, supervisor="某委"))
    assert found is not None
    assert "某委" == found.supervisor
