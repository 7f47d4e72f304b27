"""Reading rulesets for websites, and what is wrong with one."""

import hashlib

import msgspec

from events.messages import joined, message
from projections.rules.measures import measure_faults
from projections.rules.rulesets import RulesetError
from projections.sites.measures import MEASURES
from projections.sites.rules import SiteRuleset


def parse_site_ruleset(text: bytes, *, origin: str) -> SiteRuleset:
    """Read a ruleset for websites from TOML; raises `RulesetError` naming `origin` and all that is wrong."""
    try:
        ruleset = msgspec.toml.decode(text, type=SiteRuleset)
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise RulesetError(message("{origin}: {error}", origin=origin, error=e)) from None
    if faults := site_ruleset_faults(ruleset):
        raise RulesetError(
            joined("\n", (message("{origin}: {fault}", origin=origin, fault=fault) for fault in faults))
        )
    return ruleset


def site_ruleset_hash(text: bytes) -> str:
    """Return the SHA-256 of a ruleset's bytes, by which a check names it."""
    return hashlib.sha256(text).hexdigest()


def site_ruleset_faults(ruleset: SiteRuleset) -> list[str]:
    """Return all that is wrong with a ruleset whose fields are well-formed, each as a sentence."""
    faults: list[str] = []
    codes = [rule.code for rule in ruleset.rules]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        faults.append(message("rule {twice} stands twice; a code names one rule", twice=joined(", ", twice)))
    for rule in ruleset.rules:
        faults.extend(
            message("rule {code} {fault}", code=rule.code, fault=fault)
            for fault in measure_faults(rule, MEASURES)
        )
        if (rule.effect == "deduct") != (rule.points > 0):
            faults.append(
                message("rule {code}: points above 0 and effect = deduct go together", code=rule.code)
            )
        unlimited = [
            one
            for one in (*rule.classes, *(rule.counts.dynamic + rule.counts.slow if rule.counts else ()))
            if one not in ruleset.limits
        ]
        if unlimited:
            faults.append(
                message(
                    "rule {code}: [limits] has none for {classes}",
                    code=rule.code,
                    classes=joined(", ", unlimited),
                )
            )
    if not 0 < ruleset.pass_mark <= ruleset.full_points:
        faults.append(message("pass_mark lies above 0 and not above full_points"))
    return faults
