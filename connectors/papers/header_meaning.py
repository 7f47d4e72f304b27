"""What a header may mean: fields of a row, or what is told of a person in a role."""

import re
from collections.abc import Iterator

import msgspec

from connectors.papers.platform_words import OTHER, WEBSITE, platform_in_header
from connectors.papers.vocabulary import FindingWords, Vocabulary
from connectors.sheets.columns import header_key
from events.closeness import distance
from events.folding import fold

NEWEST = "newest_post_at"
_NEWEST = re.compile(
    "(?:最新|最近|最后|末次|近期).*(?:发布|更新|推送|发文|推文|发稿|内容|一条|一篇|作品|动态|信息|稿件|文章).*(?:时间|日期)"
)
_LONGEST = 20
_JOINING = re.compile("[及和与、/+]")


class Meaning(msgspec.Struct, frozen=True):
    """The fields that a header may mean: one of them, or all of them where it is about people."""

    fields: tuple[str, ...]
    role: str = ""
    people: bool = False


def meaning_of(parent: str, child: str, words: Vocabulary) -> Meaning | None:
    """Read a header, with its parent in a header of two rows; None where no word of it is known."""
    alone = header_key(child)
    if _is_earlier(parent, words):
        return None
    if parent:
        whole = words.by_header.get(header_key(parent + child))
        if whole is not None or _NEWEST.fullmatch(header_key(parent + child)):
            return Meaning(whole or (NEWEST,))
        role = _person_header(header_key(parent), words)
        fields = _person_words(alone, words)
        if role is not None and fields:
            return Meaning(fields, role.role, people=True)
    return _alone(alone, child, words)


def _alone(key: str, header: str, words: Vocabulary) -> Meaning | None:
    """Read a header by itself, whatever stands over it."""
    if key in words.by_header or _NEWEST.fullmatch(key):
        return Meaning(words.by_header.get(key, (NEWEST,)))
    this_time = words.words.before_headers.this_time
    now = next((key.removeprefix(word) for word in this_time if key.startswith(word)), "")
    if now in words.by_header:
        return Meaning(words.by_header[now])
    split = platform_in_header("", header, words)
    if split is not None and words.by_header.get(split[1], ("",))[0] == "name":
        return Meaning(("name",))  # 微博名称
    return _person_header(key, words)


def names_role(parent: str, words: Vocabulary) -> bool:
    """Tell what stands over columns about people in a role: whatever they hold is theirs."""
    meaning = _person_header(header_key(parent), words) if parent else None
    return meaning is not None and meaning.role != ""


def nearest_headers(header: str, words: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the known headers that a header contains or is one character away from, with their fields, longest first."""
    key, least = header_key(header), words.numbers.near_header_characters
    if _is_earlier(header, words) or _names_platform(key, words):
        return
    if not least <= len(key) <= _LONGEST:
        return
    characters = set(key)
    for known, fields in words.long_headers:
        may_be = abs(len(known) - len(key)) <= 1 and len(characters.difference(known)) <= 1
        if known in key or (may_be and distance(known, key, 1) <= 1):
            yield known, fields


def _names_platform(key: str, words: Vocabulary) -> bool:
    """Tell a header that begins with a platform of accounts: 微博最后更新时间."""
    return any(
        key.startswith(word) and platform.name not in (WEBSITE, OTHER)
        for word, platform in words.platforms.items()
    )


def _is_earlier(header: str, words: Vocabulary) -> bool:
    """Tell a header of an earlier time: 上次最新发布时间."""
    return header_key(header).startswith(words.words.before_headers.earlier)


def indicator_of(header: str, words: Vocabulary) -> FindingWords | None:
    """Return what a header says as an indicator of a matrix: 2周内无更新."""
    folded = fold(header)
    return next((entry for phrase, entry in words.phrases if entry.rules and phrase in folded), None)


def _person_header(key: str, words: Vocabulary) -> Meaning | None:
    """Read a role, a word for what is told of a person, or both: 负责人, 手机, 负责人电话, 联络员及电话."""
    for word, role in words.roles.items():
        if not key.startswith(word):
            continue
        rest = key[len(word) :]
        if not rest:
            return Meaning(("people.name",), role, people=True)
        fields = _person_words(_JOINING.sub("", rest, count=1) if _JOINING.match(rest) else rest, words)
        if fields:
            name = ("people.name",) if _JOINING.match(rest) and "people.name" not in fields else ()
            return Meaning(name + fields, role, people=True)
    fields = _person_words(key, words)
    return Meaning(fields, people=True) if fields else None


def _person_words(key: str, words: Vocabulary) -> tuple[str, ...]:
    """Read 姓名 or 姓名及电话; empty where a part is no such word."""
    if key in words.person_words:
        return (f"people.{words.person_words[key]}",)
    parts = [words.person_words.get(part) for part in _JOINING.split(key)]
    return tuple(f"people.{part}" for part in parts if part) if all(parts) else ()
