"""Words by which pages are read, as `infra/sites/words.toml` has them."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal, get_args

import msgspec

ColumnClass = Literal["news", "notice", "policy", "other"]
_CLASSES: Mapping[str, ColumnClass] = {name: name for name in get_args(ColumnClass)}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tells days, empty lists and classes of columns apart."""

    published: tuple[str, ...]
    published_alone: tuple[str, ...]
    other_days: tuple[str, ...]
    byline: tuple[str, ...]
    empty: tuple[str, ...]
    more: tuple[str, ...]
    published_tags: tuple[str, ...]
    classes: dict[str, tuple[str, ...]]

    def says_published(self, label: str) -> bool | None:
        """Tell whether the words right before a day say that it is that of publication; None where they say neither."""
        if any(word in label for word in self.other_days):
            return False
        if label in self.published_alone or label.endswith(self.published):
            return True
        return None


@cache
def words() -> Words:
    """Return the words."""
    raw = (resources.files("infra") / "sites" / "words.toml").read_bytes()
    return msgspec.toml.decode(raw, type=Words)


def class_of(column_type: str, name: str) -> ColumnClass | None:
    """Return the class that a column seems to be of by its ColumnType, else by its name; None where neither tells."""
    for text in (column_type, name):
        for code, those in words().classes.items():
            if any(word in text for word in those):
                return _CLASSES[code]
    return None
