"""Signing in with the identity service of the city: whom it names has to be a user here."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.settings import Oidc, secret_value

if TYPE_CHECKING:
    from connectors.signin.oidc import OidcClient

_clients: dict[Oidc, "OidcClient"] = {}
_turn = threading.Lock()


class OidcRefusedError(Exception):
    """The identity service said no, or something that nobody may believe; the text is for the log."""


class OidcBegun(msgspec.Struct, frozen=True):
    """What a browser keeps while its user is at the identity service."""

    url: str
    state: str
    nonce: str
    verifier: str


def begin_oidc(settings: Oidc, redirect_uri: str) -> OidcBegun:
    """Return where a browser goes; raises `OidcRefusedError`, and `UsageError` where settings or libraries lack."""
    client, oidc = _client(settings)
    try:
        begun = client.begin(redirect_uri)
    except oidc.OidcError as e:
        raise OidcRefusedError(str(e)) from None
    return OidcBegun(begun.url, begun.state, begun.nonce, begun.verifier)


def finish_oidc(settings: Oidc, begun: OidcBegun, answer: Mapping[str, str], redirect_uri: str) -> str:
    """Return the login of who signed in there; raises `OidcRefusedError`."""
    client, oidc = _client(settings)
    asked = oidc.Begun(begun.url, begun.state, begun.nonce, begun.verifier)
    try:
        claims: dict[str, Any] = client.finish(asked, answer, redirect_uri)
    except oidc.OidcError as e:
        raise OidcRefusedError(str(e)) from None
    login = claims.get(settings.claim)
    if not isinstance(login, str) or not login:
        raise OidcRefusedError(f"no claim {settings.claim}")
    return login


def _client(settings: Oidc) -> tuple["OidcClient", Any]:
    """Return the client of the settings, and the module whose libraries are an extra."""
    try:
        from connectors.signin import oidc  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError(
            message("[oidc] needs libraries that are not installed: pip install 'xuncha[oidc]'")
        ) from None
    secret = secret_value(settings.secret)
    if secret is None:
        raise UsageError(message("[oidc] secret: {reference} holds nothing", reference=settings.secret))
    with _turn:
        if settings not in _clients:
            _clients[settings] = oidc.OidcClient(settings.issuer, settings.client_id, secret)
        return _clients[settings], oidc
