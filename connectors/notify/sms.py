"""Short messages through any service that takes them by one plain HTTP request, described in the settings."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from connectors.notify import vendor_answers as say
from connectors.notify.channel import AddressBook, Handle, Receipt
from connectors.notify.counters import Counters, Rate
from connectors.notify.exchange import Answer, Service, in_attempts
from connectors.notify.message import Message
from connectors.notify.of_people import OfPeople
from connectors.notify.outcome import AttemptError, judge
from events.messages import message

PERSON_RATES = (Rate(1, 60), Rate(5, 3600), Rate(10, 86_400))
"""What the large services let one number have, with one more or fewer."""


class Template(msgspec.Struct, frozen=True):
    """One request: values may hold {mobile}, {text}, {id} and {secret}.

    Success is `success`, a value of the field `code`, a point leading into objects; without a field the status alone
    decides, and a service that answers 200 to everything is believed.
    """

    query: Mapping[str, str] = {}
    form: Mapping[str, str] = {}
    json: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    code: str = ""
    success: Sequence[str] = ("0",)
    again: Collection[str] = ()  # values that mean: later
    text_characters: int = 300


class SmsChannel(OfPeople):
    """Short messages to the mobile numbers of people."""

    handle: Handle = "mobile"

    def __init__(
        self,
        name: str,
        service: Service,
        book: AddressBook,
        template: Template,
        *,
        secret: str = "",
        counters: Counters,
        rates: Sequence[Rate] = PERSON_RATES,
    ) -> None:
        super().__init__(name, book, counters, rates)
        self._service = service
        self._template = template
        self._secret = secret

    def deliver(self, message: Message, address: str) -> Receipt:
        """Hand one short message to the service; line breaks become blanks, and what is too long is cut."""
        words = " ".join(message.text.split())
        most = self._template.text_characters
        values = {
            "{mobile}": address,
            "{text}": words if len(words) <= most else words[: most - 1] + "…",
            "{id}": str(message.id),
            "{secret}": self._secret,
        }
        in_attempts(lambda: self._post(values), self._service.limits)
        return Receipt()

    def _post(self, values: Mapping[str, str]) -> None:
        template = self._template
        body, headers = None, _filled(template.headers, values)
        if template.json:
            body = msgspec.json.encode(_filled(template.json, values))
            headers["Content-Type"] = "application/json; charset=utf-8"
        elif template.form:
            body = urlencode(_filled(template.form, values)).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        method = "GET" if body is None else "POST"
        query = _filled(template.query, values)
        answer = self._service.call(method, query=query, body=body, headers=headers)
        self._judge(answer)

    def _judge(self, answer: Answer) -> None:
        if not self._template.code:
            judge(answer.status, answer.headers)
            return
        found: object = answer.fields()
        for name in self._template.code.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            judge(answer.status, answer.headers)
            raise AttemptError(message("the answer of the service lacks its code"), unknown=True)
        code = str(found).lower() if isinstance(found, bool) else str(found)
        if code in self._template.success:
            return
        reason = message("the service for short messages answers {code!r}", code=code[:20])
        if code in self._template.again:
            raise AttemptError(reason, wait_s=say.RATE_S)
        raise AttemptError(reason, permanent=True, alone=True)


def _filled(given: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return values with what stands in braces put in, each place once: a text with braces stays as it is."""
    return {name: _put_in(value, values) for name, value in given.items()}


def _put_in(template: str, values: Mapping[str, str]) -> str:
    for mark, value in values.items():
        if mark in template:
            head, _, rest = template.partition(mark)
            return _put_in(head, values) + value + _put_in(rest, values)
    return template
