"""Signing in with OpenID Connect: code flow with PKCE and a nonce, over what the provider says of itself.

The libraries are an extra (`xuncha[oidc]`). What a provider sends is bounded, and believed only where its signature,
issuer, audience, times and nonce are right.
"""

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_TIMEOUT_S = 10.0
_MOST_BYTES = 1 << 20
_KEPT_S = 3600.0
_LEEWAY_S = 60
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OidcError(Exception):
    """Signing in did not work; the text says why, for the log, and holds nothing of the person."""


class Begun(msgspec.Struct, frozen=True):
    """What a browser keeps while its user is at the provider."""

    url: str  # where the browser goes
    state: str
    nonce: str
    verifier: str


class _Provider(msgspec.Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class OidcClient:
    """One client of one provider."""

    def __init__(self, issuer: str, client_id: str, secret: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._secret = secret
        self._provider: _Provider | None = None
        self._asked_at = 0.0

    def begin(self, redirect_uri: str) -> Begun:
        """Return where a browser goes to sign in, and what it is held to when it comes back."""
        provider, nonce, verifier = self._discover(), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                provider.authorization_endpoint, code_verifier=verifier, nonce=nonce
            )
        return Begun(url, state, nonce, verifier)

    def finish(self, begun: Begun, answer: Mapping[str, str], redirect_uri: str) -> dict[str, Any]:
        """Return the claims of who signed in; raises `OidcError` for an answer that is not to what was asked."""
        state, code = answer.get("state", ""), answer.get("code", "")
        if not hmac.compare_digest(state.encode(), begun.state.encode()):
            raise OidcError("the state is not the one that was sent")
        if not code:
            raise OidcError(f"no code: {answer.get('error', 'none')[:40]!r}")
        provider = self._discover()
        try:
            with self._session(redirect_uri) as session:
                token = session.fetch_token(
                    provider.token_endpoint, code=code, code_verifier=begun.verifier, timeout=_TIMEOUT_S
                )
        except (OAuthError, requests.RequestException, ValueError) as e:
            raise OidcError(f"the code was not taken: {type(e).__name__}") from None
        return self._claims(provider, token.get("id_token"), begun.nonce)

    def _claims(self, provider: _Provider, id_token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(id_token, str):
            raise OidcError("no id_token came with the token")
        try:
            keys = KeySet.import_key_set(self._get(provider.jwks_uri))  # type: ignore[arg-type]
            claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": provider.issuer},
                sub={"essential": True},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as e:
            raise OidcError(f"the id_token is not right: {type(e).__name__}") from None
        if claims.get("azp", self._client_id) != self._client_id:
            raise OidcError("the id_token is for another client")
        return claims

    def _discover(self) -> _Provider:
        """Return what the provider says of itself, asked once an hour; each address of it is one of HTTPS."""
        now = time.monotonic()
        if self._provider is None or now - self._asked_at > _KEPT_S:
            document = self._get(f"{self._issuer}/.well-known/openid-configuration")
            try:
                found = msgspec.convert(document, _Provider)
            except msgspec.ValidationError as e:
                raise OidcError(f"the provider does not describe itself: {e}") from None
            if found.issuer.rstrip("/") != self._issuer:
                raise OidcError("the provider calls itself otherwise than the settings")
            for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                _require_secure(url)
            self._provider, self._asked_at = found, now
        return self._provider

    def _get(self, url: str) -> dict[str, Any]:
        _require_secure(url)
        try:
            with requests.get(url, timeout=_TIMEOUT_S, stream=True, allow_redirects=False) as answer:
                answer.raise_for_status()
                body = answer.raw.read(_MOST_BYTES + 1, decode_content=True)
            if len(body) > _MOST_BYTES:
                raise OidcError("the provider sent more than a megabyte")
            document = json.loads(body)
        except (requests.RequestException, ValueError, OSError) as e:
            raise OidcError(f"the provider did not answer: {type(e).__name__}") from None
        if not isinstance(document, dict):
            raise OidcError("the provider sent no JSON object")
        return document

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._secret,
            scope="openid profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 (its name)
        )


def _require_secure(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise OidcError("an address of the provider is not one of HTTPS")
