"""Secrets that the program draws: tokens of sessions, links and programs, and ids that say nothing."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 bits by chance, as letters of an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what a store keeps of a token; it needs no salt, for nobody guesses 256 bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_id(prefix: str) -> str:
    """Return an id that says nothing of whom it names."""
    return f"{prefix}-{secrets.token_hex(8)}"
