"""Every sender over the one server of tests, as the settings would build it."""

from collections.abc import Callable
from typing import Any

from connectors.notify.channel import AddressBook, Channel, Handle
from connectors.notify.counters import Counters, Rate
from connectors.notify.dingtalk import DingTalkNotice, DingTalkRobot
from connectors.notify.exchange import Limits, Service
from connectors.notify.feishu import FeishuApp, FeishuRobot
from connectors.notify.sms import SmsChannel, Template
from connectors.notify.webhook import WebhookChannel
from connectors.notify.wecom import WeComApp, WeComRobot
from tests.connectors.notify.vendors import CHAT_ID, KEY, MEMBER, MOBILE, SECRET

ONCE = Limits(attempt_s=0.4, connect_s=0.3, attempts=1, within_s=5.0)
TWICE = Limits(attempt_s=0.4, attempts=2, within_s=5.0, first_wait_s=0.01, longest_wait_s=0.01, jitter_s=0)
FREELY = (Rate(1000, 60),)


class Book:
    """The handles of one person, whose id is p1; nobody else has any."""

    def __init__(self, **handles: str) -> None:
        self.handles = {"wecom": MEMBER, "dingtalk": MEMBER, "feishu": CHAT_ID, "mobile": MOBILE, **handles}
        self.asked: list[tuple[str, Handle]] = []

    def address(self, person_id: str, handle: Handle) -> str | None:
        self.asked.append((person_id, handle))
        return self.handles.get(handle) if person_id == "p1" else None


def sender(
    kind: str, url: str, *, limits: Limits = ONCE, book: AddressBook | None = None, **more: Any
) -> Channel:
    """Build a sender of a kind; what is said beside the URL stands in the place of what is right."""
    service = Service(url, hosts=("127.0.0.1",), allow_private=True, limits=limits)
    book = book or Book()
    counters = more.pop("counters", None) or Counters(None, kind)
    key = more.pop("key", KEY)
    of_kind: dict[str, Callable[[], Channel]] = {
        "wecom-robot": lambda: WeComRobot(
            "x", service, key, **{"counters": counters, "rates": FREELY, **more}
        ),
        "wecom-app": lambda: WeComApp(
            "x",
            service,
            book,
            **{
                "corporation": "ww1",
                "agent": 7,
                "secret": SECRET,
                "cards": False,
                "counters": counters,
                "rates": FREELY,
                **more,
            },
        ),
        "dingtalk-robot": lambda: DingTalkRobot(
            "x", service, key, **{"secret": SECRET, "counters": counters, "rates": FREELY, **more}
        ),
        "dingtalk-notice": lambda: DingTalkNotice(
            "x",
            service,
            book,
            **{
                "application": "dd1",
                "secret": SECRET,
                "agent": 7,
                "counters": counters,
                "rates": FREELY,
                "sent_within_s": 0.3,
                **more,
            },
        ),
        "feishu-robot": lambda: FeishuRobot(
            "x", service, key, **{"secret": SECRET, "counters": counters, "rates": FREELY, **more}
        ),
        "feishu-app": lambda: FeishuApp(
            "x",
            service,
            book,
            **{"application": "cli1", "secret": SECRET, "counters": counters, "rates": FREELY, **more},
        ),
        "sms": lambda: SmsChannel(
            "x",
            service,
            book,
            more.pop("template", None) or TEMPLATE,
            secret=SECRET,
            counters=counters,
            rates=FREELY,
        ),
        "webhook": lambda: WebhookChannel(
            f"{url}/hook", allow_private=True, limits=limits, secret=SECRET, name="x", **more
        ),
    }
    return of_kind[kind]()


TEMPLATE = Template(
    json={"to": "{mobile}", "text": "{text}", "id": "{id}", "key": "{secret}"}, code="code", again=("LIMIT",)
)


def destination(channel: Channel) -> str:
    """Return whom a test writes to."""
    return channel.name if channel.reaches == "group" else "p1"
