"""Answers about a page as a whole: it is read again the way that they say."""

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from connectors.papers.paper import Doubt, ReadFile, Span
from connectors.papers.paper_time import PaperTime
from connectors.papers.settled import Settled
from connectors.papers.vocabulary import vocabulary
from connectors.sheets.columns import header_key
from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.closeness import nearest
from events.fields import field
from events.instants import SHANGHAI
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.office.intake.asking import question_id
from pipeline.office.intake.plan import Address
from pipeline.office.intake.settling import LEAVE_OUT, STOP
from pipeline.office.intake.stored import StoredPlan, page_key

ALL_PAGES = "*"
_DASH = re.compile(r"[—–~～至到]+|\s+-\s+|\s+")
_TICKS = {
    "tick_is_fine": {"tick": "fine", "cross": "problem", "slash": "not_applicable"},
    "tick_is_problem": {"tick": "problem", "cross": "fine", "slash": "not_applicable"},
}
FOR_READING = frozenset(
    {
        *("kind_unclear", "page_not_understood", "no_time", "time_conflicts", "no_span"),
        *(
            "marks_unexplained",
            "two_columns",
            "owner_as_above",
            "hidden_rows",
            "merged_for_each",
            "account_as_above",
        ),
    }
)
"""Codes of questions whose answers say how a page is to be read."""

FOR_PLANNING = frozenset({"no_platform", "no_owner", "two_tables", "days_alone"})
"""Codes of questions whose answers say what becomes of rows that were read."""


class PageSettings(dict[str, Settled]):
    """What is settled by the name of a page; what is settled for all holds for those without a word of their own."""

    def get(self, title: str, default: Settled | None = None) -> Settled:  # type: ignore[override]
        """Return what is settled about a page."""
        return super().get(title) or super().get(ALL_PAGES) or default or Settled()


def settled_of(stored: StoredPlan, file: int, page: str) -> Settled:
    """Return what somebody settled about a page of a plan."""
    return stored.settled.get(page_key(file, page)) or PageSettings(stored.pages).get(page)


def settled_pages(
    kinds: Iterable[tuple[str, str]],
    times: Iterable[tuple[str, str]],
    areas: Iterable[tuple[str, str]],
    leave_out: Iterable[str],
    columns: Iterable[tuple[str, str]] = (),
) -> dict[str, Settled]:
    """Return what somebody says of pages by their names, empty for all; `columns` are headers with what they mean.

    Raises `UsageError` for a time, and for a column that means nothing known.
    """
    pages: dict[str, Settled] = {}
    given = (
        *((page or ALL_PAGES, "kind", kind) for page, kind in kinds),
        *((page or ALL_PAGES, "looked_at", read_time(time)) for page, time in times),
        *((page or ALL_PAGES, "area", area) for page, area in areas),
        *((page, "leave_out", True) for page in leave_out),
    )
    for page, name, value in given:
        pages[page] = replace(pages.get(page, Settled()), **{name: value})
    if headers := {header_key(header): read_field(field) for header, field in columns}:
        pages.setdefault(ALL_PAGES, Settled())
        pages = {page: replace(settled, headers=headers) for page, settled in pages.items()}
    return pages


def settled_by_answers(
    number: int, file: ReadFile, before: Mapping[str, Settled], answers: Mapping[str, str]
) -> tuple[PageSettings, set[str]]:
    """Return how the pages of a file are to be read once answers about them are followed, and the ids of these answers.

    An answer that says nothing about reading stays with its question.
    """
    settings, followed = PageSettings(before), set()
    for page in file.pages:
        for doubt in page.questions:
            asked = question_id(file.sha256, Address(number, page.title), doubt.why.code, doubt.field)
            answer = answers.get(asked)
            if answer is None:
                continue
            now = settings.get(page.title)
            if answer in (LEAVE_OUT, STOP) and doubt.why.code != "hidden_rows":
                settings[page.title] = replace(now, leave_out=True)
            elif doubt.why.code in FOR_READING:
                settings[page.title] = _settled(now, doubt, answer)
            else:
                continue
            followed.add(asked)
    return settings, followed


def _settled(before: Settled, doubt: Doubt, answer: str) -> Settled:
    match doubt.why.code:
        case "kind_unclear" | "page_not_understood":
            after = replace(before, kind=read_kind(answer))
        case "no_time" | "time_conflicts":
            after = replace(before, looked_at=read_time(answer))
        case "no_span":
            after = replace(before, span=_read_span(answer))
        case "marks_unexplained":
            after = replace(before, marks=_TICKS.get(answer, {}))
        case "two_columns":
            after = replace(before, columns={**before.columns, doubt.field: answer})
        case "merged_for_each":
            after = replace(before, merged_for_each=answer == "yes")
        case "account_as_above":
            after = replace(before, same_account_as_above=answer == "yes")
        case "owner_as_above":
            after = replace(before, same_owner_as_above=answer == "yes")
        case _:
            after = replace(before, leave_out_hidden_rows=answer == LEAVE_OUT)
    return after


def read_kind(answer: str) -> str:
    """Return a kind of page by its code; raises `UsageError` for what is none."""
    kinds = vocabulary().words.kinds
    if answer not in kinds:
        raise UsageError(
            message(
                "there is no kind of page {answer!r}; kinds are {kinds}",
                answer=answer,
                kinds=joined(", ", kinds),
            )
        )
    return answer


def read_field(text: str) -> str:
    """Return the field that a person means by its code or by a header of it; a blank text keeps a column aside."""
    words, wanted = vocabulary(), text.strip()
    if not wanted or wanted in words.words.fields:
        return wanted
    fields = words.by_header.get(header_key(wanted), ())
    if len(fields) == 1:
        return fields[0]
    known = [header for field in words.words.fields.values() for header in field.headers]
    raise UsageError(
        message("no column means {field!r}{nearest}", field=wanted, nearest=nearest(wanted, known))
    )


def _read_span(text: str) -> Span:
    """Read the first and the last day that a person gave, with a dash between; raises `UsageError`."""
    days = [read_time(part).day for part in _DASH.split(text) if part.strip()]
    if len(days) != 2 or days[0] > days[1]:
        raise UsageError(
            message(
                "write the first and the last day of {text!r}, like 2026-07-01至2026-07-31",
                text=text,
            )
        )
    return Span(days[0], days[1], "")


def read_time(text: str) -> PaperTime:
    """Read a time that a person gave for a page; raises `UsageError`."""
    try:
        moment = read_moment(text)
    except BadValueError as e:
        raise UsageError(message("{time} {text!r} {error}", text=text, time=field("time"), error=e)) from None
    there = moment.at.astimezone(SHANGHAI)
    if moment.date_only:
        return PaperTime("day", there.date())
    return PaperTime("minute", there.date(), there.time().replace(second=0, microsecond=0))
