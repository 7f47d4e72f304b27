"""Plans of the sample papers: what a careful clerk would take, ask, set aside and refuse."""

import re

import pytest

from pipeline.home.rulesets import find_ruleset
from tests.copied import copied
from tests.pipeline.office.intake.city import (
    CORRECTED,
    FINDINGS,
    LEDGER,
    REGION,
    SELF_CHECK,
    WEEK_35,
    WEEK_36,
    accounts,
    expected,
    planned,
)

BEFORE = {
    LEDGER: "home_model",
    REGION: "with_ledger",
    WEEK_35: "with_registry",
    WEEK_36: "with_looks",
    FINDINGS: "with_registry",
    SELF_CHECK: "with_ledger",
    CORRECTED: "with_looks",  # the sheet of the week answered what name is meant
}


@pytest.fixture(scope="session")
def plans(request, tmp_path_factory):
    """Plans by paper, each made in a copy: a home that tests share keeps no plan of theirs."""
    made = {}

    def plan(name):
        if name not in made:
            home = copied(request.getfixturevalue(BEFORE[name]), tmp_path_factory.mktemp("plan") / "home")
            made[name] = planned(home, name)
        return made[name]

    return plan


def places(rows):
    return sorted((row["page"], row["row"]) for row in rows)


def said_places(name, key):
    page = next(p["page"] for p in expected(name)["pages"] if p["read"])
    return sorted((row.get("page", page), row["row"]) for row in expected(name).get(key, ()))


@pytest.mark.parametrize("name", list(BEFORE))
def test_rows_have_the_fate_that_a_careful_clerk_gives_them(plans, name):
    """Doubtful, contradicting and refused rows are those of the expectation, and no others."""
    plan = plans(name)
    assert sorted(set(places(plan["doubtful"]))) == said_places(name, "doubtful")
    assert places(plan["contradictions"]) == said_places(name, "contradictions")
    assert places(plan["refused"]) == said_places(name, "refused")


@pytest.mark.parametrize("name", list(BEFORE))
def test_the_totals_of_a_plan_are_those_of_the_clerk(plans, name):
    """Every count that the expectation names, as the plan stands before anybody answers."""
    renamed = {"changed_accounts": "changed", "twins": "new"}
    left_out = {"changed_people"}  # a plan does not look into the people store: each look is logged
    if name in (WEEK_35, WEEK_36):
        left_out.add("posts")  # the newest post of each look is a fact, which the clerk does not count
    wanted = {renamed.get(key, key): n for key, n in expected(name)["totals"].items() if key not in left_out}
    assert {key: plans(name)["totals"].get(key) for key in wanted} == wanted


@pytest.mark.parametrize("name", [REGION, WEEK_35, WEEK_36, FINDINGS, CORRECTED, LEDGER])
def test_every_record_is_taken_for_its_account_with_its_values(plans, name):
    """Page, row, account and values of each record, as the paper gives them and no finer."""
    page = next(p["page"] for p in expected(name)["pages"] if p["read"])
    found = {(r["page"], r["row"]): r for r in plans(name)["records"]}
    asked_about = {(r["page"], r["row"]) for r in plans(name)["doubtful"]}
    for wanted in expected(name)["records"]:
        place = (wanted.get("page", page), wanted.get("row", wanted.get("row_in_file")))
        if place in asked_about:
            continue
        record = found[place]
        for field in ("name", "platform", "owner", "area", "opened", "opened_precision", "native"):
            if field in wanted:
                assert record[field] == wanted[field], (place, field)
        for field in (
            "looked_at",
            "newest",
            "newest_date_only",
            "rule",
            "severity",
            "count",
            "found",
            "text_kept",
        ):
            if field in wanted:
                assert record[field] == wanted[field], (place, field)
        if name not in (LEDGER, CORRECTED):
            meant = accounts()[wanted["account"]]
            assert record["account"]["name"] == meant["name"], place


def test_a_corrected_ledger_gives_corrections_and_no_twin(plans):
    """Five mended cells: name, owner and opening of three accounts; a platform answered before; a phone."""
    told = {(c["account"]["name"], c["field"], c["after"], c["kind"]) for c in plans(CORRECTED)["changes"]}
    assert told == {
        ("青屏文旋", "name", "青屏文旅", "correction"),
        ("石渡普法", "owner", "石渡区司法局", "correction"),
        ("禾阳三农", "opened_at", "2016-03-09", "fill"),
    }
    assert plans(CORRECTED)["totals"]["new"] == 0
    assert {c["holds_from"] for c in plans(CORRECTED)["changes"]} == {"beginning"}


def test_whom_a_weekly_sheet_leaves_out_is_told(plans):
    """Four accounts; two of them are named by the note below the table."""
    told = {(m["account"]["name"], m.get("why", "")) for m in plans(WEEK_35)["not_listed"]}
    assert told == {("爱澜川", "said_by_note"), ("禾阳政务服务", "said_by_note"), ("禾阳教育", "")}


def test_what_a_self_check_says_of_indicators_is_told(plans):
    """Among them silence, which becomes no fact: posts and looks decide it."""
    told = [(f["row"], f["indicator"], f["count"]) for f in plans(SELF_CHECK)["findings"]]
    assert told == [(f["row"], f["indicator"], f["count"]) for f in expected(SELF_CHECK)["findings"]]


def test_a_person_is_told_by_role_and_unit_alone(plans):
    """Names and numbers stand in the people store, never in what is shown by default."""
    plan = plans(LEDGER)
    assert len(plan["people"]) == 41
    assert {"unit", "role"} <= plan["people"][0].keys()
    assert not {"name", "phone"} & plan["people"][0].keys()


def test_only_rules_of_the_ruleset_in_force_are_offered(with_registry):
    """What a ruleset lacks is no answer; the nearest that it has are named in its place."""
    known = {rule.code for rule in find_ruleset("suzhou-practice-2023").ruleset.rules}
    offered = {
        answer
        for question in planned(with_registry, FINDINGS)["questions"]
        if question["field"] == "rule"
        for answer in question["answers"]
        if re.match("(red|yellow)-", answer)
    }
    assert offered
    assert offered <= known
