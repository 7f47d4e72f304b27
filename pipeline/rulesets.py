"""Finding rulesets: those that this release ships, and those of a home."""

from importlib import resources
from pathlib import Path

import msgspec

from pipeline.errors import UsageError
from projections.rulesets import Ruleset, RulesetError, parse_ruleset, ruleset_hash


class NamedRuleset(msgspec.Struct, frozen=True):
    """A ruleset with the hash of its bytes."""

    ruleset: Ruleset
    sha256: str


def list_rulesets(home: Path | None = None) -> list[NamedRuleset]:
    """Return every ruleset, the newest version of a name first; raises `UsageError` for one that cannot be read."""
    files = [f for f in (resources.files("infra") / "rulesets").iterdir() if f.name.endswith(".toml")]
    own = sorted((home / "rulesets").glob("*.toml")) if home is not None else []
    found: list[NamedRuleset] = []
    for file in [*sorted(files, key=lambda f: f.name), *own]:
        text = file.read_bytes()
        try:
            ruleset = parse_ruleset(text, origin=file.name)
        except RulesetError as e:
            raise UsageError(str(e)) from None
        except UnicodeDecodeError as e:
            raise UsageError(f"{file.name}: {e}") from None
        if any(ruleset.label == other.ruleset.label for other in found):
            raise UsageError(f"{file.name}: {ruleset.label} is there already; a change is a new version")
        found.append(NamedRuleset(ruleset, ruleset_hash(text)))
    return sorted(found, key=lambda r: (r.ruleset.name, -r.ruleset.version))


def find_ruleset(name: str, home: Path | None = None) -> NamedRuleset:
    """Return a ruleset by `name` (its newest version) or `name@version`."""
    rulesets = list_rulesets(home)
    for named in rulesets:
        if name in (named.ruleset.name, named.ruleset.label):
            return named
    known = ", ".join(r.ruleset.label for r in rulesets)
    raise UsageError(f"no ruleset {name!r}; there are: {known}")
