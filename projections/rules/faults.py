"""What is wrong with a ruleset whose fields are well-formed."""

from collections.abc import Sequence

from events.messages import joined, message
from projections.rules.account_measures import MEASURES
from projections.rules.ladder_steps import step_faults
from projections.rules.measures import measure_faults
from projections.rules.rulesets import Rule, Ruleset


def ruleset_faults(ruleset: Ruleset) -> list[str]:
    """Return all that is wrong with a ruleset whose fields are well-formed, each as a sentence."""
    faults: list[str] = []
    codes = [rule.code for rule in ruleset.rules]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        faults.append(message("rule {twice} stands twice; a code names one rule", twice=joined(", ", twice)))
    by_posts = [rule.line for rule in ruleset.rules if rule.by == "posts"]
    if by_posts.count("red") != 1 or by_posts.count("yellow") > 1:
        faults.append(message('exactly one red and at most one yellow rule may say by = "posts"'))
    if ("yellow" in by_posts) != (ruleset.weeks is not None):
        faults.append(message("[weeks] and the yellow rule by posts go together"))
    for rule in ruleset.rules:
        faults.extend(
            message("rule {code} {fault}", code=rule.code, fault=fault)
            for fault in _rule_faults(rule, ruleset)
        )
    faults.extend(_name_faults(ruleset.rules))
    if ruleset.pass_mark is not None and not 0 < ruleset.pass_mark <= ruleset.full_points:
        faults.append(message("pass_mark lies above 0 and not above full_points"))
    faults.extend(step_faults(ruleset.ladder, ruleset.patrol_days, ruleset.freshness.limit_days))
    faults.extend(_handling_faults(ruleset))
    months = [month for planned in ruleset.rounds for month in planned.months]
    if len(months) != len(set(months)):
        faults.append(message("a month of [[rounds]] stands twice; a month has one kind of check"))
    return faults


def _rule_faults(rule: Rule, ruleset: Ruleset) -> list[str]:
    faults: list[str] = []
    if not (rule.code.strip() and rule.name.strip() and rule.clause.strip()):
        faults.append(message("has no code, no name or no clause; name the document that it comes from"))
    if rule.effect == "deduct" and (rule.points_each <= 0 or rule.max_points < rule.points_each):
        faults.append(message("deducts but points_each or max_points is not set"))
    if rule.effect == "deduct" and ruleset.pass_mark is None:
        faults.append(message("deducts but the ruleset has no pass_mark"))
    if (rule.line, rule.effect) in (("red", "deduct"), ("yellow", "fail")):
        faults.append(
            message(
                "is a {line} line and cannot {effect}: red lines fail, yellow lines deduct",
                line=rule.line,
                effect=rule.effect,
            )
        )
    return [*faults, *measure_faults(rule, MEASURES)]


def _handling_faults(ruleset: Ruleset) -> list[str]:
    faults: list[str] = []
    two_lines = (
        len({rule.line for rule in ruleset.rules}) > 1
    )  # red lines alone may name a yellow one of others
    for code, handling in ruleset.handling.items():
        rule, other = ruleset.rule(code), ruleset.rule(handling.counts_as)
        if rule is None:
            faults.append(message("[handling.{code}] names no rule", code=code))
        elif handling.counts_as and (other.line == rule.line if other else two_lines):
            faults.append(
                message(
                    "[handling.{code}] counts_as names no rule of the other line: {counts_as}",
                    code=code,
                    counts_as=handling.counts_as,
                )
            )
        elif handling.focus_after_days is not None and (rule.line, rule.by) != ("yellow", "posts"):
            faults.append(
                message("[handling.{code}] focus_after_days belongs to the yellow rule by posts", code=code)
            )
        elif (handling.focus_after_days or 0) >= ruleset.freshness.limit_days:
            faults.append(
                message(
                    "[handling.{code}] focus_after_days lies below limit_days: past that every"
                    " account enters the list",
                    code=code,
                )
            )
    return faults


def _name_faults(rules: Sequence[Rule]) -> list[str]:
    """Return names and aliases that mean more than one rule: a sheet that writes one would be misread."""
    meant: dict[str, set[str]] = {}
    for rule in rules:
        for text in (rule.code, rule.name, *rule.aliases):
            meant.setdefault("".join(text.split()).casefold(), set()).add(rule.code)
    return [
        message(
            "{text!r} names the rules {codes}; a name means one rule",
            text=text,
            codes=joined(", ", sorted(codes)),
        )
        for text, codes in meant.items()
        if len(codes) > 1
    ]
