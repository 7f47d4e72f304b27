"""Accounts on their way out: until they are closed they update like any other, and the closing itself is filed."""

from datetime import datetime, timedelta

from events.account import AccountClosed
from events.instants import local_iso
from projections.registry.checks.view import CheckParameters, Hit, RegistryView
from projections.registry.filing_case import CaseState, FilingCase

ENDING = frozenset({"stopped", "cancelled"})
"""Kinds of filings by which an account ends."""


def awaiting_and_silent(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find accounts that are to be cancelled (拟关停) and silent meanwhile (杨凌示范区 bulletin of 2025-04-11).

    Only where a look proves the silence: who was not looked at is no hit.
    """
    awaiting = {case.account_id: case for case in view.cases if _awaits(case, view.at)}
    limit, hits = timedelta(days=parameters.awaiting_days), []
    for card in view.open_cards():
        case, figures = awaiting.get(card.account_id), view.figures.get(card.account_id)
        if case is None or figures is None or figures.newest_post_at is None:
            continue
        proven = figures.proven_until
        if proven is None or proven <= figures.newest_post_at + limit:
            continue
        days = (view.at - figures.newest_post_at).days
        hits.append(
            Hit(
                check="awaiting_and_silent",
                clause="杨凌示范区2025-04-11通报 拟关停账号",
                accounts=(card.account_id,),
                unit=card.owner,
                reason=f"“{card.name}”已申请关停，注销前仍应更新，已 {days} 天没有更新",
                evidence=(case.id,),
            )
        )
    return hits


def closed_without_filing(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find closed accounts whose closing nobody filed (关停备案; 162号 二(二): closing and cancelling are filed)."""
    filed = {c.account_id for c in view.cases if c.kind in ENDING and c.filing_id is not None}
    filed |= {
        k.event.subject
        for k in view.account_facts
        if isinstance(k.event.data, AccountClosed) and k.event.data.filed_at is not None
    }
    return [
        Hit(
            check="closed_without_filing",
            clause="昆政办发〔2019〕162号 二(二)",
            accounts=(card.account_id,),
            unit=card.owner,
            reason=f"“{card.name}”已于 {_day(card.closed_at)} 关停或注销，没有关停备案",
        )
        for card in view.closed_cards()
        if card.account_id not in filed
    ]


def _awaits(case: FilingCase, at: datetime) -> bool:
    """Tell whether a case is an application to end an account that has not taken effect."""
    if case.kind not in ENDING or case.state is CaseState.REFUSED:
        return False
    return case.effective_at is None or case.effective_at > at


def _day(at: datetime | None) -> str:
    return (local_iso(at) or "")[:10]
