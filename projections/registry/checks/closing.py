"""Accounts that were closed: whether they said so, and whether they stay closed."""

from datetime import datetime, timedelta

from events.account import AccountStopNoticed
from events.instants import local_iso
from projections.registry.checks.view import CheckParameters, Hit, RegistryView

_CLAUSE = "昆政办发〔2019〕162号 附件3 集约整合2"


def closed_without_notice(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find closed accounts that published no stop notice (162号 annex 3, 集约整合 2)."""
    noticed = {
        k.event.subject
        for k in view.account_facts
        if isinstance(k.event.data, AccountStopNoticed) and k.event.time <= view.at
    }
    return [
        Hit(
            check="closed_without_notice",
            clause=_CLAUSE,
            accounts=(card.account_id,),
            unit=card.owner,
            reason=f"“{card.name}”已于 {_day(card.closed_at)} 关停或注销，没有停更公告的记录",
        )
        for card in view.closed_cards()
        if card.account_id not in noticed
    ]


def closed_but_posting(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find accounts that were reported closed and posted afterwards (162号 annex 3, 集约整合 2)."""
    hits = []
    for card in view.closed_cards():
        newest = view.figures[card.account_id].newest_post_at if card.account_id in view.figures else None
        if newest is None or card.closed_at is None:
            continue
        if newest > card.closed_at + timedelta(days=parameters.grace_days):
            hits.append(
                Hit(
                    check="closed_but_posting",
                    clause=_CLAUSE,
                    accounts=(card.account_id,),
                    unit=card.owner,
                    reason=f"“{card.name}”已于 {_day(card.closed_at)} 报关停，{_day(newest)} 仍在发布",
                )
            )
    return hits


def reopened(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find accounts that were opened again after a closing; a closed account must stay closed (162号 二(三))."""
    return [
        Hit(
            check="reopened",
            clause="昆政办发〔2019〕162号 二(三)",
            accounts=(card.account_id,),
            unit=card.owner,
            reason=f"“{card.name}”关停后又于 {_day(card.reopened_at)} 重新开设",
            evidence=(card.opened_id,),
        )
        for card in view.open_cards()
        if card.reopened_at is not None
    ]


def _day(at: datetime | None) -> str:
    return (local_iso(at) or "")[:10]
