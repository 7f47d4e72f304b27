"""Rows of data as records: which account they are about, what they say of it, and what only a person can settle."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from connectors.papers.finding_words import Told, read_finding
from connectors.papers.matrix import read_marks
from connectors.papers.name_words import NameRead, platform_at_end, read_name
from connectors.papers.page_questions import ABOUT_ACCOUNTS
from connectors.papers.paper import Context, Doubt, Finding, Platform, Reason, Record, Row, Stated, Value
from connectors.papers.paper_time import PaperTime
from connectors.papers.people_cells import read_people
from connectors.papers.platform_words import WEBSITE, PlatformRead, exact_platform, read_platform
from connectors.papers.row_fields import Reading, RowFields
from connectors.papers.row_sorts import without_count
from connectors.papers.several_accounts import as_one_name, names_in
from connectors.papers.states import read_answer, read_closing_remark, read_outcome, read_status
from connectors.papers.surroundings import leading_area
from connectors.papers.vocabulary import Vocabulary
from connectors.sheets.areas import Area
from connectors.sheets.cells import Cell
from events.folding import fold

_NUMBERED = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十\d]+[)）、.．]\s*)")
_WITHOUT_AREA = re.compile("[区县市旗]")
_BOTH = "two_accounts"
_OF_A_TIME = frozenset({"looks", "warnings", "self_check", "counts", "site_looks", "site_findings"})
"""Kinds of pages whose time of looking is that of each row that has none."""
_UNDER_UNITS = ABOUT_ACCOUNTS | {"people"}
"""Kinds of pages whose rows may stand under headings that name their unit."""

_OF_PROBLEMS = frozenset({"findings", "self_check", "warnings", "answers", "site_findings"})


class Heading(msgspec.Struct, frozen=True):
    """What stands over rows of data: the last heading that names no unit, and a unit below it."""

    text: str = ""
    unit: str = ""


def heading_of(text: str, before: Heading, words: Vocabulary) -> Heading:
    """Return the heading that holds from a section on; a unit stands below an area, and leaves it."""
    plain = without_count(_NUMBERED.sub("", text)).strip()
    is_area = fold(plain) in words.areas or words.area_form.fullmatch(plain)
    of_several = any(word in plain for word in words.words.context.collective)
    if words.unit_heading_form.fullmatch(plain) and not is_area and not of_several:
        return Heading(before.text, plain)
    return Heading(text)


def read_record(
    reading: Reading,
    context: Context,
    page: str,
    row: Row,
    cells: Mapping[int, Cell],
    merged: Mapping[int, Area],
    heading: Heading,
    filled: frozenset[int],
) -> Record:
    """Read a row of data; `heading` is the section it stands under, `filled` the columns that a merge filled."""
    fields = RowFields(reading, cells, merged)
    doubts: list[Doubt] = []
    hints: list[Reason] = []
    platforms = _account(fields, reading, context, doubts)
    platform = platforms[0] if len(platforms) == 1 else None
    people, people_aside = read_people(cells, reading.columns, reading.words)
    inherited = _inherit(fields, context, heading, reading, hints)
    inherited |= {f for c in reading.columns if c.index in filled for f in c.fields if not c.people}
    _require(fields, reading)
    if fields.raw.keys() == {"name"} and not people:
        doubts.append(fields.doubt("name_alone", "name"))
    contradictions = _compare_times(fields, reading, context, doubts)
    findings = _findings(fields, reading, context, cells, platform, doubts)
    read_status(fields, reading, doubts)
    read_outcome(fields, reading, doubts)
    read_answer(fields, reading, doubts)
    if reading.kind_name == "accounts":
        closing = read_closing_remark(fields, reading, doubts)
        hints += _told_in_remarks(fields, reading.words, closing)
    _hide_secrets(fields, findings)
    return Record(
        page=page,
        row=row.number,
        fields=fields.values,
        platform=platform,
        platforms=platforms if len(platforms) > 1 else (),
        people=people,
        findings=findings,
        links=fields.links,
        aside=fields.aside,
        inherited=frozenset(inherited),
        set_aside=(*fields.set_aside, *people_aside),
        refusals=tuple(fields.refusals),
        contradictions=tuple(contradictions),
        doubts=tuple(doubts),
        hints=tuple(hints),
    )


def _account(
    fields: RowFields, reading: Reading, context: Context, doubts: list[Doubt]
) -> tuple[Platform, ...]:
    """Read the name and the platforms of a row."""
    text = str(fields.values.get("name", ""))
    lines = fields.lines.get("name", ())
    parts = names_in(lines, text)
    each = [read_name(part, reading.words) for part in parts] if len(parts) > 1 else []
    in_brackets = tuple(one.platform for one in each if one.platform is not None)
    if each and len(in_brackets) == len(each) and "platform" not in fields.raw:
        fields.values["name"] = "、".join(one.name for one in each)
        doubts.append(_two_names(fields, [one.name for one in each], in_brackets))
        return in_brackets
    named = read_name(text, reading.words)
    if named.name:
        fields.values["name"] = as_one_name(lines, named.name)
    names = names_in(lines, named.name)
    if named.former:
        fields.values.setdefault("former_name", named.former)
    read = _platforms_said(fields, named, reading, context)
    if reading.kind_name not in ABOUT_ACCOUNTS:
        return read.found
    if read.unknown:
        field = "account_type" if read.unknown == fields.raw.get("account_type") else "platform"
        nearest = () if read.nearest is None else (read.nearest.name,)
        doubt = fields.doubt("platform_unknown", field, nearest, next(iter(nearest), None))
        doubts.append(msgspec.structs.replace(doubt, field="platform"))
    if any(platform.family == WEBSITE for platform in read.found):
        fields.refuse("website", "name")
    elif len(read.found) > 1 and len(names) != len(read.found):
        answers = (_BOTH, *(platform.name for platform in read.found))
        doubts.append(fields.doubt("two_platforms", "platform", answers, _BOTH))
    if len(names) > 1:
        doubt = _two_names(fields, names, read.found)
        doubts.append(msgspec.structs.replace(doubt, default=None) if in_brackets else doubt)
    asked = fields.column("platform") is not None and reading.kind_name == "accounts"
    if asked and not read.found and not read.unknown and "account_id" not in fields.values:
        doubts.append(fields.doubt("platform_blank", "platform"))
    return read.found


def _two_names(fields: RowFields, names: Sequence[str], platforms: Sequence[Platform]) -> Doubt:
    """Ask whether a cell names several accounts; names below each other may be one that was wrapped by hand."""
    wrapped = "name" in fields.lines
    if len(platforms) == len(names):  # each has its own; what else the row says may be of one alone
        doubt = fields.doubt("two_names", "name", (_BOTH,), _BOTH)
    else:
        doubt = fields.doubt("two_names", "name", (_BOTH, "one_account"), None if wrapped else _BOTH)
    return msgspec.structs.replace(doubt, cell="、".join(names)) if wrapped else doubt


def _platforms_said(fields: RowFields, named: NameRead, reading: Reading, context: Context) -> PlatformRead:
    """Read the platforms from column and bracket; where the page has no column of them, page or name may tell one."""
    words = reading.words
    read = read_platform(fields.raw.get("platform", ""), fields.raw.get("account_type", ""), words)
    if named.platform is not None and not read.unknown:
        read = _with_bracket(read, named.platform)
    if read.found or read.unknown or fields.column("platform") is not None:
        return read
    told = (
        platform_at_end(named.name, words)
        if context.platform is None
        else exact_platform(str(context.platform.value), words)
    )
    return read if told is None else PlatformRead((told,))


def _with_bracket(read: PlatformRead, in_bracket: Platform) -> PlatformRead:
    """Join the platform of the column with the one behind the name; the bracket may say the type besides."""
    families = {platform.family for platform in read.found}
    if not read.found or (families == {in_bracket.family} and not read.found[0].account_type):
        return PlatformRead((in_bracket,))
    return read if in_bracket.family in families else PlatformRead((*read.found, in_bracket))


def _inherit(
    fields: RowFields, context: Context, heading: Heading, reading: Reading, hints: list[Reason]
) -> set[str]:
    """Take area and time from the section and the page where the row does not say them."""
    inherited: set[str] = set()
    values = fields.values
    if heading.text:
        values["heading"] = heading.text
        inherited.add("heading")
    if heading.unit and fields.column("owner") is None and reading.kind_name in _UNDER_UNITS:
        values["owner"] = heading.unit
        inherited.add("owner")
    if "area" in values:
        named = str(values["area"]).rpartition("/")[2].strip() or str(values["area"])  # 省/市/县
        values["area"] = reading.words.areas.get(fold(named), named)
    else:
        area = _area_of(heading.text, reading.words) or (str(context.area.value) if context.area else "")
        if area:
            values["area"] = area
            inherited.add("area")
    time_field = reading.kind.renames.get("looked_at", "looked_at")
    stated = context.looked_at
    if reading.kind_name == "self_check":
        stated = stated or context.sheet_date
    given = stated is not None and stated.source == "given"
    if (
        _holds_for_rows(reading.kind_name, stated)
        and stated is not None
        and (given or time_field not in values)
    ):
        values[time_field] = stated.value
        inherited.add(time_field)
    _move_unit(values, reading.words)
    _write_out_owner(values, hints, reading.words)
    return inherited


def _holds_for_rows(kind: str, said: Stated | None) -> bool:
    """Tell whether rows without a time were of that of their page; problems only where it names a day, 截至9月30日."""
    if kind == "findings" and said is not None:
        return isinstance(said.value, PaperTime) and said.value.precision != "month"
    return kind in _OF_A_TIME


def _move_unit(values: dict[str, Value], words: Vocabulary) -> None:
    """Take a unit in a column of areas, 地区（单位）, for the owner, where no other column names one."""
    area = values.get("area")
    if "owner" in values or not isinstance(area, str) or area.endswith(words.words.context.towns):
        return
    if words.unit_form.fullmatch(area):
        values["owner"] = values.pop("area")


def _write_out_owner(values: dict[str, Value], hints: list[Reason], words: Vocabulary) -> None:
    """Put the area before an owner that begins with its last character: 区民政局 of 石渡区."""
    owner, area = values.get("owner"), values.get("area")
    if not isinstance(owner, str) or not isinstance(area, str) or not _WITHOUT_AREA.match(owner):
        return
    if len(area) > 1 and area.endswith(owner[0]) and not owner.startswith(words.words.context.whole_owners):
        values["owner"] = area + owner[1:]
        hints.append(Reason("owner_written_out", {"cell": owner, "owner": area + owner[1:]}))


def _area_of(heading: str, words: Vocabulary) -> str:
    """Return the area that a heading names: 青屏区, 一、市直部门."""
    plain = without_count(_NUMBERED.sub("", heading))
    known = words.areas.get(fold(plain))
    return known or (leading_area(plain, words) if words.area_form.fullmatch(plain) else "")


def _require(fields: RowFields, reading: Reading) -> None:
    """Refuse a row that lacks what rows of its kind need."""
    refused = {refusal.field for refusal in fields.refusals}
    for field in reading.kind.row_needs:
        given = field in fields.values or (field == "newest_post_at" and "no_post" in fields.values)
        if given or field in refused or (field == "name" and "account_id" in fields.values):
            continue
        if field == "rule" and "finding_text" in fields.values:
            continue
        if field == "newest_post_at" and fields.tells_days_alone:
            if "days_silent" not in fields.values and "days_silent" not in refused:
                fields.refuse("blank", "days_silent")
            continue
        fields.refuse("newest_blank" if field == "newest_post_at" else "blank", field)


def _compare_times(fields: RowFields, reading: Reading, context: Context, doubts: list[Doubt]) -> list[Doubt]:
    """Compare the newest post with the look, with the days said, and with the posts counted in the span."""
    newest, looked = fields.values.get("newest_post_at"), fields.values.get("looked_at")
    if not isinstance(newest, PaperTime) or not isinstance(looked, PaperTime):
        return []
    too_late = newest.day > looked.day if newest.clock is None else newest.begins >= looked.ends
    if too_late and newest.begins > looked.begins:
        fields.refuse("after_the_look", "newest_post_at", looked=str(looked))
        return []
    days = fields.values.get("days_silent")
    if (
        isinstance(days, int)
        and abs(days - (looked.day - newest.day).days) > reading.words.numbers.days_apart
    ):
        told = {"days": str(days), "newest": str(newest), "looked": str(looked)}
        doubts.append(fields.doubt("days_differ", "days_silent", ("newest_post_at", "days_silent"), **told))
    posts, span = fields.values.get("posts_in_span"), context.span
    if isinstance(posts, int) and posts > 0 and span is not None and newest.last_day < span.first:
        return [fields.doubt("posts_before_span", "newest_post_at")]
    return []


def _findings(
    fields: RowFields,
    reading: Reading,
    context: Context,
    cells: Mapping[int, Cell],
    platform: Platform | None,
    doubts: list[Doubt],
) -> tuple[Finding, ...]:
    """Read the problems that a row names, in words or by marks under indicators."""
    if reading.kind_name not in _OF_PROBLEMS:
        return ()
    found, unclear = read_marks(cells, reading.columns, context.marks, reading.words)
    doubts.extend(unclear)
    field = "risk" if reading.kind_name == "warnings" else "rule"
    words = fields.raw.get(field, "")
    detail = "" if reading.kind_name == "warnings" else fields.raw.get("finding_text", "")
    if words or detail:
        count = fields.values.get("count")
        finding_cells = Told(
            words, detail, count if isinstance(count, int) else None, fields.raw.get("severity", "")
        )
        finding, asked = read_finding(finding_cells, platform, reading.words)
        if finding is not None:
            found.append(finding)
            doubts.extend(_asked_of(asked, reading.kind_name))
    return tuple(found)


def _asked_of(asked: list[Doubt], kind: str) -> list[Doubt]:
    """Leave out the question of silence: a self-check or a warning may name it, told beside the verdict.

    An answer asks nothing about its problem: which task it is about shows by those that are open. Nor does a problem of
    a website: it is of other rules.
    """
    if kind in ("answers", "site_findings"):
        return []
    return asked if kind == "findings" else [doubt for doubt in asked if doubt.why.code != "silence_told"]


def _told_in_remarks(fields: RowFields, words: Vocabulary, asked: str) -> list[Reason]:
    """Tell of remarks that speak of a closing or another name: they are kept aside, and a clerk may have meant them.

    `asked`: the header of the one that is asked about.
    """
    return [
        Reason("remark_not_taken", {"header": header, "cell": text})
        for header, text in fields.aside.items()
        if header != asked and any(word in text for word in words.words.values.in_remarks)
    ]


def _hide_secrets(fields: RowFields, findings: tuple[Finding, ...]) -> None:
    """Take no word of a secret or of harmful content: the row keeps a reference alone."""
    if all(finding.keeps_text for finding in findings):
        return
    for field in ("finding_text", "rule", "risk", "measures", "answer"):
        fields.values.pop(field, None)
    fields.aside.clear()
    fields.links.clear()
