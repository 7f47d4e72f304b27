"""Pages of what people saw of websites, and of problems that they found, by the rules of the single commands."""

from datetime import datetime

import msgspec

from connectors.papers.paper import Reason, Record
from connectors.papers.paper_time import PaperTime
from connectors.papers.vocabulary import vocabulary
from connectors.sheets.kinds import SITE_LOOKS
from connectors.sheets.sites import SiteLookRow, read_site_looks
from events.base import Payload
from events.codec import Event
from events.evidence import SECRETS
from events.fields import marked
from events.folding import fold
from events.site import SITE_SECRETS, SiteFindingRecorded
from pipeline.home.errors import UsageError
from pipeline.office.intake.building import TAKE, Building, Item, PageOf
from pipeline.office.intake.filled_rows import Fields, Filled, cells_of, read_filled, said
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Draft, Fate, Question
from pipeline.office.intake.settling import LEAVE_OUT
from pipeline.office.intake.sighting import Sighting, contradiction, is_of_another_week
from pipeline.office.intake.site_pages import site_of_page
from pipeline.office.intake.world import NewestPost
from pipeline.office.sites.findings import checkable, finding_event, rule_found
from pipeline.office.sites.looks import look_event
from pipeline.office.sites.registry import NoSuchSiteError, column_named, site_named
from projections.sites.registry import Site

_SITE = ("site_domain", "name")
_COLUMN = ("column_name", "column_url", "link")
_LOOK: Fields = {
    "site": _SITE,
    "column": _COLUMN,
    "looked_at": ("looked_at",),
    "newest_at": ("newest_post_at", "no_post"),
    "entries": ("column_entries", "count"),
}
_NONE = "无"


class _Seen(msgspec.Struct, frozen=True):
    """A row that says what a page of a site showed."""

    filled: Filled
    row: SiteLookRow
    site: Site
    column: str  # id; empty: the home page

    @property
    def page(self) -> tuple[str, str]:
        return self.site.subject, self.column


def plan_site_looks(building: Building, of: PageOf) -> None:
    """Plan a sheet of looks at websites; each row is a look of its own at one page.

    A row that shows an older entry than one known by its time is set aside, a page of them asked about.
    """
    usual = site_of_page(building, of)
    rows = []
    for item in of.items:
        cells = cells_of(item.record, _LOOK)
        if "no_post" in item.record.fields:
            cells["newest_at"] = _NONE
        if "site" not in cells and usual is not None:
            cells["site"] = usual.domain
        if fold(cells.get("column", "")) in vocabulary().home_page:
            del cells["column"]
        rows.append(Filled(item, cells, item.needs))
    read, wrong = read_filled(SITE_LOOKS, rows, read_site_looks)
    seen: list[_Seen] = []
    for filled in rows:
        number = filled.item.at.row
        row, why = read.get(number), wrong.get(number)
        try:
            if row is not None:
                seen.append(_seen(building, filled, row))
                continue
        except NoSuchSiteError as e:
            why = _unfit(e.args[0])
        building.note(filled.item.at, of.page, filled.item.record, "refused", needs=filled.needs, why=why)
    _take_looks(building, of, seen)


def _seen(building: Building, filled: Filled, row: SiteLookRow) -> _Seen:
    """Return the page that a row means; raises `NoSuchSiteError`."""
    site = site_named(building.year.sites, row.site)
    column = column_named(site, row.column).column_id if row.column else ""
    needs = (*filled.needs, *building.needs_of_site.get(site.subject, ()))
    return _Seen(msgspec.structs.replace(filled, needs=needs), row, site, column)


def _take_looks(building: Building, of: PageOf, seen: list[_Seen]) -> None:
    older = {one.row.row: why for one in seen if (why := _older(building, one)) is not None}
    week = _other_week(building, of, len(older), len(seen))
    first: dict[tuple[str, str, datetime], _Seen] = {}
    for one in seen:
        item, needs = one.filled.item, one.filled.needs
        if week is not None:
            needs = (*needs, week.id)
            building.asker.waits(week, item.at.row)
        other = first.setdefault((*one.page, one.row.looked_at), one)
        if other is not one:
            same = (other.row.newest, other.row.entries) == (one.row.newest, one.row.entries)
            why = None if same else Reason("page_seen_twice", {"row": str(other.row.row)})
            repeated: Fate = "duplicate" if same else "contradicting"
            building.note(item.at, of.page, item.record, repeated, needs=needs, why=why)
        elif (why := older.get(one.row.row)) is not None:
            building.note(item.at, of.page, item.record, "contradicting", needs=needs, why=why)
        else:
            found_by, told = "name", week.why if week else None
            building.note(item.at, of.page, item.record, "taken", needs=needs, found_by=found_by, why=told)
            if week is None or week.settled != LEAVE_OUT:
                event = look_event(one.site.subject, one.row.looked_at, [(one.row, one.column)])
                building.drafts.append(Draft(item.at, building.standing(event)))


def _older(building: Building, one: _Seen) -> Reason | None:
    """Return why a look cannot be: by its time a newer entry of the page was there."""
    newest = one.row.newest
    if newest is None:
        return None
    looked_at = one.row.looked_at
    known = [n for n in building.year.site_entries.get(one.page, ()) if n.at <= looked_at]
    if not known:
        return None
    last: NewestPost = max(known, key=lambda entry: entry.at)
    return contradiction(Sighting(looked_at, False, newest.at, newest.date_only), last)


def _other_week(building: Building, of: PageOf, older: int, rows: int) -> Question | None:
    if not is_of_another_week(older, rows):
        return None
    reason = Reason("other_week", {"rows": str(older), "of": str(rows)})
    return building.asker.ask(of.at, reason, answers=(TAKE, LEAVE_OUT), default=LEAVE_OUT)


def plan_site_findings(building: Building, of: PageOf) -> None:
    """Plan a list of problems of websites, under the rules that people judge; words that name none are asked about.

    Of a leak of secrets rule and count are taken alone, and of harmful content no word.
    """
    usual = site_of_page(building, of)
    for item in of.items:
        rule, needs = _rule(building, item)
        if rule == LEAVE_OUT:
            building.note(item.at, of.page, item.record, "doubtful", needs=needs)
            continue
        named = said(item.record, _SITE) or (usual.domain if usual is not None else "")
        found_at = item.record.time("found_at")
        why = None
        if not named:
            why = Reason("blank")
        elif found_at is None:
            why = Reason("no_time_of_finding")
        else:
            try:
                site = site_named(building.year.sites, named)
                event = _finding(building, of, item.record, found_at, site, rule)
            except (NoSuchSiteError, UsageError) as e:
                why = _unfit(marked(e))
            else:
                needs = (*needs, *building.needs_of_site.get(site.subject, ()))
                building.drafts.append(Draft(item.at, building.standing(event)))
        fate: Fate = "taken" if why is None else "refused"
        building.note(item.at, of.page, item.record, fate, needs=needs, found_by="name", why=why)


def _rule(building: Building, item: Item) -> tuple[str, tuple[str, ...]]:
    """Return the rule that a row names, as people call it or as was answered, and the questions that this rests on."""
    words = item.record.text("rule")
    if any(finding.rule == SECRETS for finding in item.record.findings):
        return SITE_SECRETS, item.needs
    ruleset = building.world.site_ruleset
    if ruleset.resolve(words) is not None:
        return words, item.needs
    names = tuple(rule.name for rule in checkable(ruleset))
    question = building.asker.ask(
        item.at, Reason("finding_unknown"), field="site_rule", cell=words, answers=(*names, LEAVE_OUT)
    )
    return question.settled or LEAVE_OUT, (*item.needs, question.id)


def _finding(
    building: Building, of: PageOf, record: Record, found_at: PaperTime, site: Site, rule: str
) -> Event[Payload]:
    """Return what a row found; raises `UsageError` for a rule that people do not judge."""
    code = rule_found(building.world.site_ruleset, rule).code
    count, checked_by = record.fields.get("count"), of.page.context.checked_by
    data = SiteFindingRecorded(
        rule=code,
        count=count if isinstance(count, int) and count else 1,
        finder=str(checked_by.value) if checked_by else "",
        note=_note(record),
        page=said(record, ("problem_page", "column_url", "link")),
        date_only=found_at.clock is None,
    )
    return finding_event(site.subject, moment_of(found_at), data)


def _note(record: Record) -> str:
    """Return what a row tells of a problem, after the column where it is."""
    told = [said(record, (name,)) for name in ("column_name", "finding_text")]
    return "：".join(text for text in told if text)


def _unfit(problem: str) -> Reason:
    return Reason("row_unfit", {"problem": problem})
