"""Columns of handed-in sheets: their names in Chinese and English, and which a kind of sheet needs."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

_TRAILING_NOTE = re.compile(r"[(\[【〔<《][^()\[\]【】〔〕<>《》]*[)\]】〕>》]$")
_NOISE = re.compile(r"[\s*_\-:]+")


class Column(msgspec.Struct, frozen=True):
    """One known column; `title` is the header of the template."""

    key: str
    title: str
    names: tuple[str, ...]  # other headers that mean the same
    zh: str  # explanation on the second page of the template
    en: str
    example: str
    needed: Literal["yes", "no", "account"] = "no"  # account: the id, or the name with the platform
    numeric: bool = False
    offered: tuple[str, ...] = ()  # drop-down list of the template
    strict: bool = True  # only the offered values are allowed
    of_owner: bool = False  # describes the owner of the row: a cell merged over several rows counts for each


class SheetKind(msgspec.Struct, frozen=True):
    """One kind of sheet."""

    name: str  # file name of the template
    title: str  # name of its first page
    columns: tuple[Column, ...]
    keeps_unknown: bool = False  # columns that are not known are read, too

    def by_header(self) -> dict[str, Column]:
        """Map each comparable header to its column."""
        return {
            header_key(header): column
            for column in self.columns
            for header in (column.key, column.title, *column.names)
        }

    def titles(self, keys: Iterable[str]) -> list[str]:
        """Name columns as the template does."""
        wanted = set(keys)
        return [column.title for column in self.columns if column.key in wanted]

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Say which needed columns are not among `keys`, as a person calls them."""
        given = set(keys)
        missing = self.titles(
            column.key for column in self.columns if column.needed == "yes" and column.key not in given
        )
        by_account = any(column.needed == "account" for column in self.columns)
        if by_account and "account_id" not in given and not {"name", "platform"} <= given:
            missing.insert(0, "账号ID (or both 账号名称 and 平台)")
        return missing


def header_key(header: str) -> str:
    """Make headers comparable: no case, width, spaces, stars or trailing notes in brackets; 帐 is 账."""
    key = unicodedata.normalize("NFKC", header).casefold().replace("帐", "账")
    key = _NOISE.sub("", key)
    while (shorter := _TRAILING_NOTE.sub("", key)) != key and shorter:
        key = shorter
    return key
