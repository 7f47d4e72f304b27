"""Finding schemes and rosters of assessments: those that this release ships, and those of a home."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from events.closeness import nearest
from events.fields import marked
from events.instants import EARLIEST, LATEST
from events.messages import joined, message
from events.quarters import Quarter
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.toml_files import read_text
from projections.year.schemes import Roster, Scheme, SchemeError, parse_roster, parse_scheme, text_hash

FOLDER = "assessments"
_ROSTER = ".units.toml"


class NamedScheme(msgspec.Struct, frozen=True):
    """A scheme with the hash of its bytes."""

    scheme: Scheme
    sha256: str
    of_home: bool = False  # the office's own, and not one that this release ships


class NamedRoster(msgspec.Struct, frozen=True):
    """A roster with the hash of its bytes."""

    roster: Roster
    sha256: str


def list_schemes(home: Path | None = None) -> list[NamedScheme]:
    """Return every scheme, the newest version of a name first; raises `UsageError` for one that cannot be read."""
    found: list[NamedScheme] = []
    own = _own_files(home)
    for file in _files(home):
        if file.name.endswith(_ROSTER):
            continue
        text = _text(file)
        try:
            scheme = parse_scheme(text, origin=file.name)
        except SchemeError as e:
            raise UsageError(marked(e)) from None
        if any(scheme.label == other.scheme.label for other in found):
            raise UsageError(
                message(
                    "{name}: {label} is there already; a change is a new version",
                    name=file.name,
                    label=scheme.label,
                )
            )
        found.append(NamedScheme(scheme, text_hash(text), of_home=file in own))
    return sorted(found, key=lambda n: (n.scheme.name, -n.scheme.version))


def scheme_in_force(year: int, home: Path | None = None) -> NamedScheme:
    """Return the scheme that holds for a year where nobody names one; each result says which.

    One of the office's own goes before those of the release, one that holds by the end of the year before one that
    begins later, and of several the one that began last; between two of one day the name decides. Raises
    `NotFoundError` for a number that is no year of ours.
    """
    if not EARLIEST.year <= year <= LATEST.year:
        raise NotFoundError(
            message("no year {year}: {first} to {last}", year=year, first=EARLIEST.year, last=LATEST.year)
        )
    end = Quarter(year, 4).end

    def rank(named: NamedScheme) -> tuple[bool, bool, float, str, int]:
        scheme = named.scheme
        begins, holds = scheme.effective_from.timestamp(), scheme.effective_from < end
        return named.of_home, holds, begins if holds else -begins, scheme.name, scheme.version

    return max(list_schemes(home), key=rank)


def find_scheme(name: str, home: Path | None = None) -> NamedScheme:
    """Return a scheme by `name` (its newest version) or `name@version`; raises `NotFoundError`."""
    schemes = list_schemes(home)
    for named in schemes:
        if name in (named.scheme.name, named.scheme.label):
            return named
    names = [n.scheme.label for n in schemes]
    raise NotFoundError(
        message(
            "no scheme {name!r}{nearest}; there are: {names}",
            name=name,
            nearest=nearest(name, names),
            names=joined(", ", names),
        )
    )


def find_roster(name: str, home: Path | None = None) -> NamedRoster:
    """Return a roster by its name; of a home's own and a released one of one name the home's counts."""
    found: dict[str, NamedRoster] = {}
    for file in _files(home):
        if file.name.endswith(_ROSTER):
            text = _text(file)
            try:
                roster = parse_roster(text, origin=file.name)
            except SchemeError as e:
                raise UsageError(marked(e)) from None
            found[roster.name] = NamedRoster(roster, text_hash(text))
    if name not in found:
        raise NotFoundError(
            message(
                "no list of assessed units {name!r}{nearest}; there are: {names}",
                name=name,
                nearest=nearest(name, found),
                names=joined(", ", sorted(found)),
            )
        )
    return found[name]


def _files(home: Path | None) -> Iterator[Traversable]:
    released = (resources.files("infra") / FOLDER).iterdir()
    yield from sorted((f for f in released if f.name.endswith(".toml")), key=lambda f: f.name)
    yield from _own_files(home)


def _own_files(home: Path | None) -> list[Path]:
    return sorted((home / FOLDER).glob("*.toml")) if home is not None else []


def _text(file: Traversable) -> bytes:
    return read_text(file) if isinstance(file, Path) else file.read_bytes()
