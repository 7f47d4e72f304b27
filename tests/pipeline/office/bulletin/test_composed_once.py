"""A command composes its bulletin once, and hands it on."""

import sys

import pytest

from pipeline.office.bulletin import material
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.bulletin.conftest import ISSUE, ROUND, SIGN
from tests.pipeline.program import done


@pytest.fixture
def gathered(monkeypatch):
    """The rounds whose material was gathered, one entry each time."""
    names = []

    def gather(workspace, name, *rest):
        names.append(name)
        return material.gather(workspace, name, *rest)

    monkeypatch.setattr(sys.modules["pipeline.office.bulletin.compose"], "gather", gather)
    return names


def test_draft_check_and_issue_compose_a_bulletin_once_each(frozen, gathered):
    """What is drafted, read back and issued by one command is one value, from one reading of the rows."""
    done(frozen, "bulletin", "draft", ROUND, "--json")
    assert [ROUND] == gathered
    done(frozen, "bulletin", "check", ROUND)
    assert [ROUND] * 2 == gathered
    done(frozen, *SIGN)
    gathered.clear()
    done(frozen, *ISSUE, *OVERRIDES)
    assert [ROUND] == gathered
