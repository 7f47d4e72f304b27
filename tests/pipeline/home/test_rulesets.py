"""Where rulesets and ladders come from, and which of them a home watches by."""

from importlib import resources
from pathlib import Path

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.rulesets import find_ladder, find_ruleset, list_ladders, list_rulesets, ruleset_of

LADDER = """
name = "ours"
version = 1
title = "本市"
source = "本市办法"

[[steps]]
level = "day-5"
day = 5

[[steps]]
level = "limit"
"""


def write(home: Path, kind: str, name: str, text: str) -> None:
    (home / kind).mkdir(exist_ok=True)
    (home / kind / name).write_text(text, "utf-8")


def settings(home: Path, text: str) -> Home:
    (home / "xuncha.toml").write_text(text, "utf-8")
    return Home(home)


def test_a_home_has_ladders_of_its_own(home):
    """Files of its folder ladders stand beside the released ones; the newest version of a name is meant."""
    write(home, "ladders", "a.toml", LADDER)
    write(
        home, "ladders", "b.toml", LADDER.replace("version = 1", "version = 2").replace("day = 5", "day = 6")
    )
    assert {"ours@1", "ours@2", "boxing-10-12-14@1"} <= {ladder.label for ladder in list_ladders(home)}
    assert find_ladder("ours", home).steps[0].day == 6
    assert find_ladder("ours@1", home).steps[0].day == 5
    rules = ruleset_of(settings(home, 'ladder = "ours@1"'))
    assert [step.level for step in rules.ladder] == ["day-5", "limit"]
    assert rules.folding == "jiangsu-kunshan-2019-162@1+ours@1"


def test_without_a_ladder_in_the_settings_the_ruleset_has_its_own(home):
    """What the folds run under is then the label alone, as stored states have it."""
    rules = ruleset_of(settings(home, 'ruleset = "national-2019-19"'))
    assert rules.folding == rules.label == "national-2019-19@1"
    assert [step.level for step in rules.ladder] == ["day-10", "day-12", "day-14", "limit"]


def test_a_ruleset_may_name_a_ladder(home):
    """A new version of a ruleset stands on a named ladder; its label, which verdicts carry, is its own."""
    text = (resources.files("infra") / "rulesets" / "national-2019-19.toml").read_text("utf-8")
    head, _, rest = text.partition("# As Boxing county")
    own = head.replace("version = 1", 'version = 2\nladder_from = "yixing-red-yellow-blue@1"')
    write(home, "rulesets", "mine.toml", own + rest[rest.index("[[rules]]") :])
    opened = settings(home, 'ruleset = "national-2019-19"')
    assert [step.level for step in ruleset_of(opened).ladder] == ["yellow", "blue", "red", "limit"]
    assert find_ruleset("national-2019-19", home).ruleset.label == "national-2019-19@2"
    boxing = ruleset_of(settings(home, 'ruleset = "national-2019-19"\nladder = "boxing-10-12-14"'))
    assert boxing.folding == "national-2019-19@2+boxing-10-12-14@1"


def test_a_ruleset_whose_ladder_is_gone_still_judges(home):
    """No verdict depends on a ladder, so a moved home proves its rounds without it; it does not watch by it."""
    text = (resources.files("infra") / "rulesets" / "national-2019-19.toml").read_text("utf-8")
    gone = text.replace("version = 1", 'version = 2\nladder_from = "gone@1"', 1)
    write(home, "rulesets", "mine.toml", gone)
    assert find_ruleset("national-2019-19@2", home).ruleset.pass_mark is None
    with pytest.raises(UsageError, match="no ladder 'gone@1'"):
        ruleset_of(settings(home, 'ruleset = "national-2019-19"'))


def test_a_step_behind_the_limit_of_the_ruleset_is_refused(home):
    """It would come after what it warns of."""
    write(home, "ladders", "a.toml", LADDER.replace("day = 5", "day = 15"))
    opened = settings(home, 'ladder = "ours"')
    with pytest.raises(UsageError, match=r"ladder ours@1: step day-5 comes after the limit of .*, 14 days"):
        ruleset_of(opened)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (LADDER.replace("[[steps]]", "[[stairs]]"), r"a\.toml: .*stairs"),
        (
            LADDER.replace('level = "limit"', 'level = "limit"\nday = 6'),
            r"a\.toml: a ladder has exactly one step",
        ),
        ("name = [", r"a\.toml: "),
        (LADDER.replace("ours", "boxing-10-12-14"), r"a\.toml: boxing-10-12-14@1 is there already"),
        (LADDER[: LADDER.index("[[steps]]")] + "steps = []", r"a\.toml: a ladder has steps"),
    ],
)
def test_a_broken_ladder_is_named(home, text, says):
    """Wherever a ladder is looked for."""
    write(home, "ladders", "a.toml", text)
    with pytest.raises(UsageError, match=says):
        list_ladders(home)


def test_who_enters_the_focus_list_is_the_practice_of_one_ruleset():
    """What Suzhou does with more than seven days holds in no other ruleset, as other handling does."""
    practices = {n.ruleset.name: n.ruleset.focus_after_days for n in list_rulesets()}
    assert {"suzhou-practice-2023": 7} == {name: days for name, days in practices.items() if days}
