"""What templates see of a bulletin: figures by name, accounts, texts and dates."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any, get_args

import msgspec

from connectors.documents.environment import chinese_date
from connectors.documents.marks import marked
from connectors.publish.tables import annexes_of
from connectors.publish.templates import Style
from events.beside import BesideAnnex, BesideParagraph, Section
from events.bulletin import Practice
from events.bulletin_content import BulletinContent
from events.days import chinese_day, chinese_moment
from events.figures import NamedAccount, Value, account_place, printed
from events.instants import MICROSECOND
from events.printable import printable

_PLACED = {"silent_days", "slow_days"}
"""Lists of accounts whose days are figures."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class TemplateFigure:
    """A figure in a template: prints itself with its mark, and compares as its value."""

    def __init__(self, place: str, value: Value) -> None:
        self.place = place
        self.value = value

    def __str__(self) -> str:
        return marked(self.place, printed(self.value))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, TemplateFigure) else other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __gt__(self, other: int) -> bool:
        return isinstance(self.value, int) and self.value > other

    def __lt__(self, other: int) -> bool:
        return isinstance(self.value, int) and self.value < other


class TemplatePart(msgspec.Struct, frozen=True):
    """One part of a figure in a template: `{{ part.key }}` and `{{ part.value }}`."""

    key: str
    value: TemplateFigure


class TemplateAccount(msgspec.Struct, frozen=True):
    """A named account in a template; `days` is a figure where its list has one."""

    name: str
    platform: str
    unit: str
    days: TemplateFigure | None = None


def context_of(content: BulletinContent, style: Style) -> dict[str, Any]:
    """Return everything that a template may use, by name."""
    p, x, f = content.provenance, content.extras, content.finish
    imprint = content.imprint
    last = chinese_day(p.check_point - MICROSECOND)
    return {
        **_figures(content),
        "accounts": {name: _accounts(name, named, content) for name, named in content.named.items()},
        "title": printable(content.title),
        "area": printable(content.area),
        "quarter": _quarter(content.quarter),
        "edition": content.edition,
        "basis": [printable(b) for b in content.basis],
        "tiers_whole": [printable(t) for t in content.tiers_whole],
        "addressees": _addressees(x.addressees or style.addressees),
        "office": printable(imprint.office or style.office),
        "letterhead": printable(imprint.letterhead or style.letterhead),
        "number": printable(f.number),
        "issued_on": chinese_date(f.issued_on),
        "signed_by": printable(f.signed_by),
        "copy_to": [printable(c) for c in f.copy_to],
        "one_person": [printable(step) for step in f.one_person],
        "as_of": chinese_date(last),
        "period_from": chinese_date(chinese_day(content.period_start)),
        "overview": [printable(t) for t in x.overview],
        "practices": [_practice(p) for p in x.practices],
        "demands": [printable(d) for d in x.demands],
        "report_deadline": chinese_date(x.report_deadline),
        "report_to": printable(x.report_to),
        "indicators": printable(p.indicators),
        "charts": [s.name for s in content.series],
        "run_id": marked("run_id", str(p.run_id)),
        "digest": marked("digest", p.digest),
        "ruleset": marked("ruleset", p.ruleset_words),
        "check_point": marked("check_point", chinese_moment(p.check_point)),
        "known_at": marked("known_at", chinese_moment(p.known_at)),
        **_seed(p.seed_by_hand),
        "slow_limit": style.conventions.slow_days,
        "beside": _beside(content),
        "beside_annexes": [_annex(annex) for annex in annexes_of(content)],
    }


def _seed(by_hand: int | None) -> dict[str, str]:
    """Return a seed that somebody chose; without one the name is not defined."""
    return {} if by_hand is None else {"seed": marked("seed", str(by_hand))}


def _figures(content: BulletinContent) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for figure in content.figures.all:
        if figure.parts is None:
            figures[figure.name] = TemplateFigure(figure.name, figure.value)
        else:
            figures[figure.name] = [
                TemplatePart(printable(part.key), TemplateFigure(f"{figure.name}.{i}", part.value))
                for i, part in enumerate(figure.parts)
            ]
    return figures


def _accounts(figure: str, named: Iterable[NamedAccount], content: BulletinContent) -> list[TemplateAccount]:
    """Return a list of accounts; days are marked as the part of the figure that counts every account with them."""
    parts = content.figures.parts(figure) if figure in _PLACED else ()
    place = {part.rows: f"{figure}.{i}" for i, part in enumerate(parts)}
    return [
        TemplateAccount(
            marked(account_place(a.number), printable(a.name)) if a.number else printable(a.name),
            printable(a.platform),
            printable(a.unit),
            TemplateFigure(place[(a.account_id,)], a.days) if place else None,
        )
        for a in named
    ]


def _practice(practice: Practice) -> Practice:
    accounts = tuple(printable(a) for a in practice.accounts)
    return Practice(printable(practice.text), printable(practice.topic), accounts, practice.reads)


def _beside(content: BulletinContent) -> dict[str, list[BesideParagraph]]:
    """Return the paragraphs of the parts beside the accounts, by section, figures marked."""
    paragraphs: dict[str, list[BesideParagraph]] = {section: [] for section in get_args(Section)}
    numbers = _annex_numbers(content)
    for part in content.beside:
        values = {figure.name: figure.value for figure in part.figures if figure.parts is None}
        for p in part.paragraphs:
            text = _PLACE.sub(partial(_placed, values, numbers), printable(p.text))
            paragraphs[p.section].append(BesideParagraph(p.section, printable(p.heading), text))
    return paragraphs


def _placed(values: dict[str, Value], numbers: dict[str, str], match: re.Match[str]) -> str:
    """Return a figure with its mark, or the number of an annex; braces that name neither stay as they are."""
    name = match[1]
    if name in numbers:
        return numbers[name]
    return marked(name, printed(values[name])) if name in values else match[0]


def _annex_numbers(content: BulletinContent) -> dict[str, str]:
    """Return the numbers of the annexes beside that of the accounts, by name; a single annex has none."""
    annexes, before = annexes_of(content), bool(content.annex)
    alone = len(annexes) == 1 and not before
    return {a.name: "" if alone else str(n + before) for n, a in enumerate(annexes, 1)}


def _annex(annex: BesideAnnex) -> dict[str, str]:
    return {"name": annex.name, "title": printable(annex.title), "note": printable(annex.note)}


def _addressees(text: str) -> str:
    """Return 主送 with the colon that ends it."""
    return printable(text).rstrip("：: ") + "：" if text else ""


def _quarter(label: str) -> str:
    """Return 2023Q1 as people write it."""
    year, _, number = label.partition("Q")
    return f"{year}年第{'一二三四'[int(number) - 1]}季度" if number in set("1234") else label
