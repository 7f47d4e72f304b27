"""Finding rulesets and ladders: those that this release ships, and those of a home."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from events.closeness import nearest
from events.fields import marked
from events.messages import joined, message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.folder import Home
from pipeline.home.toml_files import read_text
from projections.rules.ladder import Ladder
from projections.rules.ladder_steps import NamedLadder
from projections.rules.reading import parse_ladder, parse_ruleset, ruleset_hash
from projections.rules.rulebook import Rulebook
from projections.rules.ruleset_check import check_ruleset
from projections.rules.rulesets import Handling, Ruleset, RulesetError


class NamedRuleset(msgspec.Struct, frozen=True):
    """A ruleset with the hash of its bytes."""

    ruleset: Ruleset
    sha256: str


def list_rulesets(home: Path | None = None) -> list[NamedRuleset]:
    """Return every ruleset, the newest version of a name first; raises `UsageError` for one that cannot be read.

    A rule means the same in all of them: what a file does not say about the handling of a code, another one does. Who
    enters the focus list is the practice of a place, and holds in its own ruleset alone.
    """
    found: list[NamedRuleset] = []
    for file in _files("rulesets", home):
        text = _text(file)
        try:
            named = _parsed(text, file.name)
        except RulesetError as e:
            raise UsageError(marked(e)) from None
        ruleset = named.ruleset
        if any(ruleset.label == other.ruleset.label for other in found):
            raise UsageError(
                message(
                    "{name}: {label} is there already; a change is a new version",
                    name=file.name,
                    label=ruleset.label,
                )
            )
        found.append(named)
    shared: dict[str, Handling] = {}
    for named in found:
        own = {
            code: replace(handling, focus_after_days=None)
            for code, handling in named.ruleset.handling.items()
        }
        shared = {**own, **shared}
    settled = [
        replace(n, ruleset=replace(n.ruleset, handling={**shared, **n.ruleset.handling})) for n in found
    ]
    return sorted(settled, key=lambda r: (r.ruleset.name, -r.ruleset.version))


@lru_cache(maxsize=64)
def _parsed(text: bytes, name: str) -> NamedRuleset:
    """Return the ruleset of a file; whoever asks again has the same, for a page asks each time."""
    return NamedRuleset(parse_ruleset(text, origin=name), ruleset_hash(text))


def update_rules(home: Path | None = None) -> frozenset[str]:
    """Return the codes of the rules about updates, whichever ruleset judged or found them: those by posts."""
    return frozenset(r.code for n in list_rulesets(home) for r in n.ruleset.rules if r.by == "posts")


def rule_names(home: Path | None = None) -> dict[str, str]:
    """Return the Chinese names of rules by code; of several rulesets that have a code, the newest in force names it."""
    by_age = sorted(list_rulesets(home), key=lambda n: (n.ruleset.effective_from, n.ruleset.version))
    return {rule.code: rule.name for named in by_age for rule in named.ruleset.rules}


def find_ruleset(name: str, home: Path | None = None) -> NamedRuleset:
    """Return a ruleset by `name` (its newest version) or `name@version`."""
    rulesets = list_rulesets(home)
    for named in rulesets:
        if name in (named.ruleset.name, named.ruleset.label):
            return named
    names = [r.ruleset.label for r in rulesets]
    raise NotFoundError(
        message(
            "no ruleset {name!r}{nearest}; there are: {names}",
            name=name,
            nearest=nearest(name, names),
            names=joined(", ", names),
        )
    )


def list_ladders(home: Path | None = None) -> list[NamedLadder]:
    """Return every named ladder, the newest version first; raises `UsageError` for one that cannot be read."""
    found: list[NamedLadder] = []
    for file in _files("ladders", home):
        try:
            ladder = parse_ladder(_text(file), origin=file.name)
        except RulesetError as e:
            raise UsageError(marked(e)) from None
        if any(ladder.label == other.label for other in found):
            raise UsageError(
                message(
                    "{name}: {label} is there already; a change is a new version",
                    name=file.name,
                    label=ladder.label,
                )
            )
        found.append(ladder)
    return sorted(found, key=lambda ladder: (ladder.name, -ladder.version))


def find_ladder(name: str, home: Path | None = None) -> NamedLadder:
    """Return a ladder by `name` (its newest version) or `name@version`."""
    ladders = list_ladders(home)
    for ladder in ladders:
        if name in (ladder.name, ladder.label):
            return ladder
    names = [ladder.label for ladder in ladders]
    raise NotFoundError(
        message(
            "no ladder {name!r}{nearest}; there are: {names}",
            name=name,
            nearest=nearest(name, names),
            names=joined(", ", names),
        )
    )


def ruleset_of(home: Home) -> Ruleset:
    """Return the rules that a home watches by: its ruleset, on the ladder that the settings name, else on its own."""
    ruleset = find_ruleset(home.settings.ruleset, home.path).ruleset
    return on_named_ladder(ruleset, home.settings.ladder or ruleset.ladder_from, home.path)


def rulebook_of_home(home: Home) -> Rulebook:
    """Return the rules that a home watches by, and those that facts may name for single accounts.

    These stand on the ladder that the settings name where it fits their limit, else on their own.
    """
    default, named = ruleset_of(home), home.settings.ladder
    ladder = find_ladder(named, home.path) if named else None
    others = {}
    for one in list_rulesets(home.path):
        ruleset = one.ruleset
        if ladder is not None and _fits(ladder, ruleset):
            ruleset = ruleset.on_ladder(ladder)
        elif ruleset.ladder_from:
            ruleset = on_named_ladder(ruleset, ruleset.ladder_from, home.path)
        others[ruleset.label] = ruleset
    return Rulebook(default, {**others, default.label: default})


def ladder_of(home: Home) -> Ladder:
    """Return the steps that a home warns by, with those of accounts that another ruleset rules."""
    return Ladder(rulebook_of_home(home))


def limit_days_of(home: Home) -> Callable[[str], int]:
    """Return what tells the days of silence that a ruleset allows, by the name that an alert bears."""
    book = rulebook_of_home(home)
    return lambda folding: book.of(folding.partition("+")[0]).freshness.limit_days


def _fits(ladder: NamedLadder, ruleset: Ruleset) -> bool:
    return all(step.day is None or step.day <= ruleset.freshness.limit_days for step in ladder.steps)


def on_named_ladder(ruleset: Ruleset, name: str, home: Path | None = None) -> Ruleset:
    """Return a ruleset on the ladder of a name, or as it is for a blank one.

    Raises `UsageError` where there is no such ladder, or a day of it passes the limit of the ruleset.
    """
    if not name:
        return ruleset
    ladder = find_ladder(name, home)
    limit_days = ruleset.freshness.limit_days
    late = [step.level for step in ladder.steps if step.day is not None and step.day > limit_days]
    if late:
        raise UsageError(
            message(
                "ladder {label}: step {late} comes after the limit of {ruleset_label},"
                " {limit_days} days; name another ladder or ruleset",
                label=ladder.label,
                late=joined(", ", late),
                ruleset_label=ruleset.label,
                limit_days=limit_days,
            )
        )
    return ruleset.on_ladder(ladder)


def check_text(text: bytes, home: Path | None = None) -> tuple[Ruleset | None, list[str]]:
    """Return the ruleset of a home-made file, None where it is none, and all that keeps a home from using it."""
    ruleset, faults = check_ruleset(text)
    if ruleset is None:
        return None, faults
    others = {n.ruleset.label: n.sha256 for n in list_rulesets(home)}
    if others.get(ruleset.label, ruleset_hash(text)) != ruleset_hash(text):
        faults.append(
            message(
                "{label} is there already with another text; a change is a new version", label=ruleset.label
            )
        )
    if ruleset.ladder_from and not any(
        ruleset.ladder_from in (ladder.name, ladder.label) for ladder in list_ladders(home)
    ):
        faults.append(
            message("ladder_from names {ladder_from!r}, which is no ladder", ladder_from=ruleset.ladder_from)
        )
    return ruleset, faults


def _files(kind: str, home: Path | None) -> Iterator[Traversable]:
    """Yield the files of a kind: those of this release, then those of a home, each in order of their names."""
    released = (resources.files("infra") / kind).iterdir()
    yield from sorted((f for f in released if f.name.endswith(".toml")), key=lambda f: f.name)
    if home is not None:
        yield from sorted((home / kind).glob("*.toml"))


def _text(file: Traversable) -> bytes:
    """Return the text of a file: a home's own is read as what a person hands in."""
    return read_text(file) if isinstance(file, Path) else file.read_bytes()
