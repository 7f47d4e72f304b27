import ast
import hashlib
import re
from pathlib import Path

import pytest

from events.evidence import REFERENCE_ONLY
from projections.rules.reading import hash_faults, parse_ruleset, ruleset_hash
from projections.rules.rulesets import RulesetError
from tests.projections.rulebooks import FILES, KUNSHAN, NATIONAL, SUZHOU, WUXI

ROOT = Path(__file__).parents[3]
RELEASED = {
    "jiangsu-kunshan-2019-162.toml": "901123967616163fc92680d266ce27dca0916b3acf7f934bf8d03c979c94021e",
    "minhou-practice-2025.toml": "e432665f3d06d9551d85c3382d7a95f2b40d2992a9b8c947530931dbc3ea5f11",
    "national-2019-19.toml": "05811a842a8666e1803db35db3ba4d96b07164b2f1d030573e7818e16f6d75a7",
    "national-publishing-2023.toml": "44973d8ea18bb464379d2b983d2f9661cb7d3d4a0c7e0e726d12e9404d50c0ee",
    "suzhou-practice-2023.toml": "afe234a98cd77d8c3a1f38b8a6109c1cee6c233fad22b8a3c84ffd9a3cbb49b1",
    "wuxi-practice-2022.toml": "8d3db9ba1368ee3275235ebd91112e328c46575938a9a103ad4682ff64a59827",
    "xiayi-practice-2022.toml": "4da2d1fce151a5694241dc809c218b9c05bc7c5bb02656f20e429ef5fba5a636",
    "yangling-practice-2025.toml": "3f9bb48f99c5d37d2511afe6f79b027a44e4e5b7235c5e96d506e4a681a82fa0",
}
"""SHA-256 of each released file; results carry it, so a released file is never edited (design promise 9)."""

KUNSHAN_TEXT = FILES["jiangsu-kunshan-2019-162.toml"].decode()


def test_every_released_ruleset_is_the_one_that_was_released():
    """A change is a new file with a higher version, not an edit."""
    assert {name: ruleset_hash(text) for name, text in FILES.items()} == RELEASED


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_ruleset_parses_and_has_a_label_of_its_own(name):
    """Name and version are printed on every result and name one file."""
    labels = [parse_ruleset(text, origin=file).label for file, text in FILES.items()]
    ruleset = parse_ruleset(FILES[name], origin=name)
    assert labels.count(ruleset.label) == 1
    assert ruleset.label == f"{name.removesuffix('.toml')}@1"


@pytest.mark.parametrize("ruleset", [NATIONAL, KUNSHAN, SUZHOU, WUXI], ids=lambda r: r.name)
def test_a_released_ruleset_cites_a_clause_for_each_rule_and_a_reason_for_each_assumption(ruleset):
    """A ruleset is data that a reader can check against its documents."""
    assert all(rule.clause and rule.name for rule in ruleset.rules)
    assert all(assumption.why for assumption in ruleset.assumptions)
    assert ruleset.documents
    assert [r.code for r in ruleset.rules if r.line == "red"] == [r.code for r in NATIONAL.rules]


@pytest.mark.parametrize("ruleset", [NATIONAL, KUNSHAN, SUZHOU, WUXI], ids=lambda r: r.name)
def test_each_name_and_alias_means_one_rule(ruleset):
    """A sheet may write code, name or alias, with blanks and in any case, and means the same rule."""
    for rule in ruleset.rules:
        for text in (rule.code, rule.code.upper(), f" {rule.name} ", *rule.aliases):
            assert rule.code == ruleset.resolve(text), text
    assert ruleset.resolve("没有这一条") is None


def test_the_hash_is_that_of_the_bytes():
    """A comment is part of what was released, too; `[handling]` is not, for no verdict depends on it."""
    text, _, handling = FILES["national-2019-19.toml"].partition(b"\n[handling.")
    assert handling
    assert (
        hashlib.sha256(text).hexdigest() == ruleset_hash(text) == ruleset_hash(FILES["national-2019-19.toml"])
    )
    assert ruleset_hash(text) != ruleset_hash(text + b"\n")


@pytest.mark.parametrize(
    "last",
    [
        '[[rules]]\ncode = "red-9"\nline = "red"\nname = "n"\nclause = "c"\neffect = "fail"',
        "[weeks]",
    ],
)
def test_nothing_hides_from_the_hash_behind_the_handling(last):
    """What a verdict may depend on stands before `[handling]`, or the file is refused."""
    text = FILES["national-2019-19.toml"]
    assert hash_faults(text) == hash_faults(text.replace(b"\n", b"\r\n")) == []
    assert ["[handling] and [rectification] stand last"] == [
        f.partition(" in")[0] for f in hash_faults(text + f"\n{last}\n".encode())
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[handling.red-9]", "[handling.red-9] names no rule"),
        (
            '[handling.yellow-2-name]\ncounts_as = "yellow-5-improper-content"',
            "names no rule of the other line",
        ),
        ('[handling.yellow-2-name]\ncounts_as = "red-9"', "names no rule of the other line"),
        ('[handling.yellow-2-name]\nfigure = "names"', "names"),
        ("[handling.yellow-2-name]\nfocus_after_days = 7", "belongs to the yellow rule by posts"),
        ("[handling.yellow-4-updates]\nfocus_after_days = 14", "lies below limit_days"),
    ],
)
def test_handling_names_rules_of_its_file(line, fault):
    """A typing error is found before a round depends on it."""
    with pytest.raises(RulesetError, match=re.escape(fault)):
        parse_ruleset(f"{KUNSHAN_TEXT}\n{line}\n".encode(), origin="x.toml")


@pytest.mark.parametrize("ruleset", [NATIONAL, KUNSHAN, SUZHOU, WUXI], ids=lambda r: r.name)
def test_a_wording_error_has_both_lines(ruleset):
    """It is red line 1 if grave and yellow line 5 if not; other rules have one line (design section 3, Findings)."""
    both = {r.code: ruleset.code_on_line(r, "yellow") for r in ruleset.rules if r.line == "red"}
    assert {"red-1-wording": "yellow-5-improper-content"} == {k: v for k, v in both.items() if v}
    assert {"red-1-wording"} == ruleset.counted_in("wording_errors")


def test_rules_by_posts_are_found_by_their_line():
    """The scorer asks for the red line of silence and the yellow line of weeks."""
    by_posts = [[r.code for r in rules.rules if r.by == "posts"] for rules in (KUNSHAN, NATIONAL)]
    assert by_posts == [["red-5-silent", "yellow-4-updates"], ["red-5-silent"]]
    assert NATIONAL.rule("yellow-4-updates") is None


def broken(pattern: str, put: str) -> bytes:
    text, count = re.subn(pattern, put, KUNSHAN_TEXT, count=1, flags=re.MULTILINE | re.DOTALL)
    assert count == 1, pattern
    return text.encode()


@pytest.mark.parametrize(
    ("pattern", "put", "says"),
    [
        (r"^limit_days = 14", "limit_days = 0", r"int` >= 1 - at `\$\.freshness\.limit_days"),
        (r"^limit_days = 14", 'limit_days = "14"', r"\$\.freshness\.limit_days"),
        (r"^limit_days = 14", "limit_day = 14", r"limit_day"),
        (r"^version = 1$", "version = 1.5", r"\$\.version"),
        (r"^name = [^\n]*$", "", "missing required field `name`"),
        (r"T00:00:00\+08:00$", "T00:00:00", r"\$\.effective_from"),
        (r'^line = "red"$', 'line = "orange"', r"orange.*\$\.rules\[0\]\.line"),
        (r'^code = "red-2-secrets"$', 'code = "red-1-wording"', "red-1-wording stands twice"),
        (r'^by = "posts"$', 'by = "finding"', "exactly one red and at most one yellow"),
        (r"^pass_mark = 60$", "", "yellow-1-inner-office deducts but the ruleset has no pass_mark"),
        (r"^points_each = 10$", "", "yellow-1-inner-office deducts but points_each"),
        (
            r"^max_points = 10\nby",
            "max_points = 9\nby",
            "yellow-1-inner-office deducts but points_each or max_points",
        ),
        (r"^\[weeks\].*?(?=^# As Boxing)", "", r"\[weeks\] and the yellow rule by posts go together"),
        (r"^day = 10$", "", "exactly one step without a day"),
        (r"^day = 10$", "day = 12", "days of the ladder rise"),
        (r"^day = 14$", "day = 15", "do not pass the limit"),
        (r"^\[weeks\]$", "[weeks", "x.toml: "),
    ],
)
def test_a_wrong_ruleset_is_refused_naming_file_and_field(pattern, put, says):
    """Nothing is guessed: whoever writes a ruleset is told where it is wrong."""
    with pytest.raises(RulesetError, match=says) as raised:
        parse_ruleset(broken(pattern, put), origin="x.toml")
    assert str(raised.value).startswith("x.toml: ")


def test_a_ladder_ends_with_the_limit():
    """A step after the limit would never be the next one."""
    last = KUNSHAN_TEXT.replace("day = 14\n", "").replace('level = "limit"\n', 'level = "limit"\nday = 14\n')
    with pytest.raises(RulesetError, match="limit is the last step"):
        parse_ruleset(last.encode(), origin="x.toml")


def test_a_ruleset_in_another_encoding_is_refused():
    """Chinese editors save GB18030; that is told, and not half read."""
    with pytest.raises(RulesetError, match=r"^x\.toml: is not UTF-8"):
        parse_ruleset(KUNSHAN_TEXT.encode("gb18030"), origin="x.toml")


@pytest.mark.slow
def test_no_module_knows_a_rule_by_its_code():
    """What a rule means stands in its file, but for two matters that no office may switch off or redefine.

    Evidence of secrets and harmful content is never copied, and an application that is dead is one of an application.
    """
    codes = {rule.code for ruleset in (NATIONAL, KUNSHAN, SUZHOU, WUXI) for rule in ruleset.rules}
    found = {}
    for room in ("events", "projections", "connectors", "pipeline"):
        for path in sorted((ROOT / room).rglob("*.py")):
            texts = [
                n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant)
            ]
            if known := codes.intersection(t for t in texts if isinstance(t, str)):
                found[path.relative_to(ROOT).as_posix()] = known
    assert found == {
        "events/evidence.py": REFERENCE_ONLY,
        "connectors/papers/finding_words.py": {"red-6-app-dead"},
    }
