"""A real mail server on loopback that answers as it is told."""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from trustme import CA


class MailServerOfTests:
    """Takes mails over STARTTLS or TLS, and refuses where `answers` has a line for a recipient or for the text."""

    def __init__(self, ca: CA, *, tls: str = "starttls", password: str = "") -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[
            str, str
        ] = {}  # recipient, MAIL or DATA to the line; "slow" and "closed" are no lines
        self.connections = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._context = context
        self._tls = tls
        self._password = password
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._started.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        implicit = self._context if self._tls == "implicit" else None
        making = self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=implicit)
        server = self._loop.run_until_complete(making)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="localhost",
            loop=self._loop,
            tls_context=self._context if self._tls == "starttls" else None,
            require_starttls=self._tls == "starttls",
            authenticator=self._authenticate if self._password else None,
            auth_require_tls=self._tls == "starttls",
        )

    def _authenticate(self, *args: Any) -> AuthResult:
        return AuthResult(success=args[-1].password == self._password.encode(), handled=False)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def handle_MAIL(self, *call: Any) -> str:  # noqa: N802 (the library calls it so)
        _, _, envelope, address, _ = call
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, *call: Any) -> str:  # noqa: N802
        _, _, envelope, address, _ = call
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, *call: Any) -> str:  # noqa: N802
        server, _, envelope = call
        answer = self.answers.get("DATA", "250 OK")
        if answer in ("250 OK", "slow", "closed"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        if answer == "slow":
            await asyncio.sleep(20)
        if answer == "closed":
            server.transport.abort()
        return answer
