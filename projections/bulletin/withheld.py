"""Severe cases in a public edition: counted, never named, and not to be found by subtraction (definitions 4)."""

from collections.abc import Iterable

from events.bulletin import Edition
from events.evidence import REFERENCE_ONLY
from events.facts import Verdict, VerdictRow
from projections.bulletin.material import Material


def is_severe(row: VerdictRow) -> bool:
    """Tell whether a row fails by a line whose kind stays secret, be it beside others."""
    if row.verdict is not Verdict.FAIL:
        return False
    return row.reason in REFERENCE_ONLY or any(d.rule in REFERENCE_ONLY for d in row.deductions)


def unnamed_in(material: Material, edition: Edition) -> frozenset[str]:
    """Return the checked accounts that an edition counts as failed and does not name; the internal one names all."""
    if edition == "internal":
        return frozenset()
    return frozenset(row.account_id for row in material.rows if is_severe(row))


def any_severe(rows: Iterable[VerdictRow]) -> bool:
    """Tell whether a round had severe cases: what compares its names with those of others would tell who they are."""
    return any(is_severe(row) for row in rows)
