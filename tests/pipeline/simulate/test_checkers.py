"""What checkers find: on accounts of the sample, as many as the place says, chosen by lot."""

import msgspec
import pytest

from pipeline.home.errors import UsageError
from pipeline.simulate.checkers import Checkers
from pipeline.simulate.place import Found, load_vocabulary
from pipeline.simulate.registry import build_registry
from pipeline.simulate.rhythm import posting_of
from projections.rules.period import quarter_of
from tests.pipeline.simulate.small_place import small_place

PLACE = small_place()
ACCOUNTS = build_registry(PLACE, load_vocabulary(), 1).accounts
POSTING = posting_of(PLACE, ACCOUNTS, 1)
SAMPLE = sorted(a.account_id for a in ACCOUNTS if a.filed)
SILENT = next(a.account_id for a in ACCOUNTS if a.name == "某溪发布")
ROUND = PLACE.rounds[1]


def checkers() -> Checkers:
    return Checkers(POSTING, [a.account_id for a in ACCOUNTS if not a.filed], 1)


def planned(*found: Found):
    return msgspec.structs.replace(ROUND, found=found)


def found_on(rows) -> list[str]:
    return [row.account.given_id for row in rows]


def test_findings_are_on_accounts_of_the_sample():
    """Whatever was drawn: nobody finds anything where nobody looked."""
    few = SAMPLE[:4]
    rows = checkers().check(planned(Found(rule="yellow-9-functions", accounts=3)), few)
    assert 3 == len(set(found_on(rows)))
    assert set(found_on(rows)) <= set(few)


def test_wording_is_found_only_where_something_was_published():
    """A silent account has nothing to read, so no account is named for both."""
    everyone = Found(rule="red-1-wording", accounts=len(SAMPLE) - 1, among="publishing")
    assert SILENT not in found_on(checkers().check(planned(everyone), SAMPLE))


def test_clean_accounts_are_those_without_a_finding_and_without_a_pause():
    """Over all the rounds of a year."""
    team = checkers()
    first = found_on(team.check(planned(Found(rule="yellow-7-comments", accounts=5, among="clean")), SAMPLE))
    second = found_on(team.check(planned(Found(rule="yellow-7-comments", accounts=5, among="clean")), SAMPLE))
    assert not set(first) & set(second)
    assert all(POSTING[account].regular for account in first + second)


def test_an_account_that_was_never_filed_is_found_outside_of_the_sample():
    """Patrol looks beyond the registry."""
    rows = checkers().check(planned(Found(rule="red-5-silent", accounts=1, among="outside")), SAMPLE)
    assert ["某湖文旅"] == [a.name for a in ACCOUNTS if a.account_id in found_on(rows)]


def test_findings_lie_in_the_quarter_before_the_check_point():
    """Only such findings count (design section 3, Findings)."""
    period = quarter_of(ROUND.check_point, ROUND.quarter)
    rows = checkers().check(planned(Found(rule="yellow-7-comments", accounts=10)), SAMPLE)
    assert all(period.start < row.found_at < ROUND.check_point for row in rows)


def test_more_findings_than_accounts_are_refused():
    """The place file says more than its sample can bear."""
    with pytest.raises(UsageError, match="found on 500 accounts"):
        checkers().check(planned(Found(rule="red-1-wording", accounts=500)), SAMPLE)
