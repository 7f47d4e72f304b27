"""Answers about a page as a whole: it is read again the way that they say."""

from collections.abc import Mapping

from msgspec.structs import replace

from connectors.papers.page_reading import Settled
from connectors.papers.paper import Doubt, ReadFile
from connectors.papers.paper_time import PaperTime
from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.fields import field
from events.instants import SHANGHAI
from pipeline.home.errors import UsageError
from pipeline.office.intake.asking import question_id
from pipeline.office.intake.plan import Address
from pipeline.office.intake.settling import LEAVE_OUT

ALL_PAGES = "*"
_TICKS = {
    "tick_is_fine": {"tick": "fine", "cross": "problem", "slash": "not_applicable"},
    "tick_is_problem": {"tick": "problem", "cross": "fine", "slash": "not_applicable"},
}
_FOR_READING = frozenset(
    {
        *(
            "kind_unclear",
            "page_not_understood",
            "no_time",
            "time_conflicts",
            "marks_unexplained",
            "two_columns",
        ),
        *("owner_as_above", "hidden_rows"),
    }
)
"""Codes of questions whose answers say how a page is to be read."""


class PageSettings(dict[str, Settled]):
    """What is settled by the name of a page; what is settled for all holds for those without a word of their own."""

    def get(self, title: str, default: Settled | None = None) -> Settled:  # type: ignore[override]
        """Return what is settled about a page."""
        return super().get(title) or super().get(ALL_PAGES) or default or Settled()


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
            if answer == LEAVE_OUT and doubt.why.code != "hidden_rows":
                settings[page.title] = replace(now, leave_out=True)
            elif doubt.why.code in _FOR_READING:
                settings[page.title] = _settled(now, doubt, answer)
            else:
                continue
            followed.add(asked)
    return settings, followed


def _settled(before: Settled, doubt: Doubt, answer: str) -> Settled:
    match doubt.why.code:
        case "kind_unclear" | "page_not_understood":
            return replace(before, kind=answer)
        case "no_time" | "time_conflicts":
            return replace(before, looked_at=read_time(answer))
        case "marks_unexplained":
            return replace(before, marks=_TICKS.get(answer, {}))
        case "two_columns":
            return replace(before, columns={**before.columns, doubt.field: answer})
        case "owner_as_above":
            return replace(before, same_owner_as_above=answer == "yes")
    return replace(before, leave_out_hidden_rows=answer == LEAVE_OUT)


def read_time(text: str) -> PaperTime:
    """Read a time that a person gave for a page; raises `UsageError`."""
    try:
        told = read_moment(text)
    except BadValueError as e:
        raise UsageError(f"{field('time')} {text!r} {e}") from None
    there = told.at.astimezone(SHANGHAI)
    if told.date_only:
        return PaperTime("day", there.date())
    return PaperTime("minute", there.date(), there.time().replace(second=0, microsecond=0))
