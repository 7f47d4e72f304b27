"""Papers that filings ask for since 2024: who lacks one, or was never asked. A suggestion, never a finding."""

from events.days import chinese_day
from projections.registry.checks.view import CheckParameters, Hit, RegistryView
from projections.registry.credentials import PAPERS, papers_at

_CLAUSE = "互联网政务应用安全管理规定（2024-07-01施行）备案材料"
_APP = "移动客户端"


def papers_missing(view: RegistryView, parameters: CheckParameters) -> list[Hit]:
    """Find open accounts without a paper that they need, as far as anybody said.

    The certificate of the 编制 office is asked of accounts opened since the rules are in force, IPv6 of such apps: who
    said nothing of these is a hit. Of licences and notices nobody can tell who needs one: only who lacks it is.
    """
    papers = papers_at(view.account_facts, view.at)
    hits = []
    for card in view.open_cards():
        asked = card.opened_at is not None and chinese_day(card.opened_at) >= parameters.papers_since
        needed = (
            {"establishment_certificate", *(("ipv6",) if card.platform == _APP else ())} if asked else set()
        )
        wrong = []
        for paper, title in PAPERS.items():
            statement = papers.get((card.account_id, paper))
            if statement is not None and not statement.data.held:
                wrong.append(f"{title}：没有")
            elif statement is None and paper in needed:
                wrong.append(f"{title}：未登记")
        if wrong:
            hits.append(
                Hit(
                    check="papers_missing",
                    clause=_CLAUSE,
                    accounts=(card.account_id,),
                    unit=card.owner,
                    reason=f"“{card.name}”备案材料待补充：{'；'.join(wrong)}",
                )
            )
    return hits
