"""Pages of websites and of their columns, by the rules of `sites import` and `sites import-columns`."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from connectors.papers.paper import Reason, Stated
from connectors.sheets.kinds import SITE_COLUMNS, SITES
from connectors.sheets.sites import SiteRow, read_site_columns, read_sites
from connectors.sites.words import class_of
from events.codec import Event
from events.folding import fold_name, fold_owner
from events.names import unfit_name
from events.site import ColumnDeclared, ColumnDropped, SiteChanged, site_subject
from pipeline.office.intake.building import NEW, Building, Item, PageOf
from pipeline.office.intake.filled_rows import Fields, Filled, cells_of, read_filled
from pipeline.office.intake.plan import Change, Draft, Title
from pipeline.office.sites.registry import NoSuchSiteError, column_events, site_events, site_named
from pipeline.office.sites.words import CLASSES, KINDS
from projections.sites.registry import SITE_FIELDS, Site, SiteColumn

_SITE: Fields = {
    "home_url": ("site_home", "site_domain", "link"),
    "name": ("name",),
    "kind": ("site_kind",),
    "unit": ("owner",),
    "site_code": ("site_code", "national_code"),
    "tier": ("tier",),
    "area": ("area",),
    "since": ("opened_at",),
    "ended_at": ("closed_at",),
}
_COLUMN: Fields = {
    "site": ("site_domain", "site_name"),
    "name": ("name",),
    "url": ("column_url", "link"),
    "column_class": ("column_class",),
    "limit_days": ("column_limit",),
    "since": ("opened_at",),
    "dropped_at": ("column_dropped_at", "closed_at"),
}
_INSTITUTIONS = "事业单位"


def plan_sites(building: Building, of: PageOf) -> None:
    """Plan a list of websites; of which kind they are is asked once a page where no column says it."""
    rows = []
    for item in of.items:
        cells, needs = cells_of(item.record, _SITE), item.needs
        if "kind" not in cells:
            kind, asked = _kind(building, of, item)
            cells, needs = {**cells, "kind": kind}, (*needs, asked)
        rows.append(Filled(item, cells, needs))
    read, wrong = read_filled(SITES, rows, read_sites)
    for filled in rows:
        item, number = filled.item, filled.item.at.row
        row, why = read.get(number), wrong.get(number)
        if row is not None and (unfit := unfit_name(row.name)):
            why = Reason("row_unfit", {"problem": unfit})
        if row is None or why is not None:
            building.note(item.at, of.page, item.record, "refused", needs=filled.needs, why=why)
            continue
        subject = site_subject(row.domain)
        known = building.year.sites.get(subject)
        found_by = NEW if known is None else "name"
        building.note(item.at, of.page, item.record, "taken", needs=filled.needs, found_by=found_by)
        for event in site_events(row, known, of.stated_at):
            building.drafts.append(Draft(item.at, building.standing(event)))
            building.changes += _changes(item, known, event, filled.needs)
        building.needs_of_site[subject] = filled.needs
        _note_site(building, subject, row, known, of)


def plan_site_columns(building: Building, of: PageOf) -> None:
    """Plan a list of columns; a page that is about one site alone need not name it in each row.

    A column without a class has the one that its name tells, which is told; where it tells none the row is refused.
    """
    usual = site_of_page(building, of)
    rows: list[Filled] = []
    for item in of.items:
        cells = cells_of(item.record, _COLUMN)
        if "site" not in cells and usual is not None:
            cells["site"] = usual.domain
        if "column_class" not in cells and (guessed := class_of("", cells.get("name", ""))) is not None:
            cells["column_class"] = guessed
            hint = Reason(
                "class_by_name", {"column": cells.get("name", ""), "column_class": CLASSES[guessed]}
            )
            building.hints.append((item.at, hint))
        rows.append(Filled(item, cells, item.needs))
    read, wrong = read_filled(SITE_COLUMNS, rows, read_site_columns)
    for filled in rows:
        item, number = filled.item, filled.item.at.row
        row, why = read.get(number), wrong.get(number)
        site = None
        if row is not None:
            try:
                site = site_named(building.year.sites, row.site)
            except NoSuchSiteError as e:
                why = Reason("row_unfit", {"problem": e.args[0]})
        if row is None or site is None:
            building.note(item.at, of.page, item.record, "refused", needs=item.needs, why=why)
            continue
        needs = (*item.needs, *building.needs_of_site.get(site.subject, ()))
        events = column_events(row, site, of.stated_at)
        building.note(item.at, of.page, item.record, "taken", needs=needs, found_by="name")
        building.drafts += [Draft(item.at, building.standing(event)) for event in events]
        building.year.sites[site.subject] = _with_columns(site, events)


def _kind(building: Building, of: PageOf, item: Item) -> tuple[str, str]:
    title = f"{of.page.title}{of.page.context.title}"
    question = building.asker.ask(
        of.at,
        Reason("site_kind_unsaid"),
        field="site_kind",
        answers=("government", "institution"),
        default="institution" if _INSTITUTIONS in title else "government",
    )
    building.asker.waits(question, item.at.row)
    return question.settled or "government", question.id


def _changes(item: Item, known: Site | None, event: Event[Any], needs: tuple[str, ...]) -> Iterable[Change]:
    """Yield what a row states otherwise about a known site."""
    if known is None or not isinstance(event.data, SiteChanged):
        return
    title = Title(known.name, "", known.unit)
    for field in SITE_FIELDS:
        after = getattr(event.data, field)
        if after is not None:
            day = event.time.date().isoformat()
            before = getattr(known, field)
            if field == "kind":
                before, after = KINDS[before], KINDS[after]
            yield Change(item.at, event.subject, title, field, before, after, "change", day, needs)


def _note_site(building: Building, subject: str, row: SiteRow, known: Site | None, of: PageOf) -> None:
    """Note a site as it would stand, so that columns find it; one that ended stands no more."""
    if row.ended_at is not None:
        building.year.sites.pop(subject, None)
        return
    fields = {name: value for name in SITE_FIELDS if (value := getattr(row, name))}
    building.year.sites[subject] = (
        Site(subject=subject, **fields, since=row.since or of.stated_at)
        if known is None
        else replace(known, **fields)
    )


def site_of_page(building: Building, of: PageOf) -> Site | None:
    """Return the site that a page is about: the only one that its title, its name or who reports names."""
    context = of.page.context
    title = fold_name(f"{context.title}{of.page.title}")
    unit = str(context.reported_by.value) if isinstance(context.reported_by, Stated) else ""
    sites = building.year.sites.values()
    named = [site for site in sites if fold_name(site.name) in title or site.domain in title]
    if not named and unit:
        named = [site for site in sites if fold_owner(site.unit) == fold_owner(unit)]
    return named[0] if len(named) == 1 else None


def _with_columns(site: Site, events: Iterable[Event[Any]]) -> Site:
    """Return a site with the columns that a row declares, so that another row of the same column finds it."""
    columns = dict(site.columns)
    for event in events:
        data = event.data
        if isinstance(data, ColumnDeclared):
            columns[data.column_id] = SiteColumn(
                data.column_id, data.name, data.url, data.column_class, data.limit_days, event.time
            )
        elif isinstance(data, ColumnDropped):
            columns.pop(data.column_id, None)
    return replace(site, columns=columns)
