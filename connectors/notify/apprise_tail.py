"""The long tail of message services, by apprise, an extra; where an answer says otherwise, its word does not count."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from connectors.notify import vendor_answers as say
from connectors.notify.channel import OneDestination
from connectors.notify.exchange import ANSWER_BYTES, Answer, Limits, in_attempts, is_allowed
from connectors.notify.message import Message
from connectors.notify.outcome import AttemptError, judge
from connectors.web import egress
from events.messages import message

_CODES = ("errcode", "code", "StatusCode")
_SUCCESS = (0, 200, "0", "200", "ok", "success", None)
_WORDS = ("ok", "success")
_FAILED = message("apprise could not deliver it")
_WATCHING = threading.Lock()
"""The library of requests is watched for one channel at a time: it is one for all of the process."""


class AppriseChannel(OneDestination):
    """One URL of apprise. What it sends over HTTP goes to allowed hosts alone, and each answer is looked at."""

    def __init__(self, name: str, url: str, *, hosts: Collection[str], limits: Limits | None = None) -> None:
        """Read the URL; raises `EgressError` where apprise is missing, cannot read it, or it names a strange host."""
        try:
            import apprise  # noqa: PLC0415 (an extra that takes a second to import)
            import requests.adapters  # noqa: PLC0415
        except ImportError:
            raise egress.EgressError("apprise is not installed; install xuncha[apprise]") from None
        self.name = name
        self._hosts = hosts
        self._limits = limits or Limits()
        self._adapters: ModuleType = requests.adapters
        service = apprise.Apprise.instantiate(url)
        if service is None:
            raise egress.EgressError("apprise cannot read the URL of the service")
        host = getattr(service, "host", None)
        if isinstance(host, str) and host and not is_allowed(host, hosts):
            raise egress.EgressError("the URL names a host that is none of those allowed under hosts")
        self._service: Any = service

    def deliver(self, message: Message) -> None:
        """Hand a message to the service; raises `DeliveryError` where the service or any of its answers says no."""
        in_attempts(lambda: self._notify(message), self._limits)

    def _notify(self, message: Message) -> None:
        headline, _, rest = message.text.partition("\n")
        with _watched(self._adapters, self._hosts) as answers:
            accepted = self._service.notify(body=rest or headline, title=headline if rest else "")
        for answer in answers:
            judge(answer.status, answer.headers)
            if (code := _denial(answer)) is not None:
                raise _denied(code)
        if not accepted:
            raise AttemptError(_FAILED, unknown=bool(answers))


def _denied(code: str) -> AttemptError:
    reason = message("apprise reports success, and the service answers {code!r}", code=code)
    return AttemptError(reason, wait_s=say.RATE_S)


@contextmanager
def _watched(adapters: ModuleType, hosts: Collection[str]) -> Iterator[list[Answer]]:
    """Note the answers to all that the library of requests sends, and let nothing go to strange hosts."""
    answers: list[Answer] = []
    refused = False
    adapter = adapters.HTTPAdapter
    send = adapter.send

    def watched(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal refused
        if not is_allowed(urlsplit(request.url).hostname or "", hosts):
            refused = True
            raise adapters.ConnectionError("the host is not allowed")
        response = send(self, request, *args, **kwargs)
        answers.append(Answer(response.status_code, dict(response.headers), response.content[:ANSWER_BYTES]))
        return response

    with _WATCHING:
        adapter.send = watched
        try:
            yield answers
        finally:
            adapter.send = send
    if refused:
        raise AttemptError(message("the service sends to a host that is not allowed"), permanent=True)


def _denial(answer: Answer) -> str | None:
    """Return what in an answer of success says that it is none, None where nothing does."""
    fields = answer.fields()
    if fields is None:
        return None
    for name in _CODES:
        value = fields.get(name)
        if (value.lower() if isinstance(value, str) else value) not in _SUCCESS:
            return str(value)[:20]
    return next((name for name in _WORDS if fields.get(name) is False), None)
