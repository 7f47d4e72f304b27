"""The released rulesets, as the tests take them."""

from importlib import resources

from projections.rulesets import Ruleset, parse_ruleset

FILES = {
    file.name: file.read_bytes()
    for file in (resources.files("infra") / "rulesets").iterdir()
    if file.name.endswith(".toml")
}


def released(name: str) -> Ruleset:
    """Return a released ruleset by the name of its file."""
    return parse_ruleset(FILES[f"{name}.toml"], origin=name)


KUNSHAN = released("jiangsu-kunshan-2019-162")
NATIONAL = released("national-2019-19")
SUZHOU = released("suzhou-practice-2023")
