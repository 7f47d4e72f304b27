"""Why the alerts of an account may be muted, as data."""

from functools import cache
from importlib import resources

import msgspec

from events.closeness import nearest
from events.folding import fold
from events.messages import message
from pipeline.home.errors import NotFoundError


class MuteReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason: what people call it, and how many days it may last."""

    title: str
    days: int


@cache
def mute_reasons() -> dict[str, MuteReason]:
    """Return the reasons by code, in the order of the file."""
    text = (resources.files("infra.answers") / "mute_reasons.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, MuteReason])


def find_reason(text: str) -> tuple[str, MuteReason]:
    """Return a reason by code or title; raises `NotFoundError` with the nearest, and all there are."""
    reasons = mute_reasons()
    for code, reason in reasons.items():
        if fold(text) in (fold(code), fold(reason.title)):
            return code, reason
    known = "；".join(f"{reason.title} {code}" for code, reason in reasons.items())
    words = [*reasons, *(reason.title for reason in reasons.values())]
    raise NotFoundError(
        message(
            "no reason {text!r}{nearest}; there are: {known}",
            text=text,
            nearest=nearest(text, words),
            known=known,
        )
    )
