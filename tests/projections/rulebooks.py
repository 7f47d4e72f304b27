"""The released rulesets and ladders, as the tests take them."""

from importlib import resources

from projections.rules.ladder_steps import NamedLadder
from projections.rules.reading import parse_ladder, parse_ruleset
from projections.rules.rulesets import Ruleset

FILES = {
    file.name: file.read_bytes()
    for file in (resources.files("infra") / "rulesets").iterdir()
    if file.name.endswith(".toml")
}


LADDER_FILES = {
    file.name: file.read_bytes()
    for file in (resources.files("infra") / "ladders").iterdir()
    if file.name.endswith(".toml")
}


def released(name: str) -> Ruleset:
    """Return a released ruleset by the name of its file."""
    return parse_ruleset(FILES[f"{name}.toml"], origin=name)


KUNSHAN = released("jiangsu-kunshan-2019-162")
NATIONAL = released("national-2019-19")
SUZHOU = released("suzhou-practice-2023")
WUXI = released("wuxi-practice-2022")
PUBLISHING = released("national-publishing-2023")
MINHOU = released("minhou-practice-2025")
YANGLING = released("yangling-practice-2025")
RELEASED = tuple(parse_ruleset(text, origin=name) for name, text in sorted(FILES.items()))


def ladder(name: str) -> NamedLadder:
    """Return a released ladder by the name of its file."""
    return parse_ladder(LADDER_FILES[f"{name}.toml"], origin=name)


YIXING = KUNSHAN.on_ladder(ladder("yixing-red-yellow-blue"))
DEQIN = KUNSHAN.on_ladder(ladder("deqin-before-holidays"))
