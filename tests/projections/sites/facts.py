"""Facts of a site for tests: a registry, looks, days of visits, as records of a log."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from events.codec import Event
from events.instants import SHANGHAI
from events.known import Known, first_records
from events.site import (
    AvailabilitySampled,
    ColumnDeclared,
    ColumnEntries,
    SitePatrolled,
    SiteRegistered,
    site_subject,
)
from projections.sites.facts import site_facts
from projections.sites.judging import judge_site
from projections.sites.parsing import parse_site_ruleset

FILE = Path(__file__).parents[3] / "infra" / "site_rulesets" / "national-2019-19-sites.toml"
RULES = parse_site_ruleset(FILE.read_bytes(), origin=FILE.name)
SITE = site_subject("www.example.gov.cn")
T = datetime(2022, 9, 30, 16, tzinfo=UTC)
"""24:00 of 30 September, Chinese time."""
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def fact(data, at, subject=SITE, source="sites"):
    return Event(uuid4(), source, subject, at, data)


def registered(kind="government", subject=SITE, at=LONG_AGO, **told):
    data = SiteRegistered(
        name=told.pop("name", "某局网站"),
        kind=kind,
        unit=told.pop("unit", "某局"),
        home_url="https://www.example.gov.cn/",
        **told,
    )
    return fact(data, at, subject, "sheets")


def column(key, column_class="news", limit_days=None, at=LONG_AGO):
    data = ColumnDeclared(
        column_id=key,
        name=f"栏目{key}",
        url=f"https://www.example.gov.cn/{key}/",
        column_class=column_class,
        limit_days=limit_days,
    )
    return fact(data, at, source="sheets")


def shown(key, newest, entries=10, *, dated=None, date_only=False):
    return ColumnEntries(key, entries, entries if dated is None else dated, newest, date_only)


def look(at, *columns, home=None, **told):
    return fact(SitePatrolled(newest_at=home or at - timedelta(hours=1), columns=columns, **told), at)


def visits(day, count=20, failures=0, limit_s=15):
    begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    data = AvailabilitySampled(
        day=day,
        visits=count,
        failures=failures,
        first_at=begin,
        last_at=begin + timedelta(hours=23),
        limit_s=limit_s,
    )
    return fact(data, begin + timedelta(days=1))


def a_week(failures=(0,) * 7, count=20):
    """Return visits of the seven days before T, 24 to 30 September."""
    return [visits(date(2022, 9, 24 + n), count, failed) for n, failed in enumerate(failures)]


def known(*events):
    return first_records(Known(0, n, n, event) for n, event in enumerate(events))


def facts_of(*events, t=T):
    (facts,) = site_facts(known(*events), t)
    return facts


def judged(*events, t=T):
    return judge_site(facts_of(*events, t=t), RULES, t)
