"""The filing form 备案登记表 of one account, whatever file it came in (昆政办发〔2019〕162号 annex 4)."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from connectors.forms.boxes import TICK, Boxes, Side, read_boxes, side_of
from connectors.people.person import PersonGiven
from connectors.people.roles import Role
from connectors.sheets.cells import machine
from connectors.sheets.errors import BadValueError
from connectors.sheets.fields import RowFields, one_spelling
from connectors.sheets.kinds.forms import ROLES, person_key
from connectors.sheets.persons import ends_with_signature, holds_own_number, holds_personal_data, names_one_of
from events.days import chinese_day
from events.filing import FilingKind
from events.messages import message

CATEGORY_TITLES: Mapping[FilingKind, str] = {
    "opened": "开设",
    "changed": "变更",
    "stopped": "关停",
    "cancelled": "注销",
}
OPINIONS = ("owner_opinion", "office_opinion")
LOGGED_TEXTS = ("description", "section", "reason")
EMPTY_BOX, TICKED_BOX = "□", "☑"

_CATEGORIES: dict[str, FilingKind] = {title: kind for kind, title in CATEGORY_TITLES.items()}
_WORD = re.compile("(?:新)?(开设|变更|关停|注销)(?:备案|报备|登记)?")
_CHOICES = ("category", "platform", *OPINIONS)
_CONSENTING = re.compile("(?<!不)(?<!不予)同意")
_REFUSING = re.compile("不同意|不予|不宜|暂缓|退回")
_PHONE = re.compile(r"[\d+()（）\-—、,，;；/ 转]{7,60}")


class FormOpinion(msgspec.Struct, frozen=True):
    """What stands in the box of an opinion."""

    text: str
    approved: bool
    given_on: date


class FilingForm(msgspec.Struct, frozen=True, kw_only=True):
    """One form; texts that were not filled in are empty. For a change it holds what is new, and the rest as it was."""

    kind: FilingKind
    name: str
    platform: str
    owner: str
    given_id: str = ""
    description: str = ""  # 发布内容及功能定位
    link: str = ""
    section: str = ""
    reason: str = ""
    effective_on: date | None = None  # None: an application, nothing took effect yet
    people: dict[Role, PersonGiven] = {}
    owner_opinion: FormOpinion | None = None
    office_opinion: FormOpinion | None = None
    unread: tuple[str, ...] = ()  # labels and texts of a document that the form does not ask for


def form_of(fields: RowFields) -> FilingForm | None:
    """Read one form from its cells; every wrong cell is left as an error on the fields, then it gives None."""
    fields.need("name", "owner", "platform", "category")
    choices = _choices(fields)
    kind = _category(fields, choices)
    given_id = fields.id("account_id")
    link = fields.text("link")
    if "://" in link and not link.casefold().startswith(("http://", "https://")):
        fields.refuse(
            "link",
            message("is no link of a web page"),
            message("write it with http:// or https://, or clear it"),
        )
    people = {role: person for role in ROLES if (person := _person(fields, role)) is not None}
    form = FilingForm(
        kind=kind or "opened",
        name=fields.text("name"),
        platform=_platform(fields, choices),
        owner=fields.text("owner"),
        given_id=given_id or "",
        description=fields.text("description"),
        link=link,
        section=fields.text("section"),
        reason=fields.text("reason"),
        effective_on=_day(fields, "effective_on"),
        people=people,
        owner_opinion=_opinion(fields, "owner_opinion", choices),
        office_opinion=_opinion(fields, "office_opinion", choices),
    )
    _refuse_people(fields, form)
    return None if fields.errors else form


def boxes(kind: FilingKind | None) -> str:
    """Write the category as boxes, ☑开设 □变更 □关停 □注销; none is ticked for None."""
    return " ".join(
        f"{TICKED_BOX if kind == each else EMPTY_BOX}{title}" for each, title in CATEGORY_TITLES.items()
    )


def _choices(fields: RowFields) -> dict[str, list[str] | None]:
    """Return the ticked words of every cell with boxes; None for a cell that was refused.

    On which side the boxes stand is settled once for the whole form, and a cell that does not tell follows it.
    """
    cells = {key: cell for key in _CHOICES if isinstance(cell := fields.cell(key), str)}
    boxes = {key: found for key, cell in cells.items() if (found := read_boxes(cell)) is not None}
    ticked: dict[str, list[str] | None] = {}
    for key, found in boxes.items():
        try:
            ticked[key] = _words(found, side_of(boxes.values()))
        except BadValueError as error:
            fields.refuse(key, error.problem, error.remedy)
            ticked[key] = None
    return ticked


def _words(boxes: Boxes, side: Side | None) -> list[str]:
    """Return the ticked words; a single tick at the edge of words without boxes is that of the word beside it."""
    ticked = boxes.ticked(side)
    if boxes.marks == 1 and ticked:
        words = ticked[0].text.split()
        if len(words) > 1 and all(_WORD.fullmatch(word) for word in words):
            return [words[-1] if boxes.side == "behind" else words[0]]
    return [option.text for option in ticked]


def _category(fields: RowFields, choices: Mapping[str, list[str] | None]) -> FilingKind | None:
    """Read the category: a word, or boxes of which one is ticked."""
    text = machine(fields.text("category")).replace(" ", "")
    if not text:
        return None
    ticked = choices.get("category", [text] if _WORD.fullmatch(text) else [])
    if ticked is None:
        return None
    if len(ticked) == 1:
        word = _WORD.fullmatch(ticked[0].replace(" ", ""))
        if word is not None:
            return _CATEGORIES[word[1]]
        problem = message("ticks “{ticked}”, which is not one of 开设, 变更, 关停, 注销", ticked=ticked[0])
    else:
        problem = (
            message("has {ticked_count} boxes ticked", ticked_count=len(ticked))
            if ticked
            else message("has no box ticked")
        )
    fields.refuse("category", problem, TICK)
    return None


def _platform(fields: RowFields, choices: Mapping[str, list[str] | None]) -> str:
    """Read the platform: a word, or the one box that is ticked."""
    ticked = choices.get("platform", [])
    if ticked is None or "platform" not in choices:
        return fields.platform()
    if len(ticked) != 1:
        problem = (
            message("has {ticked_count} boxes ticked", ticked_count=len(ticked))
            if ticked
            else message("has no box ticked")
        )
        fields.refuse(
            "platform", problem, message("{tick}; a form is about one account on one platform", tick=TICK)
        )
        return ""
    return one_spelling(ticked[0])


def _person(fields: RowFields, role: Role) -> PersonGiven | None:
    name, post, phone = (fields.text(person_key(role, field)) for field in ("name", "post", "phone"))
    key = person_key(role, "name")
    if fields.cell(key) is None and (post or phone):
        fields.refuse(
            key,
            message("is empty beside a post or a number"),
            message("fill in the name, or clear the other cells"),
        )
    if any(character.isdigit() for character in name):
        fields.refuse(key, message("is no name of a person"), message("write the name alone"))
    if phone and not _PHONE.fullmatch(machine(phone)):
        fields.refuse(
            person_key(role, "phone"),
            message("is no telephone number"),
            message("write it like 0512-12345678"),
        )
    return PersonGiven(name, post, machine(phone)) if name else None


def _refuse_people(fields: RowFields, form: FilingForm) -> None:
    """Refuse texts that go into the log and hold a name or a number: nothing there can be erased (promise 11)."""
    for key in (*LOGGED_TEXTS, *OPINIONS):
        value = getattr(form, key)
        text = value.text if isinstance(value, FormOpinion) else value or ""
        if names_one_of(text, form.people.values()) or identifies_person(key, text):
            remedy = message(
                "take it out: people have cells of their own, signatures stay on paper; end sentences with 。"
            )
            fields.refuse(key, message("holds a name or a number of a person"), remedy)
            fields.errors[-1] = msgspec.structs.replace(fields.errors[-1], value="")  # which is not repeated


def identifies_person(key: str, text: str) -> bool:
    """Tell a text of the log with a number of a person, or a signature under an opinion.

    A description may name the hotline and the address of the unit.
    """
    if key == "description":
        return holds_own_number(text)
    return holds_personal_data(text) or (key in OPINIONS and ends_with_signature(text))


def _opinion(fields: RowFields, key: str, choices: Mapping[str, list[str] | None]) -> FormOpinion | None:
    text, given_on = fields.text(key), _day(fields, f"{key}_on")
    ticked = choices.get(key, [text])
    if ticked is None or (not ticked and given_on is None):  # boxes of a form that nobody has signed yet
        return None
    if len(ticked) != 1:
        problem = (
            message("has {ticked_count} boxes ticked", ticked_count=len(ticked))
            if ticked
            else message("has no box ticked")
        )
        fields.refuse(key, problem, TICK)
        return None
    (text,) = ticked
    if not text and given_on is None:
        return None
    if not text:
        fields.refuse(
            key, message("has a date but no opinion"), message("write 同意 or 不同意, or clear the date")
        )
        return None
    refused, consented = _REFUSING.search(text) is not None, _CONSENTING.search(text) is not None
    if refused and consented:
        fields.refuse(
            key,
            message("says both 同意 and a refusal"),
            message("write 同意 alone, or 不同意 with the reason"),
        )
    if not refused and not consented:
        fields.refuse(
            key,
            message("says neither 同意 nor 不同意"),
            message("write one of the two, then the explanation"),
        )
    if given_on is None:
        if fields.cell(f"{key}_on") is None:
            fields.refuse(key, message("has no date"), message("write the day of the opinion"))
        return None
    return FormOpinion(text, approved=not refused, given_on=given_on)


def _day(fields: RowFields, key: str) -> date | None:
    moment = fields.moment(key)
    return None if moment is None else chinese_day(moment.at)
