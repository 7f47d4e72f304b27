"""WeCom (企业微信, and 政务微信 under its own base URL): a robot in a group, an application that writes to people."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.notify import vendor_answers as say
from connectors.notify.channel import AddressBook, Handle, OneDestination, Receipt
from connectors.notify.counters import Counters, Rate
from connectors.notify.exchange import Service, in_attempts
from connectors.notify.message import Message
from connectors.notify.of_people import OfPeople
from connectors.notify.outcome import AttemptError
from connectors.notify.text_sizes import cut, split
from connectors.notify.tokens import Fetched, Tokens, fetched
from connectors.notify.vendor_answers import Meaning, judged

BASE = "https://qyapi.weixin.qq.com"
HOSTS = ("qyapi.weixin.qq.com",)
TEXT_BYTES = 2048
CARD_FOR = timedelta(hours=72)
ROBOT_RATES = (Rate(20, 60),)
PERSON_RATES = (Rate(30, 60), Rate(1000, 3600))

_TITLE, _REST = 36, 160  # characters that a card shows of its headline, and of the text below
_REPEAT_S = 4 * 3600  # the same JSON is delivered once in so long: a repetition after a crash does no harm

_CODES = {
    -1: Meaning(say.BUSY, say.BUSY_S),
    40001: Meaning(say.LOGIN),
    40003: Meaning(say.NOBODY, alone=True),
    40008: Meaning(say.TYPE),
    40013: Meaning(say.LOGIN),
    40014: Meaning(say.TOKEN, is_token=True),
    40056: Meaning(say.LOGIN),
    40058: Meaning(say.LONG),
    41001: Meaning(say.TOKEN, is_token=True),
    42001: Meaning(say.TOKEN, is_token=True),
    45002: Meaning(say.LONG),
    45009: Meaning(say.RATE, say.RATE_S),
    45033: Meaning(say.RATE, say.BUSY_S),
    48002: Meaning(say.RIGHTS),
    60011: Meaning(say.RIGHTS, alone=True),
    60020: Meaning(say.NETWORK),
    60111: Meaning(say.NOBODY, alone=True),
    81013: Meaning(say.NOBODY, alone=True),
    93000: Meaning(say.KEY),
}


class WeComRobot(OneDestination):
    """A robot of a group; a text that is too long goes in numbered parts."""

    def __init__(
        self,
        name: str,
        service: Service,
        key: str,
        *,
        counters: Counters,
        rates: Sequence[Rate] = ROBOT_RATES,
    ) -> None:
        self.name = name
        self._service = service
        self._key = key
        self._counters = counters
        self._rates = rates
        self._begun: tuple[object, int] = (None, 0)  # message of which parts were taken, and how many

    def deliver(self, message: Message) -> Receipt:
        """Post a message; after a failure it goes on with the first part that was not taken."""
        parts = split(message.text, TEXT_BYTES)
        first = self._begun[1] if self._begun[0] == message.id else 0
        for number, part in enumerate(parts[first:], first):
            in_attempts(lambda part=part: self._post(part), self._service.limits)  # type: ignore[misc]
            self._begun = (message.id, number + 1)
        self._begun = (None, 0)
        return Receipt()

    def _post(self, text: str) -> None:
        self._counters.take("", self._rates, alone=False)
        content = {"msgtype": "text", "text": {"content": text}}
        answer = self._service.call_json("POST", "cgi-bin/webhook/send", content, query={"key": self._key})
        judged(answer, _CODES, names=("errcode",), hide=(self._key,))


class WeComApp(OfPeople):
    """An application that writes to people, in texts, or in cards which can be renewed once within 72 hours.

    Cards ask the application for an address that takes the press of their button. What does not fit a card goes as a
    text, which cannot be renewed. One that opens its home page (始终进入主页) shows texts alone, and cuts them.
    """

    handle: Handle = "wecom"

    def __init__(
        self,
        name: str,
        service: Service,
        book: AddressBook,
        *,
        corporation: str,
        agent: int,
        secret: str,
        cards: bool,
        counters: Counters,
        rates: Sequence[Rate] = PERSON_RATES,
    ) -> None:
        super().__init__(name, book, counters, rates)
        self._service = service
        self._corporation = corporation
        self._agent = agent
        self._secret = secret
        self._cards = cards
        self._tokens = Tokens(self._fetch)

    @property
    def renewable_for(self) -> timedelta | None:
        """Return how long a card can be renewed; texts never."""
        return CARD_FOR if self._cards else None

    def deliver(self, message: Message, address: str) -> Receipt:
        """Write to one member; `errcode` 0 with the member under `invaliduser` is a refusal."""
        content: dict[str, Any] = {
            "touser": address,
            "agentid": self._agent,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _REPEAT_S,
        }
        card = _card(message) if self._cards else None
        if card is not None:
            same_person = hashlib.sha256(address.encode()).hexdigest()[:8]
            card |= {"task_id": f"{message.id}-{same_person}"}
            content |= {"msgtype": "template_card", "template_card": card}
        else:
            content |= {"msgtype": "text", "text": {"content": cut(message.text, TEXT_BYTES)}}
        fields = self._call("cgi-bin/message/send", content)
        return Receipt(str(fields.get("response_code") or "") if card else "")

    def renew(self, message: Message, destination: str, reference: str) -> Receipt:
        """Put another card in the place of one; a reference serves once, so the receipt has none."""
        card, address = _card(message), self.address(destination)
        if card is None:
            raise AttemptError(say.LONG, permanent=True, alone=True)
        content = {
            "userids": [address],
            "agentid": self._agent,
            "response_code": reference,
            "template_card": card,
        }
        self._call("cgi-bin/message/update_template_card", content)
        return Receipt()

    def _call(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        def post(token: str) -> dict[str, Any]:
            answer = self._service.call_json("POST", path, content, query={"access_token": token})
            return judged(answer, _CODES, names=("errcode",), quotes=False)

        fields = in_attempts(lambda: self._tokens.use(post), self._service.limits)
        for name in ("invaliduser", "unlicenseduser"):
            if fields.get(name):  # there was one recipient
                reason = say.NOBODY if name == "invaliduser" else say.RIGHTS
                raise AttemptError(reason, permanent=True, alone=True)
        return fields

    def _fetch(self) -> Fetched:
        query = {"corpid": self._corporation, "corpsecret": self._secret}
        answer = self._service.call_json("GET", "cgi-bin/gettoken", query=query)
        fields = judged(answer, _CODES, names=("errcode",), hide=(self._secret,))
        return fetched(fields, "access_token", "expires_in")


def _card(message: Message) -> dict[str, Any] | None:
    """Return a message as a card with a button, the kind that can be renewed; None where it is too long for one."""
    headline, _, rest = message.text.partition("\n")
    if len(headline) > _TITLE:
        headline, rest = message.name[:_TITLE], message.text
    if len(rest) > _REST:
        return None
    return {
        "card_type": "button_interaction",
        "main_title": {"title": headline},
        "sub_title_text": rest,
        "button_list": [{"text": "知悉", "style": 1, "key": f"seen:{message.id}"}],
    }
