"""The rules that rows speak of: those of a round, and what the rulesets of single accounts have beside them."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from events.facts import VerdictRow
from pipeline.home.rulesets import find_ruleset
from projections.rules.rulesets import Ruleset


def worded(ruleset: Ruleset, rows: Iterable[VerdictRow], home: Path | None) -> Ruleset:
    """Return a ruleset with the rules that rows by other ones may break, behind its own.

    Whoever names what a row says asks this; whoever judges asks the ruleset of the row alone.
    """
    return with_rules_of(ruleset, (find_ruleset(label, home).ruleset for label in labels_of(rows)))


def labels_of(rows: Iterable[VerdictRow]) -> list[str]:
    """Return the labels of the rulesets that rows name beside that of their run."""
    return sorted({row.ruleset for row in rows if isinstance(row.ruleset, str)})


def with_rules_of(ruleset: Ruleset, others: Iterable[Ruleset]) -> Ruleset:
    """Return a ruleset with the rules of others behind its own; a code has one meaning."""
    for other in others:
        codes = {rule.code for rule in ruleset.rules}
        if more := tuple(rule for rule in other.rules if rule.code not in codes):
            ruleset = replace(ruleset, rules=(*ruleset.rules, *more))
    return ruleset
