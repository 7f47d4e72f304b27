"""Which rule the words of a finding mean, how often, and what cannot be told from the words."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.paper import Doubt, Finding, Platform, Reason, Severity
from connectors.papers.people_cells import masked
from connectors.papers.vocabulary import FindingWords, Vocabulary
from connectors.sheets.persons import holds_personal_data
from events.folding import fold

_ENUMERATED = re.compile("[①-⑳]|[;；]")
_CLAUSES = re.compile(r"[①-⑳;；,，、。\n]|(?<![\d.])\d{1,2}\s*[.．)）](?!\d)")
_NUMBERED = re.compile(r"(?<![\d.])(\d{1,2})\s*[.．、)）](?!\d)")
_SPAN = "(?:以上|多|余)?的?(?:月|工作日|自然日|日历日|日|天|小时|钟头|星期|礼拜|周|季度|年)"
_COUNT = re.compile(
    r"(?<![第\d])(?<!不足|少于|低于|至少|不到|连续|未满)(\d{1,4})\s*(?:处|条|次|项|个(?!\s*" + _SPAN + "))"
)
"""How many places a text tells of: neither how long (15个工作日) nor how many there had to be (不足4次)."""
_QUOTED = re.compile("《[^《》]*》|“[^“”]*”|「[^「」]*」")
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
        text = cells.words or cells.detail
        near = tuple(dict.fromkeys((*rules, *_nearest(text, words))))
        far = tuple(dict.fromkeys(rule for rule in _judged_by_people(words) if rule not in near))
        offered = near + far
        finding = Finding(cells.words, None, offered, "ask", count=_count(cells, len(parts)), far=far)
        shown = masked(text) if holds_personal_data(text) else text
        return finding, [Doubt(Reason("finding_unknown"), "rule", cell=shown, answers=offered)]
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
    if (several := _several(cells, finding, platform, words)) is not None:
        others, asked = several
        return msgspec.structs.replace(finding, parts=others), [*doubts, asked]
    if len(parts) > 1:
        answers = ("one_finding", "several_findings")
        doubts.append(Doubt(Reason("several_problems"), "rule", "", finding.words, answers, answers[0]))
    return finding, doubts


def _several(
    cells: Told, finding: Finding, platform: Platform | None, words: Vocabulary
) -> tuple[tuple[Finding, ...], Doubt] | None:
    """Ask about a cell of which two parts tell of two rules, or one counts what no rule is known for; None for another.

    Where each part has its rule, on the line that the row says, they are several findings by default; else somebody
    has to say that it is but one.
    """
    text = cells.words or cells.detail
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]
    found = {clause: _phrases_in(clause, words) for clause in clauses}
    rules = {clause: known[0][1].rules for clause, known in found.items() if known and known[0][1].rules}
    counted = [clause for clause, known in found.items() if not known and _COUNT.search(clause)]
    if finding.rule is None or (len(set(rules.values())) < 2 and not (rules and counted)):
        return None
    read = [read_finding(Told(clause, severity=cells.severity), platform, words) for clause in rules]
    own = [_BY_RULE.get((one.rule or "").partition("-")[0], "") == one.severity for one, _ in read if one]
    sure = all(own) and not counted and not any(doubts for _, doubts in read)
    answers = ("several_findings", "one_finding") if sure else ("one_finding",)
    why = Reason("several_problems")
    asked = Doubt(why, "rule", "", finding.words, answers, "several_findings" if sure else None)
    return tuple(one for one, _ in read if one is not None), asked


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
    """Give the phrases that a text holds, the longest first; 无 and 正常 only as the whole text.

    A count within changes none: 留言3条未回复 is 留言未回复.
    """
    folded, uncounted = fold(text), fold(_COUNT.sub("", text))
    return [
        (phrase, entry)
        for phrase, entry in words.phrases
        if (phrase == folded if entry.take == "none" else phrase in folded or phrase in uncounted)
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
    """Count the places: the column for it, a number in the words, else the parts of an enumeration.

    A number within a title or a quotation is part of what was published: 《利企12条措施》.
    """
    if cells.count is not None:
        return cells.count
    for text in (cells.detail, cells.words):
        found = _COUNT.search(_QUOTED.sub("", text))
        if found is not None and int(found[1]) > 0:
            return int(found[1])
    return max(parts, _numbered(cells.detail), 1)


def _numbered(text: str) -> int:
    """Count what a description numbers from 1 on: 1.…；2.…"""
    numbers = [int(found[1]) for found in _NUMBERED.finditer(text)]
    return len(numbers) if numbers == list(range(1, len(numbers) + 1)) else 0


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


def _judged_by_people(words: Vocabulary) -> list[str]:
    """Return the rules that a list of problems may tell of, in their order; silence and secrets go other ways."""
    judged = {
        rule
        for _, entry in words.phrases
        if entry.take in ("sure", "ask") and entry.keeps_text
        for rule in entry.rules
    }
    return sorted(judged, key=_line_and_number)


def _line_and_number(rule: str) -> tuple[str, int]:
    line, number, *_ = rule.split("-")
    return line, int(number)


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
