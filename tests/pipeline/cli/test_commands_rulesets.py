"""Rules as people read them, the check of a home-made ruleset, and the ladder that a home chooses."""

from importlib import resources
from pathlib import Path

import pytest

from tests.pipeline import small_city
from tests.pipeline.program import asked, done, rows, xuncha

RELEASED = resources.files("infra") / "rulesets"
SUZHOU = (RELEASED / "suzhou-practice-2023.toml").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(f.name for f in RELEASED.iterdir() if f.name.endswith(".toml")))
def test_a_ruleset_is_shown_with_all_its_rules_clauses_and_assumptions(shared_city, name):
    """What is printed leaves nothing out: each rule with its clause, each assumption with its reason."""
    ruleset = name.removesuffix(".toml")
    shown = asked(shared_city, "rulesets", "show", ruleset)
    told = done(shared_city, "rulesets", "show", ruleset).out
    flat = "".join(told.split())
    for text in (
        *shown["documents"],
        *(r[key] for r in shown["rows"] for key in ("code", "name", "clause", "effect_shown")),
        *(a[key] for a in shown["assumptions"] for key in ("name", "why")),
        *(step["when"] for step in shown["ladder"]),
        shown["sha256"],
    ):
        assert "".join(text.split()) in flat, text


def test_a_name_alone_shows_the_ruleset(shared_city):
    """`xuncha rulesets NAME` is `xuncha rulesets show NAME`."""
    words = ("rulesets", "wuxi-practice-2022")
    assert done(shared_city, *words).out == done(shared_city, "rulesets", "show", words[1]).out
    assert asked(shared_city, *words) == asked(shared_city, "rulesets", "show", words[1])
    assert rows(shared_city, "rulesets") == rows(shared_city, "rulesets", "list")


def test_wuxi_shows_its_rounds_and_its_roll(shared_city):
    """无锡市2022年第四季度通报 一: red lines in October and November, all in December; 100 points all year."""
    shown = asked(shared_city, "rulesets", "show", "wuxi-practice-2022")
    assert shown["rounds"] == [{"months": [10, 11], "kind": "red_lines"}, {"months": [12], "kind": "full"}]
    told = done(shared_city, "rulesets", "show", "wuxi-practice-2022").out
    assert "10月、11月单否问题专项检查；12月全面检查" in told
    assert "全年历次检查均为100分" in told


def test_ladders_are_listed_and_shown(shared_city):
    """Where each comes from, its steps, and up to which year holidays are announced."""
    listed = {row["ladder"] for row in rows(shared_city, "rulesets", "ladders")}
    assert listed == {"boxing-10-12-14@1", "yixing-red-yellow-blue@1", "deqin-before-holidays@1"}
    told = done(shared_city, "rulesets", "ladders", "yixing-red-yellow-blue").out
    for text in ("周一、周三、周五", "时限前倒数第2个普查日09:00", "时限落在休息日时", "此后的年份尚未公布"):
        assert text in told
    assert "尚未公布" not in done(shared_city, "rulesets", "ladders", "boxing-10-12-14").out
    refused = xuncha(shared_city, "rulesets", "ladders", "mars")
    assert (refused.status, "boxing-10-12-14@1" in refused.err) == (2, True)


def test_a_ruleset_on_a_ladder_by_the_calendar_says_up_to_when_it_is_known(home):
    """Shown are the steps of the ladder that it names, and that later holidays are not announced."""
    (home / "rulesets").mkdir()
    text = mine().replace("pass_mark = 60", 'pass_mark = 60\nladder_from = "yixing-red-yellow-blue"', 1)
    (home / "rulesets" / "mine.toml").write_text(text, "utf-8")
    told = done(home, "rulesets", "show", "our-practice-2026").out
    for words in ("yixing-red-yellow-blue@1", "此后的年份尚未公布", "时限前最后一个普查日09:00"):
        assert words in told


def checked(home: Path, folder: Path, text: str | bytes) -> tuple[int, list[str]]:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = xuncha(home, "rulesets", "check", path, "--json")
    told = xuncha(home, "rulesets", "check", path)
    assert answer.status == told.status
    assert all(fault in told.out for fault in answer.json["faults"])
    return answer.status, answer.json["faults"]


def mine(text: str = SUZHOU) -> str:
    return text.replace('name = "suzhou-practice-2023"', 'name = "our-practice-2026"', 1)


def test_a_sound_ruleset_passes_and_can_be_used(home, tmp_path):
    """What `check` passes a home takes from its folder rulesets."""
    assert checked(home, tmp_path, mine()) == (0, [])
    (home / "rulesets").mkdir()
    (tmp_path / "mine.toml").rename(home / "rulesets" / "mine.toml")
    assert "our-practice-2026@1" in {row["ruleset"] for row in rows(home, "rulesets")}


def test_every_fault_is_told_at_once_with_its_field(home, tmp_path):
    """Nobody mends a file fault by fault: three wrong fields in three places are three lines."""
    text = mine().replace("limit_days = 14", 'limit_days = "x"')
    text = text.replace('line = "red"', 'line = "orange"', 1).replace('level = "day-12"', "levle = 1", 1)
    status, faults = checked(home, tmp_path, text)
    assert status == 1
    assert [fault.partition(" - at ")[2].strip("`") for fault in faults] == [
        "$.freshness.limit_days",
        "$.rules[0].line",
        "$.ladder[1]",
    ]
    assert "unknown field `levle`" in faults[2]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points_each = 2", "points_each = 0", "rule yellow-5-improper-content deducts but points_each"),
        ("pass_mark = 60", "pass_mark = 101", "pass_mark lies above 0 and not above full_points"),
        (
            'name = "名称不规范"',
            'name = "开设不规范"',
            "names the rules yellow-1-inner-office, yellow-2-name",
        ),
        (
            'clause = "昆政办发〔2019〕162号 附件2 扣分指标 名称不规范"',
            'clause = ""',
            "no clause; name the document",
        ),
        ('code = "red-2-secrets"', 'code = "red-1-wording"', "red-1-wording stands twice"),
        ("day = 12\n", "day = 9\n", "the days of the ladder rise"),
        ("day = 12\n", "patrol = 2\n", "step day-12 counts patrols, but patrol_days is not set"),
        ("day = 12\n", "day = 12\npatrol = 2\n", "more than one of day, patrol and workday"),
        ("day = 12\n", 'day = 12\nwhere = "rest"\n', "says where, which only patrol and workday steps can"),
        ('level = "day-12"', 'level = "day-10"', "level day-10 of the ladder stands twice"),
        ("pass_mark = 60", 'pass_mark = 60\nladder_from = "mars"', "ladder_from names 'mars'"),
        ("[freshness]", "[freshness", "is no TOML: "),
    ],
)
def test_what_keeps_a_ruleset_from_use_is_told(home, tmp_path, old, new, says):
    """Exit 1, and the rule, the step or the field that is wrong."""
    assert old in SUZHOU
    status, faults = checked(home, tmp_path, mine(SUZHOU.replace(old, new, 1)))
    assert status == 1
    assert any(says in fault for fault in faults), faults


def test_a_line_of_wrong_toml_is_told(home, tmp_path):
    """An editor jumps to a line, not to an offset."""
    _, (fault,) = checked(home, tmp_path, mine().replace("pass_mark = 60", "pass_mark = sixty"))
    line = mine().splitlines().index("pass_mark = 60") + 1
    assert f"line {line}" in fault


def test_the_text_of_a_released_label_is_taken(home, tmp_path):
    """Design promise 9: a change is a new version, which the check says before the home does."""
    status, faults = checked(home, tmp_path, "\n" + SUZHOU)
    assert (status, "a change is a new version" in faults[0]) == (1, True)


def test_a_file_in_another_encoding_is_told(home, tmp_path):
    """Chinese editors save GB18030."""
    assert checked(home, tmp_path, mine().encode("gb18030")) == (1, ["is not UTF-8; save it as UTF-8"])


def choose(home: Path, ladder: str) -> None:
    text = (home / "xuncha.toml").read_text("utf-8")
    (home / "xuncha.toml").write_text(f'ladder = "{ladder}"\n' + text, "utf-8")


def test_a_home_that_names_a_ladder_warns_by_it(city):
    """The folds begin anew under it, verdicts stay, and reconcile finds nothing wrong with either ladder's alerts."""
    levels = {row["level"] for row in rows(city, "alerts")}
    before = asked(city, "score", "--check-point", small_city.CHECK_POINT)
    assert levels == {"day-10", "day-12", "day-14", "limit"}
    choose(city, "yixing-red-yellow-blue")
    done(city, "run", "--until-idle")
    assert {row["level"] for row in rows(city, "alerts")} == levels | {"yellow", "red"}
    assert before["digest"] == asked(city, "score", "--check-point", small_city.CHECK_POINT)["digest"]
    found = asked(city, "reconcile")
    assert found["ruleset"] == "jiangsu-kunshan-2019-162@1+yixing-red-yellow-blue@1"
    assert not any(row[key] for row in found["counts"] for key in ("missing", "altered", "wrong"))


def test_an_unknown_ladder_is_named(home):
    """The message lists those there are."""
    choose(home, "mars")
    answer = xuncha(home, "run", "--until-idle")
    assert answer.status == 2
    assert "no ladder 'mars'; there are: boxing-10-12-14@1" in answer.err
