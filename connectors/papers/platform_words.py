"""What a cell says of a platform: one that is known, several, or a word that nobody knows."""

import msgspec

from connectors.papers.paper import Platform
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.columns import header_key
from events.closeness import distance
from events.folding import fold

WECHAT = "微信公众号"
WEBSITE = "网站"
OTHER = "其他"
_ENDINGS = ("账号", "平台", "号")
_SHORTEST_NEAR = 3


class PlatformRead(msgspec.Struct, frozen=True):
    """The platforms that a cell names; for a word that is not known the nearest one that is."""

    found: tuple[Platform, ...] = ()
    unknown: str = ""
    nearest: Platform | None = None


def read_platform(text: str, account_type: str, words: Vocabulary) -> PlatformRead:
    """Read a platform, with the account type that a column of its own may give."""
    read = _read(text, words)
    if not account_type or len(read.found) != 1 or read.found[0].family != WECHAT:
        return read
    typed = _read(account_type, words)
    if not typed.found:
        return typed
    return typed if typed.found[0].family == WECHAT else read


def _read(text: str, words: Vocabulary) -> PlatformRead:
    if not text:
        return PlatformRead()
    exact = exact_platform(text, words)
    if exact is not None:
        return PlatformRead((exact,))
    inside, rest = _inside(fold(text), words)
    if inside and not _means_more(rest, words):
        return PlatformRead(inside)
    if inside:  # 新浪官微 is no 微信公众号 though 官微 alone is one: proposed, and asked about
        return PlatformRead(unknown=text, nearest=inside[0])
    near = (
        platform
        for word, platform in words.platforms.items()
        if len(word) >= _SHORTEST_NEAR and distance(fold(text), word, 1) == 1
    )
    return PlatformRead(unknown=text, nearest=next(near, None))


def exact_platform(text: str, words: Vocabulary) -> Platform | None:
    """Return the platform that a text names and nothing else, 头条号 or 头条账号; None for any other."""
    folded = fold(text)
    for ending in ("", *_ENDINGS):
        known = words.platforms.get(folded.removesuffix(ending))
        if known is not None:
            return known
    return None


def platform_in_header(parent: str, child: str, words: Vocabulary) -> tuple[str, str] | None:
    """Cut a header into its platform and what it tells, 微博 and 名称; the latter is empty in 微博 over names alone."""
    if parent:
        return (parent, child) if _holds_accounts(parent, words) else None
    if _holds_accounts(child, words):
        return child, ""
    key = header_key(child)
    if words.by_header.get(key, ("name",)) != ("name",):
        return None
    for word in words.platforms:
        rest = key.removeprefix(word)
        if rest != key and rest in words.by_header and _holds_accounts(word, words):
            return word, rest
    return None


def _holds_accounts(text: str, words: Vocabulary) -> bool:
    platform = exact_platform(text, words)
    return platform is not None and platform.name not in (OTHER, WEBSITE)


def _inside(folded: str, words: Vocabulary) -> tuple[tuple[Platform, ...], str]:
    """Find known words, the longest first, and what is left of the text; a type beside its family is one platform."""
    found: list[tuple[int, Platform]] = []
    for word, platform in words.platforms.items():
        place = folded.find(word)
        if place >= 0:
            found.append((place, platform))
            folded = folded.replace(word, "\0" * len(word))
    ordered = list(dict.fromkeys(platform for _, platform in sorted(found, key=lambda pair: pair[0])))
    typed = {platform.family for platform in ordered if platform.account_type}
    return tuple(p for p in ordered if p.account_type or p.family not in typed), folded


def _means_more(rest: str, words: Vocabulary) -> bool:
    """Tell whether anything is left beside known platforms that may name another one."""
    for word in words.beside_platforms:
        rest = rest.replace(word, "")
    return any(c.isalnum() for c in rest)
