"""Which texts of an event people type, and which are terms, names, ids or words of our own: one entry a field.

A text that people type may tell of a person, and the log forgets nothing (design promise 11): whoever writes facts
asks here what to look at, and which of it goes into the text store. A field without an entry fails a test.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from events import (
    account,
    account_number,
    advice,
    alert,
    answer,
    assessment,
    bulletin,
    check_sheet,
    claim,
    counterfeit,
    credentials,
    emergency,
    evidence,
    filing,
    finding,
    focus,
    intake,
    interaction,
    interpretation,
    key_period,
    objection,
    office,
    originals,
    patrol,
    post,
    rectification,
    report,
    repost,
    round,  # noqa: A004 (the room's own word)
    round_plan,
    ruleset,
    ruling,
    site,
    supervision,
    suspicion,
    two_persons,
    unit,
    upper_check,
    withdrawal,
    wording,
    work_order,
)
from events.base import Payload
from events.codec import Event
from events.said import BY_FIELD, ID, NAME, OWN, SHOWN, TERM, TEXT, Said
from events.site_texts import SITE_TEXTS

_ACCOUNT = {
    "name": NAME,
    "platform": TERM,
    "owner": NAME,
    "tier": TERM,
    "area": TERM,
    "description": TEXT,
    "extra": TEXT,
    "supervisor": NAME,
    "link": ID,
    "section": TEXT,
    "operator": NAME,
    "verified_as": TERM,
    "people": OWN,
}
_UNIT = {
    "name": NAME,
    "kind": OWN,
    "tier": TERM,
    "area": TERM,
    "parent": ID,
    "duties": TERM,
    "representative": ID,
}
_ALERT = {"level": OWN, "name": NAME, "given_id": ID, "owner": NAME}
_RAISED = {**_ALERT, "audience": OWN, "ruleset": OWN}

SAID: Mapping[type[msgspec.Struct], Mapping[str, Said | str]] = {
    **SITE_TEXTS,
    account.AccountOpened: {**_ACCOUNT, "given_id": ID},
    account.AccountChanged: {**_ACCOUNT, "reason": TEXT},
    account.AccountCorrected: {**_ACCOUNT, "given_id": ID, "reason": TEXT},
    account.AccountClosed: {"reason": TEXT},
    account.AccountMerged: {
        "into": ID,
        "given_id": ID,
        "name": NAME,
        "platform": TERM,
        "reason": TEXT,
        "moved": OWN,
    },
    account.AccountStopNoticed: {"link": ID, "title": TEXT},
    account.AccountSpotted: {
        "given_id": ID,
        "name": NAME,
        "platform": TERM,
        "link": ID,
        "owner": NAME,
        "finder": TEXT,
        "note": TEXT,
    },
    account_number.NumbersGiven: {"accounts": OWN},
    alert.AlertRaised: _RAISED,
    alert.AlertSkipped: _RAISED,
    alert.AlertHeld: {**_RAISED, "cause": OWN},
    alert.AlertCleared: _ALERT,
    alert.AlertWithdrawn: {**_ALERT, "audience": OWN, "reason": OWN},
    alert.AlertComposed: {
        "channel": OWN,
        "destination": OWN,
        "unit": NAME,
        "reason": OWN,
        "kinds": OWN,
    },
    alert.AlertUnreached: {"cause": OWN, "level": OWN, "name": NAME, "given_id": ID, "owner": NAME},
    alert.AlertDelivered: {"channel": OWN, "destination": OWN},
    alert.AlertDeliveryFailed: {"channel": OWN, "destination": OWN, "reason": OWN},
    answer.AlertSnoozed: {"reason": TEXT},
    answer.AlertMuted: {"reason": OWN, "note": TEXT},
    answer.PostClaimed: {"link": TEXT},
    assessment.Ground: {"measure": OWN, "how": OWN, "about": OWN, "document": TERM},
    assessment.Charge: {"code": OWN},
    assessment.ItemResult: {"code": OWN},
    assessment.UnitResult: {"unit": ID, "name": NAME},
    assessment.AssessmentNoted: {"unit": NAME, "measure": OWN, "document": TERM, "note": TEXT},
    assessment.AssessmentReviewed: {"reason": TEXT},
    assessment.AssessmentDrafted: {
        "scheme": OWN,
        "scheme_sha256": OWN,
        "roster": OWN,
        "roster_sha256": OWN,
        "digest": OWN,
    },
    assessment.AssessmentObjected: {"unit": ID, "item": OWN, "reason": TEXT},
    assessment.AssessmentDecided: {"reason": TEXT},
    emergency.EmergencySuspected: {"rule": OWN, "problem": TERM, "by": TERM, "link": TEXT, "note": TEXT},
    emergency.EmergencyConfirmed: {"by": TERM, "note": TEXT},
    emergency.EmergencyTakenDown: {"note": TEXT},
    emergency.EmergencyVerified: {"note": TEXT},
    emergency.EmergencyHandedOver: {"receipt": ID},
    emergency.EmergencyClosed: {"review": TEXT},
    emergency.EmergencyDismissed: {"reason": TEXT},
    emergency.EmergencyAnnounced: {
        "step": OWN,
        "rule": OWN,
        "problem": TERM,
        "name": NAME,
        "given_id": ID,
        "owner": NAME,
    },
    intake.IntakeFile: {"sha256": OWN, "kinds": OWN},
    intake.IntakeOpened: {
        "plan": OWN,
        "digest": OWN,
        "manifest": OWN,
        "replaces": OWN,
        "handed_in_by": OWN,
        "on_behalf": NAME,
    },
    intake.IntakeWithdrawn: {"reason": TEXT, "by": OWN},
    bulletin.Practice: {"text": TERM, "topic": TERM, "accounts": NAME},
    bulletin.OutsideRow: {"name": NAME, "platform": TERM, "unit": NAME, "problem": TERM},
    bulletin.Extras: {
        "title": TERM,
        "addressees": TERM,
        "overview": TERM,
        "demands": TERM,
        "report_to": TERM,
    },
    bulletin.Override: {"account_id": OWN, "reason": TEXT},
    bulletin.PublishedFile: {"name": OWN, "sha256": OWN},
    bulletin.BulletinSigned: {"office": NAME, "role": TERM},
    bulletin.BulletinIssued: {"number": TERM, "signed_by": OWN, "copy_to": TERM},
    bulletin.Imprint: {
        "office": NAME,
        "letterhead": TERM,
        "areas": TERM,
        "document": TERM,
        "indicators": TERM,
    },
    bulletin.CorrectedText: {"wrong": TERM, "right": TERM},
    bulletin.CorrectionDrafted: {"number": TERM},
    bulletin.CorrectionSigned: {"office": NAME, "role": TERM},
    bulletin.CorrectionIssued: {"number": TERM},
    two_persons.RuleWaived: {"reason": TEXT},
    two_persons.RuleRestored: {"reason": TEXT},
    office.OfficeDescribed: {"name": NAME, "letterhead": TERM, "areas": TERM},
    ruleset.RulesetProposed: {"ruleset": OWN, "document": TERM, "title": TERM},
    ruleset.RulesetAdopted: {"ruleset": OWN, "document": TERM, "title": TERM},
    credentials.AccountDocumented: {"credential": OWN, "number": ID},
    originals.OriginalsCounted: {"month": OWN, "finder": TEXT},
    ruling.AccountRuledBy: {"ruleset": OWN, "basis": TERM, "place": NAME},
    ruling.AccountClassed: {"account_class": OWN, "basis": TERM},
    ruling.AccountLined: {"line": TERM, "basis": TERM},
    ruling.RulesetAssigned: {"place": OWN, "name": NAME, "ruleset": OWN, "basis": TERM},
    claim.ClaimMade: {"what": ID, "purpose": ID},
    claim.ClaimReleased: {"reason": TEXT},
    check_sheet.SheetHandedOut: {
        "sheet_id": OWN,
        "checker": TERM,
        "checkers": TERM,
        "accounts_sha256": OWN,
    },
    check_sheet.SheetRead: {"sheet_id": OWN, "checker": TERM, "content_sha256": OWN},
    counterfeit.CounterfeitSuspected: {
        "given_id": ID,
        "name": NAME,
        "platform": TERM,
        "link": ID,
        "imitates": NAME,
        "finder": TEXT,
        "note": TEXT,
    },
    counterfeit.CounterfeitVerified: {"note": TEXT},
    counterfeit.CounterfeitReported: {"receipt": ID},
    counterfeit.CounterfeitClosed: {"outcome": TEXT},
    evidence.Evidence: {"sha256": OWN, "media_type": OWN, "reference": TEXT},
    filing.FilingApplied: {
        "name": NAME,
        "platform": TERM,
        "owner": NAME,
        "description": TEXT,
        "link": ID,
        "section": TEXT,
        "reason": TEXT,
        "people": OWN,
    },
    filing.FilingOpinionGiven: {"opinion": TEXT},
    filing.FilingFiled: {
        "name": NAME,
        "platform": TERM,
        "owner": NAME,
        "changes": BY_FIELD,
        "reason": TEXT,
        "people": OWN,
    },
    filing.FilingForwarded: {"receipt": ID},
    finding.FindingRecorded: {"rule": OWN, "finder": TEXT, "note": TEXT, "case_number": ID},
    finding.FindingWithdrawn: {"reason": TEXT},
    finding.FindingRectified: {"note": TEXT},
    finding.FindingRechecked: {"by": TERM, "note": TEXT},
    finding.Charge: {"rule": OWN},
    finding.FindingServed: {"round": OWN, "unit": NAME, "how": TEXT},
    focus.FocusFlagged: {"by": TEXT, "reason": TEXT},
    focus.FocusEntered: {"reason": TEXT},
    focus.FocusLeft: {"reason": TEXT},
    objection.ObjectionRaised: {"account": OWN, "reason": TEXT},
    objection.DecisionProposed: {"reason": TEXT, "post_link": ID},
    objection.ObjectionDecided: {"reason": TEXT},
    patrol.AccountPatrolled: {"why": OWN},
    patrol.LookContradicted: {"source": OWN},
    patrol.LookWithdrawn: {"source": OWN, "reason": TEXT},
    patrol.PatrolFailed: {"detail": OWN, "why": OWN},
    patrol.SweepCompleted: {"canaries": OWN},
    post.PostPublished: {"title": SHOWN, "link": SHOWN},
    post.PostEdited: {"title": SHOWN, "link": SHOWN},
    post.PostWithdrawn: {"reason": TEXT},
    rectification.RectificationOrdered: {"reason": TEXT},
    rectification.RectificationAnswered: {"unit": NAME, "text": TEXT},
    rectification.RectificationRechecked: {"by": TERM, "note": TEXT},
    rectification.RectificationReminded: {"unit": NAME},
    rectification.RectificationAnnounced: {"unit": NAME, "name": NAME, "given_id": ID},
    supervision.SupervisionIssued: {
        "kind": OWN,
        "number": TERM,
        "unit": NAME,
        "month": OWN,
        "accounts": OWN,
    },
    supervision.SupervisionAnswered: {"unit": NAME, "text": TEXT},
    supervision.SupervisionWithdrawn: {"reason": TEXT},
    advice.AdviceDecided: {"choice": OWN, "reason": TEXT, "advised": OWN},
    work_order.WorkOrderReceived: {
        "number": ID,
        "level": OWN,
        "sender": NAME,
        "about": TEXT,
        "account": OWN,
    },
    work_order.WorkOrderAnswered: {"number": ID, "text": TEXT},
    report.ReportReceived: {"unit": NAME, "quarter": OWN, "sha256": OWN},
    report.SelfCheckRecorded: {"unit": OWN, "quarter": OWN},
    round.RoundAnnounced: {
        "title": TERM,
        "quarter": OWN,
        "ruleset": OWN,
        "ruleset_sha256": OWN,
        "area": TERM,
        "basis": TERM,
    },
    round.SampleDrawn: {"seed": OWN, "population_sha256": OWN, "sample_sha256": OWN},
    round.FreezeProposed: {"although": TEXT, "unmet": OWN},
    round.RoundFrozen: {"digest": OWN, "manifest_hash": OWN, "although": TEXT, "unmet": OWN},
    round.RevisedRow: {"account": OWN, "before": OWN, "after": OWN},
    round.RoundRevised: {"digest": OWN, "manifest_hash": OWN},
    round.RoundClosed: {"reason": TEXT},
    round.RoundCancelled: {"reason": TEXT},
    round.RoundBasisWithdrawn: {"reason": TEXT, "second": TERM},
    round.RoundCarried: {"account": OWN, "quarter": OWN, "reason": TEXT},
    round.ScoreProjected: {"ruleset": OWN, "verdict": OWN, "reason": OWN},
    round.ScoreWithdrawn: {"reason": OWN},
    round.RoundScored: {"ruleset": OWN, "digest": OWN, "manifest_hash": OWN},
    round_plan.SamplePlan: {"tiers_whole": TERM, "include": OWN},
    round_plan.Stratum: {"key": TERM},
    interaction.InteractionAsked: {"reference": ID},
    interaction.InteractionJudged: {"reason": TEXT},
    interaction.FunctionBroken: {"function": TERM, "url": ID, "note": TEXT},
    interaction.FunctionNoticed: {"function": TERM, "link": ID},
    suspicion.AccountSuspected: {"shown": SHOWN, "known": NAME},
    suspicion.SuspicionSettled: {"reason": TEXT},
    unit.UnitRegistered: _UNIT,
    unit.UnitChanged: {**_UNIT, "reason": TEXT},
    unit.UnitEnded: {"successor": ID, "reason": TEXT},
    upper_check.UpperCheckRecorded: {"document": TERM, "note": TEXT},
    interpretation.DocumentPublished: {"number": TERM, "title": TERM, "unit": NAME},
    interpretation.InterpretationPublished: {"form": OWN, "url": ID},
    repost.RepostOrdered: {
        "number": TERM,
        "title": TERM,
        "source_units": NAME,
        "link": ID,
        "areas": TERM,
        "tiers": TERM,
        "accounts": OWN,
    },
    repost.RepostDone: {"account": OWN, "link": TEXT},
    key_period.KeyPeriodDeclared: {"name": TERM, "areas": TERM},
    key_period.KeyPeriodEnded: {"reason": TEXT},
    withdrawal.FactWithdrawn: {"of_type": OWN, "reason": TEXT, "intake": OWN},
    wording.WordingSuspected: {
        "entry": OWN,
        "commitment": OWN,
        "kind": OWN,
        "where": OWN,
        "post": OWN,
        "context": OWN,
        "snippet": SHOWN,
        "link": SHOWN,
    },
    wording.WordingSettled: {"by": TERM, "rule": OWN, "reason": TEXT},
}
"""What the texts of each struct are; a text inside a list or a mapping is what its field is."""

SUBJECTS: Mapping[type[Payload], Said] = {
    account.AccountOpened: ID,
    account.AccountSpotted: ID,
    claim.ClaimMade: ID,
    counterfeit.CounterfeitSuspected: ID,
    filing.FilingApplied: ID,
    unit.UnitRegistered: ID,
    site.SiteRegistered: ID,
    round.RoundAnnounced: TERM,
    interpretation.DocumentPublished: TERM,
    repost.RepostOrdered: TERM,
    key_period.KeyPeriodDeclared: TERM,
}
"""Types that bring in a subject which people named; others repeat one that is known."""


def said_of_account(field: str) -> Said:
    """Return what the values of a field of an account are."""
    return _ACCOUNT.get(field, TEXT)


class Told(msgspec.Struct, frozen=True):
    """One text of an event: `field` is the path to it, and `said` what it is."""

    field: str
    said: Said
    text: str


def texts_of(event: Event[Payload]) -> Iterator[Told]:
    """Give every text of an event that people may have typed; words of our own are left out."""
    data = event.data
    subject = SUBJECTS.get(type(data))
    if subject is not None:
        yield Told("subject", subject, event.subject.partition(":")[2])
    yield from _texts_in(data, "")


def _texts_in(struct: msgspec.Struct, path: str) -> Iterator[Told]:
    said = SAID.get(type(struct), {})
    for field in struct.__struct_fields__:
        kind, value = said.get(field), getattr(struct, field)
        if kind is not OWN and value:
            yield from _texts(value, f"{path}{field}", kind)


def _texts(value: Any, path: str, kind: Said | str | None) -> Iterator[Told]:
    match value:
        case str():
            if isinstance(kind, Said):
                yield Told(path, kind, value)
        case Mapping():
            for key, inner in value.items():
                by_field = kind == BY_FIELD
                if not by_field and isinstance(kind, Said):
                    yield Told(path, kind, key)
                yield from _texts(inner, f"{path}.{key}", said_of_account(key) if by_field else kind)
        case tuple() | list():
            for inner in value:
                yield from _texts(inner, path, kind)
            if kind in (TEXT, TERM) and len(value) > 1 and all(isinstance(inner, str) for inner in value):
                yield Told(path, kind, "。".join(value))  # a number may have been cut into words
        case msgspec.Struct():
            yield from _texts_in(value, f"{path}.")
