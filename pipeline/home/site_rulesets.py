"""Finding rulesets for websites: those that this release ships, and those of a home (`site_rulesets/`)."""

from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

from events.closeness import nearest
from events.fields import marked
from events.messages import joined, message
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.toml_files import read_text
from projections.rules.rulesets import RulesetError
from projections.sites.parsing import parse_site_ruleset, site_ruleset_hash
from projections.sites.rules import SiteRuleset

NATIONAL = "national-2019-19-sites"
"""The one that holds where nobody names another."""


class NamedSiteRuleset(msgspec.Struct, frozen=True):
    """A ruleset for websites with the hash of its bytes."""

    ruleset: SiteRuleset
    sha256: str


def list_site_rulesets(home: Path | None = None) -> list[NamedSiteRuleset]:
    """Return every ruleset, the newest version of a name first; raises `UsageError` for one that cannot be read."""
    found: list[NamedSiteRuleset] = []
    for name, text in _texts(home):
        try:
            named = _parsed(text, name)
        except RulesetError as e:
            raise UsageError(marked(e)) from None
        label = named.ruleset.label
        if any(label == other.ruleset.label for other in found):
            raise UsageError(
                message("{name}: {label} is there already; a change is a new version", name=name, label=label)
            )
        found.append(named)
    return sorted(found, key=lambda named: (named.ruleset.name, -named.ruleset.version))


def find_site_ruleset(name: str = "", home: Path | None = None) -> NamedSiteRuleset:
    """Return a ruleset by `name` (its newest version) or `name@version`; without a name the national one."""
    rulesets = list_site_rulesets(home)
    wanted = name or NATIONAL
    for named in rulesets:
        if wanted in (named.ruleset.name, named.ruleset.label):
            return named
    names = [named.ruleset.label for named in rulesets]
    raise NotFoundError(
        message(
            "no ruleset {name!r}{nearest}; there are: {names}",
            name=wanted,
            nearest=nearest(wanted, names),
            names=joined(", ", names),
        )
    )


@lru_cache(maxsize=16)
def _parsed(text: bytes, name: str) -> NamedSiteRuleset:
    return NamedSiteRuleset(parse_site_ruleset(text, origin=name), site_ruleset_hash(text))


def _texts(home: Path | None) -> list[tuple[str, bytes]]:
    released = sorted(
        (f for f in (resources.files("infra") / "site_rulesets").iterdir() if f.name.endswith(".toml")),
        key=lambda f: f.name,
    )
    texts = [(file.name, file.read_bytes()) for file in released]
    if home is not None:
        texts += [(f.name, read_text(f)) for f in sorted((home / "site_rulesets").glob("*.toml"))]
    return texts
