"""The notifier of a channel of people over an embedded log: composed, recorded once, held back, failing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from connectors.log.deliveries import Delivery, outcome_of
from connectors.log.embedded import EmbeddedLog
from connectors.log.port import DERIVED
from connectors.notify.channel import DeliveryError, Receipt
from events.alert import AlertComposed, AlertUnreached
from events.base import Payload
from events.codec import CODEC, Event
from events.ids import partition_of
from events.rectification import RectificationAnnounced
from pipeline.home.folder import Home
from pipeline.runtime.embedded.notifier import Notifiers
from pipeline.voice.desk import Desk, Manner
from pipeline.voice.outlet import Outlet
from projections.rules.ladder import Ladder
from projections.voice.hours import Hours
from projections.voice.routing import Directory, Line
from tests.pipeline.derived import NOW, cleared, opener_of, raised, withdrawn
from tests.pipeline.shown import Shown
from tests.projections.rulebooks import KUNSHAN
from tests.projections.voice.matters import CITY, person

UNIT = "某市教育局"
MORNING = NOW + timedelta(hours=49)  # Tuesday, 10:00 in China; the Monday between was 端午节
LINES = (Line("wecom", "wecom"), Line("mail", "mail"))
REFUSED = DeliveryError("invaliduser", permanent=True, unknown=False, alone=True)
LATER = DeliveryError("busy", permanent=False, unknown=False, alone=True)
AWAY = DeliveryError("away", permanent=False, unknown=False)


class People(Shown):
    """A channel of people that can renew."""

    replays = False

    def __init__(
        self,
        *errors: DeliveryError | None,
        name: str = "wecom",
        renews: bool = False,
        once: bool = False,
    ) -> None:
        super().__init__(*errors, name=name, addressed=lambda _: ())
        self._once = once
        self.renewable_for = timedelta(days=14) if renews else None
        self.renewed: list[str] = []

    def send(self, message, destination):
        super().send(message, destination)
        return Receipt(f"ref-{len(self.sent)}" if self.renewable_for else "")

    def renew(self, message, destination, reference):
        del destination
        self.renewed.append(reference)
        self.messages.append(message)
        return Receipt("" if self._once else reference)


@pytest.fixture
def log(home) -> Iterator[EmbeddedLog]:
    log = EmbeddedLog(Home(home).log_path, clock=lambda: NOW)
    log.append([])
    yield log
    log.close()


def alert(account: str, level: str = "day-10") -> Event[Payload]:
    event = raised(account, level=level)
    return Event(event.id, event.source, event.subject, event.time, _owned(event.data))


def end(account: str) -> Event[Payload]:
    event = cleared(account)
    return Event(event.id, event.source, event.subject, event.time, _owned(event.data))


def _owned(data):
    return type(data)(**{f: getattr(data, f) for f in data.__struct_fields__} | {"owner": UNIT})


def staff(*handles: str) -> Directory:
    office = person("contact", CITY)
    return Directory(
        contacts=(person("staff_1", UNIT, *handles), person("staff_2", UNIT, *handles), office),
        city_office=CITY,
    )


def append(log: EmbeddedLog, *events: Event[Payload]) -> None:
    with log.transaction():
        for event in events:
            log.write_derived(partition_of(event.subject, log.partitions), [event])


def tell(log, *channels, at=MORNING, directory=None, most=2, pilot=False, times=1):
    """Tell what the log holds; notifiers are made anew, as after a restart."""
    who = directory or staff()
    manner = Manner(LINES, Hours(), most, pilot)
    outlets = [Outlet(channel, retry_s=0.0) for channel in channels]
    desks = {o.name: Desk(o, manner, Ladder(KUNSHAN), lambda _: who) for o in outlets}
    with Notifiers(outlets, log, limit_days=14, clock=lambda: at, desks=desks) as notifiers:
        return sum(notifiers.deliver_pending() for _ in range(times))


def begin(log, *channels) -> None:
    """Let channels begin: what came before is no news to them."""
    tell(log, *channels)


def derived(log, kind):
    return [
        event.data
        for partition in range(log.partitions)
        for record in log.read(DERIVED, partition, 0, 1000)
        if isinstance((event := CODEC.decode(record.value)).data, kind)
    ]


def test_alerts_of_a_unit_are_one_message_to_each_person(log):
    """Whichever partitions its accounts lie in; each is recorded by itself, and a restart tells nothing again."""
    channel = People()
    begin(log, channel)
    append(log, *(alert(name) for name in "ABC"))
    assert 0 == tell(log, channel, at=NOW)  # Sunday
    assert 2 == tell(log, channel)
    assert ["staff_1@" + UNIT, "staff_2@" + UNIT] == [to for _, to in channel.sent]
    assert all("以下3个账号需要更新" in m.text for m in channel.messages)
    assert 0 == tell(log, channel)
    assert [3, 3] == [len(c.tells) for c in derived(log, AlertComposed)]


def test_another_person_in_the_role_is_not_told_what_the_former_was(log):
    """What is done stands under the channel's name, however the position stands."""
    channel = People()
    begin(log, channel)
    append(log, alert("A"))
    tell(log, channel)
    after = Directory(contacts=(type(person("staff_1", UNIT))("new", UNIT, "staff_1", frozenset({"wecom"})),))
    with log.transaction():
        for partition in range(log.partitions):
            log.set_meta(f"notified:wecom:{partition}", "0")
    assert 0 == tell(log, channel, directory=after)


def test_an_end_renews_the_card_and_goes_to_whoever_was_told(log):
    """The card says that nothing is left to do; where nothing can be renewed it is a message."""
    card, plain = People(renews=True), People(name="mail")
    begin(log, card, plain)
    append(log, alert("A"))
    directory = Directory(contacts=(person("staff_1", UNIT, "wecom"), person("staff_2", UNIT, "mail")))
    assert 2 == tell(log, card, plain, directory=directory)
    append(log, end("A"))
    assert 2 == tell(log, card, plain, directory=directory, at=MORNING + timedelta(hours=2))
    assert ["ref-1"] == card.renewed
    assert "已恢复更新" in card.messages[-1].text
    assert 2 == len(plain.sent)


def test_what_ended_or_was_taken_back_before_it_was_told_is_told_to_nobody(log):
    """A Sunday's alert of an account that posts before Monday."""
    channel = People()
    begin(log, channel)
    append(log, alert("A"), alert("B"), alert("C"))
    append(log, end("A"), withdrawn("B"))
    assert 2 == tell(log, channel)
    assert all("账号“某市C”" in m.text and "某市A" not in m.text for m in channel.messages)


def test_the_limit_of_a_day_holds_back_until_the_next_morning(log):
    """And nothing is lost by a restart in between; the last step passes."""
    channel = People()
    begin(log, channel)
    append(log, alert("A"))
    tell(log, channel, most=1)
    append(log, alert("B"))
    assert 0 == tell(log, channel, most=1, at=MORNING + timedelta(hours=3))
    append(log, alert("C", "limit"))
    assert 2 < tell(log, channel, most=1, at=MORNING + timedelta(hours=3))
    assert 0 == tell(log, channel, most=1, at=MORNING + timedelta(days=1))
    assert {"某市A", "某市B", "某市C"} <= {
        n for n in ("某市A", "某市B", "某市C") if any(n in m.text for m in channel.messages)
    }


def test_an_alert_that_everybody_refuses_is_told_to_the_office_once(log):
    """Whatever steps follow; the office is another person on the same channel."""
    channel = People(REFUSED, REFUSED)
    begin(log, channel)
    append(log, alert("A"))
    tell(log, channel, times=2)
    assert ["refused"] == [u.cause for u in derived(log, AlertUnreached)]
    tell(log, channel, at=MORNING + timedelta(hours=2))
    assert ["contact@" + CITY] == [to for _, to in channel.sent]
    assert "未能送达" in channel.messages[0].text
    tell(log, channel, at=MORNING + timedelta(hours=3))
    assert 1 == len(channel.sent)


def test_one_who_was_reached_on_another_channel_is_enough(log):
    """Escalation follows from a delivery that failed, and not from one that was not the only one."""
    refuses, takes = People(REFUSED), People(name="mail")
    begin(log, refuses, takes)
    append(log, alert("A"))
    directory = Directory(contacts=(person("staff_1", UNIT, "wecom"), person("staff_2", UNIT, "mail")))
    tell(log, refuses, takes, directory=directory, times=3)
    assert [] == derived(log, AlertUnreached)
    assert 1 == len(takes.sent)


def test_an_alert_for_whom_nobody_can_be_told_is_told_to_the_office(log):
    """No person of the unit has a handle on any channel."""
    channel = People()
    begin(log, channel)
    append(log, alert("A"))
    tell(log, channel, directory=staff("fax"), times=2)
    tell(log, channel, directory=staff("fax"), at=MORNING + timedelta(hours=2))
    assert ["nobody"] == [u.cause for u in derived(log, AlertUnreached)]
    assert ["contact@" + CITY] == [to for _, to in channel.sent]


@pytest.mark.parametrize("error", [LATER, AWAY])
def test_what_fails_for_now_is_tried_again(log, error):
    """One person alone, or the channel: the others have theirs, and nobody gets it twice."""
    channel = People(error)
    begin(log, channel)
    append(log, alert("A"))
    tell(log, channel)
    tell(log, channel, at=MORNING + timedelta(minutes=2))
    assert sorted(["staff_1@" + UNIT, "staff_2@" + UNIT]) == sorted(to for _, to in channel.sent)


def test_a_home_that_rehearses_records_and_sends_nothing(log):
    """When it goes live, what was rehearsed is no news, nor its end; what comes then goes out."""
    channel = People(renews=True)
    begin(log, channel)
    append(log, alert("A"))
    assert 2 == tell(log, channel, pilot=True)
    assert [] == channel.sent
    assert [True, True] == [c.pilot for c in derived(log, AlertComposed)]
    assert "pilot" == outcome_of(log.db, Delivery(alert("A").id, "wecom", "wecom"))
    append(log, end("A"), alert("B"))
    assert 2 == tell(log, channel, at=MORNING + timedelta(hours=2))
    assert all("某市B" in m.text and "某市A" not in m.text for m in channel.messages)


def test_a_message_that_can_be_changed_once_is_changed_once(log):
    """WeCom takes one update: what comes behind it is a message again."""
    channel = People(renews=True, once=True)
    begin(log, channel)
    append(log, alert("A"), alert("B"))
    tell(log, channel)
    for hours, account in ((1, "A"), (2, "B")):
        append(log, end(account))
        tell(log, channel, at=MORNING + timedelta(hours=hours))
    assert (2, 4) == (len(channel.renewed), len(channel.sent))


def test_what_fails_again_and_again_is_given_up_and_told_to_the_office(log):
    """An early step after twelve hours, for the next one says the same and more; never before ten minutes of tries."""
    channel = People(*[LATER] * 200)
    begin(log, channel)
    append(log, alert("A"))
    at = [MORNING]
    manner = Manner(LINES, Hours(0, 0), 2, pilot=False)
    outlet = Outlet(channel, retry_s=0.0)
    desk = Desk(outlet, manner, Ladder(KUNSHAN), lambda _: staff())
    with Notifiers([outlet], log, limit_days=14, clock=lambda: at[0], desks={"wecom": desk}) as notifiers:
        for n in range(40):
            append(log, raised(f"other {n}", replay=True))  # something that wakes the notifier
            notifiers.deliver_pending()
            at[0] += timedelta(minutes=30)
    assert ["refused"] == [u.cause for u in derived(log, AlertUnreached)]


def test_what_a_later_step_took_the_place_of_stays_untold_after_a_restart(log):
    """Something that is held back lets records be read again; the later step was told already."""
    channel = People()
    begin(log, channel)
    append(log, *(alert(name) for name in "ABCDEFGH"))
    append(log, *(alert(name, "limit") for name in "ABCDEFGH"))
    tell(log, channel)
    for partition in range(log.partitions):
        log.set_meta(f"notified:wecom:{partition}", "0")
    assert 0 == tell(log, channel, at=MORNING + timedelta(hours=1))


def test_a_reminder_of_rectification_goes_with_what_else_the_unit_is_told(log):
    """One message for both, once; it stays as it was sent, so that nothing of it is lost with a later change."""
    card = People(renews=True)
    begin(log, card)
    due = RectificationAnnounced(
        unit=UNIT, step="due", due=date(2021, 6, 15), count=2, accounts=2, name="某市甲"
    )
    task = Event(opener_of("task"), "xuncha", "T", NOW + timedelta(hours=48), due)
    append(log, alert("A"), task)
    assert 2 == tell(log, card)
    assert all("整改提醒" in m.text and "某市A" in m.text for m in card.messages)
    append(log, alert("B"))
    assert 2 == tell(log, card, at=MORNING + timedelta(hours=2))
    assert [] == card.renewed
    assert 0 == tell(log, card, at=MORNING + timedelta(hours=3))


@pytest.mark.parametrize(
    ("directory", "cause"),
    [(Directory(contacts=(person("contact", CITY),), city_office=CITY), "nobody"), (None, "refused")],
)
def test_a_reminder_of_rectification_that_reaches_nobody_is_told_to_the_office_once(log, directory, cause):
    """As of an alert: nobody to tell, or refused by all; the notice says that it is about rectification."""
    channel = People(*[REFUSED] * 2) if cause == "refused" else People()
    begin(log, channel)
    due = RectificationAnnounced(
        unit=UNIT, step="due", due=date(2021, 6, 15), count=3, accounts=2, name="教育发布"
    )
    append(log, Event(opener_of("task"), "xuncha", "A", NOW, due))
    tell(log, channel, directory=directory, times=2)
    for hours in (2, 3):
        tell(log, channel, directory=directory, at=MORNING + timedelta(hours=hours))
    (told,) = derived(log, AlertUnreached)
    assert (cause, "rectification", UNIT) == (told.cause, told.level, told.owner)
    assert ["contact@" + CITY] == [to for _, to in channel.sent]
    assert f"{UNIT}的整改提醒（账号“教育发布”等）未能送达" in channel.messages[0].text


def test_a_home_that_rehearses_reminds_nobody(log):
    """What would have gone out is recorded, and is no news once it does send."""
    channel = People()
    begin(log, channel)
    due = RectificationAnnounced(
        unit=UNIT, step="late", due=date(2021, 6, 14), count=1, accounts=1, name="甲"
    )
    append(log, Event(opener_of("task"), "xuncha", "T", NOW + timedelta(hours=48), due))
    tell(log, channel, pilot=True)
    assert [] == channel.sent
    assert {True} == {composed.pilot for composed in derived(log, AlertComposed)}
    tell(log, channel)
    assert [] == channel.sent
