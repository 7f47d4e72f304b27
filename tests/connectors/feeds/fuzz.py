"""Mutated feeds: broken bytes of every kind, and feeds in which only the date of one item is replaced."""

import random
from collections.abc import Iterator, Sequence

import msgspec


class SeedFeed(msgspec.Struct, frozen=True):
    """A good feed, written for the fuzzer: each date stands in it once."""

    text: str
    keys: tuple[str, ...]
    dates: tuple[str, ...]  # of the items, in the order of `keys`
    encoding: str = "utf-8"

    @property
    def raw(self) -> bytes:
        return self.text.encode(self.encoding)


class Mutation(msgspec.Struct, frozen=True):
    """One input; `date_of` names the item whose date alone was replaced, None for broken bytes."""

    raw: bytes
    origin: SeedFeed
    date_of: str | None


_RSS_ITEM = "<item><title>第{0}条</title><guid>r{0}</guid><pubDate>{1}</pubDate></item>"
_RDF_ITEM = '<item rdf:about="http://x.example/{0}"><title>条</title><dc:date>{1}</dc:date></item>'
_ATOM_ENTRY = "<entry><id>tag:x,{0}</id><title>条</title><updated>{1}</updated></entry>"
_JSON_ITEM = '{{"id": "j{0}", "title": "条", "date_published": "{1}"}}'
_RSS = (
    '<?xml version="1.0" encoding="{1}"?>\n<rss version="2.0"><channel><title>频道</title>{0}</channel></rss>'
)
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><items/></channel>{0}</rdf:RDF>'
)
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-01-01T00:00:00Z</updated>{0}</feed>'
_JSON = '{{"version": "https://jsonfeed.org/version/1.1", "title": "频道", "items": [{0}]}}'

_RFC_DATES = tuple(f"Wed, {day:02} Jun 2021 17:05:22 +0800" for day in range(10, 16))
_ISO_DATES = tuple(f"2021-06-{day:02}T17:05:22+08:00" for day in range(10, 16))
_CHINESE_DATES = tuple(f"2021年6月{day}日 17:05" for day in range(10, 16))


def _seed(frame: str, item: str, key: str, dates: Sequence[str], encoding: str = "utf-8") -> SeedFeed:
    glue = "," if item is _JSON_ITEM else ""
    items = glue.join(item.format(number, date) for number, date in enumerate(dates))
    keys = tuple(key.format(number) for number in range(len(dates)))
    return SeedFeed(text=frame.format(items, encoding), keys=keys, dates=tuple(dates), encoding=encoding)


SEEDS = (
    _seed(_RSS, _RSS_ITEM, "r{0}", _RFC_DATES),
    _seed(_RSS, _RSS_ITEM, "r{0}", _CHINESE_DATES, "gb18030"),
    _seed(_RSS, _RSS_ITEM, "r{0}", _ISO_DATES, "utf-16"),
    _seed(_RDF, _RDF_ITEM, "http://x.example/{0}", _ISO_DATES),
    _seed(_ATOM, _ATOM_ENTRY, "tag:x,{0}", _ISO_DATES),
    _seed(_JSON, _JSON_ITEM, "j{0}", _ISO_DATES),
)

_DATE_PIECES = (
    *"0123456789-/:.,+TZ 年月日时分秒上下午十一二三星期周六",
    *(
        "Wed,",
        "Jun",
        "六月",
        "CST",
        "GMT",
        "PM",
        "2021",
        "9999",
        "0000",
        "1623834322",
        "W24",
        "24:00",
        "-0800",
    ),
    *("\x00", "\u200b", "\uff11", "\ufeff", "\u0661", "\U0001f600", "\u3000"),
)
_TOKENS = (
    *(b"<item>", b"</item>", b"<entry>", b"</channel>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?", b"?>"),
    *(b"<!DOCTYPE rss [", b"<!ENTITY a 'b'>", b"&a;", b"&", b"&#0;", b"&#xFFFF;", b"&#99999999999;"),
    *(b"&nbsp;", b"<html>", b"{", b"[" * 3000, b'"', b"\\ud800", b"\\u0000", b"null", b"1e9999", b"9" * 5000),
    *(b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xff\xff", b"\xd6\xd0", b"\x1b", b"\r"),
    *(b"<pubDate>", b"<x:y>", b'xmlns:x="y"', b'<?xml version="1.0" encoding="utf-7"?>', b"<a>" * 3000),
)


def mutations(seed_corpus: Sequence[SeedFeed], seed: int, count: int) -> Iterator[Mutation]:
    """Yield `count` mutations, the same for the same seed; every third replaces one date."""
    chance = random.Random(seed)
    for number in range(count):
        origin = chance.choice(seed_corpus)
        if number % 3 == 0:
            yield _other_date(origin, chance)
        else:
            raw = origin.raw
            for _ in range(chance.randint(1, 4)):
                raw = _broken(raw, chance.choice(seed_corpus).raw, chance)
            yield Mutation(raw=raw, origin=origin, date_of=None)


def _other_date(origin: SeedFeed, chance: random.Random) -> Mutation:
    which = chance.randrange(len(origin.keys))
    old = origin.dates[which]
    if chance.random() < 0.5:
        new = "".join(chance.choices(_DATE_PIECES, k=chance.randint(0, 12)))
    else:
        cut, end = sorted(chance.choices(range(len(old) + 1), k=2))
        new = old[:cut] + chance.choice(_DATE_PIECES) + old[end:]
    if origin.encoding == "utf-8" and origin.text.startswith("{"):
        new = new.replace("\x00", "")
    raw = origin.text.replace(old, new).encode(origin.encoding)
    return Mutation(raw=raw, origin=origin, date_of=origin.keys[which])


def _broken(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    cut, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
    token = chance.choice(_TOKENS)
    noise = chance.randbytes(chance.randint(1, 6))
    ways = (
        raw[:cut],  # cut short
        raw[:cut] + raw[min(end, cut + 20) :],  # a hole
        raw[:cut] + token + raw[cut:],
        raw[:end] + raw[cut:],  # a part twice
        raw[:cut] + other[min(cut, len(other)) :],  # two documents in one
        raw[:cut] + noise + raw[cut + 1 :],
        token + raw,
    )
    return chance.choice(ways)
