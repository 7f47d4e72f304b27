"""What the office says of itself, and the rules that it puts in force: `xuncha office`, `xuncha rulesets adopt`."""

import pytest

from tests.pipeline.program import asked, done, xuncha

RULES = "suzhou-practice-2023"
DOCUMENT = ("--document", "某府办〔2022〕3号", "--title", "政务新媒体检查指标", "--on", "2022-01-01")


def test_the_office_says_its_name_heading_and_areas(home):
    """What is not said again stays; the same again records nothing."""
    assert {"name": "", "letterhead": None, "areas": [], "rulesets": []} == asked(home, "office", "show")
    done(home, "office", "set", "--name", "某市政府办公室", "--areas", "某市，甲区,乙区,甲区")
    said = asked(home, "office", "set", "--letterhead", "某市政府办公室文件")
    assert ("某市政府办公室", "某市政府办公室文件", ["某市", "甲区", "乙区"]) == tuple(said.values())
    before = asked(home, "sql", "SELECT count() AS n FROM records WHERE type = 'office.described'")["rows"]
    done(home, "office", "set", "--name", "某市政府办公室")
    after = asked(home, "sql", "SELECT count() AS n FROM records WHERE type = 'office.described'")["rows"]
    assert before == after
    assert None is not asked(home, "office", "set", "--letterhead", "")["letterhead"]


@pytest.mark.parametrize("words", [(), ("--name", " ")])
def test_nothing_and_a_blank_name_are_refused(shared_home, words):
    """A document ends with a name."""
    assert 2 == xuncha(shared_home, "office", "set", *words).status


def test_a_ruleset_is_put_in_force_by_a_document(home):
    """Shown with the office; another document takes the place of the first, the same one again records nothing."""
    for _ in range(2):
        adopted = asked(home, "rulesets", "adopt", RULES, *DOCUMENT)
    assert (f"{RULES}@1", "某府办〔2022〕3号") == (adopted["ruleset"], adopted["document"])
    done(home, "rulesets", "adopt", RULES, *DOCUMENT[:-1], "2023-01-01")
    rows = asked(home, "office", "show")["rulesets"]
    assert ["2022-01-01T00:00:00+08:00", "2023-01-01T00:00:00+08:00"] == [row["since"] for row in rows]


def test_a_ruleset_that_there_is_not_and_blank_words_are_refused(shared_home):
    """The message names the rulesets, or the field."""
    unknown = xuncha(shared_home, "rulesets", "adopt", "suzhou", *DOCUMENT)
    assert (2, True) == (unknown.status, RULES in unknown.complaint)
    blank = xuncha(shared_home, "rulesets", "adopt", RULES, *DOCUMENT[:1], " ", *DOCUMENT[2:])
    assert (2, True) == (blank.status, "--document is blank" in blank.complaint)
