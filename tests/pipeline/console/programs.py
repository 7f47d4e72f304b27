"""Programs that call the API in tests: a token of each scope, known from the start."""

from datetime import datetime

import msgspec

from pipeline.home.actor import Actor

EVERY_KIND = frozenset({"post", "look", "finding", "account", "hint", "read"})


class Token(msgspec.Struct, frozen=True):
    """A token as the sign-in store would give it."""

    id: str
    kinds: frozenset[str] = EVERY_KIND
    scopes: tuple[tuple[str, str], ...] = ()

    @property
    def actor(self) -> Actor:
        return Actor(self.id)

    def names(self, kind: str) -> frozenset[str]:
        return frozenset(name for of_kind, name in self.scopes if of_kind == kind)


class FixedTokens:
    """Tokens by what opens them, which is `xct_` and their id."""

    def __init__(self, *tokens: Token) -> None:
        self._tokens = {f"xct_{token.id}": token for token in tokens}

    def find(self, token: str, now: datetime) -> Token | None:
        del now
        return self._tokens.get(token)


def bearing(token: Token, **more: str) -> dict[str, str]:
    """Return the headers of a program."""
    return {"Authorization": f"Bearer xct_{token.id}", **more}
