"""Accounts of which an opening is all that is said, as known at a moment."""

from datetime import UTC, datetime, timedelta

from connectors.history.openings import openings_alone
from connectors.history.sink import Sink
from events.account import AccountChanged, AccountClosed, AccountCorrected, AccountOpened
from events.codec import Event
from events.ids import fact_id
from events.instants import FAR
from events.withdrawal import FactWithdrawn
from projections.registry.population import REGISTRY_TYPES

OPENED = datetime(2021, 4, 1, tzinfo=UTC)


def fact(account, data, name):
    return Event(fact_id("t", account, name), "t", account, OPENED, data)


def opening(account):
    return fact(account, AccountOpened(given_id=account, name=f"号{account}", platform="抖音"), "opened")


def test_accounts_are_parted_by_how_much_is_said_of_them(history, log):
    """What changes, closes, corrects or takes back an opening counts, and a closing alone is no opening."""
    first = {
        account: opening(account) for account in ("plain", "changed", "closed", "corrected", "withdrawn")
    }
    log._clock = lambda: OPENED
    log.append([*first.values(), first["plain"]])
    log._clock = lambda: OPENED + timedelta(days=1)
    wrong = first["withdrawn"]
    log.append(
        [
            fact("changed", AccountChanged(name="新号"), "changed"),
            fact("closed", AccountClosed(), "closed"),
            fact(
                "corrected",
                AccountCorrected(corrects=first["corrected"].id, reason="x", area="某区"),
                "right",
            ),
            fact(
                "withdrawn",
                FactWithdrawn(corrects=wrong.id, of_type=wrong.type, its_time=wrong.time, reason="x"),
                "back",
            ),
            fact("stranger", AccountClosed(), "closed"),
        ]
    )
    Sink(history, log).catch_up()
    before = openings_alone(history, REGISTRY_TYPES, OPENED + timedelta(hours=1))
    assert before.others == []
    assert before.openings == [(account, event.id, event.data) for account, event in sorted(first.items())]
    now = openings_alone(history, REGISTRY_TYPES, FAR)
    assert now.openings == [("plain", first["plain"].id, first["plain"].data)]
    assert now.others == ["changed", "closed", "corrected", "stranger", "withdrawn"]


def test_nothing_is_known_before_the_first_fact(history):
    """An empty history has no accounts."""
    assert openings_alone(history, REGISTRY_TYPES, FAR) == ([], [])
