"""Claims: what must hold once is claimed before it is done, in the partition of the one thing (design section 2)."""

import re
import unicodedata
from typing import ClassVar
from uuid import UUID

import msgspec

from events.base import Payload
from events.messages import message

_BRACKETS = str.maketrans(
    dict.fromkeys("[(【〔〖〘〚{<〈《「『", "〔") | dict.fromkeys("])】〕〗〙〛}>〉》」』", "〕")
)
_NOT_SEEN = re.compile(r"\s+")


class ClaimMade(Payload, frozen=True):
    """Somebody means to do what can be done once; the subject is the thing, the id names the attempt."""

    type: ClassVar[str] = "claim.made"

    what: str  # the thing as whoever claims it writes it
    purpose: str  # what it is claimed for: the same attempt says the same


class ClaimReleased(Payload, frozen=True):
    """The office let go of a claim that nothing was done under; the subject is the thing."""

    type: ClassVar[str] = "claim.released"

    claim_id: UUID
    reason: str


class Act(Payload, frozen=True, kw_only=True):
    """What is done once. It counts only if each of its claims holds."""

    claims: tuple[
        UUID, ...
    ] = ()  # empty: done before there were claims, or by who was told of it, as a sheet is


class Thing(msgspec.Struct, frozen=True):
    """What can be done once: the subject under which rivals meet, and its name for people."""

    subject: str
    what: str


def folded(text: str) -> str:
    """Return a text as rivals may write it: without blanks and invisible characters, one width, one kind of bracket."""
    normal = _NOT_SEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    return "".join(c for c in normal if unicodedata.category(c) != "Cf")


def bulletin_number(number: str) -> Thing:
    """Return the number 文号 of a bulletin, whatever its round and edition."""
    return Thing(f"number:{folded(number)}", message("number {number}", number=number))


def bulletin_issue(draft_id: UUID, name: str) -> Thing:
    """Return the issue of a draft: it goes out once, under whichever number."""
    return Thing(f"bulletin:{draft_id}:issue", message("the issue of the bulletin of {name}", name=name))


def ruleset_adoption(label: str, standing: UUID | None) -> Thing:
    """Return the adoption of a ruleset: its first one, or the one that takes the place of `standing`."""
    after = f":{standing}" if standing else ""
    return Thing(f"ruleset:{label}:adoption{after}", message("the adoption of {label}", label=label))


def account_number(number: str) -> Thing:
    """Return the number 编号 of an account, with which a batch of numbers begins."""
    return Thing(f"account-number:{number}", message("account number {number}", number=number))


def intake_number(number: str) -> Thing:
    """Return the number of an intake 收件号."""
    return Thing(f"intake:{number}", message("intake number {number}", number=number))


def round_name(name: str, telling: int = 1) -> Thing:
    """Return the name of a round; behind each cancelled round of the name it can be taken once more."""
    return Thing(_round(name, telling), message("round {name}", name=name))


def round_draw(name: str, telling: int = 1) -> Thing:
    """Return the draw of a round's sample."""
    return Thing(f"{_round(name, telling)}:draw", message("the draw of round {name}", name=name))


def round_freeze(name: str, telling: int = 1) -> Thing:
    """Return the end of a round's checks: it is frozen, or cancelled."""
    return Thing(f"{_round(name, telling)}:freeze", message("the freeze of round {name}", name=name))


def _round(name: str, telling: int) -> str:
    return f"round:{folded(name)}" if telling == 1 else f"round:{folded(name)}#{telling}"


def objection_decision(objection_id: UUID) -> Thing:
    """Return the decision on an objection."""
    return Thing(
        f"objection:{objection_id}:decision",
        message("the decision on objection {objection_id}", objection_id=objection_id),
    )


def assessment_of(year: int, standing: UUID | None) -> Thing:
    """Return the result of a year's assessment: its first one, or the one that takes the place of `standing`."""
    after = f":{standing}" if standing else ""
    return Thing(f"assessment:{year}{after}", message("the assessment of {year}", year=year))


def assessment_review(note_id: UUID) -> Thing:
    """Return the review of a row that was handed in for an assessment."""
    return Thing(f"assessment-note:{note_id}:review", message("the review of row {note_id}", note_id=note_id))


def filing_of(case: str, name: str) -> Thing:
    """Return a filing: that of an application by its id, else of what took effect (account, kind, day, fields)."""
    return Thing(f"filing:{folded(case)}", message("the filing of {name}", name=name))


def filing_opinion(case: str, by: str, standing: UUID | None, name: str) -> Thing:
    """Return the opinion of a party on a case: its first one, or the one that takes the place of `standing`."""
    after = f":{standing}" if standing else ""
    return Thing(
        f"filing:{case}:opinion:{by}{after}", message("the opinion of the {by} on {name}", by=by, name=name)
    )


def emergency_of(account: str, rule: str, before: int, name: str) -> Thing:
    """Return the suspicion of an account by rule; behind each one that ended there can be another."""
    return Thing(f"emergency:{account}:{rule}:{before}", message("the emergency of {name}", name=name))


def emergency_step(emergency_id: UUID, step: str, name: str) -> Thing:
    """Return a step of an emergency that is done once."""
    return Thing(
        f"emergency:{emergency_id}:{step}",
        message("step {step} of the emergency of {name}", step=step, name=name),
    )


def site_check(name: str) -> Thing:
    """Return the name of a check of websites."""
    return Thing(f"site-check:{folded(name)}", message("site check {name}", name=name))
