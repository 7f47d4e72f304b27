"""Where the numbers of a bulletin contradict one another (of 66 real ones, 4 did)."""

from collections.abc import Iterator

from events.figures import Figures, Part, Value
from events.messages import message
from projections.rules.digest import pass_rate

_DIMENSIONS = ("tier", "platform", "area")
_SUMS = {
    "checked": ("checked_whole", "checked_sampled"),
    "not_updated": ("silent_two_weeks", "over_seven_days", "missed_updates"),
    "annex_rows": ("named", "named_outside"),
    "reposts_asked": ("reposts_done", "reposts_not_done"),
    "documents_normative": ("documents_met", "documents_short"),
}
_SHARES = {
    "share_checked": ("checked", "accounts_total"),
    "share_reposts_done": ("reposts_done", "reposts_asked"),
    "share_documents_met": ("documents_met", "documents_normative"),
}
"""Rates of a part in a whole, by name."""

_OUTCOMES = ("passed", "failed", "unknown")
_NO_MORE_THAN = (
    ("checked", "accounts_total"),
    ("focus_checked", "focus_size"),
    ("focus_checked", "checked"),
    ("named", "checked"),
    ("not_named", "failed"),
    ("full_marks", "passed"),
    ("with_weeks_not_judged", "checked"),
    ("with_weeks_not_judged", "weeks_not_judged"),
    ("full_marks_all_year", "full_marks"),
    ("reposts_behind", "reposts_not_done"),
    ("documents_in_quarter", "documents_normative"),
)


def contradictions(figures: Figures, digits: int) -> list[str]:
    """Return every contradiction in words, for whoever mends it; a figure that is missing is not compared.

    Figures read back from a document hold only what it prints, so each rule asks for what it needs.
    """
    there = {f.name: f.value for f in figures.all if f.parts is None}
    parts = {f.name: f.parts for f in figures.all if f.parts is not None}
    return [
        *_totals(there, parts),
        *_outcomes(there, parts),
        *_rates(there, parts, digits),
        *_lists(there, parts),
        *_bounds(there),
    ]


def _totals(there: dict[str, Value], parts: dict[str, tuple[Part, ...]]) -> Iterator[str]:
    for name, summands in _SUMS.items():
        if name in there and all(s in there for s in summands):
            total = sum(_int(there[s]) for s in summands)
            if total != there[name]:
                yield message(
                    "{name} is {there}, but {summands} is {total}",
                    name=name,
                    there=there[name],
                    summands=" + ".join(summands),
                    total=total,
                )
    for total_name, prefix in (("accounts_total", "accounts"), *((n, n) for n in ("checked", *_OUTCOMES))):
        for dimension in _DIMENSIONS:
            split = parts.get(f"{prefix}_by_{dimension}")
            if split and total_name in there:  # a split that is withheld or that nobody filled in has no part
                total = sum(_int(part.value) for part in split)
                if total != there[total_name]:
                    yield message(
                        "{total_name} is {there}, but {prefix}_by_{dimension} sums to {total}",
                        total_name=total_name,
                        there=there[total_name],
                        prefix=prefix,
                        dimension=dimension,
                        total=total,
                    )


def _outcomes(there: dict[str, Value], parts: dict[str, tuple[Part, ...]]) -> Iterator[str]:
    if all(name in there for name in ("checked", *_OUTCOMES)):
        total = sum(_int(there[name]) for name in _OUTCOMES)
        if total != there["checked"]:
            yield message(
                "checked is {there}, but passed + failed + unknown is {total}",
                there=there["checked"],
                total=total,
            )
    for dimension in _DIMENSIONS:
        names = [f"{name}_by_{dimension}" for name in ("checked", *_OUTCOMES)]
        if not all(parts.get(name) for name in names):
            continue
        checked, *outcomes = ({p.key: _int(p.value) for p in parts[name]} for name in names)
        for key, count in checked.items():
            total = sum(outcome.get(key, 0) for outcome in outcomes)
            if total != count:
                yield message(
                    "checked_by_{dimension} of {key} is {count}, but its outcomes sum to {total}",
                    dimension=dimension,
                    key=key,
                    count=count,
                    total=total,
                )


def _rates(there: dict[str, Value], parts: dict[str, tuple[Part, ...]], digits: int) -> Iterator[str]:
    if all(n in there for n in ("pass_rate", "passed", "failed")):
        yield from _rate("pass_rate", there["pass_rate"], there["passed"], there["failed"], digits)
    for name, (part, whole) in _SHARES.items():
        if all(n in there for n in (name, part, whole)):
            rest = _int(there[whole]) - _int(there[part])
            yield from _rate(name, there[name], there[part], rest, digits)
    for dimension in _DIMENSIONS:
        names = [f"{name}_by_{dimension}" for name in ("pass_rate", "passed", "failed")]
        if all(name in parts for name in names):
            rates, passed, failed = ({p.key: p.value for p in parts[name]} for name in names)
            for key, rate in rates.items():
                yield from _rate(
                    message("{names} of {key}", names=names[0], key=key),
                    rate,
                    passed.get(key),
                    failed.get(key),
                    digits,
                )


def _rate(name: str, rate: Value, passed: Value, failed: Value, digits: int) -> Iterator[str]:
    if _int(failed) < 0:
        return
    right = pass_rate(_int(passed), _int(failed), digits)
    if rate != right:
        yield message("{name} is {rate}, but its numbers give {right}", name=name, rate=rate, right=right)


def _lists(there: dict[str, Value], parts: dict[str, tuple[Part, ...]]) -> Iterator[str]:
    for name, listed in (
        ("silent_two_weeks", "silent_days"),
        ("over_seven_days", "slow_days"),
    ):
        if name in there and listed in parts and len(parts[listed]) != there[name]:
            yield message(
                "{name} is {there}, but {listed} lists {parts_count}",
                name=name,
                there=there[name],
                listed=listed,
                parts_count=len(parts[listed]),
            )
    if "failed" in there and "failed_by_reason" in parts:
        total = sum(_int(p.value) for p in parts["failed_by_reason"])
        if total != there["failed"]:
            yield message(
                "failed is {there}, but failed_by_reason sums to {total}", there=there["failed"], total=total
            )


def _bounds(there: dict[str, Value]) -> Iterator[str]:
    for less, more in _NO_MORE_THAN:
        if less in there and more in there and _int(there[less]) > _int(there[more]):
            yield message(
                "{less} is {there}, which is more than {more} of {there_2}",
                less=less,
                there=there[less],
                more=more,
                there_2=there[more],
            )


def _int(value: Value) -> int:
    return value if isinstance(value, int) else 0
