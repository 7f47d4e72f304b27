"""The words and numbers of infra/intake are consistent: each means one thing, and each is used."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from connectors.papers.finding_words import Told, read_finding
from connectors.papers.reasons import texts
from connectors.papers.vocabulary import Vocabulary, Words, vocabulary
from connectors.sheets.columns import header_key
from connectors.sheets.kinds import ACCOUNTS, FINDINGS, LOOKS
from events.folding import fold
from events.platforms import platform_family

ROOT = Path(__file__).parents[3]
INTAKE = ROOT / "infra" / "intake"
WORDS = vocabulary().words


def test_a_header_stands_under_one_field():
    """A header that means two things would be read as whichever came last."""
    headers = [header_key(header) for field in WORDS.fields.values() for header in field.headers]
    headers += [header_key(header) for entry in WORDS.by_values for header in entry.headers]
    people = [
        header_key(w)
        for several in (WORDS.people.roles, WORDS.people.words)
        for ws in several.values()
        for w in ws
    ]
    for words in (headers, people):
        assert [word for word, times in Counter(words).items() if times > 1] == []
    assert not set(headers) & set(people)


@pytest.mark.parametrize(
    "words",
    [
        [word for platform in WORDS.platforms for word in platform.words],
        [phrase for finding in WORDS.findings for phrase in finding.phrases],
        *(
            [w for ws in meanings.values() for w in ws]
            for meanings in (WORDS.values.status, WORDS.values.outcome)
        ),
        *(
            [w for ws in meanings.values() for w in ws]
            for meanings in (WORDS.values.marks, WORDS.values.severity)
        ),
        [*WORDS.rows.total, *WORDS.rows.subtotal],
    ],
)
def test_a_word_has_one_meaning(words):
    """Folded as it is compared, no word stands twice in a list."""
    assert [word for word, times in Counter(map(fold, words)).items() if times > 1] == []


def test_fields_that_are_named_exist():
    """Kinds of pages and headers by values speak of fields that have headers."""
    known = {*WORDS.fields, "people", "people.phone", "people.name", "indicators"}
    for kind in WORDS.kinds.values():
        named = {*kind.telling, *kind.fits, *kind.against, *kind.row_needs, *kind.renames}
        assert named | {field for one_of in kind.needs for field in one_of} <= known
    assert {field for entry in WORDS.by_values for field in entry.fields} <= known


def test_rules_of_findings_are_rules_of_rulesets():
    """A phrase names a rule by a code that a ruleset knows."""
    known = {
        rule["code"]
        for path in (ROOT / "infra" / "rulesets").glob("*.toml")
        for rule in tomllib.loads(path.read_text("utf-8"))["rules"]
    }
    assert {rule for entry in WORDS.findings for rule in entry.rules} <= known


def test_a_file_with_an_unknown_key_is_refused():
    """A mistyped key is found at the start and not by a page that is read wrongly."""
    raw = (INTAKE / "vocabulary.toml").read_text("utf-8")
    with pytest.raises(msgspec.ValidationError, match="of_rows"):
        msgspec.toml.decode(raw.replace("of_row = true", "of_rows = true", 1), type=Words)


def test_spellings_of_a_platform_are_of_its_family():
    """Papers and the registry take the same spellings for one platform."""
    apart = {"其他", "网站"}  # no platforms: what is left over, and what is refused
    for entry in WORDS.platforms:
        families = {platform_family(word) for word in entry.words}
        assert entry.name in apart or families == {platform_family(entry.name)}, entry.name


def test_every_number_has_a_word_of_explanation():
    """Numbers are assumptions, so each says what it means."""
    lines = (INTAKE / "intake.toml").read_text("utf-8").splitlines()
    assert [line for line in lines if "=" in line and "{" not in line and "#" not in line] == []


@pytest.mark.parametrize("kind", [ACCOUNTS, LOOKS, FINDINGS], ids=lambda kind: kind.name)
def test_templates_of_the_program_are_understood(kind):
    """A sheet filled into our own template is ordinary paper, too."""
    titles = [column.title for column in kind.columns if column.needed != "no" or column.key in WORDS.fields]
    assert [title for title in titles if header_key(title) not in vocabulary().by_header] == []


def modules() -> str:
    """Return the text of all modules that may give a reason."""
    rooms = ("connectors/papers", "pipeline/office/intake", "projections/registry/identity")
    return "\n".join(
        path.read_text("utf-8") for room in rooms for path in sorted((ROOT / room).rglob("*.py"))
    )


def test_every_reason_has_a_text_in_both_languages_and_is_given():
    """A code without a text would end in an error before a clerk, and a text that no module gives is dead."""
    text = modules()
    made = re.compile(
        r'(?:Reason|BadTimeError|\.doubt|\.refuse)\(\s*"([a-z_]+)"|_unread\(source, "([a-z_]+)"'
    )
    given = {code for found in made.finditer(text) for code in found.groups() if code}
    given |= {entry.why for entry in WORDS.findings if entry.why}
    assert given <= texts().keys()
    chosen = {entry.why for entry in WORDS.findings}
    assert [code for code in texts() if f'"{code}"' not in text and code not in chosen] == []
    for code, said in texts().items():
        assert said.zh, code
        assert said.en, code
        assert set(re.findall(r"{(\w+)}", said.zh)) <= {"problem", *re.findall(r"{(\w+)}", said.en)}, code


def test_reasons_are_documented():
    """docs/intake.md lists every code, and no other."""
    listed = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs" / "intake.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(texts())


@pytest.mark.parametrize(
    ("words", "detail", "rule", "count"),
    [
        ("栏目打不开", "底部菜单3个子栏目均无法打开", "yellow-9-functions", 3),
        ("更新不及时", "“政策解读”6个月未更新", "yellow-4-updates", 1),
        ("留言未回复", "第3条起共11条未回复", "yellow-8-replies", 11),
        ("存在商业广告", "", "yellow-6-advertising", 1),
        ("严重表述错误2处", "", "red-1-wording", 2),
        ("", "文末出现商业广告", "yellow-6-advertising", 1),
    ],
)
def test_words_of_a_finding_mean_a_rule_and_a_count(words, detail, rule, count):
    """The longest phrase counts; 第3条 and 6个月 are no counts."""
    finding, _ = read_finding(Told(words, detail), None, vocabulary())
    assert (rule, count) == (finding.rule, finding.count)


def test_unknown_words_are_offered_the_nearest_rules():
    """The nearest three come first, the others that people judge follow, and none is taken."""
    finding, doubts = read_finding(Told("存在推广营销类信息"), None, vocabulary())
    assert finding.rule is None
    assert [doubt.why.code for doubt in doubts] == ["finding_unknown"]
    assert "yellow-6-advertising" in finding.rules[:3]
    assert len(finding.rules) == len(set(finding.rules)) > 10
    assert not {"red-2-secrets", "red-5-silent", "yellow-4-updates"} & set(finding.rules)


def test_a_description_of_which_no_word_is_known_can_be_judged():
    """Without a column of kinds the question shows the description, and offers every rule that may be meant."""
    told = Told("", "推文把“莅临”写成“位临”")
    finding, (doubt,) = read_finding(told, None, vocabulary())
    assert (finding.rule, doubt.cell) == (None, told.detail)
    assert {"red-1-wording", "yellow-5-improper-content"} <= set(doubt.answers)
    _, (masked,) = read_finding(Told("", "请致电13912345678核实位临"), None, vocabulary())
    assert "13912345678" not in masked.cell


def test_the_vocabulary_is_a_value():
    """Another list of words gives another reading, without a change of the program."""
    words = msgspec.structs.replace(WORDS, platforms=())
    assert Vocabulary(words, vocabulary().numbers).platforms == {}
