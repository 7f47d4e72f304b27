"""One story on all pages: the same number, day and name wherever it stands, in files, documents and commands, too."""

import pytest

from pipeline.access.users import Role
from tests.pipeline.console.one_story import Story, story_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(whole_city) -> Story:
    story, _ = story_of(whole_city, (Role.CLERK,), short=True)
    return story


def test_every_page_tells_the_same_story(told):
    """One page of each kind; `python -m tests.pipeline.console.one_story` asks narrowed lists and more roles, too."""
    assert not told.contradictions()


@pytest.mark.parametrize(
    ("matter", "places"),
    [
        ("accounts", 7),
        ("checked of jiangzhou-2026Q2", 6),
        ("failed of jiangzhou-2026Q2", 7),
        ("tasks", 3),
        ("focus", 3),
    ],
)
def test_the_story_is_told_in_many_places(told, matter, places):
    """Pages, lists, counts, documents and commands: nothing is held to itself alone."""
    assert len(told.told(matter)) >= places


def test_two_sayings_are_a_contradiction():
    """Of one matter; who says what stands beside it."""
    story = Story()
    story.tell("accounts", 40, "a")
    story.tell("accounts", "40", "b")
    assert not story.contradictions()
    story.tell("accounts", 41, "c")
    assert story.contradictions() == ["accounts: '40' in a, b; '41' in c"]
