"""The texts of reasons, in the languages of the program."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from connectors.papers.paper import Reason

Language = Literal["zh", "en"]


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text of one code in each language."""

    zh: str
    en: str


@cache
def texts() -> Mapping[str, Texts]:
    """Load infra/intake/reasons.toml."""
    raw = (resources.files("infra") / "intake" / "reasons.toml").read_bytes()
    return msgspec.toml.decode(raw, type=dict[str, Texts])


def text_of(reason: Reason, language: Language) -> str:
    """Write a reason out for a person."""
    wording = texts()[reason.code]
    template = wording.zh if language == "zh" else wording.en
    return template.format_map(defaultdict(str, reason.says))
