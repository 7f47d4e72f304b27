"""Readers of the sheets about websites."""

from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import msgspec

from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import SITE_COLUMNS, SITE_LOOKS, SITES
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.vocabulary import words
from events.days import day_of
from events.instants import from_micros, to_micros
from events.messages import message
from events.moments import Moment
from events.site import ColumnClass, SiteKind

SITE_KIND_WORDS = words(
    {
        "government": ("政府网站", "政府门户网站", "部门网站", "government"),
        "institution": ("事业单位网站", "事业单位", "institution"),
    }
)
COLUMN_CLASS_WORDS = words(
    {
        "news": ("动态要闻", "动态类", "要闻", "动态", "新闻", "news"),
        "notice": ("通知公告", "通知公告类", "公告", "notice"),
        "policy": ("政策文件", "政策文件类", "政策", "policy"),
        "service_statistics": ("办事统计", "办事统计数据", "service_statistics"),
        "message_replies": ("留言公开", "互动回应", "留言选登", "message_replies"),
        "other": ("其他", "其它", "other"),
    }
)
_MOST_DAYS = 3660


class SiteRow(msgspec.Struct, frozen=True):
    """One website."""

    row: int
    domain: str
    home_url: str
    name: str
    kind: SiteKind
    unit: str
    site_code: str
    tier: str
    area: str
    since: datetime | None
    ended_at: datetime | None


class SiteColumnRow(msgspec.Struct, frozen=True):
    """One column of a website."""

    row: int
    site: str  # domain or name, as written
    name: str
    url: str
    column_class: ColumnClass
    limit_days: int | None
    since: datetime | None
    dropped_at: datetime | None


class SiteLookRow(msgspec.Struct, frozen=True):
    """What a person saw on one page of a website."""

    row: int
    site: str
    column: str  # name or address, as written; empty: the home page
    looked_at: datetime  # of a look known by its day the beginning of that day
    newest: Moment | None  # None: there is no entry
    entries: int | None


def domain_of(url: str) -> str:
    """Return the domain of an address, empty where it is none; what has no scheme is read as one with it."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if "." in host and parts.scheme in ("http", "https") and " " not in host else ""


def read_sites(path: Path) -> Rows[SiteRow]:
    """Read the registry of websites; a domain may stand once."""
    seen: dict[str, int] = {}
    return read_rows(path, SITES, lambda fields: _site(fields, seen))


def read_site_columns(path: Path) -> Rows[SiteColumnRow]:
    """Read columns of websites; an address may stand once in a site."""
    seen: dict[str, int] = {}
    return read_rows(path, SITE_COLUMNS, lambda fields: _column(fields, seen))


def read_site_looks(path: Path, now: datetime | None = None) -> Rows[SiteLookRow]:
    """Read what people saw; times later than tomorrow, seen from `now`, are refused."""
    latest = latest_time(now)
    return read_rows(path, SITE_LOOKS, lambda fields: _look(fields, latest))


def _site(fields: RowFields, seen: dict[str, int]) -> SiteRow | None:
    fields.need("home_url", "name", "kind", "unit")
    url = fields.address("home_url")
    domain = domain_of(url)
    if url and not domain:
        _no_address(fields, "home_url")
    if domain:
        _once(fields, "home_url", domain, seen)
    kind = fields.choice("kind", SITE_KIND_WORDS)
    since, ended = _span(fields, "since", "ended_at")
    name, unit = fields.text("name"), fields.text("unit")
    code = fields.id("site_code")
    if not domain or kind is None:
        return None
    return SiteRow(
        fields.number,
        domain,
        url,
        name,
        cast(SiteKind, kind),
        unit,
        code or "",
        fields.text("tier"),
        fields.text("area"),
        since,
        ended,
    )


def _column(fields: RowFields, seen: dict[str, int]) -> SiteColumnRow | None:
    fields.need("site", "name", "url", "column_class")
    url = fields.address("url")
    if url and not domain_of(url):
        _no_address(fields, "url")
    site = fields.address("site")
    if url and site:
        _once(fields, "url", f"{site} {url}", seen)
    column_class = fields.choice("column_class", COLUMN_CLASS_WORDS)
    limit = fields.whole("limit_days")
    if limit is not None and not 1 <= limit <= _MOST_DAYS:
        fields.refuse("limit_days", message("is no number of days"), message("write 1 to 3660, or clear it"))
    since, dropped = _span(fields, "since", "dropped_at")
    name = fields.text("name")
    if column_class is None:
        return None
    return SiteColumnRow(
        fields.number, site, name, url, cast(ColumnClass, column_class), limit, since, dropped
    )


def _look(fields: RowFields, latest: datetime) -> SiteLookRow | None:
    fields.need("site", "looked_at", "newest_at")
    looked = fields.moment("looked_at", latest)
    newest, none = fields.moment_or_none("newest_at", latest)
    entries = fields.whole("entries")
    column = fields.address("column")
    if looked is not None and newest is not None and newest.at > looked.at and not newest.date_only:
        fields.refuse("newest_at", message("lies behind the look"), message("correct one of the two times"))
    if none and entries:
        fields.refuse(
            "entries", message("is filled in though there is no entry"), message("clear it, or write a date")
        )
    site = fields.address("site")
    if looked is None or (newest is None and not none):
        return None
    at = from_micros(day_of(to_micros(looked.at))[0]) if looked.date_only else looked.at
    return SiteLookRow(fields.number, site, column, at, newest, 0 if none else entries)


def _span(fields: RowFields, begin: str, end: str) -> tuple[datetime | None, datetime | None]:
    since, ended = fields.moment(begin), fields.moment(end)
    if since is not None and ended is not None and ended.at < since.at:
        fields.refuse(end, message("lies before the beginning"), message("correct one of the two times"))
    return since.at if since else None, ended.at if ended else None


def _no_address(fields: RowFields, key: str) -> None:
    fields.refuse(
        key, message("is no address of a page"), message("write it like https://www.example.gov.cn/")
    )


def _once(fields: RowFields, key: str, what: str, seen: dict[str, int]) -> None:
    first = seen.setdefault(what.casefold(), fields.number)
    if first != fields.number:
        fields.refuse(
            key, message("stands in row {first} already", first=first), message("keep one of the two rows")
        )
