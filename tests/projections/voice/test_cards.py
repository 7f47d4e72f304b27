"""What one message to a person holds, and what it changes in its place."""

from datetime import timedelta
from uuid import UUID

from events import derived_ids
from projections.voice.cards import Card, compose, holders, sent
from tests.projections.voice.matters import AT, DAY, matter

TWO_WEEKS = timedelta(days=14)


def told(card, *matters, at=AT, renewable=TWO_WEEKS, most=2):
    """Tell matters, and return the card and whether it was renewed; None where they are held back."""
    made = compose(matters, card, at, renewable_for=renewable, most_a_day=most)
    if made is None:
        return card, None
    reference = "r" if renewable else ""
    return sent(card, made, at, reference, renewed=made.renews), made.renews


def cleared(account="wechat:a"):
    return matter(account, kind="cleared")


def withdrawn(of):
    return matter(of.account_id, kind="withdrawn", corrects=str(of.id))


def test_alerts_of_one_unit_are_one_message():
    """All that is due stands on one card."""
    card, renewed = told(Card(), matter("wechat:a"), matter("wechat:b"))
    assert (2, 1, False) == (len(card.items), card.count, renewed)


def test_ends_and_known_silences_change_a_card_in_its_place():
    """Days later, too, for as long as the vendor takes it; a new silence is a message of its own."""
    card, _ = told(Card(), matter("wechat:a"))
    card, renewed = told(card, matter("wechat:a", level="day-12"), at=AT + 2 * DAY)
    assert (True, 0) == (renewed, card.counted(AT + 3 * DAY))
    card, renewed = told(card, cleared(), at=AT + 3 * DAY)
    assert (True, ["ended"]) == (renewed, [item.state for item in card.items])
    _, renewed = told(card, matter("wechat:b"), at=AT + 3 * DAY)
    assert renewed is False


def test_what_comes_on_the_day_of_a_message_joins_it():
    """The card of that day is in front of its reader."""
    card, _ = told(Card(), matter("wechat:a"))
    card, renewed = told(card, matter("wechat:b"), at=AT + timedelta(hours=3))
    assert (True, 1, 2) == (renewed, card.count, len(card.items))


def test_the_last_step_and_the_limit_are_messages_of_their_own():
    """A change of an old message is seen by nobody who does not look."""
    card, _ = told(Card(), matter())
    for step in ("last", "limit"):
        card, renewed = told(card, matter(step=step), at=AT + timedelta(hours=1))
        assert renewed is False
    assert 3 == card.count


def test_the_limit_of_a_day_holds_back_what_can_wait_and_nothing_else():
    """Neither the last step, nor the limit, nor an emergency; and the next day begins anew."""
    card, _ = told(Card(), matter("wechat:a"), renewable=None, most=1)
    _, held = told(card, matter("wechat:b"), renewable=None, most=1)
    assert held is None
    for urgent in (matter(step="last"), matter(step="limit"), matter(kind="emergency")):
        assert compose([urgent], card, AT, renewable_for=None, most_a_day=1) is not None
    assert told(card, matter("wechat:b"), at=AT + DAY, renewable=None, most=1)[1] is False


def test_a_card_that_is_too_old_is_not_renewed():
    """Feishu takes changes for 14 days, WeCom for 72 hours."""
    card, _ = told(Card(), matter())
    assert told(card, cleared(), at=AT + 13 * DAY)[1] is True
    assert told(card, cleared(), at=AT + TWO_WEEKS)[1] is False


def test_an_end_goes_to_whoever_was_told_the_silence():
    """And a withdrawal to whoever was told what it takes back, be it an alert or its end."""
    alert = matter()
    card, _ = told(Card(), alert)
    cards = {("p", "u"): card, ("q", "u"): Card()}
    assert [("p", "u")] == holders(cards, cleared()) == holders(cards, withdrawn(alert))
    card, _ = told(card, withdrawn(alert))
    assert ["void"] == [item.state for item in card.items]
    assert [] == holders({("p", "u"): card}, cleared())


def test_an_end_that_was_wrong_opens_the_silence_again():
    """Its withdrawal names the id of the end."""
    alert = matter()
    card, _ = told(told(Card(), alert)[0], cleared())
    end = derived_ids.alert_cleared(alert.account_id, UUID(alert.opener_id))
    wrong = matter(kind="withdrawn", corrects=str(end))
    assert [("p", "u")] == holders({("p", "u"): card}, wrong)
    assert ["open"] == [item.state for item in told(card, wrong)[0].items]
