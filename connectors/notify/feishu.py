"""Feishu (飞书): a robot in a group, and cards of an application to people, which can be renewed for 14 days."""

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec

from connectors.notify import vendor_answers as say
from connectors.notify.channel import AddressBook, Handle, OneDestination, Receipt
from connectors.notify.counters import Counters, Rate
from connectors.notify.exchange import Service, in_attempts
from connectors.notify.message import Message
from connectors.notify.of_people import OfPeople
from connectors.notify.outcome import AttemptError
from connectors.notify.text_sizes import cut
from connectors.notify.tokens import Fetched, Tokens, fetched
from connectors.notify.vendor_answers import Meaning, judged

BASE = "https://open.feishu.cn"
HOSTS = ("open.feishu.cn",)
ROBOT_BYTES = 18_000
CARD_BYTES = 28_000
"""A request holds 20 and 30 KB; what stands around the text is taken off."""

CARD_FOR = timedelta(days=14)
ROBOT_RATES = (Rate(5, 1), Rate(100, 60))
PERSON_RATES = (Rate(5, 1),)
IdType = Literal["open_id", "user_id", "union_id", "email"]

_ROBOT = {
    9499: Meaning(say.REQUEST),
    11232: Meaning(say.BUSY, say.RATE_S),
    19001: Meaning(say.KEY),
    19021: Meaning(say.SIGNATURE),
    19022: Meaning(say.NETWORK),
    19024: Meaning(say.KEYWORD),
    230020: Meaning(say.RATE, say.BUSY_S),
    99991400: Meaning(say.RATE, say.RATE_S),
}
_APPLICATION = {
    10003: Meaning(say.LOGIN),
    10014: Meaning(say.LOGIN),
    11232: Meaning(say.BUSY, say.RATE_S),
    230001: Meaning(say.REQUEST),
    230002: Meaning(say.GROUP, alone=True),
    230006: Meaning(say.RIGHTS),
    230011: Meaning(say.OLD, alone=True),
    230013: Meaning(say.NOBODY, alone=True),
    230020: Meaning(say.RATE, say.BUSY_S, alone=True),
    230025: Meaning(say.LONG, alone=True),
    230027: Meaning(say.RIGHTS),
    230028: Meaning(say.CONTENT, alone=True),
    230031: Meaning(say.OLD, alone=True),
    230099: Meaning(say.REQUEST),
    99991400: Meaning(say.RATE, say.RATE_S),
    99991661: Meaning(say.TOKEN, is_token=True),
    99991663: Meaning(say.TOKEN, is_token=True),
    99991664: Meaning(say.TOKEN, is_token=True),
}
_COLOURS = {"alert": "orange", "stalled": "red", "cleared": "green", "recovered": "green"}


class FeishuRobot(OneDestination):
    """A robot of a group that proves itself by a signature."""

    def __init__(
        self,
        name: str,
        service: Service,
        key: str,
        *,
        secret: str | None,
        counters: Counters,
        rates: Sequence[Rate] = ROBOT_RATES,
    ) -> None:
        self.name = name
        self._service = service
        self._key = key
        self._secret = secret
        self._counters = counters
        self._rates = rates

    def deliver(self, message: Message) -> Receipt:
        """Post a message to the group."""
        content = {"msg_type": "text", "content": {"text": cut(message.text, ROBOT_BYTES)}}
        in_attempts(lambda: self._post(content), self._service.limits)
        return Receipt()

    def _post(self, content: dict[str, Any]) -> None:
        self._counters.take("", self._rates, alone=False)
        signed: dict[str, str] = {}
        if self._secret:
            at_s = str(int(time.time()))
            signed = {"timestamp": at_s, "sign": signature(self._secret, at_s)}
        answer = self._service.call_json("POST", f"open-apis/bot/v2/hook/{self._key}", {**signed, **content})
        judged(answer, _ROBOT, names=("code", "StatusCode"), hide=(self._key, self._secret or ""))


class FeishuApp(OfPeople):
    """An application that sends cards to people; one is renewed in place, as long as it is not older than 14 days."""

    handle: Handle = "feishu"
    renewable_for = CARD_FOR

    def __init__(
        self,
        name: str,
        service: Service,
        book: AddressBook,
        *,
        application: str,
        secret: str,
        id_type: IdType = "open_id",
        counters: Counters,
        rates: Sequence[Rate] = PERSON_RATES,
    ) -> None:
        super().__init__(name, book, counters, rates)
        self._service = service
        self._application = application
        self._secret = secret
        self._id_type = id_type
        self._tokens = Tokens(self._fetch)

    def deliver(self, message: Message, address: str) -> Receipt:
        """Send a card; the vendor takes the same `uuid` once in an hour, so a repetition does no harm."""
        content = {
            "receive_id": address,
            "msg_type": "interactive",
            "content": _card(message),
            "uuid": str(message.id),
        }
        fields = self._call(
            "POST", "open-apis/im/v1/messages", content, query={"receive_id_type": self._id_type}
        )
        data = fields.get("data")
        return Receipt(str(data.get("message_id") or "") if isinstance(data, dict) else "")

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        """Put another card in the place of one; the same reference serves again."""
        del destination  # the card knows who has it
        if not reference.replace("_", "").isalnum():
            raise AttemptError(say.OLD, permanent=True, alone=True)
        self._counters.take(f"card:{reference}", self._rates, alone=True)
        path = f"open-apis/im/v1/messages/{reference}"
        self._call("PATCH", path, {"content": _card(message)})
        return Receipt(reference)

    def _call(
        self,
        method: str,
        path: str,
        content: dict[str, Any],
        query: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        def ask(token: str) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {token}"}
            answer = self._service.call_json(method, path, content, query=query, headers=headers)
            return judged(answer, _APPLICATION, names=("code",), quotes=False)

        return in_attempts(lambda: self._tokens.use(ask), self._service.limits)

    def _fetch(self) -> Fetched:
        content = {"app_id": self._application, "app_secret": self._secret}
        answer = self._service.call_json("POST", "open-apis/auth/v3/tenant_access_token/internal", content)
        fields = judged(answer, _APPLICATION, names=("code",), hide=(self._secret,))
        return fetched(fields, "tenant_access_token", "expire")


def signature(secret: str, at_s: str) -> str:
    """Return what proves a robot's caller for an hour: time and secret are the key, the text is empty."""
    digest = hmac.new(f"{at_s}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _card(message: Message) -> str:
    """Return a message as a card that all who have it share, which is the kind that can be renewed."""
    headline, _, rest = message.text.partition("\n")
    body = {"tag": "plain_text", "content": cut(rest or headline, CARD_BYTES // 2)}
    card = {
        "config": {"update_multi": True, "wide_screen_mode": True},
        "header": {
            "template": _COLOURS.get(message.kind, "blue"),
            "title": {"tag": "plain_text", "content": cut(headline, 600)},
        },
        "elements": [{"tag": "div", "text": body}],
    }
    return msgspec.json.encode(card).decode()
