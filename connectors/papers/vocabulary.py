"""The words and numbers by which papers are read: infra/intake as checked values, indexed for comparing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from typing import Literal, TypeVar

import msgspec

from connectors.papers.paper import Platform, Severity, Use
from connectors.sheets.columns import header_key
from events.folding import fold
from events.platforms import platform_family

T = TypeVar("T")


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class FieldWords(_Strict, frozen=True):
    """A field of a row and the headers that it stands under."""

    headers: tuple[str, ...]
    use: Use = "understood"
    values: Literal["", "platform", "account_type", "unit", "time"] = ""
    of_owner: bool = False
    of_row: bool = False


class ByValues(_Strict, frozen=True):
    """Headers that mean one of several fields: the cells decide, the last field takes what is left."""

    headers: tuple[str, ...]
    fields: tuple[str, ...]


class HeaderWords(_Strict, frozen=True):
    """Words before a header: those of the time that the page is about change nothing, those of an earlier one do."""

    this_time: tuple[str, ...]
    earlier: tuple[str, ...]


class PeopleWords(_Strict, frozen=True):
    """Roles of people, and words for what is told of them."""

    roles: dict[str, tuple[str, ...]]
    words: dict[str, tuple[str, ...]]
    behind: tuple[str, ...]


class PlatformWords(_Strict, frozen=True):
    """A platform and its spellings."""

    name: str
    words: tuple[str, ...]
    account_type: Literal["", "subscription", "service"] = ""


class Values(_Strict, frozen=True):
    """Words of cells, by their meaning."""

    blank: tuple[str, ...]
    ditto: tuple[str, ...]
    same_name: tuple[str, ...]
    no_post: tuple[str, ...]
    no_days: tuple[str, ...]
    home_page: tuple[str, ...]
    account_type: tuple[str, ...]
    beside_platform: tuple[str, ...]
    name_ends: tuple[str, ...]
    in_remarks: tuple[str, ...]
    everybody: tuple[str, ...]
    status: dict[str, tuple[str, ...]]
    filing_kind: dict[str, tuple[str, ...]]
    answer_state: dict[str, tuple[str, ...]]
    account_class: dict[str, tuple[str, ...]]
    has: dict[str, tuple[str, ...]]
    outcome: dict[str, tuple[str, ...]]
    severity: dict[str, tuple[str, ...]]
    marks: dict[str, tuple[str, ...]]
    mark_meanings: dict[str, tuple[str, ...]]


class FindingWords(_Strict, frozen=True):
    """Phrases for a problem, and the rules that they may mean."""

    rules: tuple[str, ...]
    take: Literal["sure", "ask", "told", "registry", "none"]
    phrases: tuple[str, ...]
    severity: Severity = ""
    keeps_text: bool = True
    why: str = ""  # code of the reason to ask, where it is not the severity


class RowWords(_Strict, frozen=True):
    """Words by which a row that is no data is known; `…_forms` are patterns of a whole text."""

    total: tuple[str, ...]
    subtotal: tuple[str, ...]
    total_forms: tuple[str, ...]
    note: tuple[str, ...]
    signature: tuple[str, ...]
    section_forms: tuple[str, ...]
    example: tuple[str, ...]
    colours: tuple[str, ...]


class PageWords(_Strict, frozen=True):
    """Words by which a page that is no table of ours is known."""

    instructions: tuple[str, ...]
    choices: tuple[str, ...]
    pivot: tuple[str, ...]
    websites: tuple[str, ...]
    duty: tuple[str, ...]
    form: tuple[str, ...]
    check_sheet: tuple[str, ...]


class ContextWords(_Strict, frozen=True):
    """Labels of the cells around a table, and names of areas."""

    reported_by: tuple[str, ...]
    checked_by: tuple[str, ...]
    sheet_date: tuple[str, ...]
    looked_at: tuple[str, ...]
    span: tuple[str, ...]
    platform: tuple[str, ...]
    others: tuple[str, ...]
    attachment_forms: str
    towns: tuple[str, ...]
    not_areas: tuple[str, ...]
    whole_owners: tuple[str, ...]
    areas: dict[str, tuple[str, ...]]
    area_forms: str
    city_forms: str
    unit_heading_forms: str
    collective: tuple[str, ...]
    unit_forms: str


class KindWords(_Strict, frozen=True):
    """What tells a kind of page."""

    telling: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    titles: tuple[str, ...]
    row_needs: tuple[str, ...]
    fits: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    renames: dict[str, str] = {}


class Words(_Strict, frozen=True):
    """infra/intake/vocabulary.toml as it stands."""

    fields: dict[str, FieldWords]
    by_values: tuple[ByValues, ...]
    before_headers: HeaderWords
    people: PeopleWords
    platforms: tuple[PlatformWords, ...]
    values: Values
    findings: tuple[FindingWords, ...]
    rows: RowWords
    pages: PageWords
    context: ContextWords
    kinds: dict[str, KindWords]


class Weights(_Strict, frozen=True):
    """Points of a kind of page."""

    telling: int
    fits: int
    against: int
    titles: int


class Numbers(_Strict, frozen=True):
    """The numbers of infra/intake/intake.toml that reading needs; what each means stands there."""

    header_within_rows: int
    known_headers: int
    near_header_characters: int
    agreeing_share: float
    table_rows: int
    table_columns: int
    fields_weigh: Weights
    kind_leads_by: int
    section_characters: int
    owner_blank_share: float
    days_apart: int
    choices_characters: int
    mobile_digits: int
    year_slack_days: int
    nearest_findings: int


class _IntakeNumbers(msgspec.Struct, frozen=True):
    reading: Numbers


class Vocabulary:
    """Words and numbers, with the indexes that readers ask; built once."""

    def __init__(self, words: Words, numbers: Numbers) -> None:
        self.words = words
        self.numbers = numbers

    @cached_property
    def by_header(self) -> Mapping[str, tuple[str, ...]]:
        """The fields that a header may mean, by its key."""
        found: dict[str, tuple[str, ...]] = {
            header_key(header): (field,)
            for field, words in self.words.fields.items()
            for header in words.headers
        }
        found |= {
            header_key(header): entry.fields for entry in self.words.by_values for header in entry.headers
        }
        return found

    @cached_property
    def long_headers(self) -> list[tuple[str, tuple[str, ...]]]:
        """Headers that are long enough for one near them to mean the same, the longest first."""
        least = self.numbers.near_header_characters
        return sorted(
            (item for item in self.by_header.items() if len(item[0]) >= least), key=lambda item: -len(item[0])
        )

    @cached_property
    def header_words(self) -> frozenset[str]:
        """Keys of all words that stand in a header by themselves."""
        return frozenset((*self.by_header, *self.roles, *self.person_words))

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """Roles of people by the key of their words, the longest word first."""
        return _longest_first(self.words.people.roles)

    @cached_property
    def person_words(self) -> Mapping[str, str]:
        """What is told of people, by the key of its words, the longest word first."""
        return _longest_first(self.words.people.words)

    @cached_property
    def behind_people(self) -> frozenset[str]:
        """Keys of headers that are about a person where they stand behind a column of people."""
        return frozenset(map(header_key, self.words.people.behind))

    @cached_property
    def platforms(self) -> Mapping[str, Platform]:
        """Platforms by their folded spellings, the longest first."""
        by_word = {
            fold(word): Platform(entry.name, platform_family(entry.name), entry.account_type)
            for entry in self.words.platforms
            for word in entry.words
        }
        return dict(sorted(by_word.items(), key=lambda item: -len(item[0])))

    @cached_property
    def beside_platforms(self) -> Sequence[str]:
        """Folded words beside that of a platform that change nothing, the longest first."""
        return sorted(map(fold, self.words.values.beside_platform), key=len, reverse=True)

    @cached_property
    def name_ends(self) -> frozenset[str]:
        """Folded words of platforms that tell the platform at the end of a name."""
        return frozenset(map(fold, self.words.values.name_ends))

    @cached_property
    def phrases(self) -> list[tuple[str, FindingWords]]:
        """Phrases of findings, folded, the longest first."""
        found = [(fold(phrase), entry) for entry in self.words.findings for phrase in entry.phrases]
        return sorted(found, key=lambda pair: -len(pair[0]))

    @cached_property
    def blanks(self) -> frozenset[str]:
        """Folded words that stand for nothing."""
        return frozenset(map(fold, self.words.values.blank))

    @cached_property
    def dittos(self) -> frozenset[str]:
        """Folded words for the same as in the cell above."""
        return frozenset(map(fold, self.words.values.ditto))

    @cached_property
    def same_names(self) -> frozenset[str]:
        """Folded words for the name of the account beside."""
        return frozenset(map(fold, self.words.values.same_name))

    @cached_property
    def no_post(self) -> frozenset[str]:
        """Folded words in a column of newest posts for an account that shows none."""
        return frozenset(map(fold, self.words.values.no_post))

    @cached_property
    def no_days(self) -> frozenset[str]:
        """Folded words in a column of days for less than one."""
        return frozenset(map(fold, self.words.values.no_days))

    @cached_property
    def home_page(self) -> frozenset[str]:
        """Folded words in a column of columns for the home page of a website."""
        return frozenset(map(fold, self.words.values.home_page))

    @cached_property
    def meanings(self) -> Mapping[str, Mapping[str, str]]:
        """What words of cells mean, by field and folded word."""
        values = self.words.values
        return {
            "status": folded_words(values.status),
            "filing_kind": folded_words(values.filing_kind),
            "answer_state": folded_words(values.answer_state),
            "account_class": folded_words(values.account_class),
            "has": folded_words(values.has),
            "outcome": folded_words(values.outcome),
            "severity": folded_words(values.severity),
        }

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """Marks of a matrix, folded: √ and ✓ are a tick."""
        return folded_words(self.words.values.marks)

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """Words for an area that is no place, like 市本级, folded."""
        return folded_words(self.words.context.areas)

    @cached_property
    def area_form(self) -> re.Pattern[str]:
        return re.compile(self.words.context.area_forms)

    @cached_property
    def city_form(self) -> re.Pattern[str]:
        return re.compile(self.words.context.city_forms)

    @cached_property
    def attachment_form(self) -> re.Pattern[str]:
        return re.compile(self.words.context.attachment_forms)

    @cached_property
    def unit_form(self) -> re.Pattern[str]:
        return re.compile(self.words.context.unit_forms)

    @cached_property
    def unit_heading_form(self) -> re.Pattern[str]:
        return re.compile(self.words.context.unit_heading_forms)

    @cached_property
    def total_form(self) -> re.Pattern[str]:
        return re.compile("|".join(self.words.rows.total_forms))

    @cached_property
    def section_form(self) -> re.Pattern[str]:
        return re.compile("|".join(self.words.rows.section_forms))


def folded_words(meanings: Mapping[T, Iterable[str]]) -> dict[str, T]:
    """Turn meaning -> words into folded word -> meaning."""
    return {fold(word): meaning for meaning, words in meanings.items() for word in words}


def _longest_first(meanings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    pairs = [(header_key(word), meaning) for meaning, words in meanings.items() for word in words]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Load the words and numbers that the program ships; a file that is wrong raises msgspec.ValidationError."""
    folder = resources.files("infra") / "intake"
    words = msgspec.toml.decode((folder / "vocabulary.toml").read_bytes(), type=Words)
    numbers = msgspec.toml.decode((folder / "intake.toml").read_bytes(), type=_IntakeNumbers)
    return Vocabulary(words, numbers.reading)
