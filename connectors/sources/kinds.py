"""The one list of kinds of sources: what each is called, proves and needs, and how one is built from settings."""

import difflib
from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from typing import Any

import msgspec

from connectors.sources.app_store import AppStore, AppStoreOptions
from connectors.sources.feed_url import FeedByUrl, FeedOptions
from connectors.sources.kind import KindError, SourceKind
from connectors.sources.own_account import OwnAccount, OwnAccountOptions
from connectors.sources.readers import (
    RSSHUB,
    WE_MP_RSS,
    WECHAT2RSS,
    WERSS,
    Reader,
    ReaderFeed,
    ReaderOptions,
)
from connectors.sources.site_list import SiteList, SiteOptions
from events.instants import SHANGHAI
from events.messages import message


class Setting(msgspec.Struct, frozen=True):
    """What a kind is built from; secrets by their names, already fetched from where the settings point."""

    options: Any  # an instance of `Kind.options`
    secrets: Mapping[str, str]
    zone: tzinfo = SHANGHAI  # of times that name none


class Kind(msgspec.Struct, frozen=True):
    """One way to look at accounts, as settings, `sources check` and the documents know it."""

    name: str
    title: str  # Chinese, for people
    preference: int  # 1 is asked for first; of two kinds that show an account the smaller one is better
    options: type[msgspec.Struct]
    build: Callable[[Setting], SourceKind]
    secrets: tuple[str, ...] = ()  # names of the secrets that it needs
    may_take: tuple[str, ...] = ()  # names of those that it takes where they are given
    borrows_login: bool = False  # somebody's personal log-in: off until the office decides so by name
    can_prove_silence: bool = False  # shows all that an account publishes; else `proves_silence` is refused
    lag: timedelta = timedelta(0)  # unless the settings say another


def _reader(reader: Reader) -> Callable[[Setting], SourceKind]:
    return lambda given: ReaderFeed(reader, given.options, given.secrets, zone=given.zone)


_DAY = timedelta(hours=24)

KINDS: tuple[Kind, ...] = (
    Kind(
        name="wechat-own",
        title="本单位公众号的官方接口（freepublish）",
        preference=1,
        options=OwnAccountOptions,
        build=lambda given: OwnAccount(given.options, given.secrets["app_secrets"]),
        secrets=("app_secrets",),
    ),
    Kind(
        name="site",
        title="政府网站栏目（按国办发〔2017〕47号页面标签）",
        preference=3,
        options=SiteOptions,
        build=lambda given: SiteList(given.options, zone=given.zone),
        can_prove_silence=True,
        lag=_DAY,
    ),
    Kind(
        name="app-store",
        title="苹果应用商店（客户端能否下载、版本及更新时间）",
        preference=4,
        options=AppStoreOptions,
        build=lambda given: AppStore(given.options),
    ),
    Kind(
        name="feed",
        title="公开的订阅源（RSS、Atom、JSON Feed）",
        preference=5,
        options=FeedOptions,
        build=lambda given: FeedByUrl(zone=given.zone),
        can_prove_silence=True,
        lag=_DAY,
    ),
    Kind(
        name="rsshub",
        title="RSSHub 生成的订阅源",
        preference=6,
        options=ReaderOptions,
        build=_reader(RSSHUB),
        may_take=("key",),
        can_prove_silence=True,
        lag=_DAY,
    ),
    Kind(
        name="we-mp-rss",
        title="we-mp-rss（借用个人登录）",
        preference=7,
        options=ReaderOptions,
        build=_reader(WE_MP_RSS),
        may_take=("authorization",),
        borrows_login=True,
        can_prove_silence=True,
        lag=_DAY,
    ),
    Kind(
        name="werss",
        title="werss（借用个人登录）",
        preference=8,
        options=ReaderOptions,
        build=_reader(WERSS),
        may_take=("authorization",),
        borrows_login=True,
        can_prove_silence=True,
        lag=_DAY,
    ),
    Kind(
        name="wechat2rss",
        title="Wechat2RSS（借用个人登录，只见群发）",
        preference=9,
        options=ReaderOptions,
        build=_reader(WECHAT2RSS),
        borrows_login=True,
        lag=_DAY,
    ),
)
"""Every kind, in order of preference; what owners and the firm hand in comes second, before all that is public."""


def kind_named(name: str) -> Kind:
    """Return the kind of a name; raises `KindError` that tells the nearest one."""
    names = [kind.name for kind in KINDS]
    if name in names:
        return KINDS[names.index(name)]
    if near := difflib.get_close_matches(name, names, n=1):
        raise KindError(message("no kind of source {name!r}; did you mean {near}?", name=name, near=near[0]))
    raise KindError(
        message("no kind of source {name!r}; there are {names}", name=name, names=", ".join(names))
    )


def build(
    name: str,
    options: Mapping[str, object] | None = None,
    secrets: Mapping[str, str] | None = None,
    zone: tzinfo = SHANGHAI,
) -> SourceKind:
    """Build a kind from its settings, as TOML has them; raises `KindError` and names the setting that is wrong."""
    kind, given = kind_named(name), dict(secrets or {})
    try:
        read = msgspec.convert(dict(options or {}), kind.options)
    except msgspec.ValidationError as error:
        raise KindError(message("settings of the kind {name}: {error}", name=name, error=error)) from None
    if missing := [secret for secret in kind.secrets if not given.get(secret)]:
        raise KindError(
            message("the kind {name} needs secrets: {missing}", name=name, missing=", ".join(missing))
        )
    if unknown := sorted(given.keys() - {*kind.secrets, *kind.may_take}):
        raise KindError(
            message("the kind {name} takes no such secrets: {unknown}", name=name, unknown=", ".join(unknown))
        )
    return kind.build(Setting(read, given, zone))
