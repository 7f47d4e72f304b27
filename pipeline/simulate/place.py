"""Place files: who exists, who posts how, what is found; inputs of a simulated city and no result of it."""

from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

import msgspec

from events.assessment import AssessedKind
from events.bulletin import Extras
from events.instants import UtcDatetime
from events.interpretation import InterpretationForm
from events.messages import joined, message
from events.round import RoundKind
from events.round_plan import SamplePlan
from pipeline.home.errors import UsageError

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Between = tuple[UtcDatetime, UtcDatetime]
"""Two moments, the first not after the second; the seed chooses one between them for each account."""

_VOCABULARY = "vocabulary"
SAMPLE = "sample"
"""The invented city of `xuncha sample`: no place of a bulletin, but it has a year."""
_NO_PLACES = frozenset({_VOCABULARY, "national", SAMPLE})


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a place file."""


class Area(Input, frozen=True):
    """A county, a district or a zone below the city."""

    name: str
    short: str  # as its accounts are named


class Existing(Input, frozen=True):
    """How many accounts the units of a tier run, by platform; spread evenly over the areas, or the city's own."""

    tier: str
    platforms: dict[str, Count]
    in_areas: bool = False


class NamedAccount(Input, frozen=True):
    """An account that a bulletin names; it is one of those that exist, unless it was never filed."""

    name: str
    platform: str
    tier: str
    area: str
    owner: str
    duties: tuple[str, ...] = ()
    filed: bool = True
    found_at: UtcDatetime | None = None  # when patrol saw an account that was never filed


class Rhythm(Input, frozen=True):
    """A share of the accounts that posts every so many days, from the first number to the second."""

    share: Count
    days: tuple[Annotated[int, msgspec.Meta(ge=1)], Annotated[int, msgspec.Meta(le=6)]]


class Habit(Input, frozen=True):
    """How some accounts differ from the regular ones: named ones, or as many of a tier as it says."""

    names: tuple[str, ...] = ()
    accounts: int = 0
    tier: str = ""  # empty: any
    flagged_at: UtcDatetime | None = None  # the monitoring firm told of a risk
    slow_until: Between | None = None  # a post every two weeks or less often until then
    last_post: Between | None = None  # nothing after it
    pause: Between | None = None  # nothing in between


class Focus(Input, frozen=True):
    """When the office went through its focus list, and how many weeks in time end the watch."""

    watched_from: UtcDatetime  # what the firm hands in of flagged accounts is complete from here on
    exit_weeks: Count
    reviews: tuple[UtcDatetime, ...]


class Found(Input, frozen=True):
    """What checkers found on accounts of the sample: a rule, and on how many accounts.

    `publishing`: accounts with something to read, for they posted in the two weeks before the check point; `clean`:
    accounts on which nothing was found so far and which never paused; `outside`: those that were never filed; `again`:
    publishing accounts on which the same was found in a round before.
    """

    rule: str
    accounts: Count
    among: Literal["anybody", "publishing", "clean", "outside", "again"] = "anybody"
    note: str = ""


class Praised(Input, frozen=True):
    """Good practice that the office names without a check: which, and how many accounts."""

    text: str
    accounts: Count


class Issued(Input, frozen=True):
    """The bulletin of a round as it went out: its number and day, and what the office wrote into it."""

    number: str
    on: date
    extras: Extras


class Answers(Input, frozen=True):
    """How units answer bulletins, in percent of the accounts that are named; the others never do."""

    in_time: Percent
    late: Percent


class SelfChecks(Input, frozen=True):
    """Reports of the areas about a quarter: when they came, from whom late, from whom not at all."""

    quarter: str
    received_on: date
    late: tuple[str, ...] = ()
    late_on: date | None = None
    missing: tuple[str, ...] = ()
    unchecked: Percent = 0  # of the accounts of an area
    covers_year: bool = False


class Assessed(Input, frozen=True):
    """The yearly assessment of who supervises: drafted, told, and objected to by one unit; nobody decided yet."""

    year: int
    on: date  # check point: its end
    document: str  # that names who is assessed
    kind: AssessedKind = "zone"
    objects_to: str = ""  # unit that objects; empty: none does
    objection: str = ""
    told_days: Annotated[int, msgspec.Meta(ge=1)] = 14  # for objections, from the telling on


class PlannedRound(Input, frozen=True):
    """A check of the office: when, by which rules, on whom, and what was found."""

    name: str
    title: str
    quarter: str
    check_point: UtcDatetime
    ruleset: str
    kind: RoundKind = "full"
    basis: tuple[str, ...] = ()
    sample: SamplePlan = SamplePlan()
    found: tuple[Found, ...] = ()
    issued: Issued | None = None  # None: no bulletin of it goes out


class Interpreted(Input, frozen=True):
    """A normative document of a unit, and the forms that explain it, all on one day."""

    number: str
    title: str
    unit: str
    published_on: date
    forms: tuple[InterpretationForm, ...] = ()
    interpreted_on: date | None = None  # None: on the day of the document


class NamedSite(Input, frozen=True):
    """A website whose columns a bulletin names: they were updated last on one day, too long ago for their limit."""

    unit: str
    columns: tuple[str, ...]
    limit_days: Count
    newest_on: date


class Websites(Input, frozen=True):
    """The websites of a place, all of them in order but for columns that are named; and when they were checked."""

    government: Count
    check: str  # name of the check that is kept
    check_point: UtcDatetime
    institution: Annotated[int, msgspec.Meta(ge=0)] = 0
    named: tuple[NamedSite, ...] = ()


class Piece(Input, frozen=True):
    """A piece that accounts have to carry, and the shares of those that do in time and late, in percent."""

    number: str
    title: str
    due_at: UtcDatetime
    in_time: Percent
    late: Percent
    sources: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()  # empty: all


class DensePeriod(Input, frozen=True):
    """A key period 重要时间节点 of the whole city."""

    name: str
    first: date
    last: date
    looks: Count  # at each account a day


class Adopted(Input, frozen=True):
    """The document by which the office checks, where its bulletin rests on points."""

    ruleset: str
    document: str
    title: str
    on: date


class Place(Input, frozen=True):
    """A city to simulate."""

    name: str
    city: str  # as its accounts are named
    city_area: str
    office: str
    seed: int
    firm: str  # who hands in what accounts post
    records_from: UtcDatetime  # what the firm hands in is complete from here on
    areas: tuple[Area, ...]
    exists: tuple[Existing, ...]
    rhythms: tuple[Rhythm, ...]
    rounds: tuple[PlannedRound, ...]  # by check point
    named: tuple[NamedAccount, ...] = ()
    habits: tuple[Habit, ...] = ()
    focus: Focus | None = None
    praised: Praised | None = None
    adopted: Adopted | None = None
    documents: tuple[Interpreted, ...] = ()
    websites: Websites | None = None
    pieces: tuple[Piece, ...] = ()
    key_periods: tuple[DensePeriod, ...] = ()
    extras: Extras = Extras()  # texts and dates of the last round's bulletin
    answers: Answers | None = None  # None: nobody answers
    reports: tuple[SelfChecks, ...] = ()
    units_from: UtcDatetime | None = None  # when units were registered; None: as soon as anything is known
    assessed: Assessed | None = None

    @property
    def begins(self) -> datetime:
        """The moment from which on anything is known."""
        return self.records_from if self.focus is None else min(self.records_from, self.focus.watched_from)


class Vocabulary(Input, frozen=True):
    """Words that made-up units and their accounts are named with: name of the office, short form."""

    city_units: tuple[tuple[str, str], ...]
    area_units: tuple[tuple[str, str], ...]
    town_first: tuple[str, ...]
    town_second: tuple[str, ...]


def place_names() -> list[str]:
    """Return the places that can be simulated."""
    files = (resources.files("infra") / "places").iterdir()
    names = {f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")}
    return sorted(name for name in names if name not in _NO_PLACES and "." not in name)


def load_place(name: str) -> Place:
    """Read a place file; raises `UsageError` for an unknown name."""
    if name not in place_names():
        raise UsageError(
            message(
                "no place {name!r}; there are: {place_names}",
                name=name,
                place_names=joined(", ", place_names()),
            )
        )
    return parse_place(_file(name).read_bytes(), origin=f"{name}.toml")


def years() -> list[str]:
    """Return the places that have a year."""
    return sorted(name for name in (*place_names(), SAMPLE) if _file(f"{name}.year").is_file())


def load_year(name: str) -> Place:
    """Read the year of a place: its file, with what `<name>.year.toml` says otherwise, and more habits behind its own.

    Raises `UsageError` for a place that has no year.
    """
    file = _file(f"{name}.year")
    if name not in years():
        raise UsageError(
            message("place {name!r} has no year; there are: {years}", name=name, years=joined(", ", years()))
        )
    place, year = (msgspec.toml.decode(path.read_bytes()) for path in (_file(name), file))
    place["habits"] = [*place.get("habits", ()), *year.pop("more_habits", ())]
    return _placed(place | year, origin=f"{name}.year.toml")


def parse_place(text: bytes, *, origin: str) -> Place:
    """Read a place from TOML; raises `UsageError` naming `origin` and the field."""
    try:
        read = msgspec.toml.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise UsageError(message("{origin}: {error}", origin=origin, error=e)) from None
    return _placed(read, origin=origin)


def _placed(read: Any, *, origin: str) -> Place:
    """Return a place from plain data; raises `UsageError`."""
    try:
        place = msgspec.convert(read, Place)
    except msgspec.ValidationError as e:
        raise UsageError(message("{origin}: {error}", origin=origin, error=e)) from None
    names = {account.name for account in place.named}
    strangers = sorted({n for habit in place.habits for n in habit.names} - names)
    if strangers:
        raise UsageError(
            message(
                "{origin}: a habit names {strangers}, which [[named]] does not list",
                origin=origin,
                strangers=joined(", ", strangers),
            )
        )
    moments = [planned.check_point for planned in place.rounds]
    if not moments or moments != sorted(moments) or moments[0] <= place.records_from:
        raise UsageError(
            message(
                "{origin}: [[rounds]] stand in the order of their check points, after records_from",
                origin=origin,
            )
        )
    return place


def load_style(place: Place) -> bytes | None:
    """Return how the office of a place writes its bulletins: the style file of a home's templates, where it has one."""
    file = _file(f"{place.name}.bulletin")
    return file.read_bytes() if file.is_file() else None


def load_vocabulary() -> Vocabulary:
    """Read the words of made-up units."""
    return msgspec.toml.decode(_file(_VOCABULARY).read_bytes(), type=Vocabulary)


def _file(name: str) -> Traversable:
    return resources.files("infra") / "places" / f"{name}.toml"
