"""What was done without a filing."""

from events.account import AccountChanged
from events.instants import local_iso
from events.platforms import platform_slug
from projections.registry.checks.view import CheckParameters, Hit, RegistryView
from projections.registry.filing_case import CaseProblem

_CLAUSE = "昆政办发〔2019〕162号 二(二)"
_PROBLEMS = {
    CaseProblem.NO_APPLICATION: "开设前没有申请",
    CaseProblem.NOT_APPROVED: "开设时市政府办公室尚未批准",
    CaseProblem.REFUSED: "市政府办公室不同意，仍然开设",
    CaseProblem.APPLIED_AFTERWARDS: "开设之后才申请",
}


def renamed_without_filing(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find changes of a name that no filing tells of (162号 二(二): changes are filed)."""
    filed = {(c.account_id, c.changes["name"]) for c in view.cases if "name" in c.changes}
    names: dict[str, str] = {}
    hits = []
    for k in view.account_facts:
        event, data = k.event, k.event.data
        new = getattr(data, "name", None)
        if new is None or event.time > view.at:
            continue
        old = names.get(event.subject)
        names[event.subject] = new
        if not isinstance(data, AccountChanged) or old in (None, new):
            continue
        if data.filed_at is None and (event.subject, new) not in filed:
            card = view.cards.get(event.subject)
            day = (local_iso(event.time) or "")[:10]
            hits.append(
                Hit(
                    check="renamed_without_filing",
                    clause=_CLAUSE,
                    accounts=(event.subject,),
                    unit=card.owner if card else "",
                    reason=f"“{old}”{day} 更名为“{new}”，没有变更备案",
                    evidence=(event.id,),
                )
            )
    return hits


def opened_without_approval(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find openings that nobody had applied for, or that the office had not approved (162号 annex 3 开设备案)."""
    return [
        Hit(
            check="opened_without_approval",
            clause="昆政办发〔2019〕162号 附件3 开设备案",
            accounts=(case.account_id,),
            unit=case.owner,
            reason=f"“{case.name}”{_PROBLEMS[problem]}",
            evidence=(case.id,),
        )
        for case in view.cases
        for problem in case.problems
    ]


def unfiled(view: RegistryView, _parameters: CheckParameters) -> list[Hit]:
    """Find accounts that patrols, posts or looks tell of and the registry doesn't (162号 annex 3 监管范围)."""
    titles = {(card.name, platform_slug(card.platform)) for card in view.cards.values()}
    found: dict[str, Hit] = {}
    for seen in view.sightings:
        title = (seen.name, platform_slug(seen.platform))
        if seen.account_id in view.cards or (seen.name and title in titles):
            continue
        day = (local_iso(seen.seen_at) or "")[:10]
        name = f"“{seen.name}”（{seen.platform}）" if seen.name else seen.account_id
        found.setdefault(
            seen.account_id,
            Hit(
                check="unfiled",
                clause="昆政办发〔2019〕162号 附件3 监管范围",
                accounts=(seen.account_id,),
                unit=seen.owner,
                reason=f"{name} {day} {seen.how}，未备案".replace("  ", " "),
            ),
        )
    return list(found.values())
