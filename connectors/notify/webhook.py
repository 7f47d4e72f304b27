"""The webhook: messages to an HTTP endpoint, as CloudEvents, signed where the endpoint knows a secret."""

import base64
import hashlib
import hmac
import time
from collections.abc import Collection

import msgspec

from connectors.notify.channel import OneDestination
from connectors.notify.exchange import Limits, Service, in_attempts
from connectors.notify.message import Message
from connectors.notify.outcome import judge
from connectors.web import egress


class WebhookChannel(OneDestination):
    """Posts messages to one endpoint, each with its id as `Idempotency-Key`.

    2xx is taken. 408, 425, 429, 5xx and broken connections are tried again, after `Retry-After` where the
    endpoint says so and that still fits the time; all else is final, redirects too: they are never followed.
    Only the status is read, never the body of an answer.

    With a secret each attempt is signed as Standard Webhooks has it: `webhook-signature` is `v1,` and the base64 of
    HMAC-SHA256 over id, time in seconds and body, joined by points.
    """

    def __init__(
        self,
        url: str,
        *,
        authorization: str | None = None,
        secret: str | None = None,
        hosts: Collection[str] | None = None,
        allow_private: bool = False,
        limits: Limits | None = None,
        name: str = "webhook",
    ) -> None:
        """Take the endpoint and its Authorization value; raises `EgressError` if either is unfit."""
        self.name = name
        self._service = Service(url, hosts=hosts, allow_private=allow_private, limits=limits)
        self._secret = secret
        if secret is not None:
            _key(secret)
        self._headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
        if authorization is not None:
            if not (authorization.isascii() and authorization.isprintable() and authorization.strip()):
                raise egress.EgressError(
                    "the Authorization value is empty or holds a line break or non-ASCII"
                )
            self._headers["Authorization"] = authorization

    def deliver(self, message: Message) -> None:
        """Post a message until it is taken or the limits are reached; raises `DeliveryError`."""
        body = _body(message)
        in_attempts(lambda: self._post(str(message.id), body), self._service.limits)

    def _post(self, message_id: str, body: bytes) -> None:
        headers = {**self._headers, "Idempotency-Key": message_id}
        if self._secret is not None:
            headers |= signature(self._secret, message_id, int(time.time()), body)
        answer = self._service.call("POST", body=body, headers=headers, answer_bytes=0)
        judge(answer.status, answer.headers)


def signature(secret: str, message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that prove who sent a body, and when (standardwebhooks.com, symmetric, v1).

    A secret that begins with `whsec_` is the base64 of the key, another one is the key itself.
    """
    signed = f"{message_id}.{at_s}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        raise egress.EgressError("the secret begins with whsec_ and is no base64 behind it") from None


def _body(message: Message) -> bytes:
    """Return a message as structured CloudEvents JSON; a summary has no subject."""
    data = msgspec.structs.asdict(message)
    event = {
        "specversion": "1.0",
        "id": data.pop("id"),
        "source": "xuncha",
        "type": f"message.{message.kind}",
        "time": data.pop("at"),
        "datacontenttype": "application/json",
        "data": data,
    }
    if message.account_id:
        event["subject"] = message.account_id
    return msgspec.json.encode(event)
