"""Whom a matter is told, by step of the ladder, duty, registry and channels."""

import pytest

from projections.voice.routing import Turn, route
from tests.projections.voice.matters import CITY, COMPETENT, LINES, UNIT, directory, matter, person


def told(*args, **rest):
    return [(r.to.partition("@")[0], r.reason) for r in route(*args, LINES, **rest).routes]


@pytest.mark.parametrize(
    ("step", "audience", "roles"),
    [
        ("early", "operator", ["staff_1", "staff_2"]),
        ("early", "leader", ["staff_1", "staff_2", "section", "leader_in_charge"]),
        ("last", "operator", ["staff_1", "staff_2", "section"]),
        ("last", "leader", ["staff_1", "staff_2", "section", "leader_in_charge"]),
        (
            "limit",
            "leader",
            ["staff_1", "staff_2", "section", "leader_in_charge", "main_leader", "contact", "contact"],
        ),
    ],
)
def test_each_step_tells_more_people(step, audience, roles):
    """Two of the staff, section, leader in charge, main leader; the limit goes to the offices above, too."""
    assert roles == [role for role, _ in told(matter(step=step, audience=audience), directory())]


def test_the_limit_goes_to_the_competent_office_and_the_city_with_the_reason():
    """Escalation follows from no post, never from not clicking: nothing here knows of answers."""
    routes = route(matter(step="limit"), directory(), LINES).routes
    assert [(COMPETENT, "competent_office"), (CITY, "city_office")] == [
        (r.unit, r.reason) for r in routes[-2:]
    ]


def test_nobody_is_told_twice_for_one_thing():
    """One human in two roles of a unit, and one who is on duty as well."""
    people = (person("staff_1", human="h"), person("section", human="h"))
    duty = (Turn(UNIT, "staff_1@" + UNIT),)
    assert [("staff_1", "staff")] == told(matter(step="last", audience=""), directory(*people, duty=duty))


def test_whoever_is_on_duty_stands_for_the_staff_on_a_day_of_rest():
    """On a working day they are told beside them."""
    duty = (Turn(UNIT, "section@" + UNIT),)
    assert [("section", "on_duty")] == told(matter(), directory(duty=duty), rest=True)
    assert ["staff_1", "staff_2", "section"] == [role for role, _ in told(matter(), directory(duty=duty))]


def test_a_substitute_is_told_where_the_person_on_duty_cannot_be_reached():
    """Who has no handle on any channel is as good as away."""
    away, stands_in = person("staff_1", UNIT, "fax"), person("staff_2")
    duty = (Turn(UNIT, away.id, stands_in.id),)
    assert [("staff_2", "substitute")] == told(matter(), directory(away, stands_in, duty=duty), rest=True)


def test_who_has_no_handle_on_a_channel_goes_to_the_next():
    """The first channel in the order of the settings that has one; without any the person is named as unreachable."""
    people = (
        person("staff_1", UNIT, "mail"),
        person("staff_2", UNIT, "wecom", "mail"),
        person("section", UNIT, "fax"),
    )
    routing = route(matter(step="last"), directory(*people), LINES)
    assert [("staff_1@" + UNIT, "mail"), ("staff_2@" + UNIT, "wecom")] == [
        (r.to, r.channel) for r in routing.routes
    ]
    assert (("section@" + UNIT, "section"),) == routing.unreachable


def test_the_registry_says_who_is_responsible_for_an_account():
    """Else whoever was stored last in a role: the former one stays in the store until erased."""
    old, new = person("staff_1"), person("staff_1", UNIT)
    new = type(new)("newer", UNIT, "staff_1", new.handles)
    assert ["newer"] == [r.to for r in route(matter(), directory(old, new), LINES).routes]
    named = directory(old, new, responsible={"wechat:a": {"staff_1": old.id}})
    assert [old.id] == [r.to for r in route(matter(), named, LINES).routes]


def test_a_unit_without_people_is_told_to_nobody():
    """And not to those of another unit; units are known however their names are written."""
    assert [] == told(matter(owner="别的单位"), directory())
    assert ["staff_1", "staff_2"] == [role for role, _ in told(matter(owner=f" {UNIT} "), directory())]


def test_sources_and_what_reached_nobody_are_matters_of_the_city_office():
    """They concern those who patrol."""
    for kind in ("stalled", "recovered", "unreached"):
        assert [("contact", "city_office")] == told(matter(kind=kind), directory())


def test_an_emergency_goes_by_every_channel_to_everybody():
    """应急处置: whoever can be reached in several ways is told in each."""
    people = (person("staff_1", UNIT, "wecom", "mail"), person("main_leader"))
    routes = route(matter(kind="emergency"), directory(*people), LINES).routes
    assert ["wecom", "mail", "wecom", "wecom", "wecom"] == [r.channel for r in routes]


def test_a_group_hears_of_its_own_unit_alone():
    """Nothing about one unit in a group of others."""
    group = person("group", UNIT, "wecom")
    assert ("group", "group") in told(matter(), directory(group))
    assert ("group", "group") not in told(matter(owner="别的单位"), directory(group))
