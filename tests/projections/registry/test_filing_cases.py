"""The cases of the filing desk: what belongs together, how far it came, what is late or lacks an approval."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from events.codec import Event
from events.filing import FilingApplied, FilingFiled, FilingForwarded, FilingOpinionGiven
from events.ids import fact_id
from events.instants import SHANGHAI
from projections.registry.filing_case import CaseParameters, CaseProblem, CaseState
from projections.registry.filing_cases import filing_cases
from projections.registry.filing_deadlines import Timeliness
from tests.projections.facts import known

ACCOUNT = "douyin:a1"
LATER = datetime(2023, 3, 1, tzinfo=UTC)


def at(day: str) -> datetime:
    """Return a Chinese day at noon, or a time as written."""
    text = day if "T" in day else f"{day}T12:00"
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def event(data: Any, day: str, account: str = ACCOUNT) -> Event[Any]:
    return Event(fact_id("t", account, f"{data.type}{data}{day}"), "t", account, at(day), data)


def applied(day: str, *, account: str = ACCOUNT, name: str = "某市出行", **fields: Any) -> Event[Any]:
    return event(FilingApplied(name=name, platform="抖音", owner="某局", **fields), day, account)


def opinion(about: Event[Any], day: str, *, by: str = "office", approved: bool = True) -> Event[Any]:
    return event(FilingOpinionGiven(about=about.id, by=by, approved=approved), day)  # type: ignore[arg-type]


def filed(effective: str, day: str | None, kind: str = "opened", **fields: Any) -> Event[Any]:
    data = FilingFiled(
        kind=kind,  # type: ignore[arg-type]
        effective_at=at(effective),
        filed_at=at(day) if day else None,
        name="某市出行",
        platform="抖音",
        owner="某局",
        **fields,
    )
    return event(data, day or effective)


def forwarded(filing: Event[Any], day: str, system: str = "provincial") -> Event[Any]:
    return event(FilingForwarded(filing=filing.id, system=system), day)  # type: ignore[arg-type]


def cases(*events: Event[Any], on: datetime = LATER, **more: Any) -> list[Any]:
    return filing_cases(known(*events), on, **more)


def test_an_act_known_by_its_day_counts_on_that_day():
    """What the office took down at nine with the day alone is not unseen until midnight."""
    application = applied("2023-01-10T23:59:59", date_only=True)
    yes = event(
        FilingOpinionGiven(about=application.id, by="office", approved=True, date_only=True),
        "2023-01-12T23:59:59",
    )
    filing = filed("2023-01-20", "2023-01-28T23:59:59", filed_date_only=True)
    told = event(FilingForwarded(filing=filing.id, date_only=True), "2023-01-29T23:59:59")
    for day, state in (
        ("2023-01-10", CaseState.APPLIED),
        ("2023-01-12", CaseState.APPROVED),
        ("2023-01-28", CaseState.FILED),
        ("2023-01-29", CaseState.FORWARDED),
    ):
        (case,) = cases(application, yes, filing, told, on=at(f"{day}T09:00"))
        assert state == case.state
    assert cases(application, on=at("2023-01-09T23:59:59")) == []


def test_a_case_goes_from_application_to_forwarding():
    """Each step is a state; what belongs together is one case."""
    application = applied("2023-01-10")
    filing = filed("2023-01-20", "2023-01-28")
    steps = [
        application,
        opinion(application, "2023-01-11", by="owner"),
        opinion(application, "2023-01-12"),
        filing,
        forwarded(filing, "2023-01-29"),
    ]
    states = [cases(*steps[:n])[0].state for n in range(1, 6)]
    assert [
        CaseState.APPLIED,
        CaseState.APPLIED,
        CaseState.APPROVED,
        CaseState.FILED,
        CaseState.FORWARDED,
    ] == states
    (case,) = cases(*steps)
    assert (application.id, filing.id, ()) == (case.application_id, case.filing_id, case.problems)
    assert (Timeliness.ON_TIME, Timeliness.ON_TIME) == (
        case.owner_deadline.state,
        case.office_deadline.state,
    )


@pytest.mark.parametrize(
    ("day", "state"), [("2023-01-29", Timeliness.ON_TIME), ("2023-01-30", Timeliness.LATE)]
)
def test_the_owner_is_late_after_the_second_working_day(day, state):
    """162号 二(二) across the Spring Festival: opened on Friday the 20th, due on the swapped Sunday the 29th."""
    (case,) = cases(filed("2023-01-20", day, "stopped"))
    assert (date(2023, 1, 29), state) == (case.owner_deadline.due, case.owner_deadline.state)


@pytest.mark.parametrize(
    ("day", "state"), [("2023-01-30", Timeliness.ON_TIME), ("2023-01-31", Timeliness.LATE)]
)
def test_the_office_is_late_after_one_working_day(day, state):
    """162号 二(二): filed on the swapped Sunday, due on Monday; what counts is the day and not the hour."""
    filing = filed("2023-01-20", "2023-01-29T23:00", "stopped")
    (case,) = cases(filing, forwarded(filing, f"{day}T23:30"))
    assert (date(2023, 1, 30), state) == (case.office_deadline.due, case.office_deadline.state)


def test_what_is_not_forwarded_is_overdue_from_the_next_day_on():
    """As of the last day it is pending, as of the next it is overdue."""
    filing = filed("2023-06-01", "2023-06-01", "stopped")
    states = [cases(filing, on=at(day))[0].office_deadline.state for day in ("2023-06-02", "2023-06-03")]
    assert [Timeliness.PENDING, Timeliness.OVERDUE] == states


def test_only_the_provincial_system_meets_the_deadline():
    """162号 二(二) names it; the national one counts where a place says so."""
    filing = filed("2023-06-01", "2023-06-01", "stopped")
    national = forwarded(filing, "2023-06-02", "national")
    (case,) = cases(filing, national, on=at("2023-06-10"))
    assert Timeliness.OVERDUE == case.office_deadline.state
    both = CaseParameters(deadline_systems=frozenset({"provincial", "national"}))
    (case,) = cases(filing, national, on=at("2023-06-10"), parameters=both)
    assert Timeliness.ON_TIME == case.office_deadline.state


def test_a_filing_whose_day_was_not_told_is_neither_late_nor_in_time():
    """Nothing is guessed for the owner, and the office's deadline has no beginning."""
    (case,) = cases(filed("2023-02-01", None, "stopped"))
    assert (Timeliness.UNKNOWN, Timeliness.UNKNOWN) == (
        case.owner_deadline.state,
        case.office_deadline.state,
    )
    assert not case.late


def test_a_year_without_a_calendar_is_said():
    """A filing of a far year has deadlines that nobody can compute."""
    (case,) = cases(filed("2090-06-01", "2090-06-20", "stopped"), on=datetime(2090, 12, 1, tzinfo=UTC))
    assert Timeliness.UNKNOWN == case.owner_deadline.state
    assert "2090" in case.owner_deadline.reason


@pytest.mark.parametrize(
    ("steps", "problems"),
    [
        ([], (CaseProblem.NO_APPLICATION,)),
        (["apply 2023-01-10"], (CaseProblem.NOT_APPROVED,)),
        (["apply 2023-01-21"], (CaseProblem.APPLIED_AFTERWARDS,)),
        (["apply 2023-01-10", "refuse 2023-01-12"], (CaseProblem.REFUSED,)),
        (["apply 2023-01-10", "approve 2023-01-21"], (CaseProblem.NOT_APPROVED,)),
        (["apply 2023-01-10", "approve 2023-01-20"], ()),
        (["apply 2023-01-10", "refuse 2023-01-12", "approve 2023-01-15"], ()),
    ],
)
def test_an_opening_needs_an_application_and_an_approval_before_it(steps, problems):
    """162号 二(二), annex 3 开设备案: applied for in advance, opened only when approved; opened on 20 January."""
    events: list[Event[Any]] = []
    for step in steps:
        what, day = step.split()
        if what == "apply":
            events.append(applied(day))
        else:
            events.append(opinion(events[0], day, approved=what == "approve"))
    (case,) = cases(*events, filed("2023-01-20", "2023-01-20"))
    assert problems == case.problems


def test_old_openings_are_not_asked_for_an_application():
    """Our assumption: the duty began with the first whole year of the document."""
    assert () == cases(filed("2019-12-31", "2019-12-31"))[0].problems
    assert (CaseProblem.NO_APPLICATION,) == cases(filed("2020-01-01", "2020-01-02"))[0].problems


def test_changes_and_stops_need_no_application():
    """The document asks for one for openings alone."""
    for kind in ("changed", "stopped", "cancelled"):
        assert () == cases(filed("2023-01-20", "2023-01-20", kind))[0].problems


def test_an_application_is_found_by_name_where_the_id_came_later():
    """Before it opens, an account has no id of its platform."""
    application = applied("2023-01-10", account="douyin:derived-1")
    (case,) = cases(application, opinion(application, "2023-01-12"), filed("2023-01-20", "2023-01-20"))
    assert (application.id, ()) == (case.application_id, case.problems)


def test_an_application_is_used_once():
    """A second opening, after a closing, needs an application of its own."""
    application = applied("2023-01-10")
    approved = opinion(application, "2023-01-11")
    first, second = filed("2023-01-20", "2023-01-20"), filed("2023-02-20", "2023-02-20")
    found = cases(application, approved, first, second)
    assert [(), (CaseProblem.NO_APPLICATION,)] == [case.problems for case in found]


def test_one_act_told_twice_is_one_case_with_its_earliest_day():
    """A sheet without the day of the filing and one with it tell the same act."""
    found = cases(filed("2023-01-20", None), filed("2023-01-20", "2023-01-28"))
    assert [at("2023-01-28")] == [case.filed_at for case in found]


def test_what_happens_after_the_moment_is_not_there():
    """As of T only what had happened by T counts."""
    application = applied("2023-01-10")
    approved = opinion(application, "2023-01-12")
    assert [] == cases(application, on=at("2023-01-09"))
    assert CaseState.APPLIED == cases(application, approved, on=at("2023-01-11"))[0].state


def test_the_order_of_the_records_does_not_matter():
    """Law: cases follow from the facts, in whatever order they came into the log."""
    application = applied("2023-01-10")
    filing = filed("2023-01-20", "2023-01-28")
    events = [
        application,
        opinion(application, "2023-01-11", approved=False),
        opinion(application, "2023-01-12"),
        filing,
        forwarded(filing, "2023-01-29"),
        filed("2023-02-10", "2023-02-11", "changed", changes={"name": "某市交通"}),
    ]
    expected = cases(*events)
    for seed in range(20):
        random.Random(seed).shuffle(events)
        assert expected == cases(*events)


def test_an_application_belongs_to_the_opening_that_follows_it():
    """162号 二(二): an old opening without an application does not take that of a new one away."""
    application = applied("2023-03-01")
    events = [
        filed("2021-05-01", "2021-05-01"),
        application,
        opinion(application, "2023-03-02"),
        filed("2023-03-05", "2023-03-06"),
    ]
    old, new = cases(*events, on=at("2023-03-31"))
    assert (None, (CaseProblem.NO_APPLICATION,)) == (old.application_id, old.problems)
    assert (application.id, ()) == (new.application_id, new.problems)


@pytest.mark.parametrize(
    ("day", "problems"),
    [("2023-02-19", [True, False]), ("2023-02-20", [True, False]), ("2023-02-21", [True, True])],
)
def test_an_application_of_the_day_of_the_opening_came_before_it(day, problems):
    """What counts is the day; one of the day after is the newest opening's, applied for afterwards."""
    application = applied(f"{day}T23:00")
    approved = opinion(application, f"{day}T23:30")
    openings = [filed("2021-01-20", "2021-01-20"), filed("2023-02-20", "2023-02-20")]
    found = cases(application, approved, *openings, on=at("2023-03-31"))
    assert problems == [bool(case.problems) for case in found]
    assert [None, application.id] == [case.application_id for case in found]


def test_an_application_that_a_filing_names_is_nobody_elses():
    """An unnamed opening of the same account, however early, does not get it."""
    first, second = applied("2023-01-10"), applied("2023-02-10")
    openings = [filed("2023-01-20", None), filed("2023-02-20", None, application=first.id)]
    found = cases(first, second, *openings, on=at("2023-03-31"))
    assert [second.id, first.id] == [case.application_id for case in found]
    assert (CaseProblem.APPLIED_AFTERWARDS,) == found[0].problems


def test_a_name_is_applied_for_by_its_owner():
    """An application of another unit for the same name on the same platform approves nothing."""
    application = event(
        FilingApplied(name="某市出行", platform="抖音", owner="别的局"), "2023-01-10", "douyin:x"
    )
    opening, waiting = cases(application, filed("2023-01-20", "2023-01-20"))
    assert (CaseProblem.NO_APPLICATION,) == opening.problems
    assert (application.id, CaseState.APPLIED) == (waiting.application_id, waiting.state)


def test_changes_of_people_alone_are_as_many_as_there_are_people():
    """Two corrections of one effective day are two filings; one told twice is one."""
    first = filed("2023-01-20", "2023-01-21", "changed", people={"chief_editor": "p1"})
    again = filed("2023-01-20", "2023-01-22", "changed", people={"chief_editor": "p1"})
    second = filed("2023-01-20", "2023-01-21", "changed", people={"chief_editor": "p2"})
    found = cases(first, again, second)
    assert [{"chief_editor": "p1"}, {"chief_editor": "p2"}] == [case.people for case in found]
