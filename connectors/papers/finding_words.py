"""Which rule the words of a finding mean, how often, and what cannot be told from the words."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.paper import Doubt, Finding, Platform, Reason, Severity
from connectors.papers.vocabulary import FindingWords, Vocabulary
from events.folding import fold

_ENUMERATED = re.compile("[①-⑳]|[;；]")
_COUNT = re.compile(r"(?<![第\d])(\d{1,4})\s*(?:处|条|次|项|个(?!月))")
_REFERENCE = re.compile("见([^，。；;,、]+)")
_BY_RULE: Mapping[str, Severity] = {"red": "red", "yellow": "yellow"}
_APP = "移动客户端"
_APP_RULE = "red-6-app-dead"


class Told(msgspec.Struct, frozen=True):
    """The cells of a row that tell of a problem."""

    words: str  # kind of problem
    detail: str = ""
    count: int | None = None
    severity: str = ""


def read_finding(
    cells: Told, platform: Platform | None, words: Vocabulary
) -> tuple[Finding | None, list[Doubt]]:
    """Read one finding; None where the words say that there is no problem."""
    parts = [part for part in (p.strip() for p in _ENUMERATED.split(cells.words)) if part]
    entry, rules = _entry(cells, words)
    if entry is None:
        offered = tuple(dict.fromkeys((*rules, *_nearest(cells.words or cells.detail, words))))
        finding = Finding(cells.words, None, offered, "ask", count=_count(cells, len(parts)))
        return finding, [Doubt(Reason("finding_unknown"), "rule", cell=cells.words, answers=offered)]
    if entry.take == "none":
        return None, []
    rule = rules[0] if rules else None
    severity, unclear = _severity(cells, entry, rule, words)
    finding = Finding(
        words=cells.words if entry.keeps_text else "",
        rule=rule,
        rules=rules,
        take=entry.take,
        severity=severity,
        count=_count(cells, len(parts)) if rules else None,
        keeps_text=entry.keeps_text,
        reference="" if entry.keeps_text else _reference(cells.detail),
    )
    doubts = [unclear] if unclear else []
    doubts += _doubts(finding, entry, platform)
    if len(parts) > 1:
        answers = ("one_finding", "several_findings")
        doubts.append(Doubt(Reason("several_problems"), "rule", "", finding.words, answers, answers[0]))
    return finding, doubts


def _entry(cells: Told, words: Vocabulary) -> tuple[FindingWords | None, tuple[str, ...]]:
    """Find what the kind of problem says, and in which order its rules are offered.

    A phrase of the description that says the same in more words decides; another one only comes first in the offer.
    """
    kind = _phrases_in(cells.words, words)
    detail = _phrases_in(cells.detail, words)
    if not kind:
        kind, detail = detail, []
    if not kind:
        return None, ()
    phrase, entry = kind[0]
    if entry.take != "ask":
        return entry, entry.rules
    sure = [(other, found) for other, found in detail if found.take == "sure"]
    for other, found in sure:
        if phrase in other:
            return found, found.rules
    first = [rule for _, found in sure for rule in found.rules if rule in entry.rules]
    return entry, tuple(dict.fromkeys((*first, *entry.rules)))


def _phrases_in(text: str, words: Vocabulary) -> list[tuple[str, FindingWords]]:
    """Give the phrases that a text holds, the longest first; 无 and 正常 only as the whole text."""
    folded = fold(text)
    return [
        (phrase, entry)
        for phrase, entry in words.phrases
        if (phrase == folded if entry.take == "none" else phrase in folded)
    ]


def _severity(
    cells: Told, entry: FindingWords, rule: str | None, words: Vocabulary
) -> tuple[Severity, Doubt | None]:
    if cells.severity:
        found = _BY_RULE.get(words.meanings["severity"].get(fold(cells.severity), ""))
        if found is None:
            return "", Doubt(
                Reason("severity_unknown"), "severity", cell=cells.severity, answers=("red", "yellow")
            )
        return found, None
    return entry.severity or _BY_RULE.get((rule or "").partition("-")[0], ""), None


def _doubts(finding: Finding, entry: FindingWords, platform: Platform | None) -> list[Doubt]:
    if finding.take == "ask":
        return [Doubt(Reason(entry.why or "severity"), "rule", "", finding.words, finding.rules)]
    if finding.take == "told":
        return [Doubt(Reason("silence_told"), "rule", "", finding.words, finding.rules)]
    if finding.take == "registry":
        return [Doubt(Reason("for_registry"), "rule", "", finding.words)]
    if finding.rule == _APP_RULE and platform is not None and platform.family != _APP:
        return [Doubt(Reason("not_an_app"), "rule", "", finding.words, finding.rules)]
    return []


def _count(cells: Told, parts: int) -> int:
    """Count the places: the column for it, a number in the words, else the parts of an enumeration."""
    if cells.count is not None:
        return cells.count
    for text in (cells.detail, cells.words):
        found = _COUNT.search(text)
        if found is not None and int(found[1]) > 0:
            return int(found[1])
    return max(parts, 1)


def _reference(detail: str) -> str:
    found = _REFERENCE.search(detail)
    return found[1].strip() if found else ""


def _nearest(text: str, words: Vocabulary) -> Sequence[str]:
    """Offer the rules whose phrases share the most pairs of characters with a text."""
    pairs = _pairs(fold(text))
    ranked = sorted(
        ((len(pairs & _pairs(phrase)) / len(_pairs(phrase) or {""}), entry.rules[0])
         for phrase, entry in words.phrases if entry.rules and pairs & _pairs(phrase)),
        reverse=True,
    )  # fmt: skip
    return list(dict.fromkeys(rule for _, rule in ranked))[: words.numbers.nearest_findings]


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
