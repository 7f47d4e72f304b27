"""Our registry against the sheet of the national system."""

from typing import Any

from events.national import RUNNING, STOPPED, NationalEntry
from projections.registry.national import Difference, national_entries, reconcile_national
from tests.projections.registry.checks.views import AT, card


def entry(name: str = "甲", given_id: str = "1", **fields: Any) -> NationalEntry:
    return NationalEntry(
        **({"name": name, "given_id": given_id, "platform": "微信订阅号", "state": RUNNING} | fields)
    )


def test_two_equal_lists_agree():
    """In whatever order they stand."""
    ours = [entry("甲", "1"), entry("乙", "2")]
    found = reconcile_national(ours, ours[::-1])
    assert found.agrees
    assert 2 == found.same


def test_what_one_side_lacks_is_told_on_its_side():
    """Ours alone, theirs alone."""
    found = reconcile_national([entry("甲", "1")], [entry("乙", "2")])
    assert (["甲"], ["乙"]) == ([e.name for e in found.ours_only], [e.name for e in found.theirs_only])
    assert not found.agrees


def test_fields_that_differ_are_named_and_blank_ones_are_not():
    """A system that gives back no link says nothing about ours."""
    ours = entry(owner="某局", link="https://a.cn", area="某市")
    found = reconcile_national([ours], [entry(owner="某委", area="某市")])
    assert (Difference("1", "甲", "owner", "某局", "某委"),) == found.differences


def test_a_renamed_account_is_found_by_its_id():
    """The id comes first, so a new name is a difference and not two lonely accounts."""
    found = reconcile_national([entry("新名", "1")], [entry("旧名", "1")])
    assert (Difference("1", "新名", "name", "新名", "旧名"),) == found.differences
    assert ((), ()) == (found.ours_only, found.theirs_only)


def test_an_account_without_an_id_there_is_found_by_its_name_on_the_platform():
    """Subscription and service accounts are one platform; another id is another account."""
    there = entry("甲", "", platform="微信服务号")
    assert ["platform"] == [d.field for d in reconcile_national([entry()], [there]).differences]
    assert not reconcile_national([entry("甲", "1")], [entry("甲", "2")]).differences


def test_names_and_units_in_other_characters_do_not_differ():
    """Radicals out of a PDF, brackets of half width, the short name of an office; another name still differs."""
    ours = entry("江城文旅（体育）", "1", owner="江城市人民政府办公室", area="江城市")
    theirs = entry("江城⽂旅(体育)", "", owner="江城市府办", area="江 城市")
    found = reconcile_national([ours], [theirs])
    assert found.agrees
    assert 1 == found.same
    assert ["owner"] == [
        d.field for d in reconcile_national([ours], [entry("江城文旅(体育)", "", owner="某局")]).differences
    ]


def test_a_closed_account_that_they_lack_is_no_difference():
    """It was cancelled there, too; one that runs there is told."""
    ours = entry(state=STOPPED)
    assert reconcile_national([ours], []).agrees
    (difference,) = reconcile_national([ours], [entry()]).differences
    assert ("state", STOPPED, RUNNING) == (difference.field, difference.ours, difference.theirs)


def test_the_registry_is_listed_with_closed_accounts():
    """By platform and name, with the day of the opening in China."""
    listed = national_entries([card("2", closed_at=AT), card("1")])
    assert [("某市交通1", RUNNING), ("某市交通2", STOPPED)] == [(e.name, e.state) for e in listed]
    assert {"2021-11-17"} == {e.opened_on for e in listed}


def test_the_accuracy_is_the_share_of_entries_that_agree():
    """济南市 2025 second quarter checks the accuracy of entries: each account counts once, whichever side lacks it."""
    ours = [entry("甲", "1", owner="某局", area="某市"), entry("乙", "2"), entry("丙", "3")]
    theirs = [entry("甲", "1", owner="某委", area="某县"), entry("乙", "2"), entry("丁", "4")]
    found = reconcile_national(ours, theirs)
    assert (4, "25.0%") == (found.entries, found.accuracy)
    assert reconcile_national([], []).accuracy is None
