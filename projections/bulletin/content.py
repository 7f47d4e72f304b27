"""The content of one edition: figures, lists and annex from the same rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from events.beside import BesideAccounts
from events.bulletin import Edition, Extras, Imprint
from events.bulletin_content import BulletinContent
from events.facts import Verdict
from events.figures import AnnexRow, Conventions, Figures, InternalRow, NamedAccount, Series
from events.printable import printable
from projections.bulletin.catalogue import LABELS
from projections.bulletin.figures import figures_of
from projections.bulletin.material import Material
from projections.bulletin.mentioned import mentioned_before
from projections.bulletin.problem_figures import (
    breaking,
    missed_cases,
    named_account,
    other_cases,
    silent_cases,
    slow_cases,
)
from projections.bulletin.problems import (
    OWN_FIGURES,
    SLOW,
    Case,
    checked_with_problems,
    evidence_of,
    outside_with_problems,
    own_update_rules,
    unit_of,
)
from projections.bulletin.year_figures import pass_rates, rounds_so_far

NO_IMPRINT = Imprint()
_WHOLE_AREAS = ("全省", "全市", "全州", "全县", "全区")
_CHART_ACCOUNTS = 15
"""Accounts in the chart of silent days; more than a page can show are in the annex."""


def content_of(
    material: Material,
    conventions: Conventions,
    edition: Edition,
    *,
    extras: Extras,
    imprint: Imprint = NO_IMPRINT,
    beside: tuple[BesideAccounts, ...] = (),
    beside_known_at: datetime | None = None,
) -> BulletinContent:
    """Put a draft together; the public edition leaves out scores, evidence, finders and withheld texts.

    `beside` are the parts that follow from no row; their figures stand behind those of the rows.
    Points, and a roll of who has all of them, are printed only where a document puts the ruleset in force.
    """
    r = material.round
    indicators = f"《{imprint.indicators}》（{imprint.document}）" if imprint.document else ""
    conventions = replace(conventions, areas=imprint.areas or conventions.areas)
    cases = checked_with_problems(material, conventions.slow_days, edition)
    order = _annex_order(material, conventions)
    everyone = [*sorted(cases, key=order), *outside_with_problems(material, edition)]
    figures = figures_of(material, conventions, edition)
    numbers = {case.account_id: i for i, case in enumerate(everyone, 1)}
    named = _named(material, conventions, cases, numbers)
    named["full_marks_all_year"] = _roll(material, figures) if indicators else ()
    return BulletinContent(
        title=printable(extras.title or title_of(r.title) + ("（按条线）" if material.by_line else "")),
        area=r.area or _area_in(r.title),
        quarter=r.quarter,
        period_start=r.period_start,
        edition=edition,
        basis=(indicators, *r.basis) if indicators else r.basis,
        tiers_whole=r.tiers_whole or (),
        provenance=replace(material.provenance, indicators=indicators),
        figures=Figures((*figures.all, *(figure for part in beside for figure in part.figures))),
        labels=_labels(material) | {name: label for part in beside for name, label in part.labels.items()},
        named=named,
        annex=tuple(_annex_row(i, case, edition) for i, case in enumerate(everyone, 1)),
        series=_series(material, conventions, silent_cases(cases, material)),
        extras=extras,
        imprint=imprint,
        internal=(
            tuple(
                _internal_row(i, case, material, points=bool(indicators))
                for i, case in enumerate(everyone, 1)
            )
            if edition == "internal"
            else ()
        ),
        beside=beside,
        beside_known_at=beside_known_at if beside else None,
    )


def _labels(material: Material) -> dict[str, str]:
    """Return the labels of the figures of the rows."""
    if not material.by_line:
        return LABELS
    return {name: label.replace("按地区", "按条线") for name, label in LABELS.items()}


def title_of(round_title: str) -> str:
    """Return the title of the bulletin about a round."""
    return round_title if round_title.endswith("通报") else f"关于{round_title}情况的通报"


def _area_in(round_title: str) -> str:
    """Return what the title of a round over the whole registry calls its area, 全市 for one; empty for none."""
    return next((area for area in _WHOLE_AREAS if area in round_title), "")


def unknown_accounts(material: Material) -> tuple[NamedAccount, ...]:
    """Return the accounts that a look by hand or an override has to settle before a bulletin is issued."""
    return tuple(
        NamedAccount(row.account_id, row.name, row.platform, unit_of(row))
        for row in material.rows
        if row.verdict is Verdict.UNKNOWN
    )


def _named(
    material: Material,
    conventions: Conventions,
    cases: Sequence[Case],
    numbers: Mapping[str, int],
) -> dict[str, tuple[NamedAccount, ...]]:
    """Return the lists of the text: an account stands in one of them, under its gravest problem."""
    by_posts = own_update_rules(material.ruleset) | {SLOW}
    lists = {
        "silent_days": silent_cases(cases, material),
        "slow_days": slow_cases(cases, material, conventions),
        "missed_updates": missed_cases(cases, material),
        **{f: breaking(cases, material.ruleset.counted_in(f)) for f in OWN_FIGURES},
    }
    rules = {
        **dict.fromkeys(("silent_days", "slow_days", "missed_updates"), by_posts),
        **{f: material.ruleset.counted_in(f) for f in OWN_FIGURES},
    }
    own = frozenset[str]().union(*rules.values())
    of_gravest = {name: [c for c in found if c.gravest in rules[name]] for name, found in lists.items()}
    of_gravest["other_problems"] = [c for c in other_cases(cases, material) if c.gravest not in own]
    named = {
        name: tuple(named_account(c, numbers[c.account_id]) for c in found)
        for name, found in of_gravest.items()
    }
    return {**named, "unknown": unknown_accounts(material)}


def _roll(material: Material, figures: Figures) -> tuple[NamedAccount, ...]:
    kept = {account for f in figures.all if f.name == "full_marks_all_year" for account in f.rows}
    return tuple(
        NamedAccount(row.account_id, row.name, row.platform, unit_of(row))
        for row in material.rows
        if row.account_id in kept
    )


def _annex_order(
    material: Material, conventions: Conventions
) -> Callable[[Case], tuple[bool, int, str, str]]:
    """Return the order of the annex: vetoes first, then by area as the place orders them, or by line."""
    wanted = material.areas if material.by_line else (*conventions.areas, *material.areas)
    place = {area: i for i, area in enumerate(dict.fromkeys(wanted))}

    def order(case: Case) -> tuple[bool, int, str, str]:
        area = material.branch_of(case.row) if case.row else ""
        return not case.veto, place.get(area, len(place) + (not area)), area, case.account_id

    return order


def _annex_row(number: int, case: Case, edition: Edition) -> AnnexRow:
    texts = [p.text if edition == "internal" else p.public_text for p in case.problems]
    problem = "；".join(dict.fromkeys(texts))
    unit, name, platform = (printable(text) for text in (case.unit, case.name, case.platform))
    return AnnexRow(number, unit, name, platform, printable(problem), case.veto, case.row is not None)


def _internal_row(number: int, case: Case, material: Material, *, points: bool) -> InternalRow:
    remarks = [material.remarks[f.id] for f in case.findings if f.id in material.remarks]
    row = case.row
    return InternalRow(
        number=number,
        account_id=case.account_id,
        name=case.name,
        verdict=str(row.verdict) if row else "",
        points=row.points if row and points else None,
        days_silent=case.days,
        finders=tuple(dict.fromkeys(r.finder for r in remarks if r.finder)),
        notes=(*dict.fromkeys(r.note for r in remarks if r.note), *mentioned_before(case, material)),
        evidence=evidence_of(case),
    )


def _series(material: Material, conventions: Conventions, silent: Sequence[Case]) -> tuple[Series, ...]:
    """Return the charts that have two values or more: pass rate over quarters, days of the longest silences."""
    rates = [
        (quarter, float(rate.removesuffix("%")))
        for quarter, rate in pass_rates(rounds_so_far(material), conventions.digits)
        if rate is not None
    ][-conventions.series_rounds :]
    charted = [a for a in silent if a.days is not None][:_CHART_ACCOUNTS]
    often = Counter(a.name for a in charted)
    days = [
        (
            printable(a.name if often[a.name] == 1 else f"{a.name}（{a.platform}）"),
            float(a.days or 0),
        )
        for a in charted
    ]
    series = []
    if len(rates) > 1:
        series.append(Series("pass_rate_by_quarter", "各季度合格率", "%", "line", tuple(rates)))
    if len(days) > 1:
        series.append(Series("silent_days", "两周内无更新账号未更新天数", "天", "bars", tuple(days)))
    return tuple(series)
