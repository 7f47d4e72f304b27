"""Planning an intake: every row of every page that was read gets its fate, its account and its facts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.papers.page_questions import BY_DAYS, NO_OWNER
from connectors.papers.paper import ReadPage, Reason, Record
from connectors.papers.paper_time import PaperTime
from events.instants import EPOCH
from pipeline.office.intake.answer_pages import plan_answers
from pipeline.office.intake.building import Building, Item, PageOf
from pipeline.office.intake.check_pages import plan_self_check
from pipeline.office.intake.finding_pages import plan_findings
from pipeline.office.intake.ledger_pages import plan_ledger
from pipeline.office.intake.ledgers import Ledger
from pipeline.office.intake.look_pages import plan_looks
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Address, Question
from pipeline.office.intake.post_pages import plan_posts
from pipeline.office.intake.problems import as_ruled
from pipeline.office.intake.repost_pages import plan_repost_tasks, plan_reposts
from pipeline.office.intake.settling import LEAVE_OUT, STOP, by_days, platform_of, settled_records
from pipeline.office.intake.sighting import Sightings, sighting_of
from pipeline.office.intake.site_check_pages import plan_site_findings, plan_site_looks
from pipeline.office.intake.site_pages import plan_site_columns, plan_sites
from pipeline.office.intake.source import Source
from pipeline.office.intake.stored import row_key
from pipeline.office.intake.unit_pages import plan_units
from pipeline.office.intake.year_pages import plan_assessment, plan_interpretations
from projections.registry.identity.index import build_index
from projections.registry.identity.matching import match
from projections.registry.identity.page import Seen, match_ledger, match_looks
from projections.registry.identity.statement import Match, Statement
from projections.rules.rulesets import Ruleset

_FIRST = {"units": 0, "sites": 0, "repost_tasks": 0, "accounts": 1, "site_columns": 1, "people": 2}
"""Pages that others build on."""

_COMMANDS = {"warnings": "focus flag", "filings": "filings import"}
"""Commands that take pages which an intake does not; of other kinds the sheets of `templates` are to be filled in."""

SET_ASIDE = Reason("set_aside")
"""Why a row is not taken that a person set aside by name."""

_TYPES = {"subscription": "订阅号", "service": "服务号"}


def plan_pages(building: Building, source: Source, ruleset: Ruleset) -> None:
    """Plan every page that was read; one with accounts before those that tell of them, looks in their order."""
    world = building.world
    ledger = Ledger(source, building.asker, world.units, world.stating)
    sightings = Sightings(world)
    planners: Mapping[str, Callable[[PageOf], None]] = {
        "accounts": lambda of: plan_ledger(building, ledger, of),
        "looks": lambda of: plan_looks(building, sightings, of),
        "findings": lambda of: plan_findings(building, ruleset, of),
        "self_check": lambda of: plan_self_check(building, source, ruleset, of),
        "people": lambda of: _plan_people(building, of),
        "units": lambda of: plan_units(building, source, of),
        "posts": lambda of: plan_posts(building, of),
        "answers": lambda of: plan_answers(building, ruleset, of),
        "sites": lambda of: plan_sites(building, of),
        "site_columns": lambda of: plan_site_columns(building, of),
        "site_looks": lambda of: plan_site_looks(building, of),
        "site_findings": lambda of: plan_site_findings(building, of),
        "interpretations": lambda of: plan_interpretations(building, of),
        "repost_tasks": lambda of: plan_repost_tasks(building, of),
        "reposts": lambda of: plan_reposts(building, of),
        "assessment": lambda of: plan_assessment(building, of),
    }
    pages = [(n, page) for n, file in enumerate(building.files) for page in file.pages if page.read]
    _ask_about_unread(building)
    for number, page in sorted(pages, key=lambda p: (_FIRST.get(p[1].kind, 3), _looked_at(p[1]))):
        building.hints += [(Address(number, page.title), hint) for hint in page.hints]
        planner = planners.get(page.kind)
        if planner is None:
            _hold(building, number, page)
        else:
            planner(_page_of(building, number, _ruled(page, ruleset)))
    _note_loose_papers(building, [Address(n, page.title) for n, page in pages if page.kind == "answers"])


def _looked_at(page: ReadPage) -> datetime:
    """Return when the rows of a page of looks were looked at, the beginning of time where each says it by itself."""
    stated = page.context.looked_at.value if page.kind == "looks" and page.context.looked_at else None
    return moment_of(stated) if isinstance(stated, PaperTime) else EPOCH


def _note_loose_papers(building: Building, answers: Sequence[Address]) -> None:
    """Name the attachments that go with no answer, where answers came in."""
    for file in building.attachments if answers else ():
        if file.sha256 not in building.tied:
            building.hints.append((answers[0], Reason("goes_with_none", {"file": file.name})))


def _ask_about_unread(building: Building) -> None:
    """Ask about pages that look like tables and were not understood: none is passed over in silence."""
    for number, file in enumerate(building.files):
        for page in file.pages:
            if not page.read:
                _ask_about_page(building, Address(number, page.title), page)


def _ask_about_page(building: Building, at: Address, page: ReadPage) -> list[Question]:
    return [
        building.asker.ask(at, d.why, field=d.field, cell=d.cell, answers=d.answers, default=d.default)
        for d in page.questions
    ]


def _ruled(page: ReadPage, ruleset: Ruleset) -> ReadPage:
    """Return a page whose findings offer rules that the ruleset has; of answers the rule only tells the task."""
    if page.kind not in ("findings", "self_check"):
        return page
    records = tuple(as_ruled(record, ruleset) for record in page.records)
    return msgspec.structs.replace(page, records=records)


def _page_of(building: Building, number: int, page: ReadPage) -> PageOf:
    """Return a page with its rows settled and matched; rows that bring nothing are noted."""
    at = Address(number, page.title)
    asked = _ask_about_page(building, at, page)
    by_question = {question.why.code: question.settled for question in asked}
    records: list[tuple[Record, tuple[str, ...]]] = []
    for record in page.records:
        at = Address(number, page.title, record.row, record.part)
        if row_key(number, page.title, record.row) in building.set_aside:
            building.note(at, page, record, "refused", why=SET_ASIDE)
            continue
        if record.fate in ("refused", "duplicate"):
            building.note(at, page, record, record.fate)
            continue
        open_to = [question for question in asked if _concerns(question, record)]
        blocked = tuple(question.id for question in open_to)
        record = _as_answered(record, by_question)  # noqa: PLW2901 (as answered)
        if any(question.settled in (None, LEAVE_OUT, STOP) for question in open_to):
            # what a row asks may follow from what is open about its page
            fate = "doubtful" if record.fate == "taken" else record.fate
            building.note(at, page, record, fate, needs=blocked, why=open_to[0].why)
            continue
        settled, needs = settled_records(building.asker, at, record)
        needs = (*blocked, *needs)
        if not settled:
            fate = "doubtful" if record.fate == "taken" else record.fate
            building.note(at, page, record, fate, needs=needs)
            continue
        records += [(each, needs) for each in settled]
    statements = [_statement(record, page) for record, _ in records]
    matches = _matches(building, page, statements, [record for record, _ in records])
    items = [
        Item(Address(number, page.title, record.row, record.part), record, needs, statement, found)
        for (record, needs), statement, found in zip(records, statements, matches, strict=True)
    ]
    return PageOf(Address(number, page.title), page, items, building.stated_at(page))


def _as_answered(record: Record, by_question: Mapping[str, str | None]) -> Record:
    """Return a record with what the answers about its page say: platform, owner, the day of the newest post."""
    platform, owner = by_question.get("no_platform"), by_question.get("no_owner")
    if platform is not None and _is_without_platform(record):
        record = msgspec.structs.replace(record, platform=platform_of(platform))
    if owner not in (None, NO_OWNER, LEAVE_OUT, STOP) and not record.text("owner"):
        record = msgspec.structs.replace(record, fields={**record.fields, "owner": owner})
    return by_days(record) if by_question.get("days_alone") == BY_DAYS else record


def _concerns(question: Question, record: Record) -> bool:
    """Tell whether a question about a page concerns a row; one that names platform or owner itself needs no other.

    What is asked of merged cells and of rows without an account concerns those that are refused for it.
    """
    if question.why.code == "no_owner":
        return not record.text("owner")
    if question.why.code in ("merged_for_each", "account_as_above"):
        return False
    return question.why.code != "no_platform" or _is_without_platform(record)


def _is_without_platform(record: Record) -> bool:
    return record.platform is None and not record.platforms


def _matches(
    building: Building, page: ReadPage, statements: list[Statement], records: list[Record]
) -> list[Match]:
    known = [*building.world.accounts, *building.opened.values()]
    index = build_index(known, statements, building.world.units)
    on = building.stated_at(page)
    found = [match(statement, index, on) for statement in statements]
    if page.kind == "accounts":
        return match_ledger(statements, found, known, building.world.units)
    if page.kind == "looks":
        seen = [look for record in records if (look := sighting_of(record, page)) is not None]
        if len(seen) == len(records):
            return match_looks(found, [Seen(look.looked_at, look.newest) for look in seen])
    return found


def _statement(record: Record, page: ReadPage) -> Statement:
    opened = record.time("opened_at")
    platform = record.platform
    return Statement(
        name=record.text("name"),
        platform=platform.name if platform is not None else record.text("platform"),
        account_type=_TYPES.get(platform.account_type, "") if platform is not None else "",
        owner=record.text("owner"),
        account_id=record.text("account_id"),
        national_code=record.text("national_code"),
        link=record.text("link"),
        area=record.text("area") or (str(page.context.area.value) if page.context.area else ""),
        opened_at=None if opened is None else moment_of(opened),
        remark=_remark(record),
    )


def _remark(record: Record) -> str:
    """Return what a row says beside its fields: another name of the account may stand there."""
    former = record.text("former_name")
    return f"原名{former}" if former else "；".join(record.aside.values())


def _plan_people(building: Building, of: PageOf) -> None:
    """Plan a list of people: each goes to the people store of the unit."""
    for item in of.items:
        building.persons(item, "", item.needs)
        building.row(item, of.page, "taken", item.needs)


def _hold(building: Building, number: int, page: ReadPage) -> None:
    """Refuse the rows of a page of a kind that another command takes: nothing vanishes in silence, nothing is asked."""
    why = Reason("kind_not_taken", {"command": _COMMANDS.get(page.kind, "templates")})
    for record in page.records:
        building.note(Address(number, page.title, record.row), page, record, "refused", why=why)
