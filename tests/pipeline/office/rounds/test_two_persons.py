"""Two persons: who began something does not end it, on both sides of the switch of a small office."""

from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.history.knowledge import actors_of
from events.days import chinese_day, last_second
from pipeline.home.actor import OFFICE, Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.office.adoptions import Adopt, adopt, list_proposals, propose_adoption
from pipeline.office.audit import AskActs, list_acts
from pipeline.office.finding_records import Piece, RecordFinding, record_finding
from pipeline.office.finding_views import finding_views, objection_views
from pipeline.office.rounds import Freeze, freeze, load_round, propose_freeze
from pipeline.office.rounds.agreeing import record_proposal
from pipeline.office.rounds.decisions import propose_decision, reject, uphold
from pipeline.office.rounds.guards import Unmet
from pipeline.office.rounds.objections import object_to_finding
from pipeline.office.rounds.rechecks import Recheck, recheck
from pipeline.office.rounds.verify import verify
from pipeline.office.two_persons import RULES, is_waived, list_rules, restore_rule, waive_rule
from pipeline.scores.scoring import kept_by_one_person
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at
from tests.pipeline.office.rounds.steps import NAME
from tests.pipeline.program import opened

FIRST, SECOND, THIRD = Actor("u-first"), Actor("u-second"), Actor("u-third")
PICTURE = Piece("某某的截图.png", b"\x89PNG\r\n\x1a\n picture")


@pytest.fixture
def office(drawn_city):
    with opened(drawn_city) as workspace:
        yield workspace


def found(workspace, actor=FIRST, **said):
    told = {"account": c.POSTING, "rule": "严重表述错误", "found_at": at("2021-06-10 10:00"), **said}
    return record_finding(workspace, RecordFinding(**told), actor)


def objected(workspace, finding):
    words = (NAME, c.POSTING, str(finding), "转载有出处")
    return object_to_finding(workspace, *words, actor=Actor("u-owner"))


def refused(what, call, *words, **named):
    with pytest.raises(UsageError, match=what):
        call(*words, **named)


def view_of(workspace, finding):
    return next(view for view in finding_views(workspace) if view.id == finding)


def test_a_line_of_the_trail_that_tells_of_several_accounts_says_so(office):
    """Facts of one second are one line; naming the first of them alone would say that it is about no other."""
    opened = list_acts(office, AskActs(types=("account.opened",)))
    several = [act for act in opened if act.count > 1]
    assert several
    assert all(act.about.endswith(f"等 {act.count} 项") for act in several)
    assert not any("等" in act.about for act in opened if act.count == 1)


def test_a_finding_is_rechecked_by_another_person(office):
    """登记与复核: who recorded it is refused; another is not, and both stand in the trail."""
    finding = found(office, pieces=(PICTURE,))
    assert "open" == view_of(office, finding).state
    refused(
        "recording and rechecking", recheck, office, Recheck(str(finding), holds=True, by=FIRST.code), FIRST
    )
    recheck(office, Recheck(str(finding), holds=True, by=SECOND.code), SECOND)
    office.catch_up()
    view = view_of(office, finding)
    assert ("holds", FIRST.code, False) == (view.state, view.recorded_by, view.rechecks[0].one_person)
    acts = {act.type: act for act in list_acts(office, AskActs()) if act.actor != OFFICE.code}
    assert (SECOND.code, "属实") == (acts["finding.rechecked"].actor, acts["finding.rechecked"].words)
    assert "严重表述错误" in acts["finding.recorded"].words
    assert {"u-first"} == {a.actor for a in list_acts(office, AskActs(actor="u-first"))}


@pytest.mark.slow
def test_a_small_office_rechecks_alone_and_every_such_act_says_so(office):
    """一人办理: switched off with a reason, undone likewise; the act stays marked."""
    finding = found(office)
    refused("为空|empty", waive_rule, office, "recheck", " ", FIRST)
    waive_rule(office, "recheck", "全办仅一人", FIRST)
    waive_rule(office, "recheck", "再说一次", FIRST)
    assert is_waived(office, "recheck")
    recheck(office, Recheck(str(finding), holds=True, by=FIRST.code), FIRST)
    restore_rule(office, "recheck", FIRST)
    office.catch_up()
    assert view_of(office, finding).rechecks[0].one_person
    assert [True] == [a.one_person for a in list_acts(office, AskActs(types=("finding.rechecked",)))]
    state = next(rule for rule in list_rules(office) if rule.rule == "recheck")
    assert (False, FIRST.code) == (state.waived, state.actor)
    assert len(RULES) == len(list_rules(office))
    another = found(office, note="又一处")
    refused(
        "recording and rechecking", recheck, office, Recheck(str(another), holds=True, by=FIRST.code), FIRST
    )


@pytest.mark.slow
def test_the_gate_waits_for_a_recheck_of_what_people_recorded(office):
    """A finding of the command line has no second person to wait for; one that a recheck denies is to go first."""
    found(office, OFFICE, note="旧的")
    finding = found(office, note="新的")
    refused("findings are not rechecked .1.", freeze, office, Freeze(NAME), SECOND)
    recheck(office, Recheck(str(finding), holds=False, by=SECOND.code), SECOND)
    office.catch_up()
    refused("findings are not rechecked", freeze, office, Freeze(NAME), SECOND)


@pytest.mark.slow
def test_a_freeze_with_gaps_is_proposed_by_one_and_done_by_another(office):
    """缺项定稿: a reason alone is not enough, nor is one's own proposal; the manifest names what it went on without."""
    refused("another person proposes it first", freeze, office, Freeze(NAME, "试点"), SECOND)
    propose_freeze(office, Freeze(NAME, "检查单一张因出差未交回"), FIRST)
    propose_freeze(office, Freeze(NAME, "检查单一张因出差未交回"), FIRST)
    refused("you did the part before", freeze, office, Freeze(NAME), FIRST)
    refused("another person proposes it first", freeze, office, Freeze(NAME, "另一个理由"), SECOND)
    run, _ = freeze(office, Freeze(NAME), SECOND)
    state = load_round(office, NAME)
    assert "检查单一张因出差未交回" == state.frozen.although
    assert ("sheet_out", "account_unknown", "not_served") == state.frozen.unmet
    assert () == kept_by_one_person(run)
    assert verify(office, run).holds


@pytest.mark.slow
def test_more_gaps_than_were_proposed_are_proposed_again(office):
    """What came up since was agreed by nobody."""
    propose_freeze(office, Freeze(NAME, "试点"), FIRST)
    found(office, THIRD)
    refused("提请后又有|more is open", freeze, office, Freeze(NAME), SECOND)
    propose_freeze(office, Freeze(NAME, "试点"), FIRST)
    freeze(office, Freeze(NAME), SECOND)
    assert "not_rechecked" in load_round(office, NAME).frozen.unmet


@pytest.mark.slow
def test_a_freeze_alone_stands_in_the_manifest_and_verifies(office):
    """一人办理: with the rule off one person freezes with gaps; the manifest and the trail say so."""
    waive_rule(office, "freeze", "全办仅一人", FIRST)
    run, _ = freeze(office, Freeze(NAME, "试点"), FIRST)
    assert ("freeze",) == kept_by_one_person(run)
    assert verify(office, run).holds
    assert [True] == [a.one_person for a in list_acts(office, AskActs(types=("round.frozen",)))]


@pytest.mark.slow
def test_an_objection_is_prepared_by_one_and_decided_by_who_had_no_part(office):
    """承办与决定: neither who proposed it, nor who recorded or rechecked the finding."""
    finding = found(office)
    recheck(office, Recheck(str(finding), holds=True, by=SECOND.code), SECOND)
    objection = objected(office, finding)
    office.catch_up()
    key = str(objection.id)
    refused("another person proposes it first", reject, office, key, "证据充分", actor=THIRD)
    propose_decision(office, key, "upheld", "有出处", actor=FIRST)
    refused("you did the part before", uphold, office, key, "有出处", actor=FIRST)
    refused("you did the part before", uphold, office, key, "有出处", actor=SECOND)
    correction = uphold(office, key, "有出处", actor=THIRD)
    office.catch_up()
    (view,) = objection_views(office)
    assert ("upheld", THIRD.code, FIRST.code) == (
        view.objection.decided.outcome,
        view.decided_by,
        view.proposed_by,
    )
    assert THIRD.code == actors_of(office.client, [correction])[correction]
    assert "withdrawn" == view_of(office, finding).state
    assert view.number.endswith("-01")


@pytest.mark.slow
def test_a_small_office_decides_alone(office):
    """With the rule off the recorder decides without a proposal, and the decision says so."""
    objection = objected(office, found(office))
    office.catch_up()
    waive_rule(office, "decide", "全办仅一人", FIRST)
    reject(office, str(objection.id), "证据充分", actor=FIRST)
    office.catch_up()
    assert [True] == [view.one_person for view in objection_views(office)]


def test_a_ruleset_is_proposed_by_one_and_put_in_force_by_another(office):
    """启用规则: the same proposal of another person, nothing else."""
    asked = Adopt("suzhou-practice-2023", "江府办〔2021〕3号", "检查指标", date(2021, 1, 1))
    refused("another person proposes it first", adopt, office, asked, SECOND)
    propose_adoption(office, asked, FIRST)
    assert ["江府办〔2021〕3号"] == [one.document for one in list_proposals(office)]
    refused("you did the part before", adopt, office, asked, FIRST)
    adopt(office, asked, SECOND)
    assert [] == list_proposals(office)


@pytest.mark.slow
def test_acts_of_the_command_line_are_asked_for_no_proposal(office):
    """They count as those of one person, as before."""
    finding = found(office, OFFICE)
    recheck(office, Recheck(str(finding), holds=True, by="C9"), OFFICE)
    run, _ = freeze(office, Freeze(NAME, "试点"), OFFICE)
    assert verify(office, run).holds


@pytest.mark.slow
def test_two_who_propose_at_once_hear_of_each_other(office):
    """A proposal takes the place of the one that its writer had seen, and of no other."""
    seen = load_round(office, NAME)
    propose_freeze(office, Freeze(NAME, "甲的理由"), FIRST)
    with pytest.raises(ConflictError):
        record_proposal(office, seen, (Unmet("sheet_out", ("C1",)),), Freeze(NAME, "乙的理由"), SECOND)


def test_a_finding_that_may_not_be_recorded_so_is_refused(office):
    """Silence is judged from looks and posts; red lines 2 and 3 have no text and no file."""
    for said, why in (
        ({"rule": "不是指标"}, "不是指标"),
        ({"rule": "两周内无更新"}, "is judged from looks"),
        ({"found_at": at("2999-01-01 00:00")}, "still to come"),
        ({"pieces": (Piece("a.exe", b"MZ"),)}, "is no picture"),
        ({"pieces": (PICTURE,) * 11}, "files"),
        ({"count": 0}, "at least 1"),
        ({"rule": "red-2-secrets", "note": "写了什么"}, "nothing about it is copied"),
        ({"rule": "red-3-harmful-content", "pieces": (PICTURE,)}, "nothing about it is copied"),
        ({"reference": "档1"}, "secret or harmful"),
    ):
        refused(why, found, office, **said)
        office.catch_up()
        assert not [v for v in finding_views(office) if v.recorded_by.startswith("u-")], said


def test_a_separate_case_has_a_number_and_nothing_else(office):
    """另案处理 (red line 2): the fact holds neither rule nor finder."""
    finding = found(office, rule="red-2-secrets", reference="密2021-3")
    view = view_of(office, finding)
    assert (True, "密2021-3", "", "", ()) == (
        view.separate,
        view.case_number,
        view.note,
        view.finder,
        view.evidence,
    )


def test_a_finding_of_a_day_is_taken_on_that_day(office):
    """Who knows the day alone says it while it lasts; a day, or a time, that has not come is refused."""
    now = datetime.now(UTC)
    today, tomorrow = last_second(chinese_day(now)), last_second(chinese_day(now) + timedelta(days=1))
    finding = found(office, found_at=today, date_only=True)
    assert view_of(office, finding).date_only
    refused("still to come", found, office, found_at=tomorrow, date_only=True)
    refused("still to come", found, office, found_at=now + timedelta(minutes=1))
