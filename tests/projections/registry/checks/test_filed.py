"""昆政办发〔2019〕162号 二(二) and annex 3: what was done without a filing."""

from typing import Any
from uuid import UUID

import pytest

from events.account import AccountChanged, AccountOpened
from projections.registry.checks.view import Sighting
from projections.registry.filing_case import CaseProblem, CaseState, FilingCase
from tests.projections.facts import known
from tests.projections.registry.checks.views import AT, DAY, US, accounts, card, fact, hits

OPENED = fact(AccountOpened(given_id="1", name="旧名", platform="微信订阅号"), AT - 300 * DAY, "wechat:1")


def renamed(at: Any = AT - DAY, **fields: Any) -> Any:
    return fact(AccountChanged(**({"name": "新名"} | fields)), at, "wechat:1")


def case(**fields: Any) -> FilingCase:
    told: dict[str, Any] = {
        "id": UUID(int=7),
        "account_id": "wechat:1",
        "kind": "changed",
        "name": "旧名",
        "platform": "微信订阅号",
        "owner": "某局",
        "reason": "",
        "state": CaseState.FILED,
    }
    return FilingCase(**(told | fields))


def hits_of(*events: Any, cases: tuple[FilingCase, ...] = ()) -> Any:
    facts = tuple(known(OPENED, *events))
    return hits("renamed_without_filing", card("1", name="新名"), account_facts=facts, cases=cases)


def test_a_new_name_without_a_filing_is_a_hit():
    """二(二): changes are filed; the reason tells both names."""
    (hit,) = hits_of(renamed())
    assert "旧名" in hit.reason
    assert "新名" in hit.reason


def test_a_filed_name_is_none():
    """By a case that tells the name, or by a change that tells when it was filed."""
    assert [] == hits_of(renamed(), cases=(case(changes={"name": "新名"}),))
    assert [] == hits_of(renamed(filed_at=AT))
    assert 1 == len(hits_of(renamed(), cases=(case(changes={"name": "别名"}),)))


def test_other_changes_and_later_ones_are_no_hits():
    """A new owner is no new name; what happens after the moment is not there yet; the same name is no change."""
    assert [] == hits_of(renamed(name=None, owner="某委"))
    assert [] == hits_of(renamed(at=AT + US))
    assert [] == hits_of(renamed(name="旧名"))


@pytest.mark.parametrize("problem", list(CaseProblem))
def test_each_problem_of_an_opening_is_a_hit_of_its_own(problem):
    """Annex 3 开设备案: new without application."""
    found = hits("opened_without_approval", cases=(case(kind="opened", problems=(problem,)), case()))
    assert [("wechat:1",)] == accounts(found)


def sighting(native: str, name: str, platform: str = "抖音") -> Sighting:
    return Sighting(f"douyin:{native}", name, platform, "", "", AT - DAY, "巡查发现")


def test_a_spotted_account_that_the_registry_does_not_know_is_unfiled():
    """Annex 3 监管范围, like 003's 湘乡文旅: by its id or its name on the platform it may be known after all."""
    known_card = card("9", name="某市文旅", platform="抖音")
    assert [] == hits("unfiled", known_card, sightings=(sighting("9", "别名"), sighting("7", "某市文旅")))
    found = hits("unfiled", known_card, sightings=(sighting("8", "湘乡文旅"), sighting("8", "湘乡文旅")))
    assert [("douyin:8",)] == accounts(found)


def test_a_closed_account_is_no_unfiled_one():
    """It was filed; that it still posts is another check's hit."""
    closed = card("9", name="某市文旅", platform="抖音", closed_at=AT - DAY)
    assert [] == hits("unfiled", closed, sightings=(sighting("9", "某市文旅"),))


def test_an_account_that_only_posts_tell_of_is_unfiled():
    """Without a name its id stands for it."""
    (hit,) = hits("unfiled", sightings=(Sighting("douyin:5", "", "", "", "", AT, "有发布记录"),))
    assert "douyin:5" in hit.reason
