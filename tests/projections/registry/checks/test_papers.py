"""互联网政务应用安全管理规定 (in force 2024-07-01): papers of a filing; silence about them is a suggestion."""

from datetime import datetime

import pytest

from events.credentials import AccountDocumented
from events.instants import MICROSECOND, SHANGHAI
from projections.registry.credentials import PAPERS
from tests.projections.facts import known
from tests.projections.registry.checks.views import AT, DAY, accounts, card, fact, hits

SINCE = datetime(2024, 7, 1, tzinfo=SHANGHAI)


def paper(credential, at=AT - DAY, account="wechat:1", **said):
    return fact(AccountDocumented(credential=credential, **({"held": True} | said)), at, account)


@pytest.mark.parametrize(("opened_at", "found"), [(SINCE, 1), (SINCE - MICROSECOND, 0), (None, 0)])
def test_the_certificate_is_asked_of_accounts_opened_since_the_rules_are_in_force(opened_at, found):
    """From the first moment of 1 July 2024 in China."""
    assert found == len(hits("papers_missing", card("1", opened_at=opened_at)))


def test_the_last_word_on_a_paper_counts():
    """Who lacks one is a hit whenever the account was opened; one that came since is none; the future is not known."""
    old = card("1", opened_at=SINCE - DAY)
    lacking = paper("news_licence", AT - 2 * DAY, held=False)
    came, later = paper("news_licence", AT - DAY), paper("news_licence", AT + DAY)
    for facts, found in (([lacking], 1), ([lacking, came], 0), ([lacking, later], 1), ([], 0)):
        assert found == len(hits("papers_missing", old, account_facts=tuple(known(*facts)))), facts


@pytest.mark.parametrize("credential", PAPERS)
def test_who_lacks_any_paper_is_a_hit_with_its_name(credential):
    """互联网政务应用安全管理规定, 昆政办发〔2019〕162号 二(二) 主办单位发生变化: licences, IPv6, public notice."""
    old = card("1", opened_at=SINCE - DAY)
    (hit,) = hits("papers_missing", old, account_facts=tuple(known(paper(credential, held=False))))
    assert f"{PAPERS[credential]}：没有" in hit.reason
    assert [] == hits("papers_missing", old, account_facts=tuple(known(paper(credential))))


def test_an_app_says_whether_it_speaks_ipv6():
    """Of other platforms nobody asks it."""
    facts = tuple(
        known(paper("establishment_certificate"), paper("establishment_certificate", account="wechat:2"))
    )
    app = card("1", opened_at=SINCE, platform="移动客户端")
    found = hits("papers_missing", app, card("2", opened_at=SINCE), account_facts=facts)
    assert [("wechat:1",)] == accounts(found)
    assert "IPv6" in found[0].reason
