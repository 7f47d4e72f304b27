"""DingTalk (钉钉, and 专有钉钉 under its own base URL): a robot in a group, and work notices to people."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from connectors.notify import vendor_answers as say
from connectors.notify.channel import AddressBook, Handle, OneDestination, Receipt
from connectors.notify.counters import Counters, Rate
from connectors.notify.exchange import Answer, Service, in_attempts
from connectors.notify.message import Message
from connectors.notify.of_people import OfPeople
from connectors.notify.outcome import AttemptError
from connectors.notify.text_sizes import cut
from connectors.notify.tokens import Fetched, Tokens, fetched
from connectors.notify.vendor_answers import Meaning, failure, judged

BASE = "https://oapi.dingtalk.com"
HOSTS = ("oapi.dingtalk.com",)
ROBOT_BYTES = 20_000
NOTICE_BYTES = 2048
ROBOT_RATES = (Rate(20, 60),)
PERSON_RATES = (Rate(500, 86_400),)
THROTTLED_S = 600.0
"""A robot that was too fast is deaf for ten minutes."""

SENT_WITHIN_S = 6.0
"""How long the result of a work notice is asked for before nobody knows it."""

_ROBOT = {
    -1: Meaning(say.BUSY, say.BUSY_S),
    40035: Meaning(say.REQUEST),
    43002: Meaning(say.REQUEST),
    43004: Meaning(say.REQUEST),
    90030: Meaning(say.RATE, THROTTLED_S),
    130101: Meaning(say.RATE, THROTTLED_S),
    300001: Meaning(say.KEY),
    300005: Meaning(say.KEY),
    310000: Meaning(say.SIGNATURE),
    400013: Meaning(say.GROUP),
    400101: Meaning(say.KEY),
    400102: Meaning(say.STOPPED),
    400105: Meaning(say.TYPE),
    400106: Meaning(say.KEY),
    410100: Meaning(say.RATE, THROTTLED_S),
}
_PUNISHED = 1111
_GUARD = 310000  # one code for three guards of a robot, which only the words tell apart
_KEYWORDS = re.compile("keyword|关键词", re.IGNORECASE)
_NETWORKS = re.compile("(?<![a-z])ip(?![a-z])|whitelist|白名单", re.IGNORECASE)
_NOTICE = {
    -1: Meaning(say.BUSY, say.BUSY_S),
    33012: Meaning(say.NOBODY, alone=True),
    40014: Meaning(say.TOKEN, is_token=True),
    40089: Meaning(say.LOGIN),
    42001: Meaning(say.TOKEN, is_token=True),
    60020: Meaning(say.NETWORK),
    60121: Meaning(say.NOBODY, alone=True),
    143103: Meaning(say.RATE, say.RATE_S),
    143104: Meaning(say.RATE, say.RATE_S),
    143105: Meaning(say.DAILY, alone=True),
    143106: Meaning(say.DAILY, is_taken=True),  # the person has the same text since earlier today
    1430002: Meaning(say.CONTENT, alone=True),
    1430004: Meaning(say.NOBODY, alone=True),
}
_GATEWAY = 88  # stands before the code that says what happened
_GATEWAY_RATES = frozenset({90002, 90003, 90005, 90018})


class DingTalkRobot(OneDestination):
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
        content = {"msgtype": "text", "text": {"content": cut(message.text, ROBOT_BYTES - 200)}}
        in_attempts(lambda: self._post(content), self._service.limits)
        return Receipt()

    def _post(self, content: dict[str, Any]) -> None:
        self._counters.take("", self._rates, alone=False)
        query = {"access_token": self._key}
        if self._secret:
            at_ms = str(time.time_ns() // 1_000_000)
            query |= {"timestamp": at_ms, "sign": signature(self._secret, at_ms)}
        answer = self._service.call_json("POST", "robot/send", content, query=query)
        _refuse_punished(answer)
        fields = answer.fields() or {}
        if fields.get("errcode") == _GUARD:
            raise failure(_guard(str(fields.get("errmsg", ""))), _GUARD)
        judged(answer, _ROBOT, names=("errcode",), hide=(self._key, self._secret or ""))


class DingTalkNotice(OfPeople):
    """Work notices of an application; that one was taken in says nothing yet, so its result is asked for."""

    handle: Handle = "dingtalk"

    def __init__(
        self,
        name: str,
        service: Service,
        book: AddressBook,
        *,
        application: str,
        secret: str,
        agent: int,
        counters: Counters,
        rates: Sequence[Rate] = PERSON_RATES,
        sent_within_s: float = SENT_WITHIN_S,
    ) -> None:
        super().__init__(name, book, counters, rates)
        self._service = service
        self._application = application
        self._secret = secret
        self._agent = agent
        self._sent_within_s = sent_within_s
        self._tokens = Tokens(self._fetch)

    def deliver(self, message: Message, address: str) -> Receipt:
        """Send a notice, and wait for what became of it; the same text a second time on one day is not shown again."""
        text = {"msgtype": "text", "text": {"content": cut(message.text, NOTICE_BYTES)}}
        content = {"agent_id": self._agent, "userid_list": address, "msg": text}
        in_attempts(lambda: self._send(content, address), self._service.limits)
        return Receipt()

    def _send(self, content: dict[str, Any], address: str) -> None:
        fields = self._call("topapi/message/corpconversation/asyncsend_v2", content)
        task = fields.get("task_id")
        if task is None:  # it was taken earlier today
            return
        ends_at, wait_s = time.monotonic() + self._sent_within_s, 0.1
        while not self._is_sent(task, address):
            if time.monotonic() + wait_s > ends_at:
                raise AttemptError(say.UNDECIDED, unknown=True)
            time.sleep(wait_s)
            wait_s *= 2

    def _is_sent(self, task: object, address: str) -> bool:
        """Ask for the result of a notice; raises `AttemptError` where it was not delivered."""
        content = {"agent_id": self._agent, "task_id": task}
        fields = self._call("topapi/message/corpconversation/getsendresult", content)
        result = fields.get("send_result")
        if not isinstance(result, dict):
            return False
        if address in _listed(result, "read_user_id_list", "unread_user_id_list"):
            return True
        if address in _listed(result, "invalid_user_id_list"):
            raise AttemptError(say.NOBODY, permanent=True, alone=True)
        if address in _listed(result, "forbidden_user_id_list"):
            return self._was_forbidden(result, address)
        if address in _listed(result, "failed_user_id_list"):
            raise AttemptError(say.BUSY, wait_s=say.RATE_S, alone=True)
        return False

    @staticmethod
    def _was_forbidden(result: dict[str, Any], address: str) -> bool:
        """Tell that a person has the text already, or raise why the vendor held it back."""
        each = [f for f in result.get("forbidden_list") or () if isinstance(f, dict)]
        code = next((int(f.get("code") or 0) for f in each if f.get("userid") == address), 143105)
        meaning = _NOTICE.get(code, Meaning(say.DAILY, alone=True))
        if meaning.is_taken:
            return True
        raise failure(meaning, code)

    def _call(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        def post(token: str) -> dict[str, Any]:
            answer = self._service.call_json("POST", path, content, query={"access_token": token})
            return judged(_unwrapped(answer), _NOTICE, names=("errcode",), quotes=False)

        return self._tokens.use(post)

    def _fetch(self) -> Fetched:
        query = {"appkey": self._application, "appsecret": self._secret}
        answer = self._service.call_json("GET", "gettoken", query=query)
        fields = judged(answer, _NOTICE, names=("errcode",), hide=(self._secret,))
        return fetched(fields, "access_token", "expires_in")


def signature(secret: str, at_ms: str) -> str:
    """Return what proves a robot's caller at a time in milliseconds; it holds for an hour."""
    digest = hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _refuse_punished(answer: Answer) -> None:
    """Raise for the answer of the guard before the robot, which has a status and no code."""
    fields = answer.fields() or {}
    if "errcode" not in fields and (fields.get("status") == _PUNISHED or "punish" in fields):
        wait = fields.get("wait")
        wait_s = float(wait) if isinstance(wait, int | float) and 0 < wait < THROTTLED_S else say.RATE_S
        raise failure(Meaning(say.RATE, wait_s), _PUNISHED)


def _guard(text: str) -> Meaning:
    """Tell by the words which guard of a robot refused."""
    if _KEYWORDS.search(text):
        return Meaning(say.KEYWORD)
    if _NETWORKS.search(text):
        return Meaning(say.NETWORK)
    return Meaning(say.SIGNATURE)


def _unwrapped(answer: Answer) -> Answer:
    """Return an answer with the code that stands behind the one of the gateway."""
    fields = answer.fields() or {}
    if fields.get("errcode") != _GATEWAY:
        return answer
    inner = fields.get("sub_code", "")
    code = int(inner) if str(inner).isdecimal() else _GATEWAY
    if code in _GATEWAY_RATES:
        raise failure(Meaning(say.RATE, say.RATE_S), code)
    unwrapped = {"errcode": code, "errmsg": fields.get("sub_msg", "")}
    return msgspec.structs.replace(answer, body=msgspec.json.encode(unwrapped))


def _listed(result: dict[str, Any], *names: str) -> set[str]:
    return {str(each) for name in names for each in result.get(name) or ()}
