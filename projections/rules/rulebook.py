"""The rulesets that accounts of one place may be ruled by: that of whoever asks, and others by their labels."""

from collections.abc import Mapping

import msgspec

from projections.rules.rulesets import Ruleset


class Rulebook(msgspec.Struct, frozen=True):
    """A ruleset for whom no other one is named, and those that facts may name."""

    default: Ruleset
    others: Mapping[str, Ruleset] = {}  # by name@version

    @property
    def folding(self) -> str:
        """What folds ran under."""
        return self.default.folding

    def has(self, label: str) -> bool:
        """Tell whether a label that a fact names is one of these."""
        return not label or label in self.others

    def of(self, label: str) -> Ruleset:
        """Return the ruleset of a label; a blank one, and one that is not here, means the default."""
        return self.others.get(label, self.default) if label else self.default


def rulebook_of(rules: Ruleset | Rulebook) -> Rulebook:
    """Return a rulebook, of a ruleset alone one without others."""
    return rules if isinstance(rules, Rulebook) else Rulebook(rules)
