"""In how many forms a normative document has to be interpreted, as data."""

from functools import cache
from importlib import resources

import msgspec

from projections.policy.interpretation import InterpretationRule


@cache
def interpretation_rule() -> InterpretationRule:
    """Return the rule of this release."""
    text = (resources.files("infra.interpretation") / "forms.toml").read_bytes()
    return msgspec.toml.decode(text, type=InterpretationRule)
