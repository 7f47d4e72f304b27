"""Mail over SMTP with TLS: the server's answer for each recipient is what became of it."""

import hashlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

import msgspec

from connectors.notify.channel import AddressBook, Handle, OneDestination, Receipt
from connectors.notify.counters import Counters, Rate
from connectors.notify.exchange import Limits, in_attempts
from connectors.notify.message import Message
from connectors.notify.of_people import OfPeople
from connectors.notify.outcome import AttemptError
from connectors.notify.text_sizes import cut
from connectors.web import egress
from events.messages import message

PERSON_RATES = (Rate(30, 3600),)
_SUBJECT_BYTES = 200
_GREYLISTED_S = 300.0
_CLOSING = 421

_NO_MAIL = message("this is no mail address")
_NO_ANSWER = message("the mail server did not answer after the text")
_UNSENT: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, message("no TLS connection to the mail server; look at its certificate")),
    (socket.gaierror, message("the name of the mail server is not found")),
    (TimeoutError, message("the mail server did not answer in time")),
    (Exception, message("no connection to the mail server, or it broke off")),
)
"""What went wrong before the text was begun, and may go right later."""


class MailServer(msgspec.Struct, frozen=True):
    """Where mail is handed in, and by whom."""

    host: str
    port: int
    sender: str
    tls: Literal["implicit", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca_file: str = ""  # of the server's own authority; blank: those of the system
    allow_private: bool = False


def checked(server: MailServer) -> MailServer:
    """Return the server; raises `EgressError` where a password would go unencrypted, or the sender is no address."""
    if server.tls == "none" and server.user:
        raise egress.EgressError("a password is sent over TLS only: say implicit or starttls under tls")
    if not is_address(server.sender):
        raise egress.EgressError("the sender is no mail address")
    return server


class MailToPeople(OfPeople):
    """Mail to one person at a time, so that none sees the address of another."""

    handle: Handle = "mail"

    def __init__(
        self,
        name: str,
        server: MailServer,
        book: AddressBook,
        *,
        counters: Counters,
        rates: Sequence[Rate] = PERSON_RATES,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(name, book, counters, rates)
        self._server = checked(server)
        self._limits = limits or Limits()

    def deliver(self, message: Message, address: str) -> Receipt:
        """Hand in a mail to one person."""
        if not is_address(address):
            raise AttemptError(_NO_MAIL, permanent=True, alone=True)
        in_attempts(lambda: hand_in(self._server, message, [address], self._limits), self._limits)
        return Receipt()


class MailToGroup(OneDestination):
    """Mail to the addresses of the settings, mostly a box of the office; those that were refused are unreached."""

    def __init__(
        self, name: str, server: MailServer, addresses: Sequence[str], *, limits: Limits | None = None
    ) -> None:
        """Take the addresses; raises `EgressError` for one that is none."""
        if not addresses or not all(map(is_address, addresses)):
            raise egress.EgressError("an address under to is no mail address, or none is there")
        self.name = name
        self._server = checked(server)
        self._addresses = list(addresses)
        self._limits = limits or Limits()

    def deliver(self, message: Message) -> Receipt:
        """Hand in one mail to all; a refused address is called by its place, for addresses stay out of the log."""
        refused = in_attempts(
            lambda: hand_in(self._server, message, self._addresses, self._limits), self._limits
        )
        return Receipt(unreached=tuple(f"to[{n}]" for n, a in enumerate(self._addresses, 1) if a in refused))


def is_address(address: str) -> bool:
    """Tell whether a text can be the address of a mail; whether anybody reads it there, the server says."""
    local, _, domain = address.rpartition("@")
    return bool(local and domain) and address.isascii() and not set(address) & set(' \t\r\n,;<>()\\"')


def hand_in(server: MailServer, message: Message, addresses: Sequence[str], limits: Limits) -> set[str]:
    """Hand in a mail once; returns the addresses that the server refused while it took others.

    Raises `AttemptError`; once the text was begun and the answer did not come, nobody knows.
    """
    client = _Client(server, limits)
    dog = threading.Timer(limits.attempt_s, client.cut_off)
    dog.daemon = True
    dog.start()
    try:
        _accepted(client.connect(server.host, server.port))
        _introduce(client, server)
        _accepted(client.mail(server.sender))
        refused = _recipients(client, addresses)
    except (smtplib.SMTPException, OSError, egress.EgressError) as e:
        failed = _unsent(e)
    else:
        try:
            code, _ = client.data(_mail(server, message, addresses).as_bytes())
            _accepted((code, b""), alone=True)
        except smtplib.SMTPDataError as e:
            failed = _answered(e.smtp_code, alone=True)
        except (smtplib.SMTPException, OSError):
            failed = AttemptError(_NO_ANSWER, unknown=True)
        else:
            return refused
    finally:
        dog.cancel()
        client.close()
    raise failed  # out here, so that it does not carry the library's error, which names addresses


class _Client(smtplib.SMTP):
    """A client that connects to allowed addresses only, and can be cut off."""

    def __init__(self, server: MailServer, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self.context = ssl.create_default_context(cafile=server.ca_file or None)
        domain = server.sender.rpartition("@")[2]
        super().__init__(local_hostname=domain, timeout=limits.attempt_s)
        self._host = server.host  # whose certificate is asked for

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect; the library calls this for each connection."""
        sock = _connected(host, port, self._limits.connect_s, allow_private=self._server.allow_private)
        sock.settimeout(timeout)
        if self._server.tls == "implicit":
            return self.context.wrap_socket(sock, server_hostname=host)
        return sock

    def cut_off(self) -> None:
        """End the exchange from another thread: each answer has its timeout, and this is that of all together."""
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _connected(host: str, port: int, timeout_s: float, *, allow_private: bool) -> socket.socket:
    """Connect to one of the addresses of a host that may be called; the check is about the very address."""
    error: Exception = egress.RefusedAddressError()
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not (allow_private or egress.is_public(str(address[0]))):
            continue
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(timeout_s)
        try:
            sock.connect(address)
        except OSError as e:
            sock.close()
            error = e
        else:
            return sock
    raise error


def _introduce(client: _Client, server: MailServer) -> None:
    if server.tls == "starttls":
        client.starttls(context=client.context)
    client.ehlo_or_helo_if_needed()
    if server.user:
        client.login(server.user, server.password)


def _recipients(client: _Client, addresses: Sequence[str]) -> set[str]:
    """Name the recipients; returns those that were refused, and raises where all were."""
    refused: dict[str, int] = {}
    for address in addresses:
        code, _ = client.rcpt(address)
        if code == _CLOSING:
            raise _answered(code)
        if not 200 <= code < 300:
            refused[address] = code
    if len(refused) == len(addresses):
        raise _answered(min(refused.values()), alone=True)  # one that may be taken later decides
    return set(refused)


def _accepted(answer: tuple[int, bytes], *, alone: bool = False) -> None:
    if not 200 <= answer[0] < 300:
        raise _answered(answer[0], alone=alone)


def _answered(code: int, *, alone: bool = False) -> AttemptError:
    """Return what a code of the server means: 4xx later, 5xx never."""
    reason = message("the mail server answers {code}", code=code)
    if code >= 500:
        return AttemptError(reason, permanent=True, alone=alone)
    wait_s = _GREYLISTED_S if alone else None
    return AttemptError(reason, wait_s=wait_s, alone=alone)


def _unsent(error: Exception) -> AttemptError:
    """Tell what went wrong before the text was begun: nothing was taken."""
    match error:
        case egress.EgressError():
            return AttemptError(error.reason, permanent=True)
        case smtplib.SMTPAuthenticationError():
            return AttemptError(message("the mail server does not take user and password"), permanent=True)
        case smtplib.SMTPNotSupportedError():
            return AttemptError(message("the mail server offers no TLS, or no log-in"), wait_s=_GREYLISTED_S)
        case smtplib.SMTPResponseException() if error.smtp_code > 0:
            return _answered(error.smtp_code)
    return AttemptError(next(words for kind, words in _UNSENT if isinstance(error, kind)))


def _mail(server: MailServer, message: Message, addresses: Sequence[str]) -> EmailMessage:
    """Return a message as a mail; the same one to the same people has the same id."""
    mail = EmailMessage()
    headline = message.text.partition("\n")[0]
    same = hashlib.sha256("\n".join(addresses).encode()).hexdigest()[:8]
    mail["From"] = server.sender
    mail["To"] = ", ".join(addresses)
    mail["Subject"] = cut(headline, _SUBJECT_BYTES)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message.id}.{same}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    return mail
