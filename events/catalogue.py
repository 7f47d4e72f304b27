"""The catalogue: every event type that exists, and the upcasters that lift old versions."""

from collections.abc import Callable
from typing import Any

import msgspec

from events import (
    account,
    account_number,
    alert,
    answer,
    bulletin,
    check_sheet,
    claim,
    clock,
    counterfeit,
    credentials,
    emergency,
    filing,
    finding,
    focus,
    intake,
    objection,
    office,
    originals,
    patrol,
    post,
    rectification,
    report,
    round,  # noqa: A004 (the room's own word)
    ruleset,
    ruling,
    suspicion,
    two_persons,
    unit,
    upcasters,
    upper_check,
    withdrawal,
)
from events.base import Payload

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Lifts plain data of one version to the next; runs before typed decoding and never raises on data once valid."""


class Catalogue(msgspec.Struct, frozen=True):
    """Payload types by name, and upcasters by (name, version that they lift)."""

    payloads: dict[str, type[Payload]]
    upcasters: dict[tuple[str, int], Upcaster] = {}

    def __post_init__(self) -> None:
        for name, payload in self.payloads.items():
            missing = [v for v in range(1, payload.version) if (name, v) not in self.upcasters]
            if missing:
                raise ValueError(f"{name} is at version {payload.version} but has no upcaster from {missing}")


def catalogue_of(
    *payloads: type[Payload], upcasters: dict[tuple[str, int], Upcaster] | None = None
) -> Catalogue:
    """Build a catalogue from payload types."""
    return Catalogue({p.type: p for p in payloads}, upcasters or {})


_CLAIMED_SINCE_2: tuple[type[claim.Act], ...] = (
    filing.FilingOpinionGiven,
    filing.FilingFiled,
    round.SampleDrawn,
    round.RoundFrozen,
    objection.ObjectionDecided,
    bulletin.BulletinIssued,
)

CATALOGUE = catalogue_of(
    post.PostPublished,
    post.PostDeleted,
    post.PostEdited,
    post.PostPinned,
    post.PostWithdrawn,
    account.AccountOpened,
    account.AccountChanged,
    account.AccountCorrected,
    account.AccountClosed,
    account.AccountMerged,
    account.AccountStopNoticed,
    account.AccountSpotted,
    suspicion.AccountSuspected,
    suspicion.SuspicionSettled,
    unit.UnitRegistered,
    unit.UnitChanged,
    unit.UnitEnded,
    filing.FilingApplied,
    filing.FilingOpinionGiven,
    filing.FilingFiled,
    filing.FilingForwarded,
    counterfeit.CounterfeitSuspected,
    counterfeit.CounterfeitVerified,
    counterfeit.CounterfeitReported,
    counterfeit.CounterfeitClosed,
    patrol.AccountPatrolled,
    patrol.PatrolFailed,
    patrol.LookContradicted,
    patrol.LookWithdrawn,
    patrol.SweepCompleted,
    patrol.SourceStalled,
    patrol.SourceRecovered,
    patrol.SourceImpaired,
    patrol.SourceRestored,
    finding.FindingRecorded,
    finding.FindingWithdrawn,
    finding.FindingRectified,
    focus.FocusFlagged,
    focus.FocusEntered,
    focus.FocusLeft,
    report.ReportReceived,
    report.SelfCheckRecorded,
    upper_check.UpperCheckRecorded,
    finding.FindingRechecked,
    finding.FindingServed,
    rectification.RectificationOrdered,
    rectification.RectificationAnswered,
    clock.ClockTicked,
    clock.LogMarked,
    alert.AlertRaised,
    alert.AlertSkipped,
    alert.AlertHeld,
    alert.AlertCleared,
    alert.AlertWithdrawn,
    alert.AlertComposed,
    alert.AlertUnreached,
    alert.AlertDelivered,
    alert.AlertDeliveryFailed,
    answer.AlertAcknowledged,
    answer.AlertSnoozed,
    answer.AlertMuted,
    answer.PostClaimed,
    emergency.EmergencySuspected,
    emergency.EmergencyConfirmed,
    emergency.EmergencyTakenDown,
    emergency.EmergencyVerified,
    emergency.EmergencyHandedOver,
    emergency.EmergencyClosed,
    emergency.EmergencyDismissed,
    emergency.EmergencyAnnounced,
    round.ScoreProjected,
    round.ScoreWithdrawn,
    round.RoundScored,
    round.RoundAnnounced,
    round.SampleDrawn,
    round.FreezeProposed,
    round.RoundFrozen,
    round.RoundRevised,
    round.RoundClosed,
    round.RoundCancelled,
    round.RoundCarried,
    round.RoundBasisWithdrawn,
    check_sheet.SheetHandedOut,
    check_sheet.SheetRead,
    objection.ObjectionRaised,
    objection.DecisionProposed,
    objection.ObjectionDecided,
    bulletin.BulletinDrafted,
    bulletin.BulletinChecked,
    bulletin.BulletinSubmitted,
    bulletin.BulletinSigned,
    bulletin.BulletinIssued,
    bulletin.CorrectionDrafted,
    bulletin.CorrectionSigned,
    bulletin.CorrectionIssued,
    office.OfficeDescribed,
    ruleset.RulesetProposed,
    ruleset.RulesetAdopted,
    ruling.AccountRuledBy,
    ruling.AccountClassed,
    ruling.AccountLined,
    ruling.RulesetAssigned,
    originals.OriginalsCounted,
    credentials.AccountDocumented,
    two_persons.RuleWaived,
    two_persons.RuleRestored,
    two_persons.ActedAlone,
    account_number.NumbersGiven,
    claim.ClaimMade,
    claim.ClaimReleased,
    intake.IntakeOpened,
    intake.IntakeClosed,
    intake.IntakeWithdrawn,
    withdrawal.FactWithdrawn,
    upcasters={
        ("post.published", 1): upcasters.unchanged,
        ("post.published", 2): upcasters.unchanged,
        ("post.deleted", 1): upcasters.unchanged,
        ("account.patrolled", 1): upcasters.patrolled_with_reach,
        ("account.patrolled", 2): upcasters.unchanged,
        ("patrol.failed", 1): upcasters.unchanged,
        ("patrol.failed", 2): upcasters.unchanged,
        ("sweep.completed", 1): upcasters.unchanged,
        ("source.stalled", 1): upcasters.unchanged,
        ("finding.recorded", 1): upcasters.secrets_as_separate_case,
        ("alert.withdrawn", 1): upcasters.unchanged,
        ("alert.delivered", 1): upcasters.with_destination,
        ("alert.delivery_failed", 1): upcasters.with_destination,
        **{(done.type, 1): upcasters.unchanged for done in _CLAIMED_SINCE_2},
        ("round.frozen", 2): upcasters.unchanged,
        ("round.announced", 1): upcasters.seeded_by_its_plan,
        ("bulletin.drafted", 1): upcasters.unchanged,
        ("bulletin.issued", 2): upcasters.unchanged,
        ("intake.opened", 1): upcasters.unchanged,
    },
)
